"""The Python twins of the commands: the same names, plain arguments, typed results."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from facts.case import Case
from facts.files import InputError
from facts.validation import load_case
from logic.choices import ChoiceError
from logic.determination import Decision, decide_case
from logic.mm_1508 import POLICY
from logic.notation import Clause
from logic.policy import Policy, Reading
from logic.program import program_of
from logic.result import result as _result
from logic.template import template as _template

__all__ = [
    "Case",
    "ChoiceError",
    "Decision",
    "InputError",
    "decide",
    "load",
    "policy",
    "readings",
    "result",
    "template",
    "why",
]


def load(path: str | Path) -> Case:
    """The case in a YAML or JSON file of format ``clausewise-case/1``.

    Raises InputError, which holds every error of the file with its path and line.
    """
    return load_case(path)


def _case(case: Case | str | Path) -> Case:
    return case if isinstance(case, Case) else load_case(case)


def decide(
    case: Case | str | Path,
    *,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy = POLICY,
) -> Decision:
    """The determination of each service line of a case, with the status of every clause.

    ``readings`` (name to value) and ``parameters`` (name to whole number) change the policy's
    defaults. Raises InputError for a bad file and ChoiceError for an unknown choice.
    """
    return decide_case(_case(case), policy, readings=readings, parameters=parameters)


def result(decision: Decision) -> dict[str, Any]:
    """The result as plain data, as ``decide --format json`` prints it: proofs included."""
    return _result(decision)


def why(
    case: Case | str | Path,
    *,
    full: bool = False,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
) -> str:
    """The explanation of a decision as plain text: outcome, every reason, evidence, advisories.

    ``full`` shows every clause. Raises InputError and ChoiceError as ``decide`` does.
    """
    from clausewise.terminal import why as explain

    decision = decide(case, readings=readings, parameters=parameters)
    return "\n".join(text.plain for text in explain(decision, full=full))


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
