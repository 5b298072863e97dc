"""The one sentence on why a line was decided so, under a policy with alternatives."""

from __future__ import annotations

import pytest

from clausewise.facts.case.editing import edited
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.explain.because import grounds, headline
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.what_if.next_steps import next_steps


def decided(policy: str, example: str, without: str = "") -> Decision:
    """An example of a policy, decided without one of its entries if asked for."""
    case = load_case(folder_of(policy) / "cases" / f"{example}.yaml")
    case = edited(case, [(without, None)]) if without else case
    return decide_case(case, policy_named(policy, case.request.received))


@pytest.mark.parametrize(
    ("policy", "example", "sentence"),
    [
        (
            "L39455",
            "lcd-02",
            "Denied for one reason: with the one asked for there would be more than two diagnostic "
            "sessions in 12 months.",
        ),
        (
            "L39455",
            "lcd-05",
            "Denied for one reason: not documented in a record that is said to be complete: "
            "guidance by CT or fluoroscopy with contrast; an allergy to contrast; pregnancy.",
        ),
        (
            "L39455",
            "lcd-08",
            "Denied for one reason: not documented in a record that is said to be complete: an "
            "earlier diagnostic injection was positive.",
        ),
        (
            "L39455",
            "lcd-11",
            "Not decided yet for one reason: not documented: at most two diagnostic sessions in 12 "
            "months, with the one asked for.",
        ),
        ("CMM-611", "cmm-09", "Denied for one reason: both sides on one date."),
    ],
)
def test_alternatives_that_the_request_rules_out_are_no_reason(
    policy: str, example: str, sentence: str
) -> None:
    decision = decided(policy, example)
    line = decision.lines[0]
    explainer = Explainer(decision, line)
    assert headline(line, [explainer.view(label) for label in grounds(line)]) == sentence


@pytest.mark.parametrize(
    ("policy", "example", "without", "steps"),
    [
        (
            "CMM-611",
            "cmm-05",
            "measurements[0]",
            ["Send a record that shows this: cotinine of at most 10 ng/mL (MIF.13)."],
        ),
        (
            "L39455",
            "lcd-08",
            "",
            [
                "No further records can change this: the record is said to be complete for "
                "injections.",
                "If it is not complete after all: a record that shows this: an earlier diagnostic "
                "injection was positive (T.1).",
            ],
        ),
        ("L39455", "lcd-02", "", ["No further records can change this."]),
    ],
)
def test_a_clause_without_words_of_its_own_is_asked_for_by_its_paraphrase(
    policy: str, example: str, without: str, steps: list[str]
) -> None:
    decision = decided(policy, example, without)
    line = decision.lines[0]
    explainer = Explainer(decision, line)
    views = [explainer.view(label) for label in grounds(line)]
    assert list(next_steps(decision, line, views)) == steps
