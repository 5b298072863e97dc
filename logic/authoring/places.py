"""Where a fault of a policy stands: the file and the line that a sentence or an error is about."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from traceback import extract_tb

from clausewise.facts.vocabulary.words import FILE as VOCABULARY_FILE
from clausewise.logic.language.faults import Gathered


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault: the line it stands on (``criteria.py:17``, or ""), and the sentence about it."""

    place: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.place}: {self.sentence}" if self.place else self.sentence


def line_of(error: BaseException, gathered: Gathered) -> str:
    """The last line of the policy's own modules that an error came through."""
    if isinstance(error, SyntaxError) and error.filename:
        return f"{Path(error.filename).name}:{error.lineno}"
    places = [
        f"{path.relative_to(gathered.folder)}:{each.lineno}"
        for each in extract_tb(error.__traceback__)
        if gathered.folder in (path := Path(each.filename).resolve()).parents
    ]
    return places[-1] if places else ""


def placed(sentence: str, gathered: Gathered) -> Fault:
    """A sentence with the line of what it is about: a number of the policy, the rule or the clause
    that it begins with, a word, a label or a reading that it names, or a version."""
    if found := re.fullmatch(r"words\.toml line (\d+): (.+)", sentence, re.DOTALL):
        return Fault(f"words.toml:{found[1]}", found[2])
    folder, about = gathered.folder, gathered.folder / "policy.toml"
    name = sentence.partition(": ")[0]
    first = sentence.split()[0].rstrip(":,")
    words = re.findall(r"\w+", sentence.removeprefix(f"{folder.name}/"))
    quoted = [f'"{first}"', *(f'"{word}"' for word in words if "_" in word)]
    days = [f"from = {day}" for day in re.findall(r"\d{4}-\d\d-\d\d", sentence)]
    looked_for: list[tuple[Path, list[str]]] = [
        (about, quoted[:1]),
        *((file, quoted) for file in sorted(folder.glob("*.py"))),
        (about, [*quoted, *days]),
        (folder / "words.toml", [f".{text}]" for word in words for text in (word, f'"{word}"')]),
        (folder / "words.toml", [f'."{first}"]']),
        (folder / VOCABULARY_FILE, quoted),
    ]
    if name == f"{folder.name}/{about.name}":
        words = re.findall(r"\w+", sentence.removeprefix(name))
        place = line_with(about, [*words[:1], "number"])
    else:
        place = (
            line_with(folder / "parameters.toml", [f"[{word}]" for word in words])
            or gathered.places.get(name)
            or gathered.places.get(f"{name}/1")
            or next(filter(None, (line_with(*each) for each in looked_for)), "")
        )
    named = f"{folder.name}/{place.partition(':')[0]}: "
    return Fault(place, sentence.removeprefix(named) if place else sentence)


def line_with(file: Path, texts: Iterable[str]) -> str:
    """The first line of a file of the policy that has the first text that one has; else empty."""
    lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for text in texts:
        for number, line in enumerate(lines, 1):
            if not line.startswith("#") and text in line:
                return f"{file.name}:{number}"
    return ""
