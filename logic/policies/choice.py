"""Which policy a request is decided under: that of its plan, its procedure and its day of receipt.

Where no policy governs, the request is still decided, so that a rule tells why: under the policy of
its plan or, where there is none, the one that is meant when nothing is said. A sentence says which
policies there are for its plan and for its procedure. A sentence also says when a policy that was
asked for is not the one that this would choose.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from clausewise.facts.case.model import Case
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import Registered, default_policy, registry


@dataclass(frozen=True)
class Chosen:
    """The policy of a request, and what has to be said of the choice; mostly nothing.

    ``governs`` says whether it is the policy of the request's plan, procedure and day.
    """

    policy: Policy
    sentence: str = ""
    governs: bool = True


def policy_of_case(case: Case) -> Chosen:
    """The policy for a case's plan and procedure, in the version of the day it was received.

    On a day before the first version the first one is chosen, whose rules say that it is not in
    force.
    """
    request = case.request
    procedure = VOCABULARY.procedure_named(request.procedure)
    of_plan = [each for each in registry() if request.plan in each.about.plans]
    of_procedure = [each for each in registry() if procedure in each.about.procedures]
    both = [each for each in of_plan if each in of_procedure]
    in_force = [each for each in both if each.about.version_on(request.received) is not None]
    for each in in_force:
        return Chosen(each.at(request.received))
    if both:
        return Chosen(both[0].at(request.received), _not_in_force(case, both), governs=False)
    found = of_plan[0].at(request.received) if of_plan else default_policy()
    sentence = _what_exists(case, named=procedure is not None)
    return Chosen(found, sentence, governs=False)


def policy_asked_for(case: Case, policy: Policy) -> Chosen:
    """A policy that was asked for; a sentence says when it is not that of the request."""
    own = policy_of_case(case)
    if not own.governs:
        return Chosen(policy, own.sentence, governs=False)
    if own.policy.version == policy.version:
        return Chosen(policy)
    sentence = (
        f"decided under {policy.version}, as asked; for its plan, its procedure and its day of "
        f"receipt {own.policy.version} is in force"
    )
    return Chosen(policy, sentence, governs=False)


def policy_for_procedure(procedure: str) -> Policy:
    """The policy that is meant where only a procedure (its name or CPT code) is named.

    It is the default plan's where that has one for it; else the first one, else the default policy.
    """
    name = VOCABULARY.procedure_named(procedure)
    found = [each for each in registry() if name in each.about.procedures]
    own = [each for each in found if VOCABULARY.default_plan in each.about.plans]
    for each in (*own, *found):
        return each.at(each.about.versions[-1].first)
    return default_policy()


def policies_for(procedure: str) -> tuple[str, ...]:
    """The policies that there are for a procedure, each with the plans that it is written for."""
    return tuple(
        f"{each.about.number} ({_listed(each.about.plans.values())})"
        for each in registry()
        if procedure in each.about.procedures
    )


def policies_of(plan: str) -> tuple[str, ...]:
    """The policies of a plan, each with the procedures that it is about."""
    return tuple(
        f"{each.about.number} ({_listed(map(VOCABULARY.called_procedure, each.about.procedures))})"
        for each in registry()
        if plan in each.about.plans
    )


def days_in_force(policy: str) -> tuple[str, ...]:
    """The versions of an installed policy, by its number, each with its days in force."""
    return tuple(
        f"{policy} in force from {version.first}"
        + (f" until {version.until}" if version.until is not None else "")
        for each in registry()
        if each.about.number == policy
        for version in each.about.versions
    )


def name_of_plan(plan: str) -> str:
    """What a plan is called; empty where no policy is written for it."""
    names = (each.about.plans[plan] for each in registry() if plan in each.about.plans)
    return next(names, "")


def _what_exists(case: Case, *, named: bool) -> str:
    """The policies for the plan and those for the procedure; the texts of the case stay out."""
    plan = name_of_plan(case.request.plan) or "its plan"
    procedure = VOCABULARY.called_procedure(case.request.procedure) if named else "its procedure"
    of_procedure = policies_for(VOCABULARY.procedure_named(case.request.procedure) or "")
    return (
        f"no policy governs the request: for {plan} there is "
        f"{_listed(policies_of(case.request.plan))}; for {procedure} there is "
        f"{_listed(of_procedure)}"
    )


def _not_in_force(case: Case, found: list[Registered]) -> str:
    """The days on which the policies of the plan and the procedure are in force."""
    days = _listed(text for each in found for text in days_in_force(each.about.number))
    return (
        f"no policy governs the request: for {found[0].about.plans[case.request.plan]} and "
        f"{VOCABULARY.called_procedure(case.request.procedure)} there is {days}, and it was "
        f"received on {case.request.received}"
    )


def _listed(texts: Iterable[str]) -> str:
    return ", ".join(texts) or "none"
