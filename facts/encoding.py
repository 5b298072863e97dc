"""The encoding of the files that are read: UTF-8, with or without a byte order mark."""

from __future__ import annotations

from codecs import BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE

_MARKS = {
    BOM_UTF32_LE: "UTF-32",
    BOM_UTF32_BE: "UTF-32",
    BOM_UTF16_LE: "UTF-16",
    BOM_UTF16_BE: "UTF-16",
}
"""Byte order marks, the longer ones first."""


class NotUtf8Error(ValueError):
    """A text is not in UTF-8; ``found`` says what it is, ``line`` where that is first seen."""

    def __init__(self, found: str, line: int | None) -> None:
        at = f" (line {line})" if line is not None else ""
        super().__init__(f"{found}{at}; expected UTF-8")
        self.found, self.line = found, line


def other_encoding(start: bytes) -> str:
    """The encoding that the beginning of a file shows, "UTF-16" or "UTF-32"; empty for none.

    Without a mark it is known by the zero bytes of its first letters, which UTF-8 never has.
    """
    for mark, name in _MARKS.items():
        if start.startswith(mark):
            return name
    zeros = [each == 0 for each in start[:4]]
    if zeros in ([False, True, True, True], [True, True, True, False]):
        return "UTF-32"
    return "UTF-16" if zeros[:2] in ([False, True], [True, False]) else ""


def text_of(content: bytes) -> str:
    """The text of a file in UTF-8, without its mark; raises NotUtf8Error."""
    if name := other_encoding(content):
        raise NotUtf8Error(f"text in {name}", None)
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise NotUtf8Error("not UTF-8 text", line) from None
