"""What a path asks a record for, read off the rules of its leaves: for templates and forms."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.policy import Path
from clausewise.logic.program.dependencies import Uses, uses
from clausewise.logic.program.program import Program

_FOR_SOME_CLAUSES = {"purpose": "purpose", "diagnoses": "stated_diagnosis"}
"""What a request may state for some clauses only, with the relation of its facts."""


@dataclass(frozen=True)
class Asked:
    """What each leaf of a path uses, its exclusions included, by label in the document's order."""

    by_label: Mapping[str, Uses]

    @cached_property
    def relations(self) -> frozenset[str]:
        """The relations of facts that any of the leaves uses."""
        return frozenset(name for used in self.by_label.values() for name in used.relations)

    @property
    def domains(self) -> tuple[str, ...]:
        """The domains for which a complete record bears on a leaf, in the vocabulary's order."""
        named = {name for used in self.by_label.values() for name in used.names.get("domain", ())}
        asked = "record_complete" in self.relations
        return tuple(name for name in VOCABULARY.domains if asked and name in (named or {name}))

    def of_request(self, field: str) -> bool:
        """Whether a field of the request is asked for; most are, whatever the clauses say."""
        return _FOR_SOME_CLAUSES.get(field) in (None, *self.relations)


def asked_by(program: Program, path: Path) -> Asked:
    """What the leaves of a path use under the policy's own readings."""
    policy = program.policy
    labels = (*program.criteria(path), *program.exclusions(path, policy.default_readings))
    return Asked({each: uses(program, each) for each in labels if not policy.clauses[each].gate})
