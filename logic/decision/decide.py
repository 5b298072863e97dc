"""Deciding a case: facts in, for each service line a determination with the status of each clause.

pyDatalog answers. The same clauses are evaluated once more with their derivations kept
(``logic.derivation.model``), and the two have to agree on everything that was asked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property
from typing import TypeAlias, TypeVar

from clausewise.facts.case.model import Case, Entry
from clausewise.facts.case.validation import case_warnings
from clausewise.facts.relations.from_case import calendar_rows, case_facts
from clausewise.facts.schema import Row
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.engine.collector import collection_paused
from clausewise.logic.language.choices import Choices, choose
from clausewise.logic.language.criteria import conflicting, met, not_met, told_met, told_not_met
from clausewise.logic.language.determination_rules import determination
from clausewise.logic.language.notation import Atom, Clause, Relation, Variable
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.status import Status
from clausewise.logic.program.program import Program, program_of

Answer = TypeVar("Answer")

EXCLUSION_WORDS: Mapping[str, str] = {
    Status.MET: "applies",
    Status.NOT_MET: "ruled_out",
    Status.CONFLICTING: "conflicting",
    Status.UNDOCUMENTED: "not_documented",
}
"""How the status of an exclusion is called."""


def status_word(clause: Clause, status: str) -> str:
    """A status as it is called for the clause's kind, in words."""
    word = EXCLUSION_WORDS[status] if clause.kind == "exclusion" else status
    return word.replace("_", " ")


class DisagreementError(RuntimeError):
    """pyDatalog and the derivations differ on an atom: nothing is decided then."""


@dataclass(frozen=True)
class LineDecision:
    """The determination of one service line, with the status of every clause of its path.

    ``statuses`` are by label, exclusions included;
    ``path`` is None when no path of the policy has the procedure. ``model`` holds the derivations.
    """

    side: str
    procedure: str
    anchor: date
    determination: Determination
    path: Path | None
    statuses: Mapping[str, Status]
    criteria: Mapping[str, Status]
    exclusions: Mapping[str, str]
    decisive: tuple[str, ...]
    model: Model = field(repr=False, compare=False)
    program: Program = field(repr=False, compare=False)

    @property
    def goal(self) -> GroundAtom:
        """The atom that a proof of the determination shows."""
        return GroundAtom("determination", (self.side, self.determination))

    @property
    def unmet_scope(self) -> tuple[str, ...]:
        """The clauses for which the policy does not govern the line; none when it does."""
        return tuple(
            label
            for label in self.program.scope
            if label != "scope" and self.statuses[label] != "met"
        )


@dataclass(frozen=True)
class Decision:
    """What was decided on a case: its lines, the policy and the choices it rests on."""

    case: Case
    policy: Policy
    choices: Choices
    lines: tuple[LineDecision, ...]
    warnings: tuple[str, ...]
    rows: Mapping[str, tuple[Row, ...]] = field(repr=False, compare=False)

    def ask(self, question: Callable[[Decision, LineDecision], Answer]) -> dict[str, Answer]:
        """The answer to a question about each line, by side."""
        return {line.side: question(self, line) for line in self.lines}

    @cached_property
    def entries(self) -> Mapping[str, Entry]:
        """The entries of the record by their keys, such as ``findings[0]``."""
        return dict(self.case.entries())

    @cached_property
    def by_side(self) -> Mapping[str, LineDecision]:
        """The lines by side."""
        return {line.side: line for line in self.lines}


def base_facts(case: Case, policy: Policy, choices: Choices) -> dict[str, tuple[Row, ...]]:
    """All facts of a case under these choices: record, choices, calendar and policy."""
    return facts_under(case_facts(case).rows, policy, choices)


def facts_under(
    record: Mapping[str, tuple[Row, ...]], policy: Policy, choices: Choices
) -> dict[str, tuple[Row, ...]]:
    """The facts of a record, by relation, with those of choices, calendar and policy."""
    rows = dict(record)
    rows["parameter"] = tuple(choices.parameters.items())
    rows["reading"] = tuple(choices.readings.items())
    rows["months_before"] = calendar_rows(record, periods_in_use(policy, choices))
    for name, row in policy.static_facts:
        rows[name] = (*rows.get(name, ()), row)
    return rows


def periods_in_use(policy: Policy, choices: Choices) -> tuple[int, ...]:
    """The periods in months that the chosen numbers of the policy name, each once."""
    return tuple(
        sorted(
            {
                value
                for name, value in choices.parameters.items()
                if policy.parameter[name].unit == "months"
            }
        )
    )


@contextmanager
def _asking(
    program: Program, choices: Choices, rows: Mapping[str, tuple[Row, ...]]
) -> Iterator[Callable[[Atom], list[Row]]]:
    """The questions of an engine that holds the facts of a case."""
    pool = program.pool_for(choices)
    with pool.engine() as engine, engine.facts(rows), engine.questions() as ask:
        yield ask


@collection_paused()
def determination_of(
    case: Case, policy: Policy, choices: Choices, side: str, *, by_pydatalog: bool = True
) -> Determination:
    """The determination of one line alone, asked of pyDatalog and compared as in ``decide_case``.

    Without ``by_pydatalog`` it is what the derivations say. Raises DisagreementError when the two
    evaluations differ.
    """
    program = program_of(policy)
    rows = base_facts(case, policy, choices)
    model = Model(program.plan.without(frozenset(), "determination"), rows)
    if not by_pydatalog:
        ((found,),) = [row[1:] for row in model.rows["determination"] if row[0] == side]
        return Determination(str(found))
    with _asking(program, choices, rows) as ask:
        return _Asked(ask, model, side).determination()


@collection_paused()
def decide_case(
    case: Case,
    policy: Policy,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Decision:
    """Decide every service line of ``case`` under ``policy``.

    ``readings`` and ``parameters`` change the policy's defaults; raises
    ``logic.language.choices.ChoiceError`` for unknown ones and DisagreementError when the two
    evaluations differ.
    """
    program = program_of(policy)
    choices = choose(policy, readings, parameters)
    rows = base_facts(case, policy, choices)
    model = Model(program.plan, rows)
    code = VOCABULARY.procedure_of_code(case.request.procedure)
    procedure = code or case.request.procedure
    path = policy.path_of(procedure)
    lines: list[LineDecision] = []
    labels = program.criteria(path) if path else ()
    barring = program.exclusions(path, choices.readings) if path else ()
    order = program.bottom_up((*labels, *barring, *program.scope))
    with _asking(program, choices, rows) as ask:
        for side in case.sides:
            asked = _Asked(ask, model, side)
            found = {label: asked.status(label) for label in order}
            outcome = asked.determination()
            statuses = {label: found[label] for label in (*labels, *barring)}
            scope = {label: found[label] for label in program.scope}
            lines.append(
                LineDecision(
                    side=side,
                    procedure=procedure,
                    anchor=_anchor(model),
                    determination=outcome,
                    path=path,
                    statuses={**scope, **statuses},
                    criteria={label: statuses[label] for label in labels},
                    exclusions={label: EXCLUSION_WORDS[statuses[label]] for label in barring},
                    decisive=tuple(decisive_clauses(policy, path, outcome, statuses)),
                    model=model,
                    program=program,
                )
            )
    return Decision(case, policy, choices, tuple(lines), case_warnings(case), rows)


def _anchor(model: Model) -> date:
    ((day,),) = model.rows["anchor"]
    return date.fromordinal(int(day))


_Question: TypeAlias = tuple[Atom, GroundAtom]
"""A question to pyDatalog, and the same to the derivations."""


@cache
def _questions(side: str, label: str) -> tuple[tuple[_Question, ...], tuple[_Question, ...]]:
    """What is asked about a clause: its statuses, and what the record tells of it, were it a leaf.

    There are two sides and some hundred labels.
    """

    def question(relation: Relation) -> _Question:
        atom = relation(side, label)
        return atom, GroundAtom(atom.key, (side,))

    return (
        tuple(question(relation) for relation in (met, not_met, conflicting)),
        tuple(question(relation) for relation in (told_not_met, told_met)),
    )


class _Asked:
    """Questions about one line, put to pyDatalog and compared with the derivations."""

    def __init__(self, ask: Callable[[Atom], list[Row]], model: Model, side: str) -> None:
        self._ask = ask
        self._model = model
        self._side = side

    def determination(self) -> Determination:
        found = self._ask(determination(self._side, Variable("Outcome")))
        expected = [row for row in self._model.rows["determination"] if row[0] == self._side]
        if len(found) != 1 or found != expected:
            raise DisagreementError(f"determination of {self._side}: {found} or {expected}")
        return Determination(str(found[0][1]))

    def status(self, label: str) -> Status:
        """The status of a clause: the first of its statuses that holds, or that none does.

        What the record says of a leaf is asked first, because its statuses follow from that.
        """
        statuses, told = _questions(self._side, label)
        for question in told:
            if not self._model.is_given(question[1].key):
                self._holds(question)
        for question in statuses:
            if self._holds(question):
                return Status(question[0].relation.name)
        return Status.UNDOCUMENTED

    def _holds(self, question: _Question) -> bool:
        """Whether an atom of this line holds, for pyDatalog and for the derivations alike."""
        atom, ground = question
        expected = self._model.holds(ground)
        if bool(self._ask(atom)) is not expected:
            raise DisagreementError(f"{atom}: pyDatalog says {not expected}")
        return expected


DECISIVE: Mapping[str, tuple[tuple[str, ...], str]] = {
    Determination.NOT_MEDICALLY_NECESSARY: ((Status.NOT_MET,), Status.MET),
    Determination.INSUFFICIENT_INFORMATION: (
        (Status.UNDOCUMENTED, Status.CONFLICTING),
        Status.CONFLICTING,
    ),
}
"""For an outcome, the statuses of criteria that it rests on, and that of exclusions."""


def decisive_clauses(
    policy: Policy, path: Path | None, outcome: str, statuses: Mapping[str, str]
) -> Iterator[str]:
    """The clauses an outcome rests on: for a denial those not met and the exclusions that apply.

    They are reached from the root by walking down ALL gates into children that are not met (for
    insufficient information: undetermined), as deep as the policy's own labels go. ANY and AT LEAST
    gates end the walk: no child of theirs decides alone.
    """
    if path is None or outcome not in DECISIVE:
        return
    wanted, barring = DECISIVE[outcome]
    for chain in chains_below(policy, path.root):
        if all(statuses[label] in wanted for label in chain):
            yield chain[-1]
    for label in statuses:
        clause = policy.clauses[label]
        if clause.kind == "exclusion" and clause.published and statuses[label] == barring:
            yield label


def chains_below(
    policy: Policy, label: str, above: tuple[str, ...] = ()
) -> Iterator[tuple[str, ...]]:
    """The ways down ALL gates from a clause to where the walk ends, each as the labels on it."""
    clause = policy.clauses[label]
    parts = [part for part in clause.parts if policy.clauses[part].published]
    if clause.gate != "ALL" or not parts:
        yield (*above, label)
        return
    for part in parts:
        yield from chains_below(policy, part, (*above, label))
