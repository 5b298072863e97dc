"""What a certificate proves, as text and as data."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

from clausewise.facts.text import in_words, printable

if TYPE_CHECKING:
    from clausewise.logic.proof.checker import Proved


def proved_data(proved: Proved) -> dict[str, Any]:
    """The answer of ``check --format json`` to a valid certificate."""
    return {
        **({"what_if": proved.what_if} if proved.what_if else {}),
        "valid": True,
        "case": proved.case,
        "from_file": proved.from_file,
        **({"as_of": proved.as_of} if proved.as_of else {}),
        "policy": dict(proved.policy),
        "readings": dict(proved.readings),
        "parameters": dict(proved.parameters),
        "lines": [
            {"side": side, "determination": determination}
            for side, determination in proved.determinations.items()
        ],
        "steps": proved.steps,
    }


def refused_data(reason: str) -> dict[str, Any]:
    """The answer of ``check --format json`` to a certificate that is refused."""
    return {"valid": False, "reason": reason}


def proved_lines(proved: Proved) -> Iterator[Text]:
    """The answer of ``check`` to a valid certificate, as lines."""
    if proved.what_if:
        yield Text(f"{proved.what_if}. This is no answer to the request.", "bold")
    yield Text("valid: every step is an instance of a rule, and none is missing", style="bold")
    if proved.from_file:
        yield Text("from the case file to the determination")
    else:
        yield Text("from the case as read, not from the file it was read from")
    if proved.as_of:
        yield Text(f"of the record as of {proved.as_of}: what the plan had received by that day")
    for side, determination in proved.determinations.items():
        yield Text(f"{printable(proved.case, 60)}, {side}: {in_words(determination)}")
    policy = proved.policy
    yield Text(
        f"under policy {policy['number']} in force since {policy['effective']}, "
        f"fingerprint {policy['fingerprint']}, by {proved.steps} steps"
    )
    yield Text("readings: " + _pairs(proved.readings))
    yield Text("parameters: " + _pairs(proved.parameters))


def _pairs(values: Any) -> str:
    return ", ".join(f"{name}={value}" for name, value in values.items())
