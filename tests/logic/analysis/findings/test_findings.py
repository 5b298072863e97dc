"""What is found about a policy is so: on a policy that can be read at a glance, and on MM-1508."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache

import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings import register, sentences
from clausewise.logic.analysis.findings.analysis import Analysis, PathFindings, analyse
from clausewise.logic.analysis.findings.register import parameters_weighed, readings_weighed
from clausewise.logic.analysis.findings.unread import Unread, unread
from clausewise.logic.analysis.findings.worlds import PathWorlds, WitnessError
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.record import usual_receipt
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import policy_named
from clausewise.logic.program.program import program_of
from clausewise.output.analysis import analysis_data, analysis_lines
from clausewise.viz.report.policy_page import policy_page
from tests.support.pages import without_spans
from tests.support.small_policy import small_policy

DENIED = Determination.NOT_MEDICALLY_NECESSARY


@cache
def small() -> Analysis:
    return analyse(program_of(small_policy()))


def path() -> PathFindings:
    (found,) = small().paths
    return found


def test_a_clause_that_asks_what_another_asks_is_never_the_sole_reason() -> None:
    found = {each.label: each for each in path().reasons}
    assert list(found) == ["K.1", "K.2", "K.3", "K.4", "X.1", "X.2"]
    assert found["K.3"].alone is None
    assert found["K.3"].beside == ("X.1",)
    assert found["X.1"].beside == ("K.3",)
    for label in ("K.1", "X.2"):
        alone = found[label].alone
        assert alone is not None
        assert alone.determination is DENIED


def test_a_clause_that_others_imply_is_redundant() -> None:
    redundant = [each.label for each in path().reasons if each.needed is None]
    assert redundant == ["K.4", "X.1"]


def test_only_an_exclusion_that_asks_something_of_its_own_contradicts_the_criteria() -> None:
    found = {each.label: each.witness for each in path().contradictions}
    assert found["X.1"] is None
    witness = found["X.2"]
    assert witness is not None
    (line,) = decide_case(witness.case, small_policy()).lines
    assert (line.statuses["K"], line.statuses["X.2"]) == ("met", "met")


def test_a_witness_is_the_nearest_record() -> None:
    found = {each.label: each.alone for each in path().reasons}
    assert found["K.1"] is not None
    assert found["K.1"].changes == (("pain score", "5", "4"),)


def test_readings_and_parameters_are_weighed() -> None:
    readings = {(each.name, each.value): each for each in path().readings}
    assert readings["tests", "either"].direction == "laxer"
    assert list(readings) == [("tests", "either")], "no clause rests on the other reading"
    laxer = readings["tests", "either"].laxer
    assert laxer is not None
    assert laxer.nearest.otherwise is not laxer.nearest.determination
    parameters = {(each.name, each.value): each.direction for each in path().parameters}
    assert parameters == {("least_score", "4"): "laxer", ("least_score", "6"): "stricter"}


def test_what_takes_too_many_steps_is_said_and_not_weighed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(register, "MOST_STEPS", 2)
    worlds = PathWorlds(program_of(small_policy()), small_policy().paths[0])
    (found,) = readings_weighed(worlds)
    assert found.direction == "not weighed"
    assert "not weighed, it takes more than" in sentences.of_weighed(worlds.policy, found)
    monkeypatch.undo()
    assert [each.direction for each in readings_weighed(worlds)] == ["laxer"]


def test_a_parameter_of_another_reading_only_is_told_once() -> None:
    program = program_of(POLICY)
    worlds = PathWorlds(program, program.policy.paths[0])
    found = [each for each in parameters_weighed(worlds) if not each.asked]
    assert [(each.name, each.value) for each in found] == [("examination_look_back", "12")]
    told = sentences.of_weighed(POLICY, found[0])
    assert told == "examination look back: clauses ask for it under another reading only"


def test_both_directions_are_sentences_of_their_own() -> None:
    weighed = {(each.name, each.value): each for each in path().readings}["tests", "either"]
    both = replace(weighed, stricter=weighed.laxer)
    told = sentences.of_weighed(small().policy, both)
    assert " stricter for " in told
    assert ". Laxer for " in told
    assert "The nearest turns from insufficient information to medically necessary: " in told


def test_what_no_clause_looks_at_is_named() -> None:
    names = {(relation, column): names for relation, column, names in small().unread.names}
    assert "thigh_thrust" in names["finding", "finding"]
    assert "gaenslen" not in names["finding", "finding"]
    assert "injection" in small().unread.relations
    assert "entry_date" in small().unread.relations


def test_names_of_which_any_counts_are_not_called_unread() -> None:
    """CMM-611 takes care of any kind and studies of any modality; MM-1508 names them."""
    found = of_policy("CMM-611")
    assert found.alike == (("therapy", "kind"), ("imaging", "modality"))
    assert "therapy" not in {relation for relation, _, _ in found.names}
    assert ("imaging", "region") in {(relation, column) for relation, column, _ in found.names}
    assert "therapy, kind: any counts, and none is told from another" in sentences.of_unread(found)
    assert of_policy("MM-1508").alike == ()


def of_policy(name: str) -> Unread:
    program = program_of(policy_named(name))
    received = usual_receipt(program)
    return unread([Asked(program, path, received) for path in program.policy.paths])


def test_statuses_that_no_record_has_are_named() -> None:
    found = {(label, str(status)) for label, status in path().unreachable}
    assert ("K", "met") not in found
    assert path().impossible == ()
    worlds = PathWorlds(program_of(small_policy()), small_policy().paths[0])
    assert worlds.default.approved == worlds.default.outcome(Determination.MEDICALLY_NECESSARY)


def test_a_record_that_the_engine_decides_otherwise_is_an_error() -> None:
    """With the sets of another policy behind it, a witness is refused."""
    one = small_policy()
    worlds = PathWorlds(program_of(one), one.paths[0])
    worlds.policy = small_policy(condition="sacropelvic_infection")
    with pytest.raises(WitnessError, match=r"X\.1 is undocumented, not so in the analysis"):
        worlds.witness(worlds.default.denying("X.1"))


def test_text_json_and_page_say_it() -> None:
    data = json.loads(json.dumps(analysis_data(small())))
    (found,) = data["paths"]
    assert {each["clause"] for each in found["reasons"] if each["redundant"]} == {"K.4", "X.1"}
    alone = {each["clause"]: each["alone"] for each in found["reasons"]}
    (line,) = decide_case(case_from_data(alone["K.1"]["case"]), small_policy()).lines
    assert line.determination is DENIED
    text = "\n".join(line.plain for line in analysis_lines(small()))
    assert "K.3 is never the sole reason of a denial: X.1 always denies too" in text
    page = without_spans(policy_page(small()))
    for told in sentences.by_clause(small().policy, path()).values():
        for sentence in told:
            assert sentence.split(";")[0].replace("'", "&#39;") in page


@cache
def mm_1508() -> Analysis:
    return analyse(program_of(POLICY))


@pytest.mark.slow
def test_what_the_documentation_says_of_mm_1508() -> None:
    findings = {each.path.root: each for each in mm_1508().paths}
    never = {(each.label, each.beside) for each in findings["D.I.B"].reasons if each.alone is None}
    assert never == {("D.I.B.8", ("D.II.B.2",)), ("D.II.B.2", ("D.I.B.8",))}
    assert [each.label for each in findings["D.I.B"].reasons if each.needed is None] == ["D.II.B.2"]
    beside = {each.label for each in findings["D.I.B"].contradictions if each.witness}
    assert beside == {"D.II.B.1", "D.II.B.3", "D.II.B.4"}
