"""Under which plan something is asked for: that of the coverage which the request names."""

from __future__ import annotations

from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.forms import GOVERNED_PLANS
from clausewise.facts.text import printable


def plan_of(bundle: Bundle, request: Resource) -> str:
    """The plan of a request; empty when no coverage names one, which is the default plan.

    The coverage that the request names counts, the focal one first; where it names none, those of
    the bundle do. A plan of an installed policy may stand there under its ordinary name.
    """
    found: dict[str, None] = {}
    for coverage in _coverages(bundle, request):
        if isinstance(coverage, str):
            found.setdefault(coverage)
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


def _coverages(bundle: Bundle, request: Resource) -> list[Resource | str]:
    """The coverages of a request, the focal one alone where one is said to be focal.

    A coverage that is named in words alone is the plan of that name where the bundle has none.
    """
    named = request.element.parts("insurance")
    focal = [each for each in named if each.truth("focal")]
    found: list[Resource | str] = []
    said: list[Resource | str] = []
    for each in focal or named:  # elements of a Claim, references of a ServiceRequest
        told = each.part("coverage") if each.has("coverage") else each
        reference = told.text("reference") if told else ""
        coverage = bundle.find(reference, request) if reference else None
        words = printable(told.text("display"), 120).strip() if told and not reference else ""
        if coverage is not None and coverage.kind == "Coverage":
            found.append(coverage)
        elif words:
            said.append(_listed(words) or words)
        else:
            shown = printable(reference, 80) or "no reference"
            bundle.remark(request.name, f"its coverage ({shown}) is not in the bundle")
    return found or list(bundle.of("Coverage")) or said


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
