"""What a clause depends on, as the loaded rules say it."""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.program.dependencies import uses
from tests.support.examples import PROGRAM


def test_a_result_is_asked_only_of_studies_of_its_region() -> None:
    asked = {
        pair
        for label, clause in PROGRAM.policy.clauses.items()
        if not clause.gate
        for pair in uses(PROGRAM, label).results
    }
    assert asked == {(VOCABULARY.imaging_results[result].region, result) for _, result in asked}
    assert len(asked) == 9


def test_a_clause_depends_on_what_its_rules_name() -> None:
    used = uses(PROGRAM, "D.I.B.2")
    assert used.names["measure"] == ("sij_pain_score",)
    assert {"minimum_pain_score", "pain_score_look_back"} <= set(used.parameters)
    assert {"pain_score_choice", "examination_age"} <= set(used.readings)
    assert used.clauses == ()
