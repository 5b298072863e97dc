"""MM-1508, Sacroiliac Joint Fusion (CareSource, Arkansas PASSE), as a logic program.

One module a section, in the document's order: ``scope`` (A, G), ``definitions`` (C),
``open_fusion`` (D.I.A), ``percutaneous`` with ``injections`` and ``imaging`` (D.I.B),
``exclusions`` (D.II), and beside them ``readings`` and ``parameters``.
"""

from __future__ import annotations

from datetime import date

from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.notation import Section
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.mm_1508 import (
    definitions,
    exclusions,
    imaging,
    open_fusion,
    percutaneous,
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


def _sections() -> tuple[Section, ...]:
    imaging_section = Section("C.imaging", "Definitions: imaging")
    imaging.write_studies(imaging_section)
    imaging.write_rule_out(imaging_section)
    sections = (
        scope.SECTION,
        definitions.SECTION,
        imaging_section,
        open_fusion.SECTION,
        percutaneous.SECTION,
        exclusions.OPEN_SECTION,
        exclusions.PERCUTANEOUS_SECTION,
    )
    return (*sections, write_outcome(PATHS))


POLICY = Policy(
    number="MM-1508",
    title="Sacroiliac Joint Fusion",
    plan=PLAN,
    effective=EFFECTIVE,
    source="CareSource Arkansas PASSE medical policy statement MM-1508",
    parameters=PARAMETERS,
    readings=READINGS,
    paths=PATHS,
    sections=_sections(),
    static_facts=(
        ("policy_plan", (PLAN,)),
        ("policy_effective", (EFFECTIVE.toordinal(),)),
    ),
)
"""The policy, ready to be loaded."""
