"""A pool of decided cases that every mutant of a rule is tried on.

No relation depends on itself. So a changed rule can change the rows of its own relation first, and
where it does not, nothing else changes; only where it does, the relations above are derived anew.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.model import DerivationPlan, Model, RelationRules
from clausewise.logic.derivation.plan import RulePlan
from clausewise.logic.language.choices import choose
from clausewise.logic.language.rules import Rule
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

Rows = frozenset[tuple[Any, ...]]


@dataclass(frozen=True)
class Member:
    """A case of the pool with all that follows from it by the unchanged rules."""

    model: Model


@cache
def shown_keys() -> frozenset[str]:
    """The relations whose rows a person sees: the goals, and what speaks against an entry."""
    program = program_of(POLICY)
    against = {rule.head.key for rule in program.rules if rule.head.relation.against}
    return frozenset({*program.goals, *against})


def member(
    data: dict[str, Any],
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Member:
    """A case with all rows that the unchanged rules derive; how they do is let go."""
    facts = base_facts(case_from_data(data), POLICY, choose(POLICY, readings, parameters))
    model = Model(program_of(POLICY).plan, facts)
    for key in model.plan.order:
        model.rows[key] = dict.fromkeys(model.rows[key], ())
    return Member(model)


def rows_of(model: Model, plans: Sequence[RulePlan]) -> Rows:
    """The rows that some rules of one relation derive together."""
    return frozenset(row for plan in plans for row, _ in plan.instances(model.rows))


@cache
def readers() -> Mapping[str, frozenset[str]]:
    """For each relation those whose rules ask for it."""
    found: dict[str, set[str]] = {}
    for key, plans in program_of(POLICY).plan.plans.items():
        for plan in plans:
            for stage in plan.stages:
                found.setdefault(stage.key, set()).add(key)
    return {key: frozenset(keys) for key, keys in found.items()}


def changed_plan(rule: Rule, changed: Rule | None) -> DerivationPlan:
    """The plan of all rules with one of them changed, or left out."""
    base = program_of(POLICY).plan
    plan = copy(base)
    kept = [
        RulePlan(changed) if each.rule is rule and changed is not None else each
        for each in base.plans[rule.head.key]
        if each.rule is not rule or changed is not None
    ]
    plan.plans = {**base.plans, rule.head.key: RelationRules(kept)}
    return plan


def is_seen(rule: Rule, changed: Rule | None, pool: Sequence[Member]) -> bool:
    """Whether some case of the pool is answered otherwise by the changed rules."""
    every = program_of(POLICY).plan.plans[rule.head.key]
    before = [plan for plan in every if plan.rule is rule]
    others = [plan for plan in every if plan.rule is not rule]
    after = [] if changed is None else [RulePlan(changed)]
    key = rule.head.key
    for each in pool:
        was, now = rows_of(each.model, before), rows_of(each.model, after)
        if was == now:
            continue
        rows = rows_of(each.model, others) | now
        if rows != each.model.rows[key].keys() and _is_shown(each.model, key, rows):
            return True
    return False


def _is_shown(model: Model, key: str, rows: Rows) -> bool:
    """Whether other rows of one relation change anything that a person sees."""
    plan, above = model.plan, readers()
    shown = shown_keys()
    if key in shown:
        return True
    changed = Model(plan.without(frozenset(plan.plans)), {})
    changed.rows.update(model.rows)
    changed.rows[key] = dict.fromkeys(rows, ())
    waiting = set(above.get(key, ()))
    for each in _in_order(plan.rank, waiting):
        rows = rows_of(changed, plan.plans[each])
        if rows == model.rows[each].keys():
            continue
        if each in shown:
            return True
        changed.rows[each] = dict.fromkeys(rows, ())
        waiting |= above.get(each, frozenset())
    return False


def _in_order(rank: Mapping[str, int], waiting: set[str]) -> Iterator[str]:
    """The relations of a growing set, each once, none before one that it depends on."""
    while waiting:
        first = min(waiting, key=lambda key: rank[key])
        waiting.discard(first)
        yield first
