"""Entering a case."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from starlette.concurrency import run_in_threadpool
from starlette.responses import RedirectResponse, Response

import clausewise as cw
from clausewise.facts.case.syntax import InputError, Problem
from clausewise.facts.loading.files import cases_in
from clausewise.serve.pages.rendering import page_of, served

router = APIRouter(include_in_schema=False)


@router.get("/new")
def new(procedure: str = "27279") -> Response:
    """A blank case to fill in."""
    try:
        text = cw.template(procedure)
    except KeyError:
        raise HTTPException(404, f"no policy here has a path for {procedure[:80]}") from None
    return page_of("new", text=text, problems=[], marked=[])


@router.post("/new")
async def entered(request: Request) -> Response:
    """The case that was entered, or the text again with every error beside its line."""
    form = await request.form(max_files=0, max_fields=10)
    text = str(form.get("text") or "").replace("\r\n", "\n")
    return await run_in_threadpool(_entered, request, text)


def _entered(request: Request, text: str) -> Response:
    try:
        (case,) = cases_in(text.encode("utf-8"), "the case")
    except InputError as error:
        marked: dict[int, list[Problem]] = {}
        for each in error.problems:
            marked.setdefault(each.line or 0, []).append(each)
        return page_of("new", 422, text=text, problems=list(error.problems), marked=sorted(marked))
    except ValueError:
        return page_of("new", 422, text=text, problems=["one case is entered at a time"], marked=[])
    return RedirectResponse(f"/case/{served(request).drop(case)}", status_code=303)
