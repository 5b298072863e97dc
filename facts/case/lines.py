"""Lines of a file, as editors count them, from those of YAML, which ends lines at more characters.

YAML 1.1 also ends a line at U+0085, U+2028 and U+2029, which text from office programs holds.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import replace
from hashlib import sha256

from clausewise.facts.case.problems import Problem

YAML_LINES = re.compile("\r\n|[\n\r\x85\u2028\u2029]")
_OTHER = "\x85\u2028\u2029"
_NOT_IN_YAML = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufefe\uff00-\ufffd\U00010000-\U0010ffff]"
)
LONGEST_KEY = 100
"""Characters of a key beyond which its digest stands for it; YAML takes no key of over 1,024."""
_JSON_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_COLON = re.compile(r"\s*:")
_ESCAPE = re.compile(r"\\(?:u[dD][89a-fA-F][0-9a-fA-F]{2}|.)")


class TrueLines:
    """The lines of a text by those of YAML, both counted from 1."""

    def __init__(self, text: str) -> None:
        odd = any(each in text for each in _OTHER)
        ends = YAML_LINES.finditer(text) if odd else ()
        self._odd = [line for line, end in enumerate(ends, 1) if end.group() in _OTHER]

    def of(self, line: int | None) -> int | None:
        """The line in the file of a line of YAML."""
        return None if line is None else line - bisect_left(self._odd, line)

    def told(self, problems: Iterable[Problem]) -> list[Problem]:
        """The problems with their lines in the file."""
        return [replace(each, line=self.of(each.line)) for each in problems]


def short_key(key: str) -> str:
    """The key, or the digest of one that is too long for YAML."""
    if len(key) <= LONGEST_KEY:
        return key
    return sha256(key.encode("utf-8", "surrogatepass")).hexdigest()


def with_lines_of_yaml(text: str) -> str:
    """A JSON text changed so that YAML finds its values on the lines where they stand.

    Characters that YAML does not have, or that would end a line of it, and halves of escaped
    characters become others, and a long key its ``short_key``.
    """

    def shorter(found: re.Match[str]) -> str:
        written = found.group()
        if len(written) <= LONGEST_KEY or not _COLON.match(text, found.end()):
            return written
        key = json.loads(written)
        return written if short_key(key) == key else f'"{short_key(key)}"'

    text = _JSON_TEXT.sub(shorter, text)
    text = re.sub(f"[{_OTHER}]", " ", text)
    text = _NOT_IN_YAML.sub("?", text)
    return _ESCAPE.sub(lambda found: "??????" if len(found.group()) > 2 else found.group(), text)
