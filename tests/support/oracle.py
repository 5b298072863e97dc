"""An independent oracle: the semantics of MM-1508 in plain procedural Python.

Written from the description of the clauses, sharing nothing with the rules: it works on plain data,
counts days as sets, and knows readings as plain options. A test oracle is the one place where a
clause's logic stands a second time, on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from dateutil.relativedelta import relativedelta

from clausewise.facts.vocabulary.words import VOCABULARY

Data = dict[str, Any]
MET, NOT_MET, CONFLICT, OPEN = "met", "not_met", "conflicting", "undocumented"
PATHS = {
    "percutaneous_sij_fusion": "D.I.B",
    "27278": "D.I.B",
    "27279": "D.I.B",
    "open_sij_fusion": "D.I.A",
    "27280": "D.I.A",
}
ACTIVE = {"physical_therapy", "occupational_therapy", "home_exercise_program", "chiropractic"}
OUTLINED = {
    "posttraumatic_sij_injury",
    "sij_infection",
    "sacral_tumor",
    "spinal_deformity",
    "failed_percutaneous_sij_fusion",
}


def four(told_met: bool, told_not_met: bool) -> str:
    if told_met and told_not_met:
        return CONFLICT
    return MET if told_met else NOT_MET if told_not_met else OPEN


def _undetermined(statuses: Iterable[str]) -> str:
    return CONFLICT if CONFLICT in list(statuses) else OPEN


def all_of(*statuses: str) -> str:
    if all(each == MET for each in statuses):
        return MET
    return NOT_MET if NOT_MET in statuses else _undetermined(statuses)


def any_of(*statuses: str) -> str:
    if MET in statuses:
        return MET
    return NOT_MET if all(each == NOT_MET for each in statuses) else _undetermined(statuses)


def at_least(minimum: int, statuses: list[str]) -> str:
    if statuses.count(MET) >= minimum:
        return MET
    if len(statuses) - statuses.count(NOT_MET) < minimum:
        return NOT_MET
    return _undetermined(statuses)


def day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def exact(number: Any) -> Decimal:
    return Decimal(str(number))


class Line:
    """One service line of a case, under given readings and parameters."""

    def __init__(
        self, data: Data, side: str, readings: Mapping[str, str], numbers: Mapping[str, int]
    ) -> None:
        self.data, self.side, self.r, self.n = data, side, readings, numbers
        request = data["request"]
        self.request = request
        received = date.fromisoformat(request["received"])
        planned = day(request.get("planned_service_date"))
        self.anchor = received
        if readings["look_back_anchor"] == "planned_service_date" and planned is not None:
            self.anchor = planned
        self.version_day = received
        if readings["version_in_force"] == "planned_service_date" and planned is not None:
            self.version_day = planned
        self.complete = set(data.get("record_complete", []))
        self.diagnoses = set(request.get("diagnoses", []))
        self.root = PATHS.get(request["procedure"])

    def months_back(self, name: str) -> date:
        return self.anchor - relativedelta(months=self.n[name])

    # --- entries ------------------------------------------------------------------------------

    def timely(self, entry: Data) -> bool:
        when = day(entry.get("date"))
        return when is None or when <= self.anchor

    def on_side(self, entry: Data) -> bool:
        if self.r["laterality"] == "any_side":
            return True
        return entry.get("side") in (self.side, "bilateral")

    def examination(self, entry: Data) -> bool:
        if entry.get("context", "baseline") != "baseline":
            return False
        if self.r["examination_age"] == "none_stated":
            return True
        when = day(entry.get("date"))
        return when is not None and when >= self.months_back("examination_look_back")

    def speaking(self, name: str) -> list[bool]:
        """What the entries that speak for a finding say."""
        known = VOCABULARY.findings[name]
        entries = [
            entry
            for entry in self.data.get("findings", [])
            if entry["finding"] == name
            and (not known.side_specific or self.on_side(entry))
            and self.timely(entry)
        ]
        if known.examination:
            entries = [entry for entry in entries if self.examination(entry)]
            return [entry["present"] for entry in latest(entries)]
        standing = []
        for entry in entries:
            when = day(entry.get("date"))
            revised = False
            for other in entries:
                other_day = day(other.get("date"))
                if other.get("revises") and other_day is not None:
                    revised = revised or when is None or other_day > when
            if not revised:
                standing.append(entry["present"])
        return standing

    def present(self, name: str) -> str:
        said = self.speaking(name)
        silent = not said and "findings" in self.complete
        return four(True in said, False in said or silent)

    def absent(self, name: str) -> str:
        said = self.speaking(name)
        return four(False in said, True in said)

    # --- D.I.B --------------------------------------------------------------------------------

    def chapeau(self) -> str:
        purpose = self.request.get("purpose")
        code = self.request["procedure"]
        if self.r["device_scope"] == "transfixing_only" and code == "27278":
            return NOT_MET
        if purpose is not None:
            return MET if purpose == "chronic_pain" else NOT_MET
        covered = {
            "chronic_sij_pain",
            "sacroiliac_joint_syndrome",
            "degenerative_sacroiliac_joint",
            "mechanical_low_back_syndrome",
        }
        return MET if covered & self.diagnoses else OPEN

    def score(self) -> str:
        entries = [
            entry
            for entry in self.data.get("measurements", [])
            if self.on_side(entry) and self.timely(entry) and self.examination(entry)
        ]
        if self.r["pain_score_choice"] == "latest":
            entries = latest(entries)
        else:
            start = self.months_back("pain_score_look_back")
            entries = [e for e in entries if "date" in e and date.fromisoformat(e["date"]) >= start]
        if not entries:
            return NOT_MET if "measurements" in self.complete else OPEN
        best = max(exact(entry["value"]) for entry in entries)
        return MET if best >= self.n["minimum_pain_score"] else NOT_MET

    def _excused(self, therapy: Data) -> bool:
        return self.r["hep_inability"] == "counts_as_episode" and any(
            entry.get("therapy") is not None
            and entry["therapy"] == therapy.get("id")
            and entry["reason"] in ("increased_pain", "physical_inability")
            and self.timely(entry)
            for entry in self.data.get("therapy_inability", [])
        )

    def _qualification(self, therapy: Data) -> tuple[bool, bool]:
        """Whether an episode qualifies, and whether it might."""
        kind = therapy["kind"]
        start, end = day(therapy.get("start")), day(therapy.get("end"))
        if kind == "tens":
            documented = all(therapy.get(each) for each in ("use", "frequency", "duration"))
            return documented and start is not None, True
        if kind != "home_exercise_program":
            return True, True
        if self._excused(therapy):
            return True, True
        length = (end - start).days + 1 if start and end else None
        never = (
            bool(therapy.get("ongoing"))
            or therapy.get("completed") is False
            or (end is not None and end > self.anchor)
            or (length is not None and length < self.n["minimum_exercise_program_days"])
            or therapy.get("prescription") is False
            or therapy.get("follow_up") is False
        )
        qualifies = (
            not never
            and length is not None
            and therapy.get("prescription") is True
            and therapy.get("follow_up") is True
        )
        return qualifies, not never

    def _days(self, active: bool, possible: bool) -> set[date]:
        window = self.months_back("therapy_look_back")
        covered: set[date] = set()
        for therapy in self.data.get("therapies", []):
            if (therapy["kind"] in ACTIVE) is not active or therapy.get("for") == "other":
                continue
            failed_only = self.r["conservative_failure"] == "inadequate_relief"
            if failed_only and therapy.get("outcome") == "relief":
                continue
            qualifies, might = self._qualification(therapy)
            if not (might if possible else qualifies):
                continue
            start, end = day(therapy.get("start")), day(therapy.get("end"))
            if end is None and therapy.get("ongoing"):
                end = self.anchor
            if possible:
                start, end = start or window, end or self.anchor
            if start is None or end is None:
                continue
            current, last = max(start, window), min(end, self.anchor)
            while current <= last:
                covered.add(current)
                current += timedelta(days=1)
        return covered

    def duration(self, active: bool) -> str:
        months = self.n[f"minimum_{'active' if active else 'inactive'}_therapy_months"]
        required = (self.anchor - (self.anchor - relativedelta(months=months))).days
        if self.r["month_length"] == "30_days":
            required = months * self.n["days_in_a_30_day_month"]

        def reached(days: set[date]) -> bool:
            if self.r["therapy_duration"] == "cumulative":
                return len(days) >= required
            best = run = 0
            for current in sorted(days):
                run = run + 1 if current - timedelta(days=1) in days else 1
                best = max(best, run)
            # A run has at least one day, so that without any day no minimum is reached.
            return bool(days) and best >= required

        short = "therapies" in self.complete and not reached(self._days(active, True))
        return four(reached(self._days(active, False)), short)

    def inability(self) -> str:
        reasons = {"contraindication", "increased_pain", "intolerance"}
        if self.r["inability_reasons"] == "plus_physical":
            reasons.add("physical_inability")
        therapies = {t["id"]: t for t in self.data.get("therapies", []) if "id" in t}
        found = possible = False
        for entry in self.data.get("therapy_inability", []):
            if entry["reason"] not in reasons or not self.timely(entry):
                continue
            if "therapy" in entry:
                tied = therapies[entry["therapy"]]
                if self.r["inability_scope"] == "active_therapy_as_a_whole":
                    continue
                if tied["kind"] not in ACTIVE or tied.get("for") == "other":
                    continue
            when = day(entry.get("date"))
            if self.r["inability_window"] == "none":
                found = possible = True
            elif when is None:
                possible = True
            elif when >= self.months_back("therapy_look_back"):
                found = possible = True
        return four(found, "therapies" in self.complete and not possible)

    # --- injections ---------------------------------------------------------------------------

    def _injections(self) -> list[Data]:
        return [
            entry
            for entry in self.data.get("injections", [])
            if self.on_side(entry) and self.timely(entry)
        ]

    def blocks(self) -> str:
        minimum, least = self.n["minimum_blocks"], self.n["minimum_block_relief"]
        needed, possible, tried, full, maybe_full, failed = [], [], set(), False, False, False
        for entry in self._injections():
            purposes, agents = entry.get("purposes", []), entry.get("agents", [])
            techniques = [entry.get(k) for k in ("intra_articular", "image_guided", "contrast")]
            relief = entry.get("relief_percent")
            if isinstance(relief, list):
                relief = relief[0]
            relief = None if relief is None else exact(relief)
            lasted = entry.get("relief_lasted_expected")
            diagnostic = "diagnostic" in purposes
            if diagnostic and "date" in entry:
                tried.add(entry["date"])
            impossible = (
                (bool(purposes) and not diagnostic)
                or False in techniques
                or (bool(agents) and "local_anesthetic" not in agents)
            )
            technical = (
                diagnostic and techniques == [True, True, True] and "local_anesthetic" in agents
            )
            relieved = technical and relief is not None and relief >= least and lasted is True
            unrelieved = (relief is not None and relief < least) or lasted is False
            each = self.r["block_relief"] == "each_occasion"
            if relieved if each else technical:
                needed.append(entry.get("date"))
            if not impossible and not (each and unrelieved):
                possible.append(entry.get("date"))
            full = full or relieved
            maybe_full = maybe_full or (not impossible and not unrelieved)
            failed = failed or (technical and relief is not None and relief < least)
        disqualified = failed and self.r["failed_block"] == "disqualifies"
        enough = "injections" in self.complete or len(tried) >= minimum
        any_occasion = self.r["block_relief"] == "any_occasion"
        good = len(set(needed) - {None}) >= minimum and (full or not any_occasion)
        reachable = len(set(possible) - {None}) + possible.count(None)
        bad = enough and (reachable < minimum or (any_occasion and not maybe_full))
        return four(good and not disqualified, bad or disqualified)

    def trials(self) -> str:
        minimum = self.n["minimum_therapeutic_injections"]
        failed = possible = 0
        tried = set()
        for entry in self._injections():
            purposes, agents = entry.get("purposes", []), entry.get("agents", [])
            therapeutic = "therapeutic" in purposes
            if therapeutic and "date" in entry:
                tried.add(entry["date"])
            ruled_out = (
                (bool(purposes) and not therapeutic)
                or entry.get("intra_articular") is False
                or (bool(agents) and "corticosteroid" not in agents)
                or entry.get("outcome") == "relief"
                or (self.r["combined_injection"] == "one_role" and "diagnostic" in purposes)
            )
            if ruled_out:
                continue
            possible += 1
            failed += (
                therapeutic
                and entry.get("intra_articular") is True
                and "corticosteroid" in agents
                and entry.get("outcome") == "failed"
            )
        enough = "injections" in self.complete or len(tried) >= minimum
        return four(failed >= minimum, enough and possible < minimum)

    # --- imaging ------------------------------------------------------------------------------

    def studies(self, region: str, recent: bool) -> list[Data]:
        found = []
        for entry in self.data.get("imaging", []):
            if entry["region"] != region or not self.timely(entry):
                continue
            sided = self.on_side(entry)
            if region == "sacroiliac_joint":
                sided = sided or entry.get("side") is None
            if region == "lumbar_spine":
                sided = True
            when = day(entry.get("date"))
            fresh = when is not None and when >= self.months_back("imaging_look_back")
            if sided and (fresh or not recent):
                found.append(entry)
        return found

    def recent_imaging(self) -> str:
        name = "localized_sij_pathology"
        inside = self.studies("sacroiliac_joint", recent=True)
        unknown = [s for s in self.studies("sacroiliac_joint", recent=False) if "date" not in s]
        shows = any(study.get("results", {}).get(name) is True for study in inside)
        hopeless = all(study.get("results", {}).get(name) is False for study in (*inside, *unknown))
        return four(shows, hopeless and (bool(inside) or "imaging" in self.complete))

    def _said(self, study: Data, condition: str) -> str | None:
        """What a study says of a condition: shows, excludes, open, or nothing."""
        results = study.get("results", {})
        value = results.get(condition)
        addressable = results.get("addressable_by_percutaneous_fusion") is True
        qualified = {"inflammatory_arthropathy"}
        if self.r["arthropathy_qualifier"] == "both":
            qualified.add("destructive_lesion")
        if condition in qualified and value is True and addressable:
            return "excludes"
        if condition == "neural_compression" and value is True:
            if self.r["compression_rule_out"] == "any_compression":
                return "shows"
            matches = results.get("neural_compression_correlates")
            return "open" if matches is None else "shows" if matches else "excludes"
        if (
            condition == "hip_osteoarthritis"
            and self.r["hip_osteoarthritis_rule_out"] == "as_pain_source"
        ):
            source = results.get("hip_osteoarthritis_pain_source")
            told = {source is True: "shows"}.get(True)
            if value is False or source is False:
                return "both" if told else "excludes"
            if told:
                return told
            return "open" if value is True else None
        return None if value is None else "shows" if value else "excludes"

    def rule_out(self, region: str, condition: str, modalities: tuple[str, ...]) -> str:
        studies = self.studies(region, recent=self.r["imaging_recency"] == "within_6_months")
        said = [(study, self._said(study, condition)) for study in studies]
        excluding = [s for s, what in said if what in ("excludes", "both")]
        showing = [s for s, what in said if what in ("shows", "both")]
        opening = [s for s, what in said if what == "open"]

        def uncleared(study: Data) -> bool:
            when = day(study.get("date"))
            for other in excluding:
                later = day(other.get("date"))
                if later is None:
                    continue
                if when is None:
                    if other.get("revises"):
                        return False
                    continue
                strong = study["modality"] == "radiograph" or other["modality"] != "radiograph"
                if later > when and (strong or other.get("revises")):
                    return False
            return True

        def stands(study: Data) -> bool:
            when = day(study.get("date"))
            if region == "lumbar_spine" and study["modality"] == "radiograph":
                return False
            return not any(
                when is not None
                and day(other.get("date")) is not None
                and day(other["date"]) > when  # type: ignore[operator]
                for other in (*showing, *opening)
            )

        shown = any(uncleared(study) for study in showing)
        left_open = any(uncleared(study) for study in opening)
        excluded = any(stands(study) for study in excluding)
        performed = self.r["imaging_rule_out"] == "study_performed" and any(
            study["modality"] in modalities for study in studies
        )
        told_met = excluded or (performed and not shown and not left_open)
        return four(told_met, shown or (left_open and excluded))

    def has(self, region: str, modality: str) -> str:
        studies = self.studies(region, recent=self.r["imaging_recency"] == "within_6_months")
        found = any(study["modality"] == modality for study in studies)
        return four(found, "imaging" in self.complete and not found)

    def joint_studies(self) -> str:
        plain, ct, mri = (self.has("sacroiliac_joint", m) for m in ("radiograph", "ct", "mri"))
        reading = self.r["sij_imaging"]
        if reading == "radiograph_and_cross_sectional":
            return all_of(plain, any_of(ct, mri))
        if reading == "radiograph_or_cross_sectional":
            return any_of(plain, ct, mri)
        return any_of(all_of(plain, ct), mri)

    # --- the two paths ------------------------------------------------------------------------

    def percutaneous(self) -> dict[str, str]:
        s: dict[str, str] = {"D.I.B.0": self.chapeau()}
        s["D.I.B.1"] = all_of(
            self.absent("pain_radiating"),
            self.present("pain_caudal_to_l5"),
            self.present("pain_over_posterior_sij"),
            self.present("pain_consistent_with_sij"),
        )
        s["D.I.B.2"] = self.score()
        s["D.I.B.3"] = all_of(
            self.present("posterior_sij_tenderness"),
            self.absent("similar_tenderness_elsewhere"),
            self.absent("other_obvious_pain_source"),
        )
        s["D.I.B.4.a"] = any_of(self.duration(True), self.inability())
        s["D.I.B.4.b"] = self.duration(False)
        s["D.I.B.4"] = all_of(s["D.I.B.4.a"], s["D.I.B.4.b"])
        thrust, compression = self.present("thigh_thrust"), self.present("compression")
        s["D.I.B.5"] = any_of(thrust, compression)
        tests = {"a": "gaenslen", "b": "distraction", "c": "patrick"}
        for letter, name in tests.items():
            s[f"D.I.B.6.{letter}"] = self.present(name)
        pool = [s[f"D.I.B.6.{letter}"] for letter in tests]
        if self.r["provocative_pool"] == "all_five":
            pool += [thrust, compression]
        s["D.I.B.6"] = at_least(self.n["minimum_provocative_tests"], pool)
        s["D.I.B.7"] = self.blocks()
        s["D.I.B.8"] = self.absent("generalized_pain_primary_cause")
        joint = ("radiograph", "ct", "mri")
        s["D.I.B.9.a"] = all_of(
            self.joint_studies(),
            self.rule_out("sacroiliac_joint", "destructive_lesion", joint),
            self.rule_out("sacroiliac_joint", "inflammatory_arthropathy", joint),
        )
        s["D.I.B.9.b"] = all_of(
            self.has("hip", "radiograph"),
            self.rule_out("hip", "hip_osteoarthritis", ("radiograph",)),
        )
        s["D.I.B.9.c"] = all_of(
            any_of(self.has("lumbar_spine", "ct"), self.has("lumbar_spine", "mri")),
            self.rule_out("lumbar_spine", "neural_compression", ("ct", "mri")),
            self.rule_out("lumbar_spine", "other_degenerative_pain_source", ("ct", "mri")),
        )
        s["D.I.B.9"] = all_of(s["D.I.B.9.a"], s["D.I.B.9.b"], s["D.I.B.9.c"])
        s["D.I.B.10"] = self.trials()
        s["D.I.B"] = all_of(*(s[f"D.I.B.{number}"] for number in range(11)))
        return s

    def open_path(self) -> dict[str, str]:
        names = {
            "a": "posttraumatic_sij_injury",
            "b": "adjunct_to_sij_infection_treatment",
            "c": "sacral_tumor_management",
            "d": "long_fusion_for_spinal_deformity",
            "e": "failed_percutaneous_sij_fusion",
        }
        s = {f"D.I.A.1.{letter}": self.present(name) for letter, name in names.items()}
        s["D.I.A.1"] = any_of(*s.values())
        s["D.I.A.2"] = self.recent_imaging()
        s["D.I.A"] = all_of(s["D.I.A.1"], s["D.I.A.2"])
        return s

    def _by_scope(self, name: str, diagnosis: str | None, yields: bool) -> str:
        """An exclusion by presence; ``yields`` to an outlined indication (D.II.A.4)."""
        said = self.speaking(name)
        scope = self.r["exclusion_scope"]
        outlined = self.open_path()["D.I.A.1"] == MET
        stated = diagnosis is not None and diagnosis in self.diagnoses
        if scope == "presence":
            return four(True in said or stated, False in said)
        if scope == "by_list":
            if yields and outlined:
                return NOT_MET if said else OPEN
            return four(True in said, False in said)
        if not self.diagnoses:
            return OPEN
        return MET if stated and not (yields and outlined) else NOT_MET

    def open_exclusions(self) -> dict[str, str]:
        outlined = self.open_path()["D.I.A.1"] == MET
        s: dict[str, str] = {}
        if not self.diagnoses:
            s["D.II.A.0"] = OPEN
        else:
            s["D.II.A.0"] = NOT_MET if self.diagnoses & OUTLINED or outlined else MET
        names = (
            "mechanical_low_back_syndrome",
            "sacroiliac_joint_syndrome",
            "degenerative_sacroiliac_joint",
        )
        for number, name in enumerate(names, 1):
            stated = name in self.diagnoses
            if self.r["exclusion_scope"] == "presence":
                said = self.speaking(name)
                s[f"D.II.A.{number}"] = four(stated or True in said, False in said)
            elif not self.diagnoses:
                s[f"D.II.A.{number}"] = OPEN
            else:
                s[f"D.II.A.{number}"] = MET if stated and not outlined else NOT_MET
        both = ("symptomatic_neural_compression", "other_more_likely_pain_source")
        s["D.II.A.4"] = any_of(
            self._by_scope(both[0], "neural_compression", True),
            self._by_scope(both[1], None, True),
        )
        by_list = self.r["exclusion_scope"] == "by_list"
        if by_list and outlined and any(True in self.speaking(name) for name in both):
            s["D.II.A.4"] = NOT_MET
        return s

    def percutaneous_exclusions(self) -> dict[str, str]:
        def by(name: str, diagnosis: str | None) -> str:
            return self._by_scope(name, diagnosis, False)

        generalized = [by("generalized_pain_primary_cause", "generalized_pain")]
        if self.r["generalized_pain"] == "any":
            generalized += [
                by("generalized_pain_behavior", None),
                by("generalized_pain_disorder", None),
            ]
        return {
            "D.II.B.1": by("systemic_arthropathy", "systemic_arthropathy"),
            "D.II.B.2": any_of(*generalized),
            "D.II.B.3": any_of(
                by("sacropelvic_infection", "sij_infection"),
                by("sacropelvic_tumor", "sacral_tumor"),
                by("sacropelvic_fracture", "fracture"),
            ),
            "D.II.B.4": by("acute_traumatic_sij_instability", "acute_traumatic_sij_instability"),
            "D.II.B.5": any_of(
                by("symptomatic_neural_compression", "neural_compression"),
                by("other_more_likely_pain_source", None),
            ),
        }

    def decide(self) -> tuple[str, dict[str, str], dict[str, str]]:
        """The determination, the criteria and the exclusions of the line."""
        if self.root is None:
            return "not_governed", {}, {}
        own: Callable[[], dict[str, str]]
        if self.root == "D.I.B":
            criteria, own, other = (
                self.percutaneous(),
                self.percutaneous_exclusions,
                {"D.II.A.4": self.open_exclusions()["D.II.A.4"]},
            )
        else:
            criteria, own, other = (
                self.open_path(),
                self.open_exclusions,
                self.percutaneous_exclusions(),
            )
        exclusions = own()
        if self.r["exclusion_lists"] == "both_paths":
            exclusions.update(other)
        governed = self.request.get(
            "plan", "arkansas_passe"
        ) == "arkansas_passe" and self.version_day >= date(2026, 6, 1)
        root = criteria[self.root]
        if not governed:
            outcome = "not_governed"
        elif root == NOT_MET or MET in exclusions.values():
            outcome = "not_medically_necessary"
        elif root == MET and CONFLICT not in exclusions.values():
            outcome = "medically_necessary"
        else:
            outcome = "insufficient_information"
        return outcome, criteria, exclusions


def latest(entries: list[Data]) -> list[Data]:
    """The entries of the latest date; the undated ones only when none is dated."""
    dated = [entry for entry in entries if "date" in entry]
    if not dated:
        return entries
    newest = max(entry["date"] for entry in dated)
    return [entry for entry in dated if entry["date"] == newest]
