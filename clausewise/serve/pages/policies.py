"""The policies, clause by clause, and the graph of all of one."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, HTTPException
from markupsafe import Markup
from starlette.responses import Response

import clausewise as cw
from clausewise.logic.policies.registry import UnknownPolicyError, registry
from clausewise.serve.pages.rendering import page_of
from clausewise.viz.picture.picture import policy_picture
from clausewise.viz.report.pages import style

router = APIRouter(include_in_schema=False)


@router.get("/policies")
def policies() -> Response:
    """The policies, clause by clause, with their rules on demand."""
    found = [
        each.at(version.first) for each in registry() for version in reversed(each.about.versions)
    ]
    return page_of("policies", policies=found)


@router.get("/policies/graph")
def policy_graph(policy: str | None = None) -> Response:
    """The graph of a whole policy, in the version that ``policy`` names."""
    try:
        found: Any = cw.policy(policy=policy)
    except UnknownPolicyError as error:
        raise HTTPException(404, str(error)) from None
    return page_of("graph", title=found.title, svg=Markup(policy_picture(found).svg))


@router.get("/style.css")
def stylesheet() -> Response:
    """The style of reports and of this workbench."""
    from importlib.resources import files

    own = (files("clausewise.serve") / "static" / "workbench.css").read_text(encoding="utf-8")
    return Response(style("proof") + own, media_type="text/css")
