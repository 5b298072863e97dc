"""Random cases of any policy: an example of it, changed step by step as long as it stays valid."""

from __future__ import annotations

import json
from collections.abc import Sequence
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path
from random import Random
from typing import Any

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, load_case
from tests.support.generator import any_case

MOST_CHANGES = 12
DAYS = ("date", "start", "end", "received")


def case_near(examples: Sequence[Path], seed: int) -> dict[str, Any]:
    """A valid case near one of the examples, with entries of the others and of a random record of
    the default policy; of a seed always the same."""
    random = Random(f"near {seed}")
    data, other = (plain_data(load_case(random.choice(examples))) for _ in range(2))
    for _ in range(random.randint(2, MOST_CHANGES)):
        trial = json.loads(json.dumps(data, default=str))
        _change(trial, random.choice((other, other, any_case(seed))), random)
        try:
            case_from_data(deepcopy(trial))
        except InputError:
            continue
        data = trial
    return data


def _change(data: dict[str, Any], other: dict[str, Any], random: Random) -> None:
    """One change: an entry left out, added or changed, a day moved, a statement made or not."""
    name = random.choice(ENTRY_LISTS)
    entries = data.setdefault(name, [])
    kind = random.choice(("leave out", "add", "add", "change", "change", "complete", "document"))
    if kind == "leave out" and entries:
        del entries[random.randrange(len(entries))]
    elif kind == "add" and other.get(name):
        entry = json.loads(json.dumps(random.choice(other[name]), default=str))
        entry.pop("source", None)
        entries.append({**entry, "id": f"N{len(entries)}"} if "id" in entry else entry)
    elif kind == "change" and entries:
        entry = random.choice(entries)
        field = random.choice([*entry])
        value = entry[field]
        if field in DAYS:
            moved = date.fromisoformat(str(value)) + timedelta(days=random.randint(-200, 200))
            entry[field] = str(moved)
        elif field == "side":
            entry[field] = random.choice(("left", "right", "bilateral"))
        elif isinstance(value, bool):
            entry[field] = not value
        elif isinstance(value, int):
            entry[field] = max(0, value + random.randint(-20, 20))
        elif field != "id":
            del entry[field]
    elif kind == "complete":
        domain = random.choice(("therapies", "injections", "imaging", "visits", "findings"))
        listed = data.setdefault("record_complete", [])
        listed.remove(domain) if domain in listed else listed.append(domain)
    elif kind == "document":
        received = date.fromisoformat(str(data["request"]["received"]))
        day = received + timedelta(days=random.randint(-9, 30))
        number = len(data.setdefault("documents", []))
        data["documents"].append({"id": f"D{number}", "received": str(day)})
