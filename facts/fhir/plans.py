"""Under which plan something is asked for: that of the coverage which the request names."""

from __future__ import annotations

from clausewise.facts.case.problems import Problem
from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.forms import GOVERNED_PLANS
from clausewise.facts.fhir.standing import illegible
from clausewise.facts.text import printable


def plan_of(bundle: Bundle, request: Resource, problems: list[Problem]) -> str:
    """The plan of a request; empty when no coverage names one, which is the default plan.

    The coverage that the request names counts, the focal one first; where it names none, those of
    the bundle do. A plan of an installed policy may stand there under its ordinary name. That the
    plan is not known, for what is named is not in the bundle, is one of the problems.
    """
    found: dict[str, None] = {}
    for coverage in _coverages(bundle, request, problems):
        if isinstance(coverage, str):
            found.setdefault(coverage)
        elif why := illegible(coverage):
            bundle.remark(coverage.name, f"not used: {why}")
        elif coverage.element.text("status") != "active":
            bundle.remark(coverage.name, "not used: the coverage is not active")
        elif plan := _named(bundle, coverage):
            found.setdefault(plan)
        else:
            bundle.remark(coverage.name, "names no plan: the policy's own is taken")
    plan = next(iter(found), "")
    for other in list(found)[1:]:
        bundle.remark(request.name, f"another coverage names the plan {other!r}: {plan!r} is used")
    return plan


def _coverages(bundle: Bundle, request: Resource, problems: list[Problem]) -> list[Resource | str]:
    """The coverages of a request, the focal one alone where one is said to be focal.

    A coverage that is named in words alone is the plan of that name where the bundle has none.
    """
    named = request.element.parts("insurance")
    focal = [each for each in named if each.truth("focal")]
    found: list[Resource | str] = []
    said: list[Resource | str] = []
    absent: list[str] = []
    for each in focal or named:  # elements of a Claim, references of a ServiceRequest
        told = each.part("coverage") if each.has("coverage") else each
        reference = told.text("reference") if told else ""
        coverage = bundle.find(reference, request) if reference else None
        words = printable(told.text("display"), 120).strip() if told and not reference else ""
        why = illegible(coverage) if coverage is not None else ""
        if coverage is not None and coverage.kind == "Coverage" and not why:
            found.append(coverage)
        elif words:
            said.append(_listed(words) or words)
        else:
            shown = printable(reference, 80) or "no reference"
            absent.append(
                f"its coverage ({shown}) is not {f'used: {why}' if why else 'in the bundle'}"
            )
            bundle.remark(request.name, absent[-1])
    if absent and not found and not said:
        problem = f"{absent[0]}, and so its plan is not known"
        wanted = "that Coverage, or no reference to one but the plan in words, as its display"
        problems.append(Problem((request.name,), problem, wanted))
    return found or [*(() if absent else bundle.of("Coverage")), *said]


def _listed(said: str) -> str:
    """The plan of an installed policy that a text names, by its name or its ordinary name."""
    plans = GOVERNED_PLANS.items()
    return next((name for name, usual in plans if said.casefold() in (name, usual.casefold())), "")


def _named(bundle: Bundle, coverage: Resource) -> str:
    """The plan that a coverage names, by the value or the name of its class; mostly the value."""
    for part in coverage.element.parts("class"):
        if not any(coding.code == "plan" for coding in part.codings("type")):
            continue
        bundle.use(coverage)
        told = [printable(part.text(key), 120).strip() for key in ("value", "name")]
        for said in told:
            if name := _listed(said):
                if said != name:
                    bundle.remark(coverage.name, f"its plan {said!r} is taken for {name}")
                return name
        return next(filter(None, told), "")
    return ""
