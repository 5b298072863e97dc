"""The machinery knows no policy by name: with all names of MM-1508 replaced it answers the same."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.model import Case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.fhir.claim_response import claim_response
from clausewise.logic.language.policy import Policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import check
from clausewise.output.policy import policy_data
from tests.support.examples import example
from tests.support.places import CASE_FOLDER
from tests.support.scrambled import Scrambled, scrambled

Question = Callable[[Case, Policy], Any]


def _response(case: Case, policy: Policy) -> Any:
    """The answer as FHIR, without the proof that it carries in its own encoding."""
    found = claim_response(cw.decide(case, policy=policy), date(2026, 9, 1))
    return {key: value for key, value in found.items() if key != "extension"}


def _drawn(outline: str) -> list[str]:
    """The words of a picture; labels are cut and broken as their length asks."""
    words = renamed().put_back(outline).split()
    return sorted("a label" if "." in word else word for word in words)


def _words_of_page(page: str) -> list[str]:
    """The words of a page without its pictures and without the certificate, which is JSON."""
    text = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]*>", " ", page, flags=re.DOTALL)
    words = renamed().put_back(text).replace("_", " ").split()
    return sorted(word for word in words if "&#34;" not in word)


def _checked(case: Case, policy: Policy) -> Any:
    check(canonical(certificate(decide_case(case, policy))), case, policy)
    return "valid"


def _asked(case: Case, policy: Policy) -> list[str]:
    rows = cw.ask(case, "met(L, C)", policy=policy).rows
    return sorted(renamed().put_back(str(row)) for row in rows)


OF_A_CASE: dict[str, Question] = {
    "decide": lambda case, policy: cw.result(cw.decide(case, policy=policy)),
    "decide otherwise": lambda case, policy: cw.result(
        cw.decide(case, policy=policy, parameters={policy.parameters[0].name: 9})
    ),
    "why": lambda case, policy: cw.why(case, policy=policy),
    "why, every clause": lambda case, policy: cw.why(case, policy=policy, full=True),
    "when": lambda case, policy: str(cw.Case.of(case, policy=policy).when(days=10)),
    "what if": lambda case, policy: repr(
        cw.what_if(case, {"request.received": "2027-07-15"}, policy=policy).lines
    ),
    "graph": lambda case, policy: _drawn(" ".join(cw.graph(case, policy=policy).outline)),
    "check": _checked,
    "decide as FHIR": _response,
    "why not": lambda case, policy: cw.why_not(case, policy=policy),
    "missing": lambda case, policy: cw.missing(case, policy=policy),
    "missing as FHIR": lambda case, policy: cw.missing_questionnaire(case, policy=policy),
    "flip": lambda case, policy: cw.flip(case, policy=policy),
    "as of": lambda case, policy: repr(cw.as_of(case, date(2026, 7, 31), policy=policy).lines),
    "ask": _asked,
    "letter to a clinician": lambda case, policy: cw.letter(
        cw.Case.of(case, policy=policy), "clinician"
    ),
    "letter to a member": lambda case, policy: cw.letter(cw.Case.of(case, policy=policy), "member"),
    "report": lambda case, policy: _words_of_page(
        cw.report(case, policy=policy).replace(policy.fingerprint, "fingerprint")
    ),
}
SLOWER = (
    *("decide otherwise", "when", "what if", "check", "decide as FHIR", "missing as FHIR"),
    *("ask", "flip", "as of", "report", "letter to a clinician"),
)
"""The longest ones, which are asked among the long tests."""
OF_A_POLICY: dict[str, Callable[[Policy], Any]] = {
    "policy": policy_data,
    "readings": lambda policy: [
        (each.name, dict(each.choices)) for each in cw.readings(policy=policy)
    ],
    "template": lambda policy: cw.template("27279", policy=policy),
    "questionnaire": lambda policy: cw.questionnaire("27280", policy=policy),
    "dependency graph": lambda policy: {
        json.dumps(edge): ""
        for edge in json.loads(cw.dependency_graph(policy=policy).json())["edges"]
    },
}


@cache
def wordless() -> Policy:
    """The policy without its words for people, which are filed under the names that it has."""
    return replace(POLICY, package="")


@cache
def renamed() -> Scrambled:
    return scrambled(wordless())


def plain(answer: Any) -> Any:
    """The answer as plain data; names are written with blanks in some places."""
    text = json.dumps(answer, default=str).replace("_", " ").replace("\\n", " ")
    return json.loads(re.sub(r"\s+", " ", text))


def put_back(answer: Any) -> Any:
    """The answer under the renamed policy, in the original names."""
    text = renamed().put_back(json.dumps(answer, default=str))
    return plain(json.loads(text.replace(renamed().policy.fingerprint, POLICY.fingerprint)))


def test_every_name_of_the_policy_is_replaced() -> None:
    other = renamed().policy
    assert set(other.clauses) & set(POLICY.clauses) == {"determination"}
    assert not set(other.parameter) & set(POLICY.parameter)
    assert not set(other.reading) & set(POLICY.reading)
    assert len(list(other.rules())) == len(list(POLICY.rules()))
    assert other.fingerprint != POLICY.fingerprint


@pytest.mark.parametrize(
    "question",
    [pytest.param(each, marks=pytest.mark.slow if each in SLOWER else ()) for each in OF_A_CASE],
)
def test_a_question_about_a_case_has_the_same_answer(question: str) -> None:
    ask, case = OF_A_CASE[question], example("pa-1003")
    assert put_back(ask(case, renamed().policy)) == plain(ask(case, wordless()))


@pytest.mark.parametrize("question", OF_A_POLICY)
def test_a_question_about_the_policy_has_the_same_answer(question: str) -> None:
    ask = OF_A_POLICY[question]
    assert put_back(ask(renamed().policy)) == plain(ask(POLICY))


@pytest.mark.slow
@pytest.mark.parametrize("path", sorted(CASE_FOLDER.glob("*.yaml")), ids=lambda path: path.stem)
def test_every_example_is_decided_alike(path: Path) -> None:
    case = example(path.stem)
    found = cw.result(cw.decide(case, policy=renamed().policy))
    assert put_back(found) == plain(cw.result(cw.decide(case, policy=wordless())))


@pytest.mark.slow
def test_an_audit_counts_the_same(tmp_path: Path) -> None:
    folder = tmp_path / "cohort"
    folder.mkdir()
    for name in ("pa-1003", "pa-1005", "pa-1011"):
        (folder / f"{name}.yaml").write_bytes((CASE_FOLDER / f"{name}.yaml").read_bytes())
    found = [
        vars(cw.audit(folder, tmp_path / f"out-{number}", policy=policy, sample=3))
        for number, policy in enumerate((POLICY, renamed().policy))
    ]
    for each in found:
        each["digest"] = each["policy"] = None
    assert put_back(found[1]) == plain(found[0])
