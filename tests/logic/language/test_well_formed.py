"""A program that breaks a rule is refused, and the fault names the clause."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from clausewise.logic.language.criteria import L, met, told_met
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.input_relations import (
    finding,
    line,
    measurement,
    parameter,
    reading,
    therapy,
)
from clausewise.logic.language.notation import Section, count, relation, total
from clausewise.logic.language.rules import Relation, Variable
from clausewise.logic.language.well_formed import ProgramError
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

E, F, M, N, S, T = (Variable(name) for name in "EFMNST")
helper = relation("helper", "line", "a helper")
other = relation("other", "line", "another helper")


def _typo() -> None:
    told_met(L, "D.I.B.2") <= line(L) & relation("painscore", "line points", "misspelt")(L, S)


def _arity() -> None:
    told_met(L, "D.I.B.2") <= line(L) & relation("anchor", "line day", "wrong arity")(L, S)


def _fact_by_rule() -> None:
    line(L) <= finding(E, L)


def _unknown_label() -> None:
    told_met(L, "D.I.B.2") <= line(L) & met(L, "D.I.B.22")


def _unknown_name() -> None:
    told_met(L, "D.I.B.2") <= line(L) & finding(E, "gaenslenn")


def _unknown_therapy() -> None:
    told_met(L, "D.I.B.2") <= line(L) & therapy(E, "acupuncture")


def _unknown_reading() -> None:
    told_met(L, "D.I.B.2") <= line(L) & reading("lateralty", "same_side")


def _unknown_value() -> None:
    told_met(L, "D.I.B.2") <= line(L) & reading("laterality", "sameside")


def _unknown_parameter() -> None:
    told_met(L, "D.I.B.2") <= line(L) & parameter("minimum_pain", S)


def _unbound_comparison() -> None:
    told_met(L, "D.I.B.2") <= line(L) & (S >= 5) & measurement(E, M, S)


def _bound_by_itself() -> None:
    told_met(L, "D.I.B.2") <= line(L) & S.is_(S + 1)


def _unbound_negation() -> None:
    told_met(L, "D.I.B.2") <= line(L) & ~measurement(E, M, S)


def _unbound_head() -> None:
    told_met(L, "D.I.B.2") <= measurement(E, M, S)


def _twice_in_an_atom() -> None:
    told_met(L, "D.I.B.2") <= line(L) & measurement(E, M, E)


def _recursion() -> None:
    helper(L) <= line(L) & other(L)
    other(L) <= line(L) & helper(L)
    told_met(L, "D.I.B.2") <= helper(L)


def _unstratified() -> None:
    helper(L) <= line(L) & ~other(L)
    other(L) <= line(L) & ~helper(L)
    told_met(L, "D.I.B.2") <= helper(L)


def _through_statuses() -> None:
    told_met(L, "D.I.B.2") <= met(L, "D.I.B")


def _repeated() -> None:
    told_met(L, "D.I.B.2") <= measurement(E, M, S) & line(L)
    told_met(L, "D.I.B.2") <= measurement(F, M, T) & line(L)


def _never_asked() -> None:
    helper(L) <= line(L)


def _total_bound_before() -> None:
    told_met(L, "D.I.B.2") <= line(L) & measurement(E, M, N) & count(N, measurement(F, M, S))


def _total_leaks() -> None:
    told_met(L, "D.I.B.2") <= line(L) & count(N, measurement(E, M, S)) & finding(E, F)


def _value_bound_before() -> None:
    told_met(L, "D.I.B.2") <= line(L) & measurement(E, M, S) & total(N, S, measurement(E, M, S))


FAULTS: list[tuple[Callable[[], None], str]] = [
    (_typo, "no rule defines painscore"),
    (_arity, "declared in two ways"),
    (_fact_by_rule, "no rule defines it"),
    (_unknown_label, "D.I.B.22 is not a clause"),
    (_unknown_name, "gaenslenn is not a name for finding"),
    (_unknown_therapy, "acupuncture is not a name for kind"),
    (_unknown_reading, "lateralty is not in the register of readings"),
    (_unknown_value, "sameside is not a value of laterality"),
    (_unknown_parameter, "minimum_pain is not in the register of parameters"),
    (_unbound_comparison, "S not bound before"),
    (_bound_by_itself, "S not bound before"),
    (_unbound_negation, "E, M, S not bound before"),
    (_unbound_head, "L of the head not bound"),
    (_twice_in_an_atom, "E stands twice in measurement(E, M, E), unbound"),
    (_recursion, "recursion"),
    (_unstratified, "recursion"),
    (_through_statuses, "recursion"),
    (_repeated, "says the same as"),
    (_never_asked, "nothing asks for helper"),
    (_total_bound_before, "N is bound before its total"),
    (_total_leaks, "E of a total used outside it"),
    (_value_bound_before, "S is bound before it is added up"),
]


@pytest.mark.parametrize(("write", "words"), FAULTS, ids=lambda each: getattr(each, "__name__", ""))
def test_a_fault_is_found_and_names_the_clause(write: Callable[[], None], words: str) -> None:
    section = Section("extra", "written wrongly")
    with section.clause("D.I.B.2", "written wrongly") as clause:
        write()
    rules = [*POLICY.rules(), *clause.rules]
    with pytest.raises(ProgramError) as caught:
        program_of(POLICY).check(rules)
    matching = [fault for fault in caught.value.faults if words in fault]
    assert matching, caught.value.faults
    assert any("D.I.B.2" in fault for fault in matching)


def test_the_policy_itself_has_no_fault() -> None:
    program_of(POLICY).check(program_of(POLICY).rules)


def _python_and() -> None:
    told_met(L, "D.I.B.2") <= (line(L) and measurement(E, M, S))


def _python_or() -> None:
    told_met(L, "D.I.B.2") <= (line(L) or measurement(E, M, S))


def _python_not() -> None:
    told_met(L, "D.I.B.2") <= (line(L) & (not measurement(E, M, S)))  # type: ignore[operator]


def _chained_comparison() -> None:
    told_met(L, "D.I.B.2") <= line(L) & measurement(E, M, S) & (1 <= S <= 5)


def _wrong_number_of_columns() -> None:
    measurement(E)


def _no_label() -> None:
    told_met(L, S)


def _foreign_label() -> None:
    told_met(L, "D.I.B.3") <= line(L)


def _none_in_a_column() -> None:
    measurement(E, M, None)  # type: ignore[arg-type]


def _float_in_a_column() -> None:
    measurement(E, M, 4.9)  # type: ignore[arg-type]


def _not_a_literal() -> None:
    told_met(L, "D.I.B.2") <= "line"  # type: ignore[operator]


@pytest.mark.parametrize(
    "write",
    [
        _python_and,
        _python_or,
        _python_not,
        _chained_comparison,
        _wrong_number_of_columns,
        _no_label,
        _foreign_label,
        _none_in_a_column,
        _float_in_a_column,
        _not_a_literal,
    ],
)
def test_the_notation_refuses_what_pydatalog_takes_in_silence(write: Callable[[], None]) -> None:
    section = Section("extra", "written wrongly")
    with section.clause("D.I.B.2", "written wrongly"), pytest.raises(PolicyError):
        write()


def test_a_rule_outside_a_clause_is_refused() -> None:
    with pytest.raises(PolicyError, match="outside"):
        helper(L) <= line(L)


def test_relations_are_known_by_name_and_columns() -> None:
    assert str(Relation("anchor", ("day",), "")) == "anchor/1"
