"""The application: pages, service and FHIR behind the guard."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp

import clausewise as cw
from clausewise.logic.language.choices import ChoiceError
from clausewise.serve import fhir, pages, service
from clausewise.serve.analyses import Analyses
from clausewise.serve.folder import PlaceError, Served
from clausewise.serve.guard import Guard, Limits, problem
from clausewise.serve.pages.rendering import page_of

STATIC = Path(__file__).parent / "static"


def application(
    place: Path,
    token: str,
    hosts: Collection[str],
    limits: Limits | None = None,
    documents: Path | None = None,
    *,
    save: bool = False,
) -> ASGIApp:
    """The whole application for a folder, a cohort or an audit.

    ``documents`` has a folder for each case; with ``save`` cases can be saved into the folder.
    """
    app = FastAPI(
        title="clausewise",
        version=cw.__version__,
        summary="Determinations under medical policies, with their proofs",
        lifespan=_until_the_end,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.openapi = partial(service.describe, app)  # type: ignore[method-assign]
    app.state.analyses = Analyses()
    app.state.served = Served(place, documents, save=save)
    app.include_router(service.router)
    app.include_router(fhir.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ChoiceError, _unknown_choice)
    app.add_exception_handler(PlaceError, _gone)
    app.add_exception_handler(500, _failed)
    return Guard(app, token, hosts, limits)


@asynccontextmanager
async def _until_the_end(app: FastAPI) -> AsyncIterator[None]:
    """What runs beside the server ends with it."""
    yield
    app.state.analyses.end()


_OWN_WORDS = {
    "Not Found": "there is no such page here",
    "Method Not Allowed": "this address is not asked in this way",
}
"""Sentences for those of Starlette."""


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    sentence = _OWN_WORDS.get(str(error.detail), str(error.detail))
    return _told(request, error.status_code, sentence)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()
    )
    return _told(request, 422, told)


def _unknown_choice(request: Request, error: Exception) -> Response:
    return _told(request, 422, str(error))


def _gone(request: Request, error: Exception) -> Response:
    return _told(request, 503, str(error))


def _failed(request: Request, error: Exception) -> Response:
    # What went wrong may hold text of a case; only its kind is told.
    return _told(request, 500, f"this could not be answered ({type(error).__name__})")


def _told(request: Request, status: int, sentence: str) -> Response:
    """The error as a page to whoever asks for one, else as ``problem`` has it."""
    inside = request.url.path.startswith(("/api", "/fhir"))
    if inside or "text/html" not in request.headers.get("accept", ""):
        return problem(request.scope, status, sentence)
    return page_of("problems", status, title="This is not possible", problems=[sentence])
