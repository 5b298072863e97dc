"""Proof certificates: all rule instances behind a decision, as canonical JSON.

A certificate names the policy by fingerprint, the case by hash, and the choices; its steps are the
instances of the rules that hold, all of them, each as rule and binding. Facts are not repeated: who
checks has the case. ``logic.proof.checker`` verifies one without the engine.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.errors import ClausewiseError
from clausewise.logic.decision.decide import Decision
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import GroundAtom

FORMAT = "clausewise-proof/1"
MOST_STEPS = 200_000
"""A certificate of more steps is not made; each is about a hundred bytes."""


class CertificateError(ClausewiseError):
    """There is no certificate, because it would have too many steps."""


def canonical(value: Any) -> str:
    """The one JSON text of a value: sorted keys, no blanks, ASCII, decimals with all digits."""
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, default=_encoded
    )


def _encoded(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"decimal": str(value)}
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"not a value of a certificate: {value!r}")


def case_hash(case: Case) -> str:
    """SHA-256 of the case's content, whatever the file's layout."""
    return hashlib.sha256(canonical(plain_data(case)).encode()).hexdigest()


def certificate(decision: Decision) -> dict[str, Any]:
    """The certificate of a decision as plain data; write it with ``canonical``.

    Under other choices than the policy's own it says so under ``what_if``.
    Raises CertificateError when it would have more than MOST_STEPS steps.
    """
    model = decision.lines[0].model
    marked = {"what_if": decision.what_if} if decision.what_if else {}
    return {
        **marked,
        "format": FORMAT,
        "policy": {
            "number": decision.policy.number,
            "effective": decision.policy.effective.isoformat(),
            "fingerprint": decision.policy.fingerprint,
        },
        "case": {"case": decision.case.case, "sha256": case_hash(decision.case)},
        "readings": dict(decision.choices.readings),
        "parameters": dict(decision.choices.parameters),
        "lines": [
            {
                "side": line.side,
                "determination": line.determination,
                "statuses": dict(line.statuses),
                "decisive": list(line.decisive),
            }
            for line in decision.lines
        ],
        "steps": _steps(model),
    }


def _steps(model: Model) -> list[dict[str, Any]]:
    """All rule instances, in the order of the rules and of their bindings."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    order = {
        plan.rule.identifier: number
        for number, plan in enumerate(each for plans in model.plan.plans.values() for each in plans)
    }
    # What a rule instance holds is cheap to count and dear to write.
    count = 0
    for key in model.plan.order:
        count += sum(len(instances) for instances in model.rows[key].values())
        if count > MOST_STEPS:
            raise CertificateError(
                f"the proof has more than {MOST_STEPS:,} steps, which no certificate holds"
            )
    for key in model.plan.order:
        for row in model.rows[key]:
            for instance in model.derivations(GroundAtom(key, row)):
                step: Mapping[str, Any] = {
                    "rule": instance.rule.identifier,
                    "binding": instance.binding,
                }
                found.append((order[instance.rule.identifier], canonical(step), dict(step)))
    found.sort(key=lambda each: each[:2])
    return [step for _, _, step in found]
