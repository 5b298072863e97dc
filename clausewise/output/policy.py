"""The policy as text and as data: each clause with its paraphrase, its rules and what these use."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from clausewise.facts.vocabulary.codes import CodeRow, all_rows
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import Rule
from clausewise.logic.program.dependencies import Uses, uses
from clausewise.logic.program.program import program_of

WIDTH = 80
"""Columns of a line of text; rules and lists that need more are broken."""
RULE_INDENT = 9
"""Columns before a rule, which hold its number."""


def outline_lines(policy: Policy) -> Iterator[Text]:
    """The policy, clause by clause, in the document's order."""
    yield Text(f"{policy.number} {policy.title}", "bold")
    yield Text(
        f"{policy.source}; in force since {policy.effective}; fingerprint {policy.fingerprint}"
    )
    for section in policy.sections:
        yield Text()
        yield Text(f"{section.label}  {section.title}", "bold")
        for clause in section.clauses:
            depth = clause.label.count(".") - section.label.count(".")
            gate = f"  [{clause.gate}]" if clause.gate else ""
            mark = "" if clause.published else "· "
            yield Text(f"{'  ' * max(depth, 0)}{mark}{clause.label}  {clause.paraphrase}{gate}")
    yield Text()
    yield Text("Parameters", "bold")
    for parameter in policy.parameters:
        yield Text(
            f"  {parameter.name} = {parameter.value} {parameter.unit}  "
            f"({parameter.label}: {parameter.meaning})"
        )
    yield Text()
    yield Text("· marks what the policy itself does not label.", "dim")


def clause_lines(policy: Policy, label: str) -> Iterator[Text]:
    """One clause: its paraphrase, its rules, and what these use."""
    clause = policy.clauses[label]
    yield Text.assemble((clause.label, "bold"), f"  {clause.paraphrase}")
    if not clause.published:
        yield Text("  (a label of ours; the policy has none here)", "dim")
    if clause.gate:
        yield Text(f"  {clause.gate} of {', '.join(clause.parts)}")
    yield Text()
    yield Text(f"  rules {clause.label}/1 to {clause.label}/{len(clause.rules)}")
    for number, rule in enumerate(clause.rules, 1):
        first, *others = rule_layout(rule, WIDTH - RULE_INDENT).splitlines()
        yield Text.assemble("    ", (f"/{number:<{RULE_INDENT - 5}}", "dim"), first)
        for line in others:
            yield Text(" " * RULE_INDENT + line)
    yield Text()
    yield from _used_lines(policy, clause)


def _used_lines(policy: Policy, clause: Clause) -> Iterator[Text]:
    """The numbers, readings, facts, names and codes that the rules of a clause use."""
    used = uses(program_of(policy), clause.label)
    for name in used.parameters:
        parameter = policy.parameter[name]
        yield Text(f"  parameter {name} = {parameter.value} {parameter.unit}: {parameter.meaning}")
    for name in used.readings:
        reading = policy.reading[name]
        yield Text(f"  reading {name} = {reading.default}: {reading.choices[reading.default]}")
        for value in reading.alternatives:
            yield Text(f"    or {value}: {reading.choices[value]}", "dim")
    if used.relations:
        yield Text(f"  facts: {', '.join(used.relations)}")
    for column, names in _own_names(clause, used).items():
        yield Text(f"  {column}: {', '.join(names)}")
    meanings: dict[tuple[str, str], list[str]] = {}
    for row, name in _codes(clause, used):
        note = f" ({row.note})" if row.note else ""
        meanings.setdefault((str(row.code), note), []).append(name)
    for (code, note), meant in meanings.items():
        yield Text(f"  code {code}: {', '.join(meant)}{note}")


def rule_layout(rule: Rule, width: int) -> str:
    """A rule in lines of at most ``width`` characters, as it stands in the policy's modules.

    Where it does not fit one line its body is put in parentheses, one literal a line if need be.
    """
    text = str(rule)
    if len(text) <= width or not rule.body:
        return text
    body = " & ".join(map(str, rule.body))
    if len(body) + 4 > width:
        body = "\n    & ".join(map(str, rule.body))
    return f"{rule.head} <= (\n    {body}\n)"


def _own_names(clause: Clause, used: Uses) -> dict[str, tuple[str, ...]]:
    """The vocabulary names of a leaf; a gate's own rules use none."""
    return {} if clause.gate else dict(used.names)


_KINDS = {"finding": "finding", "diagnosis": "diagnosis", "kind": "therapy", "region": "site"}
"""Columns of rules and the kind of meaning that a standard code gives them."""
_KINDS_OF_FACTS = {
    "measurement": ("measure",),
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


def clause_data(policy: Policy, label: str) -> dict[str, Any]:
    """One clause as plain data."""
    clause = policy.clauses[label]
    used = uses(program_of(policy), label)
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


def policy_data(policy: Policy) -> dict[str, Any]:
    """The whole policy as plain data."""
    return {
        "number": policy.number,
        "title": policy.title,
        "payer": policy.payer,
        "plan": policy.plan,
        "plans": list(policy.plans),
        "effective": policy.effective.isoformat(),
        "until": policy.until.isoformat() if policy.until else None,
        "source": policy.source,
        "fingerprint": policy.fingerprint,
        "parameters": [
            {
                "name": each.name,
                "value": each.value,
                "unit": each.unit,
                "clause": each.label,
                "meaning": each.meaning,
            }
            for each in policy.parameters
        ],
        "readings": reading_data(policy)["readings"],
        "clauses": [clause_data(policy, label) for label in policy.clauses],
    }


def reading_lines(policy: Policy) -> Iterator[Text]:
    """The register of readings."""
    for reading in policy.readings:
        yield Text.assemble((reading.name, "bold"), f"  ({', '.join(reading.labels)})")
        yield Text(f"  {reading.spot}", "italic")
        for value, meaning in reading.choices.items():
            default = "  (default)" if value == reading.default else ""
            yield Text(f"    {value}{default}: {meaning}")


def reading_data(policy: Policy) -> dict[str, Any]:
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
            for reading in policy.readings
        ]
    }
