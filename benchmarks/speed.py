"""How long one case takes: each question warm in one process, and a command from a cold start.

Run with ``make bench``; a number sets the rounds. Times are the best of the rounds, because
machines are shared: the ratios within one run say more than the milliseconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import mean

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.explain.gaps import why_not
from clausewise.logic.explain.result import proof_data
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.build import Prover
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.missing import missing

CASES = Path(__file__).parents[1] / "facts" / "cases"
ROUNDS = 20
MOST_ROUNDS_OF_EXPLAINING = 3
"""A flip may take a second; it is not repeated more often."""


def best(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest time of several rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def prove(case: Case) -> None:
    """Decide a case and build the proof of each determination, down to the facts."""
    for line in decide_case(case, POLICY).lines:
        Prover(line.model).prove(line.goal)


def sensitive_sides(decision: Decision) -> list[str]:
    """The lines whose determination some other reading changes."""
    found = ReadingSensitivity(decision)
    return [line.side for line in decision.lines if found.is_sensitive(line.side)]


def deciding(case: Case, rounds: int) -> tuple[float, ...]:
    """Milliseconds for: decide; decide and prove; all proofs as data; all readings."""
    decision = decide_case(case, POLICY)
    return (
        best(lambda: decide_case(case, POLICY), rounds),
        best(lambda: prove(case), rounds),
        best(lambda: [proof_data(decision, line) for line in decision.lines], rounds),
        best(lambda: sensitive_sides(decision), rounds),
    )


def explaining(decision: Decision, rounds: int) -> tuple[float, ...]:
    """Milliseconds for why-not, missing, and flip of at most two changes, of all lines."""
    lines = decision.lines
    return (
        best(lambda: [why_not(decision, line) for line in lines], rounds),
        best(lambda: [missing(decision, line) for line in lines], rounds),
        best(lambda: [flip(decision, line, largest=2) for line in lines], rounds),
    )


def cold(rounds: int, *command: str) -> float:
    """Milliseconds from the start of a Python process to its end, its modules compiled before."""
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    started = [sys.executable, *command]
    return best(
        lambda: subprocess.run(started, check=True, capture_output=True, env=environment), rounds
    )


def main(rounds: int = ROUNDS) -> None:
    """Print the table, its means, and the times of commands."""
    columns = ("decide", "proved", "as data", "readings", "why-not", "missing", "flip")
    paths = sorted(CASES.glob("*.yaml"))
    print(f"milliseconds, best of {rounds} rounds")
    print(f"{'case':9}" + "".join(f"{name:>9}" for name in columns))
    rows = []
    for path in paths:
        case = load_case(path)
        few = min(rounds, MOST_ROUNDS_OF_EXPLAINING)
        times = (*deciding(case, rounds), *explaining(decide_case(case, POLICY), few))
        print(f"{path.stem:9}" + "".join(f"{each:9.1f}" for each in times), flush=True)
        rows.append(times)
    means = [mean(column) for column in zip(*rows, strict=True)]
    print(f"{'mean':9}" + "".join(f"{each:9.1f}" for each in means))
    few, first = min(rounds, 5), str(paths[0])
    for name, command in (
        ("decide", ("-m", "clausewise", "decide", first)),
        ("decide --format json", ("-m", "clausewise", "decide", first, "--format", "json")),
        ("why", ("-m", "clausewise", "why", first)),
        ("Python alone", ("-c", "")),
    ):
        print(f"cold {name:22} {cold(few, *command):6.0f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
