"""The application: pages, service and FHIR behind the guard."""

from __future__ import annotations

from collections.abc import Collection
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
from clausewise.serve.folder import Served
from clausewise.serve.guard import Guard, Limits, problem

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
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/openapi.json",
    )
    app.openapi = partial(service.describe, app)  # type: ignore[method-assign]
    app.state.served = Served(place, documents, save=save)
    app.include_router(service.router)
    app.include_router(fhir.router)
    app.include_router(pages.router)
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(ChoiceError, _unknown_choice)
    app.add_exception_handler(404, _not_found)
    app.add_exception_handler(500, _failed)
    return Guard(app, token, hosts, limits)


def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return problem(request.scope, error.status_code, str(error.detail))


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    told = "; ".join(
        f"{'.'.join(str(part) for part in each['loc'])}: {each['msg']}" for each in error.errors()
    )
    return problem(request.scope, 422, told)


def _unknown_choice(request: Request, error: Exception) -> Response:
    return problem(request.scope, 422, str(error))


def _not_found(request: Request, _error: Exception) -> Response:
    return problem(request.scope, 404, "there is no such page here")


def _failed(request: Request, error: Exception) -> Response:
    # What went wrong may hold text of a case; only its kind is told.
    return problem(request.scope, 500, f"this could not be answered ({type(error).__name__})")
