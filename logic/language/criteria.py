"""Leaves and gates: how a clause gets one of four statuses.

A leaf asks the record two independent questions, ``told_met`` and ``told_not_met``, which makes
four statuses (Belnap): met, not met, conflicting (both) and undocumented (neither). A gate combines
the statuses of its parts by strong Kleene logic, where a conflicting part counts as undetermined.

What enters is a formula over clause labels; what leaves are ordinary rules in the clause that is
being written, so that each step of a proof is one rule instance.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from itertools import pairwise, product
from typing import TypeAlias, Unpack

from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.input_relations import line, parameter, reading, record_complete
from clausewise.logic.language.notation import (
    Clause,
    ClauseOptions,
    Section,
    count,
    relation,
    variables,
)
from clausewise.logic.language.rules import Atom, Body, Negation, Variable, as_body

L = Variable("L")
_K, _M, _N, _P, _R = variables("K M N P R")

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
    section: Section, label: str, paraphrase: str, **options: Unpack[ClauseOptions]
) -> Iterator[Clause]:
    """A leaf clause: write its ``told_met`` and ``told_not_met`` rules inside the block."""
    with section.clause(label, paraphrase, **options) as clause:
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


@dataclass(frozen=True, slots=True)
class Dated:
    """A part that a gate asks for only from the day ``since``, or only before ``until``."""

    label: str
    since: date | None = None
    until: date | None = None


Formula: TypeAlias = str | Dated | All | Any


def all_of(*parts: Formula) -> All:
    return All(parts)


def any_of(*parts: Formula) -> Any:
    return Any(parts)


def part(label: str, *, since: date | None = None, until: date | None = None) -> Dated:
    """A part of a gate that only some versions of the policy ask for."""
    return Dated(label, since, until)


Period: TypeAlias = tuple[date | None, date | None]
"""The first day of something and the first day after it; None where there is no limit."""


def _periods(parts: Iterable[Formula], options: ClauseOptions) -> list[Period]:
    """The periods of the clause in which it asks for the same parts."""
    since, until = options.get("since"), options.get("until")
    days = {
        day
        for dated in _dated(parts)
        for day in (dated.since, dated.until)
        if day is not None and (since is None or since < day) and (until is None or day < until)
    }
    edges = [since, *sorted(days), until]
    return list(pairwise(edges))


def _within(options: ClauseOptions, period: Period) -> ClauseOptions:
    found = options.copy()
    found["since"], found["until"] = period
    return found


def _dated(parts: Iterable[Formula]) -> Iterator[Dated]:
    for each in parts:
        if isinstance(each, Dated):
            yield each
        elif isinstance(each, All | Any):
            yield from _dated(each.parts)


def _begun(dated: Dated, period: Period) -> bool:
    """Whether a part is asked for in a period that none of its own days cuts in two."""
    since, until = period
    begun = dated.since is None or (since is not None and dated.since <= since)
    return begun and (dated.until is None or (until is not None and until <= dated.until))


def _parts_in(parts: Iterable[Formula], period: Period) -> tuple[Formula, ...]:
    """The parts as they are asked for in a period, without days."""
    found: list[Formula] = []
    for each in parts:
        if isinstance(each, Dated):
            if _begun(each, period):
                found.append(each.label)
        elif isinstance(each, All | Any):
            found.append(type(each)(_parts_in(each.parts, period)))
        else:
            found.append(each)
    return tuple(found)


def _labels(formula: Formula) -> tuple[str, ...]:
    if isinstance(formula, Dated):
        raise PolicyError(f"{formula.label}: a gate that a reading changes takes no dated parts")
    if isinstance(formula, str):
        return (formula,)
    return tuple(dict.fromkeys(label for part in formula.parts for label in _labels(part)))


def _alternatives(formula: Formula, *, met_wanted: bool) -> list[tuple[str, ...]]:
    """The sets of labels each of which suffices for the formula to be met (or not met)."""
    if isinstance(formula, str | Dated):
        return [_labels(formula)]
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
    further_rules: Callable[[], None] | None = None,
    **options: Unpack[ClauseOptions],
) -> None:
    """Write a gate over the statuses of its parts, the same under every reading.

    Where parts are dated it is written once for each period. ``further_rules`` writes rules that
    decide the gate apart from its parts.
    """
    for period in _periods(formula.parts, options):
        asked = type(formula)(_parts_in(formula.parts, period))
        with section.clause(label, paraphrase, **_within(options, period)) as clause:
            clause.gate = "ALL" if isinstance(formula, All) else "ANY"
            clause.parts = _labels(asked)
            _write_gate(label, {None: asked}, further=further_rules is not None)
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
    **options: Unpack[ClauseOptions],
) -> None:
    """Write a gate whose formula depends on a reading; the first formula is the default reading's.

    ``further`` are parts of this gate that the default reading does not ask for.
    """
    with section.clause(label, paraphrase, **options) as clause:
        default, *_ = formulas.values()
        clause.gate = "ALL" if isinstance(default, All) else "ANY"
        clause.parts = _labels(default)
        clause.further_parts = further
        _write_gate(label, {reading(reading_name, value): each for value, each in formulas.items()})


def at_most(
    section: Section,
    label: str,
    paraphrase: str,
    maximum: str,
    counted: Atom,
    possible: Atom,
    domain: str,
    *,
    requested: int = 0,
    undated: Atom | None = None,
    further_rules: Callable[[], None] | None = None,
    **options: Unpack[ClauseOptions],
) -> None:
    """Write a limit: a leaf that is met when no more than the parameter ``maximum`` is documented.

    ``counted`` has a row for each that counts for line L, ``possible`` for each that may: the same
    and, say, undated ones. ``requested`` is how many the request itself adds. Where days are
    counted, ``undated`` has a row for each entry that may be of a further day. A limit is broken by
    what is documented; it is told to be kept only by a record that is complete for ``domain``, and
    is undocumented otherwise: more documentation never makes it met. ``further_rules`` writes what
    is said of those that are not counted.
    """
    with leaf(section, label, paraphrase, **options) as clause:
        clause.limit = maximum
        limit, number = line(L) & parameter(maximum, _M), _N + requested if requested else _N
        told_not_met(L, label) <= limit & count(_N, counted) & (number > _M)
        most = record_complete(domain) & limit & count(_N, possible)
        if undated is None:
            told_met(L, label) <= most & (number <= _M)
        else:
            told_met(L, label) <= most & count(_K, undated) & (number + _K <= _M)
        if further_rules is not None:
            further_rules()


def at_least(
    section: Section,
    label: str,
    paraphrase: str,
    minimum: str,
    parts: tuple[str | Dated, ...],
    *,
    further: tuple[tuple[str, str], tuple[str, ...]] | None = None,
    **options: Unpack[ClauseOptions],
) -> None:
    """Write a gate that is met when at least so many parts are as the parameter ``minimum`` says.

    ``further`` is a pair (reading, value), and the parts that are counted as well under that value.
    Where parts are dated it is written once for each period. Raises PolicyError when a part is
    listed in both places.
    """
    for period in _periods(parts, options):
        asked = tuple(str(each) for each in _parts_in(parts, period))
        with section.clause(label, paraphrase, **_within(options, period)) as clause:
            clause.gate, clause.parts = "AT LEAST", asked
            _write_at_least(label, minimum, asked, further)


def _write_at_least(
    label: str,
    minimum: str,
    parts: tuple[str, ...],
    further: tuple[tuple[str, str], tuple[str, ...]] | None,
) -> None:
    always = Body(())
    guarded = [(each, always) for each in parts]
    pools = [(always, len(parts))]
    if further is not None:
        (reading_name, value), more = further
        if set(parts) & set(more):
            raise PolicyError(f"{label}: a part is counted twice")
        wider = as_body(reading(reading_name, value))
        guarded += [(each, wider) for each in more]
        pools = [
            (reading(reading_name, _R) & _R.is_not(value), len(parts)),
            (wider, len(guarded)),
        ]
    for each, guard in guarded:
        met_part(L, label, each) <= guard & met(L, each)
        not_met_part(L, label, each) <= guard & not_met(L, each)
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
    for each, guard in guarded:
        conflicting(L, label) <= guard & conflicting(L, each) & ~met(L, label) & ~not_met(L, label)
