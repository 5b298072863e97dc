"""What could be documented: the entries and details that clauses could use.

Which ones are possible follows from what the clauses use and from the case format.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from clausewise.facts.case.model import Finding, ImagingStudy, Injection, Measurement, Therapy
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.program.dependencies import uses


@dataclass(frozen=True, slots=True)
class Candidate:
    """Something that could be documented: edits of the case file, in words, and its question.

    ``after`` names a candidate of the same kind that has to be used first, so that of several
    alike only one order is told.
    """

    name: str
    text: str
    question: str
    edits: Mapping[str, Any]
    after: str | None = None


def possible_documentation(decision: Decision, line: LineDecision) -> Iterator[Candidate]:
    """Entries and details that an undetermined clause of the line could use."""
    policy = line.program.policy
    labels = [
        label
        for label, status in line.statuses.items()
        if status in ("undocumented", "conflicting")
        and not policy.clauses[label].gate
        and (policy.clauses[label].kind == "criterion" or status == "conflicting")
    ]
    yield from documentation_for(decision, line, labels)


def documentation_for(
    decision: Decision, line: LineDecision, labels: Iterable[str]
) -> Iterator[Candidate]:
    """Entries and details that these clauses could use."""
    used = {label: uses(line.program, label) for label in labels}
    findings = dict.fromkeys(
        name for each in used.values() for name in each.names.get("finding", ())
    )
    relations = {name for each in used.values() for name in each.relations}
    results = dict.fromkeys(pair for each in used.values() for pair in each.results)
    yield from _finding_candidates(decision, line, tuple(findings))
    stated = decision.case.request.purpose
    if "purpose" in relations:
        for name, purpose in VOCABULARY.purposes.items():
            if name not in stated:
                yield Candidate(
                    f"purpose {name}",
                    f"the purpose: {purpose.meaning}",
                    "What is the purpose of the procedure?",
                    {"request.purpose": [*stated, name]},
                )
    measures = dict.fromkeys(
        name for each in used.values() for name in each.names.get("measure", ())
    )
    yield from _score_candidates(decision, line, tuple(measures))
    if relations & {"therapy_end", "inability"}:
        yield from _therapy_candidates(decision, line)
    if any("role" in each.names for each in used.values()):
        yield from _injection_candidates(decision, line)
    if "imaging" in relations:
        yield from _imaging_candidates(decision, line, tuple(results))


def latest_day(line: LineDecision) -> date:
    """The last day on which evidence counts: the cut-off, and before an operation."""
    days = [int(day) for (day,) in line.model.rows["cut_off"]]
    days += [int(day) - 1 for (day,) in line.model.rows["operated"]]
    return date.fromordinal(min(days))


def _sided(line: LineDecision, side_specific: bool) -> dict[str, Any]:
    return {"side": line.side} if side_specific else {}


def _finding_candidates(
    decision: Decision, line: LineDecision, names: tuple[str, ...]
) -> Iterator[Candidate]:
    day = latest_day(line).isoformat()
    stated = {entry.finding for entry in decision.case.findings}
    for name in names:
        finding = VOCABULARY.findings[name]
        for present in (True, False):
            entry = {"finding": name, "present": present, "date": day}
            entry |= _sided(line, finding.side_specific)
            if name in stated and not finding.examination:
                entry["revises"] = True
            yield Candidate(
                f"finding {name} {present}",
                f"{finding.meaning}: {'present' if present else 'absent'}",
                finding.question,
                {"findings+": entry},
            )
    for number, documented in enumerate(decision.case.findings):
        if documented.finding in names:
            gaps = _side_and_date(
                documented, line, VOCABULARY.findings[documented.finding].side_specific
            )
            yield from _details("findings", number, documented.finding.replace("_", " "), gaps)


def _side_and_date(entry: Finding | Measurement, line: LineDecision, sided: bool) -> dict[str, Any]:
    """The side and the date of an entry that lacks them; an undated one is taken for the latest."""
    gaps: dict[str, Any] = {}
    if entry.side is None and sided:
        gaps["side"] = line.side
    if entry.date is None:
        gaps["date"] = latest_day(line).isoformat()
    return gaps


def _score_candidates(
    decision: Decision, line: LineDecision, names: tuple[str, ...]
) -> Iterator[Candidate]:
    least = decision.choices.parameters["minimum_pain_score"]
    for measure in (VOCABULARY.measures[name] for name in names):
        entry = {
            "measure": measure.name,
            "value": min(least, measure.most),
            "date": latest_day(line).isoformat(),
            "context": "baseline",
            **_sided(line, measure.side_specific),
        }
        text = f"{measure.meaning}: at least {least}"
        yield Candidate(f"measure {measure.name}", text, measure.question, {"measurements+": entry})
    for number, documented in enumerate(decision.case.measurements):
        if documented.measure not in names:
            continue
        measure = VOCABULARY.measures[documented.measure]
        gaps = _side_and_date(documented, line, measure.side_specific)
        if isinstance(documented.value, tuple):
            gaps["value"] = documented.value[1]
        if documented.context is None:
            gaps["context"] = "baseline"
        yield from _details("measurements", number, measure.short, gaps)


def _details(
    list_name: str, number: int, name: str, missing_details: Mapping[str, Any]
) -> Iterator[Candidate]:
    """One candidate for each detail of an entry that is not documented."""
    for detail, value in missing_details.items():
        words = detail.replace("_", " ")
        shown = "yes" if value is True else ", ".join(value) if isinstance(value, list) else value
        yield Candidate(
            f"{list_name}[{number}].{detail} {shown}",
            f"{words} of {name}: {shown}",
            f"What was the {words} of {name}?",
            {f"{list_name}[{number}].{detail}": value},
        )


def _therapy_candidates(decision: Decision, line: LineDecision) -> Iterator[Candidate]:
    start = _window_start(line)
    for number, entry in enumerate(decision.case.therapies):
        yield from _details(
            "therapies",
            number,
            entry.id or f"therapy {number + 1}",
            _therapy_gaps(entry, _known_until(line, f"therapies[{number}]"), start),
        )
    end = _window_end(line)
    yield from _later_notes(decision, line, end)
    taken = {(entry.kind, entry.start) for entry in decision.case.therapies}
    for group in ("active", "inactive"):
        kinds = [str(row[0]) for row in line.model.rows["therapy_group"] if row[1] == group]
        ordinary = next(
            (
                kind
                for kind in kinds
                if kind not in ("home_exercise_program", "tens") and (kind, start) not in taken
            ),
            kinds[0],
        )
        names = ", ".join(VOCABULARY.therapies[kind].meaning for kind in kinds)
        yield Candidate(
            f"therapy {group}",
            f"{group} therapy throughout {start} to {end} ({names})",
            f"Which {group} therapies ({names}) were given, from when to when?",
            {
                "therapies+": {
                    "kind": ordinary,
                    "start": start.isoformat(),
                    "end": end.isoformat(),
                }
            },
        )
    for name, reason in VOCABULARY.inability_reasons.items():
        yield Candidate(
            f"inability {name}",
            f"active therapy could not be completed: {reason.meaning}",
            "Could active therapy not be completed, and why?",
            {"therapy_inability+": {"reason": name, "date": latest_day(line).isoformat()}},
        )


def _later_notes(decision: Decision, line: LineDecision, end: date) -> Iterator[Candidate]:
    """A later note on an episode of which only the first days are documented."""
    short = {str(row[1]) for row in line.model.rows["told_up_to"] if row[0] == line.side}
    for number, entry in enumerate(decision.case.therapies):
        key = f"therapies[{number}]"
        if key not in short or entry.start is None:
            continue
        name = entry.id or f"therapy {number + 1}"
        note: dict[str, Any] = {"kind": entry.kind, "start": entry.start.isoformat()}
        if entry.side is not None:
            note["side"] = entry.side
        yield Candidate(
            f"later note {key}",
            f"a later note that {name} went on until {end}",
            f"Until when did {name} go on?",
            {"therapies+": {**note, "end": max(end, entry.start).isoformat()}},
        )


def _window_end(line: LineDecision) -> date:
    """The last day of the look-back period that can be documented."""
    ((day,),) = line.model.rows["window_end"]
    return min(date.fromordinal(int(day)), latest_day(line))


def _window_start(line: LineDecision) -> date:
    ((day,),) = line.model.rows["window_start"]
    return date.fromordinal(int(day))


def _known_until(line: LineDecision, key: str) -> date:
    """The last day that the documents of an episode can know of, within the period."""
    days = [int(row[1]) for row in line.model.rows["known_until"] if row[0] == key]
    return min([_window_end(line), *map(date.fromordinal, days)])


def _therapy_gaps(entry: Therapy, until: date, start: date) -> dict[str, Any]:
    gaps: dict[str, Any] = {}
    if entry.start is None:
        gaps["start"] = min(start, entry.end or start).isoformat()
    if entry.end is None and not entry.ongoing:
        gaps["end"] = max(until, entry.start or until).isoformat()
    wanted = {"home_exercise_program": ("prescription", "follow_up")}.get(entry.kind, ())
    gaps |= {name: True for name in wanted if getattr(entry, name) is None}
    if entry.kind == "tens":
        details = ("use", "frequency", "duration")
        gaps |= {name: "as documented" for name in details if getattr(entry, name) is None}
    return gaps


def _injection_candidates(decision: Decision, line: LineDecision) -> Iterator[Candidate]:
    least = decision.choices.parameters["minimum_block_relief"]
    for number, entry in enumerate(decision.case.injections):
        name = entry.id or f"injection {number + 1}"
        # A day of its own for each, or two undated ones would become one occasion.
        day = _free_day(decision, line, number)
        yield from _details("injections", number, name, _injection_gaps(entry, line, least, day))
    block = {
        "purposes": ["diagnostic"],
        "side": line.side,
        "intra_articular": True,
        "image_guided": True,
        "contrast": True,
        "agents": ["local_anesthetic"],
        "relief_percent": min(least, 100),
        "relief_lasted_expected": True,
    }
    trial = {
        "purposes": ["therapeutic"],
        "side": line.side,
        "intra_articular": True,
        "agents": ["corticosteroid"],
        "outcome": "failed",
    }
    yield from _settled_occasions(line, block, trial)
    needed = max(
        decision.choices.parameters["minimum_blocks"],
        decision.choices.parameters["minimum_therapeutic_injections"],
    )
    for number in range(min(needed, 4)):
        # Days that no documented injection has, so that each is an occasion of its own.
        day = _free_day(decision, line, number)
        for kind, entry_data, text in (
            ("block", block, f"a qualifying diagnostic block with at least {least} % relief"),
            ("trial", trial, "a therapeutic corticosteroid injection that failed"),
        ):
            yield Candidate(
                f"{kind} {number + 1}",
                text if not number else f"{text}, and another ({number + 1})",
                "Which further injections were given, with technique, relief and outcome?",
                {"injections+": {**entry_data, "date": day}},
                f"{kind} {number}" if number else None,
            )


def _settled_occasions(
    line: LineDecision, block: Mapping[str, Any], trial: Mapping[str, Any]
) -> Iterator[Candidate]:
    """A revised note of each day whose entries contradict each other, or leave relief open."""
    days = {row[0]: row[1] for row in line.model.rows["entry_date"]}
    open_days = {
        (str(row[0]), int(days[row[2]]))
        for name in ("contradicted", "relief_open")
        for row in line.model.rows[name]
        if row[1] == line.side and row[2] in days
    }
    for role, ordinal in sorted(open_days):
        day = date.fromordinal(ordinal).isoformat()
        what = block if role == "diagnostic" else trial
        yield Candidate(
            f"revised {role} {day}",
            f"a note that revises what is said of the {role} injection of {day}, and qualifies",
            f"What is right about the {role} injection of {day}?",
            {"injections+": {**what, "date": day, "revises": True}},
        )


def _free_day(decision: Decision, line: LineDecision, number: int) -> str:
    taken = {entry.date for entry in decision.case.injections}
    day = min(line.anchor, latest_day(line))
    for _ in range(number + 1):
        day -= timedelta(days=1)
        while day in taken:
            day -= timedelta(days=1)
    return day.isoformat()


def _injection_gaps(entry: Injection, line: LineDecision, least: int, day: str) -> dict[str, Any]:
    gaps: dict[str, Any] = {}
    if entry.side is None:
        gaps["side"] = line.side
    if entry.date is None:
        gaps["date"] = day
    if not entry.purposes:
        gaps["purposes"] = ["diagnostic", "therapeutic"]
    if not entry.agents:
        gaps["agents"] = ["local_anesthetic", "corticosteroid"]
    for name in ("intra_articular", "image_guided", "contrast", "relief_lasted_expected"):
        if getattr(entry, name) is None:
            gaps[name] = True
    if entry.relief_percent is None or isinstance(entry.relief_percent, tuple):
        gaps["relief_percent"] = min(least, 100)
    if entry.outcome is None:
        gaps["outcome"] = "failed"
    return gaps


def _imaging_candidates(
    decision: Decision, line: LineDecision, results: tuple[tuple[str, str], ...]
) -> Iterator[Candidate]:
    by_region: dict[str, list[str]] = {}
    for region, result in results:
        by_region.setdefault(region, []).append(result)
    for number, entry in enumerate(decision.case.imaging):
        name = entry.id or f"study {number + 1}"
        yield from _details("imaging", number, name, _imaging_gaps(entry, line))
        for result in by_region.get(entry.region, ()):
            if result not in entry.results:
                meaning = VOCABULARY.imaging_results[result].meaning
                for shown in (True, False):
                    answer = "shown" if shown else "excluded"
                    yield Candidate(
                        f"imaging[{number}].results.{result} {answer}",
                        f"{meaning} {answer} by {name}",
                        f"What does {name} say of {meaning}?",
                        {f"imaging[{number}].results.{result}": shown},
                    )
    for region, names in by_region.items():
        for modality, known in VOCABULARY.modalities.items():
            for shown in (True, False):
                answer = "shown" if shown else "excluded"
                entry_data = {
                    "modality": modality,
                    "region": region,
                    "date": latest_day(line).isoformat(),
                    "results": dict.fromkeys(names, shown),
                    **_sided(line, region != "lumbar_spine"),
                }
                what = ", ".join(VOCABULARY.imaging_results[each].meaning for each in names)
                place = VOCABULARY.regions[region].meaning
                yield Candidate(
                    f"{modality} {region} {answer}",
                    f"{known.meaning} of the {place}: {what} {answer}",
                    f"Is there a {known.meaning} of the {place}, and what does it say?",
                    {"imaging+": entry_data},
                )


def _imaging_gaps(entry: ImagingStudy, line: LineDecision) -> dict[str, Any]:
    gaps: dict[str, Any] = {}
    if entry.date is None:
        gaps["date"] = latest_day(line).isoformat()
    if entry.side is None and VOCABULARY.regions[entry.region].side_specific:
        gaps["side"] = line.side
    return gaps
