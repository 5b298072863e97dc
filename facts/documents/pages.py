"""The pages of a document as text: ``.txt`` with form feeds between pages, ``.pdf`` by pypdf.

A file belongs to the document of a case whose id is the file's name without its suffix.
"""

from __future__ import annotations

import logging
from pathlib import Path

from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.facts.errors import ClausewiseError

SUFFIXES = (".txt", ".pdf")
MOST_BYTES = 20 * 2**20
MOST_PAGES = 1000
# What pypdf says of a damaged file may be text of the document; it is not written anywhere unless
# the program that uses this asks for it.
logging.getLogger("pypdf").addHandler(logging.NullHandler())


class DocumentError(ClausewiseError):
    """A document cannot be read; the sentence says which and why."""


def documents_in(folder: Path) -> dict[str, Path]:
    """The documents in a folder, by id in lower case.

    Raises DocumentError for no folder, and where two files belong to one document.
    """
    if not folder.is_dir():
        raise DocumentError(f"{folder}: a folder of documents is needed")
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() not in SUFFIXES or not path.is_file():
            continue
        other = found.setdefault(path.stem.lower(), path)
        if other is not path:
            raise DocumentError(f"{folder}: {other.name} and {path.name} are of one document")
    return found


def pages_of(path: Path) -> tuple[str, ...]:
    """The text of each page of a document. Raises DocumentError."""
    try:
        size = path.stat().st_size
        if size > MOST_BYTES:
            raise DocumentError(f"{path}: {size} bytes, and at most {MOST_BYTES} are read")
        return _of_pdf(path) if path.suffix.lower() == ".pdf" else _of_text(path)
    except OSError as error:
        raise DocumentError(f"{path}: {error.strerror or error}") from None


def _of_text(path: Path) -> tuple[str, ...]:
    try:
        text = text_of(path.read_bytes())
    except NotUtf8Error as error:
        raise DocumentError(f"{path}: {error}") from None
    return tuple(text.removesuffix("\f").split("\f")[:MOST_PAGES])


def _of_pdf(path: Path) -> tuple[str, ...]:
    try:
        from pypdf import PdfReader
        from pypdf.errors import PyPdfError
    except ImportError:
        raise DocumentError(f"{path}: PDF files need the extra clausewise[serve]") from None
    try:
        pages = PdfReader(path).pages
        return tuple(page.extract_text() for page in pages[:MOST_PAGES])
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError) as error:
        raise DocumentError(f"{path}: it is no PDF that can be read ({error})") from None
