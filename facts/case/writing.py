"""A case as the text of a case file, with the resource that each entry came from beside it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import yaml

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import ENTRY_LISTS, Case
from clausewise.facts.case.origin import Origin, grouped
from clausewise.facts.text import printable

_ORDER = ("format", "case", "request", "member", "review", "documents", *ENTRY_LISTS)


class _Dumper(yaml.SafeDumper):
    """Writes exact decimals as numbers; everything else as the safe dumper does."""


_Dumper.add_representer(
    Decimal,
    lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:float", f"{value:f}"),
)
_Dumper.add_representer(
    date, lambda dumper, value: dumper.represent_scalar("tag:yaml.org,2002:str", f"{value}")
)


def case_text(case: Case) -> str:
    """The case as YAML: a valid case file, whose comments say where each entry was read.

    What was not understood stands in comments at the end, so that a person can correct the case.
    """
    return "\n".join(_lines(case, case.origin or Origin())) + "\n"


def _lines(case: Case, origin: Origin) -> Iterator[str]:
    data = plain_data(case)
    if origin.counts:
        yield "# Read from FHIR. Each entry is followed by the resource that it was read from."
        yield "# Correct what is wrong and decide this file in place of the bundle."
    for key in (*_ORDER, *sorted(set(data) - set(_ORDER))):
        value = data.get(key)
        if value is None or value == []:
            continue
        if not isinstance(value, list) or key == "record_complete":
            yield f"{key}: {_flow(value)}"
            continue
        yield f"{key}:"
        for number, entry in enumerate(value):
            resource = origin.entries.get(f"{key}[{number}]")
            comment = f"  # from {printable(resource, 120)}" if resource else ""
            ordered = dict(sorted(entry.items(), key=lambda each: each[0] == "source"))
            yield f"  - {_flow(ordered)}{comment}"
    if not origin.counts:
        return
    yield "#"
    yield "# Resources, used of all:"
    for kind, (used, count) in origin.counts.items():
        yield f"#   {printable(kind, 60)}: {used} of {count}"
    yield "# Not understood, not used, or used with a reservation:" if origin.remarks else "#"
    for sentence in grouped(origin.remarks):
        yield f"#   {printable(sentence, 600)}"


def _flow(value: Any) -> str:
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=True,
        sort_keys=False,
        allow_unicode=False,
        width=1_000_000,
    )
    return text.removesuffix("\n").removesuffix("\n...").rstrip("\n")
