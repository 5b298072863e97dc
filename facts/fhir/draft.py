"""The case file in the making: entries with the resource of each, and the documents they name."""

from __future__ import annotations

from datetime import date
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS
from clausewise.facts.case.validation import entry_problems
from clausewise.facts.fhir.bundle import Bundle, Resource
from clausewise.facts.fhir.terms import meaning
from clausewise.facts.text import printable

Entry = dict[str, Any]
MOST_QUOTED = 200


class Draft:
    """Entries that were read so far. An entry that is impossible is remarked on and left out."""

    def __init__(self, bundle: Bundle, withdrawn: frozenset[str] = frozenset()) -> None:
        self.bundle = bundle
        self.withdrawn = withdrawn
        self.entries: dict[str, list[tuple[Entry, str]]] = {name: [] for name in ENTRY_LISTS}
        self.documents: dict[str, Entry] = {}
        self.details: dict[str, Entry] = {}
        self.consumed: set[str] = set()
        self._document_of: dict[str, str] = {}

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
            return False
        plain["source"] = self.source_of(resource)
        self.entries[kind].append((plain, resource.name))
        self.bundle.use(resource)
        return True

    def source_of(self, resource: Resource) -> Entry:
        """The document an entry was read in: one that is linked to the resource, or itself."""
        linked = [
            *resource.element.references("derivedFrom"),
            *resource.element.references("report"),
        ]
        names = [found.name for text in linked if (found := self.bundle.find(text, resource))]
        known = next((name for name in names if name in self.documents), "")
        name = known or self._document_of.get(resource.name, "") or resource.name
        if name == resource.name and name not in self.documents:
            self.documents[name] = {"id": name, "title": f"FHIR {resource.kind}"} | _author(
                resource
            )
        source: Entry = {"document": name}
        quote = printable(resource.element.note(), MOST_QUOTED)
        if quote:
            source["quote"] = quote
        return source

    def list_document(self, resource: Resource) -> None:
        """A DocumentReference becomes a document of the case, and the source of what it names."""
        element = resource.element
        if element.text("status") != "current" or element.text("docStatus") == "entered-in-error":
            self.bundle.remark(resource.name, "not used: it is no current document")
            return
        titles = (element.text("description"), _text_of(resource, "type"))
        title = next((printable(each, 200) for each in titles if each), "FHIR DocumentReference")
        entry: Entry = {"id": resource.name, "title": title} | _author(resource)
        day = element.day("date")
        if day is not None:
            entry["date"] = day.isoformat()
        self.documents[resource.name] = entry
        self.bundle.use(resource)
        context = element.part("context")
        for text in context.references("related") if context else ():
            found = self.bundle.find(text, resource)
            if found is not None:
                self._document_of.setdefault(found.name, resource.name)

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
