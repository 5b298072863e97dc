"""Advisories: what a reviewer should know beside the determination. They never change it.

Each has a code from a closed list and a sentence. They read the result, the case and the
derivations; what they say about a clause is looked up by its label, not decided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from clausewise.facts.case.model import (
    Case,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
    TherapyInability,
)
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import decisive_entries, entries_of, label_of_entry
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.notation import Atom

ADULT_AGE = 21
"""Years; below it Medicaid's EPSDT benefit asks for an individual review."""
OLD_EVIDENCE_MONTHS = 12
"""Age of a decisive entry from which the advisory old_evidence names it."""

CODES = (
    "inconsistent_record",
    "parity_review",
    "under_21_review",
    "no_path_for_indication",
    "competing_indication",
    "policy_tension",
    "old_evidence",
    "unsourced",
    "other_path",
    "later_evidence",
    "side_missing",
    "conflict",
    "reading_sensitive",
)
"""Every code there is."""

_PARITY = frozenset({"D.I.B.8", "D.II.B.2"})
_OPEN_ONLY_PURPOSES = frozenset(
    {"trauma_fixation", "tumor_management", "infection_treatment", "deformity_correction"}
)
_OPEN_ONLY_DIAGNOSES = frozenset(
    {"posttraumatic_sij_injury", "sij_infection", "sacral_tumor", "spinal_deformity"}
)
_LIMITED_BY_A_PERIOD = frozenset(
    {"D.I.A.2", "D.I.B.4", "D.I.B.4.a", "D.I.B.4.a.duration", "D.I.B.4.b"}
)


@dataclass(frozen=True, slots=True)
class Advisory:
    """A code and the sentence that explains it."""

    code: str
    sentence: str


def advisories(decision: Decision, line: LineDecision) -> tuple[Advisory, ...]:
    """The advisories of one line, except ``reading_sensitive``, which costs more to know."""
    found = [
        *_of_the_outcome(decision, line),
        *_of_the_request(decision.case, line),
        *_of_the_entries(decision.case, line),
        *_of_decisive_evidence(decision.case, line),
    ]
    order = {code: number for number, code in enumerate(CODES)}
    return tuple(sorted(dict.fromkeys(found), key=lambda advisory: order[advisory.code]))


def _of_the_outcome(decision: Decision, line: LineDecision) -> Iterator[Advisory]:
    path = line.path
    if path is None or line.determination == "not_governed":
        return
    root = line.statuses[path.root]
    applying = [label for label in _exclusions(line) if line.statuses[label] == "met"]
    if root == "met" and applying:
        yield Advisory(
            "inconsistent_record",
            f"Every criterion of {path.root} is met and yet {_and(applying)} applies: the record "
            "should be read again, because the criteria were meant to rule this out.",
        )
    if line.determination == "not_medically_necessary" and set(line.decisive) <= _PARITY:
        yield Advisory(
            "parity_review",
            f"The denial rests only on {_and(line.decisive)}. The policy names the Mental Health "
            "Parity and Addiction Equity Act: check that no stricter limit is set here than for "
            "medical conditions.",
        )
    if path.root == "D.I.A":
        yield from _of_the_open_path(line)
    if line.determination in ("not_medically_necessary", "insufficient_information"):
        for other in decision.policy.paths:
            supported = GroundAtom(f"supported[{other.root}]", (line.side,))
            if other is not path and line.model.holds(supported):
                yield Advisory(
                    "other_path",
                    f"The same record would meet the criteria of {other.name} ({other.root}); that "
                    "takes a new request.",
                )


def _exclusions(line: LineDecision) -> Iterator[str]:
    clauses = line.program.policy.clauses
    return (label for label in line.exclusions if clauses[label].published)


def _of_the_open_path(line: LineDecision) -> Iterator[Advisory]:
    statuses = line.statuses
    if statuses["D.I.A.1"] != "met":
        return
    competing = [label for label in _exclusions(line) if _yields(line, label)]
    if competing:
        yield Advisory(
            "competing_indication",
            f"{_and(competing)} is stated or present too; the list yields to the indication that "
            "D.I.A.1 outlines and does not exclude here.",
        )
    tumor_or_deformity = [label for label in ("D.I.A.1.c", "D.I.A.1.d") if statuses[label] == "met"]
    if tumor_or_deformity and statuses["D.I.A.2"] == "not_met":
        yield Advisory(
            "policy_tension",
            f"{_and(tumor_or_deformity)} is met and D.I.A.2 is the only unmet clause: imaging of a "
            "tumor or of a long construct rarely shows localized pathology of the joint itself.",
        )


def _yields(line: LineDecision, label: str) -> bool:
    """Whether a part of the exclusion is ruled out only because an outlined indication is met."""
    policy = line.program.policy
    for part in policy.labels_below(label):
        told = GroundAtom(f"told_not_met[{part}]", (line.side,))
        for instance in line.model.derivations(told):
            literals = [each for each in instance.rule.body if isinstance(each, Atom)]
            yielding = any(each.key == "met[D.I.A.1]" for each in literals)
            if yielding and all(each.relation.name != "any_diagnosis" for each in literals):
                return True
    return False


def _of_the_request(case: Case, line: LineDecision) -> Iterator[Advisory]:
    if case.member is not None and case.member.age is not None and case.member.age < ADULT_AGE:
        yield Advisory(
            "under_21_review",
            f"The member is {case.member.age}, under {ADULT_AGE}: Medicaid's EPSDT benefit asks "
            "for an individual review of medical necessity. The policy itself has no age limit.",
        )
    if line.path is None or line.path.root != "D.I.B":
        return
    request = case.request
    asked_for = [request.purpose] if request.purpose in _OPEN_ONLY_PURPOSES else []
    if request.purpose is None:
        asked_for = [name for name in request.diagnoses if name in _OPEN_ONLY_DIAGNOSES]
    if asked_for:
        yield Advisory(
            "no_path_for_indication",
            f"Percutaneous fusion is requested for {_and([_plain(name) for name in asked_for])}; "
            "for that the policy has only the open path (D.I.A).",
        )


def _entry_date(entry: Entry) -> date | None:
    if isinstance(entry, Therapy):
        return entry.start
    if isinstance(entry, Finding | Measurement | TherapyInability | Injection | ImagingStudy):
        return entry.date
    return None


def _needs_side(entry: Entry) -> bool:
    if isinstance(entry, Finding):
        return VOCABULARY.findings[entry.finding].side_specific
    if isinstance(entry, Measurement):
        return VOCABULARY.measures[entry.measure].side_specific
    if isinstance(entry, ImagingStudy):
        return VOCABULARY.regions[entry.region].side_specific
    return isinstance(entry, Injection)


def _of_the_entries(case: Case, line: LineDecision) -> Iterator[Advisory]:
    entries: dict[str, Entry] = dict(case.entries())
    later = [
        key for key, entry in entries.items() if (_entry_date(entry) or line.anchor) > line.anchor
    ]
    if later:
        yield Advisory(
            "later_evidence",
            f"Dated after {line.anchor} and left out: {_list(case, later)}.",
        )
    sideless = [
        key
        for key, entry in entries.items()
        if _needs_side(entry) and getattr(entry, "side", None) is None
    ]
    if sideless:
        yield Advisory(
            "side_missing",
            f"Without a side and therefore counted for neither: {_list(case, sideless)}.",
        )
    for label, status in line.statuses.items():
        clause = line.program.policy.clauses[label]
        if status == "conflicting" and not clause.gate:
            told = [
                *entries_of(line, f"told_met[{label}]"),
                *entries_of(line, f"told_not_met[{label}]"),
            ]
            yield Advisory(
                "conflict",
                f"{label} ({clause.name}): the record contradicts itself: "
                f"{_list(case, list(dict.fromkeys(told)))}.",
            )


def _of_decisive_evidence(case: Case, line: LineDecision) -> Iterator[Advisory]:
    if line.determination not in ("medically_necessary", "not_medically_necessary"):
        return
    entries: dict[str, Entry] = dict(case.entries())
    by_label = decisive_entries(line)
    keys = list(dict.fromkeys(key for found in by_label.values() for key in found))
    unsourced = [key for key in keys if entries[key].source is None]
    if unsourced:
        yield Advisory("unsourced", f"Decisive and without a document: {_list(case, unsourced)}.")
    limit = months_earlier(line.anchor, OLD_EVIDENCE_MONTHS)
    old = [
        key
        for label, found in by_label.items()
        if label not in _LIMITED_BY_A_PERIOD
        for key in found
        if (_entry_date(entries[key]) or line.anchor) < limit
    ]
    if old:
        yield Advisory(
            "old_evidence",
            f"Decisive and older than {OLD_EVIDENCE_MONTHS} months, while no clause limits its "
            f"age: {_list(case, list(dict.fromkeys(old)))}.",
        )


def _list(case: Case, keys: Iterable[str]) -> str:
    return "; ".join(label_of_entry(case, key) for key in keys)


def _and(words: list[str] | tuple[str, ...]) -> str:
    return " and ".join(words) if len(words) < 3 else ", ".join(words[:-1]) + " and " + words[-1]


def _plain(name: str) -> str:
    return name.replace("_", " ")
