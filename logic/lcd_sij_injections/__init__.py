"""L39455, a Medicare policy on injections of the sacroiliac joint.

Paraphrased from secondary summaries: it serves comparison and testing, not decisions. ``shared``
holds what both kinds of injection ask for, ``diagnostic`` and ``therapeutic`` the rest of each,
``sessions`` how sessions are counted, ``readings`` what the summaries leave open.
"""

from __future__ import annotations

from pathlib import Path as Folder

from clausewise.logic.language.dated import DatedPolicy
from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.policy import Path
from clausewise.logic.language.policy_files import read_about, read_parameters
from clausewise.logic.lcd_sij_injections import diagnostic, sessions, shared, therapeutic
from clausewise.logic.lcd_sij_injections.readings import READINGS
from clausewise.logic.library import days, findings, measures, sides
from clausewise.logic.library.scope import scope

FOLDER = Folder(__file__).parent

_BARRED = tuple(clause.label for clause in shared.EXCLUSIONS.clauses)
PATHS = (Path("sij_injection", "SIJ injection", "J", _BARRED),)

WRITTEN = DatedPolicy(
    about=read_about(FOLDER),
    parameters=read_parameters(FOLDER),
    readings=READINGS,
    paths=PATHS,
    sections=(
        scope([path.procedure for path in PATHS]),
        shared.SECTION,
        sessions.SECTION,
        diagnostic.SECTION,
        therapeutic.SECTION,
        shared.EXCLUSIONS,
        write_outcome(PATHS),
    ),
    library=(days.DAYS, sides.SIDES, findings.FINDINGS, measures.MEASURES),
    package=__name__,
    roles={**days.ROLES, **sides.ROLES},
)
"""The policy with its one version."""
