"""Cohorts as relations: what goes out comes in, decided alike; cases with bad rows are rejected."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path
from typing import Any

import duckdb
import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.schema import SCHEMA
from clausewise.logic.cohort.audit import AuditError, audit, relations
from clausewise.logic.cohort.file_columns import relations as known_relations
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import case_of, read_relations
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.fact_tables import fact_tables
from tests.support.relation_rows import (
    Rows,
    as_csv,
    changed,
    first,
    lines_of,
    random_cohort,
    rows_of,
)
from tests.support.slices import first_few

HOSTILE = "x'); DROP TABLE cases; --"


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("relations")
    cohort = random_cohort(folder / "c.ndjson")
    # One case has a name that would be a command, were it not kept as data.
    named = cohort.read_text(encoding="utf-8").replace('"C1"', json.dumps(HOSTILE))
    cohort.write_text(named, encoding="utf-8")
    counts = relations(cohort, folder / "relations", POLICY)
    assert counts == {"read": 60, "decided": 60, "quarantined": 0}
    return folder


@pytest.fixture(scope="session")
def audited(written: Path) -> Path:
    """The same folder with two audits in it: of the cases, and of their relations."""
    audit(written / "c.ndjson", written / "cases", POLICY)
    audit(written / "relations", written / "again", POLICY)
    return written


def test_relations_are_decided_as_their_cases(audited: Path) -> None:
    assert lines_of(audited / "again") == lines_of(audited / "cases")
    assert len(lines_of(audited / "again")) >= 60


def test_relations_hold_dates_and_names_that_a_person_can_read(written: Path) -> None:
    days = duckdb.execute(
        "SELECT typeof(day) FROM read_parquet($1)", [str(written / "relations/received.parquet")]
    ).fetchall()
    assert set(days) == {("DATE",)}
    assert not (written / "relations" / "day_of_record.parquet").exists()
    assert set(known_relations()) == (set(fact_tables()) | {"cases"}) - {
        "day_of_record",
        "months_before",
        "shortest_months",
    }


@pytest.mark.slow
@pytest.mark.parametrize(("part", "batch"), first_few([(25, 7), (7, 4)], 1))
def test_a_cohort_in_parts_is_decided_as_in_one(
    audited: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int, batch: int
) -> None:
    """Parts of so many cases: the lines, and the relations written, are the same."""
    monkeypatch.setattr("clausewise.logic.cohort.reading.RELATIONS_AT_ONCE", part)
    monkeypatch.setattr("clausewise.logic.cohort.reading.CASES_AT_ONCE", part)
    monkeypatch.setattr("clausewise.logic.cohort.case_reader.BATCH", batch)
    whole = lines_of(audited / "cases")
    audit(audited / "c.ndjson", tmp_path / "cases", POLICY)
    assert lines_of(tmp_path / "cases") == whole
    audit(audited / "relations", tmp_path / "relations", POLICY)
    assert lines_of(tmp_path / "relations") == whole
    relations(audited / "c.ndjson", tmp_path / "again", POLICY)
    for path in (audited / "relations").glob("*.parquet"):
        rows = [
            duckdb.execute("SELECT * FROM read_parquet($1) ORDER BY ALL", [str(each)]).fetchall()
            for each in (path, tmp_path / "again" / path.name)
        ]
        assert rows[0] == rows[1], path.name
    assert not list((tmp_path / "again").glob("*.part"))


def replaced(rows: Rows, _: Rows) -> Rows:
    return rows


@pytest.mark.slow
def test_parts_are_bounded_by_numbers_and_gaps_lose_no_case(written: Path, tmp_path: Path) -> None:
    folder = as_csv(written / "relations", tmp_path / "csv")
    for path in folder.glob("*.csv"):
        renumbered = [{**row, "c": str(int(row["c"]) * 1000 - 7)} for row in rows_of(path)]
        changed(folder, path.stem, partial(replaced, renumbered))
    store = CohortStore(program_of(POLICY))
    sizes = []
    for rejected in read_relations(store, folder, 25):
        assert rejected == []
        sizes.append(store.rows("SELECT count(*) FROM cases")[0][0])
        store.forget()
    assert sizes == [25, 25, 10]


@pytest.mark.slow
def test_every_row_of_the_results_can_be_opened(audited: Path, tmp_path: Path) -> None:
    """The case of a number is decided as the cohort was, from Parquet and from CSV."""
    rows = duckdb.execute(
        'SELECT place, "case", line, determination FROM read_parquet($1) ORDER BY ALL',
        [str(audited / "again" / "lines.parquet")],
    ).fetchall()
    program = program_of(POLICY)
    opened: dict[str, Case] = {}
    for place, name, line, determination in rows[::5]:
        case = opened.setdefault(place, case_of(audited / "relations", int(place), program))
        assert case.case == name
        assert decide_case(case, POLICY).by_side[line].determination == determination
    place, name, *_ = rows[0]
    csv = as_csv(audited / "relations", tmp_path / "csv")
    assert case_of(csv, int(place), program).case == name


def test_a_number_without_a_case_and_impossible_rows_are_told(
    written: Path, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="no such case"):
        case_of(written / "relations", 4711, program_of(POLICY))
    folder = as_csv(written / "relations", tmp_path / "csv")
    changed(folder, "finding", first(finding="gaensle"))
    number = int(rows_of(folder / "finding.csv")[0]["c"])
    with pytest.raises(InputError, match="finding is missing or impossible"):
        case_of(folder, number, program_of(POLICY))


ENTRIES = {"entry", "therapy"}
"""Columns that name an entry; in the relation of therapies "therapy" is none."""


def renumbered(folder: Path, name: str, column: str, number: Callable[[int, str], int]) -> None:
    """Other numbers in a column of entries: ``number`` is asked with the case and the old one."""
    changed(
        folder,
        name,
        lambda rows: [{**row, column: str(number(int(row["c"]), row[column]))} for row in rows],
    )


@pytest.mark.slow
def test_cases_may_share_the_numbers_of_their_entries(audited: Path, tmp_path: Path) -> None:
    """Only within a case has a number to be an entry's own: here each case counts from 1."""
    folder = as_csv(audited / "relations", tmp_path / "csv")
    known: dict[tuple[int, str], int] = {}
    counts: Counter[int] = Counter()

    def number(case: int, entry: str) -> int:
        if (case, entry) not in known:
            counts[case] += 1
            known[case, entry] = counts[case]
        return known[case, entry]

    for path in folder.glob("*.csv"):
        for column in ENTRIES & set(rows_of(path)[0]):
            renumbered(folder, path.stem, column, number)
    assert max(counts.values()) > 10
    audit(folder, tmp_path / "out", POLICY)
    assert lines_of(tmp_path / "out") == lines_of(audited / "cases")
    for relations_of, own in ((folder, False), (audited / "relations", True)):
        store = CohortStore(program_of(POLICY))
        assert list(read_relations(store, relations_of)) == [[]]
        assert store.own_numbers == own


@pytest.mark.slow
def test_numbers_of_the_whole_cohort_are_its_own_in_any_order(
    audited: Path, tmp_path: Path
) -> None:
    folder = as_csv(audited / "relations", tmp_path / "numbers")
    for path in folder.glob("*.csv"):
        for column in ENTRIES & set(rows_of(path)[0]):
            renumbered(folder, path.stem, column, lambda _, entry: int(entry) * 577 % 100_003)
    store = CohortStore(program_of(POLICY))
    assert list(read_relations(store, folder)) == [[]]
    assert store.own_numbers
    audit(folder, tmp_path / "out", POLICY)
    assert lines_of(tmp_path / "out") == lines_of(audited / "cases")


def test_a_therapy_that_is_not_in_the_case_is_an_error_of_it(written: Path, tmp_path: Path) -> None:
    """What is said of an inability names a therapy of its case, not of another, and not none."""
    rows = rows_of(as_csv(written / "relations", tmp_path / "all") / "therapy.csv")
    for name in ("another case's", "no one's"):
        folder = as_csv(written / "relations", tmp_path / name, "inability_therapy")

        def number(case: int, _: str, name: str = name) -> int:
            others = [int(row["entry"]) for row in rows if int(row["c"]) != case]
            return others[case % len(others)] if name == "another case's" else 10**9

        renumbered(folder, "inability_therapy", "therapy", number)
        cases = {row["c"] for row in rows_of(folder / "inability_therapy.csv")}
        (rejected,) = read_relations(CohortStore(program_of(POLICY)), folder)
        assert {each.place.split()[1] for each in rejected} == cases
        assert all("no such therapy" in error for each in rejected for error in each.errors)


def test_csv_files_are_read_alike(written: Path, tmp_path: Path) -> None:
    """Every table of the store is the same, so that every line is decided alike."""
    stores = []
    for folder in (written / "relations", as_csv(written / "relations", tmp_path / "csv")):
        stores.append(CohortStore(program_of(POLICY)))
        assert list(read_relations(stores[-1], folder)) == [[]]
    for name in known_relations():
        query = f'SELECT * FROM "{name}" ORDER BY ALL'
        assert stores[0].rows(query) == stores[1].rows(query), name


@pytest.mark.slow
def test_an_audit_of_csv_files_is_the_same(audited: Path, tmp_path: Path) -> None:
    audit(as_csv(audited / "relations", tmp_path / "csv"), tmp_path / "out", POLICY)
    assert lines_of(tmp_path / "out") == lines_of(audited / "cases")


IMPOSSIBLE_ROWS = (
    ("finding", first(finding="gaensle"), "finding: finding is missing or impossible"),
    ("measurement", first(value="11"), "measurement: the value is impossible"),
    ("measurement", first(value="seven"), "value is missing or impossible"),
    ("received", first(day="2026-02-30"), "received: day is missing or impossible"),
    ("received", lambda rows: rows[1:], "received: no row"),
    ("line", first(line="up"), "line: line is missing or impossible"),
    ("entry_side", lambda rows: rows[1:], "entry_side: not exactly one row an entry"),
    ("entry_side", lambda rows: [rows[0]] * 16 + rows, "entry_side: not exactly one row an"),
    ("undated", lambda rows: rows[1:], "entry_date, undated: not exactly one row an entry"),
    ("finding", lambda rows: [rows[0]] * 32 + rows, "entry: the number is used twice"),
    ("revises", lambda rows: [rows[0]] * 40 + rows[1:], "revises: more than one row (entry "),
    ("therapy_end", first(day="1950-01-01"), "therapy_end: before the start"),
    ("imaging", lambda rows: [*rows, rows[0]], "entry: the number is used twice"),
    ("imaging", lambda rows: rows[1:], "not an entry of "),
    ("cases", first(case=" \u2003"), "cases: case is blank or too long"),
    ("cited_undated", lambda rows: rows[30:], "cited_document, cited_undated: no row of "),
    ("line", first(line="unstated"), "line: the procedure is asked for by side (procedure "),
    ("line", lambda rows: [*rows, {**rows[0], "line": "unstated"}], "line: unstated beside a side"),
    ("cases", first(recorded="perhaps"), "cases: recorded is no determination"),
)


def read_of(folder: Path) -> tuple[CohortStore, dict[str, list[str]]]:
    """A store with the cases of a folder, and the errors of those that are rejected, by place."""
    store = CohortStore(program_of(POLICY))
    return store, {
        each.place: each.errors for part in read_relations(store, folder) for each in part
    }


def check_kept(store: CohortStore, bad: Iterable[str]) -> None:
    """Every case of the 60 is either kept or rejected, and the kept ones have their own numbers."""
    kept = {str(case) for (case,) in store.rows('SELECT "case" FROM cases')}
    rejected = {place.partition("(")[2].removesuffix(")") for place in bad}
    assert not kept & rejected
    assert store.own_numbers
    assert len(kept) + len(rejected) == 60


@pytest.mark.parametrize("which", ["first", "last"])
def test_impossible_rows_of_all_relations_are_told_at_once(
    written: Path, tmp_path: Path, which: str
) -> None:
    """The first changes of each relation in one folder, the last ones in another."""
    rows = reversed(IMPOSSIBLE_ROWS) if which == "first" else IMPOSSIBLE_ROWS
    chosen = {name: (change, words) for name, change, words in rows}
    folder = as_csv(written / "relations", tmp_path / "csv", *chosen)
    for name, (change, _) in chosen.items():
        changed(folder, name, change)
    store, bad = read_of(folder)
    for _, words in chosen.values():
        assert any(words in error for errors in bad.values() for error in errors), words
    check_kept(store, bad)


@pytest.mark.parametrize(("name", "change", "words"), first_few(IMPOSSIBLE_ROWS, 1))
def test_a_case_with_an_impossible_row_is_rejected(
    written: Path, tmp_path: Path, name: str, change: Any, words: str
) -> None:
    folder = as_csv(written / "relations", tmp_path / "csv", name)
    changed(folder, name, change)
    store, bad = read_of(folder)
    assert any(words in error for errors in bad.values() for error in errors), bad
    check_kept(store, bad)


def entries_of(folder: Path, name: str, **values: str) -> dict[int, int]:
    """By the numbers of their cases, entries of this relation with these values: of each case its
    first one."""
    read = duckdb.read_parquet(str(folder / f"{name}.parquet"))
    found: dict[int, int] = {}
    for each in read.fetchall():
        row = dict(zip(read.columns, each, strict=True))
        if all(row[column] == value for column, value in values.items()):
            found.setdefault(row["c"], row["entry"])
    return found


def entry_of(name: str, **values: str) -> Callable[[Path], str]:
    """The number of an entry of this relation, the first one with these values."""

    def found(folder: Path) -> str:
        case, entry = next(iter(entries_of(folder, name, **values).items()))
        return f"{case},{entry}"

    return found


def other_case(_: Path) -> str:
    return "7"


def percutaneous_case(relations: Path) -> str:
    """A case that names its procedure, percutaneous fusion, by no code."""
    files = [str(relations / f"{name}.parquet") for name in ("procedure", "procedure_code")]
    query = (
        "SELECT p.c FROM read_parquet($1) AS p ANTI JOIN read_parquet($2) AS k ON k.c = p.c "
        "WHERE CAST(p.procedure AS VARCHAR) = 'percutaneous_sij_fusion' ORDER BY p.c LIMIT 1"
    )
    ((number,),) = duckdb.execute(query, files).fetchall()
    return str(number)


IMPOSSIBLE = {
    "an outcome failed and relief": (
        "injection_outcome",
        entry_of("injection_outcome", outcome="failed"),
        "{},relief",
        "injection_outcome: more than one row (entry {entry}): failed and relief",
    ),
    "a study result both shown and excluded": (
        "study_excludes",
        entry_of("study_shows", result="destructive_lesion"),
        "{},destructive_lesion",
        "study_shows, study_excludes: said both ways (entry {entry}, result destructive_lesion)",
    ),
    "a code of another procedure": (
        "procedure_code",
        percutaneous_case,
        "{},27280",
        "procedure_code: contradicts the procedure (code 27280, procedure ",
    ),
    "a line twice": ("line", other_case, "{},left\n{},left", "line: more than one row (line left)"),
    "a detail of another kind's entry": (
        "injection_outcome",
        entry_of("therapy", kind="rest"),
        "{},failed",
        "injection_outcome: not an entry of injection (entry {entry})",
    ),
    "an exercise plan of a therapy that is none": (
        "exercise_follow_up",
        entry_of("therapy", kind="rest"),
        "{},yes",
        "exercise_follow_up: the kind is not home_exercise_program (entry {entry})",
    ),
    "a date of a therapy": (
        "entry_date",
        entry_of("therapy", kind="rest"),
        "{},2026-01-01",
        "entry_date, undated: not an entry of finding or measurement or ",
    ),
    "an ongoing therapy that is completed": (
        "therapy_completed",
        entry_of("therapy_ongoing"),
        "{},yes",
        "therapy_completed: it is ongoing (entry {entry})",
    ),
    "an entry number that is not whole": (
        "revises",
        other_case,
        "{},0.4",
        "revises: entry is missing or impossible (entry 0.4)",
    ),
    "an entry number that DuckDB would read as 21": (
        "revises",
        other_case,
        "{},2_1",
        "revises: entry is missing or impossible (entry 2_1)",
    ),
    "a name that is none": (
        "stated_diagnosis",
        other_case,
        "{},sciatica",
        "stated_diagnosis: diagnosis is missing or impossible (diagnosis sciatica)",
    ),
}


def append(folder: Path, name: str, rows: str, known: str) -> None:
    file = folder / f"{name}.csv"
    with file.open("a", encoding="utf-8") as stream:
        if not file.stat().st_size:
            stream.write(",".join(known_relations()[name]) + "\n")
        stream.write(rows.format(known, known) + "\n")


def test_rows_that_contradict_the_schema_are_told_at_once(written: Path, tmp_path: Path) -> None:
    """For all such rows in one folder exactly their cases are rejected."""
    names = {name for name, *_ in IMPOSSIBLE.values()}
    folder = as_csv(written / "relations", tmp_path / "csv", *names)
    wanted: dict[str, list[str]] = {}
    for name, of, rows, error in IMPOSSIBLE.values():
        known = of(written / "relations")
        append(folder, name, rows, known)
        number, _, entry = known.partition(",")
        wanted.setdefault(number, []).append(error.format(entry=entry))
    _, bad = read_of(folder)
    told = {place.split()[1]: errors for place, errors in bad.items()}
    assert set(told) == set(wanted)
    for number, errors in wanted.items():
        for error in errors:
            assert any(each.startswith(error) for each in told[number]), told[number]


@pytest.mark.parametrize(
    ("name", "of", "rows", "error"),
    first_few(IMPOSSIBLE.values(), 1),
    ids=list(IMPOSSIBLE),
)
def test_what_contradicts_the_schema_is_told_with_its_row(
    written: Path, tmp_path: Path, name: str, of: Callable[[Path], str], rows: str, error: str
) -> None:
    """For one row more exactly its case is rejected; opening the case says the same."""
    folder = as_csv(written / "relations", tmp_path / "csv", name)
    known = of(written / "relations")
    append(folder, name, rows, known)
    number, _, entry = known.partition(",")
    (rejected,) = read_relations(CohortStore(program_of(POLICY)), folder)
    ((place, _, errors),) = rejected
    assert place.startswith(f"c {number} (")
    wanted = error.format(entry=entry)
    assert any(each.startswith(wanted) for each in errors), errors
    with pytest.raises(InputError) as told:
        case_of(folder, int(number), program_of(POLICY))
    assert errors[0].partition(":")[2] in str(told.value)


@pytest.mark.parametrize(
    ("kind", "values", "wrong"),
    first_few(
        [
            ("therapy", {"kind": "rest"}, ("unstated",)),
            ("imaging", {"region": "lumbar_spine"}, ("unstated", "left", "right", "bilateral")),
            ("finding", {"finding": "patrick"}, ("not_side_specific",)),
            ("finding", {"finding": "systemic_arthropathy"}, ("unstated",)),
            ("measurement", {}, ("not_side_specific",)),
            ("injection", {}, ("not_side_specific",)),
            ("imaging", {"region": "hip"}, ("not_side_specific",)),
        ],
        2,
    ),
)
def test_a_side_that_such_an_entry_cannot_have_is_told(
    written: Path, tmp_path: Path, kind: str, values: dict[str, str], wrong: tuple[str, ...]
) -> None:
    """A side that is stated is one for every kind but studies of the lumbar spine."""
    entries = list(entries_of(written / "relations", kind, **values).items())
    waiting = sorted(SCHEMA["entry_side"].column("side").domain or ())
    while waiting:  # as many sides at once as there are cases with such an entry
        sides = {str(entry): (case, waiting.pop()) for case, entry in entries[: len(waiting)]}
        folder = as_csv(written / "relations", tmp_path / str(len(waiting)), "entry_side")

        def sided(rows: Rows, sides: dict[str, tuple[int, str]] = sides) -> Rows:
            return [
                {**row, "side": sides[row["entry"]][1]} if row["entry"] in sides else row
                for row in rows
            ]

        changed(folder, "entry_side", sided)
        _, bad = read_of(folder)
        assert {place.partition("(")[0]: errors for place, errors in bad.items()} == {
            f"c {case} ": [f"entry_side: not a side of such a {kind} (entry {entry}, side {side})"]
            for entry, (case, side) in sides.items()
            if side in wrong
        }


def added(folder: Path, name: str, before: str = "", after: str = "") -> None:
    """Put text before or behind that of a CSV file."""
    path = folder / f"{name}.csv"
    path.write_text(before + path.read_text(encoding="utf-8") + after, encoding="utf-8")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda f: (f / "cases.csv").unlink(), "there is no cases.parquet or cases.csv"),
        (lambda f: (f / "relief.txt").write_text("c\n"), "relief.txt: a file, which"),
        (lambda f: (f / "relief.tsv").write_text("c\n"), "relief.tsv: a file, which"),
        (lambda f: (f / "relief.csv.gz").write_bytes(b""), "relief.csv.gz: a file, which"),
        (lambda f: (f / "relief.xlsx").write_bytes(b""), "relief.xlsx: a file, which"),
        (lambda f: (f / "pa-1.yaml").write_text("x"), "pa-1.yaml: a file, which"),
        (lambda f: (f / "relief").mkdir(), "relief: a folder, which"),
        (lambda f: (f / "plan.csv").mkdir(), "plan.csv: a folder, which"),
        (lambda f: (f / "c_part=1").mkdir(), "c_part=1: a folder, which"),
        (lambda f: os.mkfifo(f / "plan.csv"), "plan.csv: no file, which"),
        (lambda f: (f / "findng.csv").write_text("c\n"), "did you mean finding?"),
        (lambda f: (f / "day_of_record.csv").write_text("c\n"), "follows from the others"),
        (lambda f: (f / "measurement.parquet").write_text("c\n"), "two files"),
        (lambda f: (f / "measurement.csv").write_text("c,entry,measure,point\n"), "unknown: point"),
        (lambda f: (f / "measurement.csv").write_text("c,entry,measure\n1,2,x\n"), "lacks value"),
        (
            lambda f: (f / "measurement.csv").write_text(
                "c,entry,measure,value\n99999,1,sij_pain_score,5\n"
            ),
            "no case of",
        ),
        (lambda f: changed(f, "cases", lambda rows: rows[1:]), "no case of"),
        pytest.param(
            lambda f: changed(f, "cases", lambda rows: rows[:5] + rows[6:]),
            "no case of",
            marks=pytest.mark.slow,
        ),
        pytest.param(
            lambda f: changed(f, "cases", lambda rows: rows[:-1]),
            "no case of",
            marks=pytest.mark.slow,
        ),
        (lambda f: changed(f, "measurement", first(c="#1")), "no case of"),
        (lambda f: added(f, "measurement", before="# exported\n"), "line 2 has 4 columns"),
        (lambda f: added(f, "measurement", after="1,2\n"), "has 2 columns"),
        (
            lambda f: (f / "measurement.csv").write_text("c;entry;measure;value\n1;2;x;5\n"),
            "unknown: c;entry;measure;value",
        ),
        (
            lambda f: [(f / name).touch() for name in ("a.txt", "b.tsv", "c.xlsx")],
            "nor would 2 more",
        ),
        (lambda f: changed(f, "cases", first(c="")), "1 row without a number"),
        (lambda f: changed(f, "cases", first(c="1")), "number used twice"),
    ],
)
def test_files_that_are_no_relations_are_an_error(
    written: Path, tmp_path: Path, change: Any, words: str
) -> None:
    folder = as_csv(written / "relations", tmp_path / "csv", "cases", "measurement", "revises")
    change(folder)
    with pytest.raises(Exception, match=words) as told:
        audit(folder, tmp_path / "out", POLICY)
    assert type(told.value).__name__ in ("AuditError", "CohortError")
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_parquet_is_an_error(written: Path, tmp_path: Path) -> None:
    folder = as_csv(written / "relations", tmp_path / "csv", "measurement")
    (folder / "measurement.csv").unlink()
    (folder / "measurement.parquet").write_bytes(b"nothing of the kind")
    with pytest.raises(AuditError, match=r"measurement\.parquet: no Parquet file"):
        audit(folder, tmp_path / "out", POLICY)


def test_what_is_hostile_in_a_cohort_stays_data(audited: Path) -> None:
    for name in ("cases", "again"):
        assert {row[0] for row in lines_of(audited / name)} >= {"C0", HOSTILE, "C2"}
