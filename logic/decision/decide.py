"""Deciding a case: facts in, for each service line a determination with the status of each clause.

pyDatalog answers for the determination and the status of every clause. The same clauses are
evaluated once more with their derivations kept (``logic.derivation``), by other code, and the two
have to agree on each answer. pyDatalog asks again about each pair of entries, which takes minutes
and gigabytes for some hundred entries of one kind: a longer record is decided by the derivations
alone, and the decision says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property
from typing import Any, Self, TypeVar

from clausewise.facts.case.days import date_of
from clausewise.facts.case.model import Case, Entry
from clausewise.facts.case.warnings import case_warnings
from clausewise.facts.columns import Kind, Row
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.relations.from_case import calendar_rows, case_facts, shortest_periods
from clausewise.facts.schema import SCHEMA
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decisive import decisive_clauses
from clausewise.logic.derivation.calendar import recomputed_calendar
from clausewise.logic.derivation.model import DerivationPlan, Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.derivation.stages import Rows
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.language.choices import Choices, choose, what_if_of
from clausewise.logic.language.criteria import conflicting, met, not_met
from clausewise.logic.language.determination_rules import determination
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Path, Policy, Role
from clausewise.logic.language.rules import Atom, Variable
from clausewise.logic.language.status import DERIVED, Status
from clausewise.logic.program.dependencies import rules_by_key
from clausewise.logic.program.program import Program, program_of

Answer = TypeVar("Answer")

EXCLUSION_WORDS: Mapping[str, str] = {
    Status.MET: "applies",
    Status.NOT_MET: "ruled_out",
    Status.CONFLICTING: "conflicting",
    Status.UNDOCUMENTED: "not_documented",
}
"""How the status of an exclusion is called."""
NO_COUNT = "it does not count"
"""How a warning ends on an entry that counts for no clause."""


def status_word(clause: Clause, status: str) -> str:
    """A status as it is called for the clause's kind, in words."""
    word = EXCLUSION_WORDS.get(status, status) if clause.kind == "exclusion" else status
    return word.replace("_", " ")


class DisagreementError(ClausewiseError, RuntimeError):
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

    def __copy__(self) -> Self:
        return self

    def __deepcopy__(self, _: dict[int, Any]) -> Self:
        return self  # nothing of a line ever changes

    def __reduce__(self) -> tuple[Any, ...]:
        raise TypeError("a line is kept with its decision: pickle that")

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
            if label != self.program.policy.scope and self.statuses[label] != "met"
        )


@dataclass(frozen=True)
class Decision:
    """What was decided on a case: its lines, the policy and the choices it rests on.

    ``not_counted`` says why entries count for no clause, by their keys; ``notice`` is a sentence on
    the policy, where it is not that of the request, or none governs it. ``work`` is how many rows
    the literals of its rules led to: what is asked of it is bounded by such, alike on any machine.
    """

    case: Case
    policy: Policy
    choices: Choices
    lines: tuple[LineDecision, ...]
    warnings: tuple[str, ...]
    not_counted: Mapping[str, str]
    rows: Mapping[str, tuple[Row, ...]] = field(repr=False, compare=False)
    notice: str = ""
    work: int = field(default=0, repr=False, compare=False)

    def ask(self, question: Callable[[Decision, LineDecision], Answer]) -> dict[str, Answer]:
        """The answer to a question about each line, by side."""
        return {line.side: question(self, line) for line in self.lines}

    def noted(self, sentence: str) -> Self:
        """The decision with what has to be said of its policy, also among its warnings."""
        if not sentence:
            return self
        return replace(self, notice=sentence, warnings=(*self.warnings, sentence))

    @cached_property
    def what_if(self) -> str:
        """That it is not decided under the policy's own readings and parameters; else empty."""
        return what_if_of(self.policy, self.choices)

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
    return facts_under(case_facts(case), policy, choices)


def facts_under(
    record: Mapping[str, tuple[Row, ...]], policy: Policy, choices: Choices
) -> dict[str, tuple[Row, ...]]:
    """The facts of a record, by relation, with those of choices, calendar and policy."""
    rows = dict(record)
    rows["parameter"] = tuple(choices.parameters.items())
    rows["reading"] = tuple(choices.readings.items())
    periods = periods_in_use(policy, choices)
    rows["months_before"] = calendar_rows(record, periods)
    rows["shortest_months"] = shortest_periods(periods)
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


def determination_of(
    case: Case, policy: Policy, choices: Choices, side: str, *, by_pydatalog: bool = True
) -> Determination:
    """The determination of one line alone, asked of pyDatalog and compared as in ``decide_case``.

    Without ``by_pydatalog`` it is what the derivations say. Raises DisagreementError when the two
    evaluations differ.
    """
    program = program_of(policy)
    rows = base_facts(case, policy, choices)
    model = _model(program.plan.without(frozenset(), "determination"), rows)
    question = determination(side, OUTCOME)
    if by_pydatalog:
        _answers(program, rows, model, [question])
    return _determination(matching_rows(model, question))


@collector_paused()
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
    model = _model(program.plan, rows)
    code = VOCABULARY.procedure_of_code(case.request.procedure)
    procedure = code or case.request.procedure
    path = policy.path_of(procedure)
    criteria = program.criteria(path) if path else ()
    exclusions = program.exclusions(path, choices.readings) if path else ()
    labels = (*program.scope, *criteria, *exclusions)
    questions = [question for side in case.sides for question in _questions(side, labels)]
    answers = _answers(program, rows, model, questions)
    lines: list[LineDecision] = []
    for side in case.sides:
        outcome = _determination(answers[determination(side, OUTCOME)])
        statuses = {label: _status(answers, side, label) for label in labels}
        own = {label: statuses[label] for label in (*criteria, *exclusions)}
        lines.append(
            LineDecision(
                side=side,
                procedure=procedure,
                anchor=_anchor(case, program, model),
                determination=outcome,
                path=path,
                statuses=statuses,
                criteria={label: statuses[label] for label in criteria},
                exclusions={label: EXCLUSION_WORDS[statuses[label]] for label in exclusions},
                decisive=tuple(decisive_clauses(policy, path, outcome, own)),
                model=model,
                program=program,
            )
        )
    not_counted = _not_counted(case, program, model)
    warnings = case_warnings(case)
    for key, entry in case.entries():
        if why := not_counted.get(str(key)):
            place = ", ".join(map(str, filter(None, (key, date_of(entry)))))
            warnings += (f"{place}: {why}; {NO_COUNT}",)
    if sentence := not_asked(rows):
        warnings += (sentence,)
    work = model.rows.work
    return Decision(case, policy, choices, tuple(lines), warnings, not_counted, rows, work=work)


def _not_counted(case: Case, program: Program, model: Model) -> dict[str, str]:
    """Why entries count for no clause: by key in the order of the record, what the rules say."""
    found: dict[str, dict[str, None]] = {}
    for role in NEVER_COUNT:
        for row in rows_for(program, model, role):
            meaning = rules_by_key(program)[program.policy.roles[role]][0].head.relation.meaning
            found.setdefault(str(row[-1]), {})[meaning] = None
    return {str(key): " and ".join(found[key]) for key, _ in case.entries() if key in found}


def _anchor(case: Case, program: Program, model: Model) -> date:
    """The day that periods are counted back from: of a policy that says nothing, the receipt."""
    rows = rows_for(program, model, Role.ANCHOR)
    return date.fromordinal(int(rows[0][0])) if rows else case.request.received


def rows_for(program: Program, model: Model, role: Role) -> tuple[Row, ...]:
    """The rows of the relation that has this role in the policy; none where no relation has it."""
    name = program.policy.roles.get(role)
    return tuple(model.rows[name]) if name is not None else ()


NEVER_COUNT = (
    Role.NOT_RECEIVED,
    Role.AFTER_CUT_OFF,
    Role.AFTER_OPERATION,
    Role.IMPOSSIBLE_DATE,
    Role.MAY_BE_RESULT,
)
"""The roles of the relations for whose entries no clause has a use; the entry stands last."""

OUTCOME = Variable("Outcome")
STATUSES = (met, not_met, conflicting)
"""The statuses that are derived; a clause for which none holds is undocumented."""


def _questions(side: str, labels: Iterable[str]) -> list[Atom]:
    """What is asked about a line: its determination and each status of each clause."""
    statuses = [status(side, label) for label in labels for status in STATUSES]
    return [determination(side, OUTCOME), *statuses]


def _model(plan: DerivationPlan, rows: Mapping[str, tuple[Row, ...]]) -> Model:
    """The second evaluation of the facts, with a calendar of its own."""
    return Model(plan, {**rows, **recomputed_calendar(rows)})


def _answers(
    program: Program, rows: Mapping[str, tuple[Row, ...]], model: Model, questions: list[Atom]
) -> dict[Atom, list[Row]]:
    """The rows that pyDatalog answers each question with, compared with the derivations.

    Of a record that is too long for pyDatalog they are those of the derivations.
    """
    if not_asked(rows):
        return {question: matching_rows(model, question) for question in questions}
    with program.pool.engine() as engine, engine.facts(rows):
        answers = dict(zip(questions, engine.ask(questions), strict=True))
    for question, found in answers.items():
        expected = matching_rows(model, question)
        if set(found) != set(expected):
            raise DisagreementError(
                f"{question}: pyDatalog finds {found}, the derivations {expected}"
            )
    return answers


_COUNTED = {
    **{name: "entries of one kind" for name, each in SCHEMA.items() if each.kind is Kind.ENTRY},
    "document_received": "days on which documents were received",
}
MOST_ENTRIES_ASKED = 120
"""How many entries of one kind a record may have for pyDatalog to be asked about it."""


def not_asked(rows: Mapping[str, tuple[Row, ...]]) -> str:
    """The sentence that pyDatalog is not asked about these facts, which are too many of a kind.

    Empty where it is asked.
    """
    longest, of_what = max((len(rows.get(name, ())), what) for name, what in _COUNTED.items())
    if longest <= MOST_ENTRIES_ASKED:
        return ""
    return (
        f"the record has {longest} {of_what}; of more than {MOST_ENTRIES_ASKED} "
        "pyDatalog is not asked, and what the derivations say was not compared with it"
    )


def matching_rows(model: Model, atom: Atom) -> list[Row]:
    """The rows that the derivations have for an atom; its constants restrict them."""
    fixed = [(n, term) for n, term in enumerate(atom.arguments) if not isinstance(term, Variable)]
    return [row for row in model.rows[atom.key] if all(row[n] == term for n, term in fixed)]


def status_in(rows: Rows, label: str, side: str) -> Status:
    """The status that rows of the derivations give a clause for a line."""
    held = (status for status in DERIVED if (side,) in rows[f"{status}[{label}]"])
    return next(held, Status.UNDOCUMENTED)


def _determination(rows: list[Row]) -> Determination:
    """The one determination of a line."""
    if len(rows) != 1:
        raise DisagreementError(f"a line needs one determination, not {rows}")
    return Determination(str(rows[0][1]))


def _status(answers: Mapping[Atom, list[Row]], side: str, label: str) -> Status:
    """The status of a clause: the one of its statuses that holds, or that none does."""
    held = (Status(status.name) for status in STATUSES if answers[status(side, label)])
    return next(held, Status.UNDOCUMENTED)
