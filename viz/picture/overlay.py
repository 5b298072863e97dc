"""What is laid over the graph: for each clause a look and a word, from one decision or from two.

Four views: none (the policy alone), where a case stands, why (only what carries the determination
is lit), and the difference between two decisions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision, LineDecision, status_word
from clausewise.logic.decision.evidence import said_side
from clausewise.logic.explain.because import telling_evidence
from clausewise.logic.explain.clauses import ClauseView, Explainer
from clausewise.logic.explain.supporting import carrying
from clausewise.logic.language.choices import Choices, what_if_of
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Policy
from clausewise.logic.what_if.compare import changed_choices

MOST_NOTES = 3
"""Entries that a box names."""
OUTCOME_LOOKS = {
    "medically_necessary": "good",
    "not_medically_necessary": "bad",
    "insufficient_information": "open",
    "not_governed": "aside_none",
}

LIT = {
    "medically_necessary": frozenset({"good"}),
    "not_medically_necessary": frozenset({"bad"}),
    "insufficient_information": frozenset({"open", "conflict"}),
    "not_governed": frozenset({"bad", "open", "conflict"}),
}
"""Which looks can carry a determination."""


@dataclass(frozen=True, slots=True)
class Shown:
    """How one clause is shown: the name of its look, a status word, and whether it is lit.

    ``notes`` are the values that made its status, such as "1 of 2 required blocks qualifies".
    """

    look: str = "plain"
    word: str = ""
    lit: bool = False
    faded: bool = False
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Overlay:
    """What a picture shows beside the policy: by clause, for the determination, and in its title.

    ``choices`` are the readings and parameters under which gates and numbers are drawn;
    ``exclusions`` the labels of the exclusions in force, None for the policy's own list.
    """

    choices: Choices
    title: str
    subtitle: str = ""
    clauses: Mapping[str, Shown] = field(default_factory=dict)
    outcome: Shown = field(default_factory=Shown)
    exclusions: frozenset[str] | None = None

    def of(self, label: str) -> Shown:
        return self.clauses.get(label, Shown())


def nothing(policy: Policy, choices: Choices, title: str) -> Overlay:
    """The policy alone."""
    return Overlay(choices, marked(policy, choices, title), _in_force(policy))


def standing(decision: Decision, line: LineDecision, *, why: bool = False) -> Overlay:
    """Where a line stands; with ``why`` only what carries its determination is lit."""
    carried = carrying(decision, line)
    clauses = line.program.policy.clauses
    lit = LIT[line.determination]
    shown = {
        label: _shown(clauses[label], status, label in carried, lit, why=why)
        for label, status in line.statuses.items()
    }
    case = printable(decision.case.case, 40)
    named = ", ".join(filter(None, (f"Case {case}", said_side(line))))
    asked = "why" if line.determination == "medically_necessary" else "why not"
    return Overlay(
        choices=decision.choices,
        title=marked(
            decision.policy,
            decision.choices,
            f"{named}: {asked}?" if why else named,
        ),
        subtitle=_in_force(decision.policy),
        clauses=shown,
        outcome=Shown(
            OUTCOME_LOOKS[line.determination],
            line.determination.replace("_", " "),
            lit=True,
        ),
        exclusions=frozenset(line.exclusions),
    )


def with_values(
    overlay: Overlay,
    decision: Decision,
    line: LineDecision,
    *,
    beside: bool = False,
    explainer: Explainer | None = None,
) -> Overlay:
    """The overlay with the values that decided: how each clause that is lit stands, and why.

    With ``beside`` also what speaks against the clauses that do not decide. ``explainer`` is one of
    the line that is there already.
    """
    explainer = explainer or Explainer(decision, line)
    numbers = {parameter.label for parameter in line.program.policy.parameters}
    clauses = {
        label: replace(shown, notes=tuple(_notes(explainer.view(label), shown, numbers, beside)))
        for label, shown in overlay.clauses.items()
    }
    return replace(overlay, clauses=clauses)


def _notes(view: ClauseView, shown: Shown, numbers: Collection[str], beside: bool) -> Iterator[str]:
    """How a clause stands and the entries that made it so; of one that is met, what was counted
    where it asks for a number."""
    if shown.look == "good":
        counted = [each for each in view.evidence if each.mark == "for" and not each.stated]
        told = counted if view.label in numbers else []
    elif shown.faded or shown.look.startswith("aside"):
        told = [*telling_evidence([view])] if beside and not view.parts else []
    else:
        if view.sentence:
            yield view.sentence
        told = [] if view.parts else [*telling_evidence([view])]
    for each in told[:MOST_NOTES]:
        reasons = "; ".join(each.notes)
        text = each.name if each.name and reasons else each.text
        yield f"{text}: {reasons}" if reasons else text
    if len(told) > MOST_NOTES:
        yield f"and {len(told) - MOST_NOTES} more"


def compared(
    before: Decision,
    before_line: LineDecision,
    after: Decision,
    after_line: LineDecision,
    title: str = "",
) -> Overlay:
    """What differs between two decisions on a line; what stays is shown as it stands after."""
    base = standing(after, after_line)
    clauses = after_line.program.policy.clauses
    shown = dict(base.clauses)
    for label, status in after_line.statuses.items():
        earlier = before_line.statuses.get(label)
        if earlier is not None and earlier != status:
            was, now = (status_word(clauses[label], each) for each in (earlier, status))
            shown[label] = Shown("changed", f"{was} → {now}", lit=True)
        elif shown[label].lit:
            shown[label] = Shown(shown[label].look, shown[label].word)
    old, new = (line.determination.replace("_", " ") for line in (before_line, after_line))
    outcome = Shown("changed", f"{old} → {new}", lit=True) if old != new else base.outcome
    choices = changed_choices(before.choices, after.choices)
    changes = ", ".join(f"{name} {was} → {now}" for name, (was, now) in choices.items())
    case = printable(after.case.case, 40)
    named = ", ".join(filter(None, (case, said_side(after_line))))
    return Overlay(
        choices=after.choices,
        title=marked(
            after.policy,
            after.choices,
            printable(title) or f"{'Case' if after.what_if else 'What if: case'} {named}",
        ),
        subtitle=changes or base.subtitle,
        clauses=shown,
        outcome=outcome,
        exclusions=frozenset(after_line.exclusions) | frozenset(before_line.exclusions),
    )


def _shown(clause: Clause, status: str, carried: bool, lit: frozenset[str], *, why: bool) -> Shown:
    word = status_word(clause, status)
    exclusion = clause.kind == "exclusion"
    look = {
        "met": "bad" if exclusion else "good",
        "not_met": "good" if exclusion else "bad",
        "undocumented": "open",
        "conflicting": "conflict",
    }[status]
    decides = carried and look in lit
    if why and not decides:
        return Shown(_ASIDE[look], word, faded=True)
    if decides or look == "good":
        return Shown(look, word, lit=decides and (why or look != "good"))
    if look == "conflict":
        return Shown(look, word)
    return Shown(_ASIDE[look], word)


_ASIDE = {
    "bad": "aside",
    "good": "aside_good",
    "open": "aside_open",
    "conflict": "aside_conflict",
}
"""How a status looks where it does not matter."""


def marked(policy: Policy, choices: Choices, title: str) -> str:
    """The title; where the choices are not the policy's own, after a sentence that says so."""
    return ". ".join(filter(None, (what_if_of(policy, choices), title)))


def _in_force(policy: Policy) -> str:
    return f"{policy.number} in force since {policy.effective}"
