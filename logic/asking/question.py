"""A query ready to be answered: its rules, what its columns hold, and its atoms as written."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from clausewise.facts.columns import Column
from clausewise.logic.language.rules import Atom, Rule
from clausewise.logic.language.well_formed import evaluation_order
from clausewise.logic.program.program import Program

HELPER = re.compile(r"any (.+?) by [\d ]+|(?<=_)·\w+")
"""What the names of helping relations and variables have besides what was written."""
QUERY, ANY = "query/", "any "
"""What rules of a query, and relations that only help it, begin with; none of a policy do."""
ANSWER = "the query"
"""The relation of the answers; no relation of a policy has a blank in its name."""


@dataclass(frozen=True)
class Question:
    """A query ready to be answered: ``texts`` are alternatives.

    ``columns`` are the variables with what they hold; ``own`` the rules of the query, those that
    others ask for first; ``notes`` say how a name was understood that can be understood otherwise.
    """

    program: Program
    texts: tuple[str, ...]
    columns: tuple[Column, ...]
    own: tuple[Rule, ...]
    notes: tuple[str, ...] = ()

    @property
    def head(self) -> Atom:
        """The atom that is asked for."""
        return self.own[-1].head

    @cached_property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that the query depends on, each after all that it asks for."""
        by_key: dict[str, list[Rule]] = {}
        for rule in (*self.program.rules, *self.own):
            by_key.setdefault(rule.head.key, []).append(rule)
        order = evaluation_order([*self.program.rules, *self.own], [ANSWER])
        return tuple(rule for key in order for rule in by_key.get(key, ()))

    def as_written(self, key: str, terms: list[str]) -> tuple[str, list[str]]:
        """The atom of a relation with its terms; that of a helping one as the query has it, with
        ``_`` for what may be anything."""
        rule = next((each for each in self.own if each.head.key == key), None)
        if rule is None or not key.startswith(ANY):
            return key, terms
        asked = rule.body[0]
        if not HELPER.fullmatch(key) or not isinstance(asked, Atom):
            return key.removeprefix(ANY), terms
        kept = dict(zip(map(str, rule.head.arguments), terms, strict=True))
        return self.as_written(asked.key, [kept.get(str(term), "_") for term in asked.arguments])

    def names_rule(self, identifier: str) -> str:
        """What a rule is called before a person: those of the query have no name of their own."""
        if identifier.startswith(ANY):
            return ""
        if identifier.startswith(QUERY):
            number = identifier.removeprefix(QUERY)
            return "the query" if len(self.texts) == 1 else f"query {number}"
        return identifier

    @property
    def one_atom(self) -> Atom | None:
        """The atom of a query that is one atom without variables; else None."""
        if len(self.texts) > 1 or self.columns:
            return None
        body = self.own[-1].body
        return body[0] if len(body) == 1 and isinstance(body[0], Atom) else None
