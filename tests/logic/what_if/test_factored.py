"""What stands in several alternatives is told once."""

from __future__ import annotations

from clausewise.facts.case.model import Case
from clausewise.logic.what_if.candidate import Candidate
from clausewise.logic.what_if.factored import alike_together
from clausewise.logic.what_if.words import described
from tests.support.examples import example


def study(case: Case, modality: str, region: str = "lumbar_spine", **results: bool) -> Candidate:
    entry = {"modality": modality, "region": region, "date": "2026-05-01", "results": results}
    return described(case, Candidate(f"{modality} {region}", "", "", {"imaging+": entry}))


def inability(case: Case, reason: str) -> Candidate:
    edits = {"therapy_inability+": {"reason": reason}}
    return described(case, Candidate(f"inability {reason}", "", "", edits))


def test_what_differs_in_the_modality_or_the_reason_alone_is_one() -> None:
    case = example("pa-1001")
    ways = [(study(case, each, neural_compression=False),) for each in ("ct", "mri")]
    ways += [(inability(case, each),) for each in ("contraindication", "intolerance")]
    assert [way[0].text for way in alike_together(ways)] == [
        "a CT or MRI report of the lumbar spine, dated 2026-05-01 or later, that states: no neural "
        "compression",
        "a note that the active therapy could not be completed because of a contraindication or "
        "intolerance",
    ]


def test_studies_that_state_otherwise_or_stand_beside_others_stay_apart() -> None:
    case = example("pa-1001")
    ct, mri = (study(case, each, neural_compression=False) for each in ("ct", "mri"))
    other = study(case, "mri", neural_compression=True)
    assert len(alike_together([(ct,), (other,)])) == 2
    # Each of two studies may vary only beside the same other one.
    hip, knee = (study(case, each, "hip") for each in ("radiograph", "ct"))
    told = alike_together([(ct, hip), (mri, hip), (ct, knee), (mri, knee)])
    assert [len(way) for way in told] == [2]
    assert len(alike_together([(ct, hip), (mri, knee)])) == 2
