"""What the rules say of a case, by their derivations alone, in the words of the oracle.

``decide_case`` asks pyDatalog as well, which takes longer; slices of the tests compare the two.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import (
    EXCLUSION_WORDS,
    OUTCOME,
    STATUSES,
    Decision,
    base_facts,
    matching_rows,
)
from clausewise.logic.decision.decisive import decisive_clauses
from clausewise.logic.derivation.model import Model
from clausewise.logic.language.choices import choose
from clausewise.logic.language.determination_rules import determination
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.oracle.oracle import Line
from tests.support.records import Data


def derive(
    data: Data,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> list[Line]:
    """The lines of a case as the derivations have them."""
    case, program = case_from_data(data), program_of(POLICY)
    choices = choose(POLICY, readings, parameters)
    model = Model(program.plan, base_facts(case, POLICY, choices))
    procedure = VOCABULARY.procedure_of_code(case.request.procedure) or case.request.procedure
    path = POLICY.path_of(procedure)
    criteria = program.criteria(path) if path else ()
    exclusions = program.exclusions(path, choices.readings) if path else ()
    found = []
    for side in case.sides:
        own = {label: _status(model, side, label) for label in (*criteria, *exclusions)}
        ((_, outcome),) = matching_rows(model, determination(side, OUTCOME))
        decisive = list(decisive_clauses(POLICY, path, str(outcome), own))
        found.append(_line(side, str(outcome), own, decisive))
    return found


def decided_lines(decision: Decision) -> list[Line]:
    """The lines of a decision, which pyDatalog has answered, in the same words."""
    return [
        _line(line.side, str(line.determination), line.statuses, list(line.decisive))
        for line in decision.lines
    ]


def _status(model: Model, side: str, label: str) -> str:
    held = [each.name for each in STATUSES if (side,) in model.rows[each(side, label).key]]
    assert len(held) < 2, (label, held)
    return held[0] if held else "undocumented"


def _line(side: str, outcome: str, statuses: Mapping[str, str], decisive: list[str]) -> Line:
    """The published clauses of a line, criteria apart from exclusions."""
    criteria: dict[str, str] = {}
    exclusions: dict[str, str] = {}
    for label, status in statuses.items():
        clause = POLICY.clauses[label]
        if not clause.published:
            continue
        if clause.kind == "exclusion":
            exclusions[label] = EXCLUSION_WORDS[status]
        elif clause.kind == "criterion":
            criteria[label] = str(status)
    return Line(side, outcome, criteria, exclusions, decisive)
