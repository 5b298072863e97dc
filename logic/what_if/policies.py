"""Two policies, or two versions of one, side by side; and who gets something else under each.

What enters are two plain policies and, for the second question, cases. What leaves says which
clauses are new, gone or changed, which numbers differ, and what each service line gets under each
policy and because of which clauses. Clauses are matched by their id, then by their label, then by
their paraphrase.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from clausewise.facts.case.model import Case
from clausewise.facts.schema import EARLIEST
from clausewise.logic.decision.decide import LineDecision, decide_case
from clausewise.logic.language.dated import NEVER
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Parameter, Policy
from clausewise.logic.language.status import Status
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
    """What differs between two policies."""

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
    known = {each.id for each in after}
    pairs, new = [], []
    for each in after:
        found = by_id.get(each.id)
        # A label that has another clause in the other version names no counterpart.
        if found is None and each.id == each.label:
            found = by_label.get(each.label)
            found = None if found is None or found.id in known else found
        if found is None and (alike := by_text.get(each.paraphrase)) is not None:
            found = None if alike.id in known else alike
        if found is None:
            new.append(each)
        else:
            pairs.append((found, each))
    paired = {one.label for one, _ in pairs}
    return pairs, new, [each for each in before if each.label not in paired]


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


def in_force_always(policy: Policy) -> Policy:
    """The policy as if it were in force on every day, so that its clauses decide and not the day.

    Its parameters and clauses stay those of its version.
    """
    days = {"policy_effective": EARLIEST.toordinal(), "policy_until": NEVER.toordinal()}
    facts = tuple(
        (name, (days[name],) if name in days else row) for name, row in policy.static_facts
    )
    return replace(policy, static_facts=facts)


def under_plan(case: Case, policy: Policy) -> Case:
    """The case as one of a member of the policy's plan."""
    request = case.request.model_copy(update={"plan": policy.plan})
    return case.model_copy(update={"request": request})


def movers(cases: Iterable[tuple[str, Case]], first: Policy, second: Policy) -> Iterator[Mover]:
    """Each service line of the cases, which are given with their places, under both policies.

    The plan of each case is set to that of the policy, and each policy is taken to be in force on
    the day of receipt, so that the clauses decide and neither the plan nor the day.
    """
    one, other = in_force_always(first), in_force_always(second)
    for place, case in cases:
        before = decide_case(under_plan(case, one), one).by_side
        after = decide_case(under_plan(case, other), other).by_side
        for side in dict.fromkeys([*before, *after]):
            old, new = before.get(side), after.get(side)
            yield Mover(
                case.case,
                place,
                side,
                str(old.determination) if old else "absent",
                str(new.determination) if new else "absent",
                _grounds(old),
                _grounds(new),
            )


def _grounds(line: LineDecision | None) -> tuple[str, ...]:
    """The clauses that decide a line: of one that no policy governs those of the scope."""
    if line is None:
        return ()
    if line.decisive or line.determination == "medically_necessary":
        return line.decisive
    open_scope = [each for each in line.unmet_scope if line.statuses[each] != Status.MET]
    return tuple(open_scope)
