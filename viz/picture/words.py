"""Words in boxes: how wide a text is, how it wraps, and how names read."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from math import ceil

from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.words import VOCABULARY

_REGULAR = {
    0.222: "ijl'",
    0.278: " !,./:;I[]\\ft\u00a0",
    0.334: "()-`r{|}",
    0.389: '*"',
    0.5: "Jckssvxyz",
    0.556: "0123456789#$?L_abdeghnopqu",
    0.584: "+<=>~^",
    0.611: "FTZ",
    0.667: "ABEKPSVXY&",
    0.722: "CDHNRUw",
    0.778: "GOQ",
    0.833: "Mm",
    0.889: "%",
    0.944: "W",
    1.015: "@",
}
_BOLD = {
    0.278: " ,./Iijl'\\\u00a0",
    0.333: "!()-:;[]`ft",
    0.389: "*r{|}",
    0.474: '"',
    0.5: "z",
    0.556: "0123456789#$J_aceksvxy",
    0.611: "?FLTZbdghnopqu",
    0.584: "+<=>~^",
    0.667: "EPSVXY",
    0.722: "ABCDHKNRU&",
    0.778: "GOQw",
    0.833: "M",
    0.889: "%m",
    0.944: "W",
    0.975: "@",
}
_WIDTHS = {
    bold: {letter: width for width, letters in table.items() for letter in letters}
    for bold, table in ((False, _REGULAR), (True, _BOLD))
}
"""How wide letters are for their size, in Arial and the faces made to its measure."""
_OTHER = 0.85
"""Of any other letter, marks included."""
_CAPITALISED = re.compile(r"(?<=\W)[A-Z]\w*|^[A-Z]\w*(?='s)")
"""Words with a capital that does not stand for the beginning of a sentence."""
_SPELLED = {"sij": "SIJ", "l5": "L5", "mri": "MRI", "ct": "CT", "tens": "TENS"}


@dataclass(frozen=True, slots=True)
class Words:
    """A run of text with one look: size in points, weight and, if it differs, a colour.

    One that is ``whole`` is not broken by a line where it fits on one.
    """

    text: str
    size: float = 8.6
    bold: bool = False
    colour: str = ""
    whole: bool = False


Line = tuple[Words, ...]


def width_of(words: Words) -> float:
    """How wide the words are in points, in Arial and the like; rather too wide."""
    widths = _WIDTHS[words.bold]
    return sum(widths.get(letter, _OTHER) for letter in words.text) * words.size * 1.03


def wrapped(runs: Iterable[Words], width: float) -> tuple[Line, ...]:
    """The runs as lines no wider than ``width`` points; a long word is cut with an ellipsis."""
    lines: list[Line] = []
    current: list[Words] = []
    used = 0.0
    for run in runs:
        fits = run.whole and width_of(run) <= width
        for place, text in enumerate([run.text] if fits else run.text.split()):
            word = _fitting(replace(run, text=text), width)
            between = " " if place else "   "  # a run stands a little apart from the one before
            blank = width_of(Words(between, run.size)) if current else 0.0
            if current and used + blank + width_of(word) > width:
                lines.append(tuple(current))
                current, used, blank = [], 0.0, 0.0
            if current and replace(current[-1], text=word.text) == word:
                current[-1] = replace(word, text=f"{current[-1].text} {word.text}")
            else:
                current.append(replace(word, text=f" {word.text}") if current else word)
            used += blank + width_of(word)
    if current:
        lines.append(tuple(current))
    return tuple(lines)


def _fitting(word: Words, width: float) -> Words:
    while len(word.text) > 2 and width_of(word) > width:
        word = replace(word, text=word.text[:-2] + "…")
    return word


def height_of_line(line: Line) -> int:
    """How high a line is, in whole points, with the space to the next."""
    return ceil(max(words.size for words in line) * 1.2)


def height_of(lines: Iterable[Line]) -> int:
    """How high lines are together, in points."""
    return sum(map(height_of_line, lines))


def readable(name: str) -> str:
    """A name as words: "pain caudal to l5" becomes "Pain caudal to L5"."""
    text = spelled(name)
    return text[:1].upper() + text[1:]


def spelled(name: str) -> str:
    """A name with abbreviations and proper names as they are written: "pain caudal to L5"."""
    spellings = _spellings()
    return " ".join(spellings.get(word, word) for word in in_words(name).split())


@cache
def _spellings() -> Mapping[str, str]:
    """How words are written that have a capital; also those of the vocabulary's names, where a
    meaning writes them so ("pain at Fortin's point")."""
    found = dict(_SPELLED)
    for each in (name for names in VOCABULARY.lists() for name in names.values()):
        parts = each.name.split("_")
        for word in _CAPITALISED.findall(each.meaning):
            if word.casefold() in parts:
                found.setdefault(word.casefold(), word)
    return found
