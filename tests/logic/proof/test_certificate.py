"""Certificates: every valid one is accepted, every single change is refused."""

from __future__ import annotations

import ast
import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any

import jsonschema
import pytest

from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof import certificate as certificate_module
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused, check
from tests.support.examples import decided
from tests.support.generator import complete_percutaneous, random_case
from tests.support.places import CASE_FILES, ROOT, case_path

SCHEMA = ROOT / "logic" / "proof" / "certificate.schema.json"


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_the_certificate_of_an_example_is_valid(path: Path) -> None:
    decision = decided(path.stem)
    text = canonical(certificate(decision))
    check(text, decision.case, POLICY)
    jsonschema.validate(json.loads(text), json.loads(SCHEMA.read_text(encoding="utf-8")))


def test_certificates_of_random_cases_and_choices_are_valid() -> None:
    for seed in range(6):
        case = case_from_data(random_case(seed))
        readings = {}
        if seed % 2:
            random = Random(seed)
            readings = {each.name: random.choice(list(each.choices)) for each in POLICY.readings}
        decision = decide_case(case, POLICY, readings=readings)
        check(canonical(certificate(decision)), case, POLICY, readings)


@pytest.mark.slow
def test_certificates_of_five_hundred_random_cases_are_valid() -> None:
    for seed in range(500):
        case = case_from_data(random_case(seed))
        check(canonical(certificate(decide_case(case, POLICY))), case, POLICY)


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if isinstance(value, int):
        return value + 1
    if isinstance(value, str):
        return value + "x" if value != "met" else "not_met"
    return "other"


def _changes(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Every place of plain data that holds a single value."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield from _changes(below, (*where, key))
    elif isinstance(value, list):
        for number, below in enumerate(value):
            yield from _changes(below, (*where, number))
    else:
        yield where


def mutations(proof: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The proof with one value changed, one step or part left out, or one repeated."""
    for *way, last in _changes(proof):
        changed = copy.deepcopy(proof)
        holder: Any = changed
        for step in way:
            holder = holder[step]
        holder[last] = _other(holder[last])
        yield changed
    for number in range(len(proof["steps"])):
        missing = {**proof, "steps": proof["steps"][:number] + proof["steps"][number + 1 :]}
        yield missing
        yield {**proof, "steps": [*proof["steps"], proof["steps"][number]]}
    for key in proof:
        yield {name: value for name, value in proof.items() if name != key}
    for number, line in enumerate(proof["lines"]):
        for label in line["statuses"]:
            changed = copy.deepcopy(proof)
            del changed["lines"][number]["statuses"][label]
            yield changed
        for label in line["decisive"]:
            changed = copy.deepcopy(proof)
            changed["lines"][number]["decisive"].remove(label)
            yield changed


def _tried(name: str, every: int) -> int:
    decision = decided(name)
    case = decision.case
    proof = json.loads(canonical(certificate(decision)))
    tried = 0
    for number, changed in enumerate(mutations(proof)):
        if number % every == 0:
            tried += 1
            with pytest.raises(Refused):
                check(canonical(changed), case, POLICY)
    return tried


def test_every_twentieth_mutation_of_an_open_case_is_refused() -> None:
    assert _tried("pa-1013", 20) > 15


@pytest.mark.slow
def test_every_mutation_of_an_open_case_is_refused() -> None:
    assert _tried("pa-1013", 1) > 300


@pytest.mark.slow
def test_every_mutation_of_a_denial_is_refused() -> None:
    assert _tried("pa-1003", 1) > 2000


def test_a_proof_of_another_case_or_policy_is_refused() -> None:
    case = case_from_data(complete_percutaneous())
    text = canonical(certificate(decide_case(case, POLICY)))
    other = complete_percutaneous()
    other["measurements"][0]["value"] = 8
    with pytest.raises(Refused, match="another case"):
        check(text, case_from_data(other), POLICY)
    numbers = (replace(POLICY.parameters[0], value=6), *POLICY.parameters[1:])
    with pytest.raises(Refused, match="another policy"):
        check(text, case, replace(POLICY, parameters=numbers))


def as_bad_as(value: Any) -> Iterator[Any]:
    """Values that Python takes for equal and a certificate must not: 5.0, true."""
    if isinstance(value, int) and not isinstance(value, bool):
        yield float(value)
        if value in (0, 1):
            yield bool(value)


@pytest.mark.parametrize("part", ["parameters", "steps"])
def test_five_point_zero_is_not_five(part: str) -> None:
    decision = decided("pa-1013")
    case = decision.case
    proof = json.loads(canonical(certificate(decision)))
    tried = 0
    for way in list(_changes(proof[part], (part,)))[:40]:
        changed = copy.deepcopy(proof)
        holder: Any = changed
        for step in way[:-1]:
            holder = holder[step]
        for other in as_bad_as(holder[way[-1]]):
            holder[way[-1]] = other
            tried += 1
            with pytest.raises(Refused):
                check(canonical(changed), case, POLICY)
    assert tried


def test_a_valid_certificate_tells_what_it_proves() -> None:
    case = load_case(case_path("pa-1003"))
    readings = {"block_relief": "any_occasion"}
    decision = decide_case(case, POLICY, readings=readings)
    proved = check(canonical(certificate(decision)), case, POLICY, readings)
    assert proved.case == "PA-1003"
    assert proved.policy["fingerprint"] == POLICY.fingerprint
    assert proved.readings["block_relief"] == "any_occasion"
    assert proved.parameters == POLICY.default_parameters
    assert proved.determinations == {"left": "medically_necessary"}
    assert proved.steps == len(certificate(decision)["steps"])


def test_a_proof_that_is_too_large_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificate_module, "MOST_STEPS", 10)
    with pytest.raises(certificate_module.CertificateError, match="more than 10 steps"):
        certificate(decided("pa-1013"))


@pytest.mark.parametrize("text", ["", "[]", "{}", "null", "[" * 5000, '{"format":"x"}'])
def test_what_is_no_certificate_is_refused(text: str) -> None:
    with pytest.raises(Refused):
        check(text, case_from_data(complete_percutaneous()), POLICY)


def test_another_layout_of_the_same_proof_is_refused() -> None:
    case = case_from_data(complete_percutaneous())
    proof = certificate(decide_case(case, POLICY))
    with pytest.raises(Refused, match="canonical"):
        check(json.dumps(json.loads(canonical(proof)), indent=1), case, POLICY)


def test_the_checker_is_short_and_shares_nothing_with_the_prover() -> None:
    def own(name: str) -> set[str]:
        text = (ROOT / "logic" / "proof" / name).read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 340
        found = [node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.ImportFrom)]
        modules = {node.module for node in found if node.module}
        return {each for each in modules if each.startswith("clausewise.")}

    assert own("case_facts.py") == {
        "clausewise.facts.columns",
        "clausewise.facts.schema",
        "clausewise.facts.vocabulary.words",
    }
    assert own("checker.py") == {
        "clausewise.facts.case.model",
        "clausewise.facts.case.editing",
        "clausewise.facts.errors",
        "clausewise.logic.language.rules",
        "clausewise.logic.language.policy",
        "clausewise.logic.proof.case_facts",
        "clausewise.logic.proof.rows",
    }
    assert own("rows.py") == {"clausewise.logic.language.rules"}
    assert own("case_text.py") == {
        "clausewise.facts.case.model",
        "clausewise.facts.case.editing",
        "clausewise.facts.text",
        "clausewise.logic.proof.checker",
    }
