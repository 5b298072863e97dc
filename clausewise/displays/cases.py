"""Cases, decisions and differences that show themselves in a notebook and answer questions.

They are the plain ones of ``facts`` and ``logic`` with methods; what has to be drawn or explained
is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import partial
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from pydantic import PrivateAttr

from clausewise.facts.case.editing import edited
from clausewise.facts.case.model import Case as Record
from clausewise.logic.decision.decide import Decision as PlainDecision
from clausewise.logic.what_if.compare import Difference as PlainDifference
from clausewise.logic.what_if.compare import difference, split_settings

if TYPE_CHECKING:
    from rich.text import Text

    from clausewise.logic.explain.gaps import Blocking
    from clausewise.logic.what_if.flip import FlipSet
    from clausewise.logic.what_if.receipt_days import Interval
    from clausewise.viz.picture.picture import Picture

Value = TypeVar("Value")


@dataclass(frozen=True)
class Answer(Generic[Value]):
    """An answer that prints as text and shows itself in colours; ``value`` holds it as data."""

    value: Value
    lines: tuple[Text, ...]

    def __str__(self) -> str:
        return "\n".join(line.plain for line in self.lines)

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from rich.console import Console
        from rich.terminal_theme import DEFAULT_TERMINAL_THEME

        # Inside Jupyter rich would show the lines itself, beside the HTML that is returned.
        console = Console(
            record=True,
            file=StringIO(),
            force_jupyter=False,
            width=110,
            markup=False,
            emoji=False,
        )
        for line in self.lines:
            console.print(line, highlight=False)
        return console.export_html(
            theme=DEFAULT_TERMINAL_THEME,
            inline_styles=True,
            code_format='<pre style="line-height:1.35;white-space:pre-wrap">{code}</pre>',
        )


class Case(Record):
    """A case that shows itself as a table. Its methods never change it.

    A case made by ``what_if`` remembers the readings and parameters that it was given.
    """

    _readings: dict[str, str] = PrivateAttr(default_factory=dict)
    _parameters: dict[str, int] = PrivateAttr(default_factory=dict)

    @classmethod
    def of(
        cls,
        record: Record,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
    ) -> Self:
        """The record as such a case, with choices of readings and parameters."""
        values = {name: getattr(record, name) for name in Record.model_fields}
        found = cls.model_construct(_fields_set=set(record.model_fields_set), **values)
        found._origin = record.origin
        found._readings = dict(readings or {})
        found._parameters = dict(parameters or {})
        return found

    @property
    def choices(self) -> tuple[dict[str, str], dict[str, int]]:
        """The readings and parameters that this case was given, other than the policy's own."""
        return dict(self._readings), dict(self._parameters)

    def decide(self) -> Decision:
        """The determination of each line; it shows itself as a coloured proof."""
        from clausewise.api.cases import decide

        return decide(self)

    def what_if(self, settings: Mapping[str, Any]) -> Self:
        """A new case with the settings made: places of the case, ``reading.…``, ``parameter.…``.

        Raises EditError, InputError or, when it is decided, ChoiceError.
        """
        edits, readings, parameters = split_settings(settings)
        record = edited(self, edits.items()) if edits else self
        return self.of(record, {**self._readings, **readings}, {**self._parameters, **parameters})

    def compare(self, other: Case) -> Difference:
        """What differs between the decision of this case and that of another."""
        return Difference.of(difference(self.decide(), other.decide()))

    def why(self, *, full: bool = False) -> Answer[Decision]:
        """All reasons with their evidence; ``full`` shows every clause."""
        from clausewise.views.terminal import why

        decision = self.decide()
        return Answer(decision, tuple(why(decision, full=full)))

    def why_not(self) -> Answer[dict[str, tuple[Blocking, ...]]]:
        """Every clause in the way of an approval, with its gaps."""
        from clausewise.logic.explain.gaps import why_not
        from clausewise.views.gaps import why_not_lines

        decision = self.decide()
        found = decision.ask(why_not)
        return Answer(found, tuple(why_not_lines(decision, found)))

    def missing(self) -> Answer[Any]:
        """The least documentation that would make a line medically necessary, as alternatives."""
        from clausewise.api.cases import missing
        from clausewise.views.missing import missing_lines

        found = missing(self)
        return Answer(found, tuple(missing_lines(self, found)))

    def flip(
        self, to: str | None = None, *, size: int = 2, hold: Iterable[str] = ()
    ) -> Answer[dict[str, tuple[FlipSet, ...]]]:
        """The smallest sets of at most ``size`` changes that lead to the determination ``to``."""
        from clausewise.logic.what_if.flip import flip, necessary_by_side
        from clausewise.views.flip import flip_lines

        decision, held = self.decide(), tuple(hold)
        found = decision.ask(partial(flip, to=to, largest=size, hold=held))
        necessary = necessary_by_side(decision, found, whole=to is None and not held)
        return Answer(found, tuple(flip_lines(decision, found, necessary)))

    def depends_on(self) -> Answer[dict[str, tuple[FlipSet, ...]]]:
        """The entries of an approval whose withdrawal alone would end it."""
        from clausewise.logic.what_if.flip import necessary_entries
        from clausewise.views.flip import necessary_lines

        decision = self.decide()
        found = decision.ask(necessary_entries)
        return Answer(found, tuple(necessary_lines(decision, found)))

    def when(self, *, days: int = 730) -> Answer[tuple[Interval, ...]]:
        """On which days of receipt the same record would be approved, denied or pended."""
        from clausewise.api.cases import when
        from clausewise.views.comparison import when_lines

        found = when(self, days=days)
        return Answer(found, tuple(when_lines(self, found)))

    def graph(self, **options: Any) -> Picture:
        """The criteria with this case laid over them; options as of ``clausewise.graph``."""
        from clausewise.api.pictures import graph

        return graph(self, **options)

    def report(self, path: str | Path | None = None) -> str:
        """The audit report as HTML; written to ``path`` when one is given."""
        from clausewise.api.pictures import report

        text = report(self)
        if path is not None:
            Path(path).write_text(text, encoding="utf-8")
        return text

    def explore(self, side: str | None = None) -> Any:
        """A panel in a notebook: click on leaves, move numbers and dates, switch readings."""
        from clausewise.viz.notebook.widget import panel

        return panel(self, side=side, readings=self._readings, parameters=self._parameters)

    def __repr__(self) -> str:
        return f"<Case {self.case}: {self.request.procedure}, {self.request.side}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import case_card

        return case_card(self)


@dataclass(frozen=True, repr=False)
class Decision(PlainDecision):
    """A decision that shows itself as a coloured proof."""

    @classmethod
    def of(cls, decision: PlainDecision) -> Self:
        """The decision as one that shows itself."""
        return cls(**{each.name: getattr(decision, each.name) for each in fields(PlainDecision)})

    @property
    def determination(self) -> str:
        """The determination, where there is one line; raises ValueError for several."""
        (line,) = self.lines
        return line.determination

    def graph(self, side: str | None = None, *, why: bool = False, facts: bool = False) -> Picture:
        """The criteria with this decision laid over them."""
        from clausewise.viz.picture.picture import case_picture, line_of

        return case_picture(self, line_of(self, side), why=why, facts=facts)

    def report(self) -> str:
        """The audit report as HTML."""
        from clausewise.viz.report.report import report

        return report(self)

    def __repr__(self) -> str:
        lines = ", ".join(
            f"{line.side} {line.determination.replace('_', ' ')}" for line in self.lines
        )
        return f"<Decision {self.case.case}: {lines}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import decision_card

        return decision_card(self)


@dataclass(frozen=True, repr=False)
class Difference(PlainDifference):
    """A difference that shows itself as tables, and as a picture."""

    @classmethod
    def of(cls, found: PlainDifference) -> Self:
        """The difference as one that shows itself."""
        return cls(**{each.name: getattr(found, each.name) for each in fields(PlainDifference)})

    def graph(self, side: str | None = None) -> Picture:
        """The criteria with what changed marked."""
        from clausewise.viz.picture.picture import difference_picture

        return difference_picture(self, side or self.lines[0].side)

    def __repr__(self) -> str:
        lines = ", ".join(f"{line.side} {line.before} → {line.after}" for line in self.lines)
        return f"<Difference {self.after.case.case}: {lines}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import difference_card

        return difference_card(self)
