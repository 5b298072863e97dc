"""Decisions, differences and answers that show themselves in a notebook.

Decisions and differences are the plain ones of ``logic`` with methods; what has to be drawn
or written is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from io import StringIO
from typing import TYPE_CHECKING, Any, Generic, Self, TypeVar

from clausewise.facts.case.model import Case
from clausewise.facts.case.values import nearest
from clausewise.facts.errors import UnknownNameError, with_plain_methods
from clausewise.facts.text import in_words
from clausewise.logic.decision.decide import Decision as PlainDecision
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.decision.evidence import on_side
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.what_if.compare import Difference as PlainDifference

if TYPE_CHECKING:
    from rich.text import Text

    from clausewise.viz.picture.picture import Picture

Value = TypeVar("Value")
Made = TypeVar("Made")


@dataclass(frozen=True)
class Answer(Generic[Value]):
    """An answer that prints as text and shows itself in colours; ``value`` holds what was found."""

    value: Value
    written: Callable[[], Iterable[Text]] = field(compare=False)
    """Writes the answer as lines; called when they are first asked for."""
    what_if: str = ""
    """Said first, where the answer is not under the policy's own readings and parameters."""
    plain: Callable[[], dict[str, Any]] = field(default=dict, compare=False)
    """Writes the answer as plain data; called when it is asked for."""

    def data(self) -> dict[str, Any]:
        """The answer as plain data, as the command of its name prints it with ``--format json``."""
        return ({"what_if": self.what_if} if self.what_if else {}) | self.plain()

    @cached_property
    def lines(self) -> tuple[Text, ...]:
        """The answer as lines of text with their styles."""
        from rich.text import Text

        first = (Text(self.what_if, "bold"),) if self.what_if else ()
        return (*first, *self.written())

    def __str__(self) -> str:
        from clausewise.output.terminal import WIDTH, hung

        return "\n".join(line.plain for line in hung(self.lines, WIDTH))

    def __repr__(self) -> str:
        return str(self)

    def _repr_html_(self) -> str:
        from rich.console import Console
        from rich.terminal_theme import DEFAULT_TERMINAL_THEME

        from clausewise.output.terminal import hung

        # Inside Jupyter rich would show the lines itself, beside the HTML that is returned.
        console = Console(
            record=True,
            file=StringIO(),
            force_jupyter=False,
            width=110,
            markup=False,
            emoji=False,
        )
        for line in hung(self.lines, console.width):
            console.print(line, highlight=False)
        return console.export_html(
            theme=DEFAULT_TERMINAL_THEME,
            inline_styles=True,
            code_format='<pre style="line-height:1.35;white-space:pre-wrap">{code}</pre>',
        )


@with_plain_methods
@dataclass(frozen=True, repr=False)
class Decision(PlainDecision):
    """A decision that shows itself as a coloured proof."""

    @classmethod
    def of(cls, decision: PlainDecision) -> Self:
        """The decision as one that shows itself."""
        return _with_methods(cls, decision)

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self  # nothing of a decision ever changes

    def __reduce__(self) -> tuple[Any, ...]:
        """A decision is kept as its case and choices, and made again of them by the same policy."""
        choices = self.choices
        return _decided_again, (
            type(self),
            self.case,
            self.policy.version,
            self.policy.fingerprint,
            dict(choices.readings),
            dict(choices.parameters),
            self.notice,
        )

    @property
    def determination(self) -> str:
        """The determination, where there is one line; raises ValueError for several."""
        (line,) = self.lines
        return line.determination

    def graph(
        self,
        side: str | None = None,
        *,
        clause: str | None = None,
        why: bool = False,
        facts: bool = False,
        reasons: bool = False,
    ) -> Picture:
        """The criteria, or one clause of them, with this decision laid over.

        ``side`` chooses the line of a bilateral case (the first otherwise); ``why`` lights only
        what the determination rests on, ``reasons`` draws only the clauses that decided. Raises
        UnknownNameError for an unknown clause and
        ``viz.errors.PictureError`` when the case has no such line or no path.
        """
        from clausewise.viz.picture.overlay import standing, with_values
        from clausewise.viz.picture.picture import (
            case_picture,
            clause_picture,
            line_of,
            reasons_picture,
        )

        line = line_of(self, side)
        if clause is not None:
            if clause not in self.policy.clauses:
                hint = nearest(clause, self.policy.clauses)
                raise UnknownNameError(f"{clause!r} is no clause of {self.policy.number}{hint}")
            overlay = with_values(standing(self, line), self, line)
            return clause_picture(self.policy, clause, overlay=overlay, facts=facts)
        if reasons:
            return reasons_picture(self, line)
        return case_picture(self, line, why=why, facts=facts)

    def ledger(self) -> dict[str, list[dict[str, Any]]]:
        """Where every entry, document and statement of the request ends, and why, by side."""
        from clausewise.logic.explain.ledger import Ledger, ledger_data

        return {line.side: ledger_data(Ledger(self, line)) for line in self.lines}

    def report(self) -> str:
        """The audit report as HTML."""
        from clausewise.viz.report.report import report

        return report(self)

    def __repr__(self) -> str:
        lines = ", ".join(
            f"{on_side(line.side)}{line.determination.replace('_', ' ')}" for line in self.lines
        )
        mark = f" ({self.what_if})" if self.what_if else ""
        return f"<Decision {self.case.case}: {lines}{mark}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import decision_card

        return decision_card(self)


@with_plain_methods
@dataclass(frozen=True, repr=False)
class Difference(PlainDifference):
    """A difference that shows itself as tables, and as a picture."""

    @classmethod
    def of(cls, found: PlainDifference) -> Self:
        """The difference as one that shows itself."""
        made = _with_methods(cls, found)
        return replace(made, before=Decision.of(found.before), after=Decision.of(found.after))

    def graph(self, side: str | None = None) -> Picture:
        """The criteria with what changed marked."""
        from clausewise.viz.picture.picture import difference_picture

        return difference_picture(self, side or self.lines[0].side)

    def __repr__(self) -> str:
        lines = ", ".join(
            f"{on_side(line.side)}{in_words(line.before)} → {in_words(line.after)}"
            for line in self.lines
        )
        mark = f" ({self.after.what_if})" if self.after.what_if else ""
        return f"<Difference {self.after.case.case}: {lines}{mark}>"

    def _repr_html_(self) -> str:
        from clausewise.viz.notebook.cards import difference_card

        return difference_card(self)


def _decided_again(
    kind: type[Decision],
    case: Case,
    version: str,
    fingerprint: str,
    readings: dict[str, str],
    parameters: dict[str, int],
    notice: str = "",
) -> Decision:
    """A decision that was pickled; raises PolicyError when the policy's rules are others by now."""
    policy = policy_named(version)
    if fingerprint != policy.fingerprint:
        raise PolicyError("the decision was made by other rules; decide its case again")
    decided = decide_case(case, policy, readings=readings, parameters=parameters)
    return kind.of(decided.noted(notice))


def _with_methods(make: Callable[..., Made], plain: Any) -> Made:
    """A plain dataclass of ``logic`` as one of these, which have the same fields."""
    return make(**{each.name: getattr(plain, each.name) for each in fields(plain)})
