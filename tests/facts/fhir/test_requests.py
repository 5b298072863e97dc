"""What a FHIR record asks for: codes, updates, cancelled items, and records within records."""

from __future__ import annotations

import json
from typing import Any

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.loading.files import cases_in
from tests.support.bundles import CPT, LOCAL, coded, local

PATIENT = {"reference": "Patient/p"}
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
PAS = "http://hl7.org/fhir/us/davinci-pas/StructureDefinition/"
X12 = "https://codesystem.x12.org/005010/1322"
LEFT, RIGHT = [coded(CPT, "LT")], [coded(CPT, "RT")]


def read(*resources: dict[str, Any]) -> tuple[Case, ...]:
    return cases_in(json.dumps(bundle(*resources)).encode(), "record")


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    entries = [{"resource": each} for each in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def item(sequence: int, code: str, modifier: Any = None, **elements: Any) -> dict[str, Any]:
    own = {"sequence": sequence, "productOrService": coded(CPT, code)}
    return own | ({"modifier": modifier} if modifier else {}) | elements


def claim(*items: dict[str, Any], **elements: Any) -> dict[str, Any]:
    return {
        "resourceType": "Claim",
        "id": "c",
        "identifier": [{"value": "PA-1"}],
        "status": "active",
        "use": "preauthorization",
        "patient": PATIENT,
        "created": "2026-07-15",
        "item": list(items),
    } | elements


def certified(code: str) -> list[dict[str, Any]]:
    url = f"{PAS}extension-certificationType"
    return [{"url": url, "valueCodeableConcept": coded(X12, code)}]


def cancelled(said: Any = True) -> dict[str, Any]:
    url = f"{PAS}modifierextension-infoCancelled"
    return {"modifierExtension": [{"url": url, "valueBoolean": said}]}


def remarks(case: Case) -> str:
    assert case.origin is not None
    return "\n".join(f"{each.resource}: {each.sentence}" for each in case.origin.remarks)


@pytest.mark.parametrize("codes", [("27278", "27279"), ("27279", "27278")])
def test_two_codes_of_one_procedure_are_two_requests_in_any_order(codes: tuple[str, str]) -> None:
    found = read(claim(*(item(n, code, LEFT) for n, code in enumerate(codes, 1))))
    assert [case.request.procedure for case in found] == list(codes)
    assert [case.case for case in found] == [f"PA-1/{code}" for code in codes]
    for case, code in zip(found, codes, strict=True):
        assert case.origin is not None
        assert [each.code for each in case.origin.items if each.decided] == [code]
        assert len(case.origin.items) == 2


def test_a_name_of_ours_beside_a_code_is_its_translation() -> None:
    both = {"coding": [*local("percutaneous_sij_fusion")["coding"], *coded(CPT, "27278")["coding"]]}
    (case,) = read(claim(item(1, "", LEFT, productOrService=both)))
    assert case.request.procedure == "27278"


def test_numbers_under_hcpcs_are_cpt() -> None:
    (case,) = read(claim(item(1, "", LEFT, productOrService=coded(HCPCS, "27279"))))
    assert case.request.procedure == "27279"
    with pytest.raises(InputError, match="says no side"):
        read(claim(item(1, "", productOrService=coded(HCPCS, "27279"))))


@pytest.mark.parametrize(
    ("product", "words"),
    [
        ({"text": "27279 SI joint fusion left"}, "carries no code, only the text '27279 SI joint"),
        ({}, "item 1 carries no code"),
        (coded(CPT, "27279", "27280"), r"names several procedures \(27279, 27280\)"),
        (coded(CPT, "27279", "27278"), r"names several procedures \(27278, 27279\)"),
    ],
)
def test_an_item_that_cannot_be_placed_is_an_error(product: Any, words: str) -> None:
    with pytest.raises(InputError, match=words):
        read(claim(item(1, "", LEFT, productOrService=product)))


def test_a_service_that_is_not_governed_needs_no_side() -> None:
    (case,) = read(claim(item(1, "99213")))
    assert case.request.procedure == "99213"
    assert "says no side, which 99213 does not need" in remarks(case)


def test_several_purposes_are_all_stated() -> None:
    reasons = ["chronic_pain", "revision", "other", "chronic_sij_pain"]
    stated = [{"sequence": 1, "diagnosisCodeableConcept": coded(LOCAL, *reasons)}]
    (case,) = read(claim(item(1, "27279", LEFT), diagnosis=stated))
    assert case.request.purpose == ("chronic_pain", "revision")
    assert case.request.diagnoses == ("other", "chronic_sij_pain")


def test_a_diagnosis_with_a_changed_meaning_is_not_stated() -> None:
    stated = {"diagnosisCodeableConcept": local("fracture"), "modifierExtension": [{"url": "u:x"}]}
    (case,) = read(claim(item(1, "27279", LEFT), diagnosis=[stated]))
    assert not case.request.diagnoses
    assert "a diagnosis of it is not used" in remarks(case)


# --- updates ----------------------------------------------------------------------------------


def test_a_cancelled_item_is_not_decided() -> None:
    (case,) = read(claim(item(1, "27279", RIGHT, **cancelled()), item(2, "27279", LEFT)))
    assert case.request.side == "left"
    assert "item 1 (27279) is cancelled: it is not decided" in remarks(case)
    assert case.origin is not None
    assert [(each.decided, each.why_not) for each in case.origin.items] == [
        (False, "is cancelled"),
        (True, ""),
    ]


def test_an_item_that_is_not_cancelled_is_decided() -> None:
    (case,) = read(claim(item(1, "27279", LEFT, **cancelled(False))))
    assert case.request.side == "left"


@pytest.mark.parametrize(
    ("elements", "words"),
    [
        (cancelled(), "is cancelled"),
        (cancelled("yes"), "an extension changes its meaning"),
        ({"modifierExtension": [{"url": "u:x", "valueBoolean": False}]}, "changes its meaning"),
        ({"extension": certified("3")}, "is cancelled"),
        ({"extension": certified("5")}, "only notifies"),
        ({"extension": certified("6")}, "only asks to verify"),
    ],
)
def test_a_claim_without_an_item_to_decide_says_why(elements: Any, words: str) -> None:
    order = {
        "resourceType": "ServiceRequest",
        "id": "s",
        "status": "active",
        "intent": "order",
        "subject": PATIENT,
        "code": coded(CPT, "27279"),
        "bodySite": coded("http://snomed.info/sct", "7771000"),
    }
    with pytest.raises(InputError, match=rf"asks for nothing .*{words}"):
        read(claim(item(1, "27279", LEFT, **elements)), order)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("R", "asks for a renewal"),
        ("S", "revises an earlier request"),
        ("4", "asks to extend"),
        ("2", "is an appeal"),
        ("N", "asks for a reconsideration"),
        ("8", "replaces an earlier request"),
        ("zz", "of a type of certification that is not known (zz)"),
    ],
)
@pytest.mark.parametrize("on_the_claim", [True, False])
def test_the_type_of_a_certification_is_told(code: str, words: str, on_the_claim: bool) -> None:
    extension = {"extension": certified(code)}
    own: dict[str, Any] = {} if on_the_claim else extension
    whole: dict[str, Any] = extension if on_the_claim else {}
    (case,) = read(claim(item(1, "27279", LEFT, **own), **whole))
    assert f"item 1 (27279) {words}" in remarks(case) or words in remarks(case)


def test_an_initial_request_has_nothing_to_tell() -> None:
    (case,) = read(claim(item(1, "27279", LEFT, extension=certified("I"))))
    assert "certification" not in remarks(case)


def test_a_changed_item_is_decided_as_it_stands() -> None:
    changed = [{"url": f"{PAS}extension-infoChanged", "valueCode": "changed"}]
    (case,) = read(claim(item(1, "27279", LEFT, extension=changed)))
    assert "item 1 (27279) is marked as changed" in remarks(case)


def related(reference: str, code: str = "prior") -> dict[str, Any]:
    relation = coded("http://terminology.hl7.org/CodeSystem/ex-relatedclaimrelationship", code)
    return {"related": [{"claim": {"reference": reference}, "relationship": relation}]}


@pytest.mark.parametrize("first", [True, False])
def test_a_claim_that_another_replaces_is_not_decided(first: bool) -> None:
    earlier = claim(item(1, "27279", RIGHT), id="before")
    now = claim(item(1, "27279", LEFT), **related("Claim/before"))
    (case,) = read(*((earlier, now) if first else (now, earlier)))
    assert case.request.side == "left"
    assert "Claim/before: is not decided: Claim/c replaces it" in remarks(case)


def test_an_associated_claim_is_a_request_of_its_own() -> None:
    other = claim(item(1, "27279", RIGHT), id="other", identifier=[{"value": "PA-2"}])
    found = read(claim(item(1, "27279", LEFT), **related("Claim/other", "associated")), other)
    assert [(case.case, case.request.side) for case in found] == [
        ("PA-1", "left"),
        ("PA-2", "right"),
    ]


def test_a_cancelled_update_leaves_nothing_of_the_earlier_claim() -> None:
    earlier = claim(item(1, "27279", RIGHT), id="before")
    now = claim(item(1, "27279", LEFT), status="cancelled", **related("Claim/before"))
    with pytest.raises(InputError, match="its status is cancelled"):
        read(earlier, now)
    now["status"] = "entered-in-error"
    (case,) = read(earlier, now)
    assert case.request.side == "right"


def test_an_earlier_claim_that_is_not_there_is_told() -> None:
    (case,) = read(claim(item(1, "27279", LEFT), **related("Claim/elsewhere")))
    assert "replaces an earlier claim (Claim/elsewhere) that is not in the bundle" in remarks(case)


def test_claims_that_replace_each_other_ask_for_nothing() -> None:
    one = claim(item(1, "27279", LEFT), **related("Claim/two"))
    two = claim(item(1, "27279", LEFT), id="two", **related("Claim/c"))
    with pytest.raises(InputError, match="asks for nothing"):
        read(one, two)


@pytest.mark.parametrize("key", ["modifierExtension", "implicitRules"])
def test_a_claim_whose_meaning_is_changed_asks_for_nothing(key: str) -> None:
    with pytest.raises(InputError, match="asks for nothing that can be read"):
        read(claim(item(1, "27279", LEFT), **{key: [{"url": "u:x"}]}))


def test_supporting_information_that_is_withdrawn_does_not_count() -> None:
    test = {
        "resourceType": "Observation",
        "id": "o",
        "status": "final",
        "subject": PATIENT,
        "code": local("gaenslen"),
        "valueBoolean": True,
    }
    document = {
        "resourceType": "DocumentReference",
        "id": "d",
        "status": "current",
        "subject": PATIENT,
        "context": {"related": [{"reference": "Observation/o"}]},
    }
    for reference in ("Observation/o", "DocumentReference/d"):
        info = {"sequence": 1, "valueReference": {"reference": reference}}
        (kept,) = read(claim(item(1, "27279", LEFT), supportingInfo=[info]), test, document)
        assert len(kept.findings) == 1
        info |= cancelled()
        (case,) = read(claim(item(1, "27279", LEFT), supportingInfo=[info]), test, document)
        assert not case.findings
        assert "Observation/o: not used" in remarks(case)


# --- plans, and records within records ---------------------------------------------------------


def coverage(plan: str) -> dict[str, Any]:
    return {
        "resourceType": "Coverage",
        "id": "cov",
        "status": "active",
        "beneficiary": PATIENT,
        "class": [{"type": {"coding": [{"code": "plan"}]}, "value": plan}],
    }


@pytest.mark.parametrize("plan", ["Arkansas PASSE", "arkansas passe", "ARKANSAS_PASSE"])
def test_the_ordinary_name_of_the_plan_is_the_plan(plan: str) -> None:
    (case,) = read(claim(item(1, "27279", LEFT)), coverage(plan))
    assert case.request.plan == "arkansas_passe"
    assert "is taken for arkansas_passe" in remarks(case)


def test_another_plan_stays_another_plan() -> None:
    (case,) = read(claim(item(1, "27279", LEFT)), coverage("Another Plan"))
    assert case.request.plan == "Another Plan"


def test_a_plan_of_nearly_the_name_is_an_error() -> None:
    with pytest.raises(InputError, match="did you mean arkansas_passe"):
        read(claim(item(1, "27279", LEFT)), coverage("Arkansas PASSE Plus"))


def test_bundles_within_bundles_and_parameters_are_read() -> None:
    inner = bundle(claim(item(1, "27279", LEFT))) | {"timestamp": "2026-07-15T10:00:00Z"}
    parameters = {
        "resourceType": "Parameters",
        "parameter": [
            {"name": "mode", "valueString": "test"},
            {"name": "outer", "part": [{"name": "resource", "resource": inner}]},
        ],
    }
    for value in (bundle(inner), parameters, bundle(parameters)):
        (case,) = cases_in(json.dumps(value).encode(), "record")
        assert case.request.side == "left"
    assert "parameter[0]: a parameter that is no resource is not read" in remarks(
        cases_in(json.dumps(parameters).encode(), "record")[0]
    )


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"resourceType": "Parameters", "parameter": 5}, "parameter"),
        ({"resourceType": "Parameters", "parameter": [5]}, r"parameter\[0\]"),
        ({"resourceType": "Parameters", "parameter": [{"resource": 5}]}, r"\[0\].resource"),
        (bundle({"resourceType": "Bundle", "entry": 5}), r"entry\[0\].resource.entry"),
    ],
)
def test_what_is_malformed_is_named_by_its_place(value: Any, place: str) -> None:
    with pytest.raises(InputError, match=place):
        cases_in(json.dumps(value).encode(), "record")


def test_a_resource_that_two_bundles_repeat_differently_is_refused() -> None:
    one = bundle(claim(item(1, "27279", LEFT)))
    with pytest.raises(InputError, match="used for two resources"):
        read(one, bundle(claim(item(1, "27279", RIGHT))))
    assert len(read(one, one)) == 1


def test_the_plan_is_that_of_the_coverage_which_the_claim_names() -> None:
    other, own = coverage("Another Plan"), coverage("Arkansas PASSE") | {"id": "own"}

    def read_with(*insurance: dict[str, Any]) -> Case:
        (case,) = read(claim(item(1, "27279", LEFT), insurance=list(insurance)), other, own)
        return case

    def named(identifier: str, focal: bool) -> dict[str, Any]:
        return {"focal": focal, "coverage": {"reference": f"Coverage/{identifier}"}}

    assert read_with(named("own", True)).request.plan == "arkansas_passe"
    assert read_with(named("cov", False), named("own", True)).request.plan == "arkansas_passe"
    assert read_with(named("cov", True)).request.plan == "Another Plan"
    unsaid = read_with()
    assert unsaid.request.plan == "Another Plan"
    assert "another coverage names the plan 'arkansas_passe'" in remarks(unsaid)
    with pytest.raises(InputError, match=r"its coverage \(Coverage/gone\) is not in the"):
        read_with(named("gone", True))  # and not the plan of another coverage
    beside = read_with(named("gone", False), named("own", False))
    assert beside.request.plan == "arkansas_passe"
    assert "its coverage (Coverage/gone) is not in the bundle" in remarks(beside)
    for said, plan in (("Arkansas PASSE", "arkansas_passe"), ("Another Plan", "Another Plan")):
        in_words = {"focal": True, "coverage": {"display": said}}
        (case,) = read(claim(item(1, "27279", LEFT), insurance=[in_words]))
        assert case.request.plan == plan


def test_a_plan_may_be_said_by_its_name_beside_a_number() -> None:
    numbered = coverage("12345")
    numbered["class"][0]["name"] = "Arkansas PASSE"
    (case,) = read(claim(item(1, "27279", LEFT)), numbered)
    assert case.request.plan == "arkansas_passe"


@pytest.mark.parametrize("code", ["27096", "43775"])
def test_a_service_that_no_policy_of_the_plan_governs_needs_no_side(code: str) -> None:
    (alone,) = read(claim(item(1, code)))
    assert (alone.request.procedure, alone.sides) == (code, ("unstated",))
    (beside,) = read(claim(item(1, "27279", LEFT), item(2, code)))
    assert beside.request.procedure == "27279"
    assert f"item 2 ({code}) is not governed by the policy" in remarks(beside)


@pytest.mark.parametrize(
    ("code", "near"), [("27279-50", "27279"), ("27280LT", "27280"), ("２７２７８", "27278")]
)
def test_a_decorated_code_is_an_error_also_beside_a_governed_one(code: str, near: str) -> None:
    words = f"is not a known procedure; did you mean {near}"
    for items in ([item(1, code, LEFT)], [item(1, "27280", LEFT), item(2, code, LEFT)]):
        with pytest.raises(InputError, match=words):
            read(claim(*items))


@pytest.mark.parametrize("codes", [("27279", "22899"), ("22899", "27279")])
def test_two_codes_of_cpt_in_one_item_are_an_error(codes: tuple[str, str]) -> None:
    with pytest.raises(InputError, match=r"names several procedures \(22899, 27279\)"):
        read(claim(item(1, "", LEFT, productOrService=coded(CPT, *codes))))


@pytest.mark.parametrize("system", [None, "http://example.org/codes"])
def test_a_code_of_no_known_system_is_read_as_in_a_case_file(system: str | None) -> None:
    product = {"coding": [{"code": "27279"} | ({"system": system} if system else {})]}
    first, second = read(
        claim(item(1, "27280", RIGHT), item(2, "", LEFT, productOrService=product))
    )
    assert (first.request.procedure, second.request.procedure) == ("27280", "27279")
    assert "27279 is of no code system that is known here" in remarks(second)
    with pytest.raises(InputError, match="says no side"):
        read(claim(item(1, "", productOrService=product)))


def test_spaces_around_a_code_are_told() -> None:
    (case,) = read(claim(item(1, " 27279", LEFT)))
    assert case.request.procedure == "27279"
    assert "code is ' 27279': read as '27279'" in remarks(case)


def test_a_modifier_and_a_body_site_of_two_sides_are_an_error() -> None:
    site = coded("http://snomed.info/sct", "24028007")
    words = "is left by its modifier and right by its bodySite"
    with pytest.raises(InputError, match=words):
        read(claim(item(1, "27279", LEFT, bodySite=site)))
    (case,) = read(claim(item(1, "27279", RIGHT, bodySite=site)))
    assert case.request.side == "right"


def test_a_claim_that_is_cancelled_cancels_items_that_repeat_their_first_certification() -> None:
    repeated = item(1, "27279", LEFT, extension=certified("I"))
    with pytest.raises(InputError, match="is cancelled"):
        read(claim(repeated, extension=certified("3")))
