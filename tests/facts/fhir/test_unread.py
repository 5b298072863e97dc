"""Records that are not whole, or contradict themselves, and elements that are not read."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from clausewise.facts.case.problems import InputError
from clausewise.facts.fhir.unread import _EVERYWHERE, _KNOWN
from clausewise.facts.fhir.within import KNOWN_PARTS
from clausewise.facts.loading.files import cases_in
from tests.support.bundles import local
from tests.support.places import BUNDLE_FOLDER

Data = dict[str, Any]
EXAMPLE: Data = json.loads((BUNDLE_FOLDER / "pa-1003.json").read_text(encoding="utf-8"))
RIGHT = {"coding": [{"system": "http://snomed.info/sct", "code": "24028007"}]}


def resource(bundle: Data, name: str) -> Data:
    return next(e["resource"] for e in bundle["entry"] if e["resource"]["id"] == name)


def item(bundle: Data) -> Data:
    return resource(bundle, "claim-pa-1003")["item"][0]  # type: ignore[no-any-return]


def read(change: Callable[[Data], object]) -> str:
    """What is remarked on the example with this change, or the error."""
    bundle = copy.deepcopy(EXAMPLE)
    change(bundle)
    try:
        (case,) = cases_in(json.dumps(bundle).encode(), "record")
    except InputError as error:
        return str(error)
    assert case.origin is not None
    return "\n".join(f"{each.resource}: {each.sentence}" for each in case.origin.remarks)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda b: b.update(link=[{"relation": "next", "url": "x"}]),
            "link: more pages follow this one; expected all pages in one bundle",
        ),
        (lambda b: b.update(total=500), "Bundle: its total is 500, and 64 entries stand here"),
        (
            lambda b: b["entry"][39].update(request={"method": "DELETE"}),
            "entry[39]: not used: it asks to delete its resource",
        ),
        (lambda b: item(b).update(laterality="left"), "not read of it: item[0].laterality"),
        (
            lambda b: item(b).update(bodySite=RIGHT),
            "item 1 (27279) is left by its modifier and right by its bodySite",
        ),
        (
            lambda b: item(b)["modifier"].append({"text": "reduced"}),
            "the modifier 'reduced' of item 1 (27279) is not read",
        ),
        (
            lambda b: resource(b, "claim-pa-1003").update(
                diagnosis=[{"diagnosisCodeableConcept": {"text": "joint pain"}}]
            ),
            "its diagnosis 'joint pain' carries no code and is not read",
        ),
        (
            lambda b: resource(b, "claim-pa-1003").update(status="cancelled"),
            "asks for nothing (Claim/claim-pa-1003: asks for nothing: its status is cancelled)",
        ),
        (
            lambda b: resource(b, "member-pa-1003").update(deceasedBoolean=True),
            "Patient/member-pa-1003: not read of it: deceasedBoolean",
        ),
    ],
)
def test_what_is_not_whole_or_contradicts_itself_is_told(
    change: Callable[[Data], object], words: str
) -> None:
    assert words in read(change)


MODIFIED = [{"url": "https://example.org/not", "valueBoolean": True}]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            lambda b: resource(b, "score-1")["valueQuantity"].update(comparatr=">="),
            "Observation/score-1: not read of it: valueQuantity.comparatr",
        ),
        (
            lambda b: resource(b, "I1")["code"]["coding"][0].update(kode="27096"),
            "Procedure/I1: not read of it: code.coding[0].kode",
        ),
        (
            lambda b: resource(b, "I1-intra-articular")["partOf"][0].update(target="x"),
            "Observation/I1-intra-articular: not read of it: partOf[0].target",
        ),
        (
            lambda b: resource(b, "form")["item"][0].update(anser=[{"valueBoolean": True}]),
            "QuestionnaireResponse/form: not read of it: item[0].anser",
        ),
        (
            lambda b: resource(b, "I1")["bodySite"][0].update(extension=MODIFIED),
            "Procedure/I1: extensions of it are not read: not",
        ),
        (
            lambda b: b["entry"][10].update(modifierExtension=MODIFIED),
            "entry[10]: not used: an extension changes its meaning",
        ),
        (lambda b: b["entry"][10].update(resourc={}, status="x"), "entry[10]: not read of it: s"),
        (lambda b: b.update(entries=[1]), "Bundle: not read of it: entries"),
        (
            lambda b: b.update(implicitRules="https://example.org/rules"),
            "implicitRules: it follows rules that are not known",
        ),
        (
            lambda b: resource(b, "form")["item"][0].update(modifierExtension=MODIFIED),
            "QuestionnaireResponse/form: not used: an extension changes its meaning",
        ),
        (
            lambda b: resource(b, "H1").update(modifierExtension=MODIFIED),
            "DocumentReference/H1: not used: an extension changes its meaning",
        ),
        (
            lambda b: resource(b, "claim-pa-1003")["insurance"][0].update(
                modifierExtension=MODIFIED
            ),
            "Claim/claim-pa-1003: asks for nothing that can be read: an extension changes its",
        ),
    ],
)
def test_what_parts_hold_that_is_not_read_is_told(
    change: Callable[[Data], object], words: str
) -> None:
    assert words in read(change)


SNOMED = "http://snomed.info/sct"
UNKNOWN = {"coding": [{"system": SNOMED, "code": "999"}]}
THROAT = {"text": "throat"}


def stated_by(**elements: Any) -> Callable[[Data], object]:
    """The claim names a Condition with these elements as its first diagnosis."""

    def change(bundle: Data) -> None:
        claim = resource(bundle, "claim-pa-1003")
        code = claim["diagnosis"][0].pop("diagnosisCodeableConcept")
        claim["diagnosis"][0]["diagnosisReference"] = {"reference": "Condition/c"}
        own = {"resourceType": "Condition", "id": "c", "code": code, "subject": claim["patient"]}
        bundle["entry"].append({"resource": own | elements})

    return change


def in_claim(**elements: Any) -> Callable[[Data], object]:
    return lambda b: resource(b, "claim-pa-1003").update(elements)


def in_item(**elements: Any) -> Callable[[Data], object]:
    return lambda b: item(b).update(elements)


def of(name: str, **elements: Any) -> Callable[[Data], object]:
    return lambda b: resource(b, name).update(elements)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda b: b.update(type="bundle"), "its type, 'bundle', is none of a bundle"),
        (of("score-1", id=5), "Observation[26]: its id, 5, is no text and names nothing"),
        (
            of("T1", contained=[{"resourceType": "Claim"}, {"resourceType": "Procedure"}]),
            "T1: Claim inside it is not read as an entry\nProcedure/T1: Procedure inside it",
        ),
        (
            stated_by(verificationStatus={"coding": [{"code": "provisional"}]}),
            "its reason, Condition/c, is not used: its verification status is provisional",
        ),
        (
            stated_by(clinicalStatus={"coding": [{"code": "resolved"}]}),
            "its reason, Condition/c, is not used: it is not current (resolved)",
        ),
        (
            stated_by(modifierExtension=MODIFIED),
            "its reason, Condition/c, is not used: an extension changes its meaning",
        ),
        (
            in_claim(diagnosis=[{"diagnosisReference": {"reference": "Procedure/T1"}}]),
            "its reason, Procedure/T1, is not used: it is no condition",
        ),
        (
            in_claim(diagnosis=[{"type": [{"coding": [{"code": "differential"}]}]}]),
            "a diagnosis of it is not used: it is a differential one",
        ),
        (
            in_claim(supportingInfo=[{"sequence": 1, "valueString": "withdrawn"}]),
            "supportingInfo[0] (withdrawn) is not read: it refers to no resource",
        ),
        (in_claim(note=[{"text": "withdrawn"}]), "Claim/claim-pa-1003: not read of it: note"),
        (in_item(quantity={"value": 2}), "the quantity of item 1 (27279), 2, is not read"),
        (
            lambda b: item(b)["modifier"][0]["coding"].append({"code": "53"}),
            "the modifier '53' of item 1 (27279) is not read",
        ),
        (
            lambda b: resource(b, "claim-pa-1003")["item"].append(copy.deepcopy(item(b))),
            "the sequence 1 is that of several items",
        ),
        (of("T1", status="stopped"), "T1: its status is stopped: the days it was done on count"),
        (of("T1", status="in-progress"), "its status is in-progress, and its end is 2026-04-10"),
        (of("X1", status="amended"), "X1: its status is amended: it is read as it stands now"),
        (of("X1", presentedForm=[{"title": "x"}]), "X1: not read of it: presentedForm"),
        (of("I1", reasonCode=[UNKNOWN]), "I1: not read of it: reasonCode '999'"),
        (of("score-1", method=THROAT), "score-1: not read of it: method 'throat'"),
        (
            lambda b: resource(b, "score-1")["bodySite"]["coding"].append(UNKNOWN["coding"][0]),
            "score-1: not read of it: bodySite '999', which is no known code",
        ),
        (
            of("score-1", referenceRange=[{"text": "0-100"}]),
            "its reference range, '0-100', is not read: the value counts as one from 0 to 10",
        ),
        (
            of("score-1", effectiveDateTime="2026-07-02T24:00:00Z"),
            "effectiveDateTime is '2026-07-02T24:00:00Z' where a date belongs",
        ),
        (
            of("finding-10", component=[{"code": local("radiates_to")}]),
            "component[0] is not read: radiates_to is nothing that the observation can hold",
        ),
        (
            of("I1-relief-percent", component=[{"code": local("relief_percent")}]),
            "I1-relief-percent: its components are not read",
        ),
        (
            of("I1-relief-percent", bodySite=RIGHT),
            "not used: its side, right, is not that of Procedure/I1, left",
        ),
        (
            of("I1-agent-1", dosage={"site": RIGHT}),
            "not used: its side, right, is not that of Procedure/I1, left",
        ),
        (of("T3-use", valueString=""), "T3-use: not used: it has no value that is text"),
    ],
)
def test_what_says_something_and_is_not_used_is_told(
    change: Callable[[Data], object], words: str
) -> None:
    assert words in read(change)


def test_nothing_is_told_of_a_record_that_is_read_as_it_stands() -> None:
    assert "not read" not in read(lambda _: None)


@pytest.mark.parametrize("kind", list(_KNOWN))
def test_the_known_elements_are_those_of_the_release(kind: str) -> None:
    models = pytest.importorskip("fhir.resources.R4B")
    fields = models.get_fhir_model_class(kind).model_fields
    names = {field.alias or name for name, field in fields.items()}
    assert _KNOWN[kind] - set(_EVERYWHERE.split()) <= names


@pytest.mark.parametrize(
    ("part", "model"),
    [
        ("coding", "Coding"),
        ("code", "CodeableConcept"),
        ("low", "Quantity"),
        ("valueRange", "Range"),
        ("performedPeriod", "Period"),
        ("subject", "Reference"),
        ("note", "Annotation"),
        ("Claim.item", "ClaimItem"),
        ("Claim.diagnosis", "ClaimDiagnosis"),
        ("Claim.supportingInfo", "ClaimSupportingInfo"),
        ("component", "ObservationComponent"),
        ("QuestionnaireResponse.answer", "QuestionnaireResponseItemAnswer"),
        ("ImagingStudy.series", "ImagingStudySeries"),
    ],
)
def test_the_known_elements_of_parts_are_those_of_the_release(part: str, model: str) -> None:
    models = pytest.importorskip("fhir.resources.R4B")
    fields = models.get_fhir_model_class(model).model_fields
    names = {field.alias or name for name, field in fields.items() if not name.endswith("__ext")}
    told = names - {"fhir_comments", "resource_type", "resourceType"}
    assert KNOWN_PARTS[part] | {"modifierExtension"} == told | {"modifierExtension"}


@pytest.mark.parametrize(
    ("domain", "change"),
    [
        (
            "therapies",
            lambda b: resource(b, "T1").update(
                performedPeriod={"start": "2026-05-01", "end": "2026-03-01"}
            ),
        ),
        ("measurements", lambda b: resource(b, "score-1")["valueQuantity"].update(value=12)),
    ],
)
def test_a_list_of_which_an_entry_is_impossible_is_not_taken_to_be_complete(
    domain: str, change: Callable[[Data], object]
) -> None:
    """Else what is there, though it cannot be used, would count as not being there."""
    bundle = copy.deepcopy(EXAMPLE)
    (said,) = (
        each for each in resource(bundle, "form")["item"] if each["linkId"] == "record_complete"
    )
    said["answer"] = [{"valueCoding": {**said["answer"][0]["valueCoding"], "code": domain}}]
    (case,) = cases_in(json.dumps(bundle).encode(), "record")
    assert case.record_complete == (domain,)
    change(bundle)
    (case,) = cases_in(json.dumps(bundle).encode(), "record")
    assert case.record_complete == ()
    assert case.origin is not None
    told = [each.sentence for each in case.origin.remarks if "complete" in each.sentence]
    assert len(told) == 1
    assert told[0].startswith(f"{domain} are not taken to be complete, for ")
