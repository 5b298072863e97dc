"""References are followed by the rules of FHIR for bundles, and what does not resolve is told."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.loading.files import cases_in
from tests.support.places import BUNDLE_FOLDER

Data = dict[str, Any]
EXAMPLE: Data = json.loads((BUNDLE_FOLDER / "pa-1003.json").read_text(encoding="utf-8"))
OURS = "https://provider.example/fhir/"
OTHER = "https://other.example/fhir/"
RELIEF = "I2-relief-percent"


def entry(bundle: Data, name: str) -> Data:
    return next(each for each in bundle["entry"] if each["resource"]["id"] == name)


def read(change: Callable[[Data], object]) -> Case:
    bundle = copy.deepcopy(EXAMPLE)
    change(bundle)
    (case,) = cases_in(json.dumps(bundle).encode(), "record")
    return case


def remarks(case: Case) -> str:
    assert case.origin is not None
    return "\n".join(f"{each.resource}: {each.sentence}" for each in case.origin.remarks)


def relief(case: Case) -> object:
    return next(each for each in case.injections if each.id == "Procedure/I2").relief_percent


def pointed(reference: str, **entries: str) -> Callable[[Data], object]:
    """The relief refers so to its injection; some entries have these full addresses."""

    def change(bundle: Data) -> None:
        person = {"reference": f"{OURS}Patient/member-pa-1003"}
        own = {"partOf": [{"reference": reference}], "subject": person}
        entry(bundle, RELIEF)["resource"] |= own
        entry(bundle, "I2")["resource"]["subject"] = person
        for name, address in entries.items():
            found = entry(bundle, {"relief": RELIEF}.get(name, name))
            found["fullUrl"] = address
            if not address:
                del found["fullUrl"]

    return change


def versioned(reference: str) -> Callable[[Data], object]:
    def change(bundle: Data) -> None:
        pointed(reference)(bundle)
        entry(bundle, "I2")["resource"]["meta"] = {"versionId": "2"}

    return change


URN = "urn:uuid:0b0a0f0e-0000-4000-8000-000000000001"


@pytest.mark.parametrize(
    "change",
    [
        pointed("Procedure/I2"),
        pointed(f"{OURS}Procedure/I2"),
        pointed(f"{OURS}Procedure/I2/_history/7"),
        versioned("Procedure/I2/_history/2"),
        pointed("Procedure/I2", I2=""),
        pointed("Procedure/I2", relief=""),
        pointed("Procedure/I2", I2="", relief=""),
        pointed(URN, I2=URN),
        pointed("Procedure/I2", I2=URN),
        pointed(f"{OTHER}Procedure/I2", I2=f"{OTHER}Procedure/I2"),
        pointed("Procedure/I2", I2=f"{OTHER}Procedure/I2", relief=f"{OTHER}Observation/{RELIEF}"),
    ],
)
def test_a_reference_to_an_entry_is_followed(change: Callable[[Data], object]) -> None:
    case = read(change)
    assert relief(case) == 49
    assert f"{RELIEF}: its partOf" not in remarks(case)


@pytest.mark.parametrize(
    "change",
    [
        pointed(f"{OTHER}Procedure/I2"),
        pointed("https://other.example/Procedure/I2"),
        pointed(f"{OTHER}Procedure/I2", I2=""),
        pointed(f"{OURS}Procedure/I2", I2=URN),
        pointed("Procedure/I2", I2=f"{OTHER}Procedure/I2"),
        pointed("Procedure/I2", relief=f"{OTHER}Observation/{RELIEF}"),
        pointed(URN),
        pointed("urn:uuid:I2"),
        versioned("Procedure/I2/_history/1"),
        pointed("Procedure/I2?status=completed"),
        pointed("procedure/I2"),
        pointed("I2"),
        pointed("#I2"),
    ],
)
def test_a_reference_to_what_is_not_in_the_bundle_is_told(change: Callable[[Data], object]) -> None:
    case = read(change)
    assert relief(case) is None
    assert f"Observation/{RELIEF}: its partOf, " in remarks(case)
    assert "is not in the bundle" in remarks(case)


def at(name: str, key: str, value: Any) -> Callable[[Data], object]:
    return lambda bundle: entry(bundle, name)["resource"].update({key: value})


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (at("X1", "result", [{"reference": f"{OTHER}Observation/x"}]), "X1: its result, "),
        (at("X1", "imagingStudy", [{"reference": "ImagingStudy/x"}]), "X1: its imagingStudy, "),
        (
            at("T1", "reasonReference", [{"reference": "Condition/x"}]),
            "T1: its reasonReference, Condition/x, is not in the bundle",
        ),
        (
            at(RELIEF, "partOf", [{"identifier": {"value": "7"}}]),
            "its partOf is named by an identifier alone, which is not looked up",
        ),
        (
            at("claim-pa-1003", "supportingInfo", [{"valueReference": {"reference": "Binary/x"}}]),
            "claim-pa-1003: its supportingInfo.valueReference, Binary/x, is not in the bundle",
        ),
        (
            at("H1", "context", {"related": [{"reference": f"{OTHER}Procedure/I1"}]}),
            "H1: its context.related, https://other.example/fhir/Procedure/I1, is not in the",
        ),
    ],
)
def test_every_reference_that_is_read_is_told(change: Callable[[Data], object], words: str) -> None:
    assert words in remarks(read(change))


@pytest.mark.parametrize("person", [f"{OTHER}Patient/member-pa-1003", "Patient/another"])
def test_a_person_of_another_server_is_another_person(person: str) -> None:
    with pytest.raises(InputError, match="about another person"):
        read(at(RELIEF, "subject", {"reference": person}))


def test_people_of_two_servers_are_two_though_the_request_says_no_server() -> None:
    def change(bundle: Data) -> None:
        bundle["entry"] = [
            each for each in bundle["entry"] if each["resource"]["resourceType"] != "Patient"
        ]
        del entry(bundle, "claim-pa-1003")["fullUrl"]
        entry(bundle, "I1")["fullUrl"] = f"{OTHER}Procedure/I1"

    with pytest.raises(InputError, match="about several people"):
        read(change)


def test_the_age_is_that_of_the_person_whom_the_request_names() -> None:
    def change(bundle: Data) -> None:
        other = {"resourceType": "Patient", "id": "other", "birthDate": "2016-01-01"}
        bundle["entry"].insert(0, {"fullUrl": f"{OURS}Patient/other", "resource": other})

    case = read(change)
    assert case.member is not None
    assert case.member.age == 52
    assert "Patient/other: not used: the record is not about this person" in remarks(case)


def with_study(started: str) -> Callable[[Data], object]:
    def change(bundle: Data) -> None:
        study = {
            "resourceType": "ImagingStudy",
            "id": "S1",
            "status": "available",
            "subject": {"reference": "Patient/member-pa-1003"},
            "started": started,
            "procedureReference": {"reference": "Procedure/I1"},
        }
        bundle["entry"].append({"fullUrl": f"{OURS}ImagingStudy/S1", "resource": study})
        at("X1", "imagingStudy", [{"reference": "ImagingStudy/S1"}])(bundle)

    return change


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            at(RELIEF, "effectiveDateTime", "2026-03-25"),
            f"Observation/{RELIEF}: its day, 2026-03-25, is not that of Procedure/I2, 2026-03-23, "
            "which it belongs to",
        ),
        (
            with_study("2026-05-30"),
            "ImagingStudy/S1: its day, 2026-05-30, is not that of Procedure/I1, 2026-03-02, which "
            "it belongs to",
        ),
        (
            with_study("2026-05-30"),
            "DiagnosticReport/X1: its day, 2026-04-20, is not that of ImagingStudy/S1, "
            "2026-05-30, which belongs to it",
        ),
        (
            at("X1-destructive-lesion", "effectiveDateTime", "2025-01-01"),
            "is not that of Observation/X1-destructive-lesion, 2025-01-01, which belongs to it",
        ),
        (
            at("I2", "report", [{"reference": "DiagnosticReport/X1"}]),
            "Procedure/I2: its day, 2026-03-23, is not that of DiagnosticReport/X1",
        ),
    ],
)
def test_a_day_that_differs_from_that_of_the_procedure_or_study_is_told(
    change: Callable[[Data], object], words: str
) -> None:
    assert words in remarks(read(change))


@pytest.mark.parametrize(
    "change",
    [
        at(RELIEF, "effectiveDateTime", "2026-03-23T18:00:00-05:00"),
        at("I2", "performedPeriod", {"start": "2026-03-23", "end": "2026-03-24"}),
        lambda _: None,
    ],
)
def test_days_that_agree_have_nothing_to_tell(change: Callable[[Data], object]) -> None:
    assert "its day" not in remarks(read(change))
