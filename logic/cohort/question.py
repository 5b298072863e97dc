"""What an audit asks of each line: its determination, and perhaps that on another basis.

Enters: a policy with choices, and other choices or another policy. Leaves: what the lines of each
table are decided under, by its name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from clausewise.logic.cohort.store import Basis
from clausewise.logic.language.choices import Choices, choose, what_if_of
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.what_if.policies import as_if_governing, governing_sentence

LINES, OTHERWISE = "lines", "lines_otherwise"
"""The tables of what is decided, and of what would be decided otherwise."""


@dataclass(frozen=True)
class AuditQuestion:
    """A policy with choices and, beside it, other choices or another policy (``against``)."""

    policy: Policy
    choices: Choices
    other: Choices | None = None
    against: Policy | None = None

    @property
    def asked(self) -> dict[str, Basis]:
        """What the lines of each table are decided under.

        Beside another policy both govern every case, so that neither plan nor day decides.
        """
        if self.against is not None:
            one, other = map(as_if_governing, (self.policy, self.against))
            return {
                LINES: Basis(program_of(one), self.choices),
                OTHERWISE: Basis(program_of(other), choose(other)),
            }
        program = program_of(self.policy)
        found = {LINES: Basis(program, self.choices)}
        return found if self.other is None else {**found, OTHERWISE: Basis(program, self.other)}

    @property
    def what_if(self) -> str:
        """That the lines are not decided as the plan decides them; empty when they are."""
        if self.against is not None:
            return f"What if: {governing_sentence(self.policy, self.against)}"
        return what_if_of(self.policy, self.choices)

    @property
    def changed(self) -> Mapping[str, str | int]:
        """What the other lines are decided under that these are not."""
        if self.against is not None:
            return {"policy": self.against.version}
        if self.other is None:
            return {}
        pairs: Mapping[str, tuple[Mapping[str, str | int], Mapping[str, str | int]]] = {
            "reading": (self.choices.readings, self.other.readings),
            "parameter": (self.choices.parameters, self.other.parameters),
        }
        return {
            f"{kind}.{name}": value
            for kind, (own, other) in pairs.items()
            for name, value in other.items()
            if value != own[name]
        }
