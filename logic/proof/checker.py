"""An independent checker of proof certificates: is this proof valid for this case and policy?

It uses neither pyDatalog nor the prover nor the reading of cases that these rest on, only the
policy's clauses as data and the case as plain data (``logic.proof.case_facts``). It finds every
instance of every rule in its own way, relation by relation, and holds the certificate against them:
a step too many, one missing, or any changed value is refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.errors import ClausewiseError
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
)
from clausewise.logic.proof.case_facts import calendar_of, facts_in
from clausewise.logic.proof.rows import Binding, Row, Rows

OPERATORS: dict[str, Any] = {"==": eq, "!=": ne, "<": lt, "<=": le, ">": gt, ">=": ge}
OPERATORS |= {"+": add, "-": sub, "*": mul}
MOST_PROOF_BYTES = 64 * 1_048_576
KEYS = {"format", "policy", "case", "readings", "parameters", "lines", "steps"}


class Refused(ClausewiseError):  # noqa: N818 - it is an answer, not a failure
    """The certificate does not prove what it says; the message tells why."""


@dataclass(frozen=True, slots=True)
class Proved:
    """What a valid certificate proves: the determination of each line, by side, of which case,
    under which policy, readings and parameters, and by how many rule instances."""

    case: str
    policy: Mapping[str, str]
    readings: Mapping[str, str]
    parameters: Mapping[str, int]
    determinations: Mapping[str, str]
    steps: int
    what_if: str = ""
    """That the choices are not the policy's own; empty when they are."""
    as_of: str = ""
    """The day by which the plan had received what it rests on; empty where that is all."""
    from_file: bool = False
    """Whether the case was held against the text of its case file (``case_text``). If not, the way
    is proved from the case as it was read: from FHIR, from relations, or given as a case."""
    notice: str = ""
    """That the policy is not the one of the request; mostly empty."""


def check(
    text: str,
    case: Case,
    policy: Policy,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Proved:
    """What ``text``, a certificate, proves of ``case`` under ``policy``; raises Refused if nothing.

    It has to rest on the policy's own readings and parameters, changed only by those given.
    """
    proof = _read(text)
    choices: dict[str, Any] = {
        "readings": policy.default_readings | dict(readings or {}),
        "parameters": policy.default_parameters | dict(parameters or {}),
    }
    plain = plain_data(case)
    _check_head(proof, plain, policy, choices)
    rows = _facts(choices, plain, policy)
    found: list[str] = []
    for rule in _in_order(policy):
        head = rows.setdefault(rule.head.key, set())
        for binding in _instances(rule, rows):
            found.append(_text({"rule": rule.identifier, "binding": binding}))
            head.add(_row(rule.head, binding))
    claimed = [_text(step) for step in proof["steps"]]
    if sorted(claimed) != sorted(found):
        wrong = sorted(set(claimed) ^ set(found)) or ["one stands twice"]
        raise Refused(f"steps are missing or are no instances of rules, the first: {wrong[0]}")
    _check_lines(proof, case, policy, rows)
    return Proved(
        case.case,
        proof["policy"],
        **choices,
        determinations={line["side"]: line["determination"] for line in proof["lines"]},
        steps=len(found),
        what_if=_what_if(policy, choices),
    )


def _read(text: str) -> dict[str, Any]:
    try:
        proof = json.loads(text)
    except (ValueError, RecursionError):
        raise Refused("the proof is not JSON") from None
    if (
        not isinstance(proof, dict)
        or set(proof) - {"what_if"} != KEYS
        or proof["format"] != "clausewise-proof/1"
    ):
        raise Refused("the proof does not have the parts and format of a certificate")
    if _text(proof) != text.rstrip("\n"):
        raise Refused("the proof is not in canonical form")
    if not isinstance(proof["steps"], list) or not isinstance(proof["lines"], list):
        raise Refused("the proof has no lists of steps and lines")
    return proof


def _text(value: Any) -> str:
    """Canonical JSON, written here once more so that nothing is shared with the prover."""
    return json.dumps(
        value,
        sort_keys=True,
        separators=(",", ":"),
        default=lambda other: (
            {"decimal": str(other)} if isinstance(other, Decimal) else other.isoformat()
        ),
    )


def _check_head(
    proof: dict[str, Any], case: Mapping[str, Any], policy: Policy, choices: Mapping[str, Any]
) -> None:
    effective = policy.effective.isoformat()
    identity = {"number": policy.number, "effective": effective, "fingerprint": policy.fingerprint}
    # As text, because 5.0 equals 5 and true equals 1.
    if _text(proof["policy"]) != _text(identity):
        raise Refused(f"the proof is of another policy or version: {proof['policy']}")
    digest = hashlib.sha256(_text(case).encode()).hexdigest()
    if _text(proof["case"]) != _text({"case": case["case"], "sha256": digest}):
        raise Refused("the proof is of another case")
    for kind, expected in choices.items():
        if _text(proof[kind]) != _text(expected):
            raise Refused(f"the proof rests on other {kind} than those asked about")
    said = _what_if(policy, choices)
    if ("what_if" in proof) != bool(said) or _text(proof.get("what_if", "")) != _text(said):
        raise Refused("the proof does not say rightly whether its choices are the policy's own")


def _what_if(policy: Policy, choices: Mapping[str, Any]) -> str:
    """That choices are not the policy's own, written here once more; empty when they are."""
    own: dict[str, Any] = {**policy.default_readings, **policy.default_parameters}
    said = [
        f"{name} read as {value}"
        for name, value in choices["readings"].items()
        if value != own[name]
    ]
    said += [
        f"{name} {value} instead of {own[name]}"
        for name, value in choices["parameters"].items()
        if value != own[name]
    ]
    return f"What if: {'; '.join(said)}" if said else ""


def _facts(choices: Mapping[str, Any], case: Mapping[str, Any], policy: Policy) -> Rows:
    """The facts of the case, the choices, and what the policy gives."""
    rows = Rows(facts_in(case))
    rows["reading"] = set(choices["readings"].items())
    rows["parameter"] = set(choices["parameters"].items())
    periods = {each.name for each in policy.parameters if each.unit == "months"}
    months = [value for name, value in choices["parameters"].items() if name in periods]
    anchors = rows["received"] | rows.get("planned_service_date", set())
    rows.update(calendar_of({day for (day,) in anchors}, months))
    for name, row in policy.static_facts:
        rows.setdefault(name, set()).add(row)
    return rows


def _in_order(policy: Policy) -> Iterator[Rule]:
    """The rules, those of a relation after all rules of the relations they use."""
    by_relation: dict[str, list[Rule]] = {}
    used: dict[str, set[str]] = {}
    for rule in policy.rules():
        by_relation.setdefault(rule.head.key, []).append(rule)
        used.setdefault(rule.head.key, set()).update(atom.key for atom, _ in rule.atoms())
    try:
        for key in TopologicalSorter(used).static_order():
            yield from by_relation.get(key, ())
    except CycleError:
        raise Refused("the rules of the policy are recursive") from None


def _instances(rule: Rule, rows: Rows) -> Iterator[Binding]:
    """The bindings under which every literal of the body holds."""

    def extend(place: int, binding: Binding) -> Iterator[Binding]:
        if place == len(rule.body):
            yield binding
            return
        literal = rule.body[place]
        if isinstance(literal, Atom):
            for row in rows.fitting(literal, binding):
                further = _matched(literal, row, binding)
                if further is not None:
                    yield from extend(place + 1, further)
        elif isinstance(literal, Negation):
            if _row(literal.atom, binding) not in rows.get(literal.atom.key, ()):
                yield from extend(place + 1, binding)
        elif isinstance(literal, Total):
            total = _total(literal, binding, rows)
            yield from extend(place + 1, {**binding, literal.result.name: total})
        else:
            further = _compared(literal, binding)
            if further is not None:
                yield from extend(place + 1, further)

    yield from extend(0, {})


def _matched(atom: Atom, row: Row, binding: Binding) -> Binding | None:
    further = dict(binding)
    for term, value in zip(atom.arguments, row, strict=True):
        expected = further.setdefault(term.name, value) if isinstance(term, Variable) else term
        if expected != value:
            return None
    return further


def _row(atom: Atom, binding: Binding) -> Row:
    return tuple(_value(term, binding) for term in atom.arguments)


def _value(term: Term, binding: Binding) -> Any:
    if isinstance(term, Variable):
        return binding[term.name]
    if isinstance(term, Expression):
        return OPERATORS[term.symbol](_value(term.left, binding), _value(term.right, binding))
    return term


def _total(literal: Total, binding: Binding, rows: Rows) -> int:
    """The sum of a column over the rows that fit, or their number."""
    matched = [_matched(literal.atom, row, binding) for row in rows.fitting(literal.atom, binding)]
    name = None if literal.value is None else literal.value.name
    return sum(1 if name is None else found[name] for found in matched if found is not None)


def _compared(literal: Comparison, binding: Binding) -> Binding | None:
    left = literal.left
    if isinstance(left, Variable) and literal.symbol == "==" and left.name not in binding:
        return {**binding, left.name: _value(literal.right, binding)}
    holds = OPERATORS[literal.symbol](_value(left, binding), _value(literal.right, binding))
    return binding if holds else None


def _check_lines(proof: dict[str, Any], case: Case, policy: Policy, rows: Rows) -> None:
    """What the certificate says of each line follows from its steps, and nothing is left out."""
    if len(proof["lines"]) != len(case.sides):
        raise Refused("the proof does not speak of the lines of the case")
    for side, line in zip(case.sides, proof["lines"], strict=True):
        labels, root = _labels(proof, policy, rows)
        statuses = {label: _status(label, side, rows) for label in labels}
        ((outcome,),) = [{row[1] for row in rows["determination"] if row[0] == side}]
        expected = {"side": side, "determination": outcome, "statuses": statuses}
        expected["decisive"] = list(_reasons(policy, root, outcome, statuses))
        if _text(line) != _text(expected):
            raise Refused(f"{side}: what the proof says of the line does not follow from its steps")


def _labels(proof: dict[str, Any], policy: Policy, rows: Rows) -> tuple[set[str], str]:
    """The clauses that a line has to have a status for, and the root of its path."""
    roots, own_root = [policy.scope], ""
    for path in policy.paths:
        if (path.procedure,) in rows["procedure"]:
            own_root = path.root
            roots += [path.root, *path.exclusions]
            when = path.further_when
            if when is not None and proof["readings"][when[0]] == when[1]:
                roots += path.further_exclusions
    return {label for root in roots for label in policy.labels_below(root)}, own_root


def _status(label: str, side: str, rows: Rows) -> str:
    names = ("met", "not_met", "conflicting")
    held = (name for name in names if (side,) in rows.get(f"{name}[{label}]", ()))
    return next(held, "undocumented")


def _reasons(policy: Policy, root: str, outcome: str, statuses: Mapping[str, str]) -> Iterator[str]:
    """The decisive clauses: down ALL gates from the root, and the exclusions that decide."""
    if not root or outcome in ("not_governed", "medically_necessary"):
        return
    denied = outcome == "not_medically_necessary"
    wanted = {"not_met"} if denied else {"undocumented", "conflicting"}
    waiting = [root]
    while waiting:
        label = waiting.pop(0)
        if statuses[label] not in wanted:
            continue
        clause = policy.clauses[label]
        parts = [part for part in clause.parts if policy.clauses[part].published]
        if clause.gate == "ALL" and parts:
            waiting[:0] = parts
        else:
            yield label
    for label, clause in policy.clauses.items():
        decides = statuses.get(label) == ("met" if denied else "conflicting")
        if clause.kind == "exclusion" and clause.published and decides:
            yield label
