"""What the largest records take: each command on each of them, in a process of its own.

``python -m benchmarks.long_records 1000`` sets the entries of a kind. `decide`, `why`, `missing`,
`flip` and `report` are run on every record; each other command on one record of each kind: on the
one that took these five longest. That makes some 700 runs, in a mixed but fixed order;
``--minutes`` ends it earlier, and with the same ``--into`` the next run goes on where the last one
ended. Processor seconds and the largest memory; "refused" where a command says in a sentence that
it left the record out.
"""

from __future__ import annotations

import argparse
import copy
import json
import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from itertools import cycle, islice, product
from pathlib import Path
from typing import Any

from clausewise.facts.vocabulary.words import VOCABULARY
from tests.support.bundles import bundle_of_case
from tests.support.records import BLOCK, FINDINGS, STEROID, complete_percutaneous

Data = dict[str, Any]
COUNT = 1000
RECEIVED = date(2026, 7, 15)
SECONDS, MEGABYTES = 60, 2500
"""Where a command is stopped."""
PROMISED_SECONDS, PROMISED_MEGABYTES = 30, 1024
WORST = 5
"""How many records are shown of each command."""
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
ON_ALL = ("decide", "why", "missing", "flip", "report")
"""The commands that are run on every record."""
UNDECIDED = ("facts", "validate", "quotes", "audit")
"""The commands that say something else of a record than `decide` where that refuses it."""
DIFFERENCES = {"quotes": (1,)}
"""The exit status of commands that ran, and found something that differs."""
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


@dataclass(frozen=True, slots=True)
class Run:
    """What one command took on one record, and the last line that it said if it failed."""

    count: int
    record: str
    command: str
    seconds: float
    megabytes: float
    status: int
    said: str = ""

    @property
    def kept(self) -> bool:
        """It ended within what is promised, with an answer or a sentence."""
        return (
            self.status in (0, 2, *DIFFERENCES.get(self.command, ()))
            and self.seconds <= PROMISED_SECONDS
            and self.megabytes <= PROMISED_MEGABYTES
        )

    @property
    def took(self) -> str:
        """As the tables show it."""
        ended = {0: "", 2: " refused"}.get(self.status, f" exit {self.status}")
        return f"{self.seconds:.1f} ({self.megabytes:.0f}){ended}"


def measured(command: tuple[str, ...]) -> tuple[float, float, int, str]:
    """Processor seconds, megabytes, exit status, and the last line on standard error."""

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
    return (
        round(used.ru_utime + used.ru_stime, 1),
        round(used.ru_maxrss / 1024),
        process.returncode,
        lines[-1][:300] if lines and process.returncode else "",
    )


def run(count: int, record: str, data: Data, label: str) -> Run | None:
    """One command on one record, in a folder of its own; None where no proof is there to check."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "cases", "case.json")
        path.parent.mkdir()
        path.write_text(json.dumps(data, separators=(",", ":"), default=float))
        places = {"CASE": str(path), "FOLDER": str(path.parent)}

        def told(label: str) -> tuple[str, ...]:
            words = (places.get(word, word) for word in COMMANDS[label])
            return tuple(
                str(Path(folder, word[4:])) if word.startswith("OUT/") else word for word in words
            )

        if label == "check":
            measured(told("proof"))
            if not Path(folder, "proof.json").exists():
                return None
        return Run(count, record, label, *measured(told(label)))


def report(runs: list[Run]) -> None:
    """Print the worst of each command, and then all that is not as promised."""
    for label in COMMANDS:
        of_it = sorted(
            (each for each in runs if each.command == label),
            key=lambda each: (each.kept, -each.seconds),
        )
        if of_it:
            largest = max(each.megabytes for each in of_it)
            print(f"{label}: {len(of_it)} records, at most {largest:.0f} MB")
            for each in of_it[:WORST]:
                print(f"    {each.took}: {each.count}, {each.record}  {each.said}")
    broken = [each for each in runs if not each.kept]
    print(f"{len(broken)} of {len(runs)} are not as promised")
    for each in broken:
        print(f"    {each.command} {each.took}: {each.count}, {each.record}  {each.said}")


def hardest(runs: Sequence[Run], *, refused: bool) -> list[str]:
    """Of each kind the record that took the commands run on all longest; ``refused`` ones or not.

    The kind is the name up to the first comma.
    """
    seconds: dict[str, float] = {}
    for each in runs:
        if each.command in ON_ALL:
            seconds[each.record] = seconds.get(each.record, 0) + each.seconds
    for each in runs:
        if each.command == "decide" and each.status and not refused:
            seconds.pop(each.record, None)
    by_kind = {name.split(",")[0]: name for name in sorted(seconds, key=seconds.__getitem__)}
    return list(by_kind.values())


def pairs(names: Sequence[str], runs: Sequence[Run]) -> Iterator[tuple[str, str]]:
    """Records and the commands to be run on them; ``runs`` grows as what is yielded is run."""
    mixed = random.Random(0)

    def each_once(found: list[tuple[str, str]]) -> list[tuple[str, str]]:
        mixed.shuffle(found)
        return found

    yield from each_once([(name, "decide") for name in names])
    refused = {each.record for each in runs if each.command == "decide" and each.status}
    decided = [name for name in names if name not in refused]
    yield from each_once([*product(decided, ON_ALL[1:])])
    others = [label for label in COMMANDS if label not in ON_ALL]
    yield from each_once(
        [(name, each) for each in others for name in hardest(runs, refused=each in UNDECIDED)]
    )


def sweep(
    count: int = COUNT,
    only: str = "",
    commands: Sequence[str] = (),
    minutes: float = float("inf"),
    into: Path | None = None,
) -> list[Run]:
    """What was measured before and is kept in ``into``, and what is measured now.

    Commands that are named are run on every record whose name contains ``only``.
    """
    end = time.monotonic() + minutes * 60
    runs: list[Run] = []
    if into is not None and into.exists():
        runs = [Run(**json.loads(line)) for line in into.read_text().splitlines()]
    done = {(each.count, each.record, each.command) for each in runs}
    data = dict([*records(count), *bundles(count)])
    names = [name for name in data if only in name]
    chosen = product(names, commands) if commands else pairs(names, runs)
    for name, label in chosen:
        if (count, name, label) in done:
            continue
        if time.monotonic() > end:
            print("the time is over; more would be run")
            break
        found = run(count, name, data[name], label)
        if found is None:
            print(f"{label}: no proof was written of {name}", flush=True)
            continue
        runs.append(found)
        print(label, found.took, name, found.said, flush=True)
        if into is not None:
            with into.open("a") as kept:
                kept.write(json.dumps(asdict(found)) + "\n")
    return runs


def main() -> None:
    """Run what has not been run yet, and print what was worst."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.long_records")
    parser.add_argument("count", type=int, nargs="?", default=COUNT, help="entries of a kind")
    parser.add_argument("only", nargs="?", default="", help="what the name of a record contains")
    parser.add_argument("commands", nargs="*", help=", ".join(COMMANDS))
    parser.add_argument("--minutes", type=float, default=float("inf"), help="then none is started")
    parser.add_argument("--into", type=Path, help="a file that keeps what was measured")
    given = parser.parse_args()
    report(sweep(given.count, given.only, given.commands, given.minutes, given.into))


if __name__ == "__main__":
    main()
