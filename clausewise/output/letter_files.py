"""Letters as HTML pages and as DOCX, both made of the letter in Markdown.

Markdown is read by markdown-it with raw HTML switched off: no text of a case becomes markup.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterable, Mapping
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from clausewise.facts.errors import ClausewiseError
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.decision.decide import Decision
from clausewise.output.letter import AUDIENCES, letters
from clausewise.viz.report.pages import rendered_page, security, style

if TYPE_CHECKING:
    from docx.document import Document
    from docx.text.paragraph import Paragraph
    from markdown_it import MarkdownIt
    from markdown_it.token import Token


class LetterError(ClausewiseError):
    """A letter cannot be written so; the message says what to do."""


def _markdown() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False})


def letters_html(
    decision: Decision,
    audience: str = "clinician",
    *,
    what_if: bool = False,
    sides: Collection[str] = (),
) -> str:
    """The letters about the lines of a decision as one HTML page; arguments as for ``letters``."""
    text = letters(decision, audience, what_if=what_if, sides=sides)
    sheet = style("letter")
    return rendered_page(
        "letter",
        body=Markup(_markdown().render(text)),
        case=decision.case.case,
        style=Markup(sheet),
        security=security(sheet),
    )


def letters_docx(
    decision: Decision,
    audience: str = "clinician",
    *,
    what_if: bool = False,
    sides: Collection[str] = (),
) -> bytes:
    """The letters about the lines of a decision as a DOCX file; arguments as for ``letters``.

    Raises LetterError when python-docx is not installed, or not whole.
    """
    try:
        from docx import Document
        from docx.opc.exceptions import PackageNotFoundError
    except ImportError:
        raise LetterError("DOCX needs python-docx; pip install 'clausewise[letters]'") from None
    text = letters(decision, audience, what_if=what_if, sides=sides)
    try:
        document = Document()
    except PackageNotFoundError as error:
        raise LetterError(f"python-docx cannot read its own template: {error}") from None
    document.core_properties.author = ""
    document.core_properties.comments = ""
    document.core_properties.title = "Letter about a request"
    _write(document, _markdown().parse(text))
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def _write(document: Document, tokens: Iterable[Token]) -> None:
    """Headings, paragraphs, lists within lists, and a new page for each letter."""
    from docx.enum.text import WD_BREAK

    depth, heading = 0, 0
    for token in tokens:
        if token.type == "bullet_list_open":
            depth += 1
        elif token.type == "bullet_list_close":
            depth -= 1
        elif token.type == "heading_open":
            heading = int(token.tag.removeprefix("h"))
        elif token.type == "hr":
            document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        elif token.type == "inline":
            if heading:
                paragraph = document.add_heading(level=heading)
            elif depth:
                paragraph = document.add_paragraph(
                    style="List Bullet" if depth == 1 else f"List Bullet {min(depth, 3)}"
                )
            else:
                paragraph = document.add_paragraph()
            _write_text(paragraph, token.children or ())
            heading = 0


def _write_text(paragraph: Paragraph, tokens: Iterable[Token]) -> None:
    bold = False
    for token in tokens:
        if token.type in ("strong_open", "strong_close"):
            bold = token.type == "strong_open"
        elif token.type == "hardbreak":
            paragraph.add_run().add_break()
        elif token.type == "softbreak":
            paragraph.add_run(" ")
        elif token.content:
            paragraph.add_run(token.content).bold = bold or None


FORMATS: Mapping[str, tuple[str, Callable[..., str | bytes]]] = {
    "markdown": ("md", letters),
    "html": ("html", letters_html),
    "docx": ("docx", letters_docx),
}
"""What letters can be written as: the ending of the file, and what writes it."""


def write_letters(
    folder: Path,
    about: Iterable[tuple[Decision, Collection[str]]],
    form: str,
    *,
    what_if: bool = False,
) -> int:
    """Write a letter to the member and one to the clinician about each line, a file each.

    ``about`` are decisions with the sides of the lines, ``form`` is one of ``FORMATS``. The new
    folder gets a table, ``letters.csv``, that says which file is about which line, and that it is a
    what-if, where it is. Gives how many lines have letters. Raises LetterError, WhatIfError and
    OSError.
    """
    ending, write = FORMATS[form]
    folder.mkdir()
    rows: list[dict[str, Any]] = []
    lines = 0
    for decision, sides in about:
        for line in decision.lines:
            if line.side not in sides:
                continue
            lines += 1
            for audience in AUDIENCES:
                # Named by a number: the name of a case may be anything.
                path = folder / f"{lines:05}-{audience}.{ending}"
                content = write(decision, audience, what_if=what_if, sides=(line.side,))
                path.write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
                rows.append(
                    {"what_if": decision.what_if}
                    | {
                        "file": path.name,
                        "case": decision.case.case,
                        "line": line.side,
                        "determination": str(line.determination),
                        "for": audience,
                    }
                )
    with (folder / "letters.csv").open("w", encoding="utf-8", newline="") as stream:
        names = ["file", "case", "line", "determination", "for"]
        names = ["what_if", *names] if any(row["what_if"] for row in rows) else names
        table = csv.DictWriter(stream, names, extrasaction="ignore")
        table.writeheader()
        table.writerows({key: cell(value) for key, value in row.items()} for row in rows)
    return lines
