"""Standard output that can fail: closed, full, or with a code page that lacks a sign."""

from __future__ import annotations

import codecs
import errno
import io
import os
import sys
import unicodedata
from typing import Any, TextIO

ASCII_MARKS = {
    "✓": "+",
    "✗": "x",
    "⇄": "~",
    "–": "-",
    "—": "-",
    "‒": "-",
    "…": "...",
    "·": "-",
    "•": "-",
    "→": "->",
    "←": "<-",
    "≥": ">=",
    "≤": "<=",
    "≠": "!=",
    "−": "-",
    "×": "x",
    "│": "|",
    "─": "-",
    "§": "section ",
    "“": "'",
    "”": "'",
    "‘": "'",
    "’": "'",
    "█": "#",
}
"""What is written for a sign that the code page of a terminal does not have."""
_OF_TABLES = str.maketrans({'"': "'", ",": ".", ";": "."})
"""No plain mark separates or opens cells: the table that is written may be CSV."""
_FALLBACK = "clausewise.ascii"


class _Closed(io.TextIOBase):
    """Standard output that was closed before the start."""

    def write(self, text: str) -> int:
        if text:
            raise OSError(errno.EBADF, "it is closed", "standard output")
        return 0


def prepare_output() -> None:
    """Let standard output and error write a plain mark for a sign that they cannot."""
    codecs.register_error(_FALLBACK, _in_ascii)
    if sys.stdout is None:
        sys.stdout = _Closed()
    if sys.stderr is None:  # closed: sentences would be written to standard output
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=_FALLBACK)


def flush_output() -> None:
    """Write what is still to be written; raises OSError when that fails."""
    try:
        sys.stdout.flush()
    except OSError:
        abandon(sys.stdout)
        raise


def abandon(stream: TextIO) -> None:
    """Write nothing more to standard output or error, also not at the end of the process."""
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
    except (OSError, ValueError):
        return


def _in_ascii(error: UnicodeError) -> Any:
    """The error handler of codecs for signs that cannot be encoded."""
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    return "".join(map(_mark, letters)), error.end


def _mark(letter: str) -> str:
    plain = unicodedata.normalize("NFKD", letter).encode("ascii", "ignore").decode().strip()
    return (ASCII_MARKS.get(letter) or plain or "?").translate(_OF_TABLES)
