"""A case is entered by the form of its procedure, or as text; errors stand beside the fields."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import Any

import pytest
from starlette.testclient import TestClient

import clausewise as cw
from clausewise.facts.case.editing import plain_data
from clausewise.logic.policies.registry import Registered, registry
from clausewise.serve.forms import Form, parsed
from clausewise.serve.pages.enter_case import case_of_form
from tests.support.places import CASE_FILES, CASE_FOLDER
from tests.support.plain_yaml import read_yaml

START = {
    "case": "X-1",
    "request.procedure": "percutaneous_sij_fusion",
    "request.side": "left",
    "request.received": "2026-07-15",
}
PROCEDURE = "27279"


def post(client: TestClient, **fields: Any) -> Any:
    return client.post(f"/new?procedure={PROCEDURE}", data={**START, **fields})


def errors_beside(text: str) -> dict[str, str]:
    """The errors of a page, by the name of their field."""
    found = re.findall(r'<p class="error" id="([^"]*)-error">(.*?)</p>', text)
    return {name: unescape(told) for name, told in found}


def fields_of(data: dict[str, Any]) -> dict[str, list[str]]:
    """The fields that somebody fills in who enters the case of this data."""
    return {name: values for name, values in _fields(data) if values}


KINDS = {"findings": "finding", "measurements": "measure", "therapies": "kind"}


def _fields(data: dict[str, Any]) -> Iterator[tuple[str, list[str]]]:
    yield "case", [data["case"]]
    yield "record_complete", data.get("record_complete", [])
    for group in ("request", "member", "review"):
        for key, value in data.get(group, {}).items():
            yield f"{group}.{key}", _texts(value)
    counts: dict[str, int] = {}
    for name in ("documents", *KINDS, "therapy_inability", "injections", "imaging"):
        for entry in data.get(name, []):
            rest = dict(entry)
            link = f"{name}.{rest.pop(KINDS[name])}" if name in KINDS else name
            number = counts[link] = counts.get(link, -1) + 1
            sources = rest.pop("source", [])
            for place, each in enumerate(sources if isinstance(sources, list) else [sources]):
                whole = each if isinstance(each, dict) else {"text": each}
                for key, value in whole.items():
                    yield f"{link}.source.{key}@{number}.{place}", _texts(value)
            for result, shown in rest.pop("results", {}).items():
                yield f"{link}.results.{result}@{number}", _texts(shown)
            for key, value in rest.items():
                if isinstance(value, list) and key in ("value", "relief_percent"):
                    yield f"{link}.{key}@{number}", _texts(value[0])
                    yield f"{link}.{key}_high@{number}", _texts(value[1])
                else:
                    yield f"{link}.{key}@{number}", _texts(value)


def _texts(value: Any) -> list[str]:
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [str(value).lower() if isinstance(value, bool) else str(value)]


def on_the_form(name: str, procedure: str) -> bool:
    found = parsed(name)
    return found is not None and f"'{found[0]}'" in text_of_form(procedure)


form_of = cache(cw.questionnaire)


@cache
def text_of_form(procedure: str) -> str:
    return str(form_of(procedure))


def test_what_is_filled_in_is_the_case() -> None:
    """What the forms ask for, of every example case, comes out as it went in."""
    compared = 0
    for path in CASE_FILES:
        case = cw.load(path)
        procedure = case.request.procedure
        try:
            questionnaire = form_of(procedure)
        except KeyError:
            continue
        every = fields_of(plain_data(case))
        asked = {name: each for name, each in every.items() if on_the_form(name, procedure)}
        assert len(asked) >= len(every) - 6, path.name
        found, errors = case_of_form(Form(questionnaire, asked))
        assert found is not None, (path.name, errors)
        assert fields_of(plain_data(found)) == asked, path.name
        compared += 1
    assert compared >= 15


def test_the_form_of_each_procedure_is_shown(client: TestClient) -> None:
    text = client.get("/new").text
    assert "open_sij_fusion" in text
    assert 'name="injections.relief_percent@0"' in client.get("/new?procedure=27279").text
    assert client.get("/new?procedure=99999").status_code == 404
    assert client.get("/new?policy=nope").status_code == 404
    assert client.get("/new/text?procedure=99999").status_code == 404


@pytest.mark.parametrize("each", registry(), ids=lambda each: each.about.number)
def test_the_form_of_each_policy_makes_a_case_of_it(client: TestClient, each: Registered) -> None:
    number, procedure = each.about.number, next(iter(each.about.procedures))
    query = f"procedure={procedure}&policy={number}"
    assert f'href="/new?{query}"'.replace("&", "&amp;") in client.get("/new").text
    text = client.get(f"/new?{query}").text
    assert f"{number}: " in text
    plan = re.search(r'name="request.plan" value="([^"]*)"', text)
    assert plan is not None
    filled = {"request.procedure": procedure, "request.plan": plan[1]}
    sent = client.post(f"/new?{query}", data={**START, **filled})
    assert sent.status_code == 303, errors_beside(sent.text)
    proof = client.get(f"{sent.headers['location']}/certificate.json").json()
    assert proof["policy"]["number"] == number
    assert f"{number}, " in unescape(client.get(f"/new/text?{query}").text)


def test_a_filled_form_becomes_a_case(client: TestClient) -> None:
    sent = post(client, **{"injections.relief_percent@0": "80", "injections.date@0": "2026-05-01"})
    assert sent.status_code == 303
    text = client.get(sent.headers["location"]).text
    assert "X-1" in text
    assert "80 %" in text


def test_errors_stand_beside_their_fields_and_what_was_said_stays(client: TestClient) -> None:
    answer = post(
        client,
        **{
            "request.received": "2026-02-30",
            "member.age": "old",
            "injections.relief_percent@0": "140",
            "injections.relief_percent@1": "some",
            "injections.id@1": '"><script>alert(1)</script>',
            "findings.gaenslen.source.document@0.0": "H9",
            "therapies.heat.start@0": "2026-02-01",
            "therapies.heat.end@0": "2026-01-01",
            "measurements.sij_pain_score.value_high@0": "7",
            "request.side": "top",
        },
    )
    assert answer.status_code == 422
    told = errors_beside(answer.text)
    assert "is not a date" in told["request.received"]
    assert told["member.age"] == "a whole number is needed"
    assert "out of range" in told["injections.relief_percent@0"]
    assert told["injections.relief_percent@1"] == "a number is needed"
    assert told["findings.gaenslen.present@0"] == "an answer is needed"
    assert "not the id of a listed document" in told["findings.gaenslen.source.document@0.0"]
    assert "lies before the start" in told["therapies.heat@0"]
    assert "one of the choices is needed" in told["request.side"]
    assert "lower bound" in told["measurements.sij_pain_score@0"]
    assert 'value="140"' in answer.text
    assert "<script>alert" not in answer.text
    for name in told:
        assert f'href="#{name}"' in answer.text
        assert f'id="{name}"' in answer.text


def test_add_another_gives_one_more_of_the_group_and_keeps_what_was_said(
    client: TestClient,
) -> None:
    answer = post(client, **{"injections.relief_percent@0": "80", "add": "injections"})
    assert answer.status_code == 200
    assert 'value="80"' in answer.text
    assert 'name="injections.relief_percent@1"' in answer.text
    assert 'name="injections.relief_percent@2"' not in answer.text
    more = post(client, **{"injections.relief_percent@7": "80", "add": "injections.source@7"})
    assert 'name="injections.source.page@7.1"' in more.text
    assert 'name="injections.relief_percent@0"' not in more.text


def test_a_long_text_is_not_cut_in_silence(client: TestClient) -> None:
    told = errors_beside(post(client, **{"injections.source.quote@0.0": "x" * 401}).text)
    assert "401 characters are too many" in told["injections.source.quote@0.0"]


@pytest.mark.parametrize(
    "field",
    ["@", "injections.relief_percent@", "injections.relief_percent@9999", "a@0.0.0.0", "__class__"],
)
def test_fields_that_the_form_does_not_have_are_not_read(client: TestClient, field: str) -> None:
    assert post(client, **{field: "80"}).status_code == 303
    assert post(client, add=field).status_code == 200


def test_a_case_is_entered_as_text_and_keeps_its_lines(client: TestClient) -> None:
    assert "clausewise-case/1" in client.get("/new/text").text
    wrong = client.post(
        "/new/text", data={"text": "format: clausewise-case/1\ncase: X\nrequset: 1\n"}
    )
    assert wrong.status_code == 422
    assert "request" in wrong.text
    assert "\ncase: X\nrequset: 1\n" in wrong.text
    text = (CASE_FOLDER / "pa-1001.yaml").read_text(encoding="utf-8")
    right = client.post("/new/text", data={"text": text})
    assert right.status_code == 303
    file = client.get(f"{right.headers['location']}/case.yaml").text
    assert read_yaml(file)["case"] == "PA-1001"
