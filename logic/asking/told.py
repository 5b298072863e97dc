"""Answers in words: values as people write them, derivations, and what came closest, as trees."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property

from clausewise.facts.case.days import date_of
from clausewise.facts.case.model import Entry
from clausewise.facts.columns import Column, EntryKey, Row, Type
from clausewise.logic.asking.closest import Closest, closest, pattern, value_of
from clausewise.logic.asking.one_case import Answers
from clausewise.logic.decision.evidence import id_of, kind_of, show_source
from clausewise.logic.derivation.plan import GroundAtom, Instance
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
    show_term,
)

MOST_LINES = 400
"""Lines of one tree: what a person still reads."""
MOST_ROWS_OF_TOTAL = 20
LEVELS = 3
"""How far it is told why something holds that keeps an answer away."""


@dataclass(frozen=True, slots=True)
class Told:
    """A line of a tree: ``mark`` is "holds", "fails" or "open"; ``rule`` says which rule it is."""

    text: str
    mark: str = "holds"
    rule: str = ""
    source: str = ""
    below: tuple[Told, ...] = ()


def briefs(entries: Iterable[tuple[str, Entry]]) -> dict[str, str]:
    """Each entry in a few words, by its key: its id, what it is, its day; entries that are alike
    in these are numbered."""
    found: dict[str, str] = {}
    alike: Counter[str] = Counter()
    for key, entry in entries:
        day = date_of(entry)
        text = f"{id_of(entry)} {kind_of(entry)}".lstrip() + (f", {day.isoformat()}" if day else "")
        alike[text] += 1
        found[key] = text if alike[text] == 1 else f"{text} ({alike[text]})"
    return found


class Teller:
    """Says what the answers of one case rest on."""

    def __init__(self, answers: Answers) -> None:
        self.answers = answers
        self.model = answers.model
        self.entries: Mapping[str, Entry] = dict(answers.case.entries())

    @cached_property
    def _briefs(self) -> Mapping[str, str]:
        return briefs(self.entries.items())

    @cached_property
    def _columns(self) -> Mapping[str, tuple[Column, ...]]:
        return self.model.plan.columns

    # --- values -------------------------------------------------------------------------------

    def value(self, value: Constant | None, column: Column | None = None) -> str:
        """A value in a table: an entry in a few words, a day as a date."""
        if isinstance(value, EntryKey) and value in self.entries:
            return self._briefs[value]
        return self._short(value, column is not None and column.type is Type.DAY)

    def row(self, row: Row) -> tuple[str, ...]:
        """An answer as it stands in a table."""
        columns = self.answers.question.columns
        return tuple(self.value(*each) for each in zip(row, columns, strict=True))

    def _short(self, value: Constant | None, is_day: bool = False) -> str:
        """A value inside an atom: an entry by its id, or in a few words where it has none."""
        if value is None:
            return "…"
        if isinstance(value, EntryKey) and value in self.entries:
            return id_of(self.entries[value]) or f"“{self._briefs[value]}”"
        return date.fromordinal(int(value)).isoformat() if is_day else str(value)

    def _atom(self, atom: GroundAtom) -> str:
        columns = self._columns.get(atom.key, ())
        days = [column.type is Type.DAY for column in columns] or [False] * len(atom.row)
        shown = [self._short(*each) for each in zip(atom.row, days, strict=True)]
        key, shown = self.answers.question.as_written(atom.key, shown)
        name, bracket, label = key.partition("[")
        if bracket:
            shown.append(f'"{label.removesuffix("]")}"')
        return f"{name}({', '.join(shown)})"

    # --- why ----------------------------------------------------------------------------------

    def why(self, row: Row) -> tuple[Told, ...]:
        """The derivation of an answer: the literals of the query, each with what it rests on."""
        self._seen: set[GroundAtom] = set()
        self._left = MOST_LINES
        instances = self.model.derivations(self.answers.atom(row))
        return tuple(self._literals(instances[0], MOST_LINES)) if instances else ()

    def _literals(self, instance: Instance, levels: int) -> Iterator[Told]:
        for place, literal in enumerate(instance.rule.body):
            match literal:
                case Atom():
                    yield self.holds(instance.atom(place), levels)
                case Negation():
                    yield Told(f"no {self._atom(instance.atom(place))}")
                case Total():
                    yield self._counted(instance, place, literal, levels)
                case Comparison():
                    yield Told(self._comparison(literal, instance.binding, instance.rule))

    def _counted(self, instance: Instance, place: int, literal: Total, levels: int) -> Told:
        rows = self.model.rows_of_total(instance, place)
        number = instance.binding[literal.result.name]
        what = "number" if literal.value is None else f"sum of {literal.value}"
        pattern = self._atom(instance.atom(place))
        below = tuple(self.holds(row, levels) for row in rows[:MOST_ROWS_OF_TOTAL])
        return Told(f"{number} is the {what} of {pattern}", below=below)

    def holds(self, atom: GroundAtom, levels: int) -> Told:
        """Why an atom holds, down to facts or so many levels; what was told is not told again."""
        text, self._left = self._atom(atom), self._left - 1
        instances = self.model.derivations(atom)
        if not instances:
            return Told(text, source=self._source(atom))
        rule = self.answers.question.names_rule(instances[0].rule.identifier)
        if atom in self._seen or self._left < 0 or not levels:
            return Told(text, rule=f"{rule}, as above" if atom in self._seen else rule)
        self._seen.add(atom)
        return Told(text, rule=rule, below=tuple(self._literals(instances[0], levels - 1)))

    def _source(self, atom: GroundAtom) -> str:
        """Where a fact was read, so far as the entry says it."""
        first = atom.row[0] if atom.row else None
        entry = self.entries.get(first) if isinstance(first, EntryKey) else None
        return "" if entry is None else show_source(entry)

    # --- why not ------------------------------------------------------------------------------

    def why_not(self) -> tuple[Told, ...]:
        """For the one atom that was asked for, or for the query, the rules that came closest."""
        self._seen = set()
        self._left = MOST_LINES
        atom = self.answers.question.one_atom
        if atom is None:
            wanted = pattern(self.answers.question.head.key, [None] * len(self._head))
        else:
            wanted = pattern(atom.key, (value_of(term, {}) for term in atom.arguments))
        if atom is not None and self.model.is_given(atom.key):
            return (Told(f"{self._atom(wanted)} is not in the record", "fails"),)
        return self._closest(wanted, every=True)

    @property
    def _head(self) -> tuple[Term, ...]:
        return self.answers.question.head.arguments

    def _closest(self, atom: GroundAtom, *, every: bool = False) -> tuple[Told, ...]:
        """Each rule that might derive an atom, or only those of which the least fails."""
        found = closest(self.model, atom)
        if not found:
            return (Told("no rule can hold for these values", "fails"),)
        if not every:
            fewest = min(len(each.failing) + len(each.open) for each in found)
            found = tuple(each for each in found if len(each.failing) + len(each.open) == fewest)
        return tuple(self._attempt(each) for each in found)

    def _attempt(self, found: Closest) -> Told:
        lines = [*(self._failing(found, each) for each in found.failing)]
        lines += [Told(self._literal(each, found), "open") for each in found.open]
        held = [self._literal(each, found) for each in found.holding]
        if held:
            lines.append(Told(" & ".join(held), "holds"))
        name = self.answers.question.names_rule(found.rule.identifier)
        return Told(f"by {name or 'the clause'}", "fails", below=tuple(lines))

    def _failing(self, found: Closest, literal: Literal) -> Told:
        text, atom = self._literal(literal, found), found.atom(literal)
        self._left -= 1
        if atom is None or self._left < 0 or isinstance(literal, Total):
            return Told(text, "fails")
        if atom in self._seen:
            return Told(text, "fails", rule="as above")
        if isinstance(literal, Negation):
            derived = self.holds(atom, LEVELS)
            return Told(text, "fails", derived.rule, derived.source, derived.below)
        self._seen.add(atom)
        if self.model.is_given(atom.key):
            return Told(text, "fails")
        return Told(text, "fails", below=self._closest(atom))

    def _literal(self, literal: Literal, found: Closest) -> str:
        match literal:
            case Comparison():
                return self._comparison(literal, found.binding, found.rule)
            case Total(result, value, _):
                number = found.binding.get(result.name, "…")
                what = "number" if value is None else f"sum of {value}"
                return f"{number} is the {what} of {self._atom_of(literal, found)}"
            case Negation():
                return f"no {self._atom_of(literal, found)}"
            case Atom():
                return self._atom_of(literal, found)

    def _atom_of(self, literal: Literal, found: Closest) -> str:
        atom = found.atom(literal)
        return "" if atom is None else self._atom(atom)

    # --- comparisons --------------------------------------------------------------------------

    def _comparison(self, literal: Comparison, binding: Mapping[str, Constant], rule: Rule) -> str:
        types = self.model.plan.types.of_variables(rule)
        days = {name for name, column in types.items() if column.type is Type.DAY}
        sides = (literal.left, literal.right)
        is_day = any(isinstance(each, Variable) and each.name in days for each in sides)
        left, right = (self._side(each, binding, days, is_day) for each in sides)
        return f"{left} {literal.symbol} {right}"

    def _side(
        self, term: Term, binding: Mapping[str, Constant], days: Iterable[str], is_day: bool
    ) -> str:
        match term:
            case Variable(name):
                value = binding.get(name)
                return name if value is None else self._short(value, name in days)
            case Expression(symbol, left, right):
                parts = [self._side(each, binding, days, False) for each in (left, right)]
                return f"{parts[0]} {symbol} {parts[1]}"
            case int() if is_day:
                return self._short(term, True)
            case EntryKey():
                return self._short(term)
            case _:
                return show_term(term)


def as_data(told: Sequence[Told]) -> list[dict[str, object]]:
    """A tree as plain data."""
    return [
        {
            "text": each.text,
            "mark": each.mark,
            **({"rule": each.rule} if each.rule else {}),
            **({"source": each.source} if each.source else {}),
            **({"below": as_data(each.below)} if each.below else {}),
        }
        for each in told
    ]
