"""A query put to the same cases one by one and as a cohort."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property
from random import Random
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.columns import Row, Type
from clausewise.logic.asking.cohort import AnswersInParts, CohortAnswers
from clausewise.logic.asking.dictionary import dictionary_of
from clausewise.logic.asking.one_case import Answers, Asking, evaluate
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.question import ANSWER
from clausewise.logic.asking.resolve import question
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import base_facts
from clausewise.logic.derivation.calendar import recomputed_calendar
from clausewise.logic.derivation.model import DerivationPlan, Derivations, Model
from clausewise.logic.derivation.stages import Rows as Held
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

Rows = set[tuple[Any, ...]]


class SameCases:
    """Cases by the place they were read from, in a store and by themselves."""

    def __init__(
        self, cases: Sequence[tuple[str, Case]], readings: Mapping[str, str] | None = None
    ) -> None:
        self.choices = choose(POLICY, readings)
        self.program = program_of(POLICY)
        self.dictionary = dictionary_of(self.program)
        self.cases = [
            (place, case, base_facts(case, POLICY, self.choices)) for place, case in cases
        ]
        self.store = CohortStore(self.program, names=POLICY.clauses)
        self.store.add(cases)

    def some(self, seed: int, number: int) -> frozenset[str]:
        """The places of so many cases, drawn at random."""
        return frozenset(Random(seed).sample([place for place, _, _ in self.cases], number))

    def one_by_one(self, *texts: str, cases: Collection[str] | None = None) -> Rows:
        """The answers of pyDatalog and the derivations, each with the place of its case.

        ``cases`` are the places of those that are asked; None for all.
        """
        asked = question(self.dictionary, texts)
        asking, found = Asking(asked), set()
        for place, case, facts in self.cases:
            if cases is None or place in cases:
                for row in asking.of_facts(case, facts).values():
                    found.add((place, *row))
        return found

    @cached_property
    def _models(self) -> list[tuple[str, Case, Held]]:
        """The cases with what the policy's rules derive of them, once for all queries."""
        plan = self.program.plan
        return [
            (place, case, Model(plan, {**facts, **recomputed_calendar(facts)}).rows)
            for place, case, facts in self.cases
        ]

    def derived(self, text: str) -> tuple[Rows, set[str]]:
        """The answers of the derivations for all cases, each with the place of its case; and the
        places of the cases of which the query asks for too much."""
        asked = question(self.dictionary, [text])
        own, plan = {rule.head.key for rule in asked.own}, DerivationPlan(asked.rules, [ANSWER])
        found: Rows = set()
        refused: set[str] = set()
        for place, case, rows in self._models:
            model = Model(plan, {})
            model.rows = _Above(plan, rows, own)
            try:
                for rule in asked.own:
                    evaluate(model, rule.head.key)
            except QueryError:
                refused.add(place)
                continue
            answers = Answers(asked, case, model, tuple(model.rows[ANSWER]))
            found |= {(place, *row) for row in answers.values()}
        return found, refused

    def both(self, query: str, cases: Collection[str] | None = None) -> tuple[Rows, Rows] | None:
        """The answers in both ways; None for a query that cannot be asked, or asks for too much."""
        try:
            expected = self.one_by_one(query, cases=cases)
        except QueryError:
            return None
        return self.together(query, cases=cases), expected

    def together(self, *texts: str, cases: Collection[str] | None = None) -> Rows:
        """The answers of DuckDB for all cases, of which those of ``cases`` are given."""
        asked = question(self.dictionary, texts)
        self.store.database.execute("DROP TABLE IF EXISTS found")
        AnswersInParts(self.store, asked, self.choices).add()
        counts = {"read": len(self.cases), "decided": len(self.cases), "quarantined": 0}
        source = [(place, case) for place, case, _ in self.cases]
        answers = CohortAnswers(asked, self.choices, counts, self.store.database, source)
        assert all(column.type is not Type.UNKNOWN for column in answers.columns)
        return {
            tuple(values) for _, *values in answers.rows() if cases is None or values[0] in cases
        }


class _Above(Derivations):
    """The relations of a query above those of the policy, which are worked out already."""

    def __init__(self, plan: DerivationPlan, below: Held, own: Collection[str]) -> None:
        super().__init__(plan, {})
        self._below, self._own = below, own
        self.filled = below.filled

    def __missing__(self, key: str) -> Mapping[Row, Any]:
        return super().__missing__(key) if key in self._own else self._below[key]

    def index(self, key: str, places: tuple[int, ...]) -> Mapping[Any, Sequence[Row]]:
        if key in self._own:
            return super().index(key, places)
        return self._below.index(key, places)
