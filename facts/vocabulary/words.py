"""The vocabulary: every name a case file may use, read from ``vocabulary.toml``.

Installed policies add words to it by a file of the same name in their folders.

The standard codes of a name come from ``facts.vocabulary.codes``.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.codes import Code, codes_that_mean
from clausewise.facts.vocabulary.installed import installed_policies

CPT = re.compile(r"\d{4}[0-9A-Z]")
FILE = "vocabulary.toml"
"""The words of the core, and in a policy's folder those that it adds."""


@dataclass(frozen=True, slots=True)
class Name:
    """One name: what it means, the question that asks for it, and how it is counted.

    ``side_specific``: counts only on the line's side; of a procedure, it is asked for with a side.
    ``examination``: the latest entry speaks. ``short`` is what a measure is called beside a value,
    and a procedure in a few words. Of a measure ``least`` and ``most`` are the bounds of a value
    and ``unit`` is what it is counted in. Of a result of imaging ``region`` is where it is looked
    for, empty where that is anywhere.
    """

    name: str
    meaning: str
    question: str = ""
    side_specific: bool = False
    examination: bool = False
    short: str = ""
    least: int = 0
    most: int = 0
    unit: str = ""
    region: str = ""
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All names, by list."""

    procedures: Mapping[str, Name]
    purposes: Mapping[str, Name]
    diagnoses: Mapping[str, Name]
    findings: Mapping[str, Name]
    radiation_places: Mapping[str, Name]
    measures: Mapping[str, Name]
    therapies: Mapping[str, Name]
    inability_reasons: Mapping[str, Name]
    injection_purposes: Mapping[str, Name]
    agents: Mapping[str, Name]
    modalities: Mapping[str, Name]
    regions: Mapping[str, Name]
    imaging_results: Mapping[str, Name]
    domains: Mapping[str, Name]
    visits: Mapping[str, Name]
    default_plan: str
    """The plan of a case file that names none."""
    faults: tuple[str, ...] = ()
    """What is wrong with the words that policies add; those words are left out."""

    def lists(self) -> Iterator[Mapping[str, Name]]:
        """Each list of names, in the order of its field."""
        for each in fields(self):
            words = getattr(self, each.name)
            if isinstance(words, Mapping):
                yield words

    def procedures_and_codes(self) -> tuple[str, ...]:
        """Every text that names a procedure: the names, and the CPT codes."""
        codes = (code.code for name in self.procedures.values() for code in name.codes)
        return (*self.procedures, *codes)

    def procedure_named(self, text: str) -> str | None:
        """The procedure that this very text names, by its name or its CPT code, or None."""
        return text if text in self.procedures else self.procedure_of_code(text)

    def called_procedure(self, text: str) -> str:
        """What a procedure, asked for by its name or a code, is called before a person."""
        name = self.procedure_named(text)
        known = self.procedures[name].short if name is not None else ""
        return known or (f"CPT {text}" if CPT.fullmatch(text) else in_words(text))

    def procedure_of_code(self, code: str) -> str | None:
        """The procedure that a CPT code names, or None."""
        for procedure in self.procedures.values():
            if Code("CPT", code) in procedure.codes:
                return procedure.name
        return None


def _names(data: Mapping[str, list[dict[str, Any]]], kind: str) -> dict[str, Name]:
    found: dict[str, Name] = {}
    for row in data[kind]:
        codes = codes_that_mean("site" if kind == "region" else kind, row["name"])
        if row["name"] in found:
            raise ValueError(f"the vocabulary lists {row['name']} twice")
        found[row["name"]] = Name(codes=codes, **row)
    return found


def with_additions(
    core: Mapping[str, Any], additions: Iterable[tuple[str, Mapping[str, Any]]]
) -> tuple[dict[str, Any], tuple[str, ...]]:
    """The core of the vocabulary with the words that policies add to its lists, and the faults.

    ``additions`` are the data of each policy's ``vocabulary.toml`` with the file's name. Two
    policies may add a word in the same terms. A fault is a list that the core does not have, a word
    that is not described as the words of a list are, and one that means something else already: a
    name cannot be redefined. What is at fault is left out.
    """
    data = {kind: list(rows) if isinstance(rows, list) else rows for kind, rows in core.items()}
    faults: list[str] = []
    for file, added in additions:
        for kind, rows in added.items():
            if not isinstance(data.get(kind), list):
                lists = [each for each, words in core.items() if isinstance(words, list)]
                faults.append(
                    f"{file}: {kind} is not a list of the vocabulary; those are {', '.join(lists)}"
                )
                continue
            known = {row["name"]: row for row in data[kind]}
            for row in rows if isinstance(rows, list) else [rows]:
                word, wrong = _checked(row, kind)
                faults += [f"{file}: {each}" for each in wrong]
                if word and known.setdefault(word["name"], word) != word:
                    faults.append(f"{file}: {row['name']} is defined already as a {kind}")
            data[kind] = list(known.values())
    return data, tuple(faults)


_WORD = re.compile(r"[a-z][a-z0-9_]{0,59}")
_FIELDS = {each.name: each for each in fields(Name) if each.name != "codes"}
_KINDS = {"str": str, "bool": bool, "int": int}
_WANTED = {"str": "a text", "bool": "true or false", "int": "a whole number"}


def _checked(row: object, kind: str) -> tuple[dict[str, Any], list[str]]:
    """The description of one word as far as it is right, and what is wrong with it."""
    if not isinstance(row, Mapping):
        return {}, [f"each {kind} is a table of its own: [[{kind}]]"]
    name, meaning = row.get("name"), row.get("meaning")
    if not isinstance(name, str) or not _WORD.fullmatch(name):
        return {}, [f"a {kind} has no name of small letters, digits and underscores"]
    faults = []
    if not isinstance(meaning, str) or not meaning.strip():
        faults.append(f"{name}, a {kind}, has no meaning, which is a text")
    found: dict[str, Any] = {"name": name, "meaning": name}
    for key, value in row.items():
        if key not in _FIELDS:
            faults.append(f"{key} of {name} is not one of its keys: {', '.join(_FIELDS)}")
        elif type(value) is not _KINDS[str(_FIELDS[key].type)]:
            faults.append(f"{key} of {name} is not {_WANTED[str(_FIELDS[key].type)]}")
        else:
            found[key] = value
    return found, faults


def _additions() -> Iterator[tuple[str, Mapping[str, Any]]]:
    for each in installed_policies():
        found = each.data(FILE)
        if found is not None:
            yield f"{each.folder.name}/{FILE}", found


def _load() -> Vocabulary:
    with files("clausewise.facts.vocabulary").joinpath(FILE).open("rb") as stream:
        data, faults = with_additions(tomllib.load(stream), _additions())
    return Vocabulary(
        procedures=_names(data, "procedure"),
        purposes=_names(data, "purpose"),
        diagnoses=_names(data, "diagnosis"),
        findings=_names(data, "finding"),
        radiation_places=_names(data, "radiation_place"),
        measures=_names(data, "measure"),
        therapies=_names(data, "therapy"),
        inability_reasons=_names(data, "inability_reason"),
        injection_purposes=_names(data, "injection_purpose"),
        agents=_names(data, "agent"),
        modalities=_names(data, "modality"),
        regions=_names(data, "region"),
        imaging_results=_names(data, "imaging_result"),
        domains=_names(data, "domain"),
        visits=_names(data, "visit"),
        default_plan=data["default_plan"],
        faults=faults,
    )


VOCABULARY = _load()
"""The vocabulary of case files, format clausewise-case/1."""
