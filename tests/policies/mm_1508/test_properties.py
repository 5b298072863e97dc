"""Properties that hold for any valid case."""

from __future__ import annotations

import copy
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import Decision, base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.explain.result import result
from clausewise.logic.mm_1508 import POLICY
from tests.support.generator import Data, Generator

SETTINGS = settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))


@st.composite
def cases(draw: st.DrawFn) -> Data:
    """A valid case as plain data."""
    return Generator(draw(st.randoms(use_true_random=False))).case()


def decided(data: Data) -> Decision:
    return decide_case(case_from_data(data), POLICY)


def outcomes(data: Data) -> dict[str, tuple[str, dict[str, str]]]:
    return {line.side: (line.determination, dict(line.statuses)) for line in decided(data).lines}


@SETTINGS
@given(cases())
def test_any_valid_case_is_decided_and_told(data: Data) -> None:
    for line in result(decided(data))["lines"]:
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
    both = copy.deepcopy(data)
    both["request"]["side"] = "bilateral"
    found = outcomes(both)
    for side in ("left", "right"):
        alone = copy.deepcopy(data)
        alone["request"]["side"] = side
        assert outcomes(alone)[side] == found[side]


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
    for name in ("findings", "measurements", "therapies", "injections", "imaging"):
        random.shuffle(other[name])
    for name in ("injections", "imaging"):
        for number, entry in enumerate(other[name]):
            entry["id"] = f"renamed {number}"
    other["case"] = "another name"
    assert outcomes(other) == outcomes(data)


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
    plain = outcomes(data)
    other = copy.deepcopy(data)
    other["case"] = text
    other["documents"] = [{"id": text, "title": text, "author": text}]
    for name in ("findings", "measurements", "therapies", "injections", "imaging"):
        for entry in other[name]:
            entry["source"] = {"document": text, "page": 1, "quote": text}
    other["review"] = {"reviewer": text, "license": text, "role": text}
    assert outcomes(other) == plain


def _told(data: Data) -> dict[str, set[str]]:
    """The leaves that are told met, by side."""
    decision = decided(data)
    return {
        line.side: {
            label
            for label in line.statuses
            if line.model.holds(GroundAtom(f"told_met[{label}]", (line.side,)))
        }
        for line in decision.lines
    }


@SETTINGS
@given(cases())
def test_an_entry_that_agrees_never_turns_told_met_into_not_told(data: Data) -> None:
    """Documenting once more what is documented changes nothing that was told."""
    before = _told(data)
    more = copy.deepcopy(data)
    more["findings"] += [
        {key: value for key, value in entry.items() if key != "revises"}
        for entry in copy.deepcopy(data["findings"])
    ]
    more["measurements"] += copy.deepcopy(data["measurements"])
    for side, labels in _told(more).items():
        assert before[side] <= labels | {"D.I.B.2"}
        assert before[side] == labels


ADDITIVE = ("documented_present", "documented_absent", "study_excludes")


@SETTINGS
@given(cases(), st.randoms(use_true_random=False))
def test_adding_a_fact_never_untells_a_leaf_it_does_not_supersede(
    data: Data, random: Random
) -> None:
    """A further fact about an entry that already speaks adds answers, it takes none away.

    Entries that are later, or that revise, take the place of others by the rules of C.findings and
    C.rule_out; that is not adding a fact but replacing what speaks.
    """
    case = case_from_data(data)
    decision = decide_case(case, POLICY)
    rows: dict[str, Any] = dict(base_facts(case, POLICY, decision.choices))
    line = decision.lines[0]
    entries = [str(row[0]) for row in rows.get("finding", ())]
    if not entries:
        return
    chosen = random.choice(entries)
    before = Model(line.program.plan, rows)
    name = random.choice(ADDITIVE[:2])
    rows[name] = (*rows.get(name, ()), (chosen,))
    after = Model(line.program.plan, rows)
    for label in line.statuses:
        for told in ("told_met", "told_not_met"):
            atom = GroundAtom(f"{told}[{label}]", (line.side,))
            yielding = POLICY.clauses[label].label.startswith("D.II.A")
            if before.holds(atom) and not yielding:
                assert after.holds(atom), atom
