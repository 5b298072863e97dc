"""The analysis of a policy is made beside the server, one at a time."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from clausewise.serve.analyses import Analyses, State, command
from clausewise.serve.app import application
from clausewise.serve.guard import Guard
from tests.support.served import HOST, TOKEN

POLICY = "MM-1508@2026-06-01"
ADDRESS = f"/policies/analysis?policy={POLICY}"


def python(program: str) -> Callable[[str], list[str]]:
    return lambda policy: [sys.executable, "-c", program, policy]


def ended(analyses: Analyses, policy: str) -> State:
    """The state when nothing runs any more."""
    until = time.monotonic() + 30
    while analyses.state(policy).running and time.monotonic() < until:
        time.sleep(0.01)
    return analyses.state(policy)


def test_the_page_is_made_when_it_is_asked_for_and_kept(folder: Path) -> None:
    app = application(folder, TOKEN, {HOST})
    assert isinstance(app, Guard)
    made = Analyses(python("import sys; print('<p>of', sys.argv[1])"))
    app.app.state.analyses = made  # type: ignore[attr-defined]
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = TestClient(app, f"http://{HOST}", headers=headers, follow_redirects=False)
    assert "<button>Analyse</button>" in client.get(ADDRESS).text
    assert client.post(ADDRESS).headers["location"] == ADDRESS
    ended(made, POLICY)
    page = client.get(ADDRESS)
    assert page.text.split() == ["<p>of", POLICY]
    assert "script" not in page.headers["content-security-policy"]
    assert client.post("/policies/analysis?policy=nope").status_code == 404


def test_one_is_made_at_a_time_and_ends_with_the_server() -> None:
    found = Analyses(python("import time; time.sleep(60)"))
    found.begin("A")
    found.begin("B")
    assert found.state("A").running
    assert found.state("B") == State(other="A")
    while found._process is None:
        time.sleep(0.01)
    found.end()
    assert ended(found, "A").failure == "the analysis was not finished"
    assert found.state("B") == State()


@pytest.mark.parametrize("program", ["raise SystemExit(3)", "pass"])
def test_what_comes_to_nothing_is_told_and_can_be_asked_for_again(program: str) -> None:
    found = Analyses(python(program))
    for _ in range(2):
        found.begin("A")
        assert ended(found, "A").failure


def test_the_command_is_the_one_for_a_page() -> None:
    assert command(POLICY)[1:] == ["-m", "clausewise", "analyse", POLICY, "--format", "html"]
