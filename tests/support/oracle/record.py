"""What of a case counts: the days, the documents, the sides, and the events behind the entries."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dateutil.relativedelta import relativedelta

from tests.support.oracle.values import (
    CONFLICT,
    MET,
    NOT_MET,
    OPEN,
    Data,
    all_of,
    bounds,
    day,
    four,
    known_day,
)
from tests.support.oracle.values import names as as_list

READINGS = {
    "exclusion_scope": ("by_list", "indication", "presence"),
    "therapy_duration": ("cumulative", "continuous"),
    "month_length": ("shortest_calendar", "30_days", "before_receipt"),
    "evidence_cutoff": ("file", "received"),
    "ongoing_until": ("document", "receipt"),
    "undated_entries": ("count", "never"),
    "attempts": ("record_says", "two_are_all"),
    "unsided_joint_study": ("both_joints", "neither"),
    "exclusion_side": ("stated_side", "anywhere"),
    "radiating": ("any_radiation", "below_knee"),
    "exercise_weeks": ("forty_two_days", "into_the_sixth_week"),
    "look_back_anchor": ("received", "planned_service_date"),
    "version_in_force": ("received", "planned_service_date"),
    "block_relief": ("each_occasion", "any_occasion"),
    "failed_block": ("ignored", "disqualifies"),
    "imaging_rule_out": ("result_excludes", "study_performed"),
    "sij_imaging": (
        "radiograph_and_cross_sectional",
        "radiograph_or_cross_sectional",
        "radiograph_and_ct_or_mri_alone",
    ),
    "arthropathy_qualifier": ("arthropathy_only", "both"),
    "pain_score_choice": ("latest", "highest_in_6_months"),
    "laterality": ("same_side", "any_side"),
    "hep_inability": ("not_an_episode", "counts_as_episode"),
    "inability_reasons": ("plus_physical", "clause_list"),
    "inability_scope": ("any_active_therapy", "active_therapy_as_a_whole"),
    "inability_window": ("none", "look_back"),
    "conservative_failure": ("duration_evidences", "inadequate_relief"),
    "combined_injection": ("counts_for_both", "block_only", "steroid_only"),
    "compression_rule_out": ("as_pain_source", "any_compression"),
    "hip_osteoarthritis_rule_out": ("as_pain_source", "any"),
    "examination_age": ("none_stated", "within_12_months"),
    "device_scope": ("all_percutaneous", "transfixing_only"),
    "provocative_pool": ("listed_three", "all_five"),
    "imaging_recency": ("none_stated", "within_6_months"),
    "generalized_pain": ("primary_only", "any"),
    "exclusion_lists": ("own_path", "both_paths"),
}
PARAMETERS = {
    "minimum_pain_score": 5,
    "minimum_active_therapy_months": 6,
    "minimum_inactive_therapy_months": 6,
    "therapy_look_back": 12,
    "minimum_exercise_program_days": 42,
    "days_into_the_sixth_week": 36,
    "days_in_a_30_day_month": 30,
    "minimum_provocative_tests": 2,
    "minimum_blocks": 2,
    "minimum_block_relief": 50,
    "minimum_therapeutic_injections": 2,
    "imaging_look_back": 6,
    "pain_score_look_back": 6,
    "examination_look_back": 12,
}
EXAMINATION = {
    "pain_radiating",
    "pain_caudal_to_l5",
    "pain_over_posterior_sij",
    "pain_consistent_with_sij",
    "posterior_sij_tenderness",
    "similar_tenderness_elsewhere",
    "other_obvious_pain_source",
    "thigh_thrust",
    "compression",
    "gaenslen",
    "distraction",
    "patrick",
}
SIDE_SPECIFIC = EXAMINATION - {"other_obvious_pain_source"} | {
    "posttraumatic_sij_injury",
    "failed_percutaneous_sij_fusion",
    "degenerative_sacroiliac_joint",
    "acute_traumatic_sij_instability",
}
ACTIVE = {"physical_therapy", "occupational_therapy", "home_exercise_program", "chiropractic"}
FAR = date(9999, 1, 1)


def when(entry: Data) -> date | None:
    """The day of an entry; a therapy is dated by its first day."""
    return day(entry.get("date", entry.get("start")))


class Record:
    """The case as it was known up to the cut-off, under readings and parameters."""

    def __init__(
        self,
        case: Data,
        readings: Mapping[str, str] | None = None,
        parameters: Mapping[str, int] | None = None,
    ) -> None:
        self.r = {name: choices[0] for name, choices in READINGS.items()} | dict(readings or {})
        self.n = PARAMETERS | dict(parameters or {})
        self.case, self.request = case, case["request"]
        request = self.request
        self.received = known_day(request["received"])
        self.planned = day(request.get("planned_service_date"))
        self.anchor = self._day_by("look_back_anchor")
        self.version_day = self._day_by("version_in_force")
        self.documents = {each["id"]: each for each in case.get("documents") or []}
        self.cutoff = self._cutoff()
        self.complete = set(case.get("record_complete") or [])
        self.diagnoses = set(as_list(request.get("diagnoses")))
        self.purposes = set(as_list(request.get("purpose")))

    def _day_by(self, reading: str) -> date:
        planned = self.r[reading] == "planned_service_date" and self.planned
        return planned or self.received

    def _cutoff(self) -> date:
        """The day up to which evidence counts."""
        if self.r["evidence_cutoff"] == "received":
            return self.received
        stated = day(self.request.get("decided"))
        if stated is not None:
            return stated
        arrivals = (day(each.get("received")) for each in self.documents.values())
        return max([self.received, *(each for each in arrivals if each is not None)])

    def months_back(self, parameter: str) -> date:
        return self.anchor - relativedelta(months=self.n[parameter])

    # --- documents and days -------------------------------------------------------------------

    def _citations(self, entry: Data) -> list[Data | None]:
        """The listed documents that an entry cites; ``None`` for a source of another kind."""
        source = entry.get("source")
        if source is None:
            return []
        cited: list[Data | None] = []
        for each in source if isinstance(source, list) else [source]:
            name = each.get("document") if isinstance(each, dict) else None
            cited.append(self.documents.get(name) if name is not None else None)
        return cited

    def _arrived(self, cited: Data | None) -> bool:
        """Whether the plan had a document by the day it decides on (a source without a day of
        receipt came with the request)."""
        arrival = day(cited.get("received")) if cited is not None else None
        return (arrival or self.received) <= self.cutoff

    def told_until(self, entry: Data) -> date | None:
        """The day up to which an entry can know: the latest date of the documents it cites; no
        limit when one of its sources has no date."""
        cited = [each for each in self._citations(entry) if self._arrived(each)]
        dates = [day(each.get("date")) if each is not None else None for each in cited]
        known = [each for each in dates if each is not None]
        return max(known) if known and len(known) == len(dates) else None

    def counts(self, entry: Data) -> bool:
        """Known by the cut-off, before the operation, and not later than its own document."""
        if not any(self._arrived(each) for each in self._citations(entry) or [None]):
            return False
        on = when(entry)
        if on is None:
            return True
        if on > self.cutoff or on > self.last_day_before_operation():
            return False
        limit = self.told_until(entry)
        return limit is None or on <= limit

    def last_day_before_operation(self) -> date:
        """Where the operation is not after the cut-off, the day before it; else no limit."""
        if self.planned is None or self.planned > self.cutoff:
            return FAR
        return self.planned - timedelta(days=1)

    def entries(self, kind: str) -> list[Data]:
        return [each for each in self.case.get(kind) or [] if self.counts(each)]

    def without_undated(self, entries: list[Data]) -> list[Data]:
        """For clauses that limit no age: undated entries count, or never do."""
        if self.r["undated_entries"] == "count":
            return entries
        return [each for each in entries if when(each) is not None]


# --- sides ------------------------------------------------------------------------------------


@dataclass
class Pool:
    """Entries that bear on a line: for sure, or maybe (side unknown, or age unknown)."""

    sure: list[Data] = field(default_factory=list)
    maybe: list[Data] = field(default_factory=list)

    def put(self, entry: Data, bearing: str) -> None:
        if bearing != "no":
            (self.sure if bearing == "yes" else self.maybe).append(entry)


def bearing(entry: Data, side: str, side_specific: bool, any_side: bool = False) -> str:
    """Whether an entry bears on the line of a side: yes, no, or maybe."""
    stated = entry.get("side")
    if any_side or stated in (side, "bilateral"):
        return "yes"
    if stated is not None:
        return "no"
    return "maybe" if side_specific else "yes"


def settle(sure: str, with_against: str) -> str:
    """What entries of unknown side say against a line conflicts with what supports it; where
    nothing supports the line it changes nothing."""
    return CONFLICT if sure == MET and with_against != MET else sure


# --- which finding speaks ---------------------------------------------------------------------


def speaking_examination(entries: list[Data]) -> list[Data]:
    """The latest dated entries, and undated ones, which may be later still."""
    newest = max((on for each in entries if (on := when(each)) is not None), default=None)
    return [each for each in entries if when(each) in (None, newest)]


def speaking_standing(entries: list[Data]) -> list[Data]:
    """All entries but those that a later one revises."""
    revisions = [on for each in entries if each.get("revises") and (on := when(each)) is not None]
    return [
        each
        for each in entries
        if (on := when(each)) is None or not any(later > on for later in revisions)
    ]


# --- injections -------------------------------------------------------------------------------


def told(entries: list[Data], name: str) -> list[Any]:
    """What the entries of one event say of a detail; those that revise speak alone."""
    stating = [each for each in entries if each.get(name) is not None]
    revising = [each for each in stating if each.get("revises")]
    return [each[name] for each in revising or stating]


def told_bool(entries: list[Data], name: str) -> str:
    values = told(entries, name)
    return four(True in values, False in values)


def told_agent(entries: list[Data], agent: str) -> str:
    """The agents are what all entries say together: one more agent contradicts none."""
    agents = {each for value in told(entries, "agents") for each in as_list(value)}
    return four(agent in agents, bool(agents) and agent not in agents)


def told_purpose(entries: list[Data], purpose: str) -> str:
    return four(any(purpose in as_list(each.get("purposes")) for each in entries), False)


def relieved(entries: list[Data], least: int) -> str:
    """A range qualifies when its lower bound does, fails when its upper bound does."""
    ranges = [bounds(value) for value in told(entries, "relief_percent")]
    return four(any(low >= least for low, _ in ranges), any(high < least for _, high in ranges))


def says_as_much(told: Any, value: Any) -> bool:
    """Whether one value of a detail says all that the other does; of several names all of them."""
    names = isinstance(value, list) and all(isinstance(each, str) for each in value)
    if names and isinstance(told, list):
        return set(value) <= set(told)
    return bool(told == value)


def without_copies(entries: list[Data]) -> list[Data]:
    """Entries without those of the same day and side that say nothing which another does not."""

    def says(entry: Data) -> Data:
        skipped = ("id", "source")
        return {name: value for name, value in entry.items() if name not in skipped}

    kept: list[Data] = []
    for position, entry in enumerate(entries):
        mine = says(entry)
        others = [says(other) for at, other in enumerate(entries) if at != position]
        earlier = [says(other) for other in entries[:position]]
        contained = any(
            all(name in other and says_as_much(other[name], value) for name, value in mine.items())
            and other.get("date") == mine.get("date")
            and other.get("side") == mine.get("side")
            and (other != mine or mine in earlier)
            for other in others
        )
        if not contained:
            kept.append(entry)
    return kept


@dataclass
class Tally:
    """How many occasions qualify, are contested, or might qualify; and how many, for which the
    purpose is stated, cannot."""

    met: int = 0
    contested: int = 0
    possible: int = 0
    failed: int = 0

    def add(self, status: str) -> None:
        self.met += status == MET
        self.contested += status == CONFLICT
        self.possible += status == OPEN

    def status(self, minimum: int, all_known: bool) -> str:
        if self.met >= minimum:
            return MET
        if self.met + self.contested >= minimum:
            return CONFLICT
        enough = self.met + self.contested + self.possible >= minimum
        return NOT_MET if all_known and not enough else OPEN


class Occasions:
    """The injections of a line that have a purpose or state none, day by day."""

    def __init__(self, record: Record, side: str, purpose: str, other_role: str) -> None:
        any_side = record.r["laterality"] == "any_side"
        self.days: dict[date, Pool] = {}
        self.undated = Pool()
        stating: dict[date | None, set[str]] = {}
        self.attempts: set[date] = set()
        listed = without_copies(record.without_undated(record.entries("injections")))
        mine = [(each, bearing(each, side, True, any_side)) for each in listed]
        for entry, bears in mine:
            if bears == "yes":
                stating.setdefault(when(entry), set()).update(as_list(entry.get("purposes")))
        for entry, bears in mine:
            purposes, on = as_list(entry.get("purposes")), when(entry)
            both = {"diagnostic", "therapeutic"}
            combined = both <= (stating.get(on, set()) if on else set(purposes))
            if bears == "no" or (purposes and purpose not in purposes):
                continue
            if combined and other_role == "barred":
                continue
            if on is None:
                self.undated.put(entry, bears)
                continue
            self.days.setdefault(on, Pool()).put(entry, bears)
            if purpose in purposes and bears == "yes":
                self.attempts.add(on)

    def tally(self, status_of: Callable[[list[Data]], str]) -> Tally:
        tally = Tally()
        for on, pool in self.days.items():
            tally.add(self._status(pool, status_of))
            tally.failed += on in self.attempts and status_of(pool.sure) == NOT_MET
        for entry in (*self.undated.sure, *self.undated.maybe):
            tally.add(OPEN if status_of([entry]) != NOT_MET else NOT_MET)
        return tally

    @staticmethod
    def _status(pool: Pool, status_of: Callable[[list[Data]], str]) -> str:
        with_unsided = status_of(pool.sure + pool.maybe)
        if not pool.sure:
            return OPEN if with_unsided != NOT_MET else NOT_MET
        return settle(status_of(pool.sure), with_unsided)


# --- therapies --------------------------------------------------------------------------------


def span(first: date | None, last: date | None) -> set[int]:
    """The days of a period, both ends included, as numbers."""
    if first is None or last is None:
        return set()
    return set(range(first.toordinal(), last.toordinal() + 1))


class Episode:
    """The entries of one kind of therapy with one first day."""

    def __init__(self, record: Record, entries: list[Data], excused: bool) -> None:
        self.record, self.entries, self.excused = record, entries, excused
        self.kind = entries[0]["kind"]
        self.start = day(entries[0].get("start"))
        self._ends()
        self.qualifies = self._qualification()

    def _ends(self) -> None:
        """The last day that is documented, contested, and possible."""
        record = self.record
        known_by = min(record.cutoff, record.last_day_before_operation())
        exact: list[date] = []  # it ended on this day
        at_least: list[date] = []  # it went on at least up to this day
        planned: list[date] = []  # it was to end on this day
        ongoing = False
        stating = [e for e in self.entries if e.get("end") is not None or e.get("ongoing")]
        for entry in [each for each in stating if each.get("revises")] or stating:
            end, limit = day(entry.get("end")), record.told_until(entry)
            if end is not None and end <= min(limit or FAR, known_by):
                exact.append(end)
            elif end is not None:
                planned.append(end)
                at_least.append(min(limit or FAR, known_by))
            else:
                ongoing = True
                by_receipt = record.r["ongoing_until"] == "receipt"
                until = record.anchor if by_receipt or limit is None else limit
                at_least.append(min(until, record.last_day_before_operation()))
        documented = min(exact) if exact else max(at_least, default=None)
        contested = max([*exact, *at_least], default=None)
        if exact:
            possible = contested
        elif planned and not ongoing:
            possible = max([*planned, *at_least])
        else:
            possible = max([record.anchor, *at_least])
        if possible is not None:
            possible = min(possible, record.last_day_before_operation())
        self.documented = span(self.start, documented)
        self.contested = span(self.start, contested)
        first = self.start or record.months_back("therapy_look_back")
        self.possible = span(first, possible)

    def _qualification(self) -> str:
        outcomes = told(self.entries, "outcome")
        failed = MET
        if self.record.r["conservative_failure"] == "inadequate_relief" and "relief" in outcomes:
            failed = NOT_MET if set(outcomes) == {"relief"} else CONFLICT
        if self.kind == "tens":
            written = [MET if told(self.entries, n) else OPEN for n in ("use", "frequency")]
            written.append(MET if told(self.entries, "duration") else OPEN)
            return all_of(failed, *written, MET if self.start is not None else OPEN)
        if self.kind != "home_exercise_program" or self.excused:
            return failed
        weeks = {
            "forty_two_days": "minimum_exercise_program_days",
            "into_the_sixth_week": "days_into_the_sixth_week",
        }
        least = self.record.n[weeks[self.record.r["exercise_weeks"]]]
        if len(self.documented) >= least:
            long_enough = MET
        elif len(self.contested) >= least:
            long_enough = CONFLICT
        else:
            open_ended = self.start is None or len(self.possible) >= least
            long_enough = OPEN if open_ended else NOT_MET
        completed = told_bool(self.entries, "completed")
        return all_of(
            failed,
            long_enough,
            MET if completed == OPEN else completed,
            told_bool(self.entries, "prescription"),
            told_bool(self.entries, "follow_up"),
        )


def episodes(record: Record, side: str, active: bool) -> list[Episode]:
    """The episodes of a line; one that is for another body part is none of them."""
    excuses = {
        each["therapy"]
        for each in record.entries("therapy_inability")
        if each.get("therapy") is not None
        and each["reason"] in ("increased_pain", "physical_inability")
        and bearing(each, side, False) == "yes"
    }
    groups: dict[tuple[str, date | int], list[Data]] = {}
    for position, entry in enumerate(record.entries("therapies")):
        if (entry["kind"] in ACTIVE) is not active or entry.get("for") == "other":
            continue
        if bearing(entry, side, False) == "yes":
            key = (entry["kind"], day(entry.get("start")) or position)
            groups.setdefault(key, []).append(entry)
    counted = record.r["hep_inability"] == "counts_as_episode"
    return [
        Episode(record, group, counted and any(each.get("id") in excuses for each in group))
        for group in groups.values()
    ]


def therapy_days(
    found: Iterable[Episode], window: tuple[date, date]
) -> tuple[set[int], set[int], set[int]]:
    """The days of the window that are documented, contested too, and possible at all."""
    documented: set[int] = set()
    contested: set[int] = set()
    possible: set[int] = set()
    for episode in found:
        if episode.qualifies == MET:
            documented |= episode.documented
        if episode.qualifies in (MET, CONFLICT):
            contested |= episode.contested
        if episode.qualifies != NOT_MET:
            possible |= episode.possible
    inside = span(*window)
    contested |= documented
    return documented & inside, contested & inside, (possible | contested) & inside


# --- imaging ----------------------------------------------------------------------------------

SHOWS, EXCLUDES, UNCLEAR = "shows", "excludes", "unclear"


@dataclass
class Study:
    """One study: the entries of one modality, region, side and date."""

    modality: str
    date: date | None
    results: dict[str, set[bool]]
    revised: set[str]

    def values(self, name: str) -> set[bool]:
        return self.results.get(name, set())

    def at_least_as_strong_as(self, other: Study) -> bool:
        return other.modality == "radiograph" or self.modality != "radiograph"


def studies_of(entries: list[Data], sided: bool = True) -> list[Study]:
    groups: dict[tuple[Any, ...], list[Data]] = {}
    for entry in entries:
        key = (entry["modality"], entry.get("side") if sided else None, when(entry))
        groups.setdefault(key, []).append(entry)
    found = []
    for (modality, _, on), group in groups.items():
        results: dict[str, set[bool]] = {}
        revised: set[str] = set()
        rows = [(each.get("results") or {}, each.get("revises")) for each in group]
        for name in {name for row, _ in rows for name in row}:
            revising = {row[name] for row, revises in rows if revises and name in row}
            results[name] = revising or {row[name] for row, _ in rows if name in row}
            if revising:
                revised.add(name)
        found.append(Study(modality, on, results, revised))
    return found
