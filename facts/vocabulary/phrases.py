"""What the names of the vocabulary are called before a person, read from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from clausewise.facts.text import in_words


@cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """All phrases by the kind of name and the name; read when the first one is asked for."""
    with files("clausewise.facts.vocabulary").joinpath("words.toml").open("rb") as stream:
        return tomllib.load(stream)


def called(kind: str, name: str) -> str:
    """What a name is called: of a modality, a region, a therapy, a reason and the like."""
    return str(phrases()[kind].get(name, in_words(name)))


def said_of(kind: str, name: str, shown: bool, *, plain: bool = False) -> str:
    """What it says that a finding or a result is present or absent; ``plain`` to a member."""
    voice, state = "plain_" if plain else "", "present" if shown else "absent"
    words = phrases()[kind].get(name, {})
    return str(words.get(voice + state) or f"{in_words(name)} {state}")
