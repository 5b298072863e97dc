"""What the names of the vocabulary are called before a person, read from ``words.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.installed import installed_policies, known_plans

FILE = "words.toml"
"""The phrases of the core, and in a policy's folder those of the words that it adds."""


@cache
def phrases() -> Mapping[str, Mapping[str, Any]]:
    """All phrases by the kind of name and the name; read when the first one is asked for.

    A policy has those of the words that it adds in its own ``words.toml``, under the same kinds;
    what its plans are called stands in its ``policy.toml``.
    """
    with files("clausewise.facts.vocabulary").joinpath(FILE).open("rb") as stream:
        found = tomllib.load(stream)
    for each in installed_policies():
        for kind, added in (each.data(FILE) or {}).items():
            if kind in found:
                found[kind] = {**added, **found[kind]}
    return {**found, "plan": known_plans()}


def called(kind: str, name: str) -> str:
    """What a name is called: of a modality, a region, a therapy, a reason and the like."""
    return str(phrases()[kind].get(name, in_words(name)))


def said_of(kind: str, name: str, shown: bool, *, plain: bool = False) -> str:
    """What it says that a finding or a result is present or absent; ``plain`` to a member."""
    voice, state = "plain_" if plain else "", "present" if shown else "absent"
    words = phrases()[kind].get(name, {})
    return str(words.get(voice + state) or in_words(name if shown else f"no_{name}"))
