"""What the variables of a symbolic record are called before a person."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.phrases import called, said_of
from clausewise.facts.vocabulary.words import VOCABULARY, Name


def _meaning(words: Mapping[str, Name]) -> Callable[[str], str]:
    return lambda name: words[name].meaning if name in words else in_words(name)


def _called(kind: str) -> Callable[[str], str]:
    return lambda name: called(kind, name)


_OF_COLUMN: Mapping[str, Callable[[str], str]] = {
    "purpose": _meaning(VOCABULARY.purposes),
    "diagnosis": _meaning(VOCABULARY.diagnoses),
    "domain": _called("domain"),
    "finding": lambda name: said_of("finding", name, True),
    "result": lambda name: said_of("imaging_result", name, True),
    "measure": lambda name: VOCABULARY.measures[name].short or in_words(name),
    "place": _called("radiation_place"),
    "kind": _called("therapy"),
    "reason": _called("inability_reason"),
    "modality": _called("modality"),
    "region": _called("region"),
}


def name_in_words(column: str, name: str) -> str:
    """What a name of the vocabulary is called in a column of a relation."""
    return _OF_COLUMN.get(column, in_words)(name)


def request_title(relation: str, column: str, name: str) -> str:
    """What the request states, or does not, in a relation with one row for each name."""
    words = name_in_words(column, name)
    if relation == "record_complete":
        return f"the record is complete for {words}"
    return f"{in_words(relation)}: {words}"


_TITLES: Mapping[str, str] = {
    "inability": "active therapy not completed: {}",
    "imaging": "{} of the {}",
    "injection": "injection {}",
}


def entry_title(relation: str, columns: tuple[str, ...], names: tuple[str, ...]) -> str:
    """What an entry is called; of one without names ``names`` is its number."""
    words = names
    if columns:
        words = tuple(name_in_words(*each) for each in zip(columns, names, strict=True))
    return _TITLES.get(relation, "{}").format(*words)


def detail_title(entry: str, relation: str, detail: str, column: str, name: str = "") -> str:
    """What is said further of an entry of a relation, and of which name."""
    what = in_words(detail).removeprefix(f"{relation} ").removeprefix("study ")
    words = name_in_words(column, name) if name else ""
    if words.startswith(what):
        return f"{entry}, {words}"
    head, _, last = what.rpartition(" ")
    if last and words.startswith(f"{last} "):  # radiates to, to the groin
        what = head
    return f"{entry}, {what} {words}".rstrip()
