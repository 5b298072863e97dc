"""The same rules decided by clingo, an answer set solver: are its answers equal, how long it takes.

Run with ``python -m benchmarks.answer_sets`` where the extra ``bench`` is installed; a number says
how many random cases to compare. The program is written from the loaded rules, so nothing of the
policy stands here. Answer sets know whole numbers only; cases with measured fractions are left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import partial
from statistics import mean

from benchmarks.speed import CASES, best
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.columns import Row
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Negation,
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

PROGRAM = program_of(POLICY)
CHOICES = choose(POLICY)
ROUNDS = 5


class Writer:
    """Writes rules and facts as a logic program; relations go by numbers.

    For many cases in one program, each atom begins with the number of its case.
    """

    def __init__(self, *, many_cases: bool = False) -> None:
        self.names: dict[str, str] = {}
        self.many_cases = many_cases

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

    def atom(self, key: str, terms: Iterable[Term], case: str = "Case") -> str:
        first = [case] if self.many_cases else []
        return f"{self.name(key)}({','.join([*first, *map(self.term, terms)])})"

    def rule(self, rule: Rule) -> str:
        literals = ["case(Case)"] if self.many_cases else []
        literals += [self._literal(rule, literal) for literal in rule.body]
        head = self.atom(rule.head.key, rule.head.arguments)
        return f"{head} :- {', '.join(literals)}." if literals else f"{head}."

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

    def facts(self, rows: Mapping[str, Iterable[Row]], case: int = 0) -> str:
        """The facts of one case, as text."""
        atoms = [self.atom(key, row, str(case)) for key, found in rows.items() for row in found]
        first = [f"case({case})"] if self.many_cases else []
        return "".join(f"{atom}." for atom in (*first, *atoms))


class Clock:
    """The seconds that clingo spends on reading a program, grounding and solving it."""

    def __init__(self) -> None:
        self.parsing = self.grounding = self.solving = 0.0


def answer(program: str, known: frozenset[str], clock: Clock) -> set[str]:
    """The atoms of these predicates in the only answer set."""
    import clingo

    times = [time.perf_counter()]
    control = clingo.Control(["--warn=none"])
    control.add("base", [], program)
    times.append(time.perf_counter())
    control.ground([("base", [])])
    times.append(time.perf_counter())
    found: set[str] = set()
    with control.solve(yield_=True) as models:
        for model in models:
            found = {str(each) for each in model.symbols(atoms=True) if each.name in known}
    times.append(time.perf_counter())
    clock.parsing += times[1] - times[0]
    clock.grounding += times[2] - times[1]
    clock.solving += times[3] - times[2]
    return found


def whole_numbers(rows: Mapping[str, Iterable[Row]]) -> bool:
    """Whether these facts can be told to clingo."""
    return not any(
        isinstance(each, Decimal) for found in rows.values() for row in found for each in row
    )


def compare(seeds: int) -> None:
    """Decide random cases with clingo, one by one and all at once, and print what it took."""
    rules = specialise(PROGRAM.rules, CHOICES)
    single, many = Writer(), Writer(many_cases=True)
    of_one, of_many = ("\n".join(map(each.rule, rules)) for each in (single, many))
    all_facts = [
        base_facts(case_from_data(any_case(seed)), POLICY, CHOICES) for seed in range(seeds)
    ]
    told = [rows for rows in all_facts if whole_numbers(rows)]
    expected: list[set[str]] = []
    together: set[str] = set()
    for number, rows in enumerate(told):
        model = Model(PROGRAM.plan, rows)
        found = [(key, row) for key in PROGRAM.goals for row in model.rows[key]]
        expected.append({single.atom(key, row) for key, row in found})
        together |= {many.atom(key, row, str(number)) for key, row in found}
    clock, different = Clock(), 0
    for rows, atoms in zip(told, expected, strict=True):
        found_atoms = answer(of_one + single.facts(rows), goals(single), clock)
        different += found_atoms != atoms
    print(f"{len(told)} of {seeds} random cases have whole numbers only; clingo:")
    print_times("one by one", clock, len(told), different)
    clock = Clock()
    text = of_many + "".join(many.facts(rows, number) for number, rows in enumerate(told))
    wrong = answer(text, goals(many), clock) ^ together
    numbers = {atom.partition("(")[2].partition(",")[0] for atom in wrong}
    print_times("all in one program", clock, len(told), len(numbers))


def goals(writer: Writer) -> frozenset[str]:
    """What the published relations are called in this program."""
    return frozenset(writer.name(key) for key in PROGRAM.goals)


def print_times(how: str, clock: Clock, cases: int, different: int) -> None:
    """A line of the table: milliseconds a case by phase."""
    phases = (clock.parsing, clock.grounding, clock.solving)
    parsing, grounding, solving = (each * 1000 / cases for each in phases)
    print(
        f"  {how:20} {parsing:8.2f} parsing {grounding:8.2f} grounding {solving:8.2f} solving",
        end="",
    )
    print(f" ms a case; {different} different")


def main(seeds: int = 300) -> None:
    """Compare on random cases, then print the times for the examples."""
    compare(seeds)
    writer = Writer()
    program = "\n".join(map(writer.rule, specialise(PROGRAM.rules, CHOICES)))
    print(f"{'case':9} {'pyDatalog':>10} {'clingo':>8}   milliseconds, best of {ROUNDS} rounds")
    times = []
    for path in sorted(CASES.glob("*.yaml")):
        case = load_case(path)
        if not whole_numbers(base_facts(case, POLICY, CHOICES)):
            continue
        ours = best(partial(decide_case, case, POLICY), ROUNDS)
        theirs = best(partial(by_clingo, case, writer, program), ROUNDS)
        times.append((ours, theirs))
        print(f"{path.stem:9} {ours:10.1f} {theirs:8.1f}")
    means = [mean(each) for each in zip(*times, strict=True)]
    print(f"{'mean':9} {means[0]:10.1f} {means[1]:8.1f}")


def by_clingo(case: Case, writer: Writer, program: str) -> set[str]:
    """A whole case from the typed case to its published statuses."""
    facts = writer.facts(base_facts(case, POLICY, CHOICES))
    return answer(program + facts, goals(writer), Clock())


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
