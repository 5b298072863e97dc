"""A question put to one case: pyDatalog answers, the derivations prove, and both have to agree.

The derivations come first, with a bound on how many rows a query may put together: what pyDatalog
would be busy with for hours is refused before it is asked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from clausewise.facts.case.model import Case
from clausewise.facts.columns import EntryKey, Row, Type
from clausewise.logic.asking.dictionary import dictionary_of
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.question import ANSWER, Question
from clausewise.logic.asking.resolve import question
from clausewise.logic.decision.decide import DisagreementError, base_facts, not_asked
from clausewise.logic.derivation.calendar import recomputed_calendar
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.derivation.plan import GroundAtom, Instance, RulePlan
from clausewise.logic.derivation.stages import Slots
from clausewise.logic.engine.pydatalog import EnginePool
from clausewise.logic.language.choices import choose, what_if_of
from clausewise.logic.language.input_relations import INPUT_RELATIONS
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of

MOST_ROWS = 50_000
"""Rows that a query may put together on the way to its answers on one case."""


@dataclass
class Answers:
    """The answers on one case: a row an answer, and what proves each of them.

    ``what_if`` says so where they are not under the policy's own readings and parameters,
    ``notice`` where the policy is not that of the request, or pyDatalog was not asked.
    """

    question: Question
    case: Case
    model: Model = field(repr=False)
    rows: tuple[Row, ...]
    what_if: str = ""
    notice: str = ""

    def values(self) -> list[tuple[str | int | Decimal | date, ...]]:
        """The answers with their days as dates; entries go by their keys."""
        days = [column.type is Type.DAY for column in self.question.columns]
        return [
            tuple(
                date.fromordinal(int(value)) if is_day else value
                for value, is_day in zip(row, days, strict=True)
            )
            for row in self.rows
        ]

    def atom(self, row: Row) -> GroundAtom:
        """The atom of an answer, which the derivations prove."""
        return GroundAtom(ANSWER, row)


class Asking:
    """A question made ready for any number of cases."""

    def __init__(self, asked: Question) -> None:
        self.question = asked

    @cached_property
    def _pool(self) -> EnginePool:
        return EnginePool(self.question.rules, INPUT_RELATIONS.values())

    @cached_property
    def _plan(self) -> DerivationPlan:
        return DerivationPlan(self.question.rules, [ANSWER])

    def of_facts(self, case: Case, facts: Mapping[str, tuple[Row, ...]]) -> Answers:
        """The answers on a case with these facts.

        Raises QueryError when the query puts too much together, and DisagreementError when
        pyDatalog and the derivations differ.
        """
        model = Model(self._plan, {**facts, **recomputed_calendar(facts)})
        for rule in self.question.own:
            evaluate(model, rule.head.key)
        expected = model.rows[ANSWER]
        notice = not_asked(facts)
        if not notice:
            self._compare(expected, facts)
        rows = tuple(sorted(expected, key=_in_order))
        return Answers(self.question, case, model, rows, notice=notice)

    def _compare(self, expected: Iterable[Row], facts: Mapping[str, tuple[Row, ...]]) -> None:
        with self._pool.engine() as engine, engine.facts(facts):
            (found,) = engine.ask([self.question.head])
        if set(found) != set(expected):
            raise DisagreementError(
                f"{' or '.join(self.question.texts)}: pyDatalog finds {sorted(map(str, found))}, "
                f"the derivations {sorted(map(str, expected))}"
            )


def _in_order(row: Row) -> tuple[tuple[int, object], ...]:
    """Sorts numbers by size, and names and entries as texts with their numbers in order."""
    return tuple((1, _numbered(value)) if isinstance(value, str) else (0, value) for value in row)


def _numbered(text: str) -> tuple[str, int, str]:
    name, bracket, number = text.partition("[")
    digits = number.removesuffix("]")
    return (name, int(digits), "") if bracket and digits.isdigit() else (text, 0, "")


def evaluate(model: Model, key: str) -> None:
    """Work out a relation of the query's own, with a bound on the rows in between."""
    if key in model.rows:
        return
    found: dict[Row, list[Instance]] = {}
    for plan in model.plan.plans.get(key, ()):
        for slots in _instances(model, plan):
            found.setdefault(plan.pick(slots), []).append(Instance(plan, slots))
    model.rows[key] = found


def _instances(model: Model, plan: RulePlan) -> list[Slots]:
    current = [plan.start]
    for stage in plan.stages:
        following: list[Slots] = []
        for slots in current:
            following += stage.advance(model.rows, [slots])
            if len(following) > MOST_ROWS:
                raise QueryError(
                    f"the query puts more than {MOST_ROWS} rows together on this case; let its "
                    "atoms share variables, or ask for less at once"
                )
        current = following
    return current


def names_of_entries(case: Case) -> dict[str, EntryKey]:
    """The entries of a case by their keys and, where they have one, by their ids."""
    names = {str(key): key for key, _ in case.entries()}
    for key, entry in case.entries():
        identifier = getattr(entry, "id", None)
        if identifier is not None:
            names[identifier] = key
    return names


def ask_case(
    case: Case,
    texts: Sequence[str],
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    notice: str = "",
) -> Answers:
    """The answers of a case to a query, or to any of several; ``notice`` stands first in theirs.

    Raises QueryError, ChoiceError and DisagreementError.
    """
    choices = choose(policy, readings, parameters)
    dictionary = dictionary_of(program_of(policy))
    asked = question(dictionary, texts, names_of_entries(case))
    found = Asking(asked).of_facts(case, base_facts(case, policy, choices))
    notice = "; ".join(filter(None, (notice, found.notice)))
    return replace(found, what_if=what_if_of(policy, choices), notice=notice)
