"""What a change of the record is called: the words of ``missing`` and ``flip``, in one place.

They are made of the edits alone, so that what is said of a change is what the change says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS, Case, Entry, Therapy
from clausewise.facts.fhir.forms import MEMBER_FIELDS
from clausewise.facts.text import all_of, in_words
from clausewise.facts.vocabulary.phrases import called, phrases, said_of
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.evidence import describe
from clausewise.logic.program.demand import Span
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.fields import NUMBERS

DOCUMENTS: Mapping[str, str] = {
    "findings": "the visit note that states it",
    "measurements": "the note or report with the value",
    "therapies": "the therapy notes with their dates",
    "therapy_inability": "the note that states why",
    "injections": "the procedure note and the follow-up with the relief and the outcome",
    "imaging": "the imaging report",
    "visits": "the note of the session with its date",
    "request": "the request form",
    "member": "the request form",
    "record_complete": "a statement that the record is complete",
}
"""The document that would show an entry, by its list."""

OTHER_RECORD = ", or a record of the medication or device"
RECORDED_OTHERWISE = frozenset({"pharmacotherapy", "tens", "medical_device"})
"""Therapies that other records than therapy notes show as well."""
OWN_DAY = "on a day of its own such as "

Within = Mapping[str, Span]
"""The numbers that would do, by the relation that tells the number."""

_QUESTIONS = {f"member.{field.name}": field.question for field in MEMBER_FIELDS}
"""What is asked for of the member, by its place in a case file."""

_WORDS: Mapping[str, Mapping[bool, str]] = {
    "intra_articular": {True: "into the joint", False: "not into the joint"},
    "image_guided": {True: "under image guidance", False: "without image guidance"},
    "contrast": {True: "with contrast", False: "without contrast"},
    "relief_lasted_expected": {
        True: "the relief lasted as expected",
        False: "the relief did not last as expected",
    },
    "completed": {True: "completed", False: "not completed"},
    "prescription": {True: "a prescription or plan", False: "no prescription or plan"},
    "follow_up": {True: "a follow-up", False: "no follow-up"},
    "revises": {True: "revising what was documented before", False: ""},
}


def described(case: Case, candidate: Candidate) -> Candidate:
    """The candidate with its text, its question and the document that would show it."""
    place = next(iter(candidate.edits))
    name = place.partition("+")[0].partition("[")[0].partition(".")[0]
    text, question = _said(case, candidate)
    document = DOCUMENTS.get(name, "")
    if name == "therapies" and _kinds_of(case, candidate) & RECORDED_OTHERWISE:
        document += OTHER_RECORD
    return replace(candidate, text=text, question=question, document=document)


def _kinds_of(case: Case, candidate: Candidate) -> frozenset[str]:
    """The kinds of therapy that a candidate about one may be of."""
    place, value = next(iter(candidate.edits.items()))
    if "+" in place:
        return frozenset((value["kind"], *candidate.alike))
    entry = case.entry(place.partition("]")[0] + "]")
    return frozenset((entry.kind,) if isinstance(entry, Therapy) else ())


def _said(case: Case, candidate: Candidate) -> tuple[str, str]:
    edits = candidate.edits
    place, value = next(iter(edits.items()))
    name, new, _ = place.partition("+")
    if new and name in ENTRY_LISTS:
        if candidate.about:
            return _further(case, candidate, value)
        if name == "measurements":
            return _measurement(value, candidate.within)
        if name == "therapies":
            return _therapy(case, value, candidate)
        if name == "injections":
            return _injection(value, candidate)
        return _NEW[name](value)
    if name.startswith(tuple(f"{each}[" for each in ENTRY_LISTS)):
        return _of_entry(case, edits, candidate.within)
    if place == "record_complete":
        domains = [called("domain", each) for each in value if each not in case.record_complete]
        return f"the record is complete for {all_of(domains)}", ""
    if place in _QUESTIONS:
        relation = next(name for name, where in NUMBERS.items() if where == place)
        amount = _amount(value, candidate.within.get(relation))
        return str(phrases()["statement"][relation]).format(words=amount), _QUESTIONS[place]
    words = {**VOCABULARY.purposes, **VOCABULARY.diagnoses}
    kind = "purpose" if place.endswith("purpose") else "diagnosis"
    return f"the {kind} stated: {words[value[-1]].meaning}", f"What is the {kind}?"


# --- entries of the record --------------------------------------------------------------------


def _of_entry(case: Case, edits: Mapping[str, Any], within: Within) -> tuple[str, str]:
    key = next(iter(edits)).partition("]")[0] + "]"
    entry = case.entry(key)
    title = title_of(entry)
    details = {place.removeprefix(f"{key}."): value for place, value in edits.items()}
    results = {
        place.removeprefix("results."): value
        for place, value in details.items()
        if place.startswith("results.")
    }
    others = {k: v for k, v in details.items() if not k.startswith("results.")}
    said = [*_details(others, within)]
    said += _results(results)
    asked = ", ".join(dict.fromkeys(in_words(each.rpartition(".")[2]) for each in details))
    return (
        f"a note on {title} that says: {', '.join(said)}",
        f"What does the record say of {title}: {asked}?",
    )


def title_of(entry: Entry) -> str:
    """An entry as it is called before a person: its id, what it is, and its day."""
    day = getattr(entry, "date", None)
    words = [getattr(entry, "id", None), in_words(describe(entry))]
    return ", ".join(filter(None, [" ".join(filter(None, words)), f"{day}" if day else ""]))


def _details(details: Mapping[str, Any], within: Within) -> Iterator[str]:
    for name, value in details.items():
        if name in _WORDS and isinstance(value, bool):
            yield _WORDS[name][value]
        elif name == "relief_percent":
            yield f"{_amount(value, within.get('relief'))} % relief"
        elif name == "value":
            yield f"a value of {_amount(value, within.get('measurement'))}"
        elif name == "agents":
            yield " and ".join(VOCABULARY.agents[each].meaning for each in value)
        elif name == "purposes":
            yield " and ".join(value)
        elif name == "context":
            yield "taken as a baseline, not after a procedure"
        elif name == "side":
            yield f"on the {value} side" if value != "bilateral" else "on both sides"
        elif name in ("use", "frequency", "duration"):
            yield f"its {name}"
        elif name in _DAYS:
            yield _DAYS[name].format(day=value)
        else:
            yield f"{in_words(name)} {in_words(str(value))}"


def _amount(value: Any, span: Span | None) -> str:
    """A number, or what it may be at least or at most."""
    least, most = span or (None, None)
    if least == most:
        return str(value)
    if most is None:
        return f"at least {least}"
    return f"at most {most}" if least is None else f"{least} to {most}"


def yes_or_no(name: str, answer: bool) -> str:
    """What a detail that is answered with yes or no says."""
    return _WORDS[name][answer]


_DAYS = {
    "start": "from {day} or earlier",
    "end": "until {day} or later",
    "date": "its day, such as {day}",
}


def _further(case: Case, candidate: Candidate, note: Mapping[str, Any]) -> tuple[str, str]:
    """A note that tells more of an event of the record, or revises what was told."""
    entry = case.entry(candidate.about)
    title = title_of(entry)
    known = plain_fields(entry)
    details = {name: value for name, value in note.items() if known.get(name) != value}
    revising = details.pop("revises", False)
    what = "a note that revises" if revising else "a further note on"
    asked = ", ".join(map(in_words, details))
    text = f"{what} {title}"
    text = f"{text}: {', '.join(_details(details, candidate.within))}" if details else text
    return text, f"What does a further note say of {title}: {asked}?"


def plain_fields(entry: Entry) -> dict[str, Any]:
    """The fields of an entry as a case file has them."""
    fields = entry.model_dump(by_alias=True, exclude_none=True, mode="json")
    return {name: list(v) if isinstance(v, tuple) else v for name, v in fields.items()}


# --- new entries ------------------------------------------------------------------------------


def _on_side(entry: Mapping[str, Any]) -> str:
    side = entry.get("side")
    return "" if side is None else " on both sides" if side == "bilateral" else f" on the {side}"


def _dated(entry: Mapping[str, Any]) -> str:
    return f", dated {entry['date']} or later" if "date" in entry else ""


def _finding(entry: Mapping[str, Any]) -> tuple[str, str]:
    name = VOCABULARY.findings[entry["finding"]]
    shown = bool(entry["present"])
    said = said_of("finding", entry["finding"], shown)
    if shown:  # what is asked for may be called otherwise than what is there
        said = phrases()["finding"].get(entry["finding"], {}).get("asked", said)
    revised = ", in a note that revises the earlier one" if entry.get("revises") else ""
    return f"{said}{_on_side(entry)}{_dated(entry)}{revised}", name.question


def _measurement(entry: Mapping[str, Any], within: Within) -> tuple[str, str]:
    name = VOCABULARY.measures[entry["measure"]]
    amount = _amount(entry["value"], within.get("measurement"))
    scale = f"of {name.most}" if name.unit == "points" else name.unit
    text = f"{name.short}: {amount} {scale}{_on_side(entry)}{_dated(entry)}"
    return f"{text}, taken as a baseline" if "context" in entry else text, name.question


def _therapy(case: Case, entry: Mapping[str, Any], candidate: Candidate) -> tuple[str, str]:
    own, alike = VOCABULARY.therapies[entry["kind"]], candidate.alike
    kinds = [called("therapy", each) for each in dict.fromkeys((own.name, *alike))]
    days = further_days(case, entry, candidate.beside)
    more = "more " if candidate.beside else ""
    lasting = f"{days} {more}days of " if days else ""
    what = f"{lasting}{_any_of(kinds)}"
    if "start" in entry and "end" in entry:
        what += f", such as from {entry['start']} to {entry['end']}"
    further = [name for name in entry if name not in ("kind", "start", "end", "side", "revises")]
    details = [*_details({name: entry[name] for name in further}, candidate.within)]
    if details:
        what += f", with {', '.join(details)}"
    return what, f"Was {_any_of(kinds)} given at other times, from when to when?"


def further_days(case: Case, entry: Mapping[str, Any], beside: Iterable[str]) -> int:
    """How many days of an episode none of the record (by their keys) covers by its dates yet; 0
    where its days are not known."""
    if "start" not in entry or "end" not in entry:
        return 0
    first, last = (date.fromisoformat(entry[each]).toordinal() for each in ("start", "end"))
    days = set(range(first, last + 1))
    for known in map(case.entry, beside):
        if isinstance(known, Therapy) and known.start and known.end:
            days -= set(range(known.start.toordinal(), known.end.toordinal() + 1))
    return len(days)


VARIED: Mapping[str, str] = {"therapy_inability+": "reason", "imaging+": "modality"}
"""The name in a new entry of which another may do as well, by its place."""


def with_any(place: str, entry: Mapping[str, Any], values: Sequence[str]) -> str:
    """What a new entry is called that may have any of these values where another may do."""
    return _study(entry, values)[0] if place == "imaging+" else _because_of(values, entry)


def _inability(entry: Mapping[str, Any]) -> tuple[str, str]:
    return _because_of([entry["reason"]], entry), "Could active therapy not be completed, and why?"


def _because_of(reasons: Sequence[str], entry: Mapping[str, Any]) -> str:
    reason = _any_of([VOCABULARY.inability_reasons[each].meaning for each in reasons])
    return (
        f"a note that the active therapy could not be completed because of {reason}{_dated(entry)}"
    )


def _injection(entry: Mapping[str, Any], candidate: Candidate) -> tuple[str, str]:
    purposes = " and ".join(entry.get("purposes", ()))
    outcome = {"failed": " that failed", "relief": " that brought relief"}
    what = f"{_article(purposes)} {purposes} injection" if purposes else "an injection"
    what += f"{_on_side(entry)}{outcome.get(entry.get('outcome', ''), '')}"
    told = ("purposes", "side", "outcome", "date", "revises")
    details = [
        *_details({name: entry[name] for name in entry if name not in told}, candidate.within)
    ]
    if "date" in entry and "date" in candidate.shortened:  # as early as will do, on whichever day
        details.append(f"dated {entry['date']} or later")
    elif "date" in entry:
        details.append(f"{OWN_DAY}{entry['date']}")
    if entry.get("revises"):
        what = f"a note that revises the injection of {entry.get('date')}: {what}"
    return f"{what}: {', '.join(details)}" if details else what, (
        f"Was there {_article(purposes)} {purposes} injection, with which technique, relief and "
        "outcome?".replace("  ", " ")
    )


def _study(entry: Mapping[str, Any], modalities: Sequence[str] = ()) -> tuple[str, str]:
    modality = _any_of([called("modality", each) for each in modalities or [entry["modality"]]])
    region = called("region", entry["region"])
    what = f"{_article(modality)} {modality} report of the {region}"
    what += f"{_on_side(entry)}{_dated(entry)}"
    states = [*_results(entry.get("results", {}))]
    asked = f"Is there {_article(modality)} {modality} of the {region}?"
    asked += " Of which date?" if "date" in entry else ""
    if not states:
        return what, asked
    comma = "," if "date" in entry else ""
    return f"{what}{comma} that states: {', '.join(states)}", f"{asked} What does it say?"


def _visit(entry: Mapping[str, Any]) -> tuple[str, str]:
    name = VOCABULARY.visits[entry["visit"]]
    # What counts is that no other visit is of its day, and how near the next ones are.
    day = f", {OWN_DAY}{entry['date']}" if "date" in entry else ""
    return f"{name.meaning}{day}", f"When was {name.meaning}?"


_NEW = {
    "findings": _finding,
    "therapy_inability": _inability,
    "imaging": _study,
    "visits": _visit,
}


def _results(results: Mapping[str, bool]) -> Iterator[str]:
    for name, shown in results.items():
        yield said_of("imaging_result", name, shown)


def _any_of(words: Iterable[str]) -> str:
    *first, last = words
    return f"{', '.join(first)} or {last}" if first else last


def _article(word: str) -> str:
    return "an" if word[:1] in "aeiou" or word[:3] == "MRI" else "a"
