"""Advisories: what a reviewer should know beside the determination. They never change it.

Each has a code from a closed list and a sentence. They read the result, the case and the
derivations; what they say about a clause is looked up by its label, not decided again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from clausewise.facts.case.model import Case, Document, Entry, Source
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.text import in_words
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.events import duplicates
from clausewise.logic.decision.evidence import (
    date_of,
    decisive_entries,
    entries_of,
    label_of_entry,
    reasons_stated,
    stated_in,
)
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
    "undated_evidence",
    "possible_duplicate",
    "stated_diagnosis",
    "decided_under",
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
_TOUCHED = {"generalized_pain": ("D.II.B.2",), "neural_compression": ("D.II.A.4", "D.II.B.5")}
"""Stated diagnoses that name what an exclusion is about, and do not by themselves make it apply."""
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
        *_of_the_request(decision, line),
        *_of_the_choices(decision),
        *_of_the_entries(decision, line),
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
            names = {each.relation.name for each in literals}
            if "yields" in names and "any_diagnosis" not in names:
                return True
    return False


def _of_the_request(decision: Decision, line: LineDecision) -> Iterator[Advisory]:
    case = decision.case
    if case.member is not None and case.member.age is not None and case.member.age < ADULT_AGE:
        yield Advisory(
            "under_21_review",
            f"The member is {case.member.age}, under {ADULT_AGE}: Medicaid's EPSDT benefit asks "
            "for an individual review of medical necessity. The policy itself has no age limit.",
        )
    for name, labels in _TOUCHED.items():
        touched = [
            label
            for label in labels
            if line.exclusions.get(label) not in (None, "applies")
            and not _decides(line, label, name)
        ]
        if name in case.request.diagnoses and touched:
            yield Advisory(
                "stated_diagnosis",
                f"The request states the diagnosis {in_words(name)}, which touches "
                f"{_and(touched)}; a stated diagnosis alone does not decide that, so the record "
                "should be read for it.",
            )
    if line.path is None or line.path.root != "D.I.B":
        return
    request = case.request
    asked_for = [name for name in request.purpose if name in _OPEN_ONLY_PURPOSES]
    if not request.purpose:
        asked_for = [name for name in request.diagnoses if name in _OPEN_ONLY_DIAGNOSES]
    if asked_for:
        yield Advisory(
            "no_path_for_indication",
            f"Percutaneous fusion is requested for {_and([in_words(name) for name in asked_for])}; "
            "for that the policy has only the open path (D.I.A).",
        )


def _decides(line: LineDecision, label: str, diagnosis: str) -> bool:
    """Whether the status of an exclusion rests on the stated diagnosis."""
    stated = GroundAtom("stated_diagnosis", (diagnosis,))
    return any(
        stated in stated_in(line, f"{told}[{part}]")
        for part in line.program.policy.labels_below(label)
        for told in ("told_met", "told_not_met")
        if not line.program.policy.clauses[part].gate
    )


def _of_the_choices(decision: Decision) -> Iterator[Advisory]:
    policy, choices = decision.policy, decision.choices
    own = {**policy.default_readings, **policy.default_parameters}
    chosen = {**choices.readings, **choices.parameters}
    other = [
        f"{in_words(name)} is {in_words(str(value))} in place of {in_words(str(own[name]))}"
        for name, value in chosen.items()
        if value != own[name]
    ]
    if other:
        yield Advisory(
            "decided_under",
            f"Decided under readings or numbers that are not the policy's own: {'; '.join(other)}.",
        )


def _of_the_entries(decision: Decision, line: LineDecision) -> Iterator[Advisory]:
    case = decision.case
    ((cut_off,),) = line.model.rows["cut_off"]
    until = date.fromordinal(int(cut_off))
    late = {str(key): f"dated after {until}" for (key,) in line.model.rows["after_cut_off"]}
    for (key,) in line.model.rows["not_received"]:
        late[str(key)] = _not_received(case, decision.entries[str(key)], until)
    if late:
        named = [
            f"{label_of_entry(case, key)} ({late[key]})" for key in decision.entries if key in late
        ]
        yield Advisory(
            "later_evidence",
            f"Evidence counts up to {until}; left out: {'; '.join(named)}.",
        )
    for keys in duplicates(decision, line):
        yield Advisory(
            "possible_duplicate", f"Taken for one event: {_list(case, keys)}; are they two?"
        )
    unsided = {str(key) for side, key in line.model.rows["side_unknown"] if side == line.side}
    if decision.choices.readings["unsided_joint_study"] == "both_joints":
        unsided -= {
            str(key)
            for key, _, region in line.model.rows["imaging"]
            if region == "sacroiliac_joint"
        }
    if unsided:
        sideless = [key for key in decision.entries if key in unsided]
        yield Advisory(
            "side_missing",
            "Without a side, and so supporting neither side; what they say against the request "
            f"leaves it open: {_list(case, sideless)}.",
        )
    for label, status in line.statuses.items():
        clause = line.program.policy.clauses[label]
        if status == "conflicting" and not clause.gate:
            yield Advisory(
                "conflict",
                f"{label} ({clause.name}): the record contradicts itself: "
                f"{_both_sides(case, line, label)}.",
            )


def _not_received(case: Case, entry: Entry, until: date) -> str:
    """That no source of an entry was received by the cut-off, and when the first was."""
    documents: dict[str, Document] = {document.id: document for document in case.documents}
    days = [
        documents[source.document].received or case.request.received
        for source in entry.sources
        if isinstance(source, Source) and source.document in documents
    ]
    return f"received on {min(days)}" if days else f"not received by {until}"


def _both_sides(case: Case, line: LineDecision, label: str) -> str:
    """What says that a conflicting clause is met, and what says that it is not."""
    told = [
        [
            *(label_of_entry(case, key) for key in entries_of(line, f"{each}[{label}]")),
            *reasons_stated(line, f"{each}[{label}]"),
        ]
        for each in ("told_met", "told_not_met")
    ]
    said, denied = (
        [words for words in own if words not in other] for own, other in (told, told[::-1])
    )
    both = [words for words in told[0] if words in told[1]]
    if not said and not denied:
        return "; ".join(both)
    return f"{'; '.join(said or both)}; against {'; '.join(denied or both)}"


def _of_decisive_evidence(case: Case, line: LineDecision) -> Iterator[Advisory]:
    if line.determination not in ("medically_necessary", "not_medically_necessary"):
        return
    entries: dict[str, Entry] = dict(case.entries())
    by_label = decisive_entries(line)
    keys = list(dict.fromkeys(key for found in by_label.values() for key in found))
    unsourced = [key for key in keys if not entries[key].sources]
    if unsourced:
        yield Advisory("unsourced", f"Decisive and without a document: {_list(case, unsourced)}.")
    undated = [key for key in keys if date_of(entries[key]) is None]
    if undated:
        yield Advisory("undated_evidence", f"Decisive and without a date: {_list(case, undated)}.")
    limit = months_earlier(line.anchor, OLD_EVIDENCE_MONTHS)
    old = [
        key
        for label, found in by_label.items()
        if label not in _LIMITED_BY_A_PERIOD
        for key in found
        if (date_of(entries[key]) or line.anchor) < limit
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
