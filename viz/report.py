"""The audit report: one self-contained HTML file, without scripts and without a network.

A strict Content-Security-Policy allows the one style sheet by its hash and nothing else. Every
value is escaped, and before that made printable, without control and direction characters.
"""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from importlib.resources import files
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from facts.text import printable
from logic.certificate import canonical, certificate
from logic.determination import Decision
from logic.result import DISCLAIMER, FOR_PHYSICIAN_REVIEW
from logic.worlds import ReadingSensitivity
from viz.audit import line_report, other_choices, review_of
from viz.words import readable

MOST_TEXT = 4000
"""Characters of one text of a case that the report shows."""


def report(decision: Decision) -> str:
    """The report about all lines of a decision, as one HTML page.

    Without a Graphviz that runs, the page says so in place of the picture.
    """
    sensitivity = ReadingSensitivity(decision)
    style = _style()
    proof = canonical(certificate(decision)) + "\n"
    encoded = base64.b64encode(proof.encode("ascii")).decode("ascii")
    page = _environment().get_template("report.html.jinja")
    lines = [line_report(decision, line, sensitivity) for line in decision.lines]
    named = {rule for line in lines for rule in line.rules}
    return page.render(
        decision=decision,
        case=decision.case,
        policy=decision.policy,
        lines=lines,
        rules=[rule for rule in decision.lines[0].program.rules if rule.identifier in named],
        choices=other_choices(decision),
        review=review_of(decision),
        proof=proof,
        proof_link=Markup(f"data:application/json;base64,{encoded}"),
        disclaimer=DISCLAIMER,
        for_review=FOR_PHYSICIAN_REVIEW,
        style=Markup(style),
        security=f"default-src 'none'; style-src '{_hash(style)}'; base-uri 'none'; "
        "form-action 'none'",
    )


def _hash(text: str) -> str:
    digest = base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
    return f"sha256-{digest}"


@cache
def _style() -> str:
    return (files("viz") / "templates" / "report.css").read_text(encoding="utf-8")


def _shown(value: Any) -> Any:
    """Every value that the template writes: printable text, or markup that was made here."""
    return value if isinstance(value, Markup) else printable(str(value), MOST_TEXT)


def _picture(svg: str) -> Markup:
    """A picture as markup; it has come through the lists of allowed names in ``viz.svg``."""
    return Markup(svg)


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("viz", "templates"),
        undefined=StrictUndefined,
        autoescape=True,
        finalize=_shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["words"] = lambda name: str(name).replace("_", " ")
    environment.filters["readable"] = readable
    environment.filters["picture"] = _picture
    environment.filters["whole"] = lambda text: Markup.escape(text)
    return environment
