"""Audits check themselves: a sample decided by pyDatalog, and a digest of what was read."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.input_digest import digest_of
from clausewise.logic.cohort.reading import fill_in_parts
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.sql.decisive import lines_query
from tests.support.generator import complete_percutaneous
from tests.support.slices import first_few

CASES = 6
READING = "clausewise.logic.cohort.audit.fill_in_parts"


@pytest.fixture
def lines(tmp_path: Path) -> Path:
    """Some cases, a case a line; each has its own pain score."""
    path = tmp_path / "c.ndjson"
    texts = []
    for number in range(CASES):
        data = {**complete_percutaneous(), "case": f"C{number}"}
        data["measurements"][0]["value"] = number
        texts.append(json.dumps(data))
    path.write_text("\n".join(texts) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def files(lines: Path, tmp_path: Path) -> Path:
    """The same cases, a file each."""
    folder = tmp_path / "files"
    folder.mkdir()
    for number, text in enumerate(lines.read_text().splitlines()):
        (folder / f"{number}.json").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture
def written(lines: Path, tmp_path: Path) -> Path:
    """The same cases as relations."""
    relations(lines, tmp_path / "relations", POLICY)
    return tmp_path / "relations"


@pytest.mark.parametrize("kind", first_few(["lines", "written", "files"], 1))
@pytest.mark.parametrize(
    ("size", "checked"),
    [
        (2, 2),
        pytest.param(0, 0, marks=pytest.mark.slow),
        pytest.param(200, CASES, marks=pytest.mark.slow),
    ],
)
def test_a_sample_is_decided_again(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    size: int,
    checked: int,
) -> None:
    decided = []

    def decide(case: Any, *args: Any, **choices: Any) -> Any:
        decided.append(case.case)
        return decide_case(case, *args, **choices)

    monkeypatch.setattr("clausewise.logic.cohort.sample.decide_case", decide)
    cohort: Path = request.getfixturevalue(kind)
    found = audit(cohort, tmp_path / "out", POLICY, sample=size)
    assert found.sample["lines"] == checked == len(set(decided))
    again = audit(cohort, tmp_path / "again", POLICY, sample=size)
    assert (again.sample, again.input) == (found.sample, found.input)
    assert found.input == {"sha256": digest_of(cohort)}


OTHERWISE = [
    ("determination", "CAST('not_governed' AS outcome)", "for determination, the audit not_gov"),
    ('"D.I.B.5"', "CAST('conflicting' AS status)", r"gives met for D\.I\.B\.5, the audit confl"),
    ("decisive", "['D.I.B.9']", r"decisive, the audit D\.I\.B\.9"),
]


@pytest.mark.parametrize("kind", first_few(["lines", "written"], 1))
@pytest.mark.parametrize(("column", "value", "words"), first_few(OTHERWISE, 1))
def test_a_line_that_pydatalog_decides_otherwise_stops_the_audit(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    kind: str,
    column: str,
    value: str,
    words: str,
) -> None:
    def other(*args: Any) -> str:
        return f"SELECT * REPLACE ({value} AS {column}) FROM ({lines_query(*args)})"

    cohort: Path = request.getfixturevalue(kind)
    monkeypatch.setattr("clausewise.logic.cohort.audit.lines_query", other)
    with pytest.raises(AuditError, match=words):
        audit(cohort, tmp_path / "out", POLICY, sample=1)
    assert not (tmp_path / "out").exists()


def test_a_line_that_other_readings_change_otherwise_stops_the_audit(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines.write_text(lines.read_text().splitlines()[-1])

    def every_line(part: CohortStore, *_: Any) -> None:
        part.database.execute("INSERT INTO sensitive SELECT c, line, TRUE FROM line")

    def no_line(part: CohortStore, *_: Any) -> None:
        part.database.execute("INSERT INTO sensitive SELECT c, line, FALSE FROM line")

    finding = "clausewise.logic.cohort.audit.find_sensitive_lines"
    monkeypatch.setattr(finding, every_line)
    with pytest.raises(AuditError, match="by itself it is not sensitive to readings"):
        audit(lines, tmp_path / "out", POLICY, sensitivity=True)
    assert not (tmp_path / "out").exists()
    monkeypatch.setattr(finding, no_line)
    assert audit(lines, tmp_path / "out", POLICY, sensitivity=True).reading_sensitive == 0


def test_the_digest_is_of_names_and_contents(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("1")
    first = digest_of(tmp_path)
    (tmp_path / "a.yaml").rename(tmp_path / "b.yaml")
    second = digest_of(tmp_path)
    (tmp_path / "b.yaml").write_text("2")
    assert len({first, second, digest_of(tmp_path)}) == 3


def test_relations_of_what_changes_while_it_is_read_are_not_written(
    lines: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def changing(*args: Any) -> Iterator[None]:
        yield from fill_in_parts(*args)
        lines.write_text(lines.read_text().replace('"C1"', '"C7"'))

    monkeypatch.setattr(READING, changing)
    with pytest.raises(AuditError, match="it changed while it was read"):
        relations(lines, tmp_path / "out", POLICY)
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_what_changes_while_it_is_read_is_an_error(
    lines: Path, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def longer() -> None:
        lines.write_text(lines.read_text() + lines.read_text().splitlines()[0] + "\n")

    def one_file_less() -> None:
        (files / "0.json").unlink()

    def two_files_swapped() -> None:
        (files / "1.json").rename(files / "x")
        (files / "2.json").rename(files / "1.json")
        (files / "x").rename(files / "2.json")

    for cohort, change in ((lines, longer), (files, two_files_swapped), (files, one_file_less)):

        def changing(
            *args: Any, change: Callable[[], None] = change, **options: Any
        ) -> Iterator[None]:
            yield from fill_in_parts(*args, **options)
            change()

        monkeypatch.setattr(READING, changing)
        with pytest.raises(AuditError, match="it changed while it was read"):
            audit(cohort, tmp_path / "out", POLICY)
        assert not (tmp_path / "out").exists()
    monkeypatch.setattr(READING, fill_in_parts)
    assert audit(files, tmp_path / "out", POLICY).lines == CASES - 1
