"""Two cases, or one case under two settings, side by side."""

from __future__ import annotations

import pytest
from starlette.testclient import TestClient

from clausewise.serve.pages.compare import record_differences

CHANGE = "injections.I2.relief_percent=50"


def test_a_what_if_leads_to_the_comparison_with_the_case_as_received(client: TestClient) -> None:
    page = client.get("/case/pa-1003.yaml", params={"set": CHANGE}).text
    link = page.partition('undo all</a> · <a href="')[2].partition('"')[0].replace("&amp;", "&")
    text = client.get(link).text
    assert '<td class="det">not medically necessary</td><td class="det">medically' in text
    assert "D.I.B.7" in text
    assert '<th scope="row">injections[1].relief_percent</th><td>49</td><td>50</td>' in text


def test_two_cases_are_compared_and_the_other_way_round(client: TestClient) -> None:
    text = client.get("/compare?first=pa-1001.yaml&second=pa-1003.yaml").text
    assert "Compare PA-1001 with PA-1003" in text
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
    assert "<p>nothing</p>" in text


def test_a_case_with_itself_differs_in_nothing(client: TestClient) -> None:
    text = client.get("/compare?first=pa-1003.yaml&second=pa-1003.yaml").text
    assert "left: none" in text
    assert text.count("<p>none</p>") == 1


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


def test_entries_that_only_one_has_are_not_there_in_the_other() -> None:
    found = list(record_differences({"a": [1, {"b": True}]}, {"a": [2], "c": "x"}))
    assert found == [("a[0]", "1", "2"), ("a[1]", "b: yes", None), ("c", None, "x")]
