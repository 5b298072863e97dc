"""FHIR R4 in: what codes say and do not say, statuses, dates, persons, and records that are odd."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.case.origin import grouped
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.writing import case_text
from clausewise.facts.fhir.bundle import read_json
from clausewise.facts.loading.files import cases_in, load_one
from clausewise.facts.loading.folders import read_cohort
from clausewise.facts.vocabulary.codes import all_rows, row_of
from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.bundles import CPT, LOCAL, LOINC, SNOMED, bundle_of_case, coded, examples, local
from tests.support.places import ROOT
from tests.support.plain_yaml import read_yaml
from tests.support.records import complete_percutaneous

TABLE = read_yaml((ROOT / "tests/facts/fhir/tables/fhir.yaml").read_text(encoding="utf-8"))
REQUEST = {"procedure": "27279", "side": "left", "received": "2026-07-15"}
PATIENT = {"reference": "Patient/p"}


def read(value: Any, request: dict[str, Any] | None = None) -> tuple[Case, ...]:
    return cases_in(json.dumps(value, default=float).encode(), "record", request)


def record(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [
        {"resource": {"subject": PATIENT, "id": f"r{n}"} | each} for n, each in enumerate(resources)
    ]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def one(*resources: dict[str, Any]) -> Case:
    (case,) = read(record(*resources), REQUEST)
    return case


def remarks(case: Case) -> str:
    assert case.origin is not None
    return "\n".join(f"{each.resource}: {each.sentence}" for each in case.origin.remarks)


def entries(case: Case) -> dict[str, Any]:
    """The entries of a case without their sources and ids."""
    data = plain_data(case)
    kept = {}
    for name, found in data.items():
        if name in ("format", "case", "request", "member", "documents"):
            continue
        if name in ("record_complete", "review"):
            kept[name] = found
            continue
        kept[name] = [{k: v for k, v in e.items() if k not in ("source", "id")} for e in found]
    return json.loads(json.dumps(kept, default=str))  # type: ignore[no-any-return]


@pytest.mark.parametrize("row", TABLE, ids=[row["name"] for row in TABLE])
def test_what_a_resource_says(row: dict[str, Any]) -> None:
    case = one(*row["resources"])
    assert entries(case) == row.get("entries", {})
    for words in row.get("remarks", ()):
        assert words in remarks(case)


def test_every_meaning_of_a_code_is_a_name_of_the_vocabulary() -> None:
    lists = {
        "procedure": VOCABULARY.procedures,
        "diagnosis": VOCABULARY.diagnoses,
        "finding": VOCABULARY.findings,
        "measure": VOCABULARY.measures,
        "therapy": VOCABULARY.therapies,
        "therapy_plan": VOCABULARY.therapies,
        "agent": VOCABULARY.agents,
        "modality": VOCABULARY.modalities,
        "site": {**VOCABULARY.regions, "other": None},
    }
    free = {"side", "points", "truth", "outcome", "detail", "injection", "reason", "place"}
    for row in all_rows():
        for kind, name in row.means:
            assert kind in free or name in lists[kind], row
        assert row.means or row.note, f"{row.code} says nothing and does not tell why"


def test_codes_that_say_less_than_one_would_like() -> None:
    for code in ("M53.3", "M46.1", "S33.6XXA", "C79.51", "M54.16"):
        row = row_of("ICD-10-CM", code)
        assert row is not None
        assert not row.names("finding")
        assert not row.names("side")
        assert row.note
    for code in ("C41.4", "C79.51"):
        row = row_of("ICD-10-CM", code)
        assert row is not None
        assert "sacral_tumor" not in row.names("diagnosis", "finding")
        assert "sacral_tumor_management" not in row.names("finding")
    block = row_of("CPT", "27096")
    assert block is not None
    assert block.names("detail") == ("image_guided",)
    assert not block.names("agent", "injection_purpose")


def test_codes_are_dated() -> None:
    from datetime import date

    old, new = row_of("CPT", "27279", date(2025, 12, 31)), row_of("CPT", "27279", date(2026, 1, 1))
    assert old is not None
    assert new is not None
    assert old.note != new.note
    deleted = row_of("CPT", "0775T", date(2026, 1, 1))
    assert deleted is not None
    assert not deleted.valid_on(date(2026, 1, 1))


# --- requests ---------------------------------------------------------------------------------


def order(**elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "ServiceRequest",
        "id": "sr",
        "status": "active",
        "intent": "order",
        "subject": PATIENT,
        "authoredOn": "2026-07-15",
        "code": coded(CPT, "27279"),
        "bodySite": [coded(SNOMED, "7771000")],
    } | elements


def test_a_service_request_asks_for_its_procedure_and_side() -> None:
    sought = order(
        occurrenceDateTime="2026-08-03",
        reasonCode=[local("chronic_pain"), coded("http://hl7.org/fhir/sid/icd-10-cm", "M45.6")],
    )
    (case,) = read(sought)
    assert case.case == "ServiceRequest/sr"
    assert case.request.procedure == "27279"
    assert case.request.side == "left"
    assert case.request.received.isoformat() == "2026-07-15"
    assert str(case.request.planned_service_date) == "2026-08-03"
    assert case.request.purpose == ("chronic_pain",)
    assert case.request.diagnoses == ("systemic_arthropathy",)


def claim(*items: tuple[str, tuple[str, ...]], **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Claim",
        "id": "c",
        "status": "active",
        "use": "preauthorization",
        "patient": PATIENT,
        "created": "2026-07-15",
        "item": [
            {
                "sequence": number * 10,
                "productOrService": coded(CPT, code),
                "modifier": [coded(CPT, each) for each in modifiers],
            }
            for number, (code, modifiers) in enumerate(items, 1)
        ],
    } | elements


def test_two_items_of_two_sides_are_one_bilateral_request() -> None:
    (case,) = read(claim(("27279", ("LT",)), ("27279", ("RT",)), ("76000", ())))
    assert case.request.side == "bilateral"
    assert case.origin is not None
    assert [(item.sequence, item.decided, item.sides) for item in case.origin.items] == [
        (10, True, ("left",)),
        (20, True, ("right",)),
        (30, False, ()),
    ]
    assert "item 30 (76000) is not governed" in remarks(case)


def test_modifier_50_asks_for_both_sides() -> None:
    (case,) = read(claim(("27279", ("50",))))
    assert case.request.side == "bilateral"


def test_two_procedures_are_two_cases_and_one_has_to_be_named(tmp_path: Path) -> None:
    value = claim(("27279", ("LT",)), ("27280", ("LT",)))
    assert [case.request.procedure for case in read(value)] == ["27279", "27280"]
    path = tmp_path / "both.json"
    path.write_text(json.dumps(value), encoding="utf-8")
    with pytest.raises(InputError, match="it asks for 2 procedures"):
        load_one(path)
    assert load_one(f"{path}:2").request.procedure == "27280"
    with pytest.raises(InputError, match="no request 3"):
        load_one(f"{path}:3")


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (claim(("27279", ())), "says no side"),
        (order(bodySite=[]), "says no side"),
        (claim(("27279", ("LT",)), use="claim"), "asks for nothing"),
        (order(status="revoked"), "asks for nothing"),
        (order(intent="option"), "asks for nothing"),
        (order(doNotPerform=True), "asks for nothing"),
        ({"resourceType": "Patient", "id": "p"}, "asks for nothing"),
        ({"resourceType": "Bundle", "entry": 5}, "a list of entries"),
        ({"resourceType": "Bundle", "entry": [5]}, "an object with a resource"),
        ({"resourceType": "Bundle", "entry": [{"resource": []}]}, "with a resourceType"),
        ({"resourceType": 5}, "a type of resource"),
    ],
)
def test_what_asks_for_nothing_usable_is_an_error(value: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(value)


def test_a_request_without_a_record_is_a_case_without_entries() -> None:
    (case,) = read(order())
    assert list(case.entries()) == []


def test_the_plan_of_an_active_coverage_counts() -> None:
    kind = {"coding": [{"code": "plan"}]}
    coverage = {
        "resourceType": "Coverage",
        "id": "cov",
        "status": "active",
        "beneficiary": PATIENT,
        "class": [{"type": kind, "value": "another_plan"}],
    }
    bundle = record(coverage)
    bundle["entry"].append({"resource": order()})
    del bundle["entry"][0]["resource"]["subject"]
    (case,) = read(bundle)
    assert case.request.plan == "another_plan"
    bundle["entry"][0]["resource"]["status"] = "cancelled"
    (case,) = read(bundle)
    assert case.request.plan == "arkansas_passe"


def test_the_age_is_counted_at_receipt() -> None:
    born = {"resourceType": "Patient", "id": "p", "birthDate": "1974-07-16"}
    bundle = record()
    bundle["entry"] = [{"resource": born}, {"resource": order()}]
    (case,) = read(bundle)
    assert case.member is not None
    assert case.member.age == 51
    born["birthDate"] = "1974"
    (case,) = read(bundle)
    assert case.member is None


# --- persons and identities -------------------------------------------------------------------

SPASM = {"resourceType": "Condition", "code": coded("http://hl7.org/fhir/sid/icd-10-cm", "M79.7")}


def test_another_persons_resource_is_refused() -> None:
    bundle = record(SPASM | {"subject": {"reference": "Patient/q"}})
    bundle["entry"].append({"resource": order()})
    with pytest.raises(InputError, match="about another person"):
        read(bundle)


def test_addresses_of_the_same_person_are_the_same_person() -> None:
    bundle = record(SPASM | {"subject": {"reference": "urn:uuid:7"}})
    person = {"fullUrl": "urn:uuid:7", "resource": {"resourceType": "Patient", "id": "p"}}
    bundle["entry"] += [person, {"resource": order()}]
    (case,) = read(bundle)
    assert [finding.finding for finding in case.findings] == ["generalized_pain_disorder"]


def test_a_resource_of_nobody_is_not_used() -> None:
    bundle = record(SPASM)
    del bundle["entry"][0]["resource"]["subject"]
    bundle["entry"].append({"resource": order()})
    (case,) = read(bundle)
    assert not case.findings
    assert "does not say whose it is" in remarks(case)


def test_two_resources_of_one_name_are_refused_and_a_copy_counts_once() -> None:
    bundle = record(SPASM | {"id": "same"}, SPASM | {"id": "same"})
    (case,) = read(bundle, REQUEST)
    assert len(case.findings) == 1
    bundle["entry"][1]["resource"]["recordedDate"] = "2026-01-01"
    with pytest.raises(InputError, match="used for two resources"):
        read(bundle, REQUEST)


def test_references_in_a_circle_are_told_and_not_followed() -> None:
    first = {
        "resourceType": "Observation",
        "id": "a",
        "status": "final",
        "code": local("contrast"),
        "valueBoolean": True,
        "partOf": [{"reference": "Procedure/b"}],
    }
    second = {
        "resourceType": "Procedure",
        "id": "b",
        "status": "completed",
        "code": coded(CPT, "27096"),
        "partOf": [{"reference": "Procedure/c"}],
    }
    third = {
        "resourceType": "Procedure",
        "id": "c",
        "status": "completed",
        "code": coded(CPT, "99999"),
        "partOf": [{"reference": "Procedure/b"}],
    }
    assert "leads in a circle" in remarks(one(first, second, third))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('{"resourceType": "Bundle", ', "not readable as JSON"),
        ('{"resourceType": "Bundle", "type": "a", "type": "b"}', "stands twice"),
        ('{"resourceType": "Bundle", "total": NaN}', "not a number"),
        ('{"resourceType": "Bundle", "total": ' + "9" * 5000 + "}", "too many digits"),
        ('{"resourceType": "X", "a": ' + "[" * 100 + "]" * 100 + "}", "levels"),
        ('{"resourceType": "X", "a": ' + "[" * 200000 + "]" * 200000 + "}", "levels"),
    ],
)
def test_malformed_json_is_an_error_in_words(text: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        cases_in(text.encode(), "record")


def test_latin_1_is_an_error_in_words() -> None:
    with pytest.raises(InputError, match="UTF-8"):
        cases_in('{"resourceType": "Patiënt"}'.encode("latin-1"), "record")


# --- whole records ----------------------------------------------------------------------------


def test_the_example_bundles_are_as_their_cases_make_them() -> None:
    for name, text in examples().items():
        assert (ROOT / "facts" / "bundles" / name).read_text(encoding="utf-8") == text


@pytest.mark.parametrize("path", sorted((ROOT / "facts" / "bundles").glob("*.json")), ids=str)
def test_an_example_bundle_holds_the_entries_of_its_case(path: Path) -> None:
    bundle = load_one(path)
    case = load_one(ROOT / "facts" / "cases" / f"{path.stem}.yaml")
    ours, theirs = entries(bundle), entries(case)
    assert ours == theirs
    assert bundle.origin is not None
    assert len(bundle.origin.entries) == len(list(bundle.entries()))


def test_the_case_file_of_a_bundle_is_a_case_file() -> None:
    for name in examples():
        bundle = load_one(ROOT / "facts" / "bundles" / name)
        (again,) = cases_in(case_text(bundle).encode(), "again")
        assert plain_data(again) == plain_data(bundle)


def test_a_hostile_text_stays_a_text_in_the_case_file() -> None:
    hostile = "x\n- {finding: gaenslen, present: true}\u202e # <script>"
    case = one(SPASM | {"note": [{"text": hostile}], "id": "a\nfindings: []"})
    (again,) = cases_in(case_text(case).encode(), "again")
    assert plain_data(again) == plain_data(case)
    assert len(again.findings) == 1


def form(*items: dict[str, Any], **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "QuestionnaireResponse",
        "id": "form",
        "questionnaire": "https://clausewise.example/fhir/Questionnaire/MM-1508-x",
        "status": "completed",
        "item": list(items),
    } | elements


def test_a_form_completes_what_codes_cannot_say() -> None:
    block = {
        "resourceType": "Procedure",
        "id": "i",
        "status": "completed",
        "performedDateTime": "2026-03-02",
        "code": coded(CPT, "27096"),
    }
    answers = {
        "linkId": "injections",
        "item": [
            {"linkId": "injections.id", "answer": [{"valueString": "Procedure/i"}]},
            {"linkId": "injections.contrast", "answer": [{"valueBoolean": True}]},
            {"linkId": "injections.image_guided", "answer": [{"valueBoolean": False}]},
        ],
    }
    case = one(block, form(answers))
    on = {"date": "2026-03-02"}
    assert entries(case) == {
        "injections": [
            on | {"image_guided": True, "contrast": True},
            on | {"image_guided": False},
        ]
    }
    assert "image_guided of Procedure/i told both ways" in remarks(case)


def test_a_form_gives_what_the_request_leaves_open() -> None:
    said = {
        "linkId": "request",
        "item": [
            {"linkId": "request.purpose", "answer": [{"valueCoding": {"code": "chronic_pain"}}]},
            {"linkId": "request.side", "answer": [{"valueCoding": {"code": "right"}}]},
        ],
    }
    bundle = record(form(said))
    bundle["entry"].append({"resource": order()})
    (case,) = read(bundle)
    assert case.request.purpose == ("chronic_pain",)
    assert case.request.side == "left"
    assert "request.side is said otherwise by the request" in remarks(case)


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"status": "in-progress"}, "its status is in-progress"),
        ({"questionnaire": "http://other.example/q"}, "no form of ours"),
        ({"modifierExtension": [{"url": "u:x", "valueBoolean": True}]}, "changes its meaning"),
    ],
)
def test_a_form_that_does_not_count_is_told(changed: dict[str, Any], words: str) -> None:
    case = one(form(**changed))
    assert words in remarks(case)


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 5) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(["coding", "code", "system", "reference"]), inner, max_size=2
        )
    ),
    max_leaves=4,
)


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    found = [at]
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in items:
        if isinstance(below, (dict, list)):
            found += places(below, (*at, key))
        else:
            found.append((*at, key))
    return found


BASE = bundle_of_case(complete_percutaneous())
PLACES = [place for place in places(json.loads(json.dumps(BASE, default=float))) if place]


@settings(max_examples=40)
@given(st.lists(st.tuples(st.sampled_from(PLACES), JUNK), min_size=1, max_size=4))
def test_a_record_with_junk_in_it_is_read_or_refused_in_words(
    changes: list[tuple[tuple[Any, ...], Any]],
) -> None:
    value = copy.deepcopy(json.loads(json.dumps(BASE, default=float)))
    for place, junk in changes:
        current = value
        try:
            for key in place[:-1]:
                current = current[key]
            current[place[-1]] = junk
        except (KeyError, IndexError, TypeError):
            continue
    try:
        found = read(value)
    except InputError:
        return
    for case in found:
        assert case.origin is not None
        assert len(case.origin.entries) == len(list(case.entries()))


def test_a_record_of_several_megabytes_is_read_and_counted() -> None:
    seen = {
        "resourceType": "Observation",
        "status": "final",
        "valueQuantity": {"value": 170.5, "unit": "cm"},
        "code": coded(LOINC, "8302-2"),
    }
    value = copy.deepcopy(BASE)
    person = {"reference": f"Patient/{value['entry'][0]['resource']['id']}"}
    value["entry"] += [{"resource": seen | {"id": f"o{n}", "subject": person}} for n in range(9000)]
    (case,) = read(value)
    assert case.origin is not None
    assert case.origin.counts["Observation"][1] > 9000
    assert len(case.findings) == len(read(BASE)[0].findings)
    told = [line for line in grouped(case.origin.remarks) if "8302-2" in line]
    assert told == [
        "Observation/o0, Observation/o1, Observation/o2 and 8997 more: "
        "no clause rests on LOINC 8302-2"
    ]


def test_a_line_of_a_cohort_may_be_a_bundle(tmp_path: Path) -> None:
    path = tmp_path / "cohort.ndjson"
    both = claim(("27279", ("LT",)), ("27280", ("RT",)))
    lines = [json.dumps(BASE, default=float), json.dumps({"resourceType": "Patient"})]
    path.write_text("\n".join([*lines, json.dumps(both)]) + "\n", encoding="utf-8")
    read_lines = list(read_cohort(path))
    assert [each.place for each in read_lines] == ["line 1", "line 2", "line 3:1", "line 3:2"]
    assert [each.case is not None for each in read_lines] == [True, False, True, True]
    assert load_one(f"{path}:3:2").request.side == "right"


def test_codes_of_other_systems_are_not_taken_for_ours() -> None:
    wrong = {"resourceType": "Condition", "code": coded("http://hl7.org/fhir/sid/icd-10", "M45.6")}
    case = one(wrong, {"resourceType": "Condition", "code": coded("", "M45.6")})
    assert not case.findings
    assert "no clause rests on" in remarks(case)


def test_local_names_are_codes() -> None:
    seen = {"resourceType": "Observation", "status": "final", "valueBoolean": True}
    case = one(
        seen | {"code": coded(LOCAL, "gaenslen"), "bodySite": coded(SNOMED, "7771000")},
        seen | {"code": coded(LOCAL, "gaensle")},
        seen | {"code": coded(LOINC, "8302-2")},
    )
    assert [finding.finding for finding in case.findings] == ["gaenslen"]
    assert "clausewise gaensle" in remarks(case)
    assert "LOINC 8302-2" in remarks(case)


@pytest.mark.parametrize("digits", ["4." + "0" * 80 + "e1", "1" * 90, "5." + "1" * 70])
def test_a_number_with_too_many_digits_is_not_cut_short(digits: str) -> None:
    text = f'{{"resourceType": "Observation", "valueQuantity": {{"value": {digits}}}}}'
    with pytest.raises(InputError, match="too many digits"):
        read_json(text.encode(), "a.json")
