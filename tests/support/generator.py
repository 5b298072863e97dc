"""Random valid cases that reach every branch: a complete record, then perturbed at random.

Works on plain data, as a case file holds it, so that the whole way in is exercised.
"""

from __future__ import annotations

import copy
from datetime import date, timedelta
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from clausewise.facts.vocabulary.words import VOCABULARY

Data = dict[str, Any]
RECEIVED = date(2026, 7, 15)

EXAMINATION = {
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


_KINDS = (
    "findings",
    "findings",
    "measurements",
    "therapies",
    "injections",
    "injections",
    "imaging",
    "imaging",
    "therapy_inability",
)


def iso(day: date) -> str:
    return day.isoformat()


def complete_percutaneous(side: str = "left") -> Data:
    """A record that meets every criterion of D.I.B on the side."""
    finding = {"side": side, "date": "2026-07-02"}
    block = {
        "purposes": ["diagnostic"],
        "side": side,
        "intra_articular": True,
        "image_guided": True,
        "contrast": True,
        "agents": ["local_anesthetic"],
        "relief_percent": 80,
        "relief_lasted_expected": True,
    }
    steroid = {
        "purposes": ["therapeutic"],
        "side": side,
        "intra_articular": True,
        "agents": ["corticosteroid"],
        "outcome": "failed",
    }
    clear = {"destructive_lesion": False, "inflammatory_arthropathy": False}
    return {
        "format": "clausewise-case/1",
        "case": "T",
        "request": {
            "procedure": "percutaneous_sij_fusion",
            "side": side,
            "received": iso(RECEIVED),
            "purpose": "chronic_pain",
            "diagnoses": ["chronic_sij_pain"],
        },
        "findings": [
            {"finding": name, "present": value, **finding} for name, value in EXAMINATION.items()
        ]
        + [{"finding": name, "present": False, "date": "2026-07-02"} for name in ABSENT],
        "measurements": [{"measure": "sij_pain_score", "value": 7, **finding}],
        "therapies": [
            {"id": "T1", "kind": "physical_therapy", "start": "2025-09-01", "end": "2026-04-10"},
            {"id": "T2", "kind": "rest", "start": "2025-08-01", "ongoing": True},
        ],
        "injections": [
            {"id": "I1", "date": "2026-03-02", **block},
            {"id": "I2", "date": "2026-03-23", **block},
            {"id": "I3", "date": "2025-11-10", **steroid},
            {"id": "I4", "date": "2026-01-20", **steroid},
        ],
        "imaging": [
            {
                "id": "X1",
                "modality": "radiograph",
                "region": "sacroiliac_joint",
                "side": side,
                "date": "2026-04-20",
                "results": dict(clear),
            },
            {
                "id": "X2",
                "modality": "mri",
                "region": "sacroiliac_joint",
                "side": side,
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


def complete_open(side: str = "left") -> Data:
    """A record that meets D.I.A on the side."""
    return {
        "format": "clausewise-case/1",
        "case": "T",
        "request": {
            "procedure": "open_sij_fusion",
            "side": side,
            "received": iso(RECEIVED),
            "diagnoses": ["posttraumatic_sij_injury"],
        },
        "findings": [
            {"finding": "posttraumatic_sij_injury", "present": True, "side": side},
        ],
        "imaging": [
            {
                "modality": "ct",
                "region": "sacroiliac_joint",
                "side": side,
                "date": "2026-06-20",
                "results": {"localized_sij_pathology": True},
            }
        ],
    }


class Generator:
    """Draws cases from a random source."""

    def __init__(self, random: Random) -> None:
        self.random = random
        self._number = 0

    def case(self) -> Data:
        """One valid case as plain data."""
        random = self.random
        side = random.choice(["left", "left", "right", "bilateral"])
        if random.random() < 0.3:
            data = complete_open(side)
            data["findings"] = [entry for entry in data["findings"] if random.random() < 0.5] + [
                self._finding(random.choice(INDICATIONS)) for _ in range(random.randrange(3))
            ]
        else:
            data = complete_percutaneous(side)
        for name in ("measurements", "therapies", "therapy_inability", "injections"):
            data.setdefault(name, [])
        if random.random() < 0.2:
            for name in ("findings", "measurements", "therapies", "injections", "imaging"):
                data[name] = [entry for entry in data[name] if random.random() < 0.6]
        self._request(data["request"])
        for _ in range(random.choice([0, 1, 1, 2, 3, 4, 6, 9])):
            self._perturb(data)
        if random.random() < 0.4:
            domains = list(VOCABULARY.domains)
            data["record_complete"] = random.sample(domains, random.randint(1, len(domains)))
        if random.random() < 0.3:
            data["member"] = {"age": random.choice([16, 20, 21, 52])}
        return data

    # --- pieces -------------------------------------------------------------------------------

    def _request(self, request: Data) -> None:
        random = self.random
        if random.random() < 0.3:
            request["planned_service_date"] = iso(self._day_near(date(2026, 8, 3)))
        if random.random() < 0.15:
            request["received"] = random.choice(
                ["2026-05-31", "2026-06-01", "2026-08-31", "2026-12-31", "2028-02-29"]
            )
        if random.random() < 0.1:
            request["plan"] = random.choice(["arkansas_passe", "another_plan"])
        if random.random() < 0.15:
            request["procedure"] = random.choice(["27278", "27279", "27280", "99999", "knee"])
        if random.random() < 0.3:
            purpose = random.choice([None, *VOCABULARY.purposes])
            request.pop("purpose", None)
            if purpose is not None:
                request["purpose"] = purpose
        if random.random() < 0.5:
            names = list(VOCABULARY.diagnoses)
            request["diagnoses"] = random.sample(names, random.choice([0, 1, 1, 2]))

    def _side(self) -> str | None:
        return self.random.choice(["left", "left", "left", "right", "bilateral", None])

    def _day_near(self, day: date) -> date:
        return day + timedelta(days=self.random.choice([-1, 0, 1, -30, 30]))

    def _date(self) -> str | None:
        """A date around the limits that clauses set, or none."""
        random = self.random
        limits = [
            RECEIVED,
            RECEIVED - relativedelta(months=6),
            RECEIVED - relativedelta(months=12),
            date(2026, 7, 2),
            date(2026, 5, 1),
            date(2026, 3, 2),
            date(2024, 1, 1),
        ]
        if random.random() < 0.15:
            return None
        return iso(self._day_near(random.choice(limits)))

    def _optional(self, entry: Data, name: str, value: Any) -> None:
        if value is not None:
            entry[name] = value

    def _finding(self, name: str | None = None) -> Data:
        random = self.random
        entry: Data = {
            "finding": name or random.choice(list(VOCABULARY.findings)),
            "present": random.random() < 0.6,
        }
        self._optional(entry, "side", self._side())
        self._optional(entry, "date", self._date())
        if random.random() < 0.15:
            entry["context"] = random.choice(["baseline", "post_injection", "post_operative"])
        if random.random() < 0.25:
            entry["revises"] = random.random() < 0.8
        return entry

    def _measurement(self) -> Data:
        entry: Data = {
            "measure": "sij_pain_score",
            "value": self.random.choice([0, 3, 4.9, 4.9999999, 5, 6, 10]),
        }
        self._optional(entry, "side", self._side())
        self._optional(entry, "date", self._date())
        if self.random.random() < 0.15:
            entry["context"] = "post_injection"
        return entry

    def _therapy(self) -> Data:
        random = self.random
        self._number += 1
        entry: Data = {
            "id": f"N{self._number}",
            "kind": random.choice(list(VOCABULARY.therapies)),
        }
        start = self._date()
        self._optional(entry, "start", start)
        how = random.random()
        if how < 0.25:
            entry["ongoing"] = True
        elif how < 0.85 and start is not None:
            length = random.choice([0, 1, 40, 41, 42, 100, 179, 180, 181, 182, 365])
            entry["end"] = iso(date.fromisoformat(start) + timedelta(days=length))
        elif how < 0.85:
            self._optional(entry, "end", self._date())
        if entry["kind"] == "home_exercise_program":
            for name in ("prescription", "follow_up"):
                self._optional(entry, name, random.choice([True, True, False, None]))
            if not entry.get("ongoing"):
                self._optional(entry, "completed", random.choice([True, False, None, None]))
        if entry["kind"] == "tens":
            for name in ("use", "frequency", "duration"):
                self._optional(entry, name, random.choice(["as noted", "as noted", None]))
        if random.random() < 0.15:
            entry["for"] = random.choice(["other", "sij_low_back"])
        if random.random() < 0.3:
            entry["outcome"] = random.choice(["failed", "partial", "relief"])
        return entry

    def _inability(self, data: Data) -> Data:
        random = self.random
        entry: Data = {"reason": random.choice(list(VOCABULARY.inability_reasons))}
        self._optional(entry, "date", self._date())
        ids = [therapy["id"] for therapy in data["therapies"] if "id" in therapy]
        if ids and random.random() < 0.5:
            entry["therapy"] = random.choice(ids)
        return entry

    def _injection(self) -> Data:
        random = self.random
        entry: Data = {}
        if random.random() < 0.85:
            entry["purposes"] = random.choice(
                [["diagnostic"], ["therapeutic"], ["diagnostic", "therapeutic"]]
            )
        self._optional(entry, "date", self._date())
        self._optional(entry, "side", self._side())
        for name in ("intra_articular", "image_guided", "contrast", "relief_lasted_expected"):
            self._optional(entry, name, random.choice([True, True, True, True, False, None]))
        agents = random.choice(
            [
                None,
                ["local_anesthetic"],
                ["corticosteroid"],
                ["local_anesthetic", "corticosteroid"],
                ["other"],
            ]
        )
        self._optional(entry, "agents", agents)
        relief = random.choice([None, 49, 49.9999999, 50, 80, [40, 60], [50, 90], 100])
        self._optional(entry, "relief_percent", relief)
        self._optional(entry, "outcome", random.choice([None, "failed", "failed", "relief"]))
        return entry

    def _study(self) -> Data:
        random = self.random
        entry: Data = {
            "modality": random.choice(list(VOCABULARY.modalities)),
            "region": random.choice(list(VOCABULARY.regions)),
        }
        self._optional(entry, "side", self._side())
        self._optional(entry, "date", self._date())
        names = list(VOCABULARY.imaging_results)
        entry["results"] = {
            name: random.random() < 0.5 for name in random.sample(names, random.randint(0, 6))
        }
        if random.random() < 0.15:
            entry["revises"] = True
        return entry

    # --- perturbing ---------------------------------------------------------------------------

    def _perturb(self, data: Data) -> None:
        random = self.random
        kind = random.choice(_KINDS)
        entries: list[Data] = data[kind] if kind in data else data.setdefault(kind, [])
        action = random.random()
        if entries and action < 0.25:
            gone = entries.pop(random.randrange(len(entries)))
            self._forget_therapy(data, gone)
        elif entries and action < 0.65:
            self._change(random.choice(entries), kind)
        elif entries and action < 0.8 and kind != "therapies":
            twin = copy.deepcopy(random.choice(entries))
            twin.pop("id", None)
            self._change(twin, kind)
            entries.append(twin)
        else:
            make = {
                "findings": self._finding,
                "measurements": self._measurement,
                "therapies": self._therapy,
                "injections": self._injection,
                "imaging": self._study,
            }
            entries.append(self._inability(data) if kind == "therapy_inability" else make[kind]())

    def _forget_therapy(self, data: Data, gone: Data) -> None:
        for entry in data.get("therapy_inability", []):
            if entry.get("therapy") == gone.get("id"):
                entry.pop("therapy", None)

    def _change(self, entry: Data, kind: str) -> None:
        """Change one key of an entry, so that it stays valid."""
        random = self.random
        if kind in ("findings", "measurements", "injections", "imaging") and random.random() < 0.5:
            name, value = random.choice([("side", self._side()), ("date", self._date())])
            entry.pop(name, None)
            self._optional(entry, name, value)
            return
        if kind == "findings":
            entry["present"] = not entry["present"]
            if random.random() < 0.3:
                entry["revises"] = True
        elif kind == "measurements":
            entry["value"] = random.choice([0, 4.9, 5, 10])
        elif kind == "therapies":
            fresh = self._therapy()
            fresh["id"] = entry.get("id", fresh["id"])
            entry.clear()
            entry.update(fresh)
        elif kind == "therapy_inability":
            entry["reason"] = random.choice(list(VOCABULARY.inability_reasons))
        elif kind == "injections":
            fresh = self._injection()
            for name in random.sample(sorted(fresh), min(2, len(fresh))):
                entry[name] = fresh[name]
            if random.random() < 0.3:
                entry.pop(random.choice(sorted(entry)), None)
        elif kind == "imaging":
            fresh = self._study()
            if random.random() < 0.3:
                entry["modality"] = fresh["modality"]
            entry["results"] = {**entry.get("results", {}), **fresh["results"]}


_REGION_RESULTS = {
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


class Focused(Generator):
    """Complete records in which one domain is drawn anew, so that its rules decide."""

    def case(self) -> Data:
        random = self.random
        path = random.choice([complete_percutaneous, complete_percutaneous, complete_open])
        data = path(random.choice(["left", "left", "bilateral"]))
        for name in ("measurements", "therapies", "therapy_inability", "injections"):
            data.setdefault(name, [])
        if random.random() < 0.3:
            data["request"]["planned_service_date"] = iso(self._day_near(date(2026, 8, 3)))
        draw = random.choice([self._imaging, self._imaging, self._therapies, self._findings])
        draw(data)
        if random.random() < 0.5:
            data["record_complete"] = list(VOCABULARY.domains)
        return data

    def _near_side(self, entry: Data) -> None:
        entry.pop("side", None)
        self._optional(entry, "side", self.random.choice(["left", "left", "bilateral", None]))

    def _imaging(self, data: Data) -> None:
        random = self.random
        region = random.choice(list(_REGION_RESULTS))
        data["imaging"] = [each for each in data["imaging"] if each["region"] != region]
        days = ["2026-01-14", "2026-01-15", "2026-04-01", "2026-05-01", "2026-07-16", None]
        for _ in range(random.randint(1, 3)):
            entry = self._study()
            entry["region"] = region
            self._near_side(entry)
            entry.pop("date", None)
            self._optional(entry, "date", random.choice(days))
            entry["results"] = {
                name: random.random() < 0.5
                for name in _REGION_RESULTS[region]
                if random.random() < 0.75
            }
            data["imaging"].append(entry)

    def _therapies(self, data: Data) -> None:
        random = self.random
        data["therapies"] = [self._therapy() for _ in range(random.randint(1, 4))]
        day = date(2025, 7, 1)
        for _ in range(random.randint(0, 4)):
            day += timedelta(days=random.choice([0, 1, 1, 2, 30]))
            last = day + timedelta(days=random.choice([0, 0, 59, 89, 90, 120, 179, 180]))
            kind = random.choice(list(VOCABULARY.therapies))
            entry: Data = {"kind": kind, "start": iso(day), "end": iso(last)}
            if kind == "home_exercise_program":
                entry |= {"prescription": True, "follow_up": True}
            if kind == "tens":
                entry |= {"use": "back", "frequency": "daily", "duration": "30 min"}
            if random.random() < 0.2:
                entry["outcome"] = "relief"
            data["therapies"].append(entry)
            day = last
        data["therapy_inability"] = [
            self._inability(data) for _ in range(random.choice([0, 0, 1, 2]))
        ]

    def _findings(self, data: Data) -> None:
        random = self.random
        names = list(VOCABULARY.findings)
        if data["request"]["procedure"] == "open_sij_fusion":
            names = [*INDICATIONS, *INDICATIONS, *names]
        for _ in range(random.randint(1, 4)):
            entry = self._finding(random.choice(names))
            self._near_side(entry)
            data["findings"].append(entry)
            if random.random() < 0.6:
                other = copy.deepcopy(entry)
                other["present"] = random.random() < 0.5
                other.pop("date", None)
                self._optional(other, "date", self._date())
                if random.random() < 0.5:
                    other["revises"] = True
                data["findings"].append(other)


def focused_case(seed: int) -> Data:
    """A case in which one domain decides; of a seed always the same."""
    return Focused(Random(seed)).case()


def random_case(seed: int) -> Data:
    """The case of a seed, always the same."""
    return Generator(Random(seed)).case()


def wide_case(seed: int) -> Data:
    """A case with further findings from the whole vocabulary, which may contradict or revise
    others, and at times an exercise program that pain cut short; of a seed always the same."""
    random = Random(f"wide {seed}")
    make = random.choice((random_case, focused_case, None, None))
    complete = random.choice((complete_percutaneous, complete_open))
    data = make(seed) if make is not None else complete()
    for _ in range(random.randint(1, 4)):
        name = random.choice(list(VOCABULARY.findings))
        entry: Data = {"finding": name, "present": random.random() < 0.5}
        if VOCABULARY.findings[name].side_specific:
            entry["side"] = random.choice(("left", "left", "right"))
        if random.random() < 0.9:
            entry["date"] = random.choice(("2026-07-02", "2026-07-02", "2026-07-03", "2026-01-10"))
            if random.random() < 0.2:
                entry["revises"] = True
        data.setdefault("findings", []).append(entry)
        if random.random() < 0.4:
            data["findings"].append({**entry, "present": not entry["present"]})
    if random.random() < 0.2:
        program = {"id": "HEP", "kind": "home_exercise_program", "start": "2026-01-05"}
        data.setdefault("therapies", []).append({**program, "end": "2026-01-20"})
        reason = random.choice(("increased_pain", "physical_inability", "contraindication"))
        data.setdefault("therapy_inability", []).append(
            {"reason": reason, "therapy": "HEP", "date": "2026-01-20"}
        )
    if random.random() < 0.2:
        study: Data = {"modality": random.choice(("radiograph", "ct", "mri")), "region": "hip"}
        study["results"] = {"hip_osteoarthritis": True}
        data.setdefault("imaging", []).append({**study, "side": "left", "date": "2026-05-02"})
    if random.random() < 0.1 and data.get("imaging"):
        random.choice(data["imaging"]).update({"revises": True})
    if random.random() < 0.1 and data.get("imaging"):
        random.choice(data["imaging"]).pop("date", None)
    return data


def any_case(seed: int) -> Data:
    """A case of one of the three kinds in turn."""
    return (random_case, focused_case, wide_case)[seed % 3](seed)
