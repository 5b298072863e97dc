"""Edits of a policy's text: its layout alone, and the tools to change what it says."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable

Edit = Callable[[str], str]


def replaced(old: str, new: str) -> Edit:
    """Puts ``new`` for ``old``, which has to be there once."""

    def edit(text: str) -> str:
        assert text.count(old) == 1, f"{old!r} is there {text.count(old)} times"
        return text.replace(old, new)

    return edit


def after(line: str, *more: str) -> Edit:
    """Puts lines behind the one that holds ``line``."""

    def edit(text: str) -> str:
        lines = text.splitlines()
        (place,) = [number for number, each in enumerate(lines) if line in each]
        return "\n".join([*lines[: place + 1], *more, *lines[place + 1 :]]) + "\n"

    return edit


def without(line: str) -> Edit:
    """Takes out the line that holds ``line``."""

    def edit(text: str) -> str:
        lines = text.splitlines()
        (place,) = [number for number, each in enumerate(lines) if line in each]
        return "\n".join(lines[:place] + lines[place + 1 :]) + "\n"

    return edit


def in_turn(*edits: Edit) -> Edit:
    """One edit after the other."""

    def edit(text: str) -> str:
        for each in edits:
            text = each(text)
        return text

    return edit


def wrapped(width: int) -> Edit:
    """Lines as a PDF has them: of so many characters, broken between words and behind hyphens."""

    def edit(text: str) -> str:
        return "\n".join(
            textwrap.fill(
                line, width, break_long_words=False, break_on_hyphens=True, expand_tabs=False
            )
            for line in text.splitlines()
        )

    return edit


def hyphenated(width: int) -> Edit:
    """As ``wrapped``, with words broken at the end of a line."""

    def edit(text: str) -> str:
        found = []
        for line in text.splitlines():
            words, current = line.split(" "), ""
            for word in words:
                while len(current) + len(word) > width and len(word) > 7 and word.isalpha():
                    found.append(f"{current}{word[:4]}-")
                    current, word = "", word[4:]
                if len(current) + len(word) > width:
                    found.append(current)
                    current = ""
                current += f"{word} "
            found.append(current)
        return "\n".join(found)

    return edit


def paged(head: str, lines_a_page: int) -> Edit:
    """Pages with a running head, a number below and a form feed behind."""

    def edit(text: str) -> str:
        lines = text.splitlines()
        pages = [lines[n : n + lines_a_page] for n in range(0, len(lines), lines_a_page)]
        return "\f".join(
            "\n".join([head, "", *page, "", f"Page {number} of {len(pages)}", ""])
            for number, page in enumerate(pages, 1)
        )

    return edit


def with_plain_signs(text: str) -> str:
    """Dashes, quotes and blanks as another program writes them, and no marks of bold or italic."""
    text = text.replace("–", "-").replace("'", "\u2019").replace("fi", "\ufb01")
    return text.replace("**", "").replace("*", "").replace("SIJ ", "SIJ\u00a0")


def with_other_bullets(text: str) -> str:
    """Bullets as word processors write them."""
    return re.sub(r"^ ?- ", "\u2022  ", text, flags=re.MULTILINE)


def without_bullets(text: str) -> str:
    """No bullets and no indents at all."""
    return re.sub(r"^ *(?:- )?", "", text, flags=re.MULTILINE)


def without_empty_lines(text: str) -> str:
    return re.sub(r"\n\s*\n+", "\n", text)


def with_windows_lines(text: str) -> str:
    return text.replace("\n", "\r\n")


def with_other_pages(text: str) -> str:
    """Other page numbers in the table of contents."""
    return re.sub(
        r"^([A-Z]\.\t.*\t)(\d)$",
        lambda found: f"{found[1]}{int(found[2]) + 7}",
        text,
        flags=re.MULTILINE,
    )


def with_dots_in_contents(text: str) -> str:
    return re.sub(r"^([A-Z]\.)\t(.*)\t(\d)$", r"\1 \2 .......... \3", text, flags=re.MULTILINE)


def with_empty_lines(text: str) -> str:
    return text.replace("\n", "\n\n")


def with_blanks_that_do_not_break(text: str) -> str:
    return text.replace(" ", "\u00a0")


def with_other_marks(text: str) -> str:
    """Bold as other converters mark it."""
    return text.replace("**", "__")


def with_bullets(sign: str) -> Edit:
    """The text with this sign for each bullet."""
    return lambda text: re.sub(r"(?m)^(\s*)- ", rf"\1{sign} ", text)


def with_wide_blanks(text: str) -> str:
    """The text with two blanks between words."""
    return re.sub(r"(?<=\w) (?=\w)", "  ", text)


LAYOUTS: dict[str, Edit] = {
    "an empty line behind each": with_empty_lines,
    "blanks that do not break": with_blanks_that_do_not_break,
    "other marks of bold": with_other_marks,
    "broken words on pages": in_turn(hyphenated(72), paged("A plan", 20)),
    "lines of 100 characters": wrapped(100),
    "lines of 72 characters": wrapped(72),
    "lines of 44 characters": wrapped(44),
    "words broken at the end of lines": hyphenated(60),
    "pages with running heads and numbers": paged("Medical policy, a plan, in force 2031", 25),
    "other dashes, quotes and ligatures": with_plain_signs,
    "other bullets": with_other_bullets,
    "bullets of a font of signs": with_bullets("\uf0a7"),
    "square bullets": with_bullets("■"),
    "wide blanks of justified lines": with_wide_blanks,
    "no bullets": without_bullets,
    "no empty lines": without_empty_lines,
    "lines of Windows": with_windows_lines,
    "other page numbers in the table of contents": with_other_pages,
    "dots in the table of contents": with_dots_in_contents,
    "a copy from a PDF": in_turn(with_plain_signs, with_other_bullets, hyphenated(70)),
}
"""Edits that change the layout and nothing that the text says."""
