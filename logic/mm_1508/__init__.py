"""MM-1508, Sacroiliac Joint Fusion (CareSource, Arkansas PASSE), as a logic program.

One module a section, in the document's order:

- ``scope``: the procedures, the plan and the effective date (A and G)
- ``definitions``: conservative therapy (C); before it ``entries``, which entries of a record count
- ``open_fusion``: D.I.A
- ``percutaneous``: D.I.B, with ``injections`` (D.I.B.7 and 10) and ``imaging`` (D.I.B.9)
- ``exclusions``: D.II.A and D.II.B
- ``reasons``: why events do not count, which no clause rests on

``parameters`` holds the numbers of the policy, ``readings`` what its text leaves open. The rules
take facts of a case (``logic.language.input_relations``); what leaves is ``POLICY``, with a status
for each clause and a determination for each service line.
"""

from __future__ import annotations

from datetime import date
from importlib.resources import files

from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.mm_1508 import (
    definitions,
    exclusions,
    imaging,
    injections,
    open_fusion,
    percutaneous,
    reasons,
    scope,
)
from clausewise.logic.mm_1508.parameters import PARAMETERS
from clausewise.logic.mm_1508.readings import READINGS

PLAN = "arkansas_passe"
EFFECTIVE = date(2026, 6, 1)
_BOTH = ("exclusion_lists", "both_paths")

PATHS = (
    Path(
        "open_sij_fusion",
        "open SIJ fusion",
        "D.I.A",
        tuple(f"D.II.A.{number}" for number in range(5)),
        tuple(f"D.II.B.{number}" for number in range(1, 6)),
        _BOTH,
    ),
    Path(
        "percutaneous_sij_fusion",
        "percutaneous SIJ fusion",
        "D.I.B",
        tuple(f"D.II.B.{number}" for number in range(1, 6)),
        ("D.II.A.4",),
        _BOTH,
    ),
)


POLICY = Policy(
    number="MM-1508",
    title="Sacroiliac Joint Fusion",
    plan=PLAN,
    effective=EFFECTIVE,
    source="CareSource Arkansas PASSE medical policy statement MM-1508",
    parameters=PARAMETERS,
    readings=READINGS,
    paths=PATHS,
    sections=(
        scope.SECTION,
        definitions.SECTION,
        imaging.STUDIES,
        injections.OCCASIONS,
        open_fusion.SECTION,
        percutaneous.SECTION,
        exclusions.OPEN_SECTION,
        exclusions.PERCUTANEOUS_SECTION,
        reasons.SECTION,
        write_outcome(PATHS),
    ),
    package=__name__,
    static_facts=(
        ("policy_plan", (PLAN,)),
        ("policy_effective", (EFFECTIVE.toordinal(),)),
    ),
    queries=files(__name__).joinpath("queries.toml").read_text(encoding="utf-8"),
)
"""The policy, ready to be loaded."""
