"""Random valid cases: a complete record, then wrinkles of every kind.

A case is plain data, as a case file holds it, and of a seed always the same. Each wrinkle is a
method named after what it brings in, so that ``Generator(...).used`` tells which ones a case has.
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from tests.support.oracle.record import EXAMINATION, PARAMETERS, READINGS, SIDE_SPECIFIC
from tests.support.records import (
    ABSENT,
    ACTIVE,
    BLOCK,
    DIAGNOSES,
    DOMAINS,
    EXAMINED,
    FINDINGS,
    INACTIVE,
    INDICATIONS,
    PURPOSES,
    REASONS,
    RECEIVED,
    RESULTS,
    STANDING,
    STEROID,
    Data,
    complete_open,
    complete_percutaneous,
)

__all__ = [
    "Data",
    "Generator",
    "any_case",
    "complete_open",
    "complete_percutaneous",
    "fewer_details",
    "focused_case",
    "random_case",
    "random_parameters",
    "random_readings",
]


class Generator:
    """Draws cases from a random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self.used: list[str] = []
        self._number = 0
        self.data: Data = {}

    def case(self) -> Data:
        """One valid case as plain data."""
        random = self.random
        side = random.choice(["left", "left", "left", "right", "bilateral"])
        self.open = random.random() < 0.35
        if self.open:
            self.data = complete_open(side, random.choice(INDICATIONS))
        else:
            self.data = complete_percutaneous(side)
        for _ in range(random.choice([0, 1, 1, 2, 2, 3, 3, 4, 6])):
            wrinkle = self._wrinkle()
            self.used.append(wrinkle.__name__)
            wrinkle()
        if random.random() < 0.35:
            self.record_complete()
        if random.random() < 0.05:
            self.data["member"] = {"age": random.choice([16, 20, 21, 52])}
        return self.data

    def focused_case(self) -> Data:
        """A complete record with several wrinkles of one domain, so that its clauses decide."""
        random = self.random
        side = random.choice(["left", "left", "bilateral"])
        self.open = random.random() < 0.3
        if self.open:
            self.data = complete_open(side, random.choice(INDICATIONS))
            domains = self._domains_of_open()
        else:
            self.data = complete_percutaneous(side)
            domains = self._domains_of_percutaneous()
        wrinkles = random.choice(domains)
        for _ in range(random.randint(1, 4)):
            wrinkle = random.choice(wrinkles)
            self.used.append(wrinkle.__name__)
            wrinkle()
        if random.random() < 0.5:
            self.data["record_complete"] = list(DOMAINS)
        return self.data

    def _domains_of_open(self) -> list[list[Callable[[], None]]]:
        return [
            [self.open_indication, self.standing_disagreement, self.diagnoses, self.purposes],
            [self.other_source, self.diagnoses, self.purposes, self.thin_out],
            [self.study_of_the_joint, self.imaging_anew, self.imaging_disagreement],
        ]

    def _domains_of_percutaneous(self) -> list[list[Callable[[], None]]]:
        return [
            [
                self.examination_disagreement,
                self.unsided_adverse,
                self.contexts,
                self.radiates_to,
                self.extra_finding,
            ],
            [
                self.standing_disagreement,
                self.generalized_pain,
                self.other_source,
                self.exclusion_present,
                self.diagnoses,
                self.purposes,
            ],
            [self.score, self.score, self.contexts, self.score_on_injection_day],
            [
                self.therapies_anew,
                self.ongoing_with_document,
                self.exercise_program,
                self.contested_therapy,
                self.inability,
                self.tens,
                self.for_other,
            ],
            [
                self.failed_block,
                self.contested_injection,
                self.split_injection,
                self.extra_injection,
                self.combined_injection,
                self.relief_range,
            ],
            [
                self.imaging_anew,
                self.imaging_disagreement,
                self.clearing_study,
                self.study_of_the_joint,
            ],
        ]

    def _wrinkle(self) -> Callable[[], None]:
        both: list[Callable[[], None]] = [
            self.request_days,
            self.governance,
            self.governance,
            self.purposes,
            self.diagnoses,
            self.cite_documents,
            self.cite_documents,
            self.impossible_document,
            self.several_sources,
            self.late_entry,
            self.extra_finding,
            self.standing_disagreement,
            self.study_of_the_joint,
            self.undated_entry,
            self.unsided_entry,
            self.thin_out,
            self.change_something,
            self.copy_with_fewer_details,
        ]
        percutaneous: list[Callable[[], None]] = [
            self.examination_disagreement,
            self.unsided_adverse,
            self.contexts,
            self.radiates_to,
            self.score,
            self.score_on_injection_day,
            self.failed_block,
            self.contested_injection,
            self.split_injection,
            self.extra_injection,
            self.combined_injection,
            self.relief_range,
            self.therapies_anew,
            self.ongoing_with_document,
            self.exercise_program,
            self.contested_therapy,
            self.inability,
            self.tens,
            self.imaging_anew,
            self.imaging_disagreement,
            self.clearing_study,
            self.other_source,
            self.generalized_pain,
            self.exclusion_present,
            self.for_other,
        ]
        if self.open:
            own = [self.open_indication, self.diagnoses, self.imaging_disagreement]
            return self.random.choice([*both, *own * 4, self.other_source, self.imaging_anew])
        return self.random.choice([*both, *percutaneous, *percutaneous])

    # --- small draws --------------------------------------------------------------------------

    def _side(self) -> str | None:
        return self.random.choice(["left", "left", "left", "right", "bilateral", None])

    def _line_side(self) -> str:
        return str(self.data["request"]["side"])

    def _date(self, undated: float = 0.12) -> str | None:
        """A date around the limits that clauses set, or none."""
        random = self.random
        limits = [
            RECEIVED,
            RECEIVED,
            RECEIVED - relativedelta(months=6),
            RECEIVED - relativedelta(months=12),
            date(2026, 7, 2),
            date(2026, 5, 1),
            date(2026, 3, 2),
            date(2024, 1, 1),
        ]
        if random.random() < undated:
            return None
        return (random.choice(limits) + timedelta(days=random.choice([-30, -1, 0, 1]))).isoformat()

    def _shift(self, day: str, days: list[int]) -> str:
        return (date.fromisoformat(day) + timedelta(days=self.random.choice(days))).isoformat()

    def _id(self, letter: str) -> str:
        self._number += 1
        return f"{letter}{100 + self._number}"

    def _pick(self, kind: str) -> Data | None:
        entries = self.data[kind]
        return self.random.choice(entries) if entries else None

    def _any_entry(self, kinds: tuple[str, ...] = DOMAINS) -> tuple[str, Data] | None:
        filled = [kind for kind in kinds if self.data[kind]]
        if not filled:
            return None
        kind = self.random.choice(filled)
        return kind, self.random.choice(self.data[kind])

    @staticmethod
    def _put(entry: Data, **values: Any) -> Data:
        for name, value in values.items():
            if value is None:
                entry.pop(name, None)
            else:
                entry[name] = value
        return entry

    def _twin(self, kind: str, entry: Data) -> Data:
        twin = copy.deepcopy(entry)
        if "id" in twin:
            twin["id"] = self._id("C")
        self.data[kind].append(twin)
        return twin

    # --- the request --------------------------------------------------------------------------

    def request_days(self) -> None:
        """``decided``, a planned service date before or after the cut-off, another receipt."""
        random, request = self.random, self.data["request"]
        what = random.random()
        if what < 0.35:
            request["decided"] = self._shift(request["received"], [0, 1, 5, 20])
        elif what < 0.75:
            planned = ["2026-06-10", "2026-07-02", "2026-07-03", "2026-07-15", "2026-08-03"]
            request["planned_service_date"] = random.choice([*planned, "2026-05-20"])
        else:
            request["received"] = random.choice(["2026-08-31", "2026-07-14", "2026-12-31"])

    def governance(self) -> None:
        random, request = self.random, self.data["request"]
        what = random.random()
        if what < 0.4:
            request["plan"] = random.choice(["another_plan", "another_plan", "arkansas_passe"])
        elif what < 0.7:
            request["received"] = random.choice(["2026-05-31", "2026-05-20", "2026-06-01"])
        else:
            request["procedure"] = random.choice(["99999", "knee", "22899"])
        if self.random.random() < 0.3 and "procedure" in request:
            request["procedure"] = random.choice(["27278", "27279", "27280"])

    def purposes(self) -> None:
        random, request = self.random, self.data["request"]
        drawn = random.sample(PURPOSES, random.choice([1, 1, 2]))
        purpose = random.choice([None, drawn, drawn[0]])
        self._put(request, purpose=purpose)

    def diagnoses(self) -> None:
        random, request = self.random, self.data["request"]
        drawn = random.sample(DIAGNOSES, random.choice([1, 1, 2, 3]))
        keep = request.get("diagnoses", []) if random.random() < 0.5 else []
        request["diagnoses"] = [*keep, *(each for each in drawn if each not in keep)]
        if random.random() < 0.15:
            request.pop("diagnoses")

    # --- documents ----------------------------------------------------------------------------

    def _document(self, on: str | None, received: str | None) -> str:
        name = self._id("H")
        document: Data = {"id": name, "title": "Note"}
        self.data["documents"].append(self._put(document, date=on, received=received))
        return name

    def _latest(self, entry: Data) -> str:
        return str(entry.get("date") or entry.get("end") or entry.get("start") or "2026-07-02")

    def cite_documents(self) -> None:
        """Entries cite a document that is not older than they are."""
        random = self.random
        for _ in range(random.randint(1, 4)):
            found = self._any_entry()
            if found is not None:
                on = self._shift(self._latest(found[1]), [0, 0, 3, 10])
                arrived = random.choice([None, "2026-07-15", "2026-07-15", "2026-07-25"])
                found[1]["source"] = {"document": self._document(on, arrived)}

    def impossible_document(self) -> None:
        """An entry cites a document older than what it says."""
        found = self._any_entry()
        if found is not None:
            on = self._shift(self._latest(found[1]), [-1, -30, -100])
            found[1]["source"] = {"document": self._document(on, "2026-07-15")}

    def several_sources(self) -> None:
        """An entry with a list of sources: dated documents, undated ones, plain texts."""
        random, found = self.random, self._any_entry()
        if found is None:
            return
        sources: list[Any] = []
        for _ in range(2):
            on = random.choice([None, self._shift(self._latest(found[1]), [-20, -1, 0, 5])])
            arrived = random.choice([None, "2026-07-15", "2026-07-25", "2026-08-10"])
            sources.append({"document": self._document(on, arrived), "page": 2})
        if random.random() < 0.3:
            sources[1] = "told by the member"
        found[1]["source"] = sources

    def late_entry(self) -> None:
        """An entry dated after receipt, at times within a stated or implied cut-off."""
        random = self.random
        kind = random.choice(("findings", "measurements", "injections", "imaging"))
        entry = self._pick(kind)
        if entry is None:
            return
        late = entry if random.random() < 0.5 else self._twin(kind, entry)
        late["date"] = self._shift(self.data["request"]["received"], [1, 4, 15])
        what = random.random()
        if what < 0.35:
            self.data["request"]["decided"] = self._shift(self.data["request"]["received"], [3, 15])
        elif what < 0.7:
            late["source"] = {"document": self._document(late["date"], late["date"])}

    # --- findings -----------------------------------------------------------------------------

    def _finding(self, name: str, present: bool) -> Data:
        entry: Data = {"finding": name, "present": present}
        side = self._line_side() if name in SIDE_SPECIFIC else None
        if self.random.random() < 0.25:
            side = self._side()
        return self._put(entry, side=side, date=self._date())

    @staticmethod
    def _turn(entry: Data) -> None:
        """The finding documented the other way."""
        entry["present"] = not entry["present"]
        entry.pop("radiates_to", None)

    def extra_finding(self) -> None:
        random = self.random
        entry = self._finding(random.choice(FINDINGS), random.random() < 0.5)
        if random.random() < 0.3:
            entry["revises"] = True
        self.data["findings"].append(entry)

    def examination_disagreement(self) -> None:
        """Two entries of one examination finding that differ; the same day, later, undated."""
        named = [each for each in self.data["findings"] if each["finding"] in EXAMINATION]
        if named:
            entry = self._twin("findings", self.random.choice(named))
            self._turn(entry)
            days = [entry.get("date"), "2026-07-05", "2026-06-20", None]
            self._put(entry, date=self.random.choice(days))
            if self.random.random() < 0.15:
                entry["revises"] = True

    def standing_disagreement(self) -> None:
        """A diagnosis that entries deny and assert, with and without an explicit revision."""
        random = self.random
        names = INDICATIONS if self.open and random.random() < 0.7 else STANDING
        name = random.choice(names)
        for present in random.choice([(True, False), (False, True), (True, False, True)]):
            entry = self._finding(name, present)
            if random.random() < 0.4:
                entry["revises"] = True
            self.data["findings"].append(entry)

    def unsided_adverse(self) -> None:
        """Something against the line without a side: a finding, a score, a study of the hip."""
        random = self.random
        what = random.random()
        on = random.choice(["2026-07-10", "2026-07-02", "2026-06-01", None])
        if what < 0.5:
            name = random.choice([each for each in EXAMINED if each in SIDE_SPECIFIC])
            entry: Data = {"finding": name, "present": not EXAMINED[name]}
            self.data["findings"].append(self._put(entry, date=on))
        elif what < 0.65:
            entry = {"finding": "acute_traumatic_sij_instability", "present": True}
            self.data["findings"].append(self._put(entry, date=on))
        elif what < 0.8:
            score: Data = {"measure": "sij_pain_score", "value": random.choice([2, [3, 6]])}
            self.data["measurements"].append(self._put(score, date=on))
        else:
            study: Data = {"modality": "radiograph", "region": "hip"}
            study["results"] = {"hip_osteoarthritis": True}
            self.data["imaging"].append(self._put(study, id=self._id("X"), date=on))

    def contexts(self) -> None:
        random = self.random
        kind = random.choice(("findings", "measurements", "measurements"))
        entry = self._pick(kind)
        if entry is None:
            return
        if random.random() < 0.6:
            entry = self._twin(kind, entry)
            self._put(entry, date=self._date())
            if kind == "findings":
                self._turn(entry)
            else:
                entry["value"] = random.choice([1, 9])
        entry["context"] = random.choice(["post_injection", "post_operative", "baseline"])

    def radiates_to(self) -> None:
        random = self.random
        for entry in self.data["findings"]:
            if entry["finding"] == "pain_radiating":
                entry["present"] = True
                places = ["buttock", "groin", "thigh", "below_knee"]
                entry["radiates_to"] = random.sample(places, random.choice([1, 1, 2]))

    def generalized_pain(self) -> None:
        """The primary cause, the behavior and the disorder, said and unsaid."""
        random = self.random
        names = (
            "generalized_pain_primary_cause",
            "generalized_pain_behavior",
            "generalized_pain_disorder",
        )
        kept = [each for each in self.data["findings"] if each["finding"] not in names]
        for name in names:
            said = random.choice([(), (False,), (False,), (True,), (True, False)])
            kept += [self._finding(name, present) for present in said]
        self.data["findings"] = kept

    def other_source(self) -> None:
        """Obvious and likelier sources, and compression, as findings and on studies."""
        random = self.random
        for name in (
            "other_obvious_pain_source",
            "other_more_likely_pain_source",
            "symptomatic_neural_compression",
        ):
            if random.random() < 0.5:
                kept = [each for each in self.data["findings"] if each["finding"] != name]
                self.data["findings"] = kept
            if random.random() < 0.4:
                self.data["findings"].append(self._finding(name, random.random() < 0.7))
        if random.random() < 0.5:
            self._study("lumbar_spine")

    def exclusion_present(self) -> None:
        random = self.random
        name = random.choice(
            ["systemic_arthropathy", "acute_traumatic_sij_instability", *ABSENT[2:]]
        )
        kept = [each for each in self.data["findings"] if each["finding"] != name]
        self.data["findings"] = [*kept, self._finding(name, True)]

    def open_indication(self) -> None:
        random = self.random
        kept = [each for each in self.data["findings"] if each["finding"] not in INDICATIONS]
        drawn = random.sample(INDICATIONS, random.choice([1, 2, 5]))
        chance = random.choice([0.0, 0.5])
        new = [self._finding(name, random.random() < chance) for name in drawn]
        self.data["findings"] = kept + new
        if random.random() < 0.5:
            self.diagnoses()

    # --- scores -------------------------------------------------------------------------------

    def score(self) -> None:
        random = self.random
        value = random.choice(
            [
                0,
                3,
                Decimal("4.9"),
                4.9999999,
                5,
                Decimal("5.0"),
                6,
                10,
                [4, 6],
                [5, 7],
                [2, 4],
                [3, Decimal("4.5")],
            ]
        )
        entry: Data = {"measure": "sij_pain_score", "value": value}
        entry = self._put(entry, side=self._line_side(), date=self._date())
        if random.random() < 0.2:
            entry["revises"] = True
        if random.random() < 0.3:
            self.data["measurements"] = []
        self.data["measurements"].append(entry)

    def score_on_injection_day(self) -> None:
        injection = self._pick("injections")
        if injection is None or "date" not in injection:
            return
        entry: Data = {"measure": "sij_pain_score", "value": self.random.choice([1, 8])}
        self._put(entry, side=self._line_side(), date=injection["date"])
        if self.random.random() < 0.5:
            self.data["measurements"] = []
        self.data["measurements"].append(entry)

    # --- injections ---------------------------------------------------------------------------

    def _injections_of(self, purpose: str) -> list[Data]:
        return [each for each in self.data["injections"] if purpose in each.get("purposes", [])]

    def failed_block(self) -> None:
        """One block fails: little relief, too short, or without contrast."""
        blocks = self._injections_of("diagnostic")
        if not blocks:
            return
        entry = self.random.choice(blocks)
        if self.random.random() < 0.4:
            entry = self._twin("injections", entry)
            entry["date"] = "2026-02-10"
        entry.update(
            self.random.choice(
                [
                    {"relief_percent": 20},
                    {"relief_percent": Decimal("49.9999999")},
                    {"relief_percent": [10, 40]},
                    {"relief_lasted_expected": False},
                    {"contrast": False},
                    {"agents": ["corticosteroid"]},
                ]
            )
        )

    def contested_injection(self) -> None:
        """A second entry of one injection contradicts a detail, or revises it."""
        entry = self._pick("injections")
        if entry is None:
            return
        random, twin = self.random, self._twin("injections", entry)
        details = sorted(set(twin) - {"id", "date", "side", "source", "revises"})
        for name in random.sample(details, min(2, len(details))):
            if isinstance(twin[name], bool):
                twin[name] = not twin[name]
            elif name == "relief_percent":
                twin[name] = random.choice([20, 90, [30, 70]])
            elif name == "outcome":
                twin[name] = "relief" if twin[name] == "failed" else "failed"
            elif random.random() < 0.4:
                del twin[name]
        if random.random() < 0.3:
            twin["revises"] = True
        if random.random() < 0.3:
            self._put(twin, side=random.choice(["bilateral", None]))

    def split_injection(self) -> None:
        """An operation note and a diary: the details of one injection in two entries."""
        entry = self._pick("injections")
        if entry is None:
            return
        random, twin = self.random, self._twin("injections", entry)
        fixed = {"id", "date", "side", "purposes"}
        for name in sorted(set(entry) - fixed):
            (twin if random.random() < 0.5 else entry).pop(name, None)
        if random.random() < 0.3:
            twin.pop("purposes", None)

    def extra_injection(self) -> None:
        random = self.random
        entry = copy.deepcopy(random.choice([BLOCK, STEROID]))
        for name in sorted(entry):
            if random.random() < 0.15:
                del entry[name]
        on = random.choice([self._date(0.3), "2026-03-02", "2026-01-20", "2026-02-14"])
        side = random.choice([self._line_side(), self._line_side(), self._side()])
        self._put(entry, id=self._id("I"), date=on, side=side)
        self.data["injections"].append(entry)

    def combined_injection(self) -> None:
        """Anesthetic and steroid on one occasion, entered once or twice."""
        random = self.random
        blocks = self._injections_of("diagnostic")
        if not blocks:
            return
        entry = random.choice(blocks)
        if random.random() < 0.5:
            entry["purposes"] = ["diagnostic", "therapeutic"]
            entry["agents"] = ["local_anesthetic", "corticosteroid"]
            entry["outcome"] = "failed"
        else:
            steroid = {**copy.deepcopy(STEROID), "id": self._id("I"), "side": self._line_side()}
            self.data["injections"].append(self._put(steroid, date=entry.get("date")))
        trials = self._injections_of("therapeutic")
        if random.random() < 0.6 and trials:
            gone = random.choice(trials)
            self.data["injections"] = [e for e in self.data["injections"] if e is not gone]

    def relief_range(self) -> None:
        blocks = self._injections_of("diagnostic")
        if blocks:
            relief = self.random.choice(
                [50, Decimal("50.0"), [50, 90], [40, 60], [20, 40], 49.9, 100]
            )
            self.random.choice(blocks)["relief_percent"] = relief

    # --- therapies ----------------------------------------------------------------------------

    def _therapy(self, kind: str, start: str | None) -> Data:
        random = self.random
        entry: Data = {"id": self._id("T"), "kind": kind}
        self._put(entry, start=start)
        how = random.random()
        if how < 0.25:
            entry["ongoing"] = True
        elif how < 0.9 and start is not None:
            lengths = [0, 34, 35, 40, 41, 59, 89, 90, 120, 179, 180, 181, 182, 365]
            entry["end"] = self._shift(start, lengths)
        if kind == "home_exercise_program":
            draw = [True, True, True, False, None]
            self._put(
                entry,
                prescription=random.choice(draw),
                follow_up=random.choice(draw),
                completed=None if "ongoing" in entry else random.choice([None, None, True, False]),
            )
        if kind == "tens":
            for name in ("use", "frequency", "duration"):
                self._put(entry, **{name: random.choice(["as noted", "as noted", None])})
        if random.random() < 0.2:
            entry["outcome"] = random.choice(["failed", "partial", "relief"])
        return entry

    def therapies_anew(self) -> None:
        random = self.random
        active = random.random() < 0.6
        kinds = ACTIVE if active else INACTIVE
        kept = [each for each in self.data["therapies"] if each["kind"] not in kinds]
        start: str | None = "2025-07-10"
        for _ in range(random.randint(1, 4)):
            start = self._shift(start or "2025-07-10", [0, 1, 5, 60, 90])
            entry = self._therapy(random.choice(kinds), start if random.random() < 0.9 else None)
            kept.append(entry)
            if random.random() < 0.6:
                start = entry.get("end", start)
        self.data["therapies"] = kept
        self._forget()

    def _forget(self) -> None:
        known = {each.get("id") for each in self.data["therapies"]}
        for entry in self.data["therapy_inability"]:
            if entry.get("therapy") not in known:
                entry.pop("therapy", None)

    def ongoing_with_document(self) -> None:
        """An ongoing episode, or one planned to end later, cites a dated document."""
        random, entry = self.random, self._pick("therapies")
        if entry is None:
            return
        if random.random() < 0.6:
            for name in ("end", "completed"):
                entry.pop(name, None)
            entry["ongoing"] = True
        on = self._shift(entry.get("start", "2025-09-01"), [0, 30, 179, 180, 181, 300])
        entry["source"] = {"document": self._document(on, "2026-07-15")}

    def exercise_program(self) -> None:
        random = self.random
        kept = [each for each in self.data["therapies"] if each["kind"] not in ACTIVE]
        start = random.choice(["2025-09-01", "2026-01-05"])
        entry = self._therapy("home_exercise_program", start)
        if random.random() < 0.5:
            entry |= {"prescription": True, "follow_up": True}
            entry.pop("completed", None)
        self.data["therapies"] = [*kept, entry]
        if random.random() < 0.5:
            reason = random.choice(REASONS)
            excuse: Data = {"reason": reason, "therapy": entry["id"], "date": "2026-01-20"}
            self.data["therapy_inability"].append(excuse)
        self._forget()

    def contested_therapy(self) -> None:
        """A second entry of one episode: another end, another outcome, other details."""
        entry = self._pick("therapies")
        if entry is None or "start" not in entry:
            return
        random, twin = self.random, self._twin("therapies", entry)
        what = random.random()
        if what < 0.5:
            twin.pop("ongoing", None)
            twin["end"] = self._shift(entry["start"], [10, 100, 180, 250])
        elif what < 0.7:
            twin["outcome"] = random.choice(["failed", "relief"])
        elif entry["kind"] == "home_exercise_program":
            twin[random.choice(["prescription", "follow_up"])] = random.choice([True, False])
        else:
            twin.pop("end", None)
            twin.pop("ongoing", None)
        if random.random() < 0.2:
            twin["revises"] = True

    def inability(self) -> None:
        random = self.random
        if random.random() < 0.6:
            self.data["therapies"] = [e for e in self.data["therapies"] if e["kind"] not in ACTIVE]
            self._forget()
        entry: Data = {"reason": random.choice(REASONS)}
        self._put(entry, date=self._date())
        ids = [each["id"] for each in self.data["therapies"]]
        if ids and random.random() < 0.4:
            entry["therapy"] = random.choice(ids)
        self.data["therapy_inability"].append(entry)

    def tens(self) -> None:
        kept = [each for each in self.data["therapies"] if each["kind"] not in INACTIVE]
        start = self.random.choice(["2025-09-01", "2025-10-01", None])
        entry = self._therapy("tens", start)
        if start is None and "ongoing" not in entry:
            entry["end"] = "2026-07-01"
        self.data["therapies"] = [*kept, entry]
        self._forget()

    def for_other(self) -> None:
        entry = self._pick("therapies")
        if entry is not None:
            entry["for"] = self.random.choice(["other", "other", "sij_low_back"])

    # --- imaging ------------------------------------------------------------------------------

    def _study(self, region: str) -> Data:
        random = self.random
        entry: Data = {"id": self._id("X"), "region": region}
        entry["modality"] = random.choice(["radiograph", "ct", "mri"])
        side = None if region == "lumbar_spine" else self._line_side()
        if region != "lumbar_spine" and random.random() < 0.2:
            side = self._side()
        days = ["2026-01-14", "2026-01-15", "2026-04-20", "2026-05-01", "2026-06-20", None]
        self._put(entry, side=side, date=random.choice(days))
        entry["results"] = {
            name: random.random() < 0.4 for name in RESULTS[region] if random.random() < 0.7
        }
        if random.random() < 0.2:
            entry["revises"] = True
        self.data["imaging"].append(entry)
        return entry

    def imaging_anew(self) -> None:
        region = self.random.choice(list(RESULTS))
        self.data["imaging"] = [e for e in self.data["imaging"] if e["region"] != region]
        for _ in range(self.random.randint(1, 3)):
            self._study(region)

    def study_of_the_joint(self) -> None:
        entry = self._study("sacroiliac_joint")
        if self.open and self.random.random() < 0.4:
            entry["results"] = {"localized_sij_pathology": False}

    def imaging_disagreement(self) -> None:
        """Another entry of a study, the same day or later, says the contrary."""
        entry = self._pick("imaging")
        if entry is None:
            return
        random, twin = self.random, self._twin("imaging", entry)
        results = twin["results"]
        for name in random.sample(sorted(results), min(len(results), 1)):
            results[name] = not results[name]
        if random.random() < 0.5:
            self._put(twin, date=random.choice(["2026-06-20", "2026-02-01", None]))
        if random.random() < 0.3:
            twin["modality"] = random.choice(["radiograph", "ct", "mri"])
        if random.random() < 0.3:
            twin["revises"] = True

    def clearing_study(self) -> None:
        """A positive result, and a later study that excludes it."""
        random = self.random
        region = random.choice(list(RESULTS))
        name = random.choice(
            {
                "sacroiliac_joint": ["destructive_lesion", "inflammatory_arthropathy"],
                "hip": ["hip_osteoarthritis", "hip_osteoarthritis_pain_source"],
                "lumbar_spine": ["neural_compression", "other_degenerative_pain_source"],
            }[region]
        )
        for value, on in ((True, "2026-02-01"), (False, "2026-06-20")):
            entry = self._study(region)
            entry.pop("revises", None)
            if region != "lumbar_spine":
                entry["side"] = self._line_side()
            entry["date"] = on
            entry["results"] = {name: value}
            if name == "neural_compression" and value and random.random() < 0.7:
                entry["results"]["neural_compression_correlates"] = True
            if not value and random.random() < 0.3:
                entry["revises"] = True

    # --- on any kind --------------------------------------------------------------------------

    def undated_entry(self) -> None:
        found = self._any_entry()
        if found is not None:
            kind, entry = found
            chosen = self._twin(kind, entry) if self.random.random() < 0.4 else entry
            chosen.pop("date" if kind != "therapies" else "start", None)

    def unsided_entry(self) -> None:
        found = self._any_entry(("findings", "measurements", "injections", "imaging"))
        if found is not None:
            kind, entry = found
            chosen = self._twin(kind, entry) if self.random.random() < 0.3 else entry
            side = self.random.choice([None, None, "right", "left", "bilateral"])
            if chosen.get("region") != "lumbar_spine":
                self._put(chosen, side=side)

    def thin_out(self) -> None:
        kind = self.random.choice(DOMAINS)
        share = self.random.choice([0.5, 0.8])
        kept = [each for each in self.data[kind] if self.random.random() < share]
        self.data[kind] = kept
        self._forget()

    def change_something(self) -> None:
        found = self._any_entry()
        if found is None:
            return
        kind, entry = found
        random = self.random
        if kind == "findings":
            self._turn(entry)
        elif kind == "imaging":
            name = random.choice(RESULTS[entry["region"]])
            entry["results"] = {**entry["results"], name: random.random() < 0.5}
        elif kind == "injections":
            loose = sorted(set(entry) - {"id", "side", "date"})
            if loose:
                del entry[random.choice(loose)]
        elif kind == "therapies":
            entry.pop(random.choice(["end", "ongoing", "start"]), None)
        else:
            entry["value"] = random.choice([0, 4, 5, 10])
        if random.random() < 0.15:
            entry["revises"] = True

    def copy_with_fewer_details(self) -> None:
        found = self._any_entry()
        if found is not None:
            kind, entry = found
            twin = self._twin(kind, entry)
            for name in fewer_details(kind, twin, self.random):
                del twin[name]

    def record_complete(self) -> None:
        random = self.random
        self.used.append("record_complete")
        domains = random.sample(DOMAINS, random.randint(1, len(DOMAINS)))
        self.data["record_complete"] = domains


LOOSE = {
    "injections": (
        "purposes",
        "intra_articular",
        "image_guided",
        "contrast",
        "agents",
        "relief_percent",
        "relief_lasted_expected",
        "outcome",
    ),
    "therapies": (
        "end",
        "ongoing",
        "prescription",
        "follow_up",
        "use",
        "frequency",
        "duration",
        "outcome",
        "completed",
    ),
    "findings": (),
    "measurements": (),
    "therapy_inability": (),
    "imaging": (),
}


def fewer_details(kind: str, entry: Data, random: Random) -> list[str]:
    """Details that a copy may leave out and is still an entry of the same event."""
    loose = [name for name in LOOSE[kind] if name in entry]
    return random.sample(loose, random.randint(0, len(loose)))


def random_case(seed: int) -> Data:
    """The case of a seed, always the same."""
    return Generator(Random(f"case {seed}")).case()


def focused_case(seed: int) -> Data:
    """A case in which one domain decides; of a seed always the same."""
    return Generator(Random(f"focused {seed}")).focused_case()


def any_case(seed: int) -> Data:
    """A case of one of the two kinds in turn; at times a study tells of another region too, or the
    decision lies before the receipt."""
    data, random = (random_case, focused_case)[seed % 2](seed), Random(f"odd {seed}")
    if data.get("imaging") and random.random() < 0.15:
        results = random.choice(data["imaging"]).setdefault("results", {})
        name = random.choice(RESULTS[random.choice(list(RESULTS))])
        results.setdefault(name, random.random() < 0.5)
    if random.random() < 0.02:
        day = date.fromisoformat(data["request"]["received"]) - timedelta(
            days=random.randint(1, 40)
        )
        data["request"]["decided"] = day.isoformat()
    return data


def random_readings(seed: int) -> dict[str, str]:
    """Some readings other than the policy's own; at times none."""
    random = Random(f"readings {seed}")
    number = random.choice([0, 0, 1, 1, 2, 3, 6])
    chosen = random.sample(sorted(READINGS), number)
    return {name: random.choice(READINGS[name][1:]) for name in chosen}


def random_parameters(seed: int) -> dict[str, int]:
    """Mostly the policy's own numbers; at times one of them moved by one."""
    random = Random(f"parameters {seed}")
    if random.random() < 0.8:
        return {}
    name = random.choice(sorted(PARAMETERS))
    return {name: PARAMETERS[name] + random.choice([-1, 1])}
