"""Counts and sums that keep a clause from being met, in words: "3 of 4 required visits"."""

from __future__ import annotations

from collections.abc import Iterator

from clausewise.logic.decision.decide import LineDecision
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.input_relations import parameter, reading
from clausewise.logic.language.rules import Atom, Comparison, Rule, Variable
from clausewise.logic.proof.build import Attempt, Premise, Prover
from clausewise.logic.proof.text import comparison_text


def counts_that_fail(line: LineDecision, prover: Prover, label: str) -> Iterator[tuple[str, str]]:
    """The counts and sums that fail in the rules that would have met the clause, each with its
    rule."""
    goal = prover.prove(GroundAtom(f"told_met[{label}]", (line.side,)))
    proof = prover.proof_of(goal)
    for step in proof.below(goal):
        for attempt in step.attempts:
            if _of_another_reading(attempt):
                continue
            for premise in attempt.lacking:
                if premise.kind == "count":
                    yield _in_words(line, premise), attempt.instance.rule.identifier


def _of_another_reading(attempt: Attempt) -> bool:
    """Whether the rule speaks only under readings that are not chosen."""
    return any(
        isinstance(each.literal, Atom) and each.literal.key == reading.name
        for each in attempt.lacking
    )


def _in_words(line: LineDecision, premise: Premise) -> str:
    """A count or a sum that fails: "1 of 2 required occasions", "10 visits, at most 9 allowed"."""
    literal, binding = premise.literal, premise.instance.binding
    symbol = literal.symbol if isinstance(literal, Comparison) else ""
    if symbol not in (">=", "<=") or not isinstance(literal, Comparison):
        return _as_it_is(comparison_text(premise))
    left, right = literal.left, literal.right
    if not (isinstance(left, Variable) and isinstance(right, Variable)):
        return _as_it_is(comparison_text(premise))
    unit = next(_units(line, premise.instance.rule, right), "")
    number, bound = binding[left.name], binding[right.name]
    if symbol == "<=":
        return f"{number} {unit}".rstrip() + f", at most {bound} allowed"
    return f"{number} of {bound} required {unit}".rstrip()


def _units(line: LineDecision, rule: Rule, needed: Variable) -> Iterator[str]:
    """What a number that is needed counts: the unit of its parameter, or what its column holds."""
    for atom, _ in rule.atoms():
        for column, term in zip(atom.columns, atom.arguments, strict=True):
            if term == needed and atom.relation.name == parameter.name:
                yield line.program.policy.parameter[str(atom.terms[0])].unit
            elif term == needed:
                yield column


_CONTRARY = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "!=": "==", "==": "!="}


def _as_it_is(comparison: str) -> str:
    """A comparison that fails, as what holds in its place: 49 < 50 for 49 >= 50."""
    return " ".join(_CONTRARY.get(word, word) for word in comparison.split(" "))
