"""The dependency graph says what the rules say: exact, without circles, with polarity."""

from __future__ import annotations

import json
from io import BytesIO
from random import Random

import networkx as nx
import pytest

from clausewise.facts.case.validation import case_from_data
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.dependencies import uses
from clausewise.viz.errors import UnknownNodeError
from clausewise.viz.graph import policy_graph
from tests.support.examples import PROGRAM
from tests.support.generator import random_case

GRAPH = policy_graph(PROGRAM)
CLAUSES = [
    label
    for label, clause in POLICY.clauses.items()
    if clause.kind in ("criterion", "exclusion", "scope")
]


def test_the_graph_has_no_circle_and_every_clause() -> None:
    assert nx.is_directed_acyclic_graph(GRAPH.graph)
    assert set(CLAUSES) <= set(GRAPH.graph)
    for path in POLICY.paths:
        assert f"{path.root}/determination" in GRAPH.graph


@pytest.mark.parametrize("parameter", list(POLICY.parameter))
def test_a_parameter_touches_exactly_the_clauses_whose_rules_reach_it(parameter: str) -> None:
    touched = set(GRAPH.touches(f"parameter.{parameter}"))
    for label in CLAUSES:
        reached = parameter in uses(PROGRAM, label, through_clauses=True).parameters
        assert (label in touched) is reached, label


@pytest.mark.parametrize("reading", list(POLICY.reading))
def test_a_reading_touches_exactly_the_clauses_whose_rules_reach_it(reading: str) -> None:
    touched = set(GRAPH.touches(f"reading.{reading}"))
    for label in CLAUSES:
        reached = reading in uses(PROGRAM, label, through_clauses=True).readings
        assert (label in touched) is reached, label


@pytest.mark.slow
def test_what_a_changed_reading_changes_lies_within_what_it_touches() -> None:
    random = Random(4)
    changed = 0
    for seed in range(40):
        case = case_from_data(random_case(seed), "random")
        reading = random.choice(POLICY.readings)
        before = decide_case(case, POLICY)
        after = decide_case(case, POLICY, readings={reading.name: reading.alternatives[0]})
        touched = set(GRAPH.touches(f"reading.{reading.name}"))
        for old, new in zip(before.lines, after.lines, strict=True):
            for label in set(old.statuses) & set(new.statuses):
                if old.statuses[label] != new.statuses[label]:
                    changed += 1
                    assert label in touched
    assert changed


@pytest.mark.parametrize(
    ("clause", "finding", "polarity"),
    [
        ("D.I.B.5.thigh_thrust", "thigh_thrust", "positive"),
        ("D.I.B.1.non_radiating", "pain_radiating", "negative"),
        ("D.I.B.8", "generalized_pain_primary_cause", "negative"),
        ("D.II.B.2.primary_cause", "generalized_pain_primary_cause", "positive"),
    ],
)
def test_a_finding_speaks_for_or_against_a_clause(clause: str, finding: str, polarity: str) -> None:
    assert GRAPH.graph.edges[clause, f"fact.finding.{finding}"]["polarity"] == polarity


def test_criteria_speak_for_an_approval_and_exclusions_against() -> None:
    for path in POLICY.paths:
        node = f"{path.root}/determination"
        assert GRAPH.graph.edges[node, path.root]["polarity"] == "positive"
        for exclusion in path.exclusions:
            assert GRAPH.graph.edges[node, exclusion]["polarity"] == "negative"


def test_a_clause_rests_on_its_parts_facts_parameters_and_readings() -> None:
    found = GRAPH.depends_on("D.I.B.6")
    assert {"D.I.B.6.a", "D.I.B.6.b", "D.I.B.6.c", "fact.finding.gaenslen"} <= set(found)
    assert "parameter.minimum_provocative_tests" in found
    assert "reading.provocative_pool" in found
    assert "D.I.B.7" not in found


@pytest.mark.parametrize("name", ["minimum_pain", "D.I.B.77", "thigh", "", "neural_compression"])
def test_an_unknown_or_ambiguous_name_is_refused(name: str) -> None:
    with pytest.raises(UnknownNodeError):
        GRAPH.find(name)


def test_json_and_graphml_hold_the_whole_graph() -> None:
    back = nx.node_link_graph(json.loads(GRAPH.json()), edges="edges")
    assert set(back) == set(GRAPH.graph)
    assert set(back.edges) == set(GRAPH.graph.edges)
    read = nx.read_graphml(BytesIO(GRAPH.graphml().encode()))
    assert set(read) == set(GRAPH.graph)
    assert set(read.edges) == set(GRAPH.graph.edges)
    assert read.nodes["D.I.B.7"]["parameters"] == "minimum_blocks"
