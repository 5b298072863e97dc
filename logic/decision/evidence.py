"""Evidence: which entries of the record a result rests on, read off the derivations.

An entry belongs to an atom when a fact about it stands somewhere below the atom's rule instances.
"""

from __future__ import annotations

from collections.abc import Iterator
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
from clausewise.facts.schema import EntryKey
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import LineDecision
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.notation import Atom, Total


def entries_of(line: LineDecision, key: str, *, totals: bool = True) -> tuple[str, ...]:
    """The entries that the atom ``key(line)`` rests on, in the order in which they are met.

    Without ``totals`` what a count or a sum was made of is left out.
    """
    found: dict[str, None] = {}
    for atom in atoms_below(line, GroundAtom(key, (line.side,)), totals=totals):
        if line.model.is_given(atom.key) and atom.row and isinstance(atom.row[0], EntryKey):
            found.setdefault(atom.row[0])
    return tuple(found)


def stated_in(line: LineDecision, key: str) -> tuple[str, ...]:
    """What the request states and the atom ``key(line)`` rests on: diagnoses and purposes."""
    atoms = atoms_below(line, GroundAtom(key, (line.side,)))
    return tuple(
        f"stated {_STATED[atom.key]}: {_plain(str(atom.row[0]))}"
        for atom in atoms
        if atom.key in _STATED
    )


_STATED = {"stated_diagnosis": "diagnosis", "purpose": "purpose"}


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


def label_of_entry(case: Case, key: str) -> str:
    """An entry in a few words, for people: its id or name, its date and its side."""
    entry = case.entry(key)
    parts = [describe(entry)]
    day = getattr(entry, "date", None)
    if isinstance(day, date):
        parts.append(day.isoformat())
    side = getattr(entry, "side", None)
    if side:
        parts.append(str(side))
    source = show_source(entry)
    tail = f" [{source}]" if source else ""
    return f"{name_of(entry, key)} {', '.join(parts)}{tail}"


def describe(entry: Entry) -> str:
    """What an entry says, in a few words and with its numbers."""
    if isinstance(entry, Finding):
        answer = "present" if entry.present else "absent"
        places = f" to the {_and(entry.radiates_to)}" if entry.radiates_to else ""
        return f"{_plain(entry.finding)}{places} {answer}{_context(entry)}"
    if isinstance(entry, Measurement):
        measure = VOCABULARY.measures[entry.measure]
        scale = f"of {measure.most}" if measure.unit == "points" else measure.unit
        return f"{measure.short} {show_amount(entry.value)} {scale}{_context(entry)}"
    if isinstance(entry, Therapy):
        start = entry.start.isoformat() if entry.start else "unknown start"
        end = entry.end.isoformat() if entry.end else "ongoing" if entry.ongoing else "unknown end"
        elsewhere = " for another body part" if entry.region == "other" else ""
        return f"{_plain(entry.kind)}{elsewhere} {start} to {end}"
    if isinstance(entry, TherapyInability):
        return f"active therapy not completed: {_plain(entry.reason)}"
    if isinstance(entry, Injection):
        purposes = " and ".join(entry.purposes) or "injection of undocumented purpose"
        words = [f"{purposes} injection" if entry.purposes else purposes]
        if entry.relief_percent is not None:
            words.append(f"relief {show_amount(entry.relief_percent)} %")
        if entry.outcome:
            words.append(entry.outcome)
        return ", ".join(words)
    if isinstance(entry, ImagingStudy):
        results = ", ".join(
            f"{_plain(name)} {'shown' if shown else 'excluded'}"
            for name, shown in entry.results.items()
        )
        return f"{entry.modality} of the {_plain(entry.region)}" + (
            f": {results}" if results else ""
        )
    if isinstance(entry, Visit):
        return _plain(entry.visit)
    return "entry"


def _context(entry: Finding | Measurement) -> str:
    return "" if entry.context in (None, "baseline") else f" ({_plain(entry.context)})"


def show_amount(amount: Amount) -> str:
    """A number or a range as text."""
    return f"{amount[0]}-{amount[1]}" if isinstance(amount, tuple) else str(amount)


def date_of(entry: Entry) -> date | None:
    """The day that an entry is dated by: of a therapy its first day."""
    if isinstance(entry, Therapy):
        return entry.start
    day: date | None = getattr(entry, "date", None)
    return day


def show_source(entry: Entry) -> str:
    """Where an entry was read: document, page and quote of each source, or the plain text given."""
    return "; ".join(filter(None, (_shown(source) for source in entry.sources)))


def _shown(source: Source | str) -> str:
    if not isinstance(source, Source):
        return source
    words = [source.document or "", f"p{source.page}" if source.page else ""]
    if source.quote:
        words.append(f'"{source.quote}"')
    return " ".join(word for word in words if word)


def _and(names: tuple[str, ...]) -> str:
    return " and ".join(_plain(name) for name in names)


def _plain(name: str) -> str:
    return name.replace("_", " ")
