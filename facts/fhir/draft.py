"""The case file in the making: entries with the resource of each, and the documents they name."""

from __future__ import annotations

from datetime import date
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS, MOST_SOURCES
from clausewise.facts.case.validation import entry_problems
from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.terms import meaning
from clausewise.facts.text import printable

Entry = dict[str, Any]
MOST_QUOTED = 200
EVENT_KEYS = {
    "therapies": ("kind", "start", "side", "for"),
    "injections": ("purposes", "date", "side"),
    "imaging": ("modality", "region", "side", "date"),
}
"""What entries of one event have in common."""


class Draft:
    """Entries that were read so far. An entry that is impossible is remarked on and left out."""

    def __init__(self, bundle: Bundle, withdrawn: frozenset[str] = frozenset()) -> None:
        self.bundle = bundle
        self.withdrawn = withdrawn
        self.entries: dict[str, list[tuple[Entry, str]]] = {name: [] for name in ENTRY_LISTS}
        self.documents: dict[str, Entry] = {}
        self.details: dict[str, Entry] = {}
        self.contrary: dict[str, Entry] = {}
        self.consumed: set[str] = set()
        self.unusable: dict[str, str] = {}
        """The lists of which an entry was left out as impossible, and its resource: none of these
        can be taken to be complete."""
        self._documents_of: dict[str, list[str]] = {}

    def add(self, kind: str, entry: Entry, resource: Resource) -> bool:
        """Add an entry to a list of the case; tells whether it could be."""
        plain = {
            key: value.isoformat() if isinstance(value, date) else value
            for key, value in entry.items()
            if value is not None and value != [] and value != ""
        }
        problems = entry_problems(kind, plain)
        if problems:
            self.bundle.remark(resource.name, f"not used: {'; '.join(problems)}")
            self.unusable.setdefault(kind, resource.name)
            return False
        if not any(key in plain for key in ("date", "start", "end")):
            self.bundle.remark(resource.name, "says no day: the entry is undated")
        plain["source"] = self.source_of(resource)
        self.entries[kind].append((plain, resource.name))
        self.bundle.use(resource)
        return True

    def add_event(self, kind: str, entry: Entry, contrary: Entry, resource: Resource) -> bool:
        """Add an entry and, where some details are told otherwise too, one that tells them so.

        Both are of one event, whose details are then contested.
        """
        if not self.add(kind, entry, resource):
            return False
        if contrary:
            same = {key: entry.get(key) for key in EVENT_KEYS[kind]}
            told = ", ".join(contrary.get("results", contrary))
            self.bundle.remark(resource.name, f"told both ways: {told}")
            self.add(kind, same | {"id": f"{resource.name} (2)"} | contrary, resource)
        return True

    def source_of(self, resource: Resource) -> Entry | list[Entry]:
        """The documents an entry was read in: those linked to the resource, or itself."""
        linked = [
            *resource.element.references("derivedFrom"),
            *resource.element.references("report"),
        ]
        found = [known.name for text in linked if (known := self.bundle.find(text, resource))]
        found += self._documents_of.get(resource.name, [])
        names = [name for name in dict.fromkeys(found) if name in self.documents]
        if not names:
            names = [resource.name]
            self.documents.setdefault(resource.name, _as_document(resource))
        sources: list[Entry] = [{"document": name} for name in names[:MOST_SOURCES]]
        if len(names) > MOST_SOURCES:
            self.bundle.remark(
                resource.name, f"it is told by {len(names)} documents: {MOST_SOURCES} are named"
            )
        quote = printable(resource.element.note(), MOST_QUOTED)
        if quote:
            sources[0]["quote"] = quote
        return sources[0] if len(sources) == 1 else sources

    def list_document(self, resource: Resource) -> None:
        """A DocumentReference becomes a document of the case, and the source of what it names."""
        element = resource.element
        if element.text("status") != "current" or element.text("docStatus") == "entered-in-error":
            self.bundle.remark(resource.name, "not used: it is no current document")
            return
        titles = (element.text("description"), _text_of(resource, "type"))
        title = next((printable(each, 200) for each in titles if each), "FHIR DocumentReference")
        entry: Entry = {"id": resource.name, "title": title} | _author(resource)
        # When the document was made goes before when it was filed.
        made = [
            day
            for part in element.parts("content")
            if (file := part.part("attachment")) and (day := file.day("creation"))
        ]
        day = max(made) if made else element.day("date")
        if day is not None:
            entry["date"] = day.isoformat()
        self.documents[resource.name] = entry
        self.bundle.use(resource)
        context = element.part("context")
        for text in context.references("related") if context else ():
            found = self.bundle.find(text, resource)
            if found is not None:
                self._documents_of.setdefault(found.name, []).append(resource.name)

    def side_of(self, resource: Resource, *keys: str) -> str:
        """The side that body sites and codes say; empty for none, told when they disagree."""
        codings = [coding for key in keys for coding in resource.element.codings(key)]
        sides = set(meaning(codings, "side").names)
        if sides == {"left", "right"}:
            return "bilateral"
        if len(sides) > 1:
            self.bundle.remark(resource.name, f"its sides disagree ({', '.join(sorted(sides))})")
            return ""
        return next(iter(sides), "")


def _as_document(resource: Resource) -> Entry:
    """A resource that no document is linked to, as a document of its own.

    A statement on a medicine says when it was made, which limits what it can say.
    """
    entry: Entry = {"id": resource.name, "title": f"FHIR {resource.kind}"} | _author(resource)
    day = resource.element.day("dateAsserted")
    return entry if day is None else entry | {"date": day.isoformat()}


def _author(resource: Resource) -> Entry:
    for key in ("author", "performer", "asserter", "resultsInterpreter", "informationSource"):
        for part in resource.element.parts(key):
            name = printable(part.text("display"), 120)
            if name:
                return {"author": name}
    return {}


def _text_of(resource: Resource, key: str) -> str:
    part = resource.element.part(key)
    return part.text("text") if part else ""
