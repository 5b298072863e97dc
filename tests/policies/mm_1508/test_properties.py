"""Properties that hold for any valid case, beside the four laws of ``test_laws``."""

from __future__ import annotations

import copy
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.explain.result import result
from clausewise.logic.mm_1508 import POLICY
from tests.support.derived import decided_lines, derive
from tests.support.generator import Data, Generator
from tests.support.laws import KINDS

SETTINGS = settings(max_examples=8, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def cases(draw: st.DrawFn) -> Data:
    """A valid case as plain data."""
    return Generator(draw(st.randoms(use_true_random=False))).case()


@SETTINGS
@given(cases())
def test_any_valid_case_is_decided_and_told(data: Data) -> None:
    for line in result(decide_case(case_from_data(data), POLICY))["lines"]:
        assert line["determination"] in {
            "not_governed",
            "not_medically_necessary",
            "medically_necessary",
            "insufficient_information",
        }
        if line["determination"] == "not_medically_necessary":
            assert line["decisive"]
        if line["determination"] == "medically_necessary":
            assert line["decisive"] == []


@SETTINGS
@given(cases())
def test_bilateral_equals_its_two_sides(data: Data) -> None:
    alone = []
    for side in ("left", "right"):
        data["request"]["side"] = side
        alone += derive(data)
    data["request"]["side"] = "bilateral"
    assert derive(data) == alone


@SETTINGS
@given(cases(), st.randoms(use_true_random=False))
def test_order_and_names_of_entries_do_not_matter(data: Data, random: Random) -> None:
    other = copy.deepcopy(data)
    names: dict[str, str] = {}
    for number, therapy in enumerate(other["therapies"]):
        if "id" in therapy:
            names[therapy["id"]] = f"other-{number}"
            therapy["id"] = names[therapy["id"]]
    for entry in other["therapy_inability"]:
        if "therapy" in entry:
            entry["therapy"] = names[entry["therapy"]]
    for name in KINDS:
        random.shuffle(other[name])
    for name in ("injections", "imaging"):
        for number, entry in enumerate(other[name]):
            entry["id"] = f"renamed {number}"
    other["case"] = "another name"
    assert derive(other) == derive(data)


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from("'\"`;#\\/<>&{}[]()$%\x1b\u202e\u2028\x7f"), st.characters(codec="utf-8")
    ),
    min_size=1,
    max_size=40,
).filter(lambda text: bool(text.strip()))


@SETTINGS
@given(cases(), HOSTILE)
def test_hostile_text_stays_data(data: Data, text: str) -> None:
    """Text of a case changes nothing of what pyDatalog answers; each entry cites the document that
    it cited, or one of no date."""
    for name in KINDS:
        for entry in data[name]:
            entry.setdefault("source", "a note")
    other = copy.deepcopy(data)
    other["case"] = text
    other["documents"].append({"id": text, "title": text, "author": text})
    for name in KINDS:
        for entry in other[name]:
            if entry["source"] == "a note":
                entry["source"] = {"document": text, "page": 1, "quote": text}
    other["review"] = {"reviewer": text, "license": text, "role": text}
    assert decided_lines(decide_case(case_from_data(other), POLICY)) == derive(data)
