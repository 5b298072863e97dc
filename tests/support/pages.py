"""What tests read in the HTML of a page."""

from __future__ import annotations


def without_spans(page: str) -> str:
    """A page without the marks that keep a day or a name on one line."""
    return page.replace('<span class="unbroken">', "").replace("</span>", "")
