"""The words of a policy: what stands in ``words.toml`` of its folder, and how slots are filled.

After a colon stands how a slot is written: ``words`` (two), ``next`` (second), ``one|many`` by
number, ``?if it is not 0|if it is``; such texts may have slots themselves.
"""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from importlib.util import find_spec
from string import Formatter
from typing import Any, TypeAlias

from clausewise.logic.explain.words_shape import faults_of_shape
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import Atom, Rule, Term

Slot: TypeAlias = str | int | Decimal | date

SMALL = [
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
]
ORDINALS = [
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
]
KINDS = ("clause", "relation", "reading", "procedure")
"""What the words of a policy are about."""
LIBRARY = "clausewise.logic.library"
DETAILS = ("detail", "missing", "condition")
"""Columns of a relation that say what its sentence is about."""


def long_date(day: date) -> str:
    """A day as "July 15, 2026"."""
    return f"{day:%B} {day.day}, {day.year}"


class _Filler(Formatter):
    def __init__(self, dates: Callable[[date], str]) -> None:
        self._dates = dates

    def get_field(self, name: str, _args: Any, kwargs: Any) -> Any:
        return kwargs[name], name  # no attributes and no items of a slot

    def format_field(self, value: Any, spec: str) -> str:
        text = self._dates(value) if isinstance(value, date) else str(value)
        if spec == "words":
            return SMALL[value] if isinstance(value, int) and value < len(SMALL) else text
        if spec == "next":
            known = isinstance(value, int) and value < len(ORDINALS)
            return ORDINALS[value] if known else "further"
        if spec.startswith("?"):
            return spec[1:].split("|")[0 if value else 1]
        return spec.split("|")[0 if value == 1 else 1] if spec else text


def fill(text: str, slots: Mapping[str, Slot], dates: Callable[[date], str] = str) -> str:
    """The text with its slots filled; raises KeyError for one that is not there."""
    return _Filler(dates).vformat(text, (), slots)


def slots_in(text: str) -> Iterator[str]:
    """The names of the slots of a text, those in how others are written included."""
    for _, name, spec, _ in Formatter().parse(text):
        if name is not None:
            yield name
            yield from slots_in(spec or "")


@cache
def words_of(policy: Policy) -> Mapping[str, Mapping[str, Any]]:
    """The words of a policy: by clause, relation, reading and procedure.

    What it does not say of clauses and relations that it has from the library, the library says.
    """
    own = _read_words(policy.package) if policy.package else {}
    library = shared_words()
    against = {each.head.relation.name for each in policy.rules() if each.head.relation.against}
    shared = {
        "clause": {
            name: each for name, each in library["clause"].items() if name in policy.clauses
        },
        "relation": {name: each for name, each in library["relation"].items() if name in against},
    }
    return {kind: {**shared.get(kind, {}), **own.get(kind, {})} for kind in KINDS}


@cache
def shared_words() -> Mapping[str, Mapping[str, Any]]:
    """The words of the clauses and relations that policies share."""
    return _read_words(LIBRARY)


def _read_words(package: str) -> Mapping[str, Mapping[str, Any]]:
    """The words in a package, none where it has no such file; raises PolicyError for words of the
    wrong shape, with every fault and its line."""
    text = _text_of(package)
    try:
        words = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{package}: words.toml cannot be read: {error}") from None
    faults = list(faults_of_shape(words))
    if faults:
        told = [_with_line(_line_in(text, place), said) for place, said in faults]
        listed = "\n".join(f"- {each}" for each in told)
        raise PolicyError(f"{package}: its words are not as they have to be:\n{listed}")
    return words


def _with_line(line: int | None, said: str) -> str:
    return said if line is None else f"words.toml line {line}: {said}"


def _text_of(package: str) -> str:
    """What stands in the file of words of a package; empty where it has none."""
    place = files(package).joinpath("words.toml") if package and find_spec(package) else None
    return place.read_text(encoding="utf-8") if place is not None and place.is_file() else ""


def line_of(policy: Policy, place: tuple[str, ...]) -> int | None:
    """The line of the policy's own words where what is said at a place stands, else the line where
    the words about its name begin; None where there are none."""
    return _line_in(_text_of(policy.package), place)


def _line_in(text: str, place: tuple[str, ...]) -> int | None:
    table: tuple[str, ...] = ()
    begins = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("["):
            table = tuple(_names_in(line))
            if table == place[: len(table)] and len(table) > 1:
                begins = begins or number
                if table == place:
                    return number
        elif (*table, line.partition("=")[0].strip().strip('"')) == place:
            return number
    return begins


def _names_in(header: str) -> Iterator[str]:
    """The names in the header of a table, such as clause and D.I.B.7 in [clause."D.I.B.7"]."""
    found: Mapping[str, Any] = tomllib.loads(header)
    while found:
        ((name, found),) = found.items()
        yield name


def named_terms(rule: Rule) -> Iterator[tuple[str, Term]]:
    """The terms of a rule by what they are called in sentences, the head's columns first.

    A term is called by its column, and the last one of an atom by its relation as well.
    """
    for name, term in zip(rule.head.columns, rule.head.arguments, strict=True):
        yield name, term
    for literal in rule.body:
        if isinstance(literal, Atom) and literal.relation.name not in ("parameter", "reading"):
            for name, term in zip(literal.columns, literal.arguments, strict=True):
                yield name, term
            if literal.arguments:
                yield literal.relation.name, literal.arguments[-1]
