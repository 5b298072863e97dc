"""The notation in which policies are written: relations, variables, and clauses in sections.

A clause is opened under its label, with a paraphrase; the rules written inside the ``with`` block
belong to it::

    with section.clause("D.I.B.2", "pain of at least 5 on the 0-10 scale"):
        told_met(L, "D.I.B.2") <= pain_score(L, S) & parameter("minimum_pain_score", T) & (S >= T)

What a rule may consist of is described in ``logic.language.rules``.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from typing import TypedDict, Unpack

from clausewise.logic.language.faults import fault, rule_written, within_clause
from clausewise.logic.language.rules import Atom, Body, Relation, Rule, Total, Variable, written_to


def variables(names: str) -> tuple[Variable, ...]:
    """The variables of these names, which are separated by blanks."""
    return tuple(map(Variable, names.split()))


def relation(
    name: str,
    columns: str,
    meaning: str,
    *,
    by_clause: int | None = None,
    is_input: bool = False,
    against: bool = False,
) -> Relation:
    """Declare a relation; ``columns`` lists their names, separated by blanks."""
    return Relation(name, tuple(columns.split()), meaning, by_clause, is_input, against)


def total(result: Variable, value: Variable, atom: Atom) -> Total:
    """The sum of the column ``value`` over the distinct rows of ``atom`` (days)."""
    return Total(result, value, atom)


def count(result: Variable, atom: Atom) -> Total:
    """How many distinct rows ``atom`` has."""
    return Total(result, None, atom)


class ClauseOptions(TypedDict, total=False):
    """What may be said of a clause as it is opened; each is described in ``Clause``."""

    kind: str
    published: bool
    name: str
    question: str
    since: date | None
    until: date | None
    id: str


@dataclass(slots=True)
class Clause:
    """One clause of the policy: its label, a paraphrase, its rules and, for a gate, its parts.

    - ``kind``: "criterion", "exclusion", "definition" or "scope"
    - ``published``: False where the policy itself has no such label
    - ``name``: a few words for pictures and lists
    - ``gate``: "ALL", "ANY", "AT LEAST", or "" for a leaf or a definition
    - ``parts``: the labels of a gate's parts; ``further_parts``: those that only another reading
      than the default asks for
    - ``limit``: the parameter that a limit must not exceed, else ""
    - ``question``: what to ask when nothing is documented
    - ``decides``: the root clause whose determination the rules derive, else ""
    - ``since``, ``until``: the first day in force, and the first day after (None: no limit)
    - ``id``: what it goes by in every version, also where another clause has its label
    """

    label: str
    paraphrase: str
    kind: str = "criterion"
    published: bool = True
    name: str = ""
    gate: str = ""
    parts: tuple[str, ...] = ()
    further_parts: tuple[str, ...] = ()
    question: str = ""
    decides: str = ""
    since: date | None = None
    until: date | None = None
    id: str = ""
    limit: str = ""
    rules: list[Rule] = field(default_factory=list, repr=False)

    def in_force(self, day: date) -> bool:
        """Whether the clause is in force on a day."""
        begun = self.since is None or self.since <= day
        return begun and (self.until is None or day < self.until)

    def add(self, head: Atom, body: Body) -> None:
        """Append a rule; its head, where it names a clause, has to name this one."""
        if head.label is not None and head.label != (self.decides or self.label):
            fault(f"the rule for {head} stands under the wrong label ({self.label})")
        identifier = f"{self.label}/{len(self.rules) + 1}"
        rule_written(identifier)
        self.rules.append(Rule(identifier, self.label, head, body.literals))


@dataclass(slots=True)
class Section:
    """A section of a policy: its clauses in the document's order."""

    label: str
    title: str
    clauses: list[Clause] = field(default_factory=list)

    @contextmanager
    def clause(
        self, label: str, paraphrase: str, **options: Unpack[ClauseOptions]
    ) -> Iterator[Clause]:
        """Open a clause: the rules written inside the ``with`` block belong to it."""
        clause = Clause(label, paraphrase, **options)
        clause.name = clause.name or label
        clause.id = clause.id or label
        self.clauses.append(clause)
        with within_clause(label), written_to(clause.add):
            yield clause

    def include(self, section: Section) -> None:
        """Put the clauses of another section here, where the document has them."""
        self.clauses += section.clauses
