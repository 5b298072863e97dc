"""The exclusions D.II.A and D.II.B of one service line."""

from __future__ import annotations

from tests.support.oracle.clauses import OPEN_PURPOSES, Criteria
from tests.support.oracle.values import CONFLICT, MET, NOT_MET, OPEN, Data, any_of, four

OUTLINED_DIAGNOSES = {
    "posttraumatic_sij_injury",
    "sij_infection",
    "sacral_tumor",
    "spinal_deformity",
    "failed_percutaneous_sij_fusion",
}
OUTLINED_PURPOSES = OPEN_PURPOSES | {"revision"}


class Exclusions:
    """An exclusion needs positive evidence: met here means that it applies."""

    def __init__(self, criteria: Criteria, indication: str) -> None:
        self.criteria, self.indication = criteria, indication
        self.record, self.r = criteria.record, criteria.r
        self.scope = self.r["exclusion_scope"]

    # --- what is present ----------------------------------------------------------------------

    def _told(self, name: str) -> tuple[bool, bool, bool]:
        """Whether a finding is told present, told absent, and told present of an unknown side."""
        criteria = self.criteria
        pool = criteria.pool(name, any_side=False)
        values = criteria.values(name, pool.sure)
        present, absent = True in values, False in values
        against = [each for each in pool.maybe if criteria.said(name, each)]
        unsided = True in criteria.values(name, pool.sure + against) and not present
        if self.r["exclusion_side"] == "anywhere":
            present = present or self._elsewhere(name) or unsided
            unsided = False
        return present, absent, unsided

    def _elsewhere(self, name: str) -> bool:
        """Whether it is told present of another side, or of no stated one."""
        everyone = self.criteria.pool(name, any_side=True).sure
        sides: dict[str | None, list[Data]] = {}
        for entry in everyone:
            sides.setdefault(entry.get("side"), []).append(entry)
        bilateral = sides.get("bilateral", [])
        return any(
            True in self.criteria.values(name, group + (bilateral if side else []))
            for side, group in sides.items()
        )

    def finding(self, name: str, stated: bool = False) -> str:
        present, absent, unsided = self._told(name)
        status = four(present or stated, absent)
        return CONFLICT if unsided and status != MET else status

    def _with_diagnosis(self, name: str, diagnosis: str | None, counts_as_presence: bool) -> str:
        """An exclusion that is a finding, a stated diagnosis, or both, as the scope says."""
        stated = diagnosis in self.record.diagnoses
        if self.scope == "presence":
            return self.finding(name, stated)
        if self.scope == "by_list":
            return self.finding(name, stated and counts_as_presence)
        return self._indication(stated, self._told(name)[1])

    def _indication(self, stated: bool, denied: bool) -> str:
        """Reading ``indication``: it applies only when it is a stated diagnosis."""
        if not self.record.diagnoses:
            return OPEN
        return four(stated, denied or not stated)

    # --- A.4 and B.5, B.2 ---------------------------------------------------------------------

    def another_source(self) -> str:
        """Compression seen that correlates with the symptoms, or a likelier source of the pain."""
        stated = "neural_compression" in self.record.diagnoses
        present, absent, _ = self._told("symptomatic_neural_compression")
        seen, excluded = self.criteria.compression_seen()
        likelier = self.finding("other_more_likely_pain_source")
        if likelier == MET:
            obvious = self.criteria.pool("other_obvious_pain_source").sure
            if False in self.criteria.values("other_obvious_pain_source", obvious):
                likelier = CONFLICT
        if self.scope == "indication":
            return self._indication(stated, absent or excluded)
        stated = stated and self.scope == "presence"
        compression = four(present or seen or stated, absent or excluded)
        return any_of(compression, likelier)

    def generalized_pain(self) -> str:
        """B.2: the same question as D.I.B.8, or under a reading any such disorder."""
        stated = "generalized_pain" in self.record.diagnoses
        names = ("generalized_pain_behavior", "generalized_pain_disorder")
        primary, absent, _ = self._told("generalized_pain_primary_cause")
        either = [self.finding(name) for name in names]
        neither = either == [NOT_MET, NOT_MET]
        if self.scope == "indication":
            return self._indication(stated, absent or neither)
        stated = stated and self.scope == "presence"
        status = four(primary or stated, absent or neither)
        if self.r["generalized_pain"] == "any":
            return any_of(status, *either)
        return status

    # --- D.II.B -------------------------------------------------------------------------------

    def percutaneous(self) -> dict[str, str]:
        instability = "acute_traumatic_sij_instability"
        return {
            "D.II.B.1": self._with_diagnosis("systemic_arthropathy", "systemic_arthropathy", True),
            "D.II.B.2": self.generalized_pain(),
            "D.II.B.3": any_of(
                self._with_diagnosis("sacropelvic_infection", "sij_infection", True),
                self._with_diagnosis("sacropelvic_tumor", "sacral_tumor", True),
                self._with_diagnosis("sacropelvic_fracture", "fracture", True),
            ),
            "D.II.B.4": self._with_diagnosis(instability, instability, True),
            "D.II.B.5": self.another_source(),
        }

    # --- D.II.A -------------------------------------------------------------------------------

    def open(self) -> dict[str, str]:
        members = (
            "mechanical_low_back_syndrome",
            "sacroiliac_joint_syndrome",
            "degenerative_sacroiliac_joint",
        )
        found = {"D.II.A.0": self.header()}
        for number, name in enumerate(members, 1):
            found[f"D.II.A.{number}"] = self._member(name)
        found["D.II.A.4"] = self.open_another_source()
        return found

    def _yielding(self) -> str:
        """Whether the list bars, given what is known of an outlined indication."""
        if self.indication != OPEN:
            return {MET: NOT_MET, NOT_MET: MET}.get(self.indication, CONFLICT)
        record = self.record
        states = bool(record.diagnoses or record.purposes)
        outlined = record.diagnoses & OUTLINED_DIAGNOSES or record.purposes & OUTLINED_PURPOSES
        return MET if states and not outlined else OPEN

    def header(self) -> str:
        """0: the stated diagnoses hold nothing that the policy outlines."""
        diagnoses = self.record.diagnoses
        if not diagnoses:
            return OPEN
        if diagnoses & OUTLINED_DIAGNOSES or self.indication == MET:
            return NOT_MET
        if diagnoses == {"other"}:
            return MET if self.indication == NOT_MET else OPEN
        return self._yielding()

    def _member(self, name: str) -> str:
        """1 to 3: a stated diagnosis; under ``presence`` a finding too, whatever the rest."""
        stated = name in self.record.diagnoses
        if self.scope == "presence":
            return self.finding(name, stated)
        if not self.record.diagnoses:
            return OPEN
        return self._yielding() if stated else NOT_MET

    def open_another_source(self) -> str:
        """4: the same as B.5, but it yields to an outlined indication."""
        status = self.another_source()
        if self.scope == "presence" or status in (NOT_MET, OPEN):
            return status
        yields = self._yielding()
        if status == MET or yields in (NOT_MET, OPEN):
            return yields
        return CONFLICT
