"""A published text cut into spans by its own labels: sections, clauses, parts, definitions.

A span runs from its label to the next one; its own label is no part of its wording. What stands
before the first section is the span ``front``, a table of contents is ``contents``. All text is in
some span, so that no edit is outside of all.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import read_bytes
from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.facts.errors import ClausewiseError
from clausewise.logic.analysis.text.wording import Wording, normal, wording

MOST_BYTES = 4_000_000
FRONT, CONTENTS = "front", "contents"

_BULLETS = re.compile(r"\s*(?:[-–—•▪◦‣·*§●○■□◆◇❖➢➤►▶✓✔\uf000-\uf0ff]\s+|o\s+(?=\S))*")
_LABEL = re.compile(r"(\(?)([A-Z]|[a-z]|[IVXivx]{2,5}|\d{1,2})([.)])(?:\s+|$)(.*)", re.DOTALL)
_TERM = re.compile(r"([A-Z][\w /,'’-]{1,70}?)\s*(?:\(([A-Z]{2,8})\))?\s+[-–—]\s+(?=[A-Z])")
_PAGE_NUMBER = re.compile(r"\s*(?:page\s+)?\d{1,3}(?:\s*(?:of|/)\s*\d{1,3})?\s*\Z", re.IGNORECASE)
_ROMAN = {"i": 1, "v": 5, "x": 10}
_LONGEST_HEADING = 40
_LARGEST_GAP = 3
"""By how many a label may be ahead of the one before it: after one that was dropped."""


class TextError(ClausewiseError):
    """A published text, or what is kept of it, cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Span:
    """A part of a text: its label with those above it, what is kept of its words, its first line
    (from 1), and how it begins, for those who have the text anyway."""

    label: str
    wording: Wording
    line: int
    opening: str

    @property
    def parent(self) -> str:
        """The label above it, "" for a section."""
        return self.label.rpartition(".")[0]


@dataclass(slots=True)
class _Open:
    """A span that is being read."""

    label: str
    line: int
    defines: bool = False
    lines: list[str] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether it is a finished sentence so far, or a heading before an empty line."""
        filled = [line.strip() for line in self.lines if line.strip()]
        if len(filled) < 2 and not (self.lines and self.lines[-1].strip()) and not self.defines:
            return len("".join(filled)) <= _LONGEST_HEADING
        return filled[-1][-1] in ".:;)?!"

    def closed(self) -> Span:
        text = "\n".join(self.lines)
        if self.label == CONTENTS:
            text = re.sub(r"[.…·\s]*\b\d{1,3}\b", " ", text)
        return Span(self.label, wording(text), self.line, normal(text)[:70])


@dataclass(frozen=True, slots=True)
class _Level:
    """A label on the way down to a span: how it is counted, its number, and as it is written."""

    style: str
    number: int
    text: str


def read_text(path: Path) -> str:
    """The text of a file in UTF-8; raises TextError with a sentence."""
    try:
        content = read_bytes(path, MOST_BYTES, "file with the policy's text")
    except InputError as error:
        raise TextError(str(error)) from None
    if len(content) > MOST_BYTES:
        raise TextError(f"{path}: the file has more than {MOST_BYTES} bytes")
    try:
        return text_of(content)
    except NotUtf8Error as error:
        raise TextError(f"{path}: {error}") from None


def spans_of(text: str) -> tuple[Span, ...]:
    """The spans of a text, in its order; raises TextError when it has no labels at all."""
    lines = _without_running_heads(text)
    first, after = _contents(lines)
    spans = [_Open(FRONT, 1)]
    levels: tuple[_Level, ...] = ()
    for number, line in enumerate(lines):
        if number == first:
            spans.append(_Open(CONTENTS, number + 1))
        if first <= number < after:
            spans[-1].lines.append(line)
            continue
        bullet = _BULLETS.match(line)
        start = bullet.end() if bullet else 0
        bare = line[start:].replace("**", "").strip()
        ended = spans[-1].ended
        found = _LABEL.match(bare)
        begins = ended or bool(line[:start].strip())
        below = None if found is None else _placed(levels, found, begins)
        # The end of a term may stand on the lines that follow.
        ahead = " ".join([bare, *lines[number + 1 : number + 3]]).replace("**", "")
        term = _TERM.match(ahead) if begins and levels else None
        if found is not None and below is not None:
            levels = below
            spans.append(_Open(".".join(each.text for each in levels), number + 1))
            spans[-1].lines.append(found.group(4))
        elif term is not None:
            # Terms that are defined stand side by side, below the labels around them.
            around = ".".join(each.text for each in levels)
            spans.append(_Open(f"{around}.{_slug(term)}", number + 1, defines=True))
            spans[-1].lines.append(bare)
        else:
            # Within a sentence a dash at the beginning of a line is no bullet.
            spans[-1].lines.append(bare if ended else line)
    closed = [each.closed() for each in spans if "".join(each.lines).strip() or each.label != FRONT]
    if not levels:
        raise TextError("the text has no labels such as A., 1. or a.; expected a policy's text")
    return tuple(_named_once(closed))


def _without_running_heads(text: str) -> list[str]:
    """The lines without page numbers, and without what begins or ends most pages."""
    # Blanks between words are widened where lines are justified.
    plain = re.sub(r"(?<=\S) {2,}(?=\S)", " ", text.translate(_BLANKS).replace("__", "**"))
    pages = [page.splitlines() for page in plain.split("\f")]
    edges: Counter[str] = Counter()
    for page in pages:
        filled = [line for line in page if line.strip()]
        edges.update({_without_digits(line) for line in (*filled[:2], *filled[-2:])})
    most = {edge for edge, times in edges.items() if len(pages) > 2 and times > len(pages) / 2}
    found: list[str] = []
    for page in pages:
        places = [place for place, line in enumerate(page) if line.strip()]
        outer = {*places[:2], *places[-2:]}
        for place, line in enumerate(page):
            alone = not any(each.strip() for each in page[max(place - 1, 0) : place]) and not any(
                each.strip() for each in page[place + 1 : place + 2]
            )
            repeated = place in outer and _without_digits(line) in most
            number = alone and line.strip() and _PAGE_NUMBER.match(line)
            found.append("" if repeated or number else line)
    return found


def _without_digits(line: str) -> str:
    return re.sub(r"\d+", "#", " ".join(line.split()))


_BLANKS = str.maketrans(dict.fromkeys("\u00a0\u2007\u2009\u202f", " "))
_FAR = 20
"""Lines below the heading of a table of contents within which it begins."""


def _contents(lines: list[str]) -> tuple[int, int]:
    """The first line of the table of contents and the one after it; (-1, -1) without one.

    It ends where its own first label and title stand once more.
    """
    for number, line in enumerate(lines):
        heading = re.match(r"[\W_]*(?:table of )?contents\b(?!,)", line, re.IGNORECASE)
        if heading is None:
            continue
        rest = line[heading.end() :].strip("*# \t")
        below = [each for each in lines[number + 1 : number + 1 + _FAR] if each.strip()]
        following = normal(" ".join([rest, *below[:3]]))
        title = re.match(r"\W*([A-Z0-9]{1,3})[.)]\s+(\w+)", following)
        if title is None:
            continue
        again = re.compile(rf"\W*{title.group(1)}[.)]\s+{re.escape(title.group(2))}\b")
        places = [
            place
            for place in range(number + 1, len(lines))
            if again.match(lines[place].replace("*", ""))
        ]
        own = 0 if rest else 1
        return number, places[own] if len(places) > own else number + 1
    return -1, -1


def _styles(text: str) -> Iterator[tuple[str, int]]:
    """How a label may be counted, with its number: I is the first Roman and the ninth letter."""
    if text.isdigit():
        yield "1", int(text)
        return
    case = "A" if text.isupper() else "a"
    lower = text.casefold()
    if set(lower) <= set(_ROMAN):
        values = [_ROMAN[letter] for letter in lower]
        following = [*values[1:], 0]
        value = sum(v if v >= n else -v for v, n in zip(values, following, strict=True))
        yield f"{case} Roman", value
    if len(text) == 1:
        yield case, ord(lower) - ord("a") + 1


def _placed(
    levels: tuple[_Level, ...], found: re.Match[str], begins: bool
) -> tuple[_Level, ...] | None:
    """The labels down to this one; None when it is none but the first word of a line.

    A label follows one of those above, deepest first; or it is the first of a list below; or one
    before it was dropped. The signs around it count: 1. and 1) are labels of two lists.
    """
    before, text, after = found.group(1), found.group(2), found.group(3)
    options = [(f"{before}{style}{after}", number) for style, number in _styles(text)]
    for gap in range(1, _LARGEST_GAP + 1):
        for depth in reversed(range(len(levels))):
            for style, number in options:
                level = levels[depth]
                if level.style == style and number == level.number + gap:
                    return (*levels[:depth], _Level(style, number, text))
        if gap > 1 and not begins:
            continue
        for style, number in options:
            deepest = levels[-1].style if levels else ""
            if number == gap and style != deepest:
                return (*levels, _Level(style, number, text))
    return None


def _slug(term: re.Match[str]) -> str:
    """A name for what is defined: its abbreviation, or its words."""
    name, abbreviation = term.group(1).strip(), term.group(2)
    if abbreviation or name.isupper():
        return abbreviation or name
    return re.sub(r"[^a-z0-9]+", "-", name.casefold()).strip("-")


def _named_once(spans: list[Span]) -> Iterator[Span]:
    """The spans with labels that occur once; a repeated one gets a number behind it."""
    seen: Counter[str] = Counter()
    for span in spans:
        seen[span.label] += 1
        times = seen[span.label]
        label = span.label if times == 1 else f"{span.label}#{times}"
        yield Span(label, span.wording, span.line, span.opening)
