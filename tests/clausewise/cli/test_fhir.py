"""The commands on FHIR: bundles wherever a case goes, the case they became, forms and answers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import clausewise as cw
from tests.support import command
from tests.support.bundles import response_of_case
from tests.support.places import ROOT
from tests.support.slices import first_few

FACTS = ROOT / "facts"
BUNDLES = sorted((FACTS / "bundles").glob("*.json"))


def run(*arguments: object) -> str:
    result = command.run(*arguments)
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.mark.parametrize("path", first_few(BUNDLES, 5), ids=lambda path: path.stem)
def test_a_bundle_is_decided_as_its_case(path: Path) -> None:
    bundle = json.loads(run("decide", path, "--format", "json"))
    case = json.loads(run("decide", FACTS / "cases" / f"{path.stem}.yaml", "--format", "json"))
    for ours, theirs in zip(bundle["lines"], case["lines"], strict=True):
        for key in ("side", "determination", "criteria", "exclusions", "decisive"):
            assert ours[key] == theirs[key]
        assert ours["reading_sensitive"] == theirs["reading_sensitive"]
    assert any("CPT 27096" in warning or "receipt" in warning for warning in bundle["warnings"])


def test_every_command_takes_a_bundle(tmp_path: Path) -> None:
    path = FACTS / "bundles" / "pa-1003.json"
    proof = tmp_path / "proof.json"
    assert "D.I.B.7" in run("why", path)
    assert "D.I.B.7" in run("why-not", path)
    run("decide", path, "--proof", proof)
    assert "valid" in run("check", proof, path)
    run("report", path, "-o", tmp_path / "report.html")
    assert "medically necessary" in run("what-if", path, "--set", "injections[1].relief_percent=50")
    (tmp_path / "cohort").mkdir()
    for each in BUNDLES[:2]:
        (tmp_path / "cohort" / each.name).write_bytes(each.read_bytes())
    (tmp_path / "cohort" / "bad.json").write_text('{"resourceType": "Patient"}', encoding="utf-8")
    found = json.loads(run("audit", tmp_path / "cohort", "-o", tmp_path / "out", "-f", "json"))
    assert found["cases"] == {"read": 3, "decided": 2, "quarantined": 1}
    quarantine = (tmp_path / "out" / "quarantine.ndjson").read_text(encoding="utf-8")
    assert "asks for nothing" in quarantine


def test_each_code_of_a_claim_is_decided(tmp_path: Path) -> None:
    bundle = json.loads((FACTS / "bundles" / "pa-1001.json").read_text(encoding="utf-8"))
    claim = next(
        each["resource"] for each in bundle["entry"] if each["resource"]["resourceType"] == "Claim"
    )
    second = json.loads(json.dumps(claim["item"][0]).replace("27279", "27278"))
    claim["item"].append(second | {"sequence": 2})
    path = tmp_path / "both.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    found = [json.loads(line) for line in run("decide", path, "-f", "json").splitlines()]
    assert [each["case"] for each in found] == ["PA-1001/27279", "PA-1001/27278"]
    (one,) = [json.loads(line) for line in run("decide", f"{path}:2", "-f", "json").splitlines()]
    assert one == found[1]
    result = command.run("decide", path, "--proof", tmp_path / "proof.json")
    assert result.exit_code == 2
    assert "--proof takes one case" in result.output
    assert "asks for 2 procedures" in command.run("why", path).output


def test_facts_writes_a_case_that_can_be_corrected(tmp_path: Path) -> None:
    path = tmp_path / "case.yaml"
    run("facts", FACTS / "bundles" / "pa-1003.json", "-o", path)
    text = path.read_text(encoding="utf-8")
    assert "# from Procedure/I2" in text
    assert "proves neither contrast nor agent nor purpose" in text
    path.write_text(text.replace("relief_percent: 49", "relief_percent: 50"), encoding="utf-8")
    assert "medically necessary" in run("decide", path)


def test_a_record_without_a_request_needs_one_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    path.write_text('{"resourceType": "Patient", "id": "p"}', encoding="utf-8")
    result = command.run("facts", str(path))
    assert result.exit_code == 2
    assert "asks for nothing" in result.output
    text = run("facts", path, "--procedure", "27279", "--side", "left", "--received", "2026-07-15")
    assert "procedure: '27279'" in text
    result = command.run("facts", str(FACTS / "cases" / "pa-1003.yaml"), "--side", "left")
    assert result.exit_code == 2
    assert "no FHIR record" in result.output


def test_a_questionnaire_is_written(tmp_path: Path) -> None:
    form = json.loads(run("questionnaire", "27280"))
    assert form["resourceType"] == "Questionnaire"
    assert form == cw.questionnaire("open_sij_fusion")
    result = command.run("questionnaire", "open_sij_fusio")
    assert result.exit_code == 2
    assert "did you mean open_sij_fusion?" in result.output


def test_missing_writes_the_form_of_what_lacks() -> None:
    form = json.loads(run("missing", FACTS / "bundles" / "pa-1002.json", "--format", "fhir"))
    assert form["url"].endswith("percutaneous-sij-fusion-missing")
    assert "findings.gaenslen" not in json.dumps(form)
    result = command.run("missing", str(FACTS / "cases" / "pa-1018.yaml"), "-f", "fhir")
    assert result.exit_code == 2


def test_the_form_of_what_lacks_when_filled_completes_the_request(tmp_path: Path) -> None:
    bundle = json.loads((FACTS / "bundles" / "pa-1002.json").read_text(encoding="utf-8"))
    form = json.loads(run("missing", FACTS / "bundles" / "pa-1002.json", "--format", "fhir"))
    said = {
        "case": "PA-1002",
        "findings": [
            {"finding": "generalized_pain_primary_cause", "present": False, "date": "2026-07-10"}
        ],
        "therapies": [{"kind": "ice", "start": "2025-07-20", "end": "2026-07-01"}],
        "imaging": [
            {
                "modality": "radiograph",
                "region": "hip",
                "side": "left",
                "date": "2026-07-10",
                "results": {"hip_osteoarthritis": False},
            }
        ],
    }
    response = response_of_case(
        said, {**form, "item": [{"linkId": "case", "type": "string"}, *form["item"]]}
    )
    claim = next(e["resource"] for e in bundle["entry"] if e["resource"]["resourceType"] == "Claim")
    response |= {"id": "answers", "subject": claim["patient"]}
    bundle["entry"].append({"resource": response})
    path = tmp_path / "completed.json"
    path.write_text(json.dumps(bundle), encoding="utf-8")
    decided = json.loads(run("decide", path, "--format", "json"))
    assert [line["determination"] for line in decided["lines"]] == ["medically_necessary"]


def test_the_answer_is_a_claim_response(tmp_path: Path) -> None:
    answers = run("decide", *BUNDLES, "--format", "fhir").splitlines()
    assert [json.loads(each)["resourceType"] for each in answers] == ["ClaimResponse"] * len(
        BUNDLES
    )
    table = tmp_path / "reasons.yaml"
    table.write_text("system: urn:x\ncodes: {D.I.B.7: zz}\n", encoding="utf-8")
    path = FACTS / "bundles" / "pa-1003.json"
    assert '"zz"' in run("decide", path, "-f", "fhir", "--reason-codes", table)
    result = command.run("decide", str(path), "--reason-codes", str(table))
    assert result.exit_code == 2
    assert cw.claim_response(path)["outcome"] == "complete"


def test_facts_as_a_function() -> None:
    assert "# from Procedure/I2" in cw.facts_of(FACTS / "bundles" / "pa-1003.json")
    assert "case: PA-1003" in cw.facts_of(cw.load(FACTS / "cases" / "pa-1003.yaml"))
