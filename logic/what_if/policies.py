"""Two policies, or two versions of one, side by side; and who gets something else under each.

What enters are two plain policies and, for the second question, cases. What leaves says which
clauses are new, gone or changed, which numbers differ, and what each service line gets under each
policy and because of which clauses; of a cohort the same is told by ``logic.cohort``. Clauses are
matched by their id, then by their label, then by their paraphrase, then by what they ask for.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.columns import EARLIEST
from clausewise.facts.schema import KNOWN_PLANS, OTHER_PLAN
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.language.dated import NEVER
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Parameter, Policy
from clausewise.logic.program.dependencies import uses
from clausewise.logic.program.program import program_of


@dataclass(frozen=True, slots=True)
class ChangedClause:
    """A clause that both have: ``what`` of it differs."""

    first: Clause
    second: Clause
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ParameterPair:
    """A number under each policy; None where one of them does not have it."""

    name: str
    first: Parameter | None
    second: Parameter | None

    @property
    def same(self) -> bool:
        """Whether both have it with the same value and unit."""
        one, other = self.first, self.second
        return (
            one is not None
            and other is not None
            and (one.value, one.unit) == (other.value, other.unit)
        )


@dataclass(frozen=True)
class PolicyComparison:
    """What differs between two policies; ``same`` are clauses of the second."""

    first: Policy
    second: Policy
    new: tuple[Clause, ...]
    gone: tuple[Clause, ...]
    changed: tuple[ChangedClause, ...]
    same: tuple[Clause, ...]
    parameters: tuple[ParameterPair, ...]


@dataclass(frozen=True, slots=True)
class Mover:
    """A service line under each policy, and the clauses that decide it there.

    ``place`` is where the case was read. Where no policy governs, the clauses of the scope decide.
    """

    case: str
    place: str
    side: str
    before: str
    after: str
    decisive_before: tuple[str, ...]
    decisive_after: tuple[str, ...]

    @property
    def moves(self) -> bool:
        """Whether the line gets something else."""
        return self.before != self.after


@dataclass(frozen=True)
class Moves:
    """Who gets something else under the second of two policies.

    ``lines`` is how many service lines were decided, ``moving`` how many of them move.
    ``from_to`` counts them by both determinations, ``because`` by the clauses that decide as well,
    each with the most lines first. ``listed`` are the lines; of very many those that move, and of
    these the first. ``rejected`` cases could not be read.
    """

    lines: int
    moving: int
    from_to: tuple[Mapping[str, Any], ...]
    because: tuple[Mapping[str, Any], ...]
    listed: tuple[Mover, ...]
    rejected: int = 0


def moves_of(listed: Iterable[Mover]) -> Moves:
    """The moves among lines that are all given."""
    every = tuple(listed)
    moving = [each for each in every if each.moves]
    pairs = Counter((each.before, each.after) for each in moving)
    grounds = Counter(
        (each.before, each.after, each.decisive_before, each.decisive_after) for each in moving
    )
    names = ("from", "to", "decisive_before", "decisive_after")
    return Moves(
        len(every),
        len(moving),
        tuple({"from": old, "to": new, "lines": n} for (old, new), n in pairs.most_common()),
        tuple(
            {**dict(zip(names, each, strict=True)), "lines": n} for each, n in grounds.most_common()
        ),
        every,
    )


def compare_policies(first: Policy, second: Policy) -> PolicyComparison:
    """Which clauses of ``second`` are new, gone or changed since ``first``, and the numbers."""
    pairs, new, gone = _matched(first, second)
    changed, same = [], []
    for one, other in pairs:
        what = tuple(_differences(first, one, second, other))
        if what:
            changed.append(ChangedClause(one, other, what))
        else:
            same.append(other)
    names = dict.fromkeys([*first.parameter, *second.parameter])
    return PolicyComparison(
        first,
        second,
        tuple(new),
        tuple(gone),
        tuple(changed),
        tuple(same),
        tuple(
            ParameterPair(name, first.parameter.get(name), second.parameter.get(name))
            for name in names
        ),
    )


def _matched(
    first: Policy, second: Policy
) -> tuple[list[tuple[Clause, Clause]], list[Clause], list[Clause]]:
    """The clauses that both have, those of the second alone, and those of the first alone."""
    before, after = _criteria(first), _criteria(second)
    by_id = {each.id: each for each in before}
    by_label = {each.label: each for each in before}
    by_text = {each.paraphrase: each for each in before}
    by_names, asked = _by_names(before), {each.label: _names(each) for each in after}
    alone = Counter(asked.values())
    known = {each.id for each in after}
    taken: set[str] = set()
    pairs, new = [], []
    for each in after:
        found = by_id.get(each.id)
        # A label that has another clause in the other version names no counterpart.
        if found is None and each.id == each.label:
            found = by_label.get(each.label)
            found = None if found is None or found.id in known else found
        names = asked[each.label]
        for alike in (by_text.get(each.paraphrase), by_names.get(names)):
            # Names that several clauses of the second ask for do not tell which is meant.
            if found is None and alike is not None and alike.id not in known | taken:
                found = alike if alone[names] == 1 or each.paraphrase == alike.paraphrase else None
        if found is None:
            new.append(each)
        else:
            taken.add(found.id)
            pairs.append((found, each))
    paired = {one.label for one, _ in pairs}
    return pairs, new, [each for each in before if each.label not in paired]


def _names(clause: Clause) -> tuple[str, frozenset[str]]:
    """What a leaf asks for: its kind and the findings, measures and imaging results it names.

    Of a gate, and of a leaf that names none, it is the clause itself.
    """
    asked_for = {**VOCABULARY.findings, **VOCABULARY.measures, **VOCABULARY.imaging_results}
    terms = {term for rule in clause.rules for atom, _ in rule.atoms() for term in atom.terms}
    names = {term for term in terms if isinstance(term, str) and term in asked_for}
    return clause.kind, frozenset({clause.label} if clause.gate or not names else names)


def _by_names(clauses: Iterable[Clause]) -> dict[tuple[str, frozenset[str]], Clause]:
    """The clauses by what they ask for, where no other one asks for the same."""
    found = [(_names(each), each) for each in clauses]
    count = Counter(names for names, _ in found)
    return {names: each for names, each in found if count[names] == 1}


def _criteria(policy: Policy) -> list[Clause]:
    return [each for each in policy.clauses.values() if each.kind != "definition"]


def _differences(first: Policy, one: Clause, second: Policy, other: Clause) -> Iterator[str]:
    """What differs between two clauses, in words."""
    if one.label != other.label:
        yield f"label: {one.label}, now {other.label}"
    if one.paraphrase != other.paraphrase:
        yield f"text: {one.paraphrase}, now {other.paraphrase}"
    if one.gate != other.gate:
        yield f"kind: {one.gate or 'leaf'}, now {other.gate or 'leaf'}"
    added = [each for each in other.parts if each not in one.parts]
    removed = [each for each in one.parts if each not in other.parts]
    if added:
        yield f"also asks for {', '.join(added)}"
    if removed:
        yield f"no longer asks for {', '.join(removed)}"
    if not (added or removed) and list(map(str, one.rules)) != list(map(str, other.rules)):
        yield "its rules"
    used = [
        set(uses(program_of(policy), clause.label).parameters)
        for policy, clause in ((first, one), (second, other))
    ]
    for name in sorted(used[0] & used[1]):
        values = first.parameter[name].value, second.parameter[name].value
        if values[0] != values[1]:
            unit = second.parameter[name].unit
            yield f"{name}: {values[0]}, now {values[1]} {unit}"


def as_if_governing(policy: Policy) -> Policy:
    """The policy as if it were in force on every day and written for every plan, so that its
    clauses decide and neither the plan nor the day.

    Its parameters and clauses stay those of its version.
    """
    days = {"policy_effective": EARLIEST.toordinal(), "policy_until": NEVER.toordinal()}
    facts = [
        (name, (days[name],) if name in days else row)
        for name, row in policy.static_facts
        if name != "policy_plan"
    ]
    facts += [("policy_plan", (plan,)) for plan in sorted((*KNOWN_PLANS, OTHER_PLAN))]
    return replace(policy, static_facts=tuple(facts))


def governing_sentence(first: Policy, second: Policy) -> str:
    """What was assumed so that both policies could decide the same cases."""
    return (
        f"each case counts as one of a plan of {first.version} and of {second.version}, and both "
        "as in force on the day of receipt"
    )


def exact_verdict(found: PolicyComparison) -> str:
    """The sentence that says how to ask which policy is stricter over all records.

    For policies without a procedure in common it says that there is nothing to ask.
    """
    one, other = found.first, found.second
    if not one.procedures_with(other):
        return (
            f"{one.version} and {other.version} have no procedure in common: what one of them "
            "decides, the other does not govern, so neither is stricter."
        )
    return (
        "Which of them is stricter, over all records and not only some cases, is answered by: "
        f"clausewise analyse {one.version} --against {other.version}"
    )


def decided_under_both(case: Case, first: Policy, second: Policy) -> tuple[Decision, Decision]:
    """The case as each policy decides it, both as if they governed it."""
    one, other = (decide_case(case, as_if_governing(each)) for each in (first, second))
    return one, other


def movers_of(place: str, before: Decision, after: Decision) -> list[Mover]:
    """Each service line of a case that was decided under both policies."""
    return [
        Mover(
            before.case.case,
            place,
            old.side,
            str(old.determination),
            str(new.determination),
            old.decisive or old.unmet_scope,
            new.decisive or new.unmet_scope,
        )
        for old, new in zip(before.lines, after.lines, strict=True)
    ]


def movers(cases: Iterable[tuple[str, Case]], first: Policy, second: Policy) -> Iterator[Mover]:
    """Each service line of the cases, which are given with their places, under both policies, as
    if both governed it."""
    for place, case in cases:
        yield from movers_of(place, *decided_under_both(case, first, second))
