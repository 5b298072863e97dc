"""CMM-611, a guideline of another payer on fusion of the sacroiliac joint, in two versions.

Paraphrased from secondary summaries: it serves comparison and testing, not decisions. One module
each for open and minimally invasive fusion; ``readings`` holds what the summaries leave open.
"""

from __future__ import annotations

from pathlib import Path as Folder

from clausewise.logic.cmm_611 import minimally_invasive, open_fusion
from clausewise.logic.cmm_611.readings import READINGS
from clausewise.logic.language.dated import DatedPolicy
from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.policy import Path
from clausewise.logic.language.policy_files import read_about, read_parameters
from clausewise.logic.library import days, findings, measures, sides
from clausewise.logic.library.scope import scope

FOLDER = Folder(__file__).parent

PATHS = (
    Path(
        "open_sij_fusion",
        "open SIJ fusion",
        "OF",
        tuple(clause.label for clause in open_fusion.EXCLUSIONS.clauses),
    ),
    Path(
        "percutaneous_sij_fusion",
        "minimally invasive SIJ fusion",
        "MIF",
        tuple(clause.label for clause in minimally_invasive.EXCLUSIONS.clauses),
    ),
)

WRITTEN = DatedPolicy(
    about=read_about(FOLDER),
    parameters=read_parameters(FOLDER),
    readings=READINGS,
    paths=PATHS,
    sections=(
        scope([path.procedure for path in PATHS]),
        open_fusion.SECTION,
        minimally_invasive.SECTION,
        open_fusion.EXCLUSIONS,
        minimally_invasive.EXCLUSIONS,
        write_outcome(PATHS),
    ),
    library=(days.DAYS, sides.SIDES, findings.FINDINGS, measures.MEASURES),
    package=__name__,
    roles={**days.ROLES, **sides.ROLES},
)
"""The policy with its two versions."""
