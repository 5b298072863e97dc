"""The result as plain data: what ``decide --format json`` prints, one object a case.

The keys are a contract. Everything in it can be written as JSON; nothing in it is computed here
that the determination, the proof or the readings do not say already.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from clausewise.facts.case.model import Case, Source
from clausewise.facts.columns import EntryKey, Kind, Type
from clausewise.facts.relations.from_case import REQUEST_FIELDS
from clausewise.facts.schema import SCHEMA
from clausewise.logic.decision.advisories import Advisory, advisories
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.derivation.plan import TOTAL, GroundAtom, Instance
from clausewise.logic.explain.because import other_readings
from clausewise.logic.explain.ledger import Ledger, ledger_data
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import Constant
from clausewise.logic.proof.build import MOST_DEAD_ENDS, Premise, Prover, Step
from clausewise.logic.proof.text import atom_text, premise_text
from clausewise.logic.readings.completions import certainty
from clausewise.logic.readings.conditional_model import ReadingSensitivity

DISCLAIMER = (
    "A determination under this medical policy is a recommendation, not a promise of authorization "
    "or payment; the plan contract controls."
)
"""Stands in every report."""


def disclaimer_of(*policies: Policy) -> str:
    """What stands beside every determination under policies: the disclaimer, and their notices."""
    notices = (policy.notice for policy in policies if policy.notice)
    return " ".join(dict.fromkeys((DISCLAIMER, *notices)))


def closing(decision: Decision) -> dict[str, str]:
    """What every answer about a decision ends with: what is to be said of its policy, and the
    disclaimer."""
    noted = {"notice": decision.notice} if decision.notice else {}
    return {**noted, "disclaimer": disclaimer_of(decision.policy)}


FOR_PHYSICIAN_REVIEW = "for physician review: only a licensed physician may deny."
"""Stands with every denial that no physician has signed."""


def result(decision: Decision, *, ledger: bool = False) -> dict[str, Any]:
    """The whole result of a case, proofs and readings included; if asked for with the ledger."""
    sensitivity = ReadingSensitivity(decision)
    policy = decision.policy
    marked = {"what_if": decision.what_if} if decision.what_if else {}
    return {
        **marked,
        "case": decision.case.case,
        "policy": {
            "number": policy.number,
            "effective": policy.effective.isoformat(),
            "fingerprint": policy.fingerprint,
        },
        "lines": [
            {
                **_line(decision, line, sensitivity),
                **({"ledger": ledger_data(Ledger(decision, line))} if ledger else {}),
            }
            for line in decision.lines
        ],
        "warnings": list(decision.warnings),
        "disclaimer": disclaimer_of(policy),
    }


def line_advisories(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity
) -> tuple[Advisory, ...]:
    """All advisories of a line, the one about readings included."""
    found = advisories(decision, line)
    if not sensitivity.is_sensitive(line.side):
        return found
    ways = " ".join(other_readings(decision, line, sensitivity))
    sentence = f"Another reading of the text changes the determination. {ways}"
    return (*found, Advisory("reading_sensitive", sentence))


def signed_by_physician(case: Case) -> bool:
    """Whether a physician has signed a review of the case."""
    review = case.review
    return (
        review is not None
        and review.signed is not None
        and review.reviewer is not None
        and (review.role or "").strip().lower() == "physician"
    )


def waits_for_physician(decision: Decision, line: LineDecision) -> bool:
    """Whether the line is denied and no physician has signed that."""
    denied = line.determination == "not_medically_necessary"
    return denied and not signed_by_physician(decision.case)


def _line(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity
) -> dict[str, Any]:
    certain = certainty(decision, line)
    data: dict[str, Any] = {
        "procedure": line.procedure,
        "side": line.side,
        "anchor": line.anchor.isoformat(),
        "determination": line.determination,
        "criteria": dict(line.criteria),
        "exclusions": dict(line.exclusions),
        "decisive": list(line.decisive),
        "possible": sorted(certain.possible),
        "irrelevant": list(certain.irrelevant),
        "reading_sensitive": sensitivity.is_sensitive(line.side),
        "rests_on_readings": list(sensitivity.rests_on(line.side)),
        "other_readings": [
            {"determination": other.determination, "readings": dict(other.readings)}
            for other in sensitivity.alternatives(line.side)
        ],
        "advisories": [
            {"code": advisory.code, "sentence": advisory.sentence}
            for advisory in line_advisories(decision, line, sensitivity)
        ],
        "proof": proof_data(decision, line),
    }
    if waits_for_physician(decision, line):
        data["status"] = FOR_PHYSICIAN_REVIEW
    return data


def proof_data(decision: Decision, line: LineDecision) -> dict[str, Any]:
    """The proof of a line: the step of the determination, the steps of each clause, all steps."""
    goal, clauses, steps = proof_steps(line)
    return {"goal": goal, "clauses": clauses, "steps": steps_data(decision, line, steps)}


def proof_steps(line: LineDecision) -> tuple[int, dict[str, list[int]], list[Step]]:
    """The same before it is written as data, which takes most of the memory of a long proof."""
    prover = Prover(line.model)
    goal = prover.prove(line.goal)
    clauses: dict[str, list[int]] = {}
    for label, status in line.statuses.items():
        names = ("met", "not_met") if status == "undocumented" else (status,)
        clauses[label] = [
            prover.prove(GroundAtom(f"{name}[{label}]", (line.side,))) for name in names
        ]
    return goal, clauses, prover.steps


def steps_data(
    decision: Decision, line: LineDecision, steps: Sequence[Step]
) -> list[dict[str, Any]]:
    """Steps of a proof of a line as data."""
    return _Writer(decision, line, steps).steps()


_GIVEN = {Kind.CALENDAR: "calendar", Kind.DERIVED: "record"}
"""Where facts come from that neither an entry, the request nor a choice states."""


class _Writer:
    """Writes the steps of a proof as data."""

    def __init__(self, decision: Decision, line: LineDecision, steps: Sequence[Step]) -> None:
        self._decision = decision
        self._plan = line.model.plan
        self._steps = steps
        self._texts = [atom_text(self._plan, step.atom) for step in steps]

    def steps(self) -> list[dict[str, Any]]:
        """All steps, in order."""
        return [self._step(step) for step in self._steps]

    def _step(self, step: Step) -> dict[str, Any]:
        data: dict[str, Any] = {
            "step": step.number,
            "atom": self._texts[step.number],
            "holds": step.kind not in ("absent", "closed"),
        }
        if step.kind == "closed":
            data["beyond"] = "the rows that are counted"
        if step.more:
            data["more"] = f"further instances fail; at most {MOST_DEAD_ENDS} a rule are shown"
        columns = self._plan.columns.get(step.atom.key, ())
        data["relation"] = step.atom.key
        data["row"] = [
            value if isinstance(value, str) else _plain(value, column.type is Type.DAY)
            for value, column in zip(step.atom.row, columns, strict=True)
        ]
        if step.kind == "fact":
            data["fact"] = _origin(self._decision, step.atom)
        elif step.kind == "derived":
            data["because"] = [
                {**_rule(each.instance), "premises": self._premises(each.premises)}
                for each in step.derived
            ]
        elif step.attempts:
            data["attempts"] = [
                {
                    **_rule(each.instance),
                    "found": self._premises(each.found),
                    "lacking": self._premises(each.lacking),
                }
                for each in step.attempts
            ]
        return data

    def _premises(self, premises: Iterable[Premise]) -> list[dict[str, Any]]:
        return [self._premise(premise) for premise in premises]

    def _text_of(self, premise: Premise) -> str:
        """The atom of a literal: that of its step, of a total the pattern that its rows fit."""
        if premise.kind != TOTAL:
            return self._texts[premise.steps[0]]
        return atom_text(self._plan, premise.instance.atom(premise.place))

    def _premise(self, premise: Premise) -> dict[str, Any]:
        data: dict[str, Any] = {"text": premise_text(premise, self._text_of)}
        if premise.steps:
            data["steps"] = list(premise.steps)
        return data


def _rule(instance: Instance) -> dict[str, Any]:
    """A rule, and the values of its variables."""
    days = instance.plan.days
    binding = {
        name: value if isinstance(value, str) else _plain(value, name in days)
        for name, value in instance.binding.items()
    }
    return {"rule": instance.rule.identifier, "binding": binding}


def _plain(value: Constant | None, is_day: bool) -> Any:
    if value is None:
        return None
    if is_day:
        return date.fromordinal(int(value)).isoformat()
    return json_number(value) if isinstance(value, Decimal) else value


def json_number(value: Decimal) -> float | str:
    """A decimal as JSON can hold it: as a number where that is exact, else as text."""
    return float(value) if Decimal(repr(float(value))) == value else str(value)


def _origin(decision: Decision, atom: GroundAtom) -> dict[str, Any]:
    """Where a fact comes from: an entry with its source, a field of the request, or a choice."""
    first = atom.row[0] if atom.row else ""
    if isinstance(first, EntryKey):
        origin: dict[str, Any] = {"path": first}
        entry = decision.entries[first]
        identifier = getattr(entry, "id", None)
        if identifier is not None:
            origin["id"] = identifier
        sources = [
            each.model_dump(exclude_none=True) if isinstance(each, Source) else each
            for each in entry.sources
        ]
        if sources:
            origin["source"] = sources[0] if len(sources) == 1 else sources
        return origin
    if atom.key in REQUEST_FIELDS:
        return {"path": REQUEST_FIELDS[atom.key]}
    if atom.key in ("parameter", "reading"):
        return {"choice": f"{atom.key}.{first}"}
    return {"given": _GIVEN.get(SCHEMA[atom.key].kind, "policy")}
