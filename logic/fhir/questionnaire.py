"""A FHIR Questionnaire for a procedure: the questions that its path can use, and no others.

What is asked follows from the loaded rules; how a question is put, from the vocabulary and the
fields of a case file. Items are named by their places in a case file, and their prefix is the label
of the clauses that use them, so a filled form is read back without the form.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from typing import Any

from clausewise.facts.case.model import ENTRY_LISTS, FORMAT
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.errors import UnknownNameError
from clausewise.facts.fhir.forms import (
    DOCUMENT_FIELDS,
    ENTRY_FIELDS,
    KIND_OF,
    MEMBER_FIELDS,
    NAMES_OF,
    ONLY_FOR,
    QUESTIONNAIRE_BASE,
    RANGES,
    REQUEST_FIELDS,
    REVIEW_FIELDS,
    SOURCE_FIELDS,
    FormField,
)
from clausewise.facts.relations.from_case import case_facts
from clausewise.facts.schema import SCHEMA
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, rows_for
from clausewise.logic.fhir.items import (
    Item,
    coding,
    enable,
    exists,
    group_of,
    item_of,
    select,
    without_sides,
)
from clausewise.logic.language.policy import Path, Policy, Role
from clausewise.logic.program.asked import Asked, asked_by
from clausewise.logic.program.dependencies import Uses
from clausewise.logic.program.program import Program
from clausewise.logic.what_if.missing import Missing

_RELATION_OF = {
    "measurements": "measurement",
    "therapies": "therapy",
    "therapy_inability": "inability",
    "injections": "injection",
    "imaging": "imaging",
    "visits": "visit",
}
_ALWAYS = frozenset({"id", "date", "side", "reason", "modality", "region", "present", "value"})
_SAMPLES: Mapping[str, Any] = {
    "boolean": True,
    "date": "2026-01-01",
    "decimal": 5,
    "integer": 5,
    "string": "sample",
}
_BARE: Mapping[str, dict[str, Any]] = {
    "therapies": {"kind": "physical_therapy"},
    "therapy_inability": {"reason": "intolerance"},
    "injections": {},
    "imaging": {"modality": "mri", "region": "sacroiliac_joint"},
    "measurements": {"measure": "sij_pain_score", "value": 5},
    "visits": {"visit": next(iter(VOCABULARY.visits))},
    "findings": {"finding": "gaenslen", "present": True},
}


def questionnaire(
    program: Program, procedure: str, only: Collection[str] | None = None
) -> dict[str, Any]:
    """The Questionnaire of a procedure as a FHIR resource; raises KeyError for one without a path.

    ``procedure`` is a name of the vocabulary or a CPT code. ``only`` keeps the items of these
    places (``findings.gaenslen``, ``injections``, ``injections.contrast``).
    """
    name = VOCABULARY.procedure_of_code(procedure) or procedure
    policy = program.policy
    path = policy.path_of(name)
    if path is None:
        raise UnknownNameError(f"{name!r} has no path under this policy")
    asked = asked_by(program, path)
    request = _request(policy, path, asked) if only is None else _request_items(only)
    items = [*request, *_entries(asked.by_label, only), *_rest(asked)]
    if not VOCABULARY.procedures[path.procedure].side_specific:
        items = without_sides(items)
    return {
        "resourceType": "Questionnaire",
        "url": _address(policy, path, only),
        "version": policy.fingerprint[:16],
        "name": f"Clausewise_{path.procedure}",
        "title": f"{policy.number}: {path.name}",
        "status": "active",
        "subjectType": ["Patient"],
        "description": (
            f"What policy {policy.number} can use for {path.name} ({path.root}); "
            f"answers become a case file of format {FORMAT}. What is left out counts as not "
            "documented, never as absent."
        ),
        "item": items,
    }


def questionnaire_of_missing(decision: Decision, found: Iterable[Missing]) -> dict[str, Any]:
    """The Questionnaire of just what lacks; raises KeyError when the case has no path."""
    line = decision.lines[0]
    only = {
        place
        for each in found
        for alternative in each.alternatives
        for candidate in alternative.candidates
        for edit in candidate.edits.items()
        for place in _places(decision, *edit)
    }
    return questionnaire(line.program, line.procedure, only)


def _places(decision: Decision, place: str, value: Any) -> Iterator[str]:
    """The places of the form that an edit of the case file belongs to."""
    name = place.partition("[")[0].removesuffix("+")
    if name not in ENTRY_LISTS:
        yield place
    elif not place.endswith("+"):
        position, _, detail = place.partition("[")[2].partition("].")
        kind = getattr(getattr(decision.case, name)[int(position)], KIND_OF.get(name, ""), None)
        link = f"{name}.{kind}" if kind else name
        yield f"{link}.id"
        yield f"{link}.{detail}"
    elif name == "imaging":
        yield from (f"imaging.{key}" for key in ("id", "modality", "region", "side", "date"))
        yield from (f"imaging.results.{result}" for result in value.get("results", ()))
    elif name not in KIND_OF:
        yield name
    else:
        for kind in _alike(decision, str(value[KIND_OF[name]])):
            yield f"{name}.{kind}"


def _alike(decision: Decision, kind: str) -> tuple[str, ...]:
    """The kinds of therapy that serve as well as this one; any other name stands for itself."""
    line = decision.lines[0]
    rows = rows_for(line.program, line.model, Role.ALIKE)
    groups = {row[1] for row in rows if row[0] == kind}
    return tuple(str(row[0]) for row in rows if row[1] in groups) or (kind,)


def _address(policy: Policy, path: Path, only: Collection[str] | None) -> str:
    part = "" if only is None else "-missing"
    return f"{QUESTIONNAIRE_BASE}{policy.number}-{path.procedure.replace('_', '-')}{part}"


# --- groups -----------------------------------------------------------------------------------


def _request(policy: Policy, path: Path, asked: Asked) -> Iterator[Item]:
    """The request; its purpose and diagnoses only where a clause asks for them."""
    yield item_of("case", FormField("case", "string", "What is the identifier of the request?"))
    procedures = {each.procedure: each.name for each in policy.paths}
    items = [
        item_of(
            f"request.{field.name}",
            replace(field, options=procedures) if field.name == "procedure" else field,
        )
        for field in REQUEST_FIELDS
        if asked.of_request(field.name)
    ]
    select(items, "request.procedure", path.procedure, path.name)
    if VOCABULARY.default_plan not in policy.plans:  # else the plan need not be said
        select(items, "request.plan", policy.plan)
    yield group_of("request", "The request", items)
    yield group_of("member", "The member", [item_of(f"member.{f.name}", f) for f in MEMBER_FIELDS])


def _request_items(only: Collection[str]) -> Iterator[Item]:
    fields = [field for field in REQUEST_FIELDS if f"request.{field.name}" in only]
    if fields:
        yield group_of(
            "request", "The request", [item_of(f"request.{field.name}", field) for field in fields]
        )
    members = [field for field in MEMBER_FIELDS if f"member.{field.name}" in only]
    if members:
        yield group_of("member", "The member", [item_of(f"member.{f.name}", f) for f in members])


def _rest(asked: Asked) -> Iterator[Item]:
    documents = [item_of(f"documents.{field.name}", field) for field in DOCUMENT_FIELDS]
    yield group_of("documents", "The documents", documents, repeats=True)
    domains = {name: VOCABULARY.domains[name].meaning for name in asked.domains}
    question = "Of what is the record complete? What a criterion asks for is then not there."
    if domains:
        yield item_of(
            "record_complete", FormField("record_complete", "choice", question, domains, many=True)
        )
    review = [item_of(f"review.{field.name}", field) for field in REVIEW_FIELDS]
    yield group_of("review", "What a person decided", review)


def _entries(used: Mapping[str, Uses], only: Collection[str] | None = None) -> Iterator[Item]:
    yield from _findings(used, only)
    for name, relation in _RELATION_OF.items():
        labels = [label for label, each in used.items() if relation in each.relations]
        if not labels or not _wanted(name, only):
            continue
        relations = frozenset(r for label in labels for r in used[label].relations)
        prefix = ", ".join(labels)
        if name in KIND_OF:
            # Any therapy may count; of measures the rules name those that do.
            measures = [m for label in labels for m in used[label].names.get("measure", ())]
            measures = measures if name == "measurements" else []
            items = [
                _entry_group(
                    name, f"{name}.{kind}", entry.question or entry.meaning, relations, kind, only
                )
                for kind, entry in NAMES_OF[name].items()
                if _wanted(f"{name}.{kind}", only) and kind in (measures or (kind,))
            ]
            yield group_of(name, VOCABULARY.domains[name].meaning, items, prefix=prefix)
            continue
        text = {"therapy_inability": "Active therapy that could not be completed"}
        title = text.get(name) or VOCABULARY.domains[name].meaning
        group = _entry_group(name, name, title, relations, None, only)
        if name == "imaging":
            group["item"][-1:-1] = _results(used, only)
        yield {**group, "prefix": prefix}


def _wanted(place: str, only: Collection[str] | None) -> bool:
    return only is None or any(each == place or each.startswith(f"{place}.") for each in only)


def _findings(used: Mapping[str, Uses], only: Collection[str] | None) -> Iterator[Item]:
    """Findings stand under the clause that uses them first; the prefix names all that do."""
    labels: dict[str, list[str]] = {}
    for label, each in used.items():
        for name in each.names.get("finding", ()):
            labels.setdefault(name, []).append(label)
    relations = frozenset(SCHEMA)
    for name, using in labels.items():
        if not _wanted(f"findings.{name}", only):
            continue
        entry = VOCABULARY.findings[name]
        group = _entry_group("findings", f"findings.{name}", entry.question, relations, name)
        yield {**group, "prefix": ", ".join(using)}


def _entry_group(
    name: str,
    link: str,
    text: str,
    relations: frozenset[str],
    kind: str | None,
    only: Collection[str] | None = None,
) -> Item:
    """The group of one entry, which may be given several times."""
    whole = only is None or link in only
    items: list[Item] = []
    for field in ENTRY_FIELDS[name]:
        base = RANGES.get(field.name, field.name)
        if kind is not None and kind not in ONLY_FOR.get(field.name, (kind,)):
            continue
        if not whole and f"{link}.{base}" not in (only or ()):
            continue
        if base not in _ALWAYS and not (_relations_of(name, base) & relations):
            continue
        items.append(item_of(f"{link}.{field.name}", field))
    known = {each["linkId"] for each in items}
    for each in items:
        enable(each, link, known)
    source = [item_of(f"{link}.source.{field.name}", field) for field in SOURCE_FIELDS]
    source[1]["enableWhen"] = [exists(f"{link}.source.document")]
    items.append(group_of(f"{link}.source", "Where does it stand?", source, repeats=True))
    return group_of(link, text, items, repeats=True)


def _results(used: Mapping[str, Uses], only: Collection[str] | None) -> Iterator[Item]:
    regions: dict[str, list[str]] = {}
    for each in used.values():
        for region, result in each.results:
            if region not in regions.setdefault(result, []):
                regions[result].append(region)
    for result, places in regions.items():
        if only is not None and f"imaging.results.{result}" not in only:
            continue
        meaning = VOCABULARY.imaging_results[result].meaning
        question = f"Does the study show it (yes) or exclude it (no): {meaning}?"
        item = item_of(f"imaging.results.{result}", FormField(result, "boolean", question))
        if only is None or "imaging.region" in only:
            item["enableWhen"] = [
                {
                    "question": "imaging.region",
                    "operator": "=",
                    "answerCoding": coding(place, VOCABULARY.regions[place].meaning),
                }
                for place in places
            ]
            if len(places) > 1:
                item["enableBehavior"] = "any"
        yield item


@cache
def _relations_of(name: str, field_name: str) -> frozenset[str]:
    """The relations of facts that a field of an entry gives rows of, found by giving it."""
    field = next(each for each in ENTRY_FIELDS[name] if each.name == field_name)
    bare = dict(_BARE[name])
    if field_name in ONLY_FOR:
        bare[KIND_OF[name]] = ONLY_FOR[field_name][0]
    found: set[tuple[str, Any]] = set()
    values = list(field.options) if field.kind == "choice" else [_SAMPLES[field.kind]]
    if field.kind == "boolean":
        values = [True, False]
    for value in values:
        given = {**bare, field_name: [value] if field.many else value}
        found |= _rows(name, given) ^ _rows(name, bare) if given != bare else set()
    return frozenset(key for key, _ in found)


def _rows(name: str, entry: dict[str, Any]) -> set[tuple[str, Any]]:
    procedure = next(iter(VOCABULARY.procedures))
    request = {"procedure": procedure, "side": "left", "received": "2026-07-15"}
    case = case_from_data(
        {
            "format": FORMAT,
            "case": "sample",
            "request": request,
            "therapies": [{"id": "sample", "kind": "physical_therapy"}],
            name: [entry],
        }
    )
    return {(key, row) for key, rows in case_facts(case).items() for row in rows}
