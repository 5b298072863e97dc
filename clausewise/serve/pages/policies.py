"""A policy, clause by clause with its rules; the graph of all of it; and what it says of itself."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from markupsafe import Markup
from starlette.responses import HTMLResponse, RedirectResponse, Response

import clausewise as cw
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import UnknownPolicyError, registry
from clausewise.serve.analyses import Analyses
from clausewise.serve.pages.rendering import OWN_STYLE, page_of
from clausewise.serve.pages.tables import Table, file_of
from clausewise.viz.picture.picture import policy_picture
from clausewise.viz.report.pages import style

router = APIRouter(include_in_schema=False)


@router.get("/policies")
def policies(policy: str | None = None) -> Response:
    """A policy, clause by clause, with its rules on demand; the default one without a name."""
    found = _named(policy)
    shared = [all(each.kind == "definition" for each in part.clauses) for part in found.sections]
    return page_of(
        "policies",
        policy=found,
        versions=[
            each.at(version.first)
            for each in registry()
            for version in reversed(each.about.versions)
        ],
        sections=sorted(zip(shared, found.sections, strict=True), key=lambda pair: pair[0]),
        parameters=_parameters(found),
    )


@router.get("/policies/parameters.{kind}")
def parameters_file(kind: str, policy: str | None = None) -> Response:
    """The parameters as a file."""
    return file_of([_parameters(_named(policy))], "parameters", kind)


@router.get("/policies/graph")
def policy_graph(policy: str | None = None) -> Response:
    """The graph of a whole policy, in the version that ``policy`` names."""
    found = _named(policy)
    svg = Markup(policy_picture(found).svg)
    return page_of("graph", title=found.title, policy=found, svg=svg)


@router.get("/policies/analysis")
def analysis(request: Request, policy: str | None = None) -> Response:
    """What a policy says of itself: the page, or how far it is, or how to ask for it."""
    found = _named(policy)
    state = _analyses(request).state(found.version)
    if state.page:
        return HTMLResponse(state.page, headers={"Content-Security-Policy": OWN_STYLE})
    return page_of("analysis", policy=found, state=state)


@router.post("/policies/analysis")
def analyse(request: Request, policy: str | None = None) -> Response:
    """Begin the analysis of a policy, which takes minutes; one is made at a time."""
    found = _named(policy)
    _analyses(request).begin(found.version)
    return RedirectResponse(f"/policies/analysis?policy={found.version}", status_code=303)


@router.get("/style.css")
def stylesheet() -> Response:
    """The style of reports and of this workbench."""
    from importlib.resources import files

    own = (files("clausewise.serve") / "static" / "workbench.css").read_text(encoding="utf-8")
    return Response(style("proof") + own, media_type="text/css")


def _named(policy: str | None) -> Policy:
    try:
        found = cw.policy(policy=policy)
    except UnknownPolicyError as error:
        raise HTTPException(404, str(error)) from None
    assert isinstance(found, Policy)
    return found


def _parameters(policy: Policy) -> Table:
    return Table(
        "parameters",
        "Parameters",
        ("parameter", "value", "unit", "clause", "meaning"),
        [
            (each.name, each.value, each.unit, each.label, each.meaning)
            for each in policy.parameters
        ],
    )


def _analyses(request: Request) -> Analyses:
    found: Analyses = request.app.state.analyses
    return found
