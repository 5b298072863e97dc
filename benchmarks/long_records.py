"""What the largest records take: each command on each of them, in a process of its own.

``python -m benchmarks.long_records 1000`` sets the entries of a kind. Processor seconds and the
largest memory; ``refused`` where the command says in a sentence that it left the record out.
"""

from __future__ import annotations

import copy
import json
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from itertools import cycle, islice
from pathlib import Path
from typing import Any

from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.bundles import bundle_of_case
from tests.support.records import BLOCK, FINDINGS, STEROID, complete_percutaneous

Data = dict[str, Any]
COUNT = 1000
RECEIVED = date(2026, 7, 15)
SECONDS, MEGABYTES = 60, 2500
"""Where a command is stopped."""
COMMANDS: dict[str, tuple[str, ...]] = {
    "decide": ("decide", "CASE"),
    "why": ("why", "CASE", "--full"),
    "why-not": ("why-not", "CASE"),
    "missing": ("missing", "CASE"),
    "flip": ("flip", "CASE", "--to", "medically_necessary"),
    "denial": ("flip", "CASE", "--to", "not_medically_necessary"),
    "when": ("when", "CASE"),
    "as-of": ("as-of", "CASE", "2026-06-15"),
    "what-if": ("what-if", "CASE", "--set", "request.received=2026-07-20"),
    "letter": ("why", "CASE", "--format", "letter-html"),
    "member": ("why", "CASE", "--format", "docx", "--for", "member", "-o", "OUT/letter.docx"),
    "JSON": ("why", "CASE", "--format", "json"),
    "FHIR": ("decide", "CASE", "--format", "fhir"),
    "form": ("missing", "CASE", "--format", "fhir"),
    "report": ("report", "CASE", "-o", "OUT/report.html"),
    "graph": ("graph", "CASE", "--facts", "-o", "OUT/graph.svg"),
    "proof": ("decide", "CASE", "--proof", "OUT/proof.json"),
    "check": ("check", "OUT/proof.json", "CASE"),
    "ask": ("ask", "CASE", "technical(L, E)", "--why"),
    "facts": ("facts", "CASE"),
    "validate": ("validate", "CASE"),
    "quotes": ("quotes", "CASE", "FOLDER"),
    "audit": ("audit", "FOLDER", "-o", "OUT/audit"),
}
FEW: dict[str, dict[str, tuple[Any, ...]]] = {
    "findings": {"finding": FINDINGS, "present": (True, False)},
    "measurements": {"measure": ("sij_pain_score",), "value": (7, 4, 5, [3, 6])},
    "therapies": {"kind": ("physical_therapy", "rest", "home_exercise_program", "tens")},
    "therapy_inability": {"reason": tuple(VOCABULARY.inability_reasons)},
    "injections": {"relief_percent": (80, 49, [40, 60])},
    "imaging": {
        "modality": ("mri", "ct", "radiograph"),
        "region": ("sacroiliac_joint", "hip", "lumbar_spine"),
        "results": ({"destructive_lesion": False}, {"localized_sij_pathology": True}),
    },
    "visits": {"visit": tuple(VOCABULARY.visits)},
}
"""The values that the entries of a kind take in turn."""
FIXED: dict[str, Data] = {"injections": {**BLOCK, "side": "left"}, "measurements": {"side": "left"}}


def consecutive(number: int) -> str | None:
    """A day of its own, going back from the receipt."""
    return (RECEIVED - timedelta(days=1 + number)).isoformat()


def same(_: int) -> str | None:
    """One day for all."""
    return "2026-05-01"


def paired(number: int) -> str | None:
    """Two of each day: those in turn contradict each other."""
    return consecutive(number // 2)


def undated(_: int) -> str | None:
    """No day."""
    return None


DAYS = (consecutive, paired, same, undated)


def on_both_sides(data: Data) -> Data:
    """The record for a request of both sides, with what is said of a side said of both."""
    found = copy.deepcopy(data)
    found["request"]["side"] = "bilateral"
    for kind in FEW:
        for each in found.get(kind, ()):
            if "side" in each:
                each["side"] = "bilateral"
    return found


def entries(
    kind: str, count: int, day: Callable[[int], str | None], *, alike: bool = False
) -> list[Data]:
    """So many entries of a kind; ``alike`` with the first values, else each in turn."""
    turns = {name: cycle(values[:1] if alike else values) for name, values in FEW[kind].items()}
    found: list[Data] = []
    for number in range(count):
        entry: Data = {name: next(values) for name, values in turns.items()}
        on = day(number)
        names = ("start", "end") if kind == "therapies" else ("date",)
        entry |= {name: on for name in names if on is not None}
        found.append({**FIXED.get(kind, {}), **entry})
    return found


def records(count: int) -> Iterator[tuple[str, Data]]:
    """The records by name, each a complete one with much more of something."""
    for kind in FEW:
        for day in DAYS:
            for alike in (True, False):
                data = complete_percutaneous()
                data[kind] = entries(kind, count, day, alike=alike)
                name = f"{kind}, {day.__name__}, {'alike' if alike else 'in turn'}"
                yield name, data
                yield f"{name}, both sides", on_both_sides(data)
    for day in DAYS:
        data = complete_percutaneous()
        data |= {kind: entries(kind, count * 2 // len(FEW), day) for kind in FEW}
        yield f"all kinds, {day.__name__}", data
        yield f"all kinds, {day.__name__}, both sides", on_both_sides(data)
    data = complete_percutaneous()
    data["injections"] += [
        {**STEROID, "side": "left", "date": consecutive(number)} for number in range(count - 4)
    ]
    yield "steroids that failed", data
    data = complete_percutaneous()
    data["documents"] = [
        {"id": f"D{number}", "title": "t" * 200, "date": consecutive(number)}
        for number in range(count)
    ]
    cited = cycle(data["documents"])
    for each in data["findings"] + data["injections"] + data["imaging"]:
        each["source"] = [
            {"document": document["id"], "page": 1, "quote": "quoted " * 100}
            for document in islice(cited, 20)
        ]
    yield "many documents and long quotes", data


def bundles(count: int) -> Iterator[tuple[str, Data]]:
    """FHIR records: procedures, observations, and requests by the hundred."""
    for kind in ("therapies", "injections", "imaging", "findings"):
        data = complete_percutaneous()
        data[kind] = entries(kind, min(count, 900), consecutive)
        for number, each in enumerate(data[kind]):
            each["id"] = f"{kind[0]}{number}"
            if kind == "findings":
                del each["id"]
        yield f"FHIR, {kind}", bundle_of_case(data)


def measured(command: tuple[str, ...]) -> tuple[str, str]:
    """What a command took, and the last line of what it said on standard error."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES << 20, MEGABYTES << 20))

    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, "-m", "clausewise", *command],
            stdout=subprocess.DEVNULL,
            stderr=said,
            preexec_fn=limit,
        )
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        lines = said.read().decode(errors="replace").strip().splitlines()
    took = f"{used.ru_utime + used.ru_stime:.1f} ({used.ru_maxrss / 1024:.0f})"
    return took + {0: "", 2: " refused"}.get(process.returncode, f" exit {process.returncode}"), (
        lines[-1] if lines and process.returncode else ""
    )


def main(count: int = COUNT, only: str = "", *names: str) -> None:
    """Print the table; ``only`` is in the names of the records, ``names`` are the commands."""
    chosen = {name: COMMANDS[name] for name in names or COMMANDS}
    print("processor seconds (MB) of", ", ".join(chosen), flush=True)
    with tempfile.TemporaryDirectory() as temporary:
        for name, data in [*records(count), *bundles(count)]:
            if only not in name:
                continue
            folder = Path(tempfile.mkdtemp(dir=temporary))
            (folder / "cases").mkdir()
            path = folder / "cases" / "case.json"
            path.write_text(json.dumps(data, separators=(",", ":"), default=float))
            size = path.stat().st_size
            if size > MOST_BYTES and "FHIR" not in name:
                print(f"{name}: {size} bytes, not accepted")
            print(f"| {name} |", end="", flush=True)
            sentences = {}
            places = {"CASE": str(path), "FOLDER": str(path.parent), "OUT": str(folder)}
            for label, command in chosen.items():
                told = tuple(
                    word.replace("OUT", places["OUT"]) if "/" in word else places.get(word, word)
                    for word in command
                )
                took, sentence = measured(told)
                print(f" {took} |", end="", flush=True)
                if sentence:
                    sentences[sentence[:300]] = label
                if label == "decide" and sentence:
                    break  # as every other command says
            print()
            for sentence, label in sentences.items():
                print(f"    {label}: {sentence}", flush=True)


if __name__ == "__main__":
    main(*(int(sys.argv[1]),) if sys.argv[1:] else (COUNT,), *sys.argv[2:])
