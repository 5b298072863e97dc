"""What is kept of a published text: for each span its fingerprint, and the clauses that it states.

It stands in ``text.toml`` of a policy, and holds no wording. ``written`` makes it anew from the
text, keeping what people said of each span.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.logic.analysis.text.spans import Span, TextError
from clausewise.logic.analysis.text.wording import Wording
from clausewise.logic.language.policy import Policy

_SPAN = frozenset({"label", "fingerprint", "sketch", "numbers", "held_by", "clauses", "waived"})
_HEXADECIMAL = frozenset("0123456789abcdef")


@dataclass(frozen=True, slots=True)
class KnownSpan:
    """A span of the text as it was when the rules were compared with it.

    ``clauses`` are the labels it states; or ``waived`` says why it states none. ``held_by`` says of
    each number which parameter holds it, or in words why none does; "" when nobody said.
    """

    label: str
    wording: Wording
    held_by: tuple[str, ...]
    clauses: tuple[str, ...]
    waived: str

    @property
    def parent(self) -> str:
        return self.label.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class KnownText:
    """The spans of a text in its order, and what the text states nowhere, each with a reason:
    clauses, parameters and readings of our own."""

    spans: tuple[KnownSpan, ...]
    clauses: Mapping[str, str]
    parameters: Mapping[str, str]
    readings: Mapping[str, str]


def read_known_text(path: Path, policy: Policy) -> KnownText:
    """What ``text.toml`` says; raises TextError for a file that is wrong, with each fault."""
    try:
        data = tomllib.loads(text_of(path.read_bytes()))
    except FileNotFoundError:
        raise TextError(
            f"no published text stands beside {policy.number}: it has no {path.name}, which "
            f"`clausewise text {policy.number} FILE --write {path.name}` makes from the text"
        ) from None
    except OSError as error:
        raise TextError(f"{path.name}: {error.strerror}") from None
    except (NotUtf8Error, tomllib.TOMLDecodeError) as error:
        raise TextError(f"{path.name}: {error}") from None
    faults = list(_faults(data, policy))
    if faults:
        raise TextError("\n".join(f"{path.name}: {fault}" for fault in faults))
    return KnownText(
        tuple(
            KnownSpan(
                row["label"],
                Wording(row["fingerprint"], tuple(row.get("numbers", ())), row["sketch"]),
                tuple(row.get("held_by", ())),
                tuple(row.get("clauses", ())),
                row.get("waived", ""),
            )
            for row in data.get("span", ())
        ),
        *({row["name"]: row["reason"] for row in data.get(key, ())} for key in _UNSTATED),
    )


_UNSTATED = ("clause", "parameter", "reading")


def _faults(data: Mapping[str, Any], policy: Policy) -> Iterator[str]:
    known: Mapping[str, Mapping[str, Any]] = {
        "clause": policy.clauses,
        "parameter": policy.parameter,
        "reading": policy.reading,
    }
    labels: set[str] = set()
    for key in set(data) - {"span", *_UNSTATED}:
        yield f"{key} is not a key here"
    for number, row in enumerate(data.get("span", ()), 1):
        where = f"span {number}"
        wrong = set(row) - _SPAN or {"label", "fingerprint", "sketch"} - set(row)
        if wrong:
            yield f"{where}: {', '.join(sorted(wrong))} is missing or no key of a span"
            continue
        if row["label"] in labels:
            yield f"{where}: the label {row['label']} is there twice"
        labels.add(row["label"])
        if len(row["sketch"]) != 32 or not set(row["sketch"]) <= _HEXADECIMAL:
            yield f"{where}: the sketch is not made of 32 hexadecimal digits"
        if len(row.get("held_by", ())) != len(row.get("numbers", ())):
            yield f"{where}: numbers and held_by are not of one length"
        if "clauses" in row and "waived" in row:
            yield f"{where}: a span is mapped to clauses or waived, not both"
        for label in row.get("clauses", ()):
            if label not in policy.clauses:
                yield f"{where}: {label} is not a clause of {policy.number}"
    for key in _UNSTATED:
        for row in data.get(key, ()):
            if set(row) != {"name", "reason"} or not row["reason"]:
                yield f"a {key} without a span has a name and a reason"
            elif row["name"] not in known[key]:
                yield f"{row['name']} is not a {key} of {policy.number}"


def quantity_is(number: str, value: int, unit: str) -> bool:
    """Whether a number of a text is a parameter's value; a text counts weeks where we count days.

    As many days as there are in so many weeks count as the same quantity.
    """
    plain = number.replace(",", "")
    return plain.isdigit() and int(plain) in ((value, value / 7) if unit == "days" else (value,))


def written(
    policy: Policy, pairs: Sequence[tuple[KnownSpan | None, Span]], old: KnownText | None
) -> str:
    """``text.toml`` for spans, each with what was kept of it until now.

    What was said of a span is kept. A new one is mapped to the clause of its label, if there is
    one, and to the parameters that its clauses name; all else is left for a person to say.
    """
    head = [
        f"# The published text of {policy.number}, span by span: fingerprints, no wording.",
        "# Made by `clausewise text POLICY FILE --write NEW.toml`, which keeps what people said:",
        "# clauses or waived (a reason), and held_by (a parameter or a reason) for each number.",
        "",
    ]
    for known, span in pairs:
        kept = known if known is not None else _proposed(policy, span)
        head += ["[[span]]", f"label = {_text(span.label)}"]
        head += [f"fingerprint = {_text(span.wording.fingerprint)}"]
        head += [f"sketch = {_text(span.wording.sketch)}"]
        if span.wording.numbers:
            same = span.wording.numbers == kept.wording.numbers
            held = kept.held_by if same else _proposed(policy, span).held_by
            head += [f"numbers = {_texts(span.wording.numbers)}", f"held_by = {_texts(held)}"]
        if kept.waived:
            head += [f"waived = {_text(kept.waived)}"]
        elif kept.clauses:
            head += [f"clauses = {_texts(kept.clauses)}"]
        head += [""]
    if old is not None:
        for key, rows in zip(_UNSTATED, (old.clauses, old.parameters, old.readings), strict=True):
            for name, reason in rows.items():
                head += [f"[[{key}]]", f"name = {_text(name)}", f"reason = {_text(reason)}", ""]
    return "\n".join(head)


def _proposed(policy: Policy, span: Span) -> KnownSpan:
    """What is kept of a new span, as far as labels and numbers tell."""
    own = tuple(label for label in (span.label,) if label in policy.clauses)
    held = []
    for number in span.wording.numbers:
        fitting = [
            each.name
            for each in policy.parameters
            if f"{span.label}.".startswith(f"{each.label}.")
            and quantity_is(number, each.value, each.unit)
        ]
        held.append(fitting[0] if len(fitting) == 1 else "")
    return KnownSpan(span.label, span.wording, tuple(held), own, "")


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _texts(texts: Sequence[str]) -> str:
    return f"[{', '.join(map(_text, texts))}]"
