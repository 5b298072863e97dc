"""The one sentence on why a line was decided so, under a policy with alternatives."""

from __future__ import annotations

from datetime import date

import pytest

import clausewise as cw
from clausewise.facts.case.editing import edited
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.explain.because import grounds, headline
from clausewise.logic.explain.clauses import Explainer, events_as_one
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.what_if.next_steps import next_steps
from clausewise.output.comparison import difference_lines
from tests.support.examples import example
from tests.support.generator import complete_percutaneous


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
            "sessions in 12 months (diagnostic block, 40 % relief, 2025-09-10, left; diagnostic "
            "block, 40 % relief, 2025-06-10, left).",
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
            "Denied for one reason: no positive diagnostic injection is documented (diagnostic "
            "block, 2025-04-10, left: 74 % relief; at least 75 % is required).",
        ),
        (
            "L39455",
            "lcd-11",
            "Not decided yet for one reason: no diagnostic session in 12 months is documented, and "
            "the record does not say that there was none.",
        ),
        (
            "L39455",
            "lcd-10",
            "Denied for one reason: with the one asked for there would be more than four "
            "therapeutic sessions in 12 months (therapeutic injection, 4 entries, 2025-03-10 to "
            "2025-11-10).",
        ),
        (
            "CMM-611",
            "cmm-07",
            "Not decided yet for one reason: the cotinine is above 10 ng/mL (cotinine 25 ng/mL, "
            "2026-01-15); not documented: has never smoked.",
        ),
        (
            "CMM-611",
            "cmm-09",
            "Denied for one reason: both sides on one date (the request is for both sides).",
        ),
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
            ["Send a laboratory report with the cotinine (MIF.13)."],
        ),
        (
            "L39455",
            "lcd-08",
            "",
            [
                "No further records can change this: the record is said to be complete for "
                "injections.",
                "If it is not complete after all: the procedure note and the pain diary of a "
                "diagnostic injection with at least 75 % relief (T.1).",
            ],
        ),
        ("L39455", "lcd-02", "", ["No further records can change this."]),
        (
            "L39455",
            "lcd-04",
            "",
            [
                "No single further record can change this: the record is said to be complete for "
                "findings.",
                "If it is not complete after all: approved if the record held one of these: a "
                "positive compression test on the left, dated 2026-01-16 or later; a positive "
                "distraction test on the left, dated 2026-01-16 or later; a positive thigh thrust "
                "test on the left, dated 2026-01-16 or later; a positive Yeoman's test on the "
                "left, dated 2026-01-16 or later.",
            ],
        ),
        (
            "L39455",
            "lcd-05",
            "",
            [
                "No further records can change this: the record is said to be complete for "
                "findings.",
                "If it is not complete after all: the plan of the injection that says whether CT "
                "or fluoroscopy will guide it, or a note that says whether there is an allergy to "
                "contrast, or a pregnancy (I.4).",
            ],
        ),
    ],
)
def test_what_to_send_is_said_in_the_words_of_the_policy(
    policy: str, example: str, without: str, steps: list[str]
) -> None:
    decision = decided(policy, example, without)
    line = decision.lines[0]
    explainer = Explainer(decision, line)
    views = [explainer.view(label) for label in grounds(line)]
    assert list(next_steps(decision, line, views)) == steps


def test_statements_that_the_record_is_complete_are_one_sentence() -> None:
    data = complete_percutaneous()
    data["record_complete"] = ["therapies", "injections", "imaging"]
    data["injections"], data["imaging"], data["therapies"] = [], [], data["therapies"][1:]
    said = " ".join(str(cw.why(data)).split())
    assert (
        "No further records can change this: the record is said to be complete for therapies, "
        "injections and imaging." in said
    )


def test_reasons_of_inability_are_one_way_and_several_are_no_duplicates() -> None:
    data = complete_percutaneous()
    data["record_complete"], data["therapies"] = [], data["therapies"][1:]
    data["therapy_inability"] = [
        {"reason": reason, "date": "2026-06-01"}
        for reason in ("inconvenience", "unexplained_noncompliance")
    ]
    said = " ".join(str(cw.missing(data)).split())
    assert (
        "1) a note that the active therapy could not be completed because of a contraindication, "
        "increased pain, intolerance or inability to perform the exercises physically" in said
    )
    assert "2) 181 days of" in said
    assert "3)" not in said
    assert "possible duplicate" not in str(cw.why(data))


def test_missing_tells_what_would_do_as_well_once() -> None:
    """Of tests of which one is in the record without its side, and of two blocks that lack."""
    data = complete_percutaneous()
    tests = ("gaenslen", "distraction", "patrick")
    data["findings"] = [each for each in data["findings"] if each["finding"] not in tests]
    data["findings"].append({"finding": "patrick", "present": True, "date": "2026-07-02"})
    data["injections"] = data["injections"][2:]
    said = " ".join(str(cw.missing(data)).split())
    assert (
        "two of these: – a positive Gaenslen's test on the left – a positive distraction test on "
        "the left – a positive FABER test on the left, or a note on Patrick's (FABER) test "
        "positive, 2026-07-02 that says: on the left side" in said
    )
    assert said.count("a diagnostic injection on the left") == 1
    assert "on days of their own such as 2026-07-13 and 2026-07-14" in said


def test_an_exclusion_that_a_later_record_rules_out_is_told_so() -> None:
    found = cw.as_of(complete_percutaneous(), "2026-07-10")
    said = "\n".join(map(str, difference_lines(found, date(2026, 7, 10))))
    assert "D.II.B.1: on 2026-07-10: not documented; today: ruled out" in said
    assert "D.I.B.2: on 2026-07-10: undocumented; today: met" in said
    assert "insufficient information → medically necessary" in repr(found)


def test_notes_of_one_event_are_one_line_that_names_them() -> None:
    """PA-1019: a block in a procedure note, a follow-up note and a consult is one block."""
    case = example("pa-1019")
    assert shown_of(case, "D.I.B.7") == {
        "I1, I2 and I2C": "diagnostic block, 80 % relief, 2026-03-02, left, one event in 3 notes"
    }
    # A note that tells otherwise of the event stands apart.
    case = edited(case, [("injections[2].relief_percent", 90)])
    assert {*shown_of(case, "D.I.B.7")} == {"I1 and I2", "I2C"}


def shown_of(case: Case, label: str) -> dict[str, str]:
    """The entries of a clause by their names, the notes of one event as one."""
    decision = decide_case(case, policy_named("MM-1508", case.request.received))
    view = Explainer(decision, decision.lines[0]).view(label)
    return {each.name: each.text for each in events_as_one(view.evidence)}


def test_a_note_that_repeats_another_of_its_event_stands_in_its_line() -> None:
    again = {"id": "I2B", "purposes": ["diagnostic"], "date": "2026-03-23", "side": "left"}
    case = edited(example("pa-1003"), [("injections+", {**again, "relief_percent": 49})])
    assert shown_of(case, "D.I.B.7")["I2 and I2B"] == (
        "diagnostic block, 2026-03-23, left, one event in 2 notes"
    )


def test_a_study_that_needs_no_side_is_not_said_to_lack_it() -> None:
    """A study of the joints shows both: without a side it speaks against the request."""
    case = example("pa-1001")
    edits = [("imaging[1].side", None), ("imaging[1].results.destructive_lesion", True)]
    decision = decide_case(edited(case, edits), policy_named("MM-1508", case.request.received))
    line = decision.lines[0]
    sentence = headline(line, [Explainer(decision, line).view(each) for each in grounds(line)])
    assert line.determination == "not_medically_necessary"
    assert "does not count" not in sentence
    assert "a destructive lesion" in sentence
