"""A policy with all its own names replaced by others, and texts about it with the names put back.

Labels, the relations that its rules define, parameters, readings and their values are renamed
throughout, so that whatever knows one of them by name no longer finds it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from clausewise.logic.language import criteria, determination_rules
from clausewise.logic.language.advice import Advice
from clausewise.logic.language.notation import Clause, Section
from clausewise.logic.language.policy import Parameter, Path, Policy, Reading
from clausewise.logic.language.rules import (
    Atom,
    Body,
    Comparison,
    Literal,
    Negation,
    Relation,
    Rule,
    Term,
    Total,
)

CORE = {
    each.name
    for module in (criteria, determination_rules)
    for each in vars(module).values()
    if isinstance(each, Relation)
}
"""The relations of the notation itself, which every policy has."""


@dataclass(frozen=True)
class Scrambled:
    """The renamed policy and the original names by the new ones."""

    policy: Policy
    originals: Mapping[str, str]

    def put_back(self, text: str) -> str:
        """A text about the renamed policy with its original names."""
        return re.sub(r"zz\d+q", lambda found: self.originals[found[0]], text)


def scrambled(policy: Policy) -> Scrambled:
    """The policy with every name of its own replaced by one such as ``zz17q``.

    Of a label each part between dots is replaced, so that D.I.B still holds D.I.B.2.
    """
    originals: dict[str, str] = {}

    def new(name: str) -> str:
        token = f"zz{len(originals)}q"
        originals[token] = name
        return token

    # The clause of this label is written by the notation, not by the policy.
    parts: dict[str, str] = {"determination": "determination"}
    labels = {label: _label(label, parts, new) for label in policy.clauses}
    relations: dict[Relation, Relation] = {}
    readings = {each.name: new(each.name) for each in policy.readings}
    values = {(each.name, value): new(value) for each in policy.readings for value in each.choices}
    parameters = {each.name: new(each.name) for each in policy.parameters}

    def relation(each: Relation) -> Relation:
        if each.is_input or each.name in CORE:
            return each
        if each not in relations:
            relations[each] = replace(each, name=new(each.name))
        return relations[each]

    def term(atom: Atom, place: int, each: Term) -> Term:
        if not isinstance(each, str):
            return each
        if atom.relation.columns[place] == "part" or place == atom.relation.by_clause:
            return labels[each]
        if atom.relation.name == "parameter":
            return parameters[each]
        if atom.relation.name == "reading":
            return readings[each] if place == 0 else values[str(atom.terms[0]), each]
        return each

    def atom(each: Atom) -> Atom:
        terms = tuple(term(each, place, found) for place, found in enumerate(each.terms))
        return Atom(relation(each.relation), terms)

    def literals(found: Iterable[Literal]) -> tuple[Literal, ...]:
        renamed: list[Literal] = []
        chosen: dict[str, str] = {}
        for each in found:
            match each:
                case Atom():
                    if each.relation.name == "reading" and not isinstance(each.terms[1], str):
                        chosen[str(each.terms[1])] = str(each.terms[0])
                    renamed.append(atom(each))
                case Negation(inner):
                    renamed.append(Negation(atom(inner)))
                case Total(result, value, inner):
                    renamed.append(Total(result, value, atom(inner)))
                case Comparison(symbol, left, right) if str(left) in chosen:
                    # A reading that is bound and compared with one of its values.
                    value_of = values[chosen[str(left)], str(right)]
                    renamed.append(Comparison(symbol, left, value_of))
                case Comparison():
                    renamed.append(each)
        return Body(tuple(renamed)).literals

    def identifier(each: Rule) -> str:
        label, _, number = each.identifier.rpartition("/")
        return f"{labels[label]}/{number}"

    def clause(each: Clause) -> Clause:
        rules = [
            Rule(identifier(rule), labels[rule.label], atom(rule.head), literals(rule.body))
            for rule in each.rules
        ]
        return replace(
            each,
            label=labels[each.label],
            id=labels[each.label],
            name=labels[each.label] if each.name == each.label else each.name,
            parts=tuple(labels[part] for part in each.parts),
            further_parts=tuple(labels[part] for part in each.further_parts),
            decides=labels[each.decides] if each.decides else "",
            rules=rules,
        )

    sections = tuple(
        Section(_label(each.label, parts, new), each.title, [clause(own) for own in each.clauses])
        for each in policy.sections
    )
    by_name = {each.name: renamed.name for each, renamed in relations.items()}
    renamed = replace(
        policy,
        sections=sections,
        parameters=tuple(
            Parameter(
                parameters[each.name], each.value, each.unit, labels[each.label], each.meaning
            )
            for each in policy.parameters
        ),
        readings=tuple(
            Reading(
                readings[each.name],
                {values[each.name, value]: text for value, text in each.choices.items()},
                tuple(labels.get(label, label) for label in each.labels),
                each.spot,
            )
            for each in policy.readings
        ),
        paths=tuple(
            Path(
                each.procedure,
                each.name,
                labels[each.root],
                tuple(labels[label] for label in each.exclusions),
                tuple(labels[label] for label in each.further_exclusions),
                each.further_when and (readings[each.further_when[0]], values[each.further_when]),
            )
            for each in policy.paths
        ),
        roles={role: by_name[name] for role, name in policy.roles.items()},
        advice=_advice(policy.advice, labels, by_name, readings, values),
        scope=labels[policy.scope],
    )
    return Scrambled(renamed, originals)


def _label(label: str, parts: dict[str, str], new: Callable[[str], str]) -> str:
    """The label with each piece replaced; ``parts`` remembers each beginning of a label."""
    found = []
    pieces = re.split(r"([./])", label)
    for place, piece in enumerate(pieces):
        whole = "".join(pieces[: place + 1])
        if piece not in (".", "/") and whole not in parts:
            parts[whole] = new(piece)
        found.append(parts.get(whole, piece))
    return "".join(found)


def _advice(
    advice: Advice,
    labels: Mapping[str, str],
    relations: Mapping[str, str],
    readings: Mapping[str, str],
    values: Mapping[tuple[str, str], str],
) -> Advice:
    data = advice.model_dump()
    for row in data["advisory"]:
        for key in ("clauses", "requires", "met", "not_met"):
            if key in row:
                row[key] = [labels[label] for label in row[key]]
        for key in ("relation", "without"):
            if row.get(key):
                row[key] = relations[row[key]]
        if "path" in row:
            row["path"] = labels[row["path"]]
        if "touches" in row:
            row["touches"] = {
                name: [labels[label] for label in found] for name, found in row["touches"].items()
            }
    data["limited_by_a_period"] = [labels[label] for label in data["limited_by_a_period"]]
    for row in data["sides_not_needed"]:
        row["value"] = values[row["reading"], row["value"]]
        row["reading"] = readings[row["reading"]]
    for key in ("any_side_counts_under", "undated_never_counts_under"):
        if data[key] is not None:
            name, value = data[key]
            data[key] = (readings[name], values[name, value])
    return Advice.model_validate(data)
