"""Letters in Markdown, one version for the member and one for the clinician.

The templates stand in ``letters/``. Text from a case is made printable and its Markdown is escaped,
so that it can neither format nor link.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import date
from functools import cache
from html import escape

from jinja2 import Environment, PackageLoader, StrictUndefined

from clausewise.facts.text import printable
from clausewise.facts.vocabulary.phrases import phrases
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.clauses import together
from clausewise.logic.explain.policy_words import SMALL, long_date
from clausewise.logic.language.choices import check_answer
from clausewise.logic.letters.letter import BLANK, letter
from clausewise.logic.what_if.missing import MOST_SHOWN

MOST_LETTERS = 1500
"""Letters of one text that a letter has; none of ours is that long."""
AUDIENCES = ("clinician", "member")
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~])")
_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


def safe_text(value: object) -> str:
    """Text from a case on one line, with every character that Markdown reads escaped."""
    if value == BLANK:
        return BLANK
    # Angle brackets become entities, so that no renderer can take them for a tag.
    return _MARKDOWN.sub(r"\\\1", escape(printable(str(value), MOST_LETTERS), quote=False))


def _long_dates(text: str) -> str:
    """A text with its days as "July 15, 2026"."""
    return _DAY.sub(lambda found: long_date(date.fromisoformat(found[0])), text)


@cache
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
    environment.filters["sentence"] = lambda text: text[:1].upper() + text[1:].rstrip(".") + "."
    environment.filters["together"] = together
    environment.filters["tuple"] = tuple
    environment.filters["number"] = lambda number: SMALL[number]
    environment.filters["said"] = lambda way: ", and ".join(each.text for each in way)
    environment.filters["long_dates"] = _long_dates
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    return environment


def _explained(text: str) -> list[tuple[str, str]]:
    """The terms of a text that have to be explained, with their meaning; none that it explains."""
    return [
        (term, str(meaning))
        for term, meaning in phrases()["explained"].items()
        if re.search(rf"\b{re.escape(term)}s?\b", text, re.IGNORECASE) and str(meaning) not in text
    ]


def letters(
    decision: Decision,
    audience: str = "clinician",
    *,
    what_if: bool = False,
    sides: Collection[str] = (),
) -> str:
    """The letters about the lines of a decision, in Markdown; ``sides`` picks some of the lines.

    ``audience`` is "clinician" or "member"; raises KeyError for another. Under other choices than
    the policy's own raises ``logic.language.choices.WhatIfError`` unless ``what_if`` allows it; the
    letters then say so first.
    """
    if audience not in AUDIENCES:
        raise KeyError(audience)
    check_answer(decision.what_if, "a letter", allowed=what_if)
    lines = [each for each in decision.lines if not sides or each.side in sides]
    texts = [_text(decision, line, audience) for line in lines]
    mark = f"**{safe_text(decision.what_if)}. This is no answer to the request.**\n\n"
    first = mark if decision.what_if else ""
    return "\n---\n\n".join(first + text for text in texts)


def _text(decision: Decision, line: LineDecision, audience: str) -> str:
    template = _environment().get_template(f"{audience}.md.jinja")
    content = letter(decision, line, needs=audience == "clinician")
    about = {"letter": content, "shown": MOST_SHOWN}
    text = template.render(**about, explained=[])
    if audience == "member" and (explained := _explained(text)):
        text = template.render(**about, explained=explained)
    return re.sub(r"\n{3,}", "\n\n", text)
