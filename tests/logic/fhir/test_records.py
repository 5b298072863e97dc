"""The official R4 examples, where they are at hand: read or refused in words, and nothing met."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

import pytest

from clausewise.facts.case.problems import InputError
from clausewise.facts.loading.files import cases_of_file
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY

EXAMPLES = os.environ.get("FHIR_R4_EXAMPLES", "")
REQUEST = {"procedure": "27279", "side": "left", "received": "2026-07-15"}


@pytest.mark.slow
@pytest.mark.skipif(not EXAMPLES, reason="FHIR_R4_EXAMPLES names no folder of FHIR records")
def test_records_that_no_one_here_wrote_never_meet_a_criterion() -> None:
    """Of the npm package hl7.fhir.r4.examples, or any others; the tests download nothing."""
    paths = sorted(Path(EXAMPLES).rglob("*.json"))
    assert paths
    decided = 0
    for path in paths:
        with contextlib.suppress(InputError):
            for case in cases_of_file(path, REQUEST):
                (line,) = decide_case(case, POLICY).lines
                assert "met" not in line.criteria.values(), path
                decided += 1
    assert decided > len(paths) * 0.9
