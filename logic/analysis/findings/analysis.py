"""All findings about a policy, path by path, with the limits of the records they are about."""

from __future__ import annotations

from dataclasses import dataclass

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.reasons import (
    Contradiction,
    Reason,
    contradictions,
    impossible_outcomes,
    reasons_of,
    unreachable,
)
from clausewise.logic.analysis.findings.register import (
    Weighed,
    parameters_weighed,
    readings_weighed,
)
from clausewise.logic.analysis.findings.unread import Unread, unread
from clausewise.logic.analysis.findings.worlds import PathWorlds, Witness
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.record import usual_receipt
from clausewise.logic.engine.collector import collector_paused
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.status import Status
from clausewise.logic.program.program import Program


@dataclass(frozen=True)
class PathFindings:
    """What is found about one path. ``approval`` is the approval that states least, to which the
    witnesses are near; ``approved_share`` is the share of approvals, each record counted alike."""

    path: Path
    variables: int
    records: int
    limits: tuple[str, ...]
    approval: Witness | None
    approved_share: float
    impossible: tuple[Determination, ...]
    reasons: tuple[Reason, ...]
    contradictions: tuple[Contradiction, ...]
    unreachable: tuple[tuple[str, Status], ...]
    readings: tuple[Weighed, ...]
    parameters: tuple[Weighed, ...]


@dataclass(frozen=True)
class Analysis:
    """What a policy says of itself."""

    policy: Policy
    paths: tuple[PathFindings, ...]
    unread: Unread


def analyse(program: Program, procedure: str | None = None) -> Analysis:
    """Every finding about a policy, or about its path for one procedure.

    What no clause looks at is about all paths in either case. Raises KeyError for a procedure
    without a path, and ``worlds.WitnessError`` if the engine disagrees.
    """
    if procedure is not None and program.policy.path_of(procedure) is None:
        raise KeyError(procedure)
    asked, found = [], []
    for path in program.policy.paths:
        if procedure not in (None, path.procedure):
            asked.append(Asked(program, path, usual_receipt(program)))
            continue
        worlds = PathWorlds(program, path)
        asked.append(worlds.record.asked)
        found.append(_of_path(worlds))
    return Analysis(program.policy, tuple(found), unread(asked))


@collector_paused()
def _of_path(worlds: PathWorlds) -> PathFindings:
    approved = worlds.default.outcome(Determination.MEDICALLY_NECESSARY)
    return PathFindings(
        worlds.path,
        len(worlds.record.parts),
        worlds.record.size,
        worlds.record.limits,
        worlds.witness(approved, start=worlds.record.plainest),
        worlds.diagrams.share(approved),
        impossible_outcomes(worlds),
        reasons_of(worlds),
        contradictions(worlds),
        tuple(unreachable(worlds)),
        tuple(readings_weighed(worlds)),
        tuple(parameters_weighed(worlds)),
    )
