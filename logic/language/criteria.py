"""Leaves and gates: how a clause gets one of four statuses.

A leaf asks the record two independent questions, ``told_met`` and ``told_not_met``, which makes
four statuses (Belnap): met, not met, conflicting (both) and undocumented (neither). A gate combines
the statuses of its parts by strong Kleene logic, where a conflicting part counts as undetermined.

What enters is a formula over clause labels; what leaves are ordinary rules in the clause that is
being written, so that each step of a proof is one rule instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from typing import TypeAlias

from clausewise.logic.language.input_relations import line, parameter, reading
from clausewise.logic.language.notation import (
    Atom,
    Body,
    Clause,
    Negation,
    PolicyError,
    Section,
    Variable,
    as_body,
    count,
    relation,
    variables,
)

L = Variable("L")
_M, _N, _P, _R = variables("M N P R")

told_met = relation("told_met", "line clause", "the record says the clause is met", by_clause=1)
told_not_met = relation(
    "told_not_met", "line clause", "the record says the clause is not met", by_clause=1
)
met = relation("met", "line clause", "the clause is met", by_clause=1)
not_met = relation("not_met", "line clause", "the clause is not met", by_clause=1)
conflicting = relation(
    "conflicting", "line clause", "the record contradicts itself on the clause", by_clause=1
)
met_part = relation("met_part", "line clause part", "a part of the gate is met", by_clause=1)
not_met_part = relation(
    "not_met_part", "line clause part", "a part of the gate is not met", by_clause=1
)


@contextmanager
def leaf(
    section: Section,
    label: str,
    paraphrase: str,
    *,
    kind: str = "criterion",
    published: bool = True,
    name: str = "",
    question: str = "",
) -> Iterator[Clause]:
    """A leaf clause: write its ``told_met`` and ``told_not_met`` rules inside the block."""
    with section.clause(
        label, paraphrase, kind=kind, published=published, name=name, question=question
    ) as clause:
        yield clause
        met(L, label) <= told_met(L, label) & ~told_not_met(L, label)
        not_met(L, label) <= told_not_met(L, label) & ~told_met(L, label)
        conflicting(L, label) <= told_met(L, label) & told_not_met(L, label)


@dataclass(frozen=True, slots=True)
class All:
    """Met when every part is met."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """Met when some part is met."""

    parts: tuple[Formula, ...]


Formula: TypeAlias = str | All | Any


def all_of(*parts: Formula) -> All:
    return All(parts)


def any_of(*parts: Formula) -> Any:
    return Any(parts)


def _labels(formula: Formula) -> tuple[str, ...]:
    if isinstance(formula, str):
        return (formula,)
    return tuple(dict.fromkeys(label for part in formula.parts for label in _labels(part)))


def _alternatives(formula: Formula, *, met_wanted: bool) -> list[tuple[str, ...]]:
    """The sets of labels each of which suffices for the formula to be met (or not met)."""
    if isinstance(formula, str):
        return [(formula,)]
    below = [_alternatives(part, met_wanted=met_wanted) for part in formula.parts]
    if isinstance(formula, All) is met_wanted:
        return [
            tuple(dict.fromkeys(label for choice in choices for label in choice))
            for choices in product(*below)
        ]
    return [choice for part in below for choice in part]


def _write_gate(
    label: str, formulas: Mapping[Atom | None, All | Any], *, further: bool = False
) -> None:
    """Write the rules of a gate; ``formulas`` by the reading under which they apply (None: always).

    Rules that are the same under every reading are written once, without a reading.
    """
    rules = {
        guard: list(_gate_rules(label, formula, further=further))
        for guard, formula in formulas.items()
    }
    first, *others = rules.values()
    always = [rule for rule in first if all(rule in each for each in others)]
    for head, body in always:
        head <= Body(body)
    for guard, own in rules.items():
        for head, body in own:
            if guard is not None and (head, body) not in always:
                head <= Body((guard, *body))


def _gate_rules(
    label: str, formula: All | Any, *, further: bool
) -> Iterator[tuple[Atom, tuple[Atom | Negation, ...]]]:
    """Head and body of each rule of a gate."""
    for status, wanted in ((met, True), (not_met, False)):
        for labels in _alternatives(formula, met_wanted=wanted):
            yield status(L, label), tuple(status(L, part) for part in labels)
    # An ALL gate with a conflicting part cannot be met, and an ANY gate cannot be not met, so that
    # they ask for less to be undecided.
    plain = all(isinstance(part, str) for part in formula.parts)
    undecided: tuple[Negation, ...] = (~met(L, label), ~not_met(L, label))
    if plain and isinstance(formula, All):
        undecided = (~not_met(L, label),)
    elif plain and not further:
        undecided = (~met(L, label),)
    for part in _labels(formula):
        yield conflicting(L, label), (conflicting(L, part), *undecided)


def gate(
    section: Section,
    label: str,
    paraphrase: str,
    formula: All | Any,
    *,
    kind: str = "criterion",
    published: bool = True,
    name: str = "",
    further_rules: Callable[[], None] | None = None,
) -> None:
    """Write a gate over the statuses of its parts, the same under every reading.

    ``further_rules`` writes rules that decide the gate apart from its parts.
    """
    with section.clause(label, paraphrase, kind=kind, published=published, name=name) as clause:
        clause.gate = "ALL" if isinstance(formula, All) else "ANY"
        clause.parts = _labels(formula)
        _write_gate(label, {None: formula}, further=further_rules is not None)
        if further_rules is not None:
            further_rules()


def gate_by_reading(
    section: Section,
    label: str,
    paraphrase: str,
    reading_name: str,
    formulas: Mapping[str, All | Any],
    *,
    further: tuple[str, ...] = (),
    kind: str = "criterion",
    published: bool = True,
    name: str = "",
) -> None:
    """Write a gate whose formula depends on a reading; the first formula is the default reading's.

    ``further`` are parts of this gate that the default reading does not ask for.
    """
    with section.clause(label, paraphrase, kind=kind, published=published, name=name) as clause:
        default, *_ = formulas.values()
        clause.gate = "ALL" if isinstance(default, All) else "ANY"
        clause.parts = _labels(default)
        clause.further_parts = further
        _write_gate(label, {reading(reading_name, value): each for value, each in formulas.items()})


def at_least(
    section: Section,
    label: str,
    paraphrase: str,
    minimum: str,
    parts: tuple[str, ...],
    *,
    further: tuple[tuple[str, str], tuple[str, ...]] | None = None,
    name: str = "",
) -> None:
    """Write a gate that is met when at least so many parts are as the parameter ``minimum`` says.

    ``further`` is a pair (reading, value), and the parts that are counted as well under that value.
    Raises PolicyError when a part is listed in both places.
    """
    always = Body(())
    guarded = [(part, always) for part in parts]
    pools = [(always, len(parts))]
    if further is not None:
        (reading_name, value), more = further
        if set(parts) & set(more):
            raise PolicyError(f"{label}: a part is counted twice")
        wider = as_body(reading(reading_name, value))
        guarded += [(part, wider) for part in more]
        pools = [
            (reading(reading_name, _R) & _R.is_not(value), len(parts)),
            (wider, len(guarded)),
        ]
    with section.clause(label, paraphrase, name=name) as clause:
        clause.gate, clause.parts = "AT LEAST", parts
        for part, guard in guarded:
            met_part(L, label, part) <= guard & met(L, part)
            not_met_part(L, label, part) <= guard & not_met(L, part)
        met(L, label) <= (
            line(L) & count(_N, met_part(L, label, _P)) & parameter(minimum, _M) & (_N >= _M)
        )
        for pool, size in pools:
            not_met(L, label) <= (
                line(L)
                & parameter(minimum, _M)
                & pool
                & count(_N, not_met_part(L, label, _P))
                & (size < _N + _M)
            )
        for part, guard in guarded:
            conflicting(L, label) <= (
                guard & conflicting(L, part) & ~met(L, label) & ~not_met(L, label)
            )
