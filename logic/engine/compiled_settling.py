"""What rules leave to be asked as a Python function, for rules that are settled again and again.

It says what ``AlikeRules.settled`` says. Which variables have a value before a literal is seen when
the function is made, as far as it can be: one that an atom of facts may give a value has one unless
several facts fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from clausewise.logic.derivation.compiled_rules import RuleText, listed, made
from clausewise.logic.derivation.steps import terms_of
from clausewise.logic.engine.settled_rules import ANSWERED, ASKED, SettledRule, Settling
from clausewise.logic.language.notation import Atom, Comparison, Literal, Negation, Variable


def compiled_settling(rules: Sequence[SettledRule]) -> Settling:
    """The rules as a function of the values asked for, all of them known, and what is known."""
    values: dict[str, Any] = {}
    lines = [
        "def settled(values, known):",
        " tables, answers, possible = known.tables, known.answers, known.possible",
        " settle, found = known.settle, []",
        *(line for rule in rules for line in _Settling(rule, values).lines(rule)),
        " return found or False",
    ]
    settling: Settling = made(lines, values)
    return settling


class _Settling(RuleText):
    """The literals of a rule, one after the other: a loop that is left at its first turn."""

    def __init__(self, rule: SettledRule, values: dict[str, Any]) -> None:
        super().__init__(rule, values)
        self._known: set[str] = set()
        """The variables that have a value, as the text calls them."""
        self._possible: set[str] = set()
        """Those that have one unless several facts fit the atom that gives it."""

    def lines(self, rule: SettledRule) -> Iterator[str]:
        """The lines of the rule."""
        yield f" while {self.value(rule.needs)} <= possible:"
        for place, term in enumerate(rule.rule.head.arguments):
            name = self.term(term)
            if isinstance(term, Variable) and name not in self._known:
                yield f"  {name} = values[{place}]"
                self._known.add(name)
            else:
                yield f"  if values[{place}] != {name}: break"
        names = [f"v{slot}" for slot in range(len(rule.names))]
        yield from (f"  {name} = None" for name in names if name not in self._known)
        yield "  left = []"
        for place, kind, _, key, _, _ in rule.prepare()[2]:
            lines = self._literal(rule.rule.body[place], kind, key, f"left.append({place})")
            yield from (f"  {line}" for line in lines)
        yield "  if not left: return True"
        slots = ", ".join((*names, *map(self.value, rule.constants)))
        yield f"  found.append(({self.value(rule)}, left, [{slots}]))"
        yield "  break"

    def _literal(self, literal: Literal, kind: int, key: str, ask: str) -> Iterator[str]:
        """What settles a literal, or leaves it to be asked."""
        if kind == ASKED:
            return iter([ask])
        if isinstance(literal, Comparison):
            return self._unless_unknown(f"not ({self.compared(literal)})", literal, ask)
        settle = self._answered if kind == ANSWERED else self._facts
        return settle(self.value(key), literal, ask)

    def _unsure(self, literal: Literal) -> list[str]:
        """The variables of a literal that may have no value."""
        names = dict.fromkeys(map(self.term, literal.variables()))
        return [name for name in names if name not in self._known]

    def _unless_unknown(self, failing: str, literal: Literal, ask: str) -> Iterator[str]:
        """The rule fails on this condition, which is asked when a value is lacking."""
        unsure = self._unsure(literal)
        if unsure:
            yield from (f"if {_lacking(unsure)}: {ask}", f"elif {failing}: break")
        else:
            yield f"if {failing}: break"

    def _answered(self, key: str, literal: Literal, ask: str) -> Iterator[str]:
        """An atom that rules derive, or its negation."""
        unsure = self._unsure(literal)
        yield f"row = {self.terms(terms_of(literal))}"
        yield f"holds = answers[{key}].get(row)"
        yield "if holds is None:"
        yield f" if {key} not in possible: holds = False"
        if unsure:
            yield f" elif {_lacking(unsure)}: pass"
        yield f" else: holds = settle({key}, row)"
        yield f"if holds is None: {ask}"
        yield f"elif {'' if isinstance(literal, Negation) else 'not '}holds: break"

    def _facts(self, key: str, literal: Literal, ask: str) -> Iterator[str]:
        """An atom of facts, or its negation."""
        unsure = self._unsure(literal)
        row = self.terms(terms_of(literal))
        if isinstance(literal, Negation):
            held = f"{key} in tables and {row} in tables[{key}].rows"
            yield from self._unless_unknown(held, literal, ask)
        elif not unsure:
            yield f"if {row} not in tables[{key}].rows: break"
        else:
            assert isinstance(literal, Atom)
            yield from self._one_fact(key, literal, ask)
            self._possible.update(unsure)

    def _one_fact(self, key: str, atom: Atom, ask: str) -> Iterator[str]:
        """The one fact that fits an atom gives its variables their values."""
        unsure = self._unsure(atom)
        names = [self.term(term) for term in atom.arguments]
        expected = [name not in unsure or name in self._possible for name in names]
        places = tuple(place for place, known in enumerate(expected) if known)
        if doubtful := [name for name in unsure if name in self._possible]:
            yield f"if {_lacking(doubtful)}: rows = tables[{key}].like({listed(names)})"
            yield f"else: rows = {self._fitting(key, names, places)}"
        else:
            yield f"rows = {self._fitting(key, names, places)}"
        yield f"if len(rows) > 1: {ask}"
        yield "elif not rows: break"
        yield "else:"
        yield " (fact,) = rows"
        for place, name in enumerate(names):
            if name in unsure:
                twice = name in names[:place]
                yield f" if {name} != fact[{place}]: break" if twice else f" {name} = fact[{place}]"

    def _fitting(self, key: str, names: Sequence[str], places: tuple[int, ...]) -> str:
        """The facts that have these names' values in some places."""
        wanted = [names[place] for place in places]
        found = wanted[0] if len(wanted) == 1 else listed(wanted)
        return f"tables[{key}].index({self.value(places)}).get({found}, ())"


def _lacking(names: Iterable[str]) -> str:
    """Whether one of these has no value."""
    return " or ".join(f"{name} is None" for name in names)
