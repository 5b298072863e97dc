"""A record that meets every criterion of each path, and the names that random cases draw from."""

from __future__ import annotations

import copy
from datetime import date
from typing import Any

from tests.support.oracle.record import SIDE_SPECIFIC

Data = dict[str, Any]
RECEIVED = date(2026, 7, 15)
EXAMINED = {
    "pain_radiating": False,
    "pain_caudal_to_l5": True,
    "pain_over_posterior_sij": True,
    "pain_consistent_with_sij": True,
    "posterior_sij_tenderness": True,
    "similar_tenderness_elsewhere": False,
    "other_obvious_pain_source": False,
    "thigh_thrust": True,
    "compression": True,
    "gaenslen": True,
    "distraction": True,
    "patrick": True,
}
ABSENT = (
    "generalized_pain_primary_cause",
    "systemic_arthropathy",
    "sacropelvic_infection",
    "sacropelvic_tumor",
    "sacropelvic_fracture",
    "symptomatic_neural_compression",
    "other_more_likely_pain_source",
)
INDICATIONS = (
    "posttraumatic_sij_injury",
    "adjunct_to_sij_infection_treatment",
    "sacral_tumor_management",
    "long_fusion_for_spinal_deformity",
    "failed_percutaneous_sij_fusion",
)
STANDING = (
    *ABSENT,
    *INDICATIONS,
    "generalized_pain_behavior",
    "generalized_pain_disorder",
    "mechanical_low_back_syndrome",
    "sacroiliac_joint_syndrome",
    "degenerative_sacroiliac_joint",
    "acute_traumatic_sij_instability",
)
FINDINGS = (*EXAMINED, *STANDING)
DIAGNOSES = (
    "chronic_sij_pain",
    "posttraumatic_sij_injury",
    "sij_infection",
    "sacral_tumor",
    "spinal_deformity",
    "failed_percutaneous_sij_fusion",
    "mechanical_low_back_syndrome",
    "sacroiliac_joint_syndrome",
    "degenerative_sacroiliac_joint",
    "systemic_arthropathy",
    "generalized_pain",
    "fracture",
    "acute_traumatic_sij_instability",
    "neural_compression",
    "other",
)
PURPOSES = (
    "chronic_pain",
    "trauma_fixation",
    "tumor_management",
    "infection_treatment",
    "deformity_correction",
    "revision",
    "other",
)
ACTIVE = ("physical_therapy", "occupational_therapy", "home_exercise_program", "chiropractic")
INACTIVE = ("rest", "ice", "heat", "medical_device", "tens", "pharmacotherapy")
REASONS = (
    "contraindication",
    "increased_pain",
    "intolerance",
    "physical_inability",
    "inconvenience",
    "unexplained_noncompliance",
)
RESULTS = {
    "sacroiliac_joint": (
        "localized_sij_pathology",
        "destructive_lesion",
        "inflammatory_arthropathy",
        "addressable_by_percutaneous_fusion",
    ),
    "hip": ("hip_osteoarthritis", "hip_osteoarthritis_pain_source"),
    "lumbar_spine": (
        "neural_compression",
        "neural_compression_correlates",
        "other_degenerative_pain_source",
    ),
}
DOMAINS = ("findings", "measurements", "therapies", "injections", "imaging")
BLOCK: Data = {
    "purposes": ["diagnostic"],
    "intra_articular": True,
    "image_guided": True,
    "contrast": True,
    "agents": ["local_anesthetic"],
    "relief_percent": 80,
    "relief_lasted_expected": True,
}
STEROID: Data = {
    "purposes": ["therapeutic"],
    "intra_articular": True,
    "agents": ["corticosteroid"],
    "outcome": "failed",
}


def complete_percutaneous(side: str = "left") -> Data:
    """A record that meets every criterion of D.I.B on the side."""
    on = {"side": side, "date": "2026-07-02"}
    clear = {"destructive_lesion": False, "inflammatory_arthropathy": False}
    sij = {"region": "sacroiliac_joint", "side": side}
    return {
        "format": "clausewise-case/1",
        "case": "T",
        "request": {
            "procedure": "percutaneous_sij_fusion",
            "side": side,
            "received": "2026-07-15",
            "purpose": "chronic_pain",
            "diagnoses": ["chronic_sij_pain"],
        },
        "documents": [],
        "findings": [{"finding": name, "present": value, **on} for name, value in EXAMINED.items()]
        + [{"finding": name, "present": False, "date": "2026-07-02"} for name in ABSENT],
        "measurements": [{"measure": "sij_pain_score", "value": 7, **on}],
        "therapies": [
            {"id": "T1", "kind": "physical_therapy", "start": "2025-09-01", "end": "2026-04-10"},
            {"id": "T2", "kind": "rest", "start": "2025-08-01", "ongoing": True},
        ],
        "therapy_inability": [],
        "injections": [
            {"id": "I1", "date": "2026-03-02", "side": side, **copy.deepcopy(BLOCK)},
            {"id": "I2", "date": "2026-03-23", "side": side, **copy.deepcopy(BLOCK)},
            {"id": "I3", "date": "2025-11-10", "side": side, **copy.deepcopy(STEROID)},
            {"id": "I4", "date": "2026-01-20", "side": side, **copy.deepcopy(STEROID)},
        ],
        "imaging": [
            {"id": "X1", "modality": "radiograph", **sij, "date": "2026-04-20", "results": clear},
            {
                "id": "X2",
                "modality": "mri",
                **sij,
                "date": "2026-05-01",
                "results": {**clear, "localized_sij_pathology": True},
            },
            {
                "id": "X3",
                "modality": "radiograph",
                "region": "hip",
                "side": side,
                "date": "2026-04-20",
                "results": {"hip_osteoarthritis": False},
            },
            {
                "id": "X4",
                "modality": "mri",
                "region": "lumbar_spine",
                "date": "2026-05-01",
                "results": {"neural_compression": False, "other_degenerative_pain_source": False},
            },
        ],
    }


def complete_open(side: str = "left", indication: str = "posttraumatic_sij_injury") -> Data:
    """A record that meets D.I.A on the side."""
    finding: Data = {"finding": indication, "present": True, "date": "2026-06-20"}
    if indication in SIDE_SPECIFIC:
        finding["side"] = side
    return {
        "format": "clausewise-case/1",
        "case": "T",
        "request": {
            "procedure": "open_sij_fusion",
            "side": side,
            "received": "2026-07-15",
            "diagnoses": ["posttraumatic_sij_injury"],
        },
        "documents": [],
        "findings": [finding],
        "measurements": [],
        "therapies": [],
        "therapy_inability": [],
        "injections": [],
        "imaging": [
            {
                "id": "X1",
                "modality": "ct",
                "region": "sacroiliac_joint",
                "side": side,
                "date": "2026-06-20",
                "results": {"localized_sij_pathology": True},
            }
        ],
    }
