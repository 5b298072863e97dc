"""The state of a what-if: a case, what was changed in it, and how it stands now beside before.

No widget is known here; the panel of ``viz.notebook.widget`` and the tests drive it alike. The
case it begins with is never changed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from clausewise.facts.case.editing import EditError, edited
from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case, status_word
from clausewise.logic.language.choices import ChoiceError
from clausewise.logic.language.policy import Policy
from clausewise.logic.what_if.changed import changed_facts
from clausewise.logic.what_if.compare import difference
from clausewise.logic.what_if.leaf import next_change
from clausewise.viz.notebook.cards import decision_card
from clausewise.viz.picture.picture import Picture, case_picture, difference_picture, line_of


@dataclass(frozen=True)
class State:
    """One state of the what-if: the case with its choices, decided; and what led here."""

    decision: Decision
    change: str


class WhatIf:
    """A what-if on one line of a case.

    ``message`` says what the last change did, or why it could not be made.
    """

    def __init__(
        self,
        case: Case,
        policy: Policy,
        *,
        side: str | None = None,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
    ) -> None:
        self.policy = policy
        begin = decide_case(case, policy, readings=readings, parameters=parameters)
        self.side = line_of(begin, side).side
        self._states = [State(begin, "")]
        self.message = "Click a leaf, or press Enter on it, to change what is documented."

    # --- what is ------------------------------------------------------------------------------

    @property
    def decision(self) -> Decision:
        return self._states[-1].decision

    @property
    def case(self) -> Case:
        return self.decision.case

    @property
    def line(self) -> LineDecision:
        return self.decision.by_side[self.side]

    @property
    def changes(self) -> tuple[str, ...]:
        """What was changed, in words, in order."""
        return tuple(state.change for state in self._states[1:])

    @property
    def leaves(self) -> tuple[str, ...]:
        """The clauses whose status can be changed: the leaves of the line's path."""
        clauses = self.policy.clauses
        return tuple(
            label
            for label in self.line.statuses
            if not clauses[label].gate and clauses[label].kind != "scope"
        )

    @property
    def picture(self) -> Picture:
        """Where the line stands, and after changes what they changed."""
        if not self.changes:
            return case_picture(self.decision, self.line)
        found = difference(self._states[0].decision, self.decision)
        return difference_picture(found, self.side)

    @property
    def card(self) -> str:
        """Determination and proof as HTML."""
        return decision_card(self.decision)

    # --- what can be done ---------------------------------------------------------------------

    def cycle_leaf(self, label: str) -> None:
        """Give a leaf the next status it can have by the least edit; met, not met, undocumented."""
        clause = self.policy.clauses.get(label)
        if clause is None or label not in self.line.statuses:
            return
        if label not in self.leaves:
            self.message = f"{label} is settled by its parts; click one of them."
            return
        found = next_change(self.decision, self.line, label)
        if found is None:
            self.message = f"Nothing that could be documented about {label} changes it."
            return
        said = _said(self.case, found.decision.case)
        self._go_to(found.decision, f"{label} {status_word(clause, found.status)}: {said}")

    def set_place(self, place: str, value: Any) -> None:
        """Set a place of the case, such as ``measurements[0].value``; None takes it away."""
        choices = self.decision.choices
        try:
            changed = edited(self.case, {place: value}.items())
        except (EditError, InputError) as error:
            self.message = printable(str(error))
            return
        said = _said(self.case, changed)
        if said:
            self._decide(changed, choices.readings, choices.parameters, said)

    def set_reading(self, name: str, value: str) -> None:
        """Read the text in another way."""
        readings = {**self.decision.choices.readings, name: value}
        known = self.policy.reading.get(name)
        meaning = known.choices.get(value, "") if known is not None else ""
        what = f"{_plain(name)} read as {_plain(value)}: {meaning}"
        self._decide(self.case, readings, self.decision.choices.parameters, what)

    def set_parameter(self, name: str, value: int) -> None:
        """Give a number of the policy another value."""
        parameters = {**self.decision.choices.parameters, name: value}
        known = self.policy.parameter.get(name)
        what = f"{_plain(name)}: {value} {known.unit if known is not None else ''}".rstrip()
        self._decide(self.case, self.decision.choices.readings, parameters, what)

    def undo(self) -> None:
        """Take the last change back."""
        if len(self._states) > 1:
            self.message = f"taken back: {self._states.pop().change}"

    def reset(self) -> None:
        """Take every change back."""
        del self._states[1:]
        self.message = "as it was"

    def _decide(
        self,
        case: Case,
        readings: Mapping[str, str],
        parameters: Mapping[str, int],
        what: str,
    ) -> None:
        try:
            decision = decide_case(case, self.policy, readings=readings, parameters=parameters)
        except ChoiceError as error:
            self.message = printable(str(error))
            return
        self._go_to(decision, what)

    def _go_to(self, decision: Decision, what: str) -> None:
        before = self.line.determination
        if self.side not in decision.by_side:
            self.message = f"the line {self.side} would be gone"
            return
        self._states.append(State(decision, what))
        after = self.line.determination
        result = f"{_plain(before)} → {_plain(after)}" if before != after else _plain(after)
        self.message = f"{what} ({result})"


def _said(before: Case, after: Case) -> str:
    """What a changed case says otherwise, in words."""
    return printable("; ".join(changed_facts(before, after)), 400)


def _plain(name: str) -> str:
    return name.replace("_", " ")
