"""Templates into pages, tables into files: what all pages of the workbench share."""

from __future__ import annotations

from functools import cache
from typing import Any
from urllib.parse import quote as quoted_in_address

from fastapi import Request
from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.convertors import PathConvertor, register_url_convertor
from starlette.responses import HTMLResponse, Response

import clausewise as cw
from clausewise.facts.text import printable
from clausewise.logic.explain.result import DISCLAIMER
from clausewise.serve.folder import Served
from clausewise.viz.picture.looks import LOOKS
from clausewise.viz.picture.overlay import OUTCOME_LOOKS
from clausewise.viz.report.pages import FILTERS, unbroken

MOST_ROWS = 200
"""Cases on one page of a list."""
OWN_STYLE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)
"""For pages that are files of their own, with their style inside and no script."""


MARKS = {name: (LOOKS[look].mark, look) for name, look in OUTCOME_LOOKS.items()}
"""The mark and the colour of each determination; marks differ in shape too."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("clausewise.serve", "templates"),
                PackageLoader("clausewise.viz.report", "templates"),
            ]
        ),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=lambda value: value if isinstance(value, Markup) else printable(str(value), 4000),
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["marks"] = MARKS
    environment.filters.update(FILTERS)
    environment.filters["place"] = quote_path
    environment.filters["unbroken"] = kept_unbroken
    return environment


def kept_unbroken(text: object) -> Markup:
    """The text of which no day, label or name of a file is broken by a line."""
    return Markup(unbroken(str(escape(printable(str(text), 4000)))))


def quote_path(name: object) -> str:
    """The name of a case as it stands in an address."""
    return quoted_in_address(str(name), safe="/:~")


class AnyName(PathConvertor):
    """The name of a file in an address, whatever characters it has: a line break too."""

    regex = "(?s:.*)"


register_url_convertor("any", AnyName())


def page_of(template: str, status: int = 200, /, **values: Any) -> HTMLResponse:
    """The page that a template makes of these values."""
    text = (
        _environment()
        .get_template(f"{template}.html.jinja")
        .render(**{"disclaimer": DISCLAIMER, "version": cw.__version__, **values})
    )
    return HTMLResponse(text, status)


def served(request: Request) -> Served:
    """What is served here."""
    served: Served = request.app.state.served
    return served


def download(content: bytes, kind: str, name: str) -> Response:
    """A file to save, under this name."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=kind, headers=headers)
