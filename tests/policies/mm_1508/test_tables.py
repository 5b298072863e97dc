"""Example determinations, a table for each clause, as ``tests.support.tables`` reads them."""

from __future__ import annotations

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.explain.result import line_advisories
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from tests.support.tables import Row, case_data, rows

ELSEWHERE = {"D.I.A": "determination", "D.I.B": "determination"}
"""The table that shows a published clause, where it is not its own or that of a clause above it."""


@pytest.mark.parametrize(
    ("table", "row"), rows(), ids=lambda each: each["name"] if isinstance(each, dict) else each
)
def test_example_determination(table: str, row: Row) -> None:
    decision = decide_case(
        case_from_data(case_data(table, row)),
        POLICY,
        readings=row.get("readings"),
        parameters=row.get("parameters"),
    )
    (line,) = decision.lines
    for what, expected in row["expect"].items():
        if what == "determination":
            assert line.determination == expected
        elif what == "decisive":
            assert list(line.decisive) == expected
        elif what == "governed":
            assert (line.determination != "not_governed") is expected
        elif what == "advisories":
            found = line_advisories(decision, line, ReadingSensitivity(decision))
            codes = {each.code for each in found} - {"reading_sensitive"}
            if line.determination in ("medically_necessary", "not_medically_necessary"):
                # These records cite no documents; rows that do not care about it leave it out.
                codes -= {"unsourced"} - set(expected)
            assert codes == set(expected)
        elif what in line.criteria:
            assert line.criteria[what] == expected, what
        else:
            assert line.exclusions[what] == expected, what


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
        case = case_from_data(case_data(table, row))
        choices = choose(POLICY, row.get("readings"), row.get("parameters"))
        # The derivations alone, which the test of each row has compared with pyDatalog.
        model = Model(program_of(POLICY).plan, base_facts(case, POLICY, choices))
        for label in POLICY.clauses:
            for status in ("met", "not_met", "conflicting"):
                if model.rows[f"{status}[{label}]"]:
                    seen.setdefault(label, {"undocumented"}).add(status)
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
