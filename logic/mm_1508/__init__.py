"""MM-1508, Sacroiliac Joint Fusion (CareSource, Arkansas PASSE), as a logic program.

One module a section, in the document's order:

- ``scope``: the procedures, the plan and the effective date (A and G)
- ``definitions``: conservative therapy (C); before it ``entries``, which entries of a record count
- ``open_fusion``: D.I.A
- ``percutaneous``: D.I.B, with ``injections`` (D.I.B.7 and 10) and ``imaging`` (D.I.B.9)
- ``exclusions``: D.II.A and D.II.B
- ``reasons``: why events do not count, which no clause rests on

``parameters.toml`` holds the numbers of the policy, ``readings`` what its text leaves open and
``policy.toml`` what it says of itself. The rules take facts of a case
(``logic.language.input_relations``); what leaves is ``WRITTEN``, the policy with its versions, and
``POLICY``, the latest of them.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path as Folder

from clausewise.logic.language.advice import read_advice
from clausewise.logic.language.dated import DatedPolicy
from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.policy import Path, Policy, Role
from clausewise.logic.language.policy_files import read_about, read_parameters
from clausewise.logic.mm_1508 import (
    definitions,
    exclusions,
    injections,
    open_fusion,
    percutaneous,
    reasons,
    scope,
    studies,
)
from clausewise.logic.mm_1508.readings import READINGS

_FOLDER = Folder(__file__).parent
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

WRITTEN = DatedPolicy(
    about=read_about(_FOLDER),
    parameters=read_parameters(_FOLDER),
    readings=READINGS,
    paths=PATHS,
    sections=(
        scope.SECTION,
        definitions.SECTION,
        studies.STUDIES,
        injections.OCCASIONS,
        open_fusion.SECTION,
        percutaneous.SECTION,
        exclusions.OPEN_SECTION,
        exclusions.PERCUTANEOUS_SECTION,
        reasons.SECTION,
        write_outcome(PATHS),
    ),
    package=__name__,
    queries=files(__name__).joinpath("queries.toml").read_text(encoding="utf-8"),
    roles={
        Role.ANCHOR: "anchor",
        Role.CUT_OFF: "cut_off",
        Role.TIMELY: "timely",
        Role.AFTER_CUT_OFF: "after_cut_off",
        Role.NOT_RECEIVED: "not_received",
        Role.AFTER_OPERATION: "after_operation",
        Role.IMPOSSIBLE_DATE: "impossible_date",
        Role.MAY_BE_RESULT: "after_injection",
        Role.SIDE_UNKNOWN: "side_unknown",
        Role.ALIKE: "therapy_group",
    },
    advice=read_advice(_FOLDER),
)
"""The policy with all its versions."""

POLICY: Policy = WRITTEN.at(WRITTEN.about.versions[-1].first)
"""The latest version, ready to be loaded."""
