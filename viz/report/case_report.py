"""What the audit report says about each line: reasons, proof tree, evidence, what is missing.

Only puts together what the determination, the proof, the readings and the missing documentation
say; how it looks is the template's business.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from clausewise.facts.case.model import Case, Review
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.advisories import Advisory
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import describe, id_of, names_of, said_side, show_source
from clausewise.logic.explain.because import (
    blocks,
    criteria_in_words,
    exclusions_in_words,
    grounds,
    headline,
    in_the_way,
    other_readings,
)
from clausewise.logic.explain.clauses import ClauseView, Explainer, label_in_words
from clausewise.logic.explain.ledger import Account
from clausewise.logic.explain.result import (
    line_advisories,
    proof_steps,
    steps_data,
    waits_for_physician,
)
from clausewise.logic.language.choices import choose
from clausewise.logic.program.gates import gate_of
from clausewise.logic.readings.conditional_model import OtherReading, ReadingSensitivity
from clausewise.logic.what_if.compare import changed_choices
from clausewise.logic.what_if.missing import Missing, missing
from clausewise.logic.what_if.next_steps import next_steps
from clausewise.viz.errors import PictureError
from clausewise.viz.picture.boxes import section_of
from clausewise.viz.picture.looks import LOOKS
from clausewise.viz.picture.overlay import Shown, standing, with_values
from clausewise.viz.picture.picture import line_picture
from clausewise.viz.picture.words import spelled

ProofStep = Mapping[str, Any]


@dataclass(frozen=True)
class ClauseNode:
    """A clause in the proof tree: its view, how it is shown, its own proof steps, its parts.

    ``picture`` is the label of the box that shows it, "" when no picture is drawn.
    """

    view: ClauseView
    shown: Shown
    mark: str
    gate: str
    steps: tuple[ProofStep, ...]
    parts: tuple[ClauseNode, ...]
    picture: str

    @property
    def unfolded(self) -> bool:
        """Whether something below it decided, so that it is shown unfolded."""
        return self.shown.lit or any(part.unfolded for part in self.parts)


@dataclass(frozen=True)
class Group:
    """Clauses of the proof tree under one heading; ``label`` is what a picture's box links to."""

    label: str
    title: str
    nodes: tuple[ClauseNode, ...]


@dataclass(frozen=True)
class EvidenceRow:
    """One entry of the record: what it says, where it was read, and the clauses it speaks in.

    ``told`` says where it ends in the ledger, and why.
    """

    key: str
    name: str
    text: str
    day: str
    side: str
    source: str
    clauses: tuple[str, ...]
    told: str = ""


MOST_PROOF_STEPS = 20_000
"""Steps of a line's proof that a page shows; a proof of more is left out."""


@dataclass(frozen=True)
class LineReport:
    """Everything the report says about one line; ``prefix`` begins all its ids.

    ``left_out`` is how many steps the proof has where these are too many for a page.
    """

    prefix: str
    side: str
    procedure: str
    determination: str
    look: str
    mark: str
    for_review: bool
    summary: str
    reasons: tuple[ClauseView, ...]
    picture: str
    groups: tuple[Group, ...]
    goal: ProofStep
    goal_label: str
    further_steps: tuple[ProofStep, ...]
    left_out: int
    rules: frozenset[str]
    evidence: tuple[EvidenceRow, ...]
    missing: Missing
    rests_on: tuple[str, ...]
    other_readings: tuple[OtherReading, ...]
    would: tuple[str, ...]
    headline: str
    codes: str
    next_steps: tuple[str, ...]
    advisories: tuple[Advisory, ...]
    names: Mapping[str, str]
    """What each entry is called, by its key."""
    labels: Mapping[str, str]
    """What each clause is called: its label, or that of the clause it is a part of and its name."""


def line_report(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity
) -> LineReport:
    """What the report says about one line."""
    return _Builder(decision, line, sensitivity).report()


def line_card(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity, *, prefix: str = ""
) -> LineReport:
    """The same without picture, proof steps and missing documentation, for a small display.

    With an ``prefix`` the clauses have ids that begin with it, and lead to a picture's boxes.
    """
    return _Builder(decision, line, sensitivity, small=True, prefix=prefix).report()


class _Builder:
    def __init__(
        self,
        decision: Decision,
        line: LineDecision,
        sensitivity: ReadingSensitivity,
        *,
        small: bool = False,
        prefix: str = "",
    ) -> None:
        self.decision, self.line, self.sensitivity = decision, line, sensitivity
        self.policy = decision.policy
        self.small = small
        self.prefix = prefix if small else f"{line.side}-"
        self.explainer = Explainer(decision, line)
        self.overlay = standing(decision, line)
        self.steps: Sequence[ProofStep] = []
        self.steps_of: Mapping[str, Sequence[int]] = {}
        self.goal = 0
        self.left_out = 0
        if not small:
            self.goal, clauses, steps = proof_steps(line)
            if len(steps) > MOST_PROOF_STEPS:
                self.left_out = len(steps)
            else:
                self.steps, self.steps_of = steps_data(decision, line, steps), clauses
        self.listed: set[int] = {self.goal}

    def report(self) -> LineReport:
        line = self.line
        picture = self._picture()
        drawn = bool(picture) or (self.small and bool(self.prefix) and self.line.path is not None)
        path = line.path
        scope = (self._node(self.decision.policy.scope, drawn),)
        groups = [Group("given", "Given: where the policy governs", scope)]
        if path is not None:
            criteria = (self._node(path.root, drawn),)
            groups.append(Group("criteria", f"If: criteria {path.root}", criteria))
            labels = [
                label
                for label in (*path.exclusions, *path.further_exclusions)
                if label in line.exclusions
            ]
            nodes = tuple(self._node(label, drawn) for label in labels)
            title = "Unless: exclusions, of which one is enough to deny"
            if labels:
                groups.append(Group(section_of(self.policy, labels[0]).label, title, nodes))
        further = tuple(step for step in self.steps if step["step"] not in self.listed)
        reasons = tuple(self.explainer.view(label) for label in grounds(line))
        missing = self._missing()
        return LineReport(
            prefix=self.prefix,
            side=said_side(line),
            procedure=(
                path.name if path is not None else VOCABULARY.called_procedure(line.procedure)
            ),
            determination=line.determination,
            look=self.overlay.outcome.look,
            mark=LOOKS[self.overlay.outcome.look].mark,
            for_review=waits_for_physician(self.decision, line),
            summary=self._summary(),
            reasons=tuple(in_the_way(view) if blocks(view) else view for view in reasons),
            picture=picture,
            groups=tuple(groups),
            goal=self.steps[self.goal] if self.steps else {},
            goal_label=f"{path.root}/determination" if path is not None else "determination",
            further_steps=further,
            left_out=self.left_out,
            rules=frozenset(
                each["rule"]
                for step in self.steps
                for each in (*step.get("because", ()), *step.get("attempts", ()))
            ),
            evidence=tuple(self._evidence(groups)),
            missing=missing,
            rests_on=self.sensitivity.rests_on(line.side),
            other_readings=self.sensitivity.alternatives(line.side),
            would=tuple(other_readings(self.decision, line, self.sensitivity)),
            headline=headline(line, reasons),
            codes=" or ".join(procedure_codes(self.decision.case)),
            next_steps=tuple(self._next_steps(reasons, missing)),
            advisories=line_advisories(self.decision, line, self.sensitivity),
            names=names_of(self.decision.entries),
            labels={
                label: spelled(label_in_words(self.policy, label)) for label in self.policy.clauses
            },
        )

    def _next_steps(self, reasons: Sequence[ClauseView], missing: Missing) -> Iterator[str]:
        line = self.line
        if line.determination == "medically_necessary":
            yield "Nothing more is needed."
            return
        if line.determination == "not_governed":
            yield "Find the policy that governs the request."
            return
        further = None if self.small else missing.further
        yield from next_steps(self.decision, line, reasons, further)
        if waits_for_physician(self.decision, line):
            yield "A licensed physician has to review and sign the denial."

    def _missing(self) -> Missing:
        if self.small:
            return Missing(self.line.side, self.line.determination, self.line.decisive, ())
        return missing(self.decision, self.line, explainer=self.explainer)

    def _picture(self) -> str:
        if self.small:
            return ""
        try:
            overlay = with_values(self.overlay, self.decision, self.line, explainer=self.explainer)
            return line_picture(self.line, overlay, prefix=self.prefix, link=True).svg
        except PictureError:
            return ""

    def _summary(self) -> str:
        line = self.line
        if line.path is None:
            return "The policy has no criteria for this procedure."
        published = [label for label in line.exclusions if self.policy.clauses[label].published]
        exclusions = exclusions_in_words([line.statuses[label] for label in published])
        return f"{criteria_in_words(line)}; {exclusions}."

    def _node(self, label: str, drawn: bool, view: ClauseView | None = None) -> ClauseNode:
        view = view or self.explainer.view(label)
        below = {part.label: part for part in view.parts}
        clause = self.policy.clauses[label]
        shown = self.overlay.of(label)
        gate = gate_of(self.line.program, label, self.decision.choices)
        steps = tuple(self._own_steps(label))
        own = [
            part
            for part in gate.parts or clause.parts
            if part in clause.parts or part.startswith(f"{label}.")
        ]
        return ClauseNode(
            view=view,
            shown=shown,
            mark=LOOKS[shown.look].mark,
            gate=gate.words if len(gate.parts) > 1 else "",
            steps=steps,
            parts=tuple(self._node(part, drawn, below.get(part)) for part in own),
            picture=label if drawn else "",
        )

    def _own_steps(self, label: str) -> Iterator[ProofStep]:
        """The proof steps of a clause, down to facts, without those of other clauses.

        A step that another clause has shown already is only linked to.
        """
        waiting = list(self.steps_of.get(label, ()))
        while waiting:
            number = waiting.pop(0)
            step = self.steps[number]
            key = str(step["relation"])
            status, bracket, rest = key.partition("[")
            foreign = bracket and rest[:-1] != label and rest[:-1] in self.steps_of
            if number in self.listed or (foreign and status in ("met", "not_met", "conflicting")):
                continue
            self.listed.add(number)
            yield step
            waiting += _numbers_below(step)

    def _evidence(self, groups: Sequence[Group]) -> Iterator[EvidenceRow]:
        used: dict[str, list[str]] = {}
        for group in groups:
            for node in group.nodes:
                for leaf in node.view.leaves():
                    for evidence in leaf.evidence:
                        used.setdefault(evidence.key, []).append(leaf.label)
        told = {each.key: _told(each) for each in self.explainer.ledger.accounts}
        for row in entry_rows(self.decision.case, used):
            name = id_of(self.decision.entries[row.key])
            yield replace(row, name=name, told=told[row.key])


def entry_rows(case: Case, used: Mapping[str, Sequence[str]]) -> Iterator[EvidenceRow]:
    """The entries of the record as rows; ``used`` gives the clauses that each speaks in, by key."""
    for number, (key, entry) in enumerate(case.entries(), 1):
        day = getattr(entry, "date", None)
        yield EvidenceRow(
            key=key,
            name=id_of(entry) or f"entry {number}",
            text=describe(entry),
            day=day.isoformat() if day else "",
            side=str(getattr(entry, "side", None) or ""),
            source=show_source(entry),
            clauses=tuple(dict.fromkeys(used.get(key, ()))),
        )


def procedure_codes(case: Case) -> tuple[str, ...]:
    """The CPT codes of the procedure: the one that is asked for, or all that it has."""
    asked = case.request.procedure
    name = VOCABULARY.procedure_named(asked)
    if name is None or name != asked:
        return (asked,) if asked.isalnum() and asked[:1].isdigit() else ()
    return tuple(each.code for each in VOCABULARY.procedures[name].codes if each.system == "CPT")


def diagnoses_of(case: Case) -> tuple[str, ...]:
    """The diagnoses that the request states, in words."""
    return tuple(VOCABULARY.diagnoses[each].meaning for each in case.request.diagnoses)


def _told(account: Account) -> str:
    """Where an entry ends, and why, as the report says it."""
    words = in_words(account.place)
    weight = f" ({account.weight})" if account.weight else ""
    reasons = f": {'; '.join(account.reasons)}" if account.reasons else ""
    return f"{words}{weight}{reasons}"


def _numbers_below(step: ProofStep) -> Iterator[int]:
    for derived in step.get("because", ()):
        for premise in derived["premises"]:
            yield from premise.get("steps", ())
    for attempt in step.get("attempts", ()):
        for premise in (*attempt["found"], *attempt["lacking"]):
            yield from premise.get("steps", ())


def other_choices(decision: Decision) -> dict[str, tuple[Any, Any]]:
    """The readings and parameters that differ from the policy's own, with both values."""
    return changed_choices(choose(decision.policy, None, None), decision.choices)


def review_of(decision: Decision) -> Review:
    """The review of the case; an empty one when there is none."""
    return decision.case.review or Review()
