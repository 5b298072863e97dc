"""Evidence: which entries of the record a result rests on, read off the derivations.

An entry belongs to an atom when a fact about it stands somewhere below the atom's rule instances.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date

from clausewise.facts.case.model import (
    Case,
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Source,
    Therapy,
    TherapyInability,
    Visit,
)
from clausewise.facts.case.values import Amount
from clausewise.facts.columns import EntryKey
from clausewise.facts.schema import UNSTATED_SIDE
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.phrases import called, phrases, said_of
from clausewise.facts.vocabulary.words import VOCABULARY, Name
from clausewise.logic.decision.decide import LineDecision
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.rules import Atom, Total, Variable

DAYS_STATED = ("received", "planned_service_date", "decided")
"""Days that a request states; most clauses count from one of them."""
_REASONS = ("stated_diagnosis", "purpose", "member_age")
"""What a request states of the member and of why it is made."""
KEY = re.compile(r"\b[a-z_]+\[\d+\]")
"""The key of an entry in a text: ``findings[9]``."""


def said_side(line: LineDecision) -> str:
    """The side of a line as a person reads it: empty where the procedure has no sides."""
    if line.side != UNSTATED_SIDE:
        return line.side
    known = VOCABULARY.procedures.get(VOCABULARY.procedure_named(line.procedure) or "")
    return "side not stated" if known is None or known.side_specific else ""


def on_side(side: str) -> str:
    """What is said of one line of a request begins so: "left: ", or nothing without a side."""
    return "" if side in ("", UNSTATED_SIDE) else f"{side}: "


def names_of(entries: Mapping[str, Entry]) -> dict[str, str]:
    """What each entry is called before a person, by its key."""
    return {key: shown_name(entry) for key, entry in entries.items()}


def with_names(text: str, names: Mapping[str, str]) -> str:
    """A text that has entries by their keys (``findings[9]``), with what they are called."""
    return KEY.sub(lambda found: names.get(found[0], found[0]), text)


def entries_of(line: LineDecision, key: str, *, totals: bool = True) -> tuple[str, ...]:
    """The entries that the atom ``key(line)`` rests on, in the order in which they are met.

    Without ``totals`` what a count or a sum was made of is left out.
    """
    found: dict[str, None] = {}
    for atom in atoms_below(line, GroundAtom(key, (line.side,)), totals=totals):
        if line.model.is_given(atom.key) and atom.row and isinstance(atom.row[0], EntryKey):
            found.setdefault(atom.row[0])
    return tuple(found)


def stated_in(line: LineDecision, key: str) -> tuple[GroundAtom, ...]:
    """What the request itself states and the atom ``key(line)`` rests on.

    Where its rules name what they ask for (a diagnosis, a purpose), that alone; what else the
    request states is behind them only in that it is stated. That the record is complete is beside
    the point: it takes no place of a diagnosis, whichever it is.
    """
    named: dict[GroundAtom, None] = {}
    others: dict[GroundAtom, None] = {}
    for atom in atoms_below(line, GroundAtom(key, (line.side,))):
        for instance in line.model.derivations(atom):
            for place, literal in enumerate(instance.rule.body):
                if isinstance(literal, Atom) and literal.key in phrases()["statement"]:
                    constant = any(not isinstance(term, Variable) for term in literal.arguments)
                    (named if constant else others)[instance.atom(place)] = None
    if all(atom.key == "record_complete" for atom in named):
        named |= {each: None for each in others if not named or each.key in _REASONS}
    return tuple(named)


def reasons_stated(line: LineDecision, key: str) -> Iterator[str]:
    """The diagnoses, purposes and the age that the case states and ``key(line)`` rests on, in
    words."""
    for atom in stated_in(line, key):
        if atom.key in _REASONS:
            yield statement_text(atom)


def statement_text(atom: GroundAtom) -> str:
    """What the request states, as a sentence; ``atom`` is one of ``stated_in``."""
    value = atom.row[0]
    names: Mapping[str, Mapping[str, Name]] = {
        "stated_diagnosis": VOCABULARY.diagnoses,
        "purpose": VOCABULARY.purposes,
        "procedure": VOCABULARY.procedures,
    }
    known = names.get(atom.key, {}).get(str(value))
    if atom.key in (*DAYS_STATED, "procedure_code", "member_age"):
        words = value_stated(atom)
    elif known is not None:
        words = known.meaning
    elif (atom.key, value) == ("procedure", "other"):
        words = "another procedure"
    else:
        words = called("plan" if atom.key == "plan" else "domain", str(value))
    return str(phrases()["statement"][atom.key]).format(words=words)


def value_stated(atom: GroundAtom) -> str:
    """The value of what the request states, as a case file has it."""
    value = atom.row[0]
    return date.fromordinal(int(value)).isoformat() if atom.key in DAYS_STATED else str(value)


def atoms_below(
    line: LineDecision, start: GroundAtom, *, totals: bool = True
) -> Iterator[GroundAtom]:
    """The atoms that the derivations of ``start`` rest on positively, once each."""
    model = line.model
    seen = {start}
    waiting = [start]
    while waiting:
        atom = waiting.pop()
        yield atom
        for instance in reversed(model.derivations(atom)):
            for place, literal in reversed([*enumerate(instance.rule.body)]):
                children: list[GroundAtom] = []
                if isinstance(literal, Atom):
                    children = [instance.atom(place)]
                elif isinstance(literal, Total) and totals:
                    children = model.rows_of_total(instance, place)
                for child in children:
                    if child not in seen:
                        seen.add(child)
                        waiting.append(child)


def decisive_entries(line: LineDecision) -> dict[str, tuple[str, ...]]:
    """For each clause that decided, the entries it rests on.

    For an approval these are all leaves that are met; for a denial the leaves below the decisive
    clauses that are not met, and the exclusions that apply.
    """
    policy = line.program.policy
    found: dict[str, tuple[str, ...]] = {}
    if line.determination == "medically_necessary" and line.path is not None:
        roots: tuple[str, ...] = (line.path.root,)
        wanted = "met"
    else:
        roots, wanted = line.decisive, "not_met"
    for root in roots:
        sought = "met" if policy.clauses[root].kind == "exclusion" else wanted
        for label in dict.fromkeys(policy.labels_below(root)):
            if not policy.clauses[label].gate and line.statuses.get(label) == sought:
                found[label] = entries_of(line, f"{sought}[{label}]")
    return found


def name_of(entry: Entry, key: str) -> str:
    """What an entry is called: its id where it has one, else its place in the case."""
    return str(getattr(entry, "id", None) or key)


def id_of(entry: Entry) -> str:
    """The id of an entry in its file, empty for one that has none."""
    return str(getattr(entry, "id", None) or "")


def shown_name(entry: Entry) -> str:
    """What an entry is called before a person: its id, or what it says."""
    return id_of(entry) or describe(entry)


def label_of_entry(case: Case, key: str) -> str:
    """The entry of this key in a few words: its id, what it says, its date, side and source."""
    return label_of(case.entry(key))


def label_of(entry: Entry) -> str:
    """An entry in a few words, for people: its id, what it says, its date, side and source."""
    source = show_source(entry)
    return label_without_source(entry) + (f" [{source}]" if source else "")


def label_without_source(entry: Entry) -> str:
    """The same without the source."""
    parts = [describe(entry)]
    day = getattr(entry, "date", None)
    if isinstance(day, date):
        parts.append(day.isoformat())
    side = getattr(entry, "side", None)
    if side:
        parts.append(str(side))
    return f"{id_of(entry)} {', '.join(parts)}".lstrip()


def describe(entry: Entry, dates: Callable[[date], str] = date.isoformat) -> str:
    """What an entry says, in a few words and with its numbers; ``dates`` writes a day."""
    words = phrases()["entry"]
    if isinstance(entry, Finding):
        places = " and ".join(called("radiation_place", each) for each in entry.radiates_to)
        says = said_of("finding", entry.finding, entry.present)
        return f"{says} {places}".rstrip() + _context(entry)
    if isinstance(entry, Measurement):
        measure = VOCABULARY.measures[entry.measure]
        text = str(words["measurement"] if measure.unit == "points" else words["amount"])
        value = show_amount(entry.value)
        slots = {"measure": measure.short, "value": value, "most": measure.most}
        return text.format(unit=measure.unit, **slots) + _context(entry)
    if isinstance(entry, Therapy):
        return str(words[_lasting(entry)]).format(
            kind=called("therapy", entry.kind),
            elsewhere=words["therapy_elsewhere"] if entry.region == "other" else "",
            start=dates(entry.start) if entry.start else words["therapy_no_start"],
            end=dates(entry.end) if entry.end else words["therapy_no_end"],
        )
    if isinstance(entry, TherapyInability):
        return str(words["inability"]).format(reason=called("inability_reason", entry.reason))
    if isinstance(entry, Injection):
        several = "both" if len(entry.purposes) > 1 else "none"
        purpose = entry.purposes[0] if len(entry.purposes) == 1 else several
        said = [str(words["injection"]).format(purpose=called("injection_purpose", purpose))]
        if entry.relief_percent is not None:
            said.append(str(words["relief"]).format(relief=show_amount(entry.relief_percent)))
        if entry.outcome:
            said.append(called("injection_outcome", entry.outcome))
        return ", ".join(said)
    if isinstance(entry, ImagingStudy):
        results = [said_of("imaging_result", name, shown) for name, shown in entry.results.items()]
        return str(words["imaging_results" if results else "imaging"]).format(
            modality=called("modality", entry.modality),
            region=called("region", entry.region),
            results=", ".join(results),
        )
    if isinstance(entry, Visit):
        return in_words(entry.visit)
    return "entry"


def _lasting(entry: Therapy) -> str:
    """Under which name stands how the days of a therapy are told."""
    if entry.ongoing:
        return "therapy_ongoing" if entry.start else "therapy_ongoing_no_start"
    return "therapy_one_day" if entry.start and entry.start == entry.end else "therapy"


def kind_of(entry: Entry) -> str:
    """What an entry is, without its numbers and days."""
    match entry:
        case Finding(finding=finding, present=present):
            return said_of("finding", finding, present)
        case Measurement(measure=measure):
            return VOCABULARY.measures[measure].short
        case Therapy(kind=kind):
            return called("therapy", kind)
        case Injection(purposes=purposes):
            names = [VOCABULARY.injection_purposes[each].meaning for each in purposes]
            return " and ".join(names) or "injection"
        case ImagingStudy(modality=modality, region=region):
            return str(phrases()["entry"]["imaging"]).format(
                modality=called("modality", modality), region=called("region", region)
            )
        case _:
            return describe(entry)


def _context(entry: Finding | Measurement) -> str:
    words = called("context", entry.context) if entry.context else ""
    return f" ({words})" if words else ""


def show_amount(amount: Amount) -> str:
    """A number or a range as text."""
    return f"{amount[0]}-{amount[1]}" if isinstance(amount, tuple) else str(amount)


def show_source(entry: Entry) -> str:
    """Where an entry was read: document, page and quote of each source, or the plain text given."""
    return "; ".join(filter(None, (shown_source(source) for source in entry.sources)))


def shown_source(source: Source | str) -> str:
    """A source in a few words: its document, page and quote, or the plain text given."""
    if not isinstance(source, Source):
        return source
    words = [source.document or "", f"p{source.page}" if source.page else ""]
    if source.quote:
        words.append(f'"{source.quote}"')
    return " ".join(word for word in words if word)
