"""Names in a request that are no names of the lists, but seem to be meant for one.

Any text may stand for a procedure or a plan that the policy does not govern. A text that differs
from a listed name or code only in its form would be taken for such, so it is refused instead. One
that is farther from them is not refused; a hint names those that it has something in common with.
"""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable

from clausewise.facts.case.values import fault, show

_ALMOST_THE_WORD, _ALMOST_THE_TEXT = 0.6, 0.95
"""How much alike two words of a name, and two whole names, have to be to be taken for the same."""
_NEAR, _NEAR_NUMBER = 0.7, 0.8
"""How much alike a text and a name, and two that have digits, have to be for a hint."""
_TELLING = 5
"""How many letters a word has to have to tell something alone: "plan" does not."""
_A_CODE = re.compile(r"[0-9]{5}|[A-Z][0-9]{4}|[0-9]{4}[FMTU]", re.ASCII)
"""The form of a code of CPT or HCPCS."""


def check_as_listed(text: str, what: str, known: Iterable[str]) -> str:
    """``text``; raises an error when it is none of ``known`` but seems to be meant for one."""
    known = tuple(known)
    names = () if text in known else meant_names(text, known)
    if names:
        raise fault(
            f"{show(text)} is not a known {what}; did you mean {' or '.join(names)}?",
            f"the name or code of the {what} and nothing else",
        )
    return text


def meant_names(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """Those of the names and codes ``known`` that a text seems to be meant for; mostly none.

    Case, marks and spaces do not matter, a name or code may be part of the text, and its words may
    be misspelt.
    """
    words = _words(text)
    return tuple(name for name in known if _means(words, _words(name)))


def hint(text: str, known: Iterable[str], shared: int = 1) -> str:
    """A question with the names that a text may be meant for, or nothing when none is near.

    Those of ``known`` that have most words in common with it, and at least ``shared``; else the one
    that is spelt most like it. Another number of five digits, and a code of HCPCS, is another code.
    """
    words = {word for word in _words(text) if shared > 1 or len(word) >= _TELLING}
    common = {name: len(words & set(_words(name))) for name in known}
    most = max(common.values(), default=0)
    if most >= shared:
        near = sorted(name for name, number in common.items() if number == most)
    elif _A_CODE.fullmatch(text.strip().upper()):
        near = []
    else:
        cutoff = _NEAR_NUMBER if any(map(str.isdigit, text)) else _NEAR
        near = difflib.get_close_matches(text[:80].casefold(), list(common), n=1, cutoff=cutoff)
    return f"; did you mean {' or '.join(near)}?" if near else ""


def _words(text: str) -> list[str]:
    # A code runs into the letters of a modifier: 27279LT.
    plain = unicodedata.normalize("NFKC", text[:400]).casefold()
    plain = "".join(str(unicodedata.decimal(each, each)) for each in plain)
    return re.findall(r"[^\W\d_]+|\d+", plain)


def _means(words: list[str], name: list[str]) -> bool:
    if "".join(words) == "".join(name):
        return True
    if name[0].isdigit():
        return name[0] in words  # another number is another code
    if len(name) > 1 and set(name) <= set(words):
        return True
    alike = len(words) == len(name) and all(map(_stands_for, words, name))
    return alike or _likeness("".join(words), "".join(name)) >= _ALMOST_THE_TEXT


def _stands_for(word: str, own: str) -> bool:
    """Whether a word may be another way to write a name's own: misspelt, or cut short."""
    return _likeness(word, own) >= _ALMOST_THE_WORD or (len(word) > 1 and own.startswith(word))


def _likeness(text: str, other: str) -> float:
    return difflib.SequenceMatcher(None, text, other, autojunk=False).ratio()
