"""Names in a request that are no names of the lists, but seem to be meant for one.

Any text may stand for a procedure or a plan that the policy does not govern. A text that differs
from a listed name or code only in its form would be taken for such, so it is refused instead.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from clausewise.facts.case.values import fault, show

_ALMOST_THE_WORD, _ALMOST_THE_TEXT = 0.6, 0.95
"""How much alike two words of a name, and two whole names, have to be to be taken for the same."""


def check_as_listed(text: str, what: str, known: Iterable[str]) -> str:
    """``text``; raises an error when it is none of ``known`` but seems to be meant for one."""
    known = tuple(known)
    name = "" if text in known else meant_name(text, known)
    if name:
        raise fault(
            f"{show(text)} is not a known {what}; did you mean {name}?",
            f"the name or code of the {what} and nothing else",
        )
    return text


def meant_name(text: str, known: Iterable[str]) -> str:
    """The one of the names and codes ``known`` that a text seems to be meant for, or nothing.

    Case, marks and spaces do not matter, a name or code may be part of the text, and its words may
    be misspelt.
    """
    words = _words(text)
    return next((name for name in known if _means(words, _words(name))), "")


def _words(text: str) -> list[str]:
    # A code runs into the letters of a modifier: 27279LT.
    plain = unicodedata.normalize("NFKC", text[:400]).casefold()
    return re.findall(r"[^\W\d_]+|\d+", plain)


def _means(words: list[str], name: list[str]) -> bool:
    if set(name) <= set(words) or "".join(words) == "".join(name):
        return True
    if name[0].isdigit():
        return False  # another number is another code
    alike = len(words) == len(name) and all(
        _likeness(word, own) >= _ALMOST_THE_WORD for word, own in zip(words, name, strict=True)
    )
    return alike or _likeness("".join(words), "".join(name)) >= _ALMOST_THE_TEXT


def _likeness(text: str, other: str) -> float:
    return difflib.SequenceMatcher(None, text, other, autojunk=False).ratio()
