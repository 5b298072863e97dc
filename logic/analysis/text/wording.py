"""The wording of a span as a fingerprint, its numbers and a sketch, from which it cannot be read.

Layout is taken out first: line breaks, words broken at the end of a line, kinds of dashes, quotes
and blanks, marks of bold and italic. Of hyphens inside words nothing is kept, because a broken line
does not tell whether a hyphen is its own; all other letters, cases and signs count.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from itertools import pairwise

_ALIKE = str.maketrans(
    {
        **dict.fromkeys("\u00ad\u200b\u200c\u200d\u2060\ufeff*", ""),
        **dict.fromkeys("\u00a0\u2007\u2009\u202f\t\f\v", " "),
        **dict.fromkeys("\u2010\u2011\u2012\u2013\u2014\u2015\u2212", "-"),
        **dict.fromkeys("\u2018\u2019\u201b\u02bc", "'"),
        **dict.fromkeys("\u201c\u201d\u201f", '"'),
        "\ufb00": "ff",
        "\ufb01": "fi",
        "\ufb02": "fl",
        "\ufb03": "ffi",
        "\ufb04": "ffl",
        "\u2026": "...",
    }
)
_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six"),
    *("seven", "eight", "nine", "ten", "eleven", "twelve"),
)
_VALUES = {word: str(value) for value, word in enumerate(_WORDS)}
_NUMBER = re.compile(
    rf"(?<![\w.,/])\d+(?:[.,/]\d+)*(?!\w)|\b(?:{'|'.join(_WORDS)})\b", re.IGNORECASE
)
_LANES = 16
"""Bytes of a sketch."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What is kept of a span's words.

    ``fingerprint`` is a hash of the wording with its numbers masked, so that a changed number is
    told from changed words; two spans with the same fingerprint and ``numbers`` say the same.
    ``sketch`` estimates how much two wordings have in common.
    """

    fingerprint: str
    numbers: tuple[str, ...]
    sketch: str

    def same(self, other: Wording) -> bool:
        """Whether both say the same, number for number."""
        return (self.fingerprint, self.numbers) == (other.fingerprint, other.numbers)

    def likeness(self, other: Wording) -> float:
        """About which share of words and pairs of words both have in common, from 0 to 1."""
        mine, its = bytes.fromhex(self.sketch), bytes.fromhex(other.sketch)
        return sum(one == two for one, two in zip(mine, its, strict=True)) / _LANES


def normal(text: str) -> str:
    """The text without its layout."""
    text = " ".join(text.translate(_ALIKE).split())
    text = re.sub(r"(?<=\w)-\s+(?=\w)", "-", text)
    text = re.sub(r"(?<=[^\W\d_])-(?=[^\W\d_])", "", text)
    text = re.sub(r"(?<=\d)\s*-\s*(?=\d)", "-", text)
    text = re.sub(r"\s*/\s*", "/", text)
    text = re.sub(r"\s+(?=[,.;:)\]%])", "", text)
    return re.sub(r"(?<=[(\[])\s+", "", text)


def wording(text: str) -> Wording:
    """What is kept of a text."""
    plain = normal(text)
    numbers = tuple(_VALUES.get(found.casefold(), found) for found in _NUMBER.findall(plain))
    masked = _NUMBER.sub(_mask, plain)
    digest = hashlib.sha256(masked.encode("utf-8")).hexdigest()
    return Wording(digest[:16], numbers, _sketch(masked))


def _mask(found: re.Match[str]) -> str:
    """A mark for a number, by how it is written: 2, two and TWO are not the same wording."""
    text = found.group()
    if text[0].isdigit():
        return "#"
    return "#W" if text.isupper() and len(text) > 1 else "#w" if text.islower() else "#Ww"


def _sketch(masked: str) -> str:
    """The least hashes of the words and the pairs of neighbouring words, one byte of each.

    After A. Z. Broder, On the resemblance and containment of documents (1997).
    """
    words = re.findall(r"\w+|#", masked.casefold()) or [""]
    pieces = {*words, *map(" ".join, pairwise(words))}
    least = [b"\xff" * 4] * _LANES
    for piece in pieces:
        digest = hashlib.blake2b(piece.encode("utf-8"), digest_size=4 * _LANES).digest()
        for lane in range(_LANES):
            least[lane] = min(least[lane], digest[4 * lane : 4 * lane + 4])
    return bytes(each[-1] for each in least).hex()
