"""From plain data to a valid case, with every error of the file at once.

An error names its place and line, what was found, what was expected and, for a misspelt name, the
nearest known one. What is odd but not wrong is told by ``facts.case.warnings``.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from clausewise.facts.case.model import (
    ENTRY_LISTS,
    MOST_ENTRIES,
    Case,
    Document,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Member,
    Request,
    Review,
    Source,
    Therapy,
    TherapyInability,
    Visit,
)
from clausewise.facts.case.problems import InputError, Place, Problem
from clausewise.facts.case.syntax import PlainData, parse, read_bytes
from clausewise.facts.case.values import nearest, show
from clausewise.facts.vocabulary.installed import may_govern
from clausewise.facts.vocabulary.words import VOCABULARY

_MODELS: dict[str, type] = {
    "": Case,
    "request": Request,
    "member": Member,
    "review": Review,
    "source": Source,
    "documents": Document,
    "findings": Finding,
    "measurements": Measurement,
    "therapies": Therapy,
    "therapy_inability": TherapyInability,
    "injections": Injection,
    "imaging": ImagingStudy,
    "visits": Visit,
}


def load_case(path: str | Path) -> Case:
    """The case in a file; raises InputError with every error that was found in it."""
    return parse_case(read_bytes(Path(path)), str(path))


def parse_case(content: bytes, name: str = "case") -> Case:
    """The case in the bytes of a YAML or JSON text; raises InputError. ``name`` is for messages."""
    return _validated(parse(content, name), name)


def case_from_data(value: Any, name: str = "case", *, most: int = MOST_ENTRIES) -> Case:
    """The case in plain data (dicts and lists), at most so many entries of a kind; raises
    InputError."""
    return _validated(PlainData(value), name, most)


def valid_entry(kind: str, entry: dict[str, Any]) -> Entry | None:
    """An entry of a list such as ``findings`` by itself; None when something is wrong with it."""
    try:
        found: Entry = _MODELS[kind].model_validate(_without_nulls(entry))  # type: ignore[attr-defined]
    except ValidationError:
        return None
    return found


def entry_problems(kind: str, entry: dict[str, Any]) -> list[str]:
    """What is wrong with one entry of a list such as ``findings``, in words; nothing when valid."""
    try:
        _MODELS[kind].model_validate(entry)  # type: ignore[attr-defined]
    except ValidationError as error:
        data = PlainData({kind: [entry]})
        return [
            f"{problem.place[-1]}: {problem.found}" if problem.place[2:] else problem.found
            for problem in _from_pydantic(error, data, (kind, 0))
        ]
    return []


def _validated(data: PlainData, name: str, most: int = MOST_ENTRIES) -> Case:
    problems = list(data.problems)
    case: Case | None = None
    if not isinstance(data.value, dict):
        problems.append(Problem((), f"{show(data.value)} at the top", "the keys of a case", 1))
    else:
        try:
            value = _without_nulls(data.value) if data.nulls else data.value
            case = Case.model_validate(value, context={"most": most})
        except ValidationError as error:
            problems += _from_pydantic(error, data)
        if data.nulls:
            problems += _unknown_empty(data.value, (), data)
        problems += _no_side(data)
        problems += _cross_references(data)
    if problems:
        unique = {(problem.place, problem.found): problem for problem in problems}
        raise InputError(name, sorted(unique.values(), key=_order))
    if case is None:  # pragma: no cover - a case without problems always exists
        raise InputError(name, [Problem((), "no case", "a case")])
    return case


def _order(problem: Problem) -> tuple[int, list[tuple[bool, int, str]]]:
    """As they stand in the file, entries by their numbers."""
    parts = ((part, "") if isinstance(part, int) else (-1, part) for part in problem.place)
    return problem.line or 0, [(number < 0, number, name) for number, name in parts]


def _without_nulls(value: Any) -> Any:
    """An empty key of a form (``purpose:``) counts as left out; it says nothing."""
    if isinstance(value, dict):
        return {key: _without_nulls(below) for key, below in value.items() if below is not None}
    if isinstance(value, list):
        return [_without_nulls(below) for below in value]
    return value


def _unknown_empty(value: Any, place: Place, data: PlainData) -> Iterator[Problem]:
    """Keys that are not known and have no value, which are not left out in silence."""
    if isinstance(value, list):
        for number, below in enumerate(value):
            yield from _unknown_empty(below, (*place, number), data)
    if not isinstance(value, dict):
        return
    for key, below in value.items():
        inside = (*place, key)
        if below is not None:
            yield from _unknown_empty(below, inside, data)
        elif (known := _known_keys(inside)) and key not in known:
            hint = nearest(str(key), known)
            yield Problem(
                inside, f"the key is not known{hint}", _list_of(known), data.line_of(inside)
            )


def _from_pydantic(error: ValidationError, data: PlainData, below: Place = ()) -> Iterator[Problem]:
    for item in error.errors(include_url=False):
        place = _real_place((*below, *item["loc"]), data.value)
        found, expected = _in_words(item, place)
        yield Problem(place, found, expected, data.line_of(place))


def _real_place(location: tuple[int | str, ...], value: Any) -> Place:
    """pydantic's location without the names of union members, which are not in the file."""
    place: list[str | int] = []
    for number, part in enumerate(location):
        if isinstance(value, dict) and (part in value or number == len(location) - 1):
            place.append(part)
            value = value.get(part) if isinstance(part, str) else None
        elif isinstance(value, list) and isinstance(part, int) and part < len(value):
            place.append(part)
            value = value[part]
    return tuple(part for part in place if part != "[key]")


def _in_words(item: Any, place: Place) -> tuple[str, str]:
    kind = item["type"]
    if kind == "clausewise":
        return item["ctx"]["sentence"], item["ctx"]["wants"]
    if kind == "extra_forbidden":
        known = _known_keys(place)
        return f"the key is not known{nearest(str(place[-1]), known)}", _list_of(known)
    if kind == "missing":
        return "the key is missing", "it to be given"
    if kind == "literal_error":
        return f"{show(item['input'])} is not a known format", "clausewise-case/1"
    if kind == "too_long":
        return f"{item['ctx']['actual_length']} members", f"at most {item['ctx']['max_length']}"
    if kind in ("model_type", "model_attributes_type", "dict_type"):
        return f"{show(item['input'])} where keys belong", "keys with values"
    if kind in ("tuple_type", "list_type"):
        return f"{show(item['input'])} where a list belongs", "a list, such as [a, b]"
    return f"{show(item['input'])} does not belong here", str(item["msg"])


def _known_keys(place: Place) -> list[str]:
    names = [part for part in place[:-1] if isinstance(part, str)]
    if names[-1:] == ["results"]:
        return list(VOCABULARY.imaging_results)
    model = _MODELS.get(names[-1] if names else "")
    if model is None:
        return []
    fields = model.model_fields  # type: ignore[attr-defined]
    return [field.alias or name for name, field in fields.items()]


def _list_of(names: list[str]) -> str:
    return "one of " + ", ".join(names) if names else "it to be left out"


def _no_side(data: PlainData) -> Iterator[Problem]:
    """That the request states no side, which its procedure needs where a policy may govern it."""
    request = data.value.get("request")
    if not isinstance(request, dict) or request.get("side") is not None:
        return
    plan = request.get("plan") or VOCABULARY.default_plan
    name = VOCABULARY.procedure_named(str(request.get("procedure")))
    if name and VOCABULARY.procedures[name].side_specific and may_govern(str(plan), name):
        place = ("request", "side")
        found = "the key is missing"
        yield Problem(place, found, "left, right or bilateral", data.line_of(place))


def _cross_references(data: PlainData) -> Iterator[Problem]:
    """Ids are unique in their list, and what refers to an id finds it."""
    value = data.value
    known: dict[str, set[str]] = {}
    place: Place
    for name in ("documents", "therapies", "injections", "imaging"):
        known[name] = set()
        for number, entry in enumerate(_dicts(value.get(name))):
            identifier = entry.get("id")
            if not isinstance(identifier, (str, int)) or isinstance(identifier, bool):
                continue
            place = (name, number, "id")
            if str(identifier) in known[name]:
                found = f"the id {show(identifier)} is used twice"
                yield Problem(place, found, "an id of its own", data.line_of(place))
            known[name].add(str(identifier))
    for name in ENTRY_LISTS:
        for number, entry in enumerate(_dicts(value.get(name))):
            place = (name, number, "source")
            source = entry.get("source")
            cited: dict[Place, Any] = {place: source} if isinstance(source, dict) else {}
            cited |= {(*place, below): each for below, each in enumerate(_dicts(source))}
            for each, told in cited.items():
                named = (*each, "document")
                yield from _reference(data, named, told.get("document"), known["documents"])
            if name == "therapy_inability":
                place = (name, number, "therapy")
                yield from _reference(data, place, entry.get("therapy"), known["therapies"])


def _reference(data: PlainData, place: Place, value: Any, known: set[str]) -> Iterator[Problem]:
    if isinstance(value, (str, int)) and not isinstance(value, bool) and str(value) not in known:
        hint = nearest(str(value), known)
        what = "document" if place[-1] == "document" else "therapy"
        found = f"{show(value)} is not the id of a listed {what}{hint}"
        yield Problem(place, found, f"the id of a {what} of this case", data.line_of(place))


def _dicts(value: Any) -> list[dict[str, Any]]:
    """The members of a list, each as a dict; what is no dict has been reported elsewhere."""
    if not isinstance(value, list):
        return []
    return [entry if isinstance(entry, dict) else {} for entry in value]
