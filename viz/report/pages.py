"""What all HTML has in common: templates, style, and how values of a case become text.

Every value is made printable and escaped; only markup made here comes through as it is.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from clausewise.facts.text import printable
from clausewise.logic.decision.evidence import on_side, with_names
from clausewise.logic.explain.because import blocks
from clausewise.logic.explain.policy_words import SMALL
from clausewise.viz.picture.words import readable

MOST_TEXT = 4000
"""Characters of one text of a case that are shown."""


_UNBROKEN = re.compile(
    r"(?<![\w.@-])(?=[\w.@-]{3,24}(?![\w.@-]))[\w.@]+(?:-[\w.@]+)+"  # 2026-07-15, PA-1003
    r"|\b[A-Z][a-z]{2,8} \d{1,2}, \d{4}\b"  # July 15, 2026
    r"|\b\d[\d.,]* %"
    r"|\b[\w.]{1,8} p\d{1,4}\b"  # H2 p5
)
_APART = re.compile(r"(<(style|title|svg|pre|script|textarea)\b.*?</\2>|<[^>]*>)", re.DOTALL)
"""Markup, with the elements whose text stays as it is."""


def unbroken(text: str) -> str:
    """Text that is escaped already, of which no day, name, share or source is broken by a line."""
    return _UNBROKEN.sub(r'<span class="unbroken">\g<0></span>', text)


def unbroken_in(page: str) -> str:
    """A page with the same done to its text, and not to its markup."""
    parts = _APART.split(page)  # text, markup, the name of the element; and again
    return "".join(
        part if number % 3 == 1 else unbroken(part)
        for number, part in enumerate(parts)
        if number % 3 != 2
    )


@cache
def style(*names: str) -> str:
    """The style sheets with these names, one after the other."""
    folder = files("clausewise.viz.report") / "templates"
    return "".join((folder / f"{name}.css").read_text(encoding="utf-8") for name in names)


def nested_style(*names: str) -> Markup:
    """The style of notebook displays and of these sheets, nested below one class."""
    return Markup(f".clausewise {{ {style('proof', 'card', *names)} }}")


def security(sheet: str) -> str:
    """The Content-Security-Policy of a page: its own style sheet by its hash, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(sheet.encode("utf-8")).digest()).decode("ascii")
    return f"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'"


def rendered_page(name: str, **values: Any) -> str:
    """The template with the values put in, and its text kept together where it should be."""
    return unbroken_in(_environment().get_template(f"{name}.html.jinja").render(**values))


def _shown(value: Any) -> Any:
    """Every value that a template writes: printable text, or markup that was made here."""
    return value if isinstance(value, Markup) else printable(str(value), MOST_TEXT)


def _picture(svg: str) -> Markup:
    """A picture as markup; it has come through the lists of allowed names in
    ``viz.picture.svg``.
    """
    return Markup(svg)


FILTERS: dict[str, Callable[..., Any]] = {
    "words": lambda name: str(name).replace("_", " "),
    "readable": readable,
    "picture": _picture,
    "named": with_names,
    "blocks": blocks,
    "on_side": lambda side: Markup.escape(on_side(side)),  # its space at the end is kept
    "number": lambda number: SMALL[number],
    "lines": lambda number: f"{number} {'line is' if number == 1 else 'lines are'}",
    "whole": lambda text: Markup.escape(text),
}
"""The filters that the templates use; whoever takes a template into its own pages adds them."""


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("clausewise.viz.report", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(FILTERS)
    return environment
