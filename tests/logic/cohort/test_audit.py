"""Audits: counts add up, results are whole or absent, and what is said of the cohort is so."""

from __future__ import annotations

import csv
import io
import json
import os
import signal
import subprocess
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clausewise.cli import streams
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.folders import CohortError
from clausewise.logic.cohort import case_reader, reading
from clausewise.logic.cohort.agreement import MOST_LISTED, cohens_kappa
from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.summary import Summary
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.output.audit import audit_lines, relation_lines
from tests.support.generator import focused_case, random_case
from tests.support.plain_json import case_json

COUNT = 24
DETERMINATIONS = ("medically_necessary", "not_medically_necessary", "insufficient_information")


def data_of(number: int, recorded: str | None = None) -> dict[str, Any]:
    data = random_case(number) if number % 2 else focused_case(number)
    data = plain_data(case_from_data(data))
    data["case"] = f"C{number}"
    if recorded is not None:
        data["review"] = {"determination": recorded}
    return data


def write(path: Path, cases: list[dict[str, Any]]) -> Path:
    path.write_text("".join(case_json(case) + "\n" for case in cases))
    return path


@pytest.fixture(scope="module")
def cohort(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Cases with recorded determinations, and three bad lines."""
    folder = tmp_path_factory.mktemp("cohort")
    cases = [data_of(number, DETERMINATIONS[number % 3]) for number in range(COUNT)]
    path = write(folder / "cohort.ndjson", cases)
    with path.open("a") as stream:
        stream.write('{"format": "clausewise-case/1"}\nnonsense\n[]\n')
    return path


@pytest.fixture(scope="module")
def done(cohort: Path) -> tuple[Summary, Path]:
    output = cohort.parent / "out"
    (output.parent / ".out.part").mkdir()
    (output.parent / ".out.part" / "kept").write_text("x")
    found = audit(cohort, output, POLICY, other_parameters={"minimum_pain_score": 9})
    return found, output


@cache
def decided(number: int) -> tuple[Any, ...]:
    return decide_case(case_from_data(data_of(number)), POLICY).lines


def test_counts_add_up_and_bad_cases_are_rejected_with_their_errors(
    done: tuple[Summary, Path],
) -> None:
    found, output = done
    assert found.cases == {"read": COUNT + 3, "decided": COUNT, "quarantined": 3}
    lines = (output / "quarantine.ndjson").read_text().splitlines()
    bad = [json.loads(line) for line in lines]
    assert [each["place"] for each in bad] == [f"line {COUNT + more}" for more in (1, 2, 3)]
    assert all(each["errors"] for each in bad)
    assert sum(found.determinations.values()) == found.lines


def test_the_summary_says_what_deciding_each_case_says(done: tuple[Summary, Path]) -> None:
    found, _ = done
    lines = [line for number in range(COUNT) for line in decided(number)]
    assert found.determinations == dict(Counter(line.determination for line in lines))
    denials = [line for line in lines if line.determination == "not_medically_necessary"]
    rests = Counter(label for line in denials for label in line.decisive)
    alone = Counter(line.decisive[0] for line in denials if len(line.decisive) == 1)
    assert {row["clause"]: row["lines"] for row in found.denying} == dict(rests)
    assert {row["clause"]: row["alone"] for row in found.denying if row["alone"]} == dict(alone)
    together = Counter(line.decisive for line in denials if len(line.decisive) > 1)
    told = {tuple(row["clauses"]): row["lines"] for row in found.denying_together}
    assert told == dict(together)
    assert [*told.values()] == sorted(told.values(), reverse=True)


@pytest.mark.slow
def test_flips_are_those_of_deciding_each_case_again(done: tuple[Summary, Path]) -> None:
    found, _ = done
    changes: Counter[tuple[str, str]] = Counter()
    for number in range(COUNT):
        case = case_from_data(data_of(number))
        after = decide_case(case, POLICY, parameters={"minimum_pain_score": 9}).lines
        for old, new in zip(decided(number), after, strict=True):
            if old.determination != new.determination:
                changes[old.determination, new.determination] += 1
    assert found.flips is not None
    assert found.flips["changed"] == {"parameter.minimum_pain_score": 9}
    told = {(row["from"], row["to"]): row["lines"] for row in found.flips["from_to"]}
    assert told == dict(changes)
    assert changes


@pytest.mark.slow
def test_agreement_is_counted_and_disagreements_are_listed(done: tuple[Summary, Path]) -> None:
    found, output = done
    pairs = Counter(
        (DETERMINATIONS[number % 3], line.determination)
        for number in range(COUNT)
        for line in decided(number)
    )
    assert found.agreement is not None
    table = {
        (row["recorded"], row["decided"]): row["lines"] for row in found.agreement["confusion"]
    }
    assert table == dict(pairs)
    assert found.agreement["kappa"] == pytest.approx(cohens_kappa(pairs))
    listed = found.agreement["disagreements"]
    assert listed
    assert all(row["recorded"] != row["decided"] for row in listed)
    with (output / "disagreements.csv").open() as stream:
        assert len(list(csv.DictReader(stream))) == len(listed)
    every = duckdb.read_parquet(str(output / "disagreements.parquet"))
    assert len(every) == sum(pairs.values()) - sum(pairs[each, each] for each in DETERMINATIONS)
    assert every.columns == list(listed[0])
    assert [row[0] for row in every.limit(len(listed)).fetchall()] == [
        row["case"] for row in listed
    ]


def test_the_lines_can_be_read_back(done: tuple[Summary, Path]) -> None:
    found, output = done
    rows = duckdb.read_parquet(str(output / "lines.parquet"))
    assert len(rows) == found.lines
    assert {"case", "place", "line", "determination", "decisive", "D.I.B.7"} <= set(rows.columns)


@pytest.mark.slow
def test_like_cases_recorded_differently_are_found(tmp_path: Path) -> None:
    same = data_of(0)
    cases = [
        {**same, "case": "one", "review": {"determination": "medically_necessary"}},
        {**same, "case": "two", "review": {"determination": "not_medically_necessary"}},
        {**same, "case": "three"},
    ]
    found = audit(write(tmp_path / "c.ndjson", cases), tmp_path / "out", POLICY)
    # The two lines of such a case are alike too, or a group of their own.
    sides = len(decided(0))
    groups = [group["recorded"] for group in found.inconsistent]
    assert sum(record["lines"] for group in groups for record in group) == 2 * sides
    for group in groups:
        assert [(each["recorded"], each["cases"]) for each in group] == [
            ("medically_necessary", ["one"]),
            ("not_medically_necessary", ["two"]),
        ]
    with (tmp_path / "out" / "inconsistent.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert [row["cases"] for row in rows] == ["one", "two"] * len(groups)
    assert {row["group"] for row in rows} == {str(number + 1) for number in range(len(groups))}


@pytest.mark.slow
def test_nothing_recorded_is_no_agreement(tmp_path: Path) -> None:
    found = audit(write(tmp_path / "c.ndjson", [data_of(1)]), tmp_path / "out", POLICY)
    assert found.agreement is None
    assert found.flips is None
    assert not (tmp_path / "out" / "agreement.csv").exists()


@pytest.mark.parametrize("run", [audit, relations])
@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("", "there is no case in it"),
        ("\n\n", "there is no case in it"),
        ("garbage\n[]\n", "none of the 2 cases is valid; the first, line 1: the file: not a JSON"),
    ],
)
def test_a_cohort_without_a_valid_case_is_an_error(
    tmp_path: Path, run: Callable[..., Any], content: str, words: str
) -> None:
    path = tmp_path / "c.ndjson"
    path.write_text(content)
    with pytest.raises(AuditError, match=words):
        run(path, tmp_path / "out", POLICY)
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("run", [audit, relations])
def test_a_file_of_something_else_is_not_read_to_its_end(
    tmp_path: Path, run: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BEFORE_VALID", 3)
    monkeypatch.setattr(case_reader, "BATCH", 2)
    path = tmp_path / "c.ndjson"
    path.write_text("{}\n" * 9)
    with pytest.raises(CohortError, match="none of the first 4 cases is valid, and no further"):
        run(path, tmp_path / "out", POLICY)
    assert list(tmp_path.iterdir()) == [path]
    late = [{"case": "A"}, data_of(1), {"case": "B"}, {"case": "C"}, {"case": "D"}]
    assert run(write(path, late), tmp_path / "out", POLICY)


def test_names_that_several_cases_have_are_reported(tmp_path: Path) -> None:
    names = ["A", "B", "A", "C", "B", "A"]
    cases = [{**data_of(1), "case": name} for name in names]
    found = audit(write(tmp_path / "c.ndjson", cases), tmp_path / "out", POLICY)
    assert found.repeated_cases == [{"case": "A", "cases": 3}, {"case": "B", "cases": 2}]
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["repeated_cases"] == found.repeated_cases
    assert any("names of more than one case: A, B" in str(line) for line in audit_lines(found))
    counts = relations(tmp_path / "c.ndjson", tmp_path / "relations", POLICY)
    assert counts["repeated_names"] == 2
    assert any("2 names are those of more than" in str(line) for line in relation_lines(counts))


@pytest.mark.slow
def test_the_names_that_are_listed_are_bounded(tmp_path: Path) -> None:
    same = data_of(1)
    cases = [{**same, "case": f"C{number // 2}"} for number in range(2 * MOST_LISTED + 10)]
    found = audit(write(tmp_path / "c.ndjson", cases), tmp_path / "out", POLICY)
    assert len(found.repeated_cases) == MOST_LISTED


@pytest.mark.slow
@pytest.mark.parametrize("kept", ["1MB", "900000GB"])
def test_memory_that_the_machine_has_not_is_not_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kept: str
) -> None:
    monkeypatch.setattr("clausewise.logic.cohort.store.KEPT_MEMORY", kept)
    path = write(tmp_path / "c.ndjson", [data_of(1)])
    assert audit(path, tmp_path / "out", POLICY, memory="900000GB").lines >= 1


def test_an_interrupted_query_is_an_interrupted_audit(
    cohort: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(part: CohortStore, *basis: object) -> None:
        raise RuntimeError("Query interrupted")

    monkeypatch.setattr(CohortStore, "decide", interrupted)
    with pytest.raises(KeyboardInterrupt):
        audit(cohort, tmp_path / "out", POLICY)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_is_refused(done: tuple[Summary, Path], cohort: Path) -> None:
    _, output = done
    with pytest.raises(AuditError, match="new one"):
        audit(cohort, output, POLICY)


def test_a_failed_run_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="cohort"):
        audit(tmp_path / "none.ndjson", tmp_path / "out", POLICY)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_two_audits_into_one_folder_do_not_mix(tmp_path: Path) -> None:
    """The one that is done first has the folder; the other is an error, and leaves nothing."""
    one = write(tmp_path / "one.ndjson", [data_of(1)])
    two = write(tmp_path / "two.ndjson", [data_of(number) for number in range(2, 5)])

    def meanwhile(cases: int) -> None:
        if not (tmp_path / "out").exists():
            audit(one, tmp_path / "out", POLICY)

    with pytest.raises(AuditError, match="exists by now"):
        audit(two, tmp_path / "out", POLICY, progress=meanwhile)
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["cases"]["read"] == 1
    assert sorted(os.listdir(tmp_path)) == ["one.ndjson", "out", "two.ndjson"]


def test_what_others_left_beside_the_folder_stays(done: tuple[Summary, Path]) -> None:
    _, output = done
    assert (output.parent / ".out.part" / "kept").read_text() == "x"


def test_the_folder_has_ordinary_rights(done: tuple[Summary, Path], tmp_path: Path) -> None:
    _, output = done
    (tmp_path / "like").mkdir()
    assert output.stat().st_mode == (tmp_path / "like").stat().st_mode


def test_a_folder_that_cannot_be_made_is_an_error(tmp_path: Path) -> None:
    path = write(tmp_path / "c.ndjson", [data_of(1)])
    with pytest.raises(AuditError, match=r"c\.ndjson: (Not a directory|File exists)"):
        audit(path, path / "out", POLICY)


FORMULAS = (
    "=1+1",
    "+1",
    "-1",
    "@A1",
    "\t=1",
    "\r=1",
    "  =1",
    "\u00a0=1",
    "＝1",
    "＋1",
    "－1",
    "＠A",
)


@pytest.mark.parametrize("text", [*FORMULAS, "\u200b=1", "\x1b[2J=1", "\ufeff=1", "−1", "﹣1"])
def test_a_cell_is_no_formula_and_no_command_of_a_terminal(text: str) -> None:
    shown = cell(text)
    assert shown[0] not in "=+-@＝＋－＠−﹣"
    assert shown.isprintable()
    assert cell([text, "B"]).startswith("'") is shown.startswith("'")


@pytest.mark.parametrize(
    "text", ["PA;=1+1", "PA; \t＝1", "PA;\u200b-1", 'PA;"=1+1;b', 'PA; "" =1+1;b']
)
def test_where_semicolons_separate_cells_no_cell_is_a_formula(text: str) -> None:
    stream = io.StringIO()
    csv.writer(stream).writerow(["C", cell(text)])
    for row in csv.reader(stream.getvalue().splitlines(), delimiter=";"):
        assert all(each.strip(' "')[0] not in "=-＝" for each in row)


def test_no_sign_becomes_the_beginning_of_a_formula_where_a_code_page_lacks_it() -> None:
    """Neither by its form of compatibility nor by what standard output writes instead, which
    separates no cells either."""
    streams.prepare_output()
    for sign in filter(str.isprintable, map(chr, range(33, 0x20000))):
        shown = cell(sign + "1")
        for text in (
            unicodedata.normalize("NFKC", shown),
            shown.encode("ascii", "clausewise.ascii").decode(),
        ):
            assert not text.startswith(("=", "+", "-", "@")), sign
        if not sign.isascii():
            plain = sign.encode("ascii", "clausewise.ascii")
            assert plain.strip(), sign  # a blank before a formula is none
            assert not set(plain) & set(b',;"'), sign


@pytest.mark.parametrize("value", ["PA-1001", "a = b", "1 - 2", "a; b", -5, 0.5, None, True])
def test_other_cells_stay_as_they_are(value: Any) -> None:
    assert cell(value) == value


def test_names_in_csv_files_are_no_formulas(tmp_path: Path) -> None:
    cases = [
        {**data_of(1, each), "case": f"{text}cmd|' /c calc'!A1"}
        for text in FORMULAS
        for each in DETERMINATIONS
    ]
    audit(write(tmp_path / "c.ndjson", cases), tmp_path / "out", POLICY)
    seen = 0
    for path in (tmp_path / "out").glob("*.csv"):
        with path.open(encoding="utf-8", newline="") as stream:
            cells = [each for row in csv.reader(stream) for each in row if "calc" in each]
        seen += len(cells)
        assert all(each.startswith("'") for each in cells), path
    assert seen


@pytest.mark.slow
@pytest.mark.parametrize("wait", [0.2, 0.7, 1.2, 1.7])
def test_a_killed_run_leaves_no_result_and_the_next_one_is_whole(
    cohort: Path, done: tuple[Summary, Path], wait: float, tmp_path: Path
) -> None:
    output = tmp_path / "out"
    command = [sys.executable, "-m", "clausewise", "audit", str(cohort), "-o", str(output)]
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    time.sleep(wait)
    running.send_signal(signal.SIGKILL)
    running.wait()
    if output.exists():  # it was done before
        assert json.loads((output / "summary.json").read_text())["lines"] == done[0].lines
        return
    found = audit(cohort, output, POLICY)
    assert found.determinations == done[0].determinations
