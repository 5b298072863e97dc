"""Imaging studies, from reports and the studies they are about.

A study of the pelvis is one of the sacroiliac joint only where something says so; a preliminary
report says nothing yet. Conclusions written as text are left to a person.
"""

from __future__ import annotations

from datetime import date

from clausewise.facts.fhir.bundle import Resource
from clausewise.facts.fhir.conditions import FINAL, truth_of
from clausewise.facts.fhir.draft import Draft, Entry
from clausewise.facts.fhir.elements import Coding
from clausewise.facts.fhir.terms import meaning
from clausewise.facts.schema import REGIONS_WITHOUT_SIDES
from clausewise.facts.vocabulary.words import VOCABULARY

REPORTED = FINAL | {"appended"}


def read_report(draft: Draft, resource: Resource) -> None:
    """The study that a DiagnosticReport is about, with its coded results."""
    element = resource.element
    studies = [
        found
        for text in element.references("imagingStudy")
        if (found := draft.bundle.find(text, resource)) is not None and found.kind == "ImagingStudy"
    ]
    codings = [*element.codings("code"), *element.codings("category")]
    for study in studies:
        draft.consumed.add(study.name)
        codings += _study_codings(study)
    results = _observations(draft, resource)
    about = meaning(codings, "modality", "site")
    if not about.names:
        for each in results:
            draft.consumed.discard(each.name)
        draft.bundle.remark(resource.name, about.why_unused())
        return
    status = element.text("status")
    if status not in REPORTED:
        draft.bundle.remark(resource.name, f"not used: its status is {status or 'not given'}")
        return
    if status != "final":
        draft.bundle.remark(resource.name, f"its status is {status}: it is read as it stands now")
    shown: dict[str, bool] = {}
    contrary: dict[str, bool] = {}
    for each in results:
        codings += each.element.codings("bodySite")
        name = meaning(each.element.codings("code"), "result").one
        truth = (
            truth_of(draft, each, each.element) if each.element.text("status") in FINAL else None
        )
        if truth is None:
            draft.bundle.remark(each.name, "not used: it is not final, or says neither yes nor no")
        else:
            draft.bundle.use(each)
            if shown.setdefault(name, truth) != truth:
                contrary[name] = truth
    for name in meaning(element.codings("conclusionCode"), "result").names:
        if not shown.setdefault(name, True):
            contrary[name] = True
    if not shown:
        draft.bundle.remark(resource.name, "its results are not coded: a person has to read them")
    started = [each.element.day("started") for each in studies]
    day = next((each for each in started if each is not None), None)
    day = day or element.first_day("effective")
    if _add(draft, resource, codings, day, shown, contrary):
        for study in studies:
            draft.bundle.use(study)


def read_study(draft: Draft, resource: Resource) -> None:
    """An ImagingStudy without a report in the bundle: it was done, its results are not known."""
    if resource.name in draft.consumed:
        return
    element = resource.element
    codings = _study_codings(resource)
    about = meaning(codings, "modality", "site")
    if not about.names:
        draft.bundle.remark(resource.name, about.why_unused())
    elif element.text("status") != "available":
        draft.bundle.remark(resource.name, "not used: the study is not available")
    else:
        _add(draft, resource, codings, element.day("started"), {}, {})


def _study_codings(study: Resource) -> list[Coding]:
    """What a study says of its modality, site and side. DICOM modalities stand there uncoded."""
    element = study.element
    found = list(element.codings("procedureCode"))
    for part in (element, *element.parts("series")):
        for key in ("modality", "bodySite", "laterality"):
            for each in part.parts(key):
                code = each.text("code")
                if code:
                    found.append(Coding(each.text("system"), code))
    return found


def _observations(draft: Draft, report: Resource) -> list[Resource]:
    """The observations of a report that carry a result, through panels too."""
    found = []
    for text in report.element.references("result"):
        result = draft.bundle.find(text, report)
        if result is None:
            continue
        for each in (result, *draft.bundle.chain(result, "hasMember")):
            if each.kind == "Observation" and meaning(each.element.codings("code"), "result").one:
                draft.consumed.add(each.name)
                found.append(each)
    return found


def _add(
    draft: Draft,
    resource: Resource,
    codings: list[Coding],
    day: date | None,
    results: Entry,
    contrary: Entry,
) -> bool:
    modalities = meaning(codings, "modality")
    regions = [name for name in meaning(codings, "site").names if name in VOCABULARY.regions]
    if len(modalities.names) != 1 or len(regions) != 1:
        reason = "; ".join(modalities.notes) or "it does not say one modality and one region"
        draft.bundle.remark(resource.name, f"not used: {reason}")
        return False
    sides = set(meaning(codings, "side").names)
    side = "bilateral" if len(sides) > 1 else next(iter(sides), "")
    entry = {
        "id": resource.name,
        "modality": modalities.one,
        "region": regions[0],
        "side": "" if regions[0] in REGIONS_WITHOUT_SIDES else side,
        "date": day,
        "results": results or None,
    }
    told = {"results": contrary} if contrary else {}
    return draft.add_event("imaging", entry, told, resource)
