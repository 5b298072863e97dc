"""The rules evaluated for a changed case, counted, so that a search ends after so many trials."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from clausewise.facts.case.editing import EditError, edited
from clausewise.facts.case.syntax import InputError
from clausewise.logic.decision.decide import Decision, LineDecision, base_facts, determination_of
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.successive import model_with
from clausewise.logic.what_if.candidate import Candidate

Edits: TypeAlias = tuple[tuple[str, Any], ...]
"""Places of the case file with values, in order."""

MOST_ASKED = 3
"""Changed cases that pyDatalog itself is asked about; the derivations decide every one."""
MOST_ENTRIES_TRIED = 60
"""Entries in all of a changed case that pyDatalog is asked about: of more it takes seconds each."""


FEW_TRIALS = 20
"""So many changed cases or fewer are looked at of a long record."""
MOST_WORK = 400_000
"""Rule instances of all changed cases together: those of one case may be many of few entries."""


class OutOfTrialsError(Exception):
    """As many changed cases were looked at as are allowed."""


def most_trials(decision: Decision) -> int:
    """How many changed cases are looked at: fewer of a long record, which takes longer each, and of
    one whose entries combine in many ways."""
    entries = max(1, len(decision.entries))
    least = max(3, min(FEW_TRIALS, 6_000 // entries))
    by_entries = max(least, min(400, 400_000 // entries**2))
    return max(1, min(by_entries, MOST_WORK // max(1, decision.work)))


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
        most: int | None = None,
    ) -> None:
        self.decision, self.line, self.holds = decision, line, holds
        self.most = self.left = most_trials(decision) if most is None else most
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

    def said(self, edits: Iterable[tuple[str, Any]]) -> bool:
        """Whether the changed case was found to be as wanted before."""
        return self._known.get(_key(tuple(edits)), False)

    def _try(self, edits: Edits) -> bool:
        try:
            changed = edited(self.decision.case, edits)
        except (EditError, InputError):
            return False
        rows = base_facts(changed, self.decision.policy, self.decision.choices)
        return self.holds(model_with(self.line.model, rows))


def _key(edits: Edits) -> str:
    return json.dumps(edits, sort_keys=True, default=str)


def determination_with(
    decision: Decision, side: str, candidates: Iterable[Candidate], *, by_pydatalog: bool = True
) -> str:
    """The determination of the side when the case with these candidates is decided again.

    By the derivations alone where pyDatalog need not answer as well.
    """
    changed = edited(decision.case, edits_of(candidates))
    asked = by_pydatalog and len(decision.entries) <= MOST_ENTRIES_TRIED
    return determination_of(changed, decision.policy, decision.choices, side, by_pydatalog=asked)
