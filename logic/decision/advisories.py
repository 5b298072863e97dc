"""Advisories: what a reviewer should know beside the determination. They never change it.

Each has a code from a closed list and a sentence. They read the result, the case and the
derivations; what concerns single clauses of a policy is the policy's own data
(``logic.language.advice``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from clausewise.facts.case.days import date_of
from clausewise.facts.case.model import Case, Document, Entry, Source
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.text import all_of, in_words
from clausewise.logic.decision.decide import Decision, LineDecision, rows_for
from clausewise.logic.decision.events import duplicates
from clausewise.logic.decision.evidence import (
    decisive_entries,
    entries_of,
    label_of_entry,
    reasons_stated,
    stated_in,
)
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.advice import (
    AdvisoryRow,
    AskedFor,
    DeniedOnlyBy,
    MetButNotMet,
    StatedDiagnosis,
    Yields,
    Younger,
)
from clausewise.logic.language.policy import Role
from clausewise.logic.language.rules import Atom

MOST_LISTED = 15
"""Entries that a sentence names; the others are counted."""
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
"""The codes in the order in which they are told; those that only a policy has come last."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """A code and the sentence that explains it."""

    code: str
    sentence: str


def advisories(decision: Decision, line: LineDecision) -> tuple[Advisory, ...]:
    """The advisories of one line, except ``reading_sensitive``, which costs more to know."""
    found = [
        *_of_the_outcome(decision, line),
        *_of_the_policy(decision, line),
        *_of_the_choices(decision),
        *_of_the_entries(decision, line),
        *_of_decisive_evidence(decision.case, line),
    ]
    order = {code: number for number, code in enumerate(CODES)}
    return tuple(sorted(dict.fromkeys(found), key=lambda each: order.get(each.code, len(order))))


def _of_the_outcome(decision: Decision, line: LineDecision) -> Iterator[Advisory]:
    path = line.path
    if path is None or line.determination == "not_governed":
        return
    root = line.statuses[path.root]
    applying = [label for label in _exclusions(line) if line.statuses[label] == "met"]
    if root == "met" and applying:
        yield Advisory(
            "inconsistent_record",
            f"Every criterion of {path.root} is met and yet {all_of(applying)} "
            f"{'applies' if len(applying) == 1 else 'apply'}: the record should be read again "
            "before it is denied for that alone.",
        )
    if line.determination in ("not_medically_necessary", "insufficient_information"):
        for other in decision.policy.paths:
            approvable = GroundAtom(f"approvable[{other.root}]", (line.side,))
            if other is not path and line.model.holds(approvable):
                yield Advisory(
                    "other_path",
                    f"The same record would meet the criteria of {other.name} ({other.root}); that "
                    "takes a new request.",
                )


def _exclusions(line: LineDecision) -> Iterator[str]:
    clauses = line.program.policy.clauses
    return (label for label in line.exclusions if clauses[label].published)


def _of_the_policy(decision: Decision, line: LineDecision) -> Iterator[Advisory]:
    """What the policy itself has said for its reviewers."""
    for row in decision.policy.advice.advisory:
        for words in _found(row, decision, line):
            sentence = row.sentence
            several = {"is": "are" if " and " in words.get("clauses", "") else "is"}
            for name, text in {**words, **several}.items():
                sentence = sentence.replace(f"{{{name}}}", text)
            yield Advisory(row.code, sentence)


def _found(row: AdvisoryRow, decision: Decision, line: LineDecision) -> Iterator[dict[str, str]]:
    """What a row of the policy's advice names, once for each time that it applies."""
    case = decision.case
    governed = line.path is not None and line.determination != "not_governed"
    match row:
        case DeniedOnlyBy(clauses=labels):
            denied = line.determination == "not_medically_necessary"
            if governed and denied and set(line.decisive) <= set(labels):
                yield {"clauses": all_of(line.decisive)}
        case Younger(years=years):
            age = case.member.age if case.member is not None else None
            if age is not None and age < years:
                yield {"age": str(age), "years": str(years)}
        case StatedDiagnosis(touches=touches):
            for name, labels in touches.items():
                open_ones = [label for label in labels if _leaves_open(line, label, name)]
                if name in case.request.diagnoses and open_ones:
                    yield {"diagnosis": in_words(name), "clauses": all_of(open_ones)}
        case AskedFor(purposes=purposes, diagnoses=diagnoses):
            stated, listed = case.request.purpose, purposes
            if not stated:
                stated, listed = case.request.diagnoses, diagnoses
            names = [in_words(name) for name in stated if name in listed]
            if _on(line, row.path) and names:
                yield {"names": all_of(names)}
        case MetButNotMet(met=wanted, not_met=unmet):
            if governed and _on(line, row.path) and _all_met(line, row.requires):
                found = [label for label in wanted if line.statuses[label] == "met"]
                if found and all(line.statuses[label] == "not_met" for label in unmet):
                    yield {"clauses": all_of(found)}
        case Yields():
            if governed and _on(line, row.path) and _all_met(line, row.requires):
                found = [label for label in _exclusions(line) if _yields(line, label, row)]
                if found:
                    yield {"clauses": all_of(found)}


def _on(line: LineDecision, root: str) -> bool:
    return line.path is not None and line.path.root == root


def _all_met(line: LineDecision, labels: Iterable[str]) -> bool:
    return all(line.statuses[label] == "met" for label in labels)


def _yields(line: LineDecision, label: str, row: Yields) -> bool:
    """Whether a part of the exclusion is ruled out by a rule of the kind that the row names."""
    policy = line.program.policy
    for part in policy.labels_below(label):
        told = GroundAtom(f"told_not_met[{part}]", (line.side,))
        for instance in line.model.derivations(told):
            literals = [each for each in instance.rule.body if isinstance(each, Atom)]
            names = {each.relation.name for each in literals}
            if row.relation in names and row.without not in names:
                return True
    return False


def _leaves_open(line: LineDecision, label: str, diagnosis: str) -> bool:
    """Whether an exclusion of the line does not apply, nor is told by a stated diagnosis."""
    applies = line.exclusions.get(label) in (None, "applies")
    return not applies and not _decides(line, label, diagnosis)


def _decides(line: LineDecision, label: str, diagnosis: str) -> bool:
    """Whether the stated diagnosis is documentation of what an exclusion asks for."""
    stated = GroundAtom("stated_diagnosis", (diagnosis,))
    return any(
        stated in stated_in(line, f"told_met[{part}]")
        for part in line.program.policy.labels_below(label)
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
    days = rows_for(line.program, line.model, Role.CUT_OFF)
    until = date.fromordinal(int(days[0][0])) if days else line.anchor
    late = {
        str(key): f"dated after {until}"
        for (key,) in rows_for(line.program, line.model, Role.AFTER_CUT_OFF)
    }
    for (key,) in rows_for(line.program, line.model, Role.NOT_RECEIVED):
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
    unsided = {
        str(key)
        for side, key in rows_for(line.program, line.model, Role.SIDE_UNKNOWN)
        if side == line.side
    }
    sideless = decision.policy.advice.sideless_regions(decision.choices.readings)
    unsided -= {str(key) for key, _, region in line.model.rows["imaging"] if region in sideless}
    if unsided:
        named = [key for key in decision.entries if key in unsided]
        yield Advisory(
            "side_missing",
            "Without a side, and so supporting neither side; what they say against the request "
            f"leaves it open: {_list(case, named)}.",
        )
    for label, status in line.statuses.items():
        clause = line.program.policy.clauses[label]
        if status == "conflicting" and not clause.gate:
            yield Advisory("conflict", _both_ways(decision, line, label))


def _not_received(case: Case, entry: Entry, until: date) -> str:
    """That no source of an entry was received by the cut-off, and when the first was."""
    documents: dict[str, Document] = {document.id: document for document in case.documents}
    days = [
        documents[source.document].received or case.request.received
        for source in entry.sources
        if isinstance(source, Source) and source.document in documents
    ]
    return f"received on {min(days)}" if days else f"not received by {until}"


def _both_ways(decision: Decision, line: LineDecision, label: str) -> str:
    """What says that a conflicting clause is met, and what says that it is not; the notes of one
    event, where these disagree; or what leaves open which of both it says, as without its side."""
    case, answers = decision.case, [f"{told}[{label}]" for told in ("told_met", "told_not_met")]
    keys = [tuple(entries_of(line, answer)) for answer in answers]
    told = [
        [*(label_of_entry(case, key) for key in each), *reasons_stated(line, answer)]
        for each, answer in zip(keys, answers, strict=True)
    ]
    said, denied = (
        [words for words in own if words not in other] for own, other in (told, told[::-1])
    )
    both = [words for words in told[0] if words in told[1]]
    clause = line.program.policy.clauses[label]
    named = label if clause.published else f"{label.rpartition('.')[0]}, {clause.name}"
    if not said and not denied:
        of_one_event = [each for each in duplicates(decision, line) if {*each} & {*keys[0]}]
        if of_one_event:
            notes = dict.fromkeys(key for each in of_one_event for key in each)
            return f"{named}: the notes of one event disagree: {_list(case, notes)}."
        says = "contradicts itself" if len(both) > 1 else "leaves this open"
        return f"{named}: the record {says}: {'; '.join(both)}."
    against = f"{'; '.join(said or both)}; against {'; '.join(denied or both)}"
    return f"{named}: the record contradicts itself: {against}."


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
        if label not in line.program.policy.advice.limited_by_a_period
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
    named = list(keys)
    told = [label_of_entry(case, key) for key in named[:MOST_LISTED]]
    if len(named) > MOST_LISTED:
        told.append(f"and {len(named) - MOST_LISTED} more")
    return "; ".join(told)
