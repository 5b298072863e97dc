"""The rules evaluated for a changed case, counted, so that a search ends after so many trials."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from clausewise.facts.case.editing import EditError, edited
from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.logic.decision.decide import Decision, LineDecision, base_facts, determination_of
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.stages import Rows, TooManyInstancesError
from clausewise.logic.derivation.successive import model_with
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.what_if.candidate import Candidate

Edits: TypeAlias = tuple[tuple[str, Any], ...]
"""Places of the case file with values, in order."""

MOST_ASKED = 3
"""Changed cases that pyDatalog itself is asked about; the derivations decide every one."""
MOST_ENTRIES_TRIED = 60
"""Entries in all of a changed case that pyDatalog is asked about: of more it takes seconds each."""


FEW_TRIALS = 20
"""So many changed cases or fewer are looked at of a long record."""
MOST_WORK = 6_000_000
"""Rows that literals of rules may lead to in a decision and all changed cases of it together: some
six seconds. One changed case alone may lead to more, though the case itself does not."""


class OutOfTrialsError(Exception):
    """As many changed cases were looked at, or as much was worked out for them, as is allowed."""


class Work:
    """What the search for one line may still take, of what is allowed for the whole decision."""

    def __init__(self, decision: Decision) -> None:
        self.decision = decision
        self.left = max(0, MOST_WORK - decision.work) // max(1, len(decision.lines))

    @contextmanager
    def combined(self, rows: Rows) -> Iterator[None]:
        """As ``on``, for all combinations of changes at once: half of what is left is kept for
        single ones. It is not begun where that is little beside what the decision took.
        """
        kept = self.left // 2
        if kept < self.decision.work // 4:
            raise OutOfTrialsError
        self.left -= kept
        try:
            with self.on(rows):
                yield
        finally:
            self.left += kept

    @contextmanager
    def on(self, rows: Rows) -> Iterator[None]:
        """Counts what is worked out of these rows inside; raises OutOfTrialsError as soon as it is
        more than what is left."""
        if self.left <= 0:
            raise OutOfTrialsError
        rows.left = self.left
        try:
            with collector_paused():
                yield
        except TooManyInstancesError:
            rows.left = 0
            raise OutOfTrialsError from None
        finally:
            self.left = max(0, rows.left)


def most_trials(decision: Decision) -> int:
    """How many changed cases are looked at: fewer of a long record, which takes longer each."""
    entries = max(1, len(decision.entries))
    least = max(3, min(FEW_TRIALS, 6_000 // entries))
    return max(least, min(400, 400_000 // entries**2))


def edits_of(candidates: Iterable[Candidate]) -> Edits:
    """The edits of candidates, in order."""
    return tuple(edit for candidate in candidates for edit in candidate.edits.items())


class Trials:
    """What holds of the line when a case is changed; each change is looked at once.

    ``holds`` says of the derivations of a changed case whether it is what is wanted.
    """

    def __init__(
        self,
        decision: Decision,
        line: LineDecision,
        holds: Callable[[Model], bool],
        work: Work,
    ) -> None:
        self.decision, self.line, self.holds, self.work = decision, line, holds, work
        self.most = self.left = most_trials(decision)
        self._known: dict[str, bool] = {}

    def __call__(self, edits: Iterable[tuple[str, Any]]) -> bool:
        """Whether the changed case is as wanted; an impossible case is not.

        Raises OutOfTrialsError.
        """
        edits = tuple(edits)
        key = _key(edits)
        found = self._known.get(key)
        if found is None:
            if self.left <= 0:
                raise OutOfTrialsError
            self.left -= 1
            found = self._known[key] = self._try(edits)
        return found

    @property
    def few(self) -> bool:
        """Whether few are looked at, because the record is long."""
        return self.most <= FEW_TRIALS

    @property
    def looked_at(self) -> int:
        """How many changed cases were looked at."""
        return len(self._known)

    def said(self, edits: Iterable[tuple[str, Any]]) -> bool:
        """Whether the changed case was found to be as wanted before."""
        return self._known.get(_key(tuple(edits)), False)

    def _try(self, edits: Edits) -> bool:
        try:
            changed = edited(self.decision.case, edits)
        except (EditError, InputError):
            return False
        model = _model_of(self.decision, self.line, changed)
        with self.work.on(model.rows):
            return self.holds(model)


def _model_of(decision: Decision, line: LineDecision, changed: Case) -> Model:
    return model_with(line.model, base_facts(changed, decision.policy, decision.choices))


def _key(edits: Edits) -> str:
    return json.dumps(edits, sort_keys=True, default=str)


def determination_with(
    decision: Decision,
    side: str,
    candidates: Iterable[Candidate],
    work: Work | None = None,
    *,
    by_pydatalog: bool = True,
) -> str:
    """The determination of the side when the case with these candidates is decided again.

    By the derivations alone where pyDatalog need not answer as well; these are bounded by ``work``.
    Raises OutOfTrialsError.
    """
    changed = edited(decision.case, edits_of(candidates))
    asked = by_pydatalog and len(decision.entries) <= MOST_ENTRIES_TRIED
    if work is None or asked:
        choices = decision.choices
        return determination_of(changed, decision.policy, choices, side, by_pydatalog=asked)
    model = _model_of(decision, decision.by_side[side], changed)
    with work.on(model.rows):
        return next(str(outcome) for of, outcome in model.rows["determination"] if of == side)
