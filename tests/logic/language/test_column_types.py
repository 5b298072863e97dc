"""What columns hold follows from the schema and the rules; what cannot be is a fault."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clausewise.facts.columns import Type
from clausewise.facts.schema import SCHEMA
from clausewise.logic.language import input_relations as given
from clausewise.logic.language.column_types import ColumnTypes, column_types
from clausewise.logic.language.input_relations import INPUT_RELATIONS
from clausewise.logic.language.notation import Section, count, relation, total
from clausewise.logic.language.rules import Variable
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

A, D, E, F, M, N, Q, S, T = (Variable(name) for name in "ADEFMNQST")
mark = relation("mark", "entry what", "a mark of an entry")
length = relation("length", "entry much", "how many days")
moment = relation("moment", "when", "a day that is named as nothing of the kind")


def types_of(write: Callable[[], None]) -> ColumnTypes:
    section = Section("S", "small")
    with section.clause("S.1", "a small program") as clause:
        write()
    rules = clause.rules
    return column_types(rules, dict.fromkeys(rule.head.key for rule in rules))


def kinds(found: ColumnTypes, key: str) -> list[Type]:
    return [column.type for column in found.columns[key]]


def _days() -> None:
    length(E, N) <= given.therapy_start(E, S) & given.therapy_end(E, F) & N.is_(F - S + 1)
    moment(D) <= given.therapy_start(E, S) & D.is_(S + 3)
    moment(D) <= given.therapy_end(E, D)
    mark(E, N) <= length(E, T) & total(N, T, length(E, T))
    mark(E, N) <= length(E, T) & count(N, moment(D))


def test_what_is_computed_from_days_is_known_whatever_its_column_is_called() -> None:
    found = types_of(_days)
    assert found.faults == ()
    assert kinds(found, "length") == [Type.ENTRY, Type.COUNT]
    assert kinds(found, "moment") == [Type.DAY]
    assert kinds(found, "mark") == [Type.ENTRY, Type.COUNT]


def _references() -> None:
    mark(E, "named") <= given.inability_therapy(Q, E)
    length(E, 3) <= given.inability_therapy(Q, E) & given.therapy(E, "tens")


def test_what_is_referred_to_is_an_own_entry_only_where_a_row_of_it_is_asked_for() -> None:
    found = types_of(_references)
    assert kinds(found, "mark") == [Type.REFERENCE, Type.NAME]
    assert kinds(found, "length") == [Type.ENTRY, Type.WHOLE]


def test_the_names_of_a_column_are_those_that_rules_give() -> None:
    found = program_of(POLICY).plan.types
    basis, _, entry = found.columns["qualified"]
    assert basis.domain == frozenset({"documented", "contested", "possible"})
    assert entry.type is Type.ENTRY
    assert found.columns["side_counts"][1].domain == SCHEMA["entry_side"].column("side").domain


def _day_as_a_name() -> None:
    moment(D) <= given.received(D) & given.finding(E, D)


def _day_and_count() -> None:
    moment(D) <= given.received(D) & given.months_before(D, M, S) & (D > M)


def _name_of_no_rule() -> None:
    mark(E, "near") <= given.injection(E)
    length(E, 1) <= mark(E, "nearer")


def _names_that_never_meet() -> None:
    moment(N) <= given.finding(E, N) & given.imaging(Q, N, S)


def _number_as_an_entry() -> None:
    mark(E, "odd") <= given.relief(Q, E) & given.injection(E)


@pytest.mark.parametrize(
    ("write", "words"),
    [
        (_day_as_a_name, "D is a day and stands for a name"),
        (_day_and_count, "compares a day with a count"),
        (_name_of_no_rule, "nearer is not a name for what"),
        (_names_that_never_meet, "N can hold none of the names of the column"),
        (_number_as_an_entry, "E is a number and stands for a entry"),
    ],
)
def test_a_fault_is_found_and_names_the_rule(write: Callable[[], None], words: str) -> None:
    (fault,) = types_of(write).faults
    assert words in fault
    assert fault.startswith("S.1/")


def test_every_relation_of_the_schema_is_an_input_relation_and_no_other() -> None:
    assert list(INPUT_RELATIONS) == list(SCHEMA)
    assert given.finding is INPUT_RELATIONS["finding"]
    with pytest.raises(ImportError, match="findng"):
        from clausewise.logic.language.input_relations import findng  # noqa: F401
