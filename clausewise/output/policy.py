"""The policy as text and as data: each clause with paraphrase, rules, and what its rules use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from clausewise.facts.vocabulary.codes import CodeRow, all_rows
from clausewise.logic.language.notation import Clause
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.dependencies import Uses, uses
from clausewise.logic.program.program import program_of


def outline_lines() -> Iterator[Text]:
    """The policy, clause by clause, in the document's order."""
    yield Text(f"{POLICY.number} {POLICY.title}", "bold")
    yield Text(
        f"{POLICY.source}; in force since {POLICY.effective}; fingerprint {POLICY.fingerprint}"
    )
    for section in POLICY.sections:
        yield Text()
        yield Text(f"{section.label}  {section.title}", "bold")
        for clause in section.clauses:
            depth = clause.label.count(".") - section.label.count(".")
            gate = f"  [{clause.gate}]" if clause.gate else ""
            mark = "" if clause.published else "· "
            yield Text(f"{'  ' * max(depth, 0)}{mark}{clause.label}  {clause.paraphrase}{gate}")
    yield Text()
    yield Text("Parameters", "bold")
    for parameter in POLICY.parameters:
        yield Text(
            f"  {parameter.name} = {parameter.value} {parameter.unit}  "
            f"({parameter.label}: {parameter.meaning})"
        )
    yield Text()
    yield Text("· marks what the policy itself does not label.", "dim")


def clause_lines(label: str) -> Iterator[Text]:
    """One clause: its paraphrase, its gate or rules, and what they use."""
    clause = POLICY.clauses[label]
    used = uses(program_of(POLICY), label)
    yield Text.assemble((f"{clause.label}", "bold"), f"  {clause.paraphrase}")
    if not clause.published:
        yield Text("  (a label of ours; the policy has none here)", "dim")
    if clause.gate:
        yield Text(f"  {clause.gate} of {', '.join(clause.parts)}")
    for name in used.parameters:
        parameter = POLICY.parameter[name]
        yield Text(f"  parameter {name} = {parameter.value} {parameter.unit}: {parameter.meaning}")
    for name in used.readings:
        reading = POLICY.reading[name]
        yield Text(f"  reading {name} = {reading.default}: {reading.choices[reading.default]}")
        for value in reading.alternatives:
            yield Text(f"    or {value}: {reading.choices[value]}", "dim")
    if used.relations:
        yield Text(f"  facts: {', '.join(used.relations)}")
    for column, names in _own_names(clause, used).items():
        yield Text(f"  {column}: {', '.join(names)}")
    for row, name in _codes(clause, used):
        note = f" ({row.note})" if row.note else ""
        yield Text(f"  code {row.code}: {name}{note}")
    yield Text("  rules")
    for rule in clause.rules:
        yield Text.assemble("    ", (f"{rule.identifier}  ", "dim"), str(rule))


def _own_names(clause: Clause, used: Uses) -> dict[str, tuple[str, ...]]:
    """The vocabulary names of a leaf; a gate's own rules use none."""
    return {} if clause.gate else dict(used.names)


_KINDS = {"finding": "finding", "diagnosis": "diagnosis", "kind": "therapy", "region": "site"}
"""Columns of rules and the kind of meaning that a standard code gives them."""
_KINDS_OF_FACTS = {
    "score": ("measure",),
    "procedure": ("procedure",),
    "injection": ("injection",),
    "injection_agent": ("agent",),
    "contrast_enhanced": ("detail",),
    "imaging": ("modality",),
}
"""Relations of facts whose names may come from standard codes."""


def _codes(clause: Clause, used: Uses) -> Iterator[tuple[CodeRow, str]]:
    """The standard codes that say what a leaf asks for, each with what it means here."""
    if clause.gate:
        return
    wanted = {
        (kind, name) for column, kind in _KINDS.items() for name in used.names.get(column, ())
    }
    kinds = {kind for relation in used.relations for kind in _KINDS_OF_FACTS.get(relation, ())}
    for row in all_rows():
        for kind, name in row.means:
            if (kind, name) in wanted or kind in kinds:
                yield row, name


def clause_data(label: str) -> dict[str, Any]:
    """One clause as plain data."""
    clause = POLICY.clauses[label]
    used = uses(program_of(POLICY), label)
    return {
        "clause": clause.label,
        "name": clause.name,
        "paraphrase": clause.paraphrase,
        "kind": clause.kind,
        "published": clause.published,
        "gate": clause.gate or None,
        "parts": list(clause.parts),
        "parameters": list(used.parameters),
        "readings": list(used.readings),
        "facts": list(used.relations),
        "names": {column: list(names) for column, names in _own_names(clause, used).items()},
        "codes": [
            {
                "system": row.code.system,
                "code": row.code.code,
                "family": row.family,
                "from": row.first.isoformat() if row.first else None,
                "until": row.last.isoformat() if row.last else None,
                "means": name,
                "note": row.note,
            }
            for row, name in _codes(clause, used)
        ],
        "rules": [{"rule": rule.identifier, "text": str(rule)} for rule in clause.rules],
    }


def policy_data() -> dict[str, Any]:
    """The whole policy as plain data."""
    return {
        "number": POLICY.number,
        "title": POLICY.title,
        "plan": POLICY.plan,
        "effective": POLICY.effective.isoformat(),
        "fingerprint": POLICY.fingerprint,
        "parameters": [
            {
                "name": each.name,
                "value": each.value,
                "unit": each.unit,
                "clause": each.label,
                "meaning": each.meaning,
            }
            for each in POLICY.parameters
        ],
        "readings": reading_data()["readings"],
        "clauses": [clause_data(label) for label in POLICY.clauses],
    }


def reading_lines() -> Iterator[Text]:
    """The register of readings."""
    for reading in POLICY.readings:
        yield Text.assemble((reading.name, "bold"), f"  ({', '.join(reading.labels)})")
        yield Text(f"  {reading.spot}", "italic")
        for value, meaning in reading.choices.items():
            default = "  (default)" if value == reading.default else ""
            yield Text(f"    {value}{default}: {meaning}")


def reading_data() -> dict[str, Any]:
    """The register of readings as plain data."""
    return {
        "readings": [
            {
                "name": reading.name,
                "default": reading.default,
                "choices": dict(reading.choices),
                "clauses": list(reading.labels),
                "spot": reading.spot,
            }
            for reading in POLICY.readings
        ]
    }
