"""Which policy a request is decided under: that of its plan, its procedure and its day of receipt.

Where no policy governs, the request is still decided, so that a rule tells why: under the policy of
its plan or, where there is none, the one that is meant when nothing is said. A sentence says which
policies there are for its plan and for its procedure.
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
    """The policy of a request, and, where none governs it, what policies exist."""

    policy: Policy
    sentence: str = ""


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
    for each in (*in_force, *both):
        return Chosen(each.at(request.received))
    found = of_plan[0].at(request.received) if of_plan else default_policy()
    return Chosen(found, _what_exists(case, of_plan, of_procedure, named=procedure is not None))


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


def _what_exists(
    case: Case, of_plan: list[Registered], of_procedure: list[Registered], *, named: bool
) -> str:
    """The policies for the plan and those for the procedure; the texts of the case stay out."""
    plan = f"plan {case.request.plan}" if of_plan else "that plan"
    procedure = f"procedure {case.request.procedure}" if named else "that procedure"
    return (
        f"no policy governs the request: for {plan} there is {_listed(of_plan)}; for {procedure} "
        f"there is {_listed(of_procedure)}"
    )


def _listed(found: Iterable[Registered]) -> str:
    texts = [
        f"{each.about.number} ({each.about.title}; plans {', '.join(each.about.plans)}; "
        f"procedures {', '.join(each.about.procedures)})"
        for each in found
    ]
    return ", ".join(texts) or "none"
