"""The one sentence on why a line was decided so, under a policy with alternatives."""

from __future__ import annotations

import pytest

from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.because import grounds, headline
from clausewise.logic.explain.clauses import Explainer
from clausewise.logic.policies.registry import folder_of, policy_named


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
    case = load_case(folder_of(policy) / "cases" / f"{example}.yaml")
    decision = decide_case(case, policy_named(policy, case.request.received))
    line = decision.lines[0]
    explainer = Explainer(decision, line)
    assert headline(line, [explainer.view(label) for label in grounds(line)]) == sentence
