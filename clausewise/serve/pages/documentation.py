"""The documentation, as pages of the workbench: the same pages as ``make docs`` builds."""

from __future__ import annotations

import posixpath
import re
from functools import lru_cache
from itertools import pairwise

from fastapi import APIRouter, HTTPException
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup
from starlette.responses import RedirectResponse, Response

from clausewise.docs.reference import contents, page
from clausewise.serve.pages.rendering import page_of

router = APIRouter(include_in_schema=False)
FIRST = "tutorial.md"


@router.get("/docs")
@router.get("/docs/")
def start() -> Response:
    """The first page."""
    return RedirectResponse(f"/docs/{FIRST}", status_code=303)


@router.get("/docs/{place:path}")
def documentation(place: str) -> Response:
    """A page of the documentation, with the table of contents beside it."""
    text = _text(place)
    if text is None:
        raise HTTPException(404, "the documentation has no such page")
    sections = [
        (title, [(name, each) for name, each in pages if _text(each) is not None])
        for title, pages in contents()
    ]
    return page_of("documentation", sections=sections, place=place, text=_html(place, text))


@lru_cache(maxsize=100)
def _text(place: str) -> str | None:
    return page(place)


@lru_cache(maxsize=100)
def _html(place: str, text: str) -> Markup:
    """Markdown as HTML: without HTML of its own, pictures, and links to what is not shown here."""
    reader = MarkdownIt("commonmark", {"html": False}).enable("table")
    tokens = reader.parse(re.sub(r"^!\[[^\]]*\]\([^)]*\)$", "", text, flags=re.MULTILINE))
    for opened, inside in pairwise(tokens):
        if opened.type == "heading_open":
            opened.attrSet("id", _heading_id(inside))
        for each in inside.children or ():
            if each.type == "link_open" and not _is_here(place, str(each.attrGet("href"))):
                del each.attrs["href"]
    html = reader.renderer.render(tokens, reader.options, {})
    # A table that is wider than the page can be moved with the keyboard.
    html = html.replace("<table>", '<div class="wide" tabindex="0"><table>')
    return Markup(html.replace("</table>", "</table></div>"))


def _is_here(place: str, link: str) -> bool:
    """Whether a link of a page leads to a page of the documentation, or out of it by https."""
    target = link.partition("#")[0]
    there = posixpath.normpath(posixpath.join(posixpath.dirname(place), target))
    return not target or link.startswith("https://") or _text(there) is not None


def _heading_id(heading: Token) -> str:
    """The name that links to a heading use: its words with hyphens."""
    kept = "".join(each if each.isalnum() or each in " -_" else "" for each in heading.content)
    return "-".join(kept.lower().split())
