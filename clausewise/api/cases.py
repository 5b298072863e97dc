"""The Python twins of the commands: the same names, plain arguments, typed results."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

from clausewise.api.loading import load_one
from clausewise.displays.cases import Case, Decision, Difference
from clausewise.facts.case.editing import EditError
from clausewise.facts.case.model import Case as Record
from clausewise.facts.case.syntax import InputError
from clausewise.logic.decision.decide import Decision as PlainDecision
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.blank_case import template as _template
from clausewise.logic.explain.gaps import Blocking
from clausewise.logic.explain.gaps import why_not as _why_not
from clausewise.logic.explain.result import result as _result
from clausewise.logic.language.choices import ChoiceError
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Policy, Reading
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.proof.checker import Refused
from clausewise.logic.proof.checker import check as _check
from clausewise.logic.what_if.compare import then_and_now
from clausewise.logic.what_if.compare import what_if as _what_if
from clausewise.logic.what_if.flip import FlipSet
from clausewise.logic.what_if.flip import flip as _flip
from clausewise.logic.what_if.missing import Missing
from clausewise.logic.what_if.missing import missing as _missing
from clausewise.logic.what_if.receipt_days import Interval
from clausewise.logic.what_if.receipt_days import when as _when

__all__ = [
    "Blocking",
    "Case",
    "ChoiceError",
    "Decision",
    "Difference",
    "EditError",
    "FlipSet",
    "InputError",
    "Interval",
    "Missing",
    "Refused",
    "as_of",
    "check",
    "decide",
    "flip",
    "load",
    "missing",
    "policy",
    "readings",
    "result",
    "template",
    "what_if",
    "when",
    "why",
    "why_not",
]


def load(path: str | Path) -> Case:
    """The case in a YAML or JSON file of format ``clausewise-case/1``.

    Of a cohort the case on a line (``cohort.ndjson:123``) or of a number (``relations:17``). Raises
    InputError, which holds every error of the file with its path and line.
    """
    return Case.of(load_one(path))


def _case(
    case: Record | str | Path,
    readings: Mapping[str, str] | None,
    parameters: Mapping[str, int] | None,
) -> tuple[Record, dict[str, str], dict[str, int]]:
    """The case, and the choices made here on top of those that the case was given."""
    record = case if isinstance(case, Record) else load_one(case)
    own_readings, own_parameters = record.choices if isinstance(record, Case) else ({}, {})
    return record, {**own_readings, **(readings or {})}, {**own_parameters, **(parameters or {})}


def decide(
    case: Record | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy = POLICY,
) -> Decision:
    """The determination of each service line of a case, with the status of every clause.

    ``readings`` (name to value) and ``parameters`` (name to whole number) change the policy's
    defaults. Raises InputError for a bad file and ChoiceError for an unknown choice.
    """
    record, readings, parameters = _case(case, readings, parameters)
    return Decision.of(decide_case(record, policy, readings=readings, parameters=parameters))


def result(decision: PlainDecision) -> dict[str, Any]:
    """The result as plain data, as ``decide --format json`` prints it: proofs included."""
    return _result(decision)


def why(
    case: Record | str | Path,
    *,
    full: bool = False,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> str:
    """The explanation of a decision as plain text: outcome, every reason, evidence, advisories.

    ``full`` shows every clause. Raises InputError and ChoiceError as ``decide`` does.
    """
    from clausewise.views.terminal import why as explain

    decision = decide(case, readings=readings, parameters=parameters)
    return "\n".join(text.plain for text in explain(decision, full=full))


def missing(
    case: Record | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> tuple[Missing, ...]:
    """For each line, the smallest sets of documentation that would make it medically necessary.

    Each set is verified by deciding the case with it and has no superfluous member. A line that is
    denied may have none: what is documented is not undone by further documents.
    """
    decision = decide(case, readings=readings, parameters=parameters)
    return tuple(_missing(decision, line) for line in decision.lines)


def flip(
    case: Record | str | Path,
    to: str | None = None,
    *,
    size: int = 2,
    hold: Iterable[str] = (),
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> dict[str, tuple[FlipSet, ...]]:
    """For each line (by side) the smallest sets of at most ``size`` changes that lead to ``to``.

    Without ``to`` an approval is asked for what would end it, anything else for what would approve
    it. ``hold`` names entries, ids, findings or lists that stay. Each set is verified.
    """
    decision = decide(case, readings=readings, parameters=parameters)
    return decision.ask(partial(_flip, to=to, largest=size, hold=tuple(hold)))


def what_if(
    case: Record | str | Path,
    settings: Mapping[str, Any],
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Difference:
    """The difference that settings make to a decision; the case itself is not changed.

    ``settings`` maps places of the case file (``measurements[0].value``,
    ``injections.I2.relief_percent``, ``findings+``), ``reading.NAME`` and ``parameter.NAME`` to
    values; None takes a place away. Raises EditError, InputError or ChoiceError.
    """
    record, readings, parameters = _case(case, readings, parameters)
    found = _what_if(record, POLICY, settings, readings=readings, parameters=parameters)
    return Difference.of(found)


def as_of(
    case: Record | str | Path,
    day: date,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> Difference:
    """The decision on what the plan had received by ``day``, beside the one on the whole file."""
    record, readings, parameters = _case(case, readings, parameters)
    found = then_and_now(record, POLICY, day, readings=readings, parameters=parameters)
    return Difference.of(found)


def when(
    case: Record | str | Path,
    *,
    days: int = 730,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> tuple[Interval, ...]:
    """The intervals of days of receipt with the same determination, ``days`` before and after."""
    record, readings, parameters = _case(case, readings, parameters)
    return _when(record, POLICY, days=days, readings=readings, parameters=parameters)


def check(
    proof: str | Path,
    case: Record | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> None:
    """Raise ``logic.proof.checker.Refused`` unless the certificate in the file is valid for the
    case.
    """
    text = Path(proof).read_text(encoding="utf-8")
    record, readings, parameters = _case(case, readings, parameters)
    _check(text, record, POLICY, readings, parameters)


def why_not(
    case: Record | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> dict[str, tuple[Blocking, ...]]:
    """For each line (by side) every clause in the way of an approval, with its gaps by code."""
    decision = decide(case, readings=readings, parameters=parameters)
    return decision.ask(_why_not)


def policy(label: str | None = None) -> Policy | Clause:
    """The policy MM-1508, or one of its clauses with its rules.

    Raises KeyError for a label that the policy does not have.
    """
    return POLICY if label is None else POLICY.clauses[label]


def readings() -> tuple[Reading, ...]:
    """The register of readings: each choice with its default, alternatives and text spot."""
    return POLICY.readings


def template(procedure: str) -> str:
    """A blank, commented case file (YAML) for a procedure name or CPT code.

    Raises KeyError when the policy has no path for it.
    """
    return _template(program_of(POLICY), procedure)
