"""Example determinations, a table for each clause, as ``tests.support.tables`` reads them."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.result import line_advisories
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.mm_1508.entries import EXAMINATIONS
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from tests.support.derived import decided_lines, derive
from tests.support.oracle.oracle import Line, decide
from tests.support.systematic import findings_by_label
from tests.support.tables import Row, case_data, rows

ELSEWHERE = {"D.I.A": "determination", "D.I.B": "determination"}
"""The table that shows a published clause, where it is not its own or that of a clause above it."""


def named(chosen: list[tuple[str, Row]], quick: int | None = None) -> pytest.MarkDecorator:
    """The rows as parameters, by name; those after the first ``quick`` are slow."""
    slow = [pytest.mark.slow]
    return pytest.mark.parametrize(
        ("table", "row"),
        [
            pytest.param(*each, id=f"{each[0]}: {each[1]['name']}", marks=marks)
            for number, each in enumerate(chosen)
            for marks in ([slow if quick is not None and number >= quick else []])
        ],
    )


def compare(row: Row, line: Line) -> None:
    """What a row expects of the statuses, the determination and the decisive clauses."""
    for what, expected in row["expect"].items():
        if what == "determination":
            assert line.determination == expected
        elif what == "decisive":
            assert line.decisive == expected
        elif what == "governed":
            assert (line.determination != "not_governed") is expected
        elif what != "advisories":
            assert {**line.criteria, **line.exclusions}[what] == expected, what


@cache
def by_the_oracle(table: str, name: str) -> Line:
    """The line of a row, which is found by its name, as the oracle decides it."""
    row = next(row for each, row in rows() if (each, row["name"]) == (table, name))
    (line,) = decide(case_data(table, row), row.get("readings"), row.get("parameters"))
    return line


@named(list(rows()))
def test_the_rules_and_the_oracle_decide_it_so(table: str, row: Row) -> None:
    data, readings, parameters = case_data(table, row), row.get("readings"), row.get("parameters")
    (line,) = derive(data, readings, parameters)
    compare(row, line)
    expected = by_the_oracle(table, row["name"])
    compare({"expect": {**expected.criteria, **expected.exclusions}}, line)
    assert line.determination == expected.determination


@named(Random(1508).sample(rows(), len(rows())), quick=20)
def test_pydatalog_decides_it_so(table: str, row: Row) -> None:
    case, readings, parameters = case_data(table, row), row.get("readings"), row.get("parameters")
    decision = decide_case(case_from_data(case), POLICY, readings=readings, parameters=parameters)
    (line,) = decided_lines(decision)
    compare(row, line)


@named([each for each in rows() if "advisories" in each[1]["expect"]])
def test_the_advisories_are_these(table: str, row: Row) -> None:
    case, readings, parameters = case_data(table, row), row.get("readings"), row.get("parameters")
    decision = decide_case(case_from_data(case), POLICY, readings=readings, parameters=parameters)
    (line,) = decision.lines
    expected = set(row["expect"]["advisories"])
    found = line_advisories(decision, line, ReadingSensitivity(decision))
    codes = {each.code for each in found} - {"reading_sensitive"}
    if line.determination in ("medically_necessary", "not_medically_necessary"):
        # These records cite no documents; rows that do not care about it leave it out.
        codes -= {"unsourced"} - expected
    assert codes == expected


def test_no_two_rows_have_the_same_name_in_a_table() -> None:
    names = [(table, row["name"]) for table, row in rows()]
    assert len(names) == len(set(names))


def test_every_published_clause_has_a_table_and_every_table_a_clause() -> None:
    """A clause has its own table or is a part of one that has, unless ``ELSEWHERE`` says more."""
    tables = {table for table, _ in rows()}
    found: dict[str, str] = {}
    for label in (label for label, clause in POLICY.clauses.items() if clause.published):
        parts = label.split(".")
        above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
        own = next((each for each in above if each in tables), None)
        found[label] = own or ELSEWHERE.get(label, "")
    assert [label for label, table in found.items() if table not in tables] == []
    for table in tables:
        assert any(f"{label}.".startswith(f"{table}.") for label in POLICY.clauses), table


def test_every_published_clause_is_shown_in_two_statuses() -> None:
    """The tables themselves are complete: each labelled clause occurs met and otherwise."""
    seen: dict[str, set[str]] = {}
    for table, row in rows():
        # The test of each row has compared the oracle with the rules.
        line = by_the_oracle(table, row["name"])
        for label, status in (*line.criteria.items(), *line.exclusions.items()):
            seen.setdefault(label, set()).add(status)
    poor = [
        label
        for label, clause in POLICY.clauses.items()
        if clause.kind in ("criterion", "exclusion") and clause.published
        if len(seen.get(label, set())) < 3
    ]
    assert poor == []


def test_every_alternative_reading_has_a_row() -> None:
    named = {(name, value) for _, row in rows() for name, value in row.get("readings", {}).items()}
    wanted = {
        (reading.name, value) for reading in POLICY.readings for value in reading.alternatives
    }
    assert wanted - named == set()


def test_the_rules_and_the_vocabulary_agree_on_what_is_an_examination() -> None:
    asked = {*findings_by_label().values(), *EXAMINATIONS}
    assert {name for name in asked if VOCABULARY.findings[name].examination} == {*EXAMINATIONS}
