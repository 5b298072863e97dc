"""The four laws as checks over a function that decides, for random cases and random readings.

Each check returns what is wrong as a text, or nothing. ``Ask`` decides a case under fixed readings
and parameters, by the oracle or by the product. No reading is left out: where one changes what is
contrary or irrelevant, the check says so at its place.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from dateutil.relativedelta import relativedelta

from tests.support.generator import LOOSE, fewer_details
from tests.support.oracle.oracle import Line
from tests.support.oracle.record import SIDE_SPECIFIC
from tests.support.records import (
    BLOCK,
    DIAGNOSES,
    DOMAINS,
    EXAMINED,
    INDICATIONS,
    STANDING,
    STEROID,
    Data,
)


@dataclass(frozen=True)
class Ask:
    """Decides a case under fixed readings and parameters, and gives its lines."""

    decide: Callable[[Data, Mapping[str, str], Mapping[str, int]], list[Line]]
    readings: Mapping[str, str] = field(default_factory=dict)
    parameters: Mapping[str, int] = field(default_factory=dict)

    def __call__(self, case: Data) -> list[Line]:
        return self.decide(case, self.readings, self.parameters)

    def reads(self, name: str, value: str) -> bool:
        """Whether the reading has this value, which is not the policy's own."""
        return self.readings.get(name) == value


KINDS = ("findings", "measurements", "therapies", "therapy_inability", "injections", "imaging")
DETERMINATIONS = {
    "not_medically_necessary": 0,
    "insufficient_information": 1,
    "medically_necessary": 2,
}
CRITERIA = {"not_met": 0, "undocumented": 1, "conflicting": 1, "met": 2}
EXCLUSIONS = {"applies": 0, "conflicting": 1, "not_documented": 2, "ruled_out": 2}
DENIED, APPROVED = "not_medically_necessary", "medically_necessary"
OTHER_SIDE = {"left": "right", "right": "left"}


# --- comparing --------------------------------------------------------------------------------


def difference(before: list[Line], after: list[Line]) -> str:
    """What changed between two answers, or nothing."""
    found = []
    for old, new in zip(before, after, strict=True):
        if (old.side, old.determination) != (new.side, new.determination):
            found.append(f"{old.side}: {old.determination} -> {new.determination}")
        for was, now in ((old.criteria, new.criteria), (old.exclusions, new.exclusions)):
            found += [
                f"{old.side} {label}: {was.get(label)} -> {now.get(label)}"
                for label in sorted({*was, *now})
                if was.get(label) != now.get(label)
            ]
    return "; ".join(found)


def ranks(line: Line) -> dict[str, int]:
    """How favourable everything of a line is: the determination, every clause."""
    if line.determination == "not_governed":
        return {}
    found = {"determination": DETERMINATIONS[line.determination]}
    found |= {label: CRITERIA[status] for label, status in line.criteria.items()}
    return found | {label: EXCLUSIONS[status] for label, status in line.exclusions.items()}


def worse(before: Line, after: Line) -> str:
    """Where a line got worse, or nothing."""
    old, new = ranks(before), ranks(after)
    return "; ".join(
        f"{label}: {old[label]} -> {new[label]}" for label in old if new[label] < old[label]
    )


def with_entry(case: Data, kind: str, entry: Data) -> Data:
    changed = copy.deepcopy(case)
    changed.setdefault(kind, []).append(copy.deepcopy(entry))
    return changed


def without_entry(case: Data, kind: str, position: int) -> Data:
    changed = copy.deepcopy(case)
    del changed[kind][position]
    return untied(changed)


def untied(case: Data) -> Data:
    """The case without what an inability says of a therapy that is not listed."""
    known = {each.get("id") for each in case.get("therapies", [])}
    for each in case.get("therapy_inability", []):
        if each.get("therapy") not in known:
            each.pop("therapy", None)
    return case


def pick(case: Data, random: Random, kinds: tuple[str, ...] = KINDS) -> tuple[str, int] | None:
    filled = [kind for kind in kinds if case.get(kind)]
    if not filled:
        return None
    kind = random.choice(filled)
    return kind, random.randrange(len(case[kind]))


# --- law 3: events are counted, not entries -----------------------------------------------------


def copying(case: Data, ask: Ask, random: Random) -> str:
    """A copy of an entry, whole or with fewer details, changes nothing."""
    found = pick(case, random)
    if found is None:
        return ""
    kind, position = found
    twin = copy.deepcopy(case[kind][position])
    if random.random() < 0.6:
        for name in fewer_details(kind, twin, random):
            del twin[name]
        results = twin.get("results") or {}
        for name in random.sample(sorted(results), random.randint(0, len(results))):
            del results[name]
    if "id" in twin:
        twin["id"] = "COPY"
    return difference(ask(case), ask(with_entry(case, kind, twin)))


def splitting(case: Data, ask: Ask, random: Random) -> str:
    """The details of one event in two entries say what they say in one."""
    found = pick(case, random, ("injections", "therapies", "imaging"))
    if found is None:
        return ""
    kind, position = found
    entry = case[kind][position]
    if entry.get("date", entry.get("start")) is None or entry.get("revises"):
        return ""
    changed = copy.deepcopy(case)
    one, two = changed[kind][position], copy.deepcopy(entry)
    if "id" in two:
        two["id"] = "SPLIT"
    for name in sorted(set(LOOSE[kind]) & set(entry) - {"purposes"}):
        (one if random.random() < 0.5 else two).pop(name)
    for name in sorted(entry.get("results") or {}):
        (one if random.random() < 0.5 else two)["results"].pop(name)
    changed[kind].append(two)
    return difference(ask(case), ask(changed))


def undated_never_counts(case: Data, ask: Ask, random: Random) -> str:
    """Injections without a day raise no count, however many there are."""
    changed = copy.deepcopy(case)
    for entry in changed.get("injections", []):
        entry.pop("date", None)
    for line in ask(changed):
        if "met" in (line.criteria.get("D.I.B.7"), line.criteria.get("D.I.B.10")):
            return "undated injections are counted"
    return ""


def reordering(case: Data, ask: Ask, random: Random) -> str:
    """The order of entries, documents, diagnoses and purposes says nothing."""
    changed = copy.deepcopy(case)
    request = changed["request"]
    lists = [changed.get(kind) for kind in (*KINDS, "documents", "record_complete")]
    lists += [request.get("diagnoses"), request.get("purpose")]
    for each in lists:
        if isinstance(each, list):
            random.shuffle(each)
    return difference(ask(case), ask(changed))


def mirroring(case: Data, ask: Ask, random: Random) -> str:
    """Left and right exchanged everywhere exchanges the results."""
    changed = copy.deepcopy(case)
    for each in [changed["request"], *(e for kind in KINDS for e in changed.get(kind, []))]:
        if "side" in each:
            each["side"] = OTHER_SIDE.get(each["side"], each["side"])
    mirrored = [
        Line(OTHER_SIDE[line.side], line.determination, line.criteria, line.exclusions, [])
        for line in ask(changed)
    ]
    order = [line.side for line in ask(case)]
    mirrored.sort(key=lambda line: order.index(line.side))
    return difference(ask(case), mirrored)


# --- law 4: monotone ----------------------------------------------------------------------------


def _days(case: Data) -> tuple[date, date]:
    """Receipt, and the last day on which an entry certainly counts under every reading."""
    request = case["request"]
    received = date.fromisoformat(request["received"])
    last = min(received, date.fromisoformat(request.get("decided", request["received"])))
    planned = request.get("planned_service_date")
    if planned is not None and date.fromisoformat(planned) <= received + timedelta(days=60):
        last = min(last, date.fromisoformat(planned) - timedelta(days=1))
    return received, last


def _day(case: Data, random: Random) -> str:
    _, last = _days(case)
    return (last - timedelta(days=random.choice([0, 1, 5, 13, 40, 100, 200]))).isoformat()


def _fresh_day(case: Data, random: Random) -> str:
    """A day on which nothing else is dated."""
    taken = {str(e.get(name)) for k in KINDS for e in case.get(k, []) for name in ("date", "start")}
    _, last = _days(case)
    while True:
        on = (last - timedelta(days=random.randrange(1, 300))).isoformat()
        if on not in taken:
            return on


def _with_chance(entry: Data, random: Random, **values: Any) -> Data:
    for name, value in values.items():
        if random.random() < 0.8:
            entry[name] = value
    if random.random() < 0.2:
        entry["revises"] = True
    return entry


def _told_finding(case: Data, side: str, random: Random, good: bool) -> tuple[str, Data]:
    """A finding that speaks for the line, or against it."""
    wanted = {**EXAMINED, **dict.fromkeys(STANDING, False), **dict.fromkeys(INDICATIONS, True)}
    name = random.choice(sorted(wanted))
    entry: Data = {"finding": name, "present": wanted[name] is good}
    sided = name in SIDE_SPECIFIC or random.random() < 0.2
    if random.random() < 0.85 and sided:
        entry["side"] = random.choice([side, side, "bilateral"])
    return "findings", _with_chance(entry, random, date=_day(case, random))


def _score(case: Data, side: str, random: Random, good: bool) -> tuple[str, Data]:
    value = random.choice([8, [6, 8], 10] if good else [2, 0, [1, 3]])
    entry: Data = {"measure": "sij_pain_score", "value": value, "context": "baseline"}
    if random.random() < 0.85:
        entry["side"] = side
    return "measurements", _with_chance(entry, random, date=_day(case, random))


def _injection(case: Data, side: str, random: Random, good: bool) -> tuple[str, Data]:
    """An injection of its own day; or further details of one that another entry has."""
    day, purposes = _fresh_day(case, random), [random.choice(["diagnostic", "therapeutic"])]
    dated = [each for each in case.get("injections", []) if "date" in each and "purposes" in each]
    if dated and random.random() < 0.4:
        like = random.choice(dated)
        day, purposes = like["date"], like["purposes"]
    entry: Data = {"id": "NEW", "date": day, "side": side}
    if "therapeutic" in purposes:
        entry |= copy.deepcopy(STEROID)
    if "diagnostic" in purposes:
        entry |= copy.deepcopy(BLOCK)
    if "diagnostic" in purposes and "therapeutic" in purposes:
        entry["agents"] = ["local_anesthetic", "corticosteroid"]
    entry["purposes"] = list(purposes)
    if not good:
        bad = {"relief_percent": 10, "outcome": "relief", "intra_articular": False}
        for name in bad:
            if name in entry and (name != "intra_articular" or random.random() < 0.3):
                entry[name] = bad[name]
        if day in {each["date"] for each in dated}:
            # More of an injection that there is: nothing but what speaks against it.
            entry = {
                k: v for k, v in entry.items() if k not in LOOSE["injections"] or bad.get(k) == v
            }
            entry["purposes"] = list(purposes)
    if random.random() < 0.15:
        entry["revises"] = True
    return "injections", entry


_FAVOURABLE_STUDIES: list[Data] = [
    {"region": "sacroiliac_joint", "results": {"destructive_lesion": False}},
    {"region": "sacroiliac_joint", "results": {"inflammatory_arthropathy": False}},
    {"region": "sacroiliac_joint", "results": {"localized_sij_pathology": True}},
    {"region": "hip", "results": {"hip_osteoarthritis": False}},
    {"region": "lumbar_spine", "results": {"neural_compression": False}},
    {"region": "lumbar_spine", "results": {"other_degenerative_pain_source": False}},
]
_ADVERSE_STUDIES: list[Data] = [
    {"region": "sacroiliac_joint", "results": {"destructive_lesion": True}},
    {"region": "sacroiliac_joint", "results": {"inflammatory_arthropathy": True}},
    {"region": "sacroiliac_joint", "results": {}},
    {"region": "hip", "results": {"hip_osteoarthritis": True}},
    {
        "region": "hip",
        "results": {"hip_osteoarthritis": True, "hip_osteoarthritis_pain_source": True},
    },
    {
        "region": "lumbar_spine",
        "results": {"neural_compression": True, "neural_compression_correlates": True},
    },
    {"region": "lumbar_spine", "results": {"other_degenerative_pain_source": True}},
]


def _favourable_study(case: Data, side: str, random: Random) -> tuple[str, Data] | None:
    entry = copy.deepcopy(random.choice(_FAVOURABLE_STUDIES))
    if entry["region"] == "sacroiliac_joint":
        # A study that is silent on localized pathology could show it: it keeps D.I.A.2 open.
        entry["results"]["localized_sij_pathology"] = True
    entry["modality"] = random.choice(["radiograph", "ct", "mri"])
    if entry["region"] != "lumbar_spine":
        entry["side"] = side
    return "imaging", _with_chance(entry, random, date=_day(case, random))


def _adverse_study(case: Data, side: str, random: Random) -> tuple[str, Data] | None:
    """A study against the line, of a modality that it has anyway: a study that is missing is
    something in favour as well."""
    had = [
        each
        for each in case.get("imaging", [])
        if each.get("side") in (side, "bilateral") or each["region"] == "lumbar_spine"
    ]
    if not had:
        return None
    like = random.choice(had)
    fitting = [each for each in _ADVERSE_STUDIES if each["region"] == like["region"]]
    entry = copy.deepcopy(random.choice(fitting))
    entry["modality"], entry["date"] = like["modality"], like.get("date", _day(case, random))
    if random.random() < 0.5 and "date" in like:
        later = (date.fromisoformat(like["date"]) + timedelta(days=3)).isoformat()
        entry["date"] = min(later, _days(case)[1].isoformat())
    if entry["region"] == "sacroiliac_joint":
        entry["results"]["localized_sij_pathology"] = False
    if "side" in like:
        entry["side"] = side
    if random.random() < 0.15:
        entry["revises"] = True
    return "imaging", entry


def _favourable_therapy(case: Data, random: Random) -> tuple[str, Data]:
    _, last = _days(case)
    if random.random() < 0.3:
        reason = random.choice(["contraindication", "increased_pain", "intolerance"])
        excuse: Data = {"reason": reason}
        if random.random() < 0.8:
            excuse["date"] = _day(case, random)
        return "therapy_inability", excuse
    start = _fresh_day(case, random)
    kind = random.choice(["physical_therapy", "chiropractic", "rest", "ice", "pharmacotherapy"])
    end = min(last, date.fromisoformat(start) + timedelta(days=random.choice([20, 100, 200])))
    entry: Data = {"id": "NEW", "kind": kind, "start": start}
    if random.random() < 0.3:
        return "therapies", entry | {"ongoing": True}
    return "therapies", entry | {"end": end.isoformat()}


def _adverse_therapy(case: Data, random: Random) -> tuple[str, Data] | None:
    """Another entry of an episode: it ended on its first day, it brought relief, it lacked what it
    needs."""
    dated = [
        e for e in case.get("therapies", []) if "start" in e and ("end" in e or "ongoing" in e)
    ]
    dated = [e for e in dated if e.get("for") != "other" and "source" not in e]
    if not dated:
        return None
    like = random.choice(dated)
    entry: Data = {"id": "NEW", "kind": like["kind"], "start": like["start"]}
    what = random.random()
    if what < 0.4:
        entry["end"] = like["start"]
    elif what < 0.7 or like["kind"] != "home_exercise_program":
        entry["outcome"] = "relief"
    else:
        entry["follow_up"] = False
    return "therapies", entry


def addition(case: Data, side: str, random: Random, good: bool) -> tuple[str, Data] | None:
    """An entry in favour of a line, or against it."""
    what = random.random()
    if what < 0.35:
        return _told_finding(case, side, random, good)
    if what < 0.45:
        return _score(case, side, random, good)
    if what < 0.65:
        return _injection(case, side, random, good)
    if what < 0.85:
        return (_favourable_study if good else _adverse_study)(case, side, random)
    return _favourable_therapy(case, random) if good else _adverse_therapy(case, random)


def _line_of(lines: list[Line], side: str) -> Line:
    return next(line for line in lines if line.side == side)


def thinned(case: Data, random: Random) -> Data:
    """A poorer record, so that what is added matters; at times the whole one."""
    changed = copy.deepcopy(case)
    for kind in random.sample(KINDS[:3] + KINDS[4:], random.choice([0, 1, 1, 2, 5])):
        kept = [each for each in changed.get(kind, []) if random.random() < 0.6]
        changed[kind] = kept
    return untied(changed)


def favourable(case: Data, ask: Ask, random: Random) -> str:
    """What is added in favour makes nothing of the line worse."""
    case = thinned(case, random)
    before = ask(case)
    side = random.choice(before).side
    added = addition(case, side, random, good=True)
    if added is None:
        return ""
    after = ask(with_entry(case, *added))
    found = worse(_line_of(before, side), _line_of(after, side))
    return f"{added}: {found}" if found else ""


def unfavourable(case: Data, ask: Ask, random: Random) -> str:
    """What is added against makes nothing of the line better."""
    case = thinned(case, random)
    before = ask(case)
    side = random.choice(before).side
    if random.random() < 0.1 and _line_of(before, side).criteria.get("D.I.B"):
        changed = copy.deepcopy(case)
        stated = random.choice(["systemic_arthropathy", "fracture", *DIAGNOSES[9:14]])
        changed["request"].setdefault("diagnoses", [])
        changed["request"]["diagnoses"] = [*changed["request"]["diagnoses"], stated]
        found = worse(_line_of(ask(changed), side), _line_of(before, side))
        # Which diagnosis is not stated is said only where some are: no more than a word.
        return f"{stated}: {found}" if "determination" in found else ""
    added = addition(case, side, random, good=False)
    if added is None:
        return ""
    after = ask(with_entry(case, *added))
    found = worse(_line_of(after, side), _line_of(before, side))
    return f"{added}: {found}" if found else ""


def irrelevant_entry(case: Data, side: str, ask: Ask, random: Random) -> tuple[str, Data] | None:
    """An entry for another body part or the other joint, or dated after every cut-off.

    Where sides are disregarded the other joint is not irrelevant.
    """
    added = addition(case, side, random, good=random.random() < 0.5)
    if added is None:
        return None
    kind, entry = added
    any_side = ask.reads("laterality", "any_side") or ask.reads("exclusion_side", "anywhere")
    sideless = entry.get("region") == "lumbar_spine" or (any_side and kind != "therapies")
    if random.random() < 0.5 or sideless:
        late = max(
            str(case["request"].get("decided", "")),
            *(str(each.get("received", "")) for each in case.get("documents", [])),
            case["request"]["received"],
        )
        on = (date.fromisoformat(late) + timedelta(days=random.choice([1, 30]))).isoformat()
        entry.pop("end", None)
        entry["start" if kind == "therapies" else "date"] = on
    elif kind == "therapies":
        entry["for"] = "other"
    else:
        entry["side"] = OTHER_SIDE[side]
    return kind, entry


def irrelevant(case: Data, ask: Ask, random: Random) -> str:
    """What says nothing about the line changes nothing of it."""
    case = thinned(case, random)
    before = ask(case)
    side = random.choice(before).side
    added = irrelevant_entry(case, side, ask, random)
    if added is None:
        return ""
    after = ask(with_entry(case, *added))
    found = difference([_line_of(before, side)], [_line_of(after, side)])
    return f"{added}: {found}" if found else ""


def moving(case: Data, ask: Ask, random: Random) -> str:
    """One day later changes nothing where no limit and no other entry lies between."""
    request = case["request"]
    fixed = [request["received"], request.get("planned_service_date"), request.get("decided")]
    days = {date.fromisoformat(each) for each in fixed if each}
    limits = set(days)
    for each in days:
        limits |= {each - relativedelta(months=months) for months in (5, 6, 7, 11, 12, 13)}
        limits.add(each - timedelta(days=1))
    for document in case.get("documents", []):
        limits |= {date.fromisoformat(document[n]) for n in ("date", "received") if n in document}
    kinds = ("findings", "measurements", "injections", "imaging", "therapy_inability")
    entries = [each for kind in kinds for each in case.get(kind, [])]
    dated = {date.fromisoformat(each["date"]) for each in entries if "date" in each}
    free = [
        on
        for on in sorted(dated)
        if not {on, on + timedelta(days=1)} & limits and on + timedelta(days=1) not in dated
    ]
    if not free:
        return ""
    on = random.choice(free)
    changed = copy.deepcopy(case)
    for kind in kinds:
        for each in changed.get(kind, []):
            if each.get("date") == on.isoformat():
                each["date"] = (on + timedelta(days=1)).isoformat()
    found = difference(ask(case), ask(changed))
    return f"{on}: {found}" if found else ""


# --- law 1: nothing rests on conflict -----------------------------------------------------------


def _contrary(
    kind: str, entry: Data, case: Data, approved: bool, ask: Ask, random: Random
) -> Data | None:
    """The same event told the other way; nothing where the event has no contrary of its own.

    Undated entries are no contrary where they never count, and low scores are none where the
    highest of a period counts.
    """
    undated_counts = not ask.reads("undated_entries", "never")
    other = copy.deepcopy(entry)
    if "id" in other:
        other["id"] = "CONTRARY"
    if kind == "findings":
        other["present"] = not entry["present"]
        other.pop("radiates_to", None)
        return _elsewhen(other, approved, undated_counts, random)
    if kind == "measurements":
        if approved:
            # Of scores of one day the highest counts; one without a day may be later.
            if not undated_counts or ask.reads("pain_score_choice", "highest_in_6_months"):
                return None
            other.pop("date", None)
            return other | {"value": 2}
        return other | {"value": 8}
    if kind == "injections" and "date" in entry and entry.get("purposes"):
        if "diagnostic" in entry.get("purposes", []) and approved:
            other |= {"relief_percent": 10, "contrast": False}
        elif approved:
            other["outcome"] = "relief"
        if approved and other.get("purposes") == ["diagnostic", "therapeutic"]:
            other["outcome"] = "relief"
        return other if approved else None
    if kind == "imaging" and entry.get("results"):
        like = [e for e in case["imaging"] if e is not entry and e["region"] == entry["region"]]
        if any(set(e.get("results") or {}) & set(entry["results"]) for e in like):
            return None  # another study may settle it
        other["results"] = {name: not value for name, value in entry["results"].items()}
        return other
    tied = {each.get("therapy") for each in case.get("therapy_inability", [])}
    episode = kind == "therapies" and approved and "start" in entry
    if episode and entry["kind"] != "tens" and entry.get("id") not in tied:
        other.pop("ongoing", None)
        other["end"] = entry["start"]
        return other
    return None


def _elsewhen(other: Data, approved: bool, undated_counts: bool, random: Random) -> Data:
    """The contrary of a finding contradicts it without a day too, and against a line without a
    side; a diagnosis contradicts another of any day, unless one revises."""
    what = random.random()
    if what < 0.25 and undated_counts:
        other.pop("date", None)
        other.pop("revises", None)
    elif what < 0.5 and other["finding"] in STANDING and "date" in other:
        if not other.pop("revises", None):
            on = date.fromisoformat(other["date"]) - timedelta(days=random.choice([1, 400]))
            other["date"] = on.isoformat()
    elif what < 0.75 and approved and other["finding"] in SIDE_SPECIFIC:
        other.pop("side", None)
    return other


def _alone(case: Data, kind: str, position: int, contrary: Data, ask: Ask, line: Line) -> bool:
    """Whether the contrary of a course of therapy is enough by itself: one day may be."""
    if kind != "therapies":
        return False
    replaced = with_entry(without_entry(case, kind, position), kind, contrary)
    return _line_of(ask(replaced), line.side).determination == line.determination


def conflict_settles_nothing(case: Data, ask: Ask, random: Random) -> str:
    """What rests on an entry does not stand once the same is told the other way."""
    before = ask(case)
    settled = {line.determination for line in before} & {DENIED, APPROVED}
    places = [(kind, at) for kind in KINDS for at in range(len(case.get(kind, [])))]
    for kind, position in random.sample(places, min(len(places), 6)) if settled else []:
        entry = case[kind][position]
        for old, without in zip(before, ask(without_entry(case, kind, position)), strict=True):
            rests = old.determination in settled and without.determination != old.determination
            approved = old.determination == APPROVED
            contrary = _contrary(kind, entry, case, approved, ask, random)
            if rests and contrary is not None:
                new = _line_of(ask(with_entry(case, kind, contrary)), old.side)
                if new.determination == old.determination and not _alone(
                    case, kind, position, contrary, ask, old
                ):
                    return f"{old.determination} stands against {contrary}"
    return ""


def decisive_is_settled(case: Data, ask: Ask, random: Random) -> str:
    """A denial names clauses that are not met and exclusions that apply, and an approval has
    neither an undetermined clause on the way nor a conflicting exclusion."""
    for line in ask(case):
        if line.determination == DENIED:
            told = {line.criteria.get(each, line.exclusions.get(each)) for each in line.decisive}
            if not told or not told <= {"not_met", "applies"}:
                return f"denied by {line.decisive}: {told}"
        if line.determination == APPROVED:
            root = "D.I.A" if "D.I.A" in line.criteria else "D.I.B"
            if line.criteria[root] != "met" or {"conflicting", "applies"} & {
                *line.exclusions.values()
            }:
                return "approved with something open"
    return ""


# --- law 2: nothing rests on silence ------------------------------------------------------------


def silence_settles_nothing(case: Data, ask: Ask, random: Random) -> str:
    """Without the entries of some domains, and no completeness, what depends on them alone is
    undocumented."""
    changed = copy.deepcopy(case)
    changed.pop("record_complete", None)
    gone = random.sample(KINDS, random.randint(1, len(KINDS)))
    for kind in gone:
        changed[kind] = []
    alone = {
        "measurements": ["D.I.B.2"],
        "injections": ["D.I.B.7", "D.I.B.10"],
        "imaging": ["D.I.A.2", "D.I.B.9.a", "D.I.B.9.b", "D.I.B.9.c"],
        "findings": ["D.I.A.1", "D.I.B.1", "D.I.B.3", "D.I.B.5", "D.I.B.6", "D.I.B.8"],
        "therapies": ["D.I.B.4.b"],
    }
    for line in ask(untied(changed)):
        for kind in gone:
            for label in alone.get(kind, []):
                if line.criteria.get(label, "undocumented") != "undocumented":
                    return f"{label} is {line.criteria[label]} without {kind}"
        if set(gone) == set(KINDS):
            if line.determination == APPROVED:
                return "approved on silence"
            stated = line.exclusions and "applies" in line.exclusions.values()
            purpose = line.criteria.get("D.I.B.0") == "not_met"
            if line.determination == DENIED and not stated and not purpose:
                return "denied on silence"
    return ""


def completeness_only_denies(case: Data, ask: Ask, random: Random) -> str:
    """That the record is complete never makes anything better, and settles no exclusion of its
    own."""
    changed = copy.deepcopy(case)
    changed.pop("record_complete", None)
    before = ask(changed)
    changed["record_complete"] = random.sample(DOMAINS, random.randint(1, len(DOMAINS)))
    for old, new in zip(before, ask(changed), strict=True):
        found = worse(new, old)
        if found:
            return f"better when complete: {found}"
        if old.criteria.get("D.I.B.8") != new.criteria.get("D.I.B.8"):
            return "completeness settled an absence"
        own_path = "D.I.B" in old.criteria and "D.II.A.4" not in old.exclusions
        if own_path and old.exclusions != new.exclusions:
            return "completeness settled an exclusion"
    return ""


CHECKS: dict[str, Callable[[Data, Ask, Random], str]] = {
    "1 conflict settles nothing": conflict_settles_nothing,
    "1 what decides is settled": decisive_is_settled,
    "2 silence settles nothing": silence_settles_nothing,
    "2 completeness only denies": completeness_only_denies,
    "3 a copy changes nothing": copying,
    "3 details in two entries": splitting,
    "3 undated events raise no count": undated_never_counts,
    "3 order changes nothing": reordering,
    "3 mirrored sides mirror": mirroring,
    "4 favourable is never worse": favourable,
    "4 unfavourable is never better": unfavourable,
    "4 irrelevant changes nothing": irrelevant,
    "4 harmless moves change nothing": moving,
}
