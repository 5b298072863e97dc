"""The pages say what the commands say, and show hostile text as text."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path
from typing import Any

import pytest
import yaml
from openpyxl import load_workbook
from starlette.testclient import TestClient

import clausewise as cw
from clausewise.serve.app import application
from clausewise.serve.pages import cases
from clausewise.serve.pages.documents import marked_pieces
from tests.support.command import run
from tests.support.places import CASE_FOLDER
from tests.support.plain_yaml import read_yaml
from tests.support.served import HOST, TOKEN

PLACE = "/case/pa-1003.yaml"
HOSTILE = "<script>alert(1)</script>=1+1\x1b[31m"


def test_the_list_shows_every_line_with_its_outcome_and_what_is_not_valid(
    client: TestClient,
) -> None:
    text = client.get("/").text
    assert "PA-1001" in text
    assert "not medically necessary" in text
    assert "bad.yaml" in text
    assert 'role="search"' in text


def test_the_list_can_be_searched_and_filtered(client: TestClient) -> None:
    assert "PA-1001" not in client.get("/?q=pa-1003").text
    assert "PA-1003" not in client.get("/?outcome=medically_necessary").text


def test_of_many_cases_those_of_the_page_are_decided_and_a_search_says_how_far_it_came(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    data = json.dumps(read_yaml((CASE_FOLDER / "pa-1018.yaml").read_bytes()), default=str)
    (tmp_path / "many.ndjson").write_text(f"{data}\n" * 7, encoding="utf-8")
    monkeypatch.setattr(cases, "MOST_ROWS", 3)
    app = application(tmp_path / "many.ndjson", TOKEN, {HOST})
    headers = {"Authorization": f"Bearer {TOKEN}"}
    client = TestClient(app, f"http://{HOST}", headers=headers)
    text = client.get("/?page=3").text
    assert "7 cases" in text
    assert "many.ndjson:7</td>" in text
    assert text.count('<th scope="row">') == 1
    assert "7 lines of 7 cases" in client.get("/?outcome=not_governed").text
    monkeypatch.setattr(cases, "MOST_SECONDS", -1.0)
    assert "Only 0 of the cases were looked at so far" in client.get("/?q=PA").text


def test_a_case_shows_its_determination_reasons_picture_and_record(client: TestClient) -> None:
    text = client.get(PLACE).text
    assert "NOT MEDICALLY NECESSARY" in text
    assert "D.I.B.7" in text
    assert "<svg" in text
    assert "80 % relief" in text
    assert "What if</span>" not in text


def test_what_is_changed_stands_in_the_address_and_is_marked(client: TestClient) -> None:
    sent = client.get(f"{PLACE}/change?injections.I2.relief_percent=50&parameter.minimum_blocks=2")
    assert sent.status_code == 303
    assert sent.headers["location"] == f"{PLACE}?set=injections.I2.relief_percent%3D50"
    text = client.get(sent.headers["location"]).text
    assert "What if</span>" in text
    assert "before not medically necessary, now <b>medically necessary</b>" in text


def test_nothing_changed_is_no_what_if(client: TestClient) -> None:
    sent = client.get(f"{PLACE}/change?injections.I2.relief_percent=49")
    assert sent.headers["location"] == PLACE


@pytest.mark.parametrize(
    "setting", ["x", "reading.block_relief=nonsense", "findings[99].date=2026-01-01", "a=[", "a=b"]
)
def test_an_impossible_change_is_told(client: TestClient, setting: str) -> None:
    answer = client.get(PLACE, params={"set": setting})
    assert answer.status_code == 422
    assert "Traceback" not in answer.text


@pytest.mark.parametrize("what", ["missing", "flip", "why-not"])
def test_further_questions_have_pages(client: TestClient, what: str) -> None:
    answer = client.get(f"{PLACE}/{what}")
    assert answer.status_code == 200
    assert '<div class="told">' in answer.text


@pytest.mark.parametrize("audience", ["member", "clinician"])
def test_a_letter_is_a_page_to_print_and_no_text_becomes_a_tag(
    client: TestClient, audience: str
) -> None:
    data = read_yaml((CASE_FOLDER / "pa-1003.yaml").read_text(encoding="utf-8"))
    data["case"] = "<img src=x> [a](https://evil.example) ![b](https://evil.example/b)"
    data["injections"][1]["source"]["quote"] = "<script>alert(1)</script> **loud**"
    sent = client.post("/drop", files={"file": ("x.yaml", yaml.safe_dump(data))})
    text = client.get(f"{sent.headers['location']}/letter?for={audience}").text
    letter = text.partition('<article class="letter">')[2].partition("</article>")[0]
    assert "<h2>" in letter
    assert "&lt;img src=x&gt;" in letter
    assert not re.search(r"<(script|img|a)\b", letter)
    assert client.get(f"{PLACE}/letter?for=press").status_code == 422


def test_missing_says_what_the_command_says(client: TestClient) -> None:
    case = cw.load(CASE_FOLDER / "pa-1003.yaml")
    (said,) = re.findall(
        r'<div class="told">(.*?)</div>', client.get(f"{PLACE}/missing").text, re.DOTALL
    )
    told, _, _ = str(case.missing()).partition("\n\n")
    assert unescape(re.sub("<.*?>", " ", said)).split() == told.split()


def test_the_report_the_certificate_and_the_file_come_as_they_are(client: TestClient) -> None:
    report = client.get(f"{PLACE}/report")
    assert "Proof certificate" in report.text
    assert "script" not in report.headers["content-security-policy"]
    assert client.get(f"{PLACE}/certificate.json").json()["case"]
    file = read_yaml(client.get(f"{PLACE}/case.yaml").text)
    assert file["case"] == "PA-1003"


def test_the_list_as_csv_and_as_a_workbook_holds_no_formula(client: TestClient) -> None:
    data = read_yaml((CASE_FOLDER / "pa-1001.yaml").read_text(encoding="utf-8"))
    data["case"] = "=HYPERLINK(1)"
    dropped = client.post(
        "/drop", files={"file": ("x.yaml", yaml.safe_dump(data, sort_keys=False))}
    )
    assert dropped.status_code == 303
    assert "'=HYPERLINK(1)" in client.get("/cases.csv").text
    book = load_workbook(io.BytesIO(client.get("/cases.xlsx").content))
    cells = [each for row in book["cases"].iter_rows() for each in row]
    assert {each.data_type for each in cells} <= {"s", "inlineStr"}
    assert any(each.value == "'=HYPERLINK(1)" for each in cells)


def test_hostile_text_stays_text(client: TestClient) -> None:
    data = read_yaml((CASE_FOLDER / "pa-1003.yaml").read_text(encoding="utf-8"))
    data["case"] = "<script>alert(1)</script>"
    data["documents"][0]["title"] = "<img src=x onerror=alert(1)>"
    dropped = client.post(
        "/drop", files={"file": ("x.yaml", yaml.safe_dump(data, sort_keys=False))}
    )
    text = client.get(dropped.headers["location"]).text
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
    assert "<img src=x" not in text


def test_files_that_are_no_cases_are_told_and_not_kept(client: TestClient) -> None:
    answer = client.post("/drop", files={"file": ("<b>.yaml", b"\x00\x01")})
    assert answer.status_code == 422
    assert "<b>.yaml" not in answer.text
    assert client.post("/drop", data={"a": "b"}).status_code == 422


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """A client of a folder with an audit of two cases, of which people decided one otherwise."""
    place = tmp_path_factory.mktemp("audited")
    for name in ("pa-1001", "pa-1003"):
        data = read_yaml((CASE_FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))
        data["case"] = f"=1+1 {name}"
        data["review"] = {"determination": "medically_necessary"}
        (place / f"{name}.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    done = run("audit", place, "-o", place / "audit", "--sample", "0", "--sensitivity")
    assert "sensitive to readings of the text" in done.stdout
    assert "sensitive to readings" in (place / "audit" / "summary.html").read_text(encoding="utf-8")
    app = application(place, TOKEN, {HOST})
    headers = {"Authorization": f"Bearer {TOKEN}"}
    with TestClient(app, f"http://{HOST}", headers=headers) as found:
        yield found


def test_an_audit_tells_agreement_disagreements_and_readings(audited: TestClient) -> None:
    text = audited.get("/audit/audit").text
    assert "1 of 2 recorded determinations are the same" in text
    assert "Disagreements, the most surprising first" in text
    assert '<a href="/case/pa-1003.yaml">pa-1003.yaml</a>' in text
    assert "would be decided otherwise under another reading" in text
    assert "audit/audit/disagreements.csv" in text


def test_lines_of_an_audit_are_told_and_saved_as_they_were_asked_for(audited: TestClient) -> None:
    query = "?determination=not_medically_necessary&clause=D.I.B.7"
    text = audited.get(f"/audit/audit/lines{query}").text
    assert "· not medically necessary · rests on D.I.B.7" in text
    assert text.count('<th scope="row">') == 1
    saved = audited.get(f"/audit/audit/lines.csv{query}").text
    assert saved.splitlines() == [
        "case,place,line,determination,decisive",
        "'=1+1 pa-1003,pa-1003.yaml,left,not_medically_necessary,D.I.B.7",
    ]
    assert audited.get("/audit/audit/lines.xlsx").content.startswith(b"PK")


def test_an_audit_leads_to_its_lines_and_these_to_their_cases(audited: TestClient) -> None:
    assert 'href="/audit/audit"' in audited.get("/").text
    assert "What denies" in audited.get("/audit/audit").text
    lines = audited.get("/audit/audit/lines?clause=D.I.B.7").text
    assert '<a href="/case/pa-1003.yaml">=1+1 pa-1003</a>' in lines
    assert "pa-1001" not in lines
    assert audited.get("/audit/audit/lines?clause=' OR 1=1 --").status_code == 200
    assert audited.get("/audit/nope").status_code == 404


def test_tables_of_an_audit_hold_no_formula(audited: TestClient) -> None:
    assert "'=1+1 pa-1003" in audited.get("/audit/audit/disagreements.csv").text
    content = audited.get("/audit/audit/disagreements.xlsx").content
    sheet = load_workbook(io.BytesIO(content))["disagreements"]
    cells = [each for row in sheet.iter_rows() for each in row]
    assert "f" not in {each.data_type for each in cells}
    assert "'=1+1 pa-1003" in {each.value for each in cells}
    assert audited.get("/audit/audit/nothing.csv").status_code == 404
    assert audited.get("/audit/../x/denying.csv").status_code == 404


def test_the_audits_are_listed_with_what_they_say_first(audited: TestClient) -> None:
    text = audited.get("/audits").text
    assert '<a href="/audit/audit">audit</a>' in text
    assert "MM-1508@2026-06-01" in text


def test_an_error_is_a_page_for_a_browser_and_a_sentence_for_others(client: TestClient) -> None:
    browser = client.get("/case/<nope>", headers={"Accept": "text/html"})
    assert browser.status_code == 404
    assert "there is no such case here" in browser.text
    assert 'href="/policies"' in browser.text
    assert client.get("/case/<nope>").text == "there is no such case here\n"


def test_the_ledger_says_what_became_of_each_entry(client: TestClient) -> None:
    text = client.get(PLACE).text
    assert "falls short (decisive): 49 % relief; at least 50 % is required" in text
    assert 'documents?document=H2&amp;page=5&amp;quote=49+%25+relief#page">H2 p5' in text
    saved = client.get(f"{PLACE}/ledger.csv").text
    assert "left,entry,I2" in saved
    assert client.get(f"{PLACE}/ledger.exe").status_code == 404


def test_each_policy_is_shown_and_an_unknown_one_told(client: TestClient) -> None:
    assert "MIF.13" in client.get("/policies?policy=CMM-611@2025-06-01").text
    assert client.get("/policies?policy=nope").status_code == 404
    saved = client.get("/policies/parameters.csv?policy=MM-1508").text
    assert "minimum_blocks,2,occasions,D.I.B.7" in saved


def test_the_policy_is_shown_with_its_rules_and_graph(client: TestClient) -> None:
    text = client.get("/policies").text
    assert "D.I.B.7" in text
    assert "told_met(L" in text
    assert "<svg" in client.get("/policies/graph").text


def test_when_has_a_line_of_days(client: TestClient) -> None:
    text = client.get(f"{PLACE}/when").text
    assert '<svg class="timeline"' in text
    assert re.search(r'class="(not_)?medically_necessary|insufficient_information"', text)


def test_a_quote_leads_to_its_place_in_the_document(client: TestClient) -> None:
    text = client.get(f"{PLACE}/documents").text
    assert "document=H2&amp;page=5&amp;quote=49+%25+relief" in text
    page = client.get(f"{PLACE}/documents?document=H2&page=5&quote=49 % relief").text
    assert "<mark>49 % relief</mark>" in page
    wrong = client.get(f"{PLACE}/documents?document=H2&page=5&quote=80 % relief").text
    assert "does not stand on this page" in wrong


def test_a_quote_is_marked_across_lines_and_hyphens() -> None:
    text = "He was dis-\ncharged  without\nbenefit."
    assert marked_pieces(text, "discharged without benefit") == [
        ("He was ", False),
        ("dis-\ncharged  without\nbenefit", True),
        (".", False),
    ]


PASSAGE = {"quote": "49 % relief, which lasted", "document": "H2", "page": "5"}


def passage(client: TestClient, kind: str, **filled: str) -> Any:
    """What is answered to the fields of an entry that is made of the passage."""
    query = {"kind": kind, **PASSAGE, "set": "request.received=2026-07-16"}
    asked = client.get(f"{PLACE}/entry", params=query)
    assert asked.status_code == 200
    for key, value in PASSAGE.items():
        assert f'name="{kind}.source.{key}@0.0" value="{value}"' in asked.text
    source = {f"{kind}.source.{key}@0.0": value for key, value in PASSAGE.items()}
    fields = {f"{kind}.{key}@0": value for key, value in filled.items()}
    return client.post(f"{PLACE}/entry", params=query, data={**source, **fields})


@pytest.mark.parametrize(
    ("kind", "filled", "told"),
    [
        ("findings.compression", {"present": "false", "side": "left"}, "compression test negative"),
        ("measurements.sij_pain_score", {"value": "7.5", "date": "2026-07-01"}, "pain score 7.5"),
        ("therapies.physical_therapy", {"start": "2026-01-01"}, "physical therapy, 2026-01-01"),
        ("injections", {"relief_percent": "61", "date": "2026-03-30"}, "61 % relief"),
        ("imaging", {"modality": "ct", "region": "hip", "date": "2026-03-30"}, "CT of the hip"),
    ],
)
def test_a_passage_becomes_an_entry_with_document_page_and_quote(
    client: TestClient, kind: str, filled: dict[str, str], told: str
) -> None:
    sent = passage(client, kind, **filled)
    assert sent.status_code == 303, sent.text
    text = unescape(client.get(sent.headers["location"]).text)
    assert told in text
    assert 'H2 p5 "49 % relief, which lasted"' in text
    assert "request.received=2026-07-16" in text
    assert "What if</span>" in text


def test_errors_of_an_entry_stand_beside_its_fields(client: TestClient) -> None:
    wrong = passage(client, "injections", relief_percent="140", date="2026-02-30")
    assert wrong.status_code == 422
    for name in ("injections.relief_percent@0", "injections.date@0"):
        assert f'id="{name}-error"' in wrong.text
    assert 'value="140"' in wrong.text
    unknown = {"kind": "documents", **PASSAGE}
    assert client.get(f"{PLACE}/entry", params=unknown).status_code == 404


def test_no_path_of_a_request_is_opened(client: TestClient) -> None:
    for document in ("../H1", "/etc/passwd", "H1.txt", "..%2f..%2fetc%2fpasswd"):
        answer = client.get(f"{PLACE}/documents", params={"document": document})
        assert answer.status_code == 200
        assert 'class="passage"' not in answer.text
