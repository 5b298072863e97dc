"""The same rules decided by clingo, an answer set solver: another judge, and another clock.

Run with ``python -m benchmarks.answer_sets`` where the extra ``bench`` is installed. The program is
written from the loaded rules, so nothing of the policy stands here. Answer sets know whole numbers
only; cases with measured fractions are left out.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from pathlib import Path
from statistics import mean

from benchmarks.speed import best
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.notation import (
    Atom,
    Comparison,
    Expression,
    Negation,
    Row,
    Rule,
    Term,
    Total,
    Variable,
)
from clausewise.logic.language.specialise import specialise
from clausewise.logic.language.totals import own_variables
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import any_case

EXAMPLES = Path(__file__).parents[1] / "facts" / "cases"
PROGRAM = program_of(POLICY)
CHOICES = choose(POLICY)


class Writer:
    """Writes rules and facts as a logic program; relations go by numbers."""

    def __init__(self) -> None:
        self.names: dict[str, str] = {}

    def name(self, key: str) -> str:
        return self.names.setdefault(key, f"p{len(self.names)}")

    def term(self, term: Term) -> str:
        if isinstance(term, Variable):
            return f"V{term.name}"
        if isinstance(term, Expression):
            return f"({self.term(term.left)}{term.symbol}{self.term(term.right)})"
        if isinstance(term, int):
            return str(term)
        if isinstance(term, Decimal):
            raise ValueError("answer sets know whole numbers only")
        escaped = term.replace("\\", "\\\\").replace("\n", "\\n").replace('"', '\\"')
        return f'"{escaped}"'

    def atom(self, key: str, terms: Iterable[Term]) -> str:
        return f"{self.name(key)}({','.join(self.term(term) for term in terms)})"

    def rule(self, rule: Rule) -> str:
        body = ", ".join(self._literal(rule, literal) for literal in rule.body)
        head = self.atom(rule.head.key, rule.head.arguments)
        return f"{head} :- {body}." if body else f"{head}."

    def _literal(self, rule: Rule, literal: object) -> str:
        if isinstance(literal, Negation):
            return "not " + self.atom(literal.atom.key, literal.atom.arguments)
        if isinstance(literal, Comparison):
            symbol = "=" if literal.symbol == "==" else literal.symbol
            return f"{self.term(literal.left)} {symbol} {self.term(literal.right)}"
        if isinstance(literal, Total):
            own = sorted(own_variables(rule, literal), key=lambda each: each.name)
            kind = "#count"
            if literal.value is not None:
                own = [literal.value, *(each for each in own if each != literal.value)]
                kind = "#sum"
            tuple_of = ",".join(self.term(each) for each in own)
            inside = self.atom(literal.atom.key, literal.atom.arguments)
            return f"{self.term(literal.result)} = {kind} {{ {tuple_of} : {inside} }}"
        assert isinstance(literal, Atom)
        return self.atom(literal.key, literal.arguments)

    def facts(self, rows: Mapping[str, Iterable[Row]]) -> str:
        return "".join(f"{self.atom(name, row)}." for name, found in rows.items() for row in found)


def answer(program: str, facts: str, known: frozenset[str]) -> set[str]:
    """The atoms of these predicates in the only answer set."""
    import clingo

    control = clingo.Control(["--warn=none"])
    control.add("base", [], program + facts)
    control.ground([("base", [])])
    found: set[str] = set()
    with control.solve(yield_=True) as models:
        for model in models:
            found = {str(each) for each in model.symbols(atoms=True) if each.name in known}
    return found


def main() -> None:
    """Compare on random cases, then print the times for the examples."""
    writer = Writer()
    rules = specialise(PROGRAM.rules, CHOICES)
    program = "\n".join(writer.rule(rule) for rule in rules)
    goals = {key: writer.name(key) for key in PROGRAM.goals}
    known = frozenset(goals.values())

    def by_clingo(case: Case) -> set[str]:
        return answer(program, writer.facts(base_facts(case, POLICY, CHOICES)), known)

    compared = different = 0
    for seed in range(int(sys.argv[1]) if len(sys.argv) > 1 else 300):
        case = case_from_data(any_case(seed))
        model = Model(PROGRAM.plan, base_facts(case, POLICY, CHOICES))
        expected = {writer.atom(key, row) for key in goals for row in model.rows[key]}
        try:
            found = by_clingo(case)
        except ValueError:
            continue
        compared += 1
        different += found != expected
    print(f"{compared} random cases compared with clingo, {different} different")
    print(f"{'case':9} {'pyDatalog':>10} {'clingo':>8}   milliseconds, best of 10 rounds")
    times = []
    for path in sorted(EXAMPLES.glob("*.yaml")):
        case = load_case(path)
        try:
            by_clingo(case)
        except ValueError:
            continue
        ours = best(partial(decide_case, case, POLICY), 10)
        other = best(partial(by_clingo, case), 10)
        times.append((ours, other))
        print(f"{path.stem:9} {ours:10.1f} {other:8.1f}")
    means = [mean(each) for each in zip(*times, strict=True)]
    print(f"{'mean':9} {means[0]:10.1f} {means[1]:8.1f}")


if __name__ == "__main__":
    main()
