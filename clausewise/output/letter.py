"""Letters in Markdown, one version for the member and one for the clinician.

The templates stand in ``letters/``. Text from a case is made printable and its Markdown is escaped,
so that it can neither format nor link.
"""

from __future__ import annotations

import re
from datetime import date
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision
from clausewise.logic.explain.sentences import long_date
from clausewise.logic.language.choices import check_answer
from clausewise.logic.letters.letter import BLANK, letter

AUDIENCES = ("clinician", "member")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~])")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def safe_text(value: object) -> str:
    """Text from a case on one line, with every character that Markdown reads escaped."""
    if value == BLANK:
        return BLANK
    # Angle brackets become entities, so that no renderer can take them for a tag.
    return _MARKDOWN.sub(r"\\\1", escape(printable(str(value)), quote=False))


def _long_dates(text: str) -> str:
    """A text with its days as "July 15, 2026"."""
    return _DAY.sub(lambda found: long_date(date.fromisoformat(found[0])), text)


def _environment() -> Environment:
    # Markdown, not HTML: every value of a case goes through safe_text in the templates.
    environment = Environment(
        loader=PackageLoader("clausewise.output", "letters"),
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=False,
        keep_trailing_newline=True,
    )
    environment.filters["safe_text"] = safe_text
    environment.filters["long_dates"] = _long_dates
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


def letters(decision: Decision, audience: str = "clinician", *, what_if: bool = False) -> str:
    """The letters about all lines of a decision, in Markdown.

    ``audience`` is "clinician" or "member"; raises KeyError for another. Under other choices than
    the policy's own raises ``logic.language.choices.WhatIfError`` unless ``what_if`` allows it; the
    letters then say so first.
    """
    if audience not in AUDIENCES:
        raise KeyError(audience)
    check_answer(decision.what_if, "a letter", allowed=what_if)
    template = _environment().get_template(f"{audience}.md.jinja")
    texts = [template.render(letter=letter(decision, line)) for line in decision.lines]
    mark = f"**{safe_text(decision.what_if)}. This is no answer to the request.**\n\n"
    first = mark if decision.what_if else ""
    return "\n---\n\n".join(first + re.sub(r"\n{3,}", "\n\n", text) for text in texts)
