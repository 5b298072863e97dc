"""A proof is of one policy, one version, its own choices and the words that its rules use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.vocabulary.words import VOCABULARY, Name, Vocabulary
from clausewise.logic.language import policy as policy_module
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused, check
from tests.logic.proof.test_certificate import mutations
from tests.policies.test_every_policy import CASE_OF

VERSIONS = ("MM-1508@2026-06-01", "CMM-611@2024-01-01", "CMM-611@2025-06-01", "L39455@2023-03-01")


@cache
def proof(version: str, **parameters: int) -> str:
    case = cw.load(CASE_OF[version.partition("@")[0]])
    decision = cw.decide(case, policy=policy_named(version), parameters=parameters)
    return canonical(certificate(decision))


def case_of(version: str) -> Any:
    return cw.load(CASE_OF[version.partition("@")[0]])


@pytest.mark.parametrize("version", VERSIONS)
def test_a_proof_is_none_under_another_policy_or_version(version: str) -> None:
    found = check(proof(version), case_of(version), policy_named(version))
    assert f"{found.policy['number']}@{found.policy['effective']}" == version
    assert not found.what_if
    for other in {*VERSIONS} - {version}:
        with pytest.raises(Refused, match="policy"):
            check(proof(version), case_of(version), policy_named(other))


@pytest.mark.parametrize("version", VERSIONS)
def test_a_proof_under_other_choices_says_so_and_is_refused_where_they_are_not_asked_for(
    version: str,
) -> None:
    case, policy = case_of(version), policy_named(version)
    parameter = policy.parameters[0]
    changed = {parameter.name: parameter.value + 1}
    text = proof(version, **changed)
    with pytest.raises(Refused, match="other parameters"):
        check(text, case, policy)
    assert (
        f"{parameter.name} {parameter.value + 1}" in check(text, case, policy, {}, changed).what_if
    )
    unmarked = json.loads(text)
    del unmarked["what_if"]
    with pytest.raises(Refused, match="does not say rightly"):
        check(canonical(unmarked), case, policy, {}, changed)


def tampered(text: str) -> Iterator[tuple[str, str]]:
    """The certificate with each part of its head changed, added to or left out."""
    for part in ("policy", "case", "readings", "parameters"):
        for name, value in json.loads(text)[part].items():
            for other in (f"{value}0" if isinstance(value, str) else value + 1, None):
                changed = json.loads(text)
                changed[part][name] = other
                yield f"{part}.{name}", canonical(changed)
            del changed[part][name]
            yield f"{part}.{name}", canonical(changed)
        changed = json.loads(text)
        changed[part]["further"] = "x"
        yield part, canonical(changed)
    yield "what_if", canonical({**json.loads(text), "what_if": "What if: it rained"})


@pytest.mark.parametrize("version", VERSIONS[1:])
def test_no_part_of_the_head_can_be_changed(version: str) -> None:
    case, policy = case_of(version), policy_named(version)
    for place, text in tampered(proof(version)):
        try:
            check(text, case, policy)
        except Refused:
            continue
        pytest.fail(f"{place} was changed and the proof taken")


@pytest.mark.slow
@pytest.mark.parametrize("version", VERSIONS[1:])
def test_every_mutation_is_refused(version: str) -> None:
    """Of its head, its lines and each of its steps."""
    case, policy = case_of(version), policy_named(version)
    tried = 0
    for tried, changed in enumerate(mutations(json.loads(proof(version))), 1):  # noqa: B007
        with pytest.raises(Refused):
            check(canonical(changed), case, policy)
    assert tried > 100


def with_word(kind: str, word: Name) -> Vocabulary:
    changed: dict[str, Any] = {kind: {**getattr(VOCABULARY, kind), word.name: word}}
    return replace(VOCABULARY, **changed)


@pytest.mark.parametrize(
    ("kind", "name", "change"),
    [
        ("findings", "gaenslen", {"side_specific": False}),
        ("findings", "gaenslen", {"examination": False}),
        ("measures", "sij_pain_score", {"most": 100}),
        ("measures", "sij_pain_score", {"least": 1}),
        ("measures", "sij_pain_score", {"unit": "mm"}),
        ("procedures", "open_sij_fusion", {"codes": ()}),
    ],
)
def test_a_word_that_is_counted_otherwise_gives_another_fingerprint(
    kind: str, name: str, change: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    before = POLICY.fingerprint
    word = replace(getattr(VOCABULARY, kind)[name], **change)
    monkeypatch.setattr(policy_module, "VOCABULARY", with_word(kind, word))
    assert replace(POLICY).fingerprint != before


def test_a_word_that_no_rule_uses_and_how_one_is_asked_change_no_fingerprint(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for kind, word in (
        ("findings", Name("of_another_policy", "a finding that no rule names")),
        ("findings", replace(VOCABULARY.findings["gaenslen"], question="Is it so?")),
    ):
        monkeypatch.setattr(policy_module, "VOCABULARY", with_word(kind, word))
        assert replace(POLICY).fingerprint == POLICY.fingerprint
