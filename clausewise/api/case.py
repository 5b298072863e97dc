"""A case with the questions that can be put to it; it shows itself as a table in a notebook.

It is the plain case of ``facts`` with methods. What answers a question is imported when the
question is put, so that a short command loads little.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import date
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self, TypeVar

from pydantic import PrivateAttr

from clausewise.api.loading import Given, load_one
from clausewise.api.results import Answer, Decision, Difference
from clausewise.facts.case.editing import edited
from clausewise.facts.case.model import Case as Record
from clausewise.facts.case.values import day_in, nearest
from clausewise.facts.errors import MissingPackageError, UnknownNameError, with_plain_methods
from clausewise.facts.new_files import write_file
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.words_check import check_words
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.choice import Chosen, policy_asked_for, policy_of_case
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.what_if.compare import Difference as PlainDifference
from clausewise.logic.what_if.compare import difference, split_settings, then_and_now, what_if

if TYPE_CHECKING:
    from rich.text import Text

    from clausewise.api.tables import Table
    from clausewise.logic.explain.gaps import Blocking
    from clausewise.logic.what_if.flip import FlipSet, FlipSets
    from clausewise.logic.what_if.missing import Missing
    from clausewise.logic.what_if.receipt_days import Intervals
    from clausewise.viz.picture.picture import Picture

Value = TypeVar("Value")


@with_plain_methods
class Case(Record):
    """A case that answers questions. Its methods never change it.

    It remembers the policy, the readings and the parameters that it was given.
    """

    _policy: Policy | None = PrivateAttr(default=None)
    _number: str = PrivateAttr(default="")
    _readings: dict[str, str] = PrivateAttr(default_factory=dict)
    _parameters: dict[str, int] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(
        cls,
        record: Given,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
        policy: Policy | str | None = None,
    ) -> Self:
        """The case of a record, or of what ``cw.load`` takes, with readings, parameters and policy.

        Those of a record that is such a case already stay, with these on top. A policy is given as
        one or as ``NUMBER`` or ``NUMBER@DAY``. Raises InputError and UnknownPolicyError.
        """
        if not isinstance(record, Record):
            record = load_one(record)
        own_readings, own_parameters = record.choices if isinstance(record, Case) else ({}, {})
        values = {name: getattr(record, name) for name in Record.model_fields}
        found = cls.model_construct(_fields_set=set(record.model_fields_set), **values)
        found._origin = record.origin
        if isinstance(record, Case):
            found._policy, found._number = record._policy, record._number
        if isinstance(policy, Policy):
            found._policy, found._number = policy, ""
        elif policy is not None:
            found._policy = policy_named(policy, found.request.received)
            found._number = "" if "@" in policy else policy
        found._readings = {**own_readings, **(readings or {})}
        found._parameters = {**own_parameters, **(parameters or {})}
        return found

    @property
    def choices(self) -> tuple[dict[str, str], dict[str, int]]:
        """The readings and parameters that this case was given, other than the policy's own."""
        return dict(self._readings), dict(self._parameters)

    @property
    def chosen(self) -> Chosen:
        """The policy that the case was given, or that of its plan, its procedure and its day."""
        if self._policy is None:
            return policy_of_case(self)
        return policy_asked_for(self, self._policy)

    @property
    def policy(self) -> Policy:
        """The policy that the case is decided under."""
        return self.chosen.policy

    def _policy_on(self, day: date) -> Policy:
        """The policy that the case is decided under if it is received on another day."""
        if self._number:
            return policy_named(self._number, day)
        if self._policy is not None:
            return self._policy
        moved = self.request.model_copy(update={"received": day})
        return policy_of_case(self.model_copy(update={"request": moved})).policy

    def decide(self, policy: Policy | str | None = None) -> Decision:
        """The determination of each line; it shows itself as a coloured proof.

        Raises ChoiceError for an unknown reading or parameter, as all questions do, and PolicyError
        for a policy that could not be explained.
        """
        chosen = self.of(self, policy=policy).chosen
        check_words(chosen.policy)
        found = decide_case(
            self, chosen.policy, readings=self._readings, parameters=self._parameters
        )
        return Decision.of(found.noted(chosen.sentence))

    def what_if(self, settings: Mapping[str, Any]) -> Self:
        """A new case with the settings made: places of the case, ``reading.…``, ``parameter.…``.

        Raises EditError, InputError or, when it is decided, ChoiceError.
        """
        edits, readings, parameters = split_settings(settings)
        record = edited(self, edits.items()) if edits else self
        return self.of(record, {**self._readings, **readings}, {**self._parameters, **parameters})

    def effect_of(self, settings: Mapping[str, Any]) -> Difference:
        """What differs between the decision of this case and of this case with the settings."""
        found = what_if(
            self, self.policy, settings, readings=self._readings, parameters=self._parameters
        )
        return self._difference(found)

    def compare(self, other: Case) -> Difference:
        """What differs between the decision of this case and that of another."""
        return Difference.of(difference(self.decide(), other.decide()))

    def as_of(self, day: date | str) -> Difference:
        """The decision on what the plan had received by ``day``, beside the one on all of it.

        A day is given as one or as text such as 2026-07-15; raises UnknownNameError for another.
        """
        known = day_in(day) if isinstance(day, str) else day
        if known is None:
            raise UnknownNameError(f"{day!r} is not a date; expected a date such as 2026-07-15")
        found = then_and_now(
            self, self.policy, known, readings=self._readings, parameters=self._parameters
        )
        return self._difference(found)

    def _difference(self, found: PlainDifference) -> Difference:
        """A difference whose decisions say what has to be said of the policy."""
        chosen = self.chosen
        before, after = (each.noted(chosen.sentence) for each in (found.before, found.after))
        return Difference.of(replace(found, before=before, after=after))

    def ask(self, *queries: str, policy: Policy | str | None = None) -> Table:
        """The answers to a query in the notation of the rules, or to any of several.

        ``cw.ask`` tells how a query is written. Raises QueryError.
        """
        from clausewise.api.tables import answers_of_case

        chosen = self.of(self, policy=policy).chosen
        return answers_of_case(self, queries, chosen, self._readings, self._parameters)

    def why(self, *, full: bool = False) -> Answer[Decision]:
        """All reasons with their evidence; ``full`` shows every clause."""
        from clausewise.logic.explain.result import result
        from clausewise.output.terminal import why

        decision = self.decide()
        written = partial(why, decision, full=full)
        return Answer(decision, written, plain=partial(result, decision, ledger=True))

    def why_not(self) -> Answer[dict[str, tuple[Blocking, ...]]]:
        """For each line (by side) every clause in the way of an approval, with its gaps."""
        from clausewise.logic.explain.gaps import why_not
        from clausewise.output.gaps import why_not_data, why_not_lines

        decision = self.decide()
        return _answer(why_not_lines, why_not_data, decision, decision.ask(why_not))

    def missing(self) -> Answer[tuple[Missing, ...]]:
        """For each line the least documentation that would approve it, as alternatives."""
        from clausewise.logic.what_if.missing import missing
        from clausewise.output.missing import missing_data, missing_lines

        decision = self.decide()
        found = tuple(decision.ask(missing).values())
        return _answer(missing_lines, missing_data, decision, found)

    def flip(
        self, to: str | None = None, *, size: int = 2, hold: Iterable[str] = ()
    ) -> Answer[dict[str, FlipSets]]:
        """For each line (by side) the smallest sets of changes that lead to ``to``.

        Without ``to`` an approval is asked for what would end it, anything else for what would
        approve it. ``size`` is the largest number of changes in a set; ``hold`` names entries, ids,
        findings or lists that stay. Raises UnknownNameError for what is no determination.
        """
        if to is not None and to not in tuple(Determination):
            hint = nearest(to, tuple(Determination))
            raise UnknownNameError(f"{to!r} is not a determination here{hint}")
        from clausewise.logic.what_if.flip import flip, necessary_by_side
        from clausewise.output.flip import flip_data, flip_lines

        decision, held = self.decide(), tuple(hold)
        found = decision.ask(partial(flip, to=to, largest=size, hold=held))

        @cache
        def necessary() -> dict[str, tuple[FlipSet, ...]]:
            return necessary_by_side(decision, found, whole=to is None and not held)

        def written() -> Iterable[Text]:
            return flip_lines(decision, found, necessary())

        def plain() -> dict[str, Any]:
            return flip_data(decision, found, necessary())

        return Answer(found, written, decision.what_if, plain)

    def depends_on(self) -> Answer[dict[str, tuple[FlipSet, ...]]]:
        """The entries of an approval whose withdrawal alone would end it."""
        from clausewise.logic.what_if.flip import necessary_entries
        from clausewise.output.flip import necessary_data, necessary_lines

        decision = self.decide()
        return _answer(necessary_lines, necessary_data, decision, decision.ask(necessary_entries))

    def when(self, *, days: int = 730) -> Answer[Intervals]:
        """On which days of receipt the same record would be approved, denied or pended.

        ``days`` is how many days before and after the actual one are looked at. Each day is decided
        under the version of the policy that is in force; a case that was given a policy of a
        certain day, under that one.
        """
        from clausewise.logic.what_if.receipt_days import when
        from clausewise.output.comparison import when_data, when_lines

        found = when(
            self, self._policy_on, days=days, readings=self._readings, parameters=self._parameters
        )
        return _answer(when_lines, when_data, self.decide(), found, days)

    def graph(
        self,
        side: str | None = None,
        *,
        clause: str | None = None,
        why: bool = False,
        facts: bool = False,
        reasons: bool = False,
        settings: Mapping[str, Any] | None = None,
    ) -> Picture:
        """The criteria with this case laid over them; ``settings`` draw the difference they make.

        The other options are those of ``Decision.graph``.
        """
        if settings:
            return self.effect_of(settings).graph(side)
        return self.decide().graph(side, clause=clause, why=why, facts=facts, reasons=reasons)

    def report(self, path: str | Path | None = None) -> str:
        """The audit report as HTML; written to ``path`` when one is given."""
        text = self.decide().report()
        if path is not None:
            write_file(Path(path), text)
        return text

    def explore(self, side: str | None = None) -> Any:
        """A panel in a notebook: click on leaves, move numbers and dates, switch readings.

        Raises MissingPackageError without the extra ``notebook``.
        """
        try:
            from clausewise.viz.notebook.widget import panel
        except ModuleNotFoundError as error:
            raise MissingPackageError(
                f"the panel needs {error.name}: pip install 'clausewise[notebook]'"
            ) from None

        return panel(
            self, self.policy, side=side, readings=self._readings, parameters=self._parameters
        )

    def __repr__(self) -> str:
        side = f", {self.request.side}" if self.request.side else ""
        return f"<Case {self.case}: {self.request.procedure}{side}>"

    __str__ = __repr__

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import case_card

        return case_card(self)


def _answer(
    lines: Callable[..., Iterable[Text]],
    data: Callable[..., dict[str, Any]],
    decision: Decision,
    found: Value,
    *further: Any,
) -> Answer[Value]:
    """What was found about a decision, which ``lines`` and ``data`` write."""
    about = (decision, found, *further)
    return Answer(found, partial(lines, *about), decision.what_if, partial(data, *about))
