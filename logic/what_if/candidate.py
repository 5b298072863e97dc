"""Something that could be documented: edits of a case file, in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from clausewise.logic.program.demand import Span


@dataclass(frozen=True, slots=True, eq=False)
class Candidate:
    """Something that could be documented: edits of the case file, in words, and its question.

    ``after`` names a candidate of the same kind that has to be used first, so that of several
    alike only one order is told; ``rather`` names others that say the same more simply, one of
    which is told in its place where it leads to the same. ``shortened`` are the places of days that
    say how long something lasts; ``alike`` names kinds that would do as well; ``about`` is the
    entry of the record that a new one tells more of, ``beside`` are the keys of those that count
    already and may share days with it. ``document`` is what would show it, ``by`` the
    last day that it can be of. ``within`` are the numbers that would do as well, the least and
    the greatest, by the relation that tells the number.
    """

    name: str
    text: str
    question: str
    edits: Mapping[str, Any]
    after: str | None = None
    rather: tuple[str, ...] = ()
    shortened: tuple[str, ...] = ()
    alike: tuple[str, ...] = ()
    about: str = ""
    beside: tuple[str, ...] = ()
    document: str = ""
    by: str = ""
    within: Mapping[str, Span] = field(default_factory=dict)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Candidate) and self.said == other.said

    def __hash__(self) -> int:
        return hash(self.said)

    @property
    def said(self) -> tuple[str, str]:
        """What tells one candidate from another: its name and its edits."""
        return self.name, repr(self.edits)


def said_simply(sets: Iterable[Sequence[Candidate]]) -> list[bool]:
    """For each set, whether none of the others says it more simply: with a candidate that is told
    rather than one of its own."""
    several = [list(each) for each in sets]
    known = [frozenset(each.name for each in chosen) for chosen in several]
    return [
        not any(
            other <= (own - {each.name}) | {rather}
            for each in chosen
            for rather in each.rather
            for other in known
        )
        for chosen, own in zip(several, known, strict=True)
    ]
