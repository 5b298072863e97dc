"""Pictures, the report and the dependency graph, as functions; heavy packages load on use."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.api.cases import decide, what_if
from clausewise.facts.case.model import Case
from clausewise.logic.decision.decide import Decision
from clausewise.logic.language.choices import choose
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of

if TYPE_CHECKING:
    from clausewise.viz.graph import PolicyGraph
    from clausewise.viz.picture.picture import Picture


def graph(
    case: Case | str | Path | None = None,
    *,
    path: str | None = None,
    clause: str | None = None,
    side: str | None = None,
    facts: bool = False,
    why: bool = False,
    settings: Mapping[str, Any] | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Picture:
    """A picture of the criteria, with a case laid over it when one is given.

    Without a case the whole policy, or one ``path`` (a procedure's name). ``clause`` draws one
    clause alone; ``side`` chooses the line of a bilateral case (the first is drawn otherwise).
    ``why`` lights only what the determination rests on; ``settings``, as in ``what_if``, draws the
    difference they make. Raises KeyError for an unknown path or clause, InputError and ChoiceError
    as ``decide`` does, and ``viz.errors.PictureError`` when the case has no such line or no path.
    """
    from clausewise.viz.picture import picture
    from clausewise.viz.picture.overlay import nothing, standing

    if case is None:
        choices = choose(POLICY, readings, parameters)
        if clause is not None:
            overlay = nothing(POLICY, choices, "")
            return picture.clause_picture(POLICY, clause, overlay=overlay, facts=facts)
        chosen = None if path is None else _path(path)
        return picture.policy_picture(POLICY, path=chosen, facts=facts, choices=choices)
    if settings:
        found = what_if(case, settings, readings=readings, parameters=parameters)
        return picture.difference_picture(found, side or found.lines[0].side)
    decision = decide(case, readings=readings, parameters=parameters)
    line = picture.line_of(decision, side)
    if clause is not None:
        overlay = standing(decision, line)
        return picture.clause_picture(POLICY, clause, overlay=overlay, facts=facts)
    return picture.case_picture(decision, line, why=why, facts=facts)


def _path(procedure: str) -> Any:
    found = POLICY.path_of(procedure)
    if found is None:
        raise KeyError(procedure)
    return found


def touches(name: str) -> Picture:
    """A picture of every clause that a fact, a parameter, a reading or a clause can affect.

    Raises ``viz.errors.UnknownNodeError`` for a name that the policy does not have.
    """
    from clausewise.viz.picture.impact import impact_picture

    return impact_picture(POLICY, name)


def report(
    case: Case | Decision | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> str:
    """The audit report about a case, or about a decision, as one self-contained HTML page.

    Raises InputError and ChoiceError as ``decide`` does.
    """
    from clausewise.viz.report.report import report as written

    if isinstance(case, Decision):
        return written(case)
    return written(decide(case, readings=readings, parameters=parameters))


def dependency_graph() -> PolicyGraph:
    """The dependency graph of the criteria: a networkx graph with an auditor's questions."""
    from clausewise.viz.graph import policy_graph

    return policy_graph(program_of(POLICY))
