"""A certificate under other choices than the policy's own says so, and the checker holds it to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.cli.commands import app
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused, check
from tests.support.examples import decided
from tests.support.places import CASE_FOLDER

CHANGED = {"minimum_blocks": 1}
SENTENCE = "What if: minimum_blocks 1 instead of 2"


def test_the_certificate_and_its_check_say_that_it_is_a_what_if() -> None:
    case = decided("pa-1003").case
    text = canonical(certificate(decide_case(case, POLICY, parameters=CHANGED)))
    assert json.loads(text)["what_if"] == SENTENCE
    assert check(text, case, POLICY, parameters=CHANGED).what_if == SENTENCE
    with pytest.raises(Refused, match="other parameters"):
        check(text, case, POLICY)


def test_a_proof_that_leaves_the_mark_out_or_adds_one_is_refused() -> None:
    case = decided("pa-1003").case
    marked = certificate(decide_case(case, POLICY, parameters=CHANGED))
    del marked["what_if"]
    with pytest.raises(Refused, match="policy's own"):
        check(canonical(marked), case, POLICY, parameters=CHANGED)
    plain = certificate(decide_case(case, POLICY))
    assert "what_if" not in plain
    for mark in (SENTENCE, "", None):
        with pytest.raises(Refused, match="policy's own"):
            check(canonical({**plain, "what_if": mark}), case, POLICY)


def test_the_command_says_it_first(tmp_path: Path) -> None:
    case, proof = str(CASE_FOLDER / "pa-1003.yaml"), str(tmp_path / "proof.json")
    changed = ("--parameter", "minimum_blocks=1")
    run = CliRunner()
    assert run.invoke(app, ["decide", case, "--proof", proof, *changed]).exit_code == 0
    found = run.invoke(app, ["check", proof, case, *changed])
    assert found.exit_code == 0, found.output
    assert SENTENCE in found.stdout
