"""Text from outside made safe to show: control, direction and surrogate characters taken out.

A case may carry terminal escapes, right-to-left overrides or line breaks; none of these may reach a
terminal, a picture or a page. Escaping for HTML or DOT comes on top, where those are written.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile

_DIRECTION = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_UNSAFE_CATEGORIES = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
MOST_SHOWN = 400
"""Characters of one text that are shown."""


def in_words(name: str) -> str:
    """A name of the rules or the vocabulary as words: ``thigh_thrust`` is thigh thrust."""
    return name.replace("_", " ")


def all_of(words: Iterable[str]) -> str:
    """The words together: rest, ice and heat; "" of none."""
    found = list(words)
    return " and ".join([", ".join(found[:-1]), found[-1]] if len(found) > 1 else found)


def told_as_one(texts: Sequence[str]) -> str:
    """Texts with what they begin with said once: it is complete for therapies and imaging."""
    words = zip(*(each.split(" ")[:-1] for each in texts), strict=False)
    alike = takewhile(lambda each: len({*each}) == 1, words)
    shared = "".join(f"{each[0]} " for each in alike)
    return shared + all_of(each.removeprefix(shared) for each in texts)


def printable(text: str, most: int = MOST_SHOWN) -> str:
    """``text`` on one line without control or direction characters, cut after ``most``."""
    cleaned = text[: most * 4]
    if not cleaned.isprintable():  # true of most texts, and asked much faster than letter by letter
        cleaned = "".join(
            " " if letter in "\t\n\r" else letter
            for letter in cleaned
            if letter in "\t\n\r" or not _unsafe(letter)
        )
    cleaned = " ".join(cleaned.split())
    return cleaned if len(cleaned) <= most else cleaned[: most - 1] + "…"


def printable_lines(text: str) -> str:
    """``text`` with its lines and blanks, without control or direction characters."""
    if text.isprintable():
        return text
    return "".join(each for each in text if each in "\t\n" or not _unsafe(each))


def _unsafe(letter: str) -> bool:
    return letter in _DIRECTION or unicodedata.category(letter) in _UNSAFE_CATEGORIES
