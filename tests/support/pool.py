"""A pool of decided cases that every mutant of a rule is tried on."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from facts.validation import case_from_data
from logic.choices import choose
from logic.derivation import DerivationPlan, GroundAtom, Model, RulePlan
from logic.determination import base_facts
from logic.mm_1508 import POLICY
from logic.notation import Rule
from logic.program import program_of

Answers = frozenset[tuple[str, tuple[Any, ...]]]


@dataclass(frozen=True)
class Member:
    """A case of the pool: its facts, what follows from them, and the rules that take part."""

    rows: Mapping[str, Sequence[Any]]
    answers: Answers
    rules: frozenset[str]


@cache
def shown_keys() -> tuple[str, ...]:
    """The relations whose rows a person sees: the goals, and what speaks against an entry."""
    program = program_of(POLICY)
    against = {rule.head.key for rule in program.rules if rule.head.relation.against}
    return (*program.goals, *sorted(against))


def answers_of(model: Model) -> Answers:
    """What a person sees of a model: determinations, statuses, why entries do not count."""
    return frozenset((key, row) for key in shown_keys() for row in model.rows.get(key, ()))


def member(
    data: dict[str, Any],
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Member:
    """A case with the answers of the unchanged rules."""
    plan = program_of(POLICY).plan
    rows = base_facts(case_from_data(data), POLICY, choose(POLICY, readings, parameters))
    model = Model(plan, rows)
    fired = {
        instance.rule.identifier
        for key in plan.order
        for row in model.rows[key]
        for instance in model.derivations(GroundAtom(key, row))
    }
    return Member(rows, answers_of(model), frozenset(fired))


def changed_plan(rule: Rule, changed: Rule | None) -> DerivationPlan:
    """The plan of all rules with one of them changed, or left out."""
    base = program_of(POLICY).plan
    plan = copy.copy(base)
    kept = [each for each in base.plans[rule.head.key] if each.rule is not rule]
    if changed is not None:
        kept.append(RulePlan(changed))
    plan.plans = {**base.plans, rule.head.key: kept}
    return plan


def is_seen(rule: Rule, changed: Rule | None, pool: Sequence[Member]) -> bool:
    """Whether some case of the pool is answered otherwise by the changed rules."""
    plan = changed_plan(rule, changed)
    taking_part = [each for each in pool if rule.identifier in each.rules]
    others = [each for each in pool if rule.identifier not in each.rules]
    return any(
        answers_of(Model(plan, each.rows)) != each.answers for each in (*taking_part, *others)
    )
