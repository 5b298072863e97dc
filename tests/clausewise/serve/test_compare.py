"""Two cases, or one case under two settings, side by side."""

from __future__ import annotations

import re
from html import unescape

import pytest
from starlette.testclient import TestClient

from tests.support.pages import without_spans


def shown(text: str) -> str:
    """The text of a page without its tags."""
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text)))


CHANGE = "injections.I2.relief_percent=50"


def test_a_what_if_leads_to_the_comparison_with_the_case_as_received(client: TestClient) -> None:
    page = client.get("/case/pa-1003.yaml", params={"set": CHANGE}).text
    link = page.partition('undo all</a> · <a href="')[2].partition('"')[0].replace("&amp;", "&")
    text = client.get(link).text
    assert "left ✗ not medically necessary ✓ medically necessary" in shown(text)
    heads = re.findall(r'<th scope="col">(.*?)</th>', text)
    assert "PA-1003, what if" in [shown(each).strip().replace(" ,", ",") for each in heads]
    assert "D.I.B.7" in text
    assert "<td>relief</td><td>49 %</td><td>50 %</td>" in without_spans(text)


def test_two_cases_are_compared_and_the_other_way_round(client: TestClient) -> None:
    text = client.get("/compare?first=pa-1001.yaml&second=pa-1003.yaml").text
    assert '<a href="/case/pa-1001.yaml?">pa-1001.yaml</a> with <a' in text
    assert "/compare?first=pa-1003.yaml&amp;second=pa-1001.yaml" in text


def test_parameters_and_readings_that_differ_are_named(client: TestClient) -> None:
    query = {
        "first": "pa-1003.yaml",
        "second": "pa-1003.yaml",
        "second-set": ["reading.block_relief=any_occasion", "parameter.minimum_blocks=1"],
    }
    text = client.get("/compare", params=query).text
    assert "reading.block relief" in text
    assert "<td>2</td><td>1</td>" in text
    assert text.count("<p>none</p>") == 1


def test_a_case_with_itself_differs_in_nothing(client: TestClient) -> None:
    text = client.get("/compare?first=pa-1003.yaml&second=pa-1003.yaml").text
    assert text.count("<p>none</p>") == 3


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 200),
        ("first=pa-1003.yaml", 200),
        ("first=pa-1003.yaml&second=nope.yaml", 404),
        ("first=pa-1003.yaml&second=bad.yaml", 422),
        ("first=pa-1003.yaml&second=pa-1003.yaml&second-set=x", 422),
        ("first=../pa-1003.yaml&second=pa-1003.yaml", 404),
    ],
)
def test_what_cannot_be_compared_is_told(client: TestClient, query: str, status: int) -> None:
    assert client.get(f"/compare?{query}").status_code == status


def test_each_table_of_two_cases_is_saved(client: TestClient) -> None:
    query = {"first": "pa-1003.yaml", "second": "pa-1003.yaml", "second-set": CHANGE}
    page = client.get("/compare", params=query).text
    link = next(
        each.replace("&amp;", "&")
        for each in re.findall('href="([^"]+)"', page)
        if each.startswith("/compare/cases/records.csv?")
    )
    assert client.get(link).text.splitlines() == [
        'of,what,PA-1003,"PA-1003, what if"',
        '"I2 diagnostic block, 49 % relief, 2026-03-23, left",relief,49 %,50 %',
    ]
    outcomes = client.get("/compare/cases/outcomes.csv", params=query).text.splitlines()
    assert outcomes[1] == "left,not_medically_necessary,medically_necessary"
    book = client.get("/compare/cases/clauses.xlsx", params=query)
    assert book.content.startswith(b"PK")
    assert client.get("/compare/cases/outcomes.csv").status_code == 404


def test_a_policy_is_compared_with_another_and_by_the_cases_here(client: TestClient) -> None:
    place = "/compare/policies?first=MM-1508&second=CMM-611"
    text = client.get(place).text
    assert '<th scope="row">MIF.13</th><td>new</td>' in text
    assert "minimum_block_relief" in text
    assert "Lines that move" not in text
    text = client.get(f"{place}&cases=true").text
    assert '<a href="/case/pa-1001.yaml">pa-1001.yaml</a>' in text
    assert "each case counts as one of a plan of MM-1508" in text
    query = place.partition("?")[2]
    saved = client.get(f"/compare/policies/moved.csv?{query}&cases=true").text
    assert "pa-1001.yaml,left,medically_necessary,insufficient_information" in saved


def test_the_cases_here_are_decided_under_other_choices(client: TestClient) -> None:
    sent = client.get(
        "/compare/choices?set=reading.attempts=two_are_all"
        "&reading=reading.block_relief=any_occasion&parameter=parameter.minimum_blocks&value=1"
    )
    assert sent.status_code == 303
    text = client.get(sent.headers["location"]).text
    assert "1 of 2 lines move" in text
    assert "first=pa-1003.yaml&amp;second=pa-1003.yaml&amp;second-set=reading.attempts" in text
    assert text.count(">undo</a>") == 3


@pytest.mark.parametrize(
    ("place", "status"),
    [
        ("policies", 200),
        ("policies?first=MM-1508&second=nope", 422),
        ("policies/nope.csv?first=MM-1508&second=MM-1508", 404),
        ("policies/clauses.exe?first=MM-1508&second=MM-1508", 404),
        ("choices", 200),
        ("choices?set=reading.nope=x", 422),
        ("choices?set=request.side=left", 422),
        ("audits", 200),
        ("audits?first=nope&second=nope", 404),
    ],
)
def test_what_else_cannot_be_compared_is_told(client: TestClient, place: str, status: int) -> None:
    assert client.get(f"/compare/{place}").status_code == status
