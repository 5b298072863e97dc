"""Open fusion under CMM-611: one of five indications, and what bars it."""

from __future__ import annotations

from clausewise.logic.language.criteria import any_of, gate
from clausewise.logic.language.notation import Section
from clausewise.logic.library import findings

SECTION = Section("OF", "Open fusion")
EXCLUSIONS = Section("OF.X", "Exclusions of open fusion")

_INDICATIONS = {
    "a": ("posttraumatic_sij_injury", "injury of the joint after trauma"),
    "b": (
        "adjunct_to_sij_infection_treatment",
        "adjunct to the treatment of an infection of the joint",
    ),
    "c": ("sacral_tumor_management", "part of the management of a sacral tumor"),
    "d": (
        "long_fusion_for_spinal_deformity",
        "part of a long construct that corrects a spinal deformity",
    ),
    "e": ("failed_percutaneous_sij_fusion", "an earlier percutaneous fusion failed"),
}
_BARRED = {
    "1": ("degenerative_sacroiliac_joint", "degenerative disease of the joint"),
    "2": ("mechanical_low_back_syndrome", "mechanical low back syndrome"),
    "3": ("sacroiliac_joint_syndrome", "sacroiliac joint syndrome"),
}

gate(
    SECTION,
    "OF",
    "open fusion is medically necessary for one of the five indications",
    any_of(*(f"OF.{letter}" for letter in _INDICATIONS)),
    name="open fusion",
)
for letter, (word, text) in _INDICATIONS.items():
    findings.present(SECTION, f"OF.{letter}", text, word)
for number, (word, text) in _BARRED.items():
    findings.present(EXCLUSIONS, f"OF.X.{number}", text, word, kind="exclusion")
