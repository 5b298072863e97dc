"""Whether each quote of a case stands on the page that it names.

Compared are words: how they are broken into lines, hyphens at the end of a line, kinds of quotation
marks and dashes, and capitals do not count. "…" or "..." in a quote stands for words left out.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from clausewise.facts.case.model import Case, Source
from clausewise.facts.documents.pages import documents_in, pages_of


class Standing(StrEnum):
    """Where a quote was found."""

    THERE = "there"
    OTHER_PAGE = "other_page"
    NOWHERE = "nowhere"
    NO_DOCUMENT = "no_document"
    NO_PAGE = "no_page"


@dataclass(frozen=True, slots=True)
class QuoteCheck:
    """A quote of an entry, and where it stands; ``pages`` are all pages that have it, from 1."""

    entry: str
    document: str
    page: int | None
    quote: str
    standing: Standing
    pages: tuple[int, ...] = ()

    @property
    def sentence(self) -> str:
        """What was found, as a sentence."""
        where = ", ".join(str(page) for page in self.pages)
        match self.standing:
            case Standing.THERE:
                return f"stands on page {where}"
            case Standing.OTHER_PAGE:
                return f"stands on page {where}, not on page {self.page}"
            case Standing.NO_DOCUMENT:
                return "the folder has no such document"
            case Standing.NO_PAGE:
                return f"the document has no page {self.page}"
            case _:
                return "stands nowhere in the document"


_MARKS = str.maketrans({"“": '"', "”": '"', "„": '"', "’": "'", "‘": "'", "–": "-", "—": "-"})


def words_of(text: str) -> str:
    """The words of a text, as they are compared."""
    text = unicodedata.normalize("NFKC", text).translate(_MARKS).replace("\u00ad", "")
    text = re.sub(r"(?<=\w)-[ \t]*\r?\n[ \t]*(?=[a-z])", "", text)
    return " ".join(text.casefold().split())


def stands_in(quote: str, page: str) -> bool:
    """Whether the words of the quote stand in the text of a page, in order."""
    text, place = words_of(page), 0
    parts = [part for part in re.split(r"…|\.\.\.", quote) if part.strip()]
    for part in parts:
        found = text.find(words_of(part), place)
        if found < 0:
            return False
        place = found + 1
    return bool(parts)


def check_quotes(case: Case, folder: Path) -> tuple[QuoteCheck, ...]:
    """Every quote of the case with where it stands among the documents of the folder.

    Raises ``facts.documents.pages.DocumentError`` for a document that cannot be read.
    """
    paths = documents_in(folder)
    read: dict[Path, tuple[str, ...]] = {}
    found = []
    for key, source in _quoted(case):
        document, quote, page = source.document or "", source.quote or "", number_of(source.page)
        path = paths.get(document.lower())
        if path is None:
            found.append(QuoteCheck(key, document, page, quote, Standing.NO_DOCUMENT))
            continue
        if path not in read:
            read[path] = pages_of(path)
        pages = read[path]
        places = tuple(n for n, text in enumerate(pages, 1) if stands_in(quote, text))
        standing = _standing(page, places, len(pages))
        found.append(QuoteCheck(key, document, page, quote, standing, places))
    return tuple(found)


def number_of(page: int | str | None) -> int | None:
    """The number of a page; None where none is stated, or a name such as "iv"."""
    text = str(page or "")
    return int(text) if text.isascii() and text.isdigit() else None


def _standing(page: int | None, places: tuple[int, ...], pages: int) -> Standing:
    if page is not None and page > pages:
        return Standing.NO_PAGE
    if not places:
        return Standing.NOWHERE
    return Standing.THERE if page is None or page in places else Standing.OTHER_PAGE


def _quoted(case: Case) -> Iterator[tuple[str, Source]]:
    """Every source that has a quote, with its entry: by id, or by its place."""
    for key, entry in case.entries():
        for source in entry.sources:
            if isinstance(source, Source) and source.quote:
                yield str(getattr(entry, "id", None) or key), source
