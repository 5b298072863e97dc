"""From the bytes of a case file to plain data: YAML or JSON, read as data and nothing else.

YAML is limited to what a case needs: no tags, no anchors and aliases, one document, bounded size
and depth, no repeated keys. Scalars are resolved here, so that ``010`` stays text and a decimal
stays exact. Each value's line is remembered for error messages.
"""

from __future__ import annotations

import json
import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

from clausewise.facts.case.lines import YAML_LINES, TrueLines, short_key, with_lines_of_yaml
from clausewise.facts.case.problems import InputError, Place, Problem
from clausewise.facts.encoding import NotUtf8Error, other_encoding, text_of

MOST_BYTES = 1_048_576
MOST_BUNDLE_BYTES = 64 * MOST_BYTES
"""The size of a case file, and of a FHIR bundle, beyond which it is not read."""
MOST_DEPTH = 20
MOST_DIGITS = 60

_WHOLE = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_DECIMAL = re.compile(r"[-+]?(?:0|[1-9][0-9]*|(?=\.[0-9]))(?:\.[0-9]*)?(?:[eE][-+]?[0-9]{1,4})?\Z")
_CUT = re.compile(r"[ \t]+#|:(?=[ \t]|\Z)")
"""What ends a text without quotes: a comment or a colon."""
_TRUE = frozenset({"true", "True", "TRUE", "yes", "Yes", "YES"})
_FALSE = frozenset({"false", "False", "FALSE", "no", "No", "NO"})
_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_FREE_TEXT = {
    *("quote", "title", "author", "use", "frequency", "duration", "source"),
    *("reviewer", "license", "role"),
}
"""Keys with text in which a comma, a colon or a # may stand."""
_QUOTE_IT = "text with a comma, a colon or a # in it in quotes"
_OTHER_FILES = {
    b"\x1f\x8b": "a compressed file (gzip)",
    b"PK\x03\x04": "a compressed file (zip) or one of an office program",
    b"%PDF": "a PDF file",
    b"PAR1": "a Parquet file",
    b"<": "XML or HTML",
}
"""What files of other kinds begin with."""
BLANK = BOM_UTF8 + b" \t\r\n"
"""What may stand before the first letter of a file."""
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(slots=True)
class PlainData:
    """What a file holds, as dicts, lists, text, numbers and truth values, with lines."""

    value: Any = None
    lines: dict[Place, int | None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    repeated: dict[Place, int | None] = field(default_factory=dict)
    """The lines where keys of JSON stand again."""
    json: str | None = None
    """The text whose lines are not known yet; they are looked for when something is wrong."""
    nulls: bool = True
    """Whether a value may be null."""

    def line_of(self, place: Place) -> int | None:
        """The line of a place, or of the nearest place around it that has one."""
        self._find_lines()
        while place not in self.lines and _short(place) not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place, self.lines.get(_short(place)))

    def line_of_repeated(self, place: Place) -> int | None:
        """The line where a key of JSON stands again."""
        self._find_lines()
        return self.repeated.get(_short(place))

    def _find_lines(self) -> None:
        if self.json is not None:
            self.lines, self.repeated = _json_lines(self.json)
            self.json = None


def _short(place: Place) -> Place:
    """The place, as lines of JSON are known by it."""
    return tuple(short_key(part) if isinstance(part, str) else part for part in place)


def read_bytes(path: Path, most: int = MOST_BYTES, what: str = "case file") -> bytes:
    """The content of a file, of one that is larger than ``most`` just one byte more than that.

    Raises InputError for what cannot be read; ``what`` says what was expected.
    """
    try:
        if path.is_dir():
            raise InputError(str(path), [Problem((), "a folder", f"a {what}")])
        if path.exists() and not path.is_file():
            # A pipe may be waited for without end, and a device has no end.
            raise InputError(str(path), [Problem((), "neither a file nor a folder", f"a {what}")])
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        reason = error.strerror or "it cannot be read"
        raise InputError(str(path), [Problem((), reason, f"a readable {what}")]) from None
    except ValueError:
        raise InputError(repr(str(path)), [Problem((), "not a file name", f"a {what}")]) from None
    return content


def other_file(content: bytes) -> str:
    """What the beginning of a file shows it to be, if that is no text in UTF-8; else empty."""
    begun = content.lstrip(BLANK)
    name = other_encoding(content)
    others = (what for start, what in _OTHER_FILES.items() if begun.startswith(start))
    return f"text in {name}" if name else next(others, "")


def decoded(content: bytes, name: str) -> str:
    """The text of a file; raises InputError for one that is not in UTF-8."""
    try:
        return text_of(content)
    except NotUtf8Error as error:
        raise InputError(name, [Problem((), error.found, "UTF-8", error.line)]) from None


def parse(content: bytes, name: str) -> PlainData:
    """Plain data of a YAML or JSON text; raises InputError when it has no usable structure.

    Repeated keys do not stop the reading: they are kept in ``problems``, to be reported with the
    rest.
    """
    if len(content) > MOST_BYTES:
        raise InputError(
            name, [Problem((), "the file is too large", f"at most {MOST_BYTES} bytes")]
        )
    if what := other_file(content):
        raise InputError(name, [Problem((), what, "a case file, YAML or JSON in UTF-8")])
    text = decoded(content, name)
    if text.lstrip().startswith(("{", "[")):
        return _parse_json(text, name)
    lines = TrueLines(text)
    try:
        data = _parse_yaml(text, name)
    except InputError as error:
        raise InputError(name, lines.told(error.problems), error.count) from None
    data.problems = lines.told(data.problems)
    data.lines = {place: lines.of(line) for place, line in data.lines.items()}
    return data


# --- YAML -------------------------------------------------------------------------------------


def _parse_yaml(text: str, name: str) -> PlainData:
    try:
        _refuse_features(text, name)
        node = yaml.compose(text, Loader=_LOADER)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        problems = list(_cut_texts(text))
        there = YAML_LINES.split(text)[mark.line : mark.line + 1] if mark is not None else []
        if mark is not None and there and there[0][mark.column :].startswith("\t"):
            problems = [Problem((), "a tab", "blanks in its place", line)]
        if not problems:
            what = f"not readable as YAML ({error.problem})"
            problems = [Problem((), what, f"a YAML or JSON case file, with {_QUOTE_IT}", line)]
        raise InputError(name, problems) from None
    except yaml.YAMLError as error:
        line = _line_of_reader_error(text, error)
        what = "not readable as YAML (a character that is not allowed)"
        raise InputError(name, [Problem((), what, "a YAML or JSON case file", line)]) from None
    if node is None:
        raise InputError(name, [Problem((), "the file is empty", "a case file")])
    data = PlainData()
    data.value = _plain(node, (), data)
    data.problems += _cut_texts(text)
    return data


def _cut_texts(text: str) -> Iterator[Problem]:
    """Text without quotes that YAML ends early: at a comma, at a colon or where a comment begins.

    Where YAML itself cannot read on, what comes later is not looked at.
    """
    lines = YAML_LINES.split(text)
    around: list[type[yaml.Token]] = []
    key, before = "", yaml.Token
    try:
        for token in yaml.scan(text, Loader=_LOADER):
            line = token.start_mark.line + 1
            if isinstance(token, yaml.FlowMappingStartToken | yaml.FlowSequenceStartToken):
                around.append(type(token))
            elif isinstance(token, yaml.FlowMappingEndToken | yaml.FlowSequenceEndToken):
                around = around[:-1]
            elif isinstance(token, yaml.ScalarToken):
                value = str(token.value)
                rest = lines[token.end_mark.line][token.end_mark.column :]
                if before is yaml.KeyToken:
                    key = value
                elif before is not yaml.ValueToken and around[-1:] == [yaml.FlowMappingStartToken]:
                    found = f"{value[:40]!r} stands where a key with a value belongs"
                    yield Problem((), found, _QUOTE_IT, line)
                elif token.plain and value.endswith('"') and value.count('"') % 2:
                    found = f"{key}: the text ends with a quotation mark that was not opened"
                    yield Problem((), found, "both quotation marks, or none", line)
                elif key in _FREE_TEXT and token.plain and _CUT.match(rest):
                    found = f"{key}: the text without quotes ends before {rest.strip()[:20]!r}"
                    yield Problem((), found, _QUOTE_IT, line)
            before = type(token)
    except yaml.YAMLError:
        return


def _line_of_reader_error(text: str, error: yaml.YAMLError) -> int | None:
    position = getattr(error, "position", None)
    return len(YAML_LINES.findall(text, 0, position)) + 1 if isinstance(position, int) else None


def _refuse_features(text: str, name: str) -> None:
    """Stop at tags, anchors, aliases, a second document or too much depth, before composing."""
    depth = documents = 0
    for event in yaml.parse(text, Loader=_LOADER):
        mark = event.start_mark
        line = mark.line + 1 if mark is not None else None
        problem = ""
        if isinstance(event, yaml.DocumentStartEvent):
            documents += 1
            problem = "a second document" if documents > 1 else ""
        elif isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            problem = "an anchor or alias"
        elif getattr(event, "tag", None) not in (None, "!"):
            problem = "a tag"
        if isinstance(event, yaml.CollectionStartEvent):
            depth += 1
            if depth > MOST_DEPTH:
                problem = f"more than {MOST_DEPTH} levels"
        elif isinstance(event, yaml.CollectionEndEvent):
            depth -= 1
        if problem:
            raise InputError(name, [Problem((), problem, "plain YAML without it", line)])


def _plain(node: yaml.Node, place: Place, data: PlainData) -> Any:
    data.lines[place] = node.start_mark.line + 1
    if isinstance(node, yaml.ScalarNode):
        return _scalar(node, place, data)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(child, (*place, number), data) for number, child in enumerate(node.value)]
    found: dict[str, Any] = {}
    for key_node, value_node in node.value:
        line = key_node.start_mark.line + 1
        if not isinstance(key_node, yaml.ScalarNode):
            data.problems.append(Problem(place, "a key that is not text", "a name as key", line))
            continue
        key = str(key_node.value)
        below = (*place, key)
        if key in found:
            data.problems.append(Problem(below, "the key stands here twice", "it once", line))
            continue
        found[key] = _plain(value_node, below, data)
        data.lines[below] = line
    return found


def _scalar(node: yaml.ScalarNode, place: Place, data: PlainData) -> Any:
    text = str(node.value)
    if node.style in ("'", '"', "|", ">"):
        return text
    if text in _NULL:
        return None
    if text in _TRUE:
        return True
    if text in _FALSE:
        return False
    return _number(text, place, data)


def _number(text: str, place: Place, data: PlainData) -> Any:
    """A number when the text is one in plain notation, else the text itself."""
    if _WHOLE.match(text) and len(text) <= MOST_DIGITS:
        return int(text)
    if _DECIMAL.match(text):
        if len(text) <= MOST_DIGITS:
            return Decimal(text)
        line = data.line_of(place)
        data.problems.append(Problem(place, "a number with too many digits", "fewer", line))
        return None
    return text


# --- JSON -------------------------------------------------------------------------------------


class _Pairs(list[tuple[str, Any]]):
    """The pairs of a JSON object in which a key stands twice."""


def _parse_json(text: str, name: str) -> PlainData:
    data = PlainData(json=text, nulls="null" in text)
    repeated = False

    def whole(digits: str) -> Any:
        return int(digits) if len(digits) <= MOST_DIGITS else _too_long(name)

    def exact(digits: str) -> Any:
        return Decimal(digits) if _DECIMAL.match(digits[: MOST_DIGITS + 1]) else _too_long(name)

    def refuse(constant: str) -> Any:
        raise InputError(name, [Problem((), f"{constant} is not a number", "a number")])

    def as_object(pairs: list[tuple[str, Any]]) -> Any:
        nonlocal repeated
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        repeated = True
        return _Pairs(pairs)

    try:
        value = json.loads(
            text,
            object_pairs_hook=as_object,
            parse_constant=refuse,
            parse_int=whole,
            parse_float=exact,
        )
    except json.JSONDecodeError as error:
        problem = Problem((), f"not readable as JSON ({error.msg})", "JSON", error.lineno)
        raise InputError(name, [problem]) from None
    except RecursionError:
        raise _too_deep(name) from None
    if repeated:
        data.value = _unpaired(value, (), data, name)
    elif _deeper_than(MOST_DEPTH, value):
        raise _too_deep(name)
    else:
        data.value = value
    return data


def _too_deep(name: str) -> InputError:
    return InputError(name, [Problem((), f"more than {MOST_DEPTH} levels", "fewer")])


def _deeper_than(most: int, value: Any) -> bool:
    """Whether objects and lists stand in one another more than so many levels deep."""
    level = [value]
    for _ in range(most + 1):
        level = [
            below
            for each in level
            for below in (each.values() if type(each) is dict else each)
            if type(below) in (dict, list)
        ]
        if not level:
            return False
    return True


def _too_long(name: str) -> Any:
    raise InputError(name, [Problem((), "a number with too many digits", "fewer")])


def _json_lines(text: str) -> tuple[dict[Place, int | None], dict[Place, int | None]]:
    """The lines of JSON values, where the text is YAML as well (JSON nearly always is), and those
    of repeated keys, by place.
    """
    text = with_lines_of_yaml(text)
    try:
        _refuse_features(text, "")
        node = yaml.compose(text, Loader=_LOADER)
    except (yaml.YAMLError, InputError):
        return {}, {}
    if node is None:
        return {}, {}
    lines = PlainData()
    _plain(node, (), lines)
    return lines.lines, {problem.place: problem.line for problem in lines.problems}


def _unpaired(value: Any, place: Place, data: PlainData, name: str) -> Any:
    """The value with plain objects; where a key stands twice, its first value and an error."""
    if len(place) > MOST_DEPTH:
        raise _too_deep(name)
    if isinstance(value, list) and not isinstance(value, _Pairs):
        return [
            _unpaired(below, (*place, number), data, name) for number, below in enumerate(value)
        ]
    if not isinstance(value, (dict, _Pairs)):
        return value
    found: dict[str, Any] = {}
    for key, below in value.items() if isinstance(value, dict) else value:
        where = (*place, key)
        if key in found:
            line = data.line_of_repeated(where)
            data.problems.append(Problem(where, "the key stands here twice", "it once", line))
        else:
            found[key] = _unpaired(below, where, data, name)
    return found
