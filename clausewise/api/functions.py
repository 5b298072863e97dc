"""The Python twins of the commands about a case or the policy: the same names, typed results.

A case is given as one, or as what ``load`` takes. A function returns what the method of its name
returns; the data of an ``Answer`` is its ``value``. ``readings`` (name to value) and ``parameters``
(name to whole number) change the policy's defaults. ``policy`` is a policy, or ``NUMBER`` or
``NUMBER@DAY`` of an installed one; without it that of the case's plan, procedure and day of receipt
decides. All raise InputError for a bad file, ChoiceError for an unknown reading or parameter and
UnknownPolicyError for a policy that is not installed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.api.case import Case
from clausewise.api.loading import Given, read_one
from clausewise.api.results import Answer, Decision, Difference
from clausewise.facts.case.editing import EditError
from clausewise.facts.case.editing import as_of as file_of
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.syntax import read_bytes
from clausewise.facts.case.values import nearest
from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.facts.errors import ClausewiseError, UnknownNameError
from clausewise.logic.decision.decide import Decision as PlainDecision
from clausewise.logic.explain.blank_case import template as _template
from clausewise.logic.explain.gaps import Blocking
from clausewise.logic.explain.result import result as _result
from clausewise.logic.language.choices import ChoiceError, choose
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Policy, Reading
from clausewise.logic.policies.choice import policy_for_procedure
from clausewise.logic.policies.registry import (
    Registered,
    UnknownPolicyError,
    folder_of,
    policy_meant,
    registry,
)
from clausewise.logic.program.program import program_of
from clausewise.logic.proof.case_text import check_text
from clausewise.logic.proof.checker import MOST_PROOF_BYTES, Proved, Refused
from clausewise.logic.proof.checker import check as _check
from clausewise.logic.what_if.flip import FlipSet, FlipSets
from clausewise.logic.what_if.missing import Missing
from clausewise.logic.what_if.receipt_days import Interval, Intervals

if TYPE_CHECKING:
    from clausewise.facts.documents.quotes import QuoteCheck
    from clausewise.logic.authoring.places import Fault
    from clausewise.viz.graph import PolicyGraph
    from clausewise.viz.picture.picture import Picture

__all__ = [
    "Blocking",
    "Case",
    "ChoiceError",
    "ClausewiseError",
    "Decision",
    "Difference",
    "EditError",
    "FlipSet",
    "InputError",
    "Interval",
    "Missing",
    "Proved",
    "Refused",
    "Registered",
    "UnknownPolicyError",
    "as_of",
    "check",
    "check_policy",
    "decide",
    "dependency_graph",
    "flip",
    "graph",
    "load",
    "missing",
    "new_policy",
    "policies",
    "policy",
    "quotes",
    "readings",
    "report",
    "result",
    "template",
    "touches",
    "what_if",
    "when",
    "why",
    "why_not",
]


def load(path: Given) -> Case:
    """The case in a YAML or JSON file of format ``clausewise-case/1``, or in a FHIR bundle.

    Of a cohort the case on a line (``cohort.ndjson:123``), of an id (``cohort.ndjson:CASE-ID``) or
    of a number (``relations:17``). A mapping, or JSON as text, is what such a file holds. Raises
    InputError, which holds every error of the file with its path and line.
    """
    return Case.of(path)


def decide(
    case: Given,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Decision:
    """The determination of each service line of a case, with the status of every clause."""
    return Case.of(case, readings, parameters, policy).decide()


def result(decision: PlainDecision) -> dict[str, Any]:
    """The result as plain data, as ``decide --format json`` prints it: proofs included."""
    return _result(decision)


def why(
    case: Given,
    *,
    full: bool = False,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Answer[Decision]:
    """The explanation of a decision: outcome, every reason, evidence, advisories.

    It prints as text and shows itself in colours; ``full`` shows every clause.
    """
    return Case.of(case, readings, parameters, policy).why(full=full)


def why_not(
    case: Given,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Answer[dict[str, tuple[Blocking, ...]]]:
    """For each line (by side) every clause in the way of an approval, with its gaps by code."""
    return Case.of(case, readings, parameters, policy).why_not()


def missing(
    case: Given,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Answer[tuple[Missing, ...]]:
    """For each line, the smallest sets of documentation that would make it medically necessary.

    Each set is verified by deciding the case with it and has no superfluous member. A line that is
    denied may have none: what is documented is not undone by further documents.
    """
    return Case.of(case, readings, parameters, policy).missing()


def flip(
    case: Given,
    to: str | None = None,
    *,
    size: int = 2,
    hold: Iterable[str] = (),
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Answer[dict[str, FlipSets]]:
    """For each line (by side) the smallest sets of at most ``size`` changes that lead to ``to``.

    Without ``to`` an approval is asked for what would end it, anything else for what would approve
    it. ``hold`` names entries, ids, findings or lists that stay. Each set is verified.
    """
    return Case.of(case, readings, parameters, policy).flip(to, size=size, hold=hold)


def what_if(
    case: Given,
    settings: Mapping[str, Any],
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Difference:
    """The difference that settings make to a decision; the case itself is not changed.

    ``settings`` maps places of the case file (``measurements[0].value``,
    ``injections.I2.relief_percent``, ``findings+``), ``reading.NAME`` and ``parameter.NAME`` to
    values; None takes a place away. Raises EditError too.
    """
    return Case.of(case, readings, parameters, policy).effect_of(settings)


def as_of(
    case: Given,
    day: date | str,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Difference:
    """The decision on what the plan had received by ``day``, beside the one on the whole file."""
    return Case.of(case, readings, parameters, policy).as_of(day)


def when(
    case: Given,
    *,
    days: int = 730,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Answer[Intervals]:
    """The intervals of days of receipt with the same determination, ``days`` before and after, and
    the clauses that change between them; each day under the version of the policy in force."""
    return Case.of(case, readings, parameters, policy).when(days=days)


def check(
    proof: str | Path,
    case: Given,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    as_of: date | None = None,
    policy: Policy | str | None = None,
) -> Proved:
    """What the certificate in the file ``proof`` proves of the case, or of it as of a day.

    The case of a case file is held against the text of that file first. Raises Refused when the
    certificate is not valid or the case is not what its file says, and InputError for a file that
    cannot be read.
    """
    content = read_bytes(Path(proof), MOST_PROOF_BYTES, "proof")
    if len(content) > MOST_PROOF_BYTES:
        raise Refused(f"the proof is larger than {MOST_PROOF_BYTES} bytes")
    try:
        text = text_of(content)
    except NotUtf8Error as error:
        raise Refused(f"the proof: {error}") from None
    case_file, record = read_one(case)
    if case_file is not None:
        check_text(case_file, record)
    given = Case.of(record, readings, parameters, policy)
    shown = given if as_of is None else file_of(given, as_of)
    return replace(
        _check(text, shown, given.policy, *given.choices),
        as_of="" if as_of is None else as_of.isoformat(),
        from_file=case_file is not None,
        notice=given.chosen.sentence,
    )


def quotes(case: Given, folder: str | Path) -> tuple[QuoteCheck, ...]:
    """Where each quote of a case stands among the documents in a folder, text or PDF.

    Raises InputError, and ``facts.documents.pages.DocumentError`` for what cannot be read.
    """
    from clausewise.facts.documents.quotes import check_quotes

    return check_quotes(Case.of(case), Path(folder))


def policies() -> tuple[Registered, ...]:
    """The installed policies; ``about`` of each says whose it is, for which plans and since when.

    Raises ``PolicyError`` for a package that says it wrongly.
    """
    return registry()


def new_policy(
    name: str,
    where: str | Path = ".",
    *,
    procedure: str = "sleeve_gastrectomy",
    first: date = date(2026, 1, 1),
) -> Path:
    """Write the skeleton of a policy to a new folder ``name`` in ``where`` and give that folder.

    Raises ``logic.authoring.skeleton.SkeletonError``.
    """
    from clausewise.logic.authoring.skeleton import new_policy as written

    return written(name, Path(where), procedure, first)


def check_policy(policy: str | Path) -> tuple[Fault, ...]:
    """Every fault of a policy, by its folder or its number; none when it can be decided with."""
    from clausewise.logic.authoring.check import check_policy as faults_of

    return faults_of(folder_of(str(policy)))


def policy(label: str | None = None, *, policy: Policy | str | None = None) -> Policy | Clause:
    """A policy, or one of its clauses with its rules.

    Without ``policy`` it is the one that is meant where nothing is said. Raises
    UnknownNameError (a KeyError) for a label that the policy does not have.
    """
    found = policy_meant(policy)
    if label is None:
        return found
    if label not in found.clauses:
        raise UnknownNameError(f"{label!r} is no clause of {found.number}")
    return found.clauses[label]


def readings(*, policy: Policy | str | None = None) -> tuple[Reading, ...]:
    """The register of readings: each choice with its default, alternatives and text spot."""
    return policy_meant(policy).readings


def template(procedure: str, *, policy: Policy | str | None = None) -> str:
    """A blank, commented case file (YAML) for a procedure name or CPT code.

    Raises KeyError when the policy has no path for it.
    """
    found = policy_for_procedure(procedure) if policy is None else policy_meant(policy)
    return _template(program_of(found), procedure)


def graph(
    case: Given | None = None,
    *,
    path: str | None = None,
    clause: str | None = None,
    side: str | None = None,
    facts: bool = False,
    why: bool = False,
    reasons: bool = False,
    settings: Mapping[str, Any] | None = None,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> Picture:
    """A picture of the criteria, with a case laid over it when one is given.

    Without a case the whole policy, or one ``path`` (a procedure's name). ``clause`` draws one
    clause alone; ``side`` chooses the line of a bilateral case (the first is drawn otherwise).
    ``why`` lights only what the determination rests on, ``reasons`` draws nothing but what decided;
    ``settings``, as in ``what_if``, draws the
    difference they make. Raises UnknownNameError for an unknown path or clause, and
    ``viz.errors.PictureError`` when the case has no such line or no path.
    """
    from clausewise.viz.picture.overlay import nothing
    from clausewise.viz.picture.picture import clause_picture, policy_picture

    if case is not None:
        given = Case.of(case, readings, parameters, policy)
        return given.graph(
            side, clause=clause, why=why, facts=facts, reasons=reasons, settings=settings
        )
    found = policy_meant(policy)
    choices = choose(found, readings, parameters)
    if clause is not None:
        if clause not in found.clauses:
            hint = nearest(clause, found.clauses)
            raise UnknownNameError(f"{clause!r} is no clause of {found.number}{hint}")
        overlay = nothing(found, choices, "")
        return clause_picture(found, clause, overlay=overlay, facts=facts)
    chosen = None if path is None else found.path_of(path)
    if path is not None and chosen is None:
        raise UnknownNameError(f"{path!r} is not a path of {found.number}")
    return policy_picture(found, path=chosen, facts=facts, choices=choices)


def touches(name: str, *, policy: Policy | str | None = None) -> Picture:
    """A picture of every clause that a fact, a parameter, a reading or a clause can affect.

    Raises ``viz.errors.UnknownNodeError`` for a name that the policy does not have.
    """
    from clausewise.viz.picture.impact import impact_picture

    return impact_picture(policy_meant(policy), name)


def dependency_graph(*, policy: Policy | str | None = None) -> PolicyGraph:
    """The dependency graph of the criteria: a networkx graph with an auditor's questions."""
    from clausewise.viz.graph import policy_graph

    return policy_graph(program_of(policy_meant(policy)))


def report(
    case: Given | PlainDecision,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
) -> str:
    """The audit report about a case, or about a decision, as one self-contained HTML page."""
    if isinstance(case, PlainDecision):
        return Decision.of(case).report()
    return Case.of(case, readings, parameters, policy).report()
