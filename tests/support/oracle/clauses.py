"""The criteria D.I.A and D.I.B of one service line, clause by clause."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date

from dateutil.relativedelta import relativedelta

from tests.support.oracle.record import (
    ACTIVE,
    EXAMINATION,
    EXCLUDES,
    SHOWS,
    SIDE_SPECIFIC,
    UNCLEAR,
    Episode,
    Occasions,
    Pool,
    Record,
    Study,
    Tally,
    bearing,
    episodes,
    relieved,
    settle,
    speaking_examination,
    speaking_standing,
    studies_of,
    therapy_days,
    told,
    told_agent,
    told_bool,
    told_purpose,
    when,
)
from tests.support.oracle.values import (
    CONFLICT,
    MET,
    NOT_MET,
    OPEN,
    Data,
    all_of,
    any_of,
    at_least,
    bounds,
    four,
)
from tests.support.oracle.values import names as as_list

CHRONIC = {
    "chronic_sij_pain",
    "sacroiliac_joint_syndrome",
    "degenerative_sacroiliac_joint",
    "mechanical_low_back_syndrome",
}
OPEN_PURPOSES = {
    "trauma_fixation",
    "tumor_management",
    "infection_treatment",
    "deformity_correction",
}
ABOVE_KNEE = {"buttock", "groin", "thigh"}
CROSS_SECTIONAL = ("ct", "mri")


class Criteria:
    """What the record says of the criteria, for the line of one side."""

    def __init__(self, record: Record, side: str) -> None:
        self.record, self.side = record, side
        self.r, self.n = record.r, record.n
        self.any_side = record.r["laterality"] == "any_side"

    # --- findings -----------------------------------------------------------------------------

    def pool(self, name: str, any_side: bool | None = None) -> Pool:
        """The entries of a finding that bear on the line."""
        pool = Pool()
        every_side = self.any_side if any_side is None else any_side
        named = [e for e in self.record.entries("findings") if e["finding"] == name]
        for entry in self.record.without_undated(named):
            bears = bearing(entry, self.side, name in SIDE_SPECIFIC, every_side)
            if name in EXAMINATION:
                bears = self._examined(entry, bears)
            pool.put(entry, bears)
        return pool

    def _examined(self, entry: Data, bears: str) -> str:
        """The result of a procedure is no baseline; under a reading old examinations do not
        count, and undated ones may be old."""
        if bears == "no" or entry.get("context", "baseline") != "baseline":
            return "no"
        if self.r["examination_age"] == "none_stated":
            return bears
        on = when(entry)
        if on is None:
            return "maybe"
        return bears if on >= self.record.months_back("examination_look_back") else "no"

    def said(self, name: str, entry: Data) -> bool:
        """What an entry says of its finding."""
        where = set(as_list(entry.get("radiates_to")))
        below_knee = name == "pain_radiating" and self.r["radiating"] == "below_knee"
        if below_knee and where and where <= ABOVE_KNEE:
            return False
        return bool(entry["present"])

    def values(self, name: str, entries: list[Data]) -> set[bool]:
        speak = speaking_examination if name in EXAMINATION else speaking_standing
        return {self.said(name, each) for each in speak(entries)}

    def leaf(self, name: str, wanted: bool) -> str:
        """Is the finding documented as wanted? Only presence can be missing from a record."""
        pool = self.pool(name)
        against = [each for each in pool.maybe if self.said(name, each) is not wanted]
        values = self.values(name, pool.sure)
        status = four(wanted in values, (not wanted) in values)
        values = self.values(name, pool.sure + against)
        status = settle(status, four(wanted in values, (not wanted) in values))
        if status == OPEN and wanted and "findings" in self.record.complete:
            may_be_there = len(against) < len(pool.maybe)
            return OPEN if may_be_there else NOT_MET
        return status

    def present(self, name: str) -> str:
        return self.leaf(name, True)

    def absent(self, name: str) -> str:
        return self.leaf(name, False)

    # --- D.I.A: open --------------------------------------------------------------------------

    def open_path(self) -> dict[str, str]:
        indications = {
            "D.I.A.1.a": "posttraumatic_sij_injury",
            "D.I.A.1.b": "adjunct_to_sij_infection_treatment",
            "D.I.A.1.c": "sacral_tumor_management",
            "D.I.A.1.d": "long_fusion_for_spinal_deformity",
            "D.I.A.1.e": "failed_percutaneous_sij_fusion",
        }
        found = {label: self.present(name) for label, name in indications.items()}
        found["D.I.A.1"] = any_of(*found.values())
        found["D.I.A.2"] = self.recent_imaging()
        found["D.I.A"] = all_of(found["D.I.A.1"], found["D.I.A.2"])
        return found

    def recent_imaging(self) -> str:
        """2: a study of the joint within six months before the anchor, or after it, shows
        localized pathology. A study that may be recent, and may show it, keeps the clause open."""
        name = "localized_sij_pathology"
        pool = self._imaging("sacroiliac_joint")
        start = self.record.months_back("imaging_look_back")
        studies = studies_of(pool.sure)
        recent = [each for each in studies if each.date is not None and each.date >= start]
        withdrawing = [each for each in recent if name in each.revised]

        def status(study: Study) -> str:
            values = study.values(name)
            if True in values and any(
                other.values(name) == {False} and _not_before(other, study)
                for other in withdrawing
                if other is not study
            ):
                return NOT_MET
            return four(True in values, False in values)

        statuses = [status(each) for each in recent]
        unplaced = [each for each in studies if each.date is None]
        unplaced += [
            each for each in studies_of(pool.maybe) if each.date is None or each.date >= start
        ]
        statuses += [OPEN for each in unplaced if each.values(name) != {False}]
        if not statuses:
            return NOT_MET if "imaging" in self.record.complete else OPEN
        return any_of(*statuses)

    # --- D.I.B: percutaneous ------------------------------------------------------------------

    def percutaneous(self) -> dict[str, str]:
        found = {
            "D.I.B.0": self.chapeau(),
            "D.I.B.1": self.pain(),
            "D.I.B.2": self.score(),
            "D.I.B.3": self.tenderness(),
            "D.I.B.4.a": any_of(self.therapy(True), self.inability()),
            "D.I.B.4.b": self.therapy(False),
            "D.I.B.5": any_of(self.present("thigh_thrust"), self.present("compression")),
            "D.I.B.6": self.provocation(),
            "D.I.B.6.a": self.present("gaenslen"),
            "D.I.B.6.b": self.present("distraction"),
            "D.I.B.6.c": self.present("patrick"),
            "D.I.B.7": self.blocks(),
            "D.I.B.8": self.generalized_pain(),
            "D.I.B.9.a": self.joint_imaging(),
            "D.I.B.9.b": self.hip_imaging(),
            "D.I.B.9.c": self.lumbar_imaging(),
            "D.I.B.10": self.trials(),
        }
        found["D.I.B.4"] = all_of(found["D.I.B.4.a"], found["D.I.B.4.b"])
        found["D.I.B.9"] = all_of(*(found[f"D.I.B.9.{letter}"] for letter in "abc"))
        found["D.I.B"] = all_of(*(found[f"D.I.B.{number}"] for number in range(11)))
        return found

    def chapeau(self) -> str:
        """0: for chronic pain; a purpose that only the open path has is not; else by diagnosis."""
        code = str(self.record.request["procedure"])
        if self.r["device_scope"] == "transfixing_only" and code == "27278":
            return NOT_MET
        if "chronic_pain" in self.record.purposes:
            return MET
        if self.record.purposes & OPEN_PURPOSES:
            return NOT_MET
        return MET if self.record.diagnoses & CHRONIC else OPEN

    def pain(self) -> str:
        """1: it does not radiate, lies below L5 and over the joint, and fits the joint."""
        return all_of(
            self.absent("pain_radiating"),
            self.present("pain_caudal_to_l5"),
            self.present("pain_over_posterior_sij"),
            self.present("pain_consistent_with_sij"),
        )

    def _scores(self) -> tuple[Pool, list[Data]]:
        """The scores of the line, and those that may be the result of an injection."""
        pool, doubtful = Pool(), []
        injected = {
            when(each)
            for each in self.record.entries("injections")
            if bearing(each, self.side, True, self.any_side) != "no"
        }
        for entry in self.record.without_undated(self.record.entries("measurements")):
            bears = self._examined(entry, bearing(entry, self.side, True, self.any_side))
            on = when(entry)
            if bears != "no" and "context" not in entry and on is not None and on in injected:
                doubtful.append(entry)
            else:
                pool.put(entry, bears)
        return pool, doubtful

    def _score_status(self, entries: Iterable[Data]) -> str:
        """Of scores of one time the highest counts; a range may leave it open."""
        ranges = [bounds(each["value"]) for each in entries]
        least = self.n["minimum_pain_score"]
        low, high = max(low for low, _ in ranges), max(high for _, high in ranges)
        return four(low >= least, high < least)

    def _latest_score(self, entries: list[Data]) -> str:
        speaking = speaking_examination(entries)
        dated = [each for each in speaking if when(each) is not None]
        statuses = [self._score_status([each]) for each in speaking if when(each) is None]
        if dated:
            statuses.append(self._score_status(dated))
        return four(MET in statuses, NOT_MET in statuses)

    def _highest_score(self, entries: list[Data]) -> str:
        start = self.record.months_back("pain_score_look_back")
        standing = speaking_standing(entries)
        recent = [each for each in standing if (on := when(each)) is not None and on >= start]
        return self._score_status(recent) if recent else OPEN

    def score(self) -> str:
        """2: the pain of the joint is at least five of ten."""
        pool, doubtful = self._scores()
        latest = self.r["pain_score_choice"] == "latest"
        read = self._latest_score if latest else self._highest_score
        against = [each for each in pool.maybe if self._score_status([each]) != MET]
        # Each of them alone may be of the line.
        status = read(pool.sure)
        for each in against:
            status = settle(status, read([*pool.sure, each]))
        others = pool.maybe + doubtful
        if not latest:
            start = self.record.months_back("pain_score_look_back")
            sure = [e for e in pool.sure if (on := when(e)) is None or on >= start]
        else:
            sure = pool.sure
        silent = all(self._score_status([each]) == NOT_MET for each in sure + others)
        if status == OPEN and silent and "measurements" in self.record.complete:
            return NOT_MET
        return status

    def tenderness(self) -> str:
        """3: tender over the joint, not as tender elsewhere, and no other obvious source."""
        no_source = self.absent("other_obvious_pain_source")
        likelier = True in self.values(
            "other_more_likely_pain_source", self.pool("other_more_likely_pain_source").sure
        )
        if no_source == MET and likelier:
            no_source = CONFLICT
        return all_of(
            self.present("posterior_sij_tenderness"),
            self.absent("similar_tenderness_elsewhere"),
            no_source,
        )

    # --- D.I.B.4: conservative therapy --------------------------------------------------------

    def _days_required(self, active: bool) -> int:
        months = self.n[f"minimum_{'active' if active else 'inactive'}_therapy_months"]
        if self.r["month_length"] == "30_days":
            return months * self.n["days_in_a_30_day_month"]
        if self.r["month_length"] == "before_receipt":
            anchor = self.record.anchor
            return (anchor - (anchor - relativedelta(months=months))).days
        starts = [date(2025, month, 1) for month in range(1, 13)]
        return min((first + relativedelta(months=months) - first).days for first in starts)

    def therapy(self, active: bool) -> str:
        """4.a, 4.b: six months of days that qualifying episodes cover within twelve months."""
        window = self.record.months_back("therapy_look_back"), self.record.anchor
        found: list[Episode] = episodes(self.record, self.side, active)
        required = self._days_required(active)

        def reached(days: set[int]) -> bool:
            if self.r["therapy_duration"] == "cumulative":
                return len(days) >= required
            longest = run = 0
            for each in sorted(days):
                run = run + 1 if each - 1 in days else 1
                longest = max(longest, run)
            return longest >= required

        documented, contested, possible = therapy_days(found, window)
        if reached(documented):
            return MET
        if reached(contested):
            return CONFLICT
        short = "therapies" in self.record.complete and not reached(possible)
        return NOT_MET if short else OPEN

    def inability(self) -> str:
        """4.a: active therapy could not be completed for a reason that the policy names."""
        reasons = {"contraindication", "increased_pain", "intolerance"}
        if self.r["inability_reasons"] == "plus_physical":
            reasons.add("physical_inability")
        therapies = {e["id"]: e for e in self.record.entries("therapies") if "id" in e}
        documented = possible = False
        for entry in self.record.without_undated(self.record.entries("therapy_inability")):
            if entry["reason"] not in reasons or bearing(entry, self.side, False) != "yes":
                continue
            if entry.get("therapy") is not None:
                tied = therapies.get(entry["therapy"], {})
                whole = self.r["inability_scope"] == "active_therapy_as_a_whole"
                if whole or tied.get("kind") not in ACTIVE or tied.get("for") == "other":
                    continue
                if bearing(tied, self.side, False) != "yes":
                    continue
            on = when(entry)
            recent = on is not None and on >= self.record.months_back("therapy_look_back")
            documented |= recent or self.r["inability_window"] == "none"
            possible |= recent or on is None
        complete = "therapies" in self.record.complete
        return four(documented, complete and not documented and not possible)

    # --- D.I.B.6 to 8 -------------------------------------------------------------------------

    def provocation(self) -> str:
        """6: two of the listed tests are positive."""
        pool = ["gaenslen", "distraction", "patrick"]
        if self.r["provocative_pool"] == "all_five":
            pool += ["thigh_thrust", "compression"]
        minimum = self.n["minimum_provocative_tests"]
        return at_least(minimum, [self.present(name) for name in pool])

    def _all_known(self, tally: Tally, minimum: int, needed: int) -> bool:
        """Whether the record is complete; or so many attempts failed that of ``needed``, which are
        taken for all there are, fewer than ``minimum`` can succeed."""
        taken = self.r["attempts"] == "two_are_all" and needed - tally.failed < minimum
        return taken or "injections" in self.record.complete

    def blocks(self) -> str:
        """7: two guided, contrast-enhanced anesthetic blocks in the joint, each with relief of
        half the pain for as long as the anesthetic was expected to last."""
        barred = "barred" if self.r["combined_injection"] == "steroid_only" else "counts"
        occasions = Occasions(self.record, self.side, "diagnostic", barred)
        minimum, least = self.n["minimum_blocks"], self.n["minimum_block_relief"]

        def technical(entries: list[Data]) -> str:
            return all_of(
                told_purpose(entries, "diagnostic"),
                *(told_bool(entries, n) for n in ("intra_articular", "image_guided", "contrast")),
                told_agent(entries, "local_anesthetic"),
            )

        def full(entries: list[Data]) -> str:
            relief = relieved(entries, least)
            lasted = told_bool(entries, "relief_lasted_expected")
            return all_of(technical(entries), relief, lasted)

        def failed(entries: list[Data]) -> str:
            opposite = {MET: NOT_MET, NOT_MET: MET}
            relief = relieved(entries, least)
            return all_of(technical(entries), opposite.get(relief, relief))

        def enough(of: Callable[[list[Data]], str], least: int) -> str:
            tally = occasions.tally(of)
            return tally.status(least, self._all_known(tally, least, minimum))

        status = enough(full, minimum)
        if self.r["block_relief"] == "any_occasion":
            status = all_of(enough(technical, minimum), enough(full, 1))
        if self.r["failed_block"] == "disqualifies":
            status = all_of(status, self._no_failed_block(occasions, failed))
        return status

    @staticmethod
    def _no_failed_block(occasions: Occasions, failed: Callable[[list[Data]], str]) -> str:
        """Not met with a failed block; one that is contested, or of unknown day or side, leaves
        it conflicting."""
        sure = [failed(pool.sure) for pool in occasions.days.values() if pool.sure]
        if MET in sure:
            return NOT_MET
        maybe = [failed(pool.sure + pool.maybe) for pool in occasions.days.values()]
        maybe += [failed([each]) for each in occasions.undated.sure + occasions.undated.maybe]
        doubtful = MET in maybe or CONFLICT in maybe
        return CONFLICT if doubtful else MET

    def trials(self) -> str:
        """10: two therapeutic corticosteroid injections in the joint failed."""
        barred = "barred" if self.r["combined_injection"] == "block_only" else "counts"
        occasions = Occasions(self.record, self.side, "therapeutic", barred)
        minimum = self.n["minimum_therapeutic_injections"]

        def failed(entries: list[Data]) -> str:
            outcomes = told(entries, "outcome")
            return all_of(
                told_purpose(entries, "therapeutic"),
                told_bool(entries, "intra_articular"),
                told_agent(entries, "corticosteroid"),
                four("failed" in outcomes, "relief" in outcomes),
            )

        tally = occasions.tally(failed)
        return tally.status(minimum, self._all_known(tally, minimum, minimum))

    def generalized_pain(self) -> str:
        """8: ruled out as the primary cause: said so, or behavior and disorder both absent."""
        both = all_of(
            self.absent("generalized_pain_behavior"), self.absent("generalized_pain_disorder")
        )
        primary = self.absent("generalized_pain_primary_cause")
        if both == MET:
            return CONFLICT if primary in (NOT_MET, CONFLICT) else MET
        return CONFLICT if primary == OPEN and both == CONFLICT else primary

    # --- D.I.B.9: imaging ---------------------------------------------------------------------

    def _imaging(self, region: str, age_limited: bool = True) -> Pool:
        """The studies of a region that bear on the line."""
        pool = Pool()
        entries = [each for each in self.record.entries("imaging") if each["region"] == region]
        if not age_limited:
            entries = self.record.without_undated(entries)
        for entry in entries:
            both = region == "sacroiliac_joint" and self.r["unsided_joint_study"] == "both_joints"
            sided = region != "lumbar_spine"
            anywhere = self.any_side or not sided
            pool.put(entry, bearing(entry, self.side, not both, anywhere))
        return pool

    def studies(self, region: str) -> tuple[list[Study], list[Study]]:
        """The studies for D.I.B.9: those that bear on the line, and those that may."""
        pool = self._imaging(region, age_limited=False)
        sided = region != "lumbar_spine"
        sure, maybe = studies_of(pool.sure, sided), studies_of(pool.maybe, sided)
        if self.r["imaging_recency"] == "within_6_months":
            start = self.record.months_back("imaging_look_back")
            maybe = [each for each in maybe if each.date is None or each.date >= start]
            maybe += [each for each in sure if each.date is None]
            sure = [each for each in sure if each.date is not None and each.date >= start]
        return sure, maybe

    def has(self, region: str, modality: str) -> str:
        """Whether there is such a study; missing only where the record is complete."""
        sure, maybe = self.studies(region)
        if any(each.modality == modality for each in sure):
            return MET
        may_be = any(each.modality == modality for each in maybe)
        return NOT_MET if "imaging" in self.record.complete and not may_be else OPEN

    def qualified(self, condition: str, study: Study) -> set[str]:
        """What a study says of a condition as the clause asks for it."""
        r, values = self.r, study.values(condition)
        qualifier, against = "", True  # the further result that decides, its adverse value
        if condition == "inflammatory_arthropathy":
            qualifier, against = "addressable_by_percutaneous_fusion", False
        if condition == "destructive_lesion" and r["arthropathy_qualifier"] == "both":
            qualifier, against = "addressable_by_percutaneous_fusion", False
        if condition == "neural_compression" and r["compression_rule_out"] == "as_pain_source":
            qualifier = "neural_compression_correlates"
        said = {EXCLUDES} if False in values else set()
        if condition == "hip_osteoarthritis":
            return self._hip(study, said)
        if True in values:
            decided = study.values(qualifier) if qualifier else {against}
            said |= {SHOWS if each is against else EXCLUDES for each in decided} or {UNCLEAR}
        return said

    def _hip(self, study: Study, said: set[str]) -> set[str]:
        """Osteoarthritis of the hip, as a source of the pain or at all."""
        values = study.values("hip_osteoarthritis")
        source = study.values("hip_osteoarthritis_pain_source")
        if True in source:
            said = said | {SHOWS}
        if self.r["hip_osteoarthritis_rule_out"] == "any":
            return said | {SHOWS} if True in values else said
        if False in source:
            said = said | {EXCLUDES}
        return said | {UNCLEAR} if True in values and not source else said

    def rule_out(self, region: str, condition: str, modalities: tuple[str, ...]) -> str:
        """A condition is ruled out: no study shows it and one excludes it."""
        sure, maybe = self.studies(region)
        against = [each for each in maybe if self.qualified(condition, each) - {EXCLUDES}]

        def status(studies: list[Study]) -> str:
            read = [(each, self.qualified(condition, each)) for each in studies]
            found = _ruled_out(read, condition, region == "lumbar_spine")
            unclear = any(UNCLEAR in said for _, said in read)
            performed = any(each.modality in modalities for each in studies)
            if self.r["imaging_rule_out"] == "study_performed" and performed and not unclear:
                return MET if found == OPEN else found
            return found

        return settle(status(sure), status(sure + against))

    def joint_imaging(self) -> str:
        """9.a: a radiograph and a CT or MRI of the joint, which exclude both conditions."""
        joint = "sacroiliac_joint"
        plain, ct, mri = (self.has(joint, name) for name in ("radiograph", "ct", "mri"))
        studies = {
            "radiograph_and_cross_sectional": all_of(plain, any_of(ct, mri)),
            "radiograph_or_cross_sectional": any_of(plain, ct, mri),
            "radiograph_and_ct_or_mri_alone": any_of(all_of(plain, ct), mri),
        }[self.r["sij_imaging"]]
        every = ("radiograph", *CROSS_SECTIONAL)
        return all_of(
            studies,
            self.rule_out(joint, "destructive_lesion", every),
            self.rule_out(joint, "inflammatory_arthropathy", every),
        )

    def hip_imaging(self) -> str:
        """9.b: a radiograph of the hip of the side; osteoarthritis is not the source."""
        return all_of(
            self.has("hip", "radiograph"),
            self.rule_out("hip", "hip_osteoarthritis", ("radiograph",)),
        )

    def lumbar_imaging(self) -> str:
        """9.c: a CT or MRI of the lumbar spine, which rules out two other sources.

        A compression that explains the pain, shown here and denied as a finding, is contradicted.
        """
        compression = self.rule_out("lumbar_spine", "neural_compression", CROSS_SECTIONAL)
        if self.r["compression_rule_out"] == "as_pain_source" and compression == NOT_MET:
            denied = self.absent("symptomatic_neural_compression") in (MET, CONFLICT)
            compression = CONFLICT if denied else NOT_MET
        return all_of(
            any_of(*(self.has("lumbar_spine", name) for name in CROSS_SECTIONAL)),
            compression,
            self.rule_out("lumbar_spine", "other_degenerative_pain_source", CROSS_SECTIONAL),
        )

    def compression_seen(self) -> tuple[bool, bool]:
        """Whether a CT or MRI of the lumbar spine shows compression that correlates, not cleared;
        and whether the latest one (or an undated one) excludes that."""
        studies, _ = self.studies("lumbar_spine")
        read: list[tuple[Study, set[str]]] = []
        for study in studies:
            if study.modality in CROSS_SECTIONAL:
                values = study.values("neural_compression")
                correlates = study.values("neural_compression_correlates")
                said = {EXCLUDES} if False in values else set()
                if True in values:
                    said |= {SHOWS if each else EXCLUDES for each in correlates} or {UNCLEAR}
                if said:
                    read.append((study, said))
        newest = max((each.date for each, _ in read if each.date is not None), default=None)
        shown = any(
            SHOWS in said and not _cleared(each, read, "neural_compression", True)
            for each, said in read
        )
        excluded = any(EXCLUDES in said and each.date in (None, newest) for each, said in read)
        return shown, excluded


def _not_before(later: Study, earlier: Study) -> bool:
    return later.date is not None and earlier.date is not None and later.date >= earlier.date


def _cleared(
    study: Study, read: list[tuple[Study, set[str]]], condition: str, cross_sectional: bool
) -> bool:
    """A later study of the same or a stronger modality, or one that revises, excludes it."""
    for other, said in read:
        if other is study or said != {EXCLUDES} or not _not_before(other, study):
            continue
        if cross_sectional and other.modality not in CROSS_SECTIONAL:
            continue
        if condition in other.revised:
            return True
        if other.date != study.date and other.at_least_as_strong_as(study):
            return True
    return False


def _ruled_out(read: list[tuple[Study, set[str]]], condition: str, cross_sectional: bool) -> str:
    """One study excludes it and none shows it; shown uncontradicted or by the latest: not met."""
    excluding = [
        study
        for study, said in read
        if EXCLUDES in said and not (cross_sectional and study.modality not in CROSS_SECTIONAL)
    ]

    def uncleared(what: str) -> list[Study]:
        return [
            study
            for study, said in read
            if what in said and not _cleared(study, read, condition, cross_sectional)
        ]

    showing, unclear = uncleared(SHOWS), uncleared(UNCLEAR)
    if showing:
        newest = max((each.date for each in showing if each.date is not None), default=None)
        outdated = all(
            each.date is not None and newest is not None and each.date < newest
            for each in excluding
        )
        return NOT_MET if outdated else CONFLICT
    if unclear:
        earlier = all(
            each.date is not None and all(u.date is None or each.date < u.date for u in unclear)
            for each in excluding
        )
        return OPEN if earlier else CONFLICT
    return MET if excluding else OPEN
