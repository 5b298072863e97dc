"""How long a decision takes: warm in one process, cold as a command, by part.

Run with ``make bench``. Times are the best of several rounds, because machines are shared; the
ratios within one run mean more than the milliseconds. The rounds of deciding each go through all
cases, so that a slow second does not fall upon one of them alone.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from statistics import mean, median

from clausewise.logic.engine.collector import collection_paused

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import load_case
from clausewise.logic.decision.decide import base_facts, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.explain.gaps import why_not
from clausewise.logic.explain.result import proof_data
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from clausewise.logic.proof.build import Prover
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.flip import flip
from clausewise.logic.what_if.missing import missing

CASES = Path(__file__).parents[1] / "facts" / "cases"
ROUNDS = 20
ROUNDS_OF_DECIDING = 60


def best(action: Callable[[], object], rounds: int = ROUNDS) -> float:
    """The shortest time of several rounds, in milliseconds."""
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        action()
        times.append((time.perf_counter() - start) * 1000)
    return min(times)


def all_derived(model: Model) -> int:
    """How many atoms the rules derive; a relation is evaluated when it is asked for."""
    return sum(len(model.rows[key]) for key in model.plan.order)


@collection_paused()
def proved(case: Case) -> None:
    """Decides a case and builds the proof of each determination: all steps, down to the facts."""
    for line in decide_case(case, POLICY).lines:
        Prover(line.model).prove(line.goal)


def timed(action: Callable[[Case], object], cases: list[Case]) -> list[tuple[float, ...]]:
    """Milliseconds that an action takes for each of the cases: a row for each round."""
    rounds = []
    for _ in range(ROUNDS_OF_DECIDING):
        times = [time.perf_counter()]
        for case in cases:
            action(case)
            times.append(time.perf_counter())
        rounds.append(tuple((end - start) * 1000 for start, end in pairwise(times)))
    return rounds


def print_means(what: str, rounds: list[tuple[float, ...]]) -> None:
    """The mean of the best times of all cases, and of whole rounds the best and the median."""
    bests, means = [*map(min, zip(*rounds, strict=True))], [*map(mean, rounds)]
    print(f"mean {what} {mean(bests):.1f} ms; ", end="")
    print(f"one round: best {min(means):.1f}, median {median(means):.1f} ms")


def warm(case: Case) -> tuple[float, float, float]:
    """Milliseconds for: all derivations alone; all proofs as data; readings."""
    decision = decide_case(case, POLICY)
    plan = program_of(POLICY).plan
    rows = base_facts(case, POLICY, decision.choices)
    return (
        best(lambda: all_derived(Model(plan, rows))),
        best(lambda: [proof_data(decision, line) for line in decision.lines]),
        best(lambda: ReadingSensitivity(decision).sensitive_sides),
    )


def explained(case: Case) -> tuple[float, float, float]:
    """Milliseconds for why-not, missing, and flip of at most two changes, of all lines."""
    decision = decide_case(case, POLICY)
    lines = decision.lines
    return (
        best(lambda: [why_not(decision, line) for line in lines], 3),
        best(lambda: [missing(decision, line) for line in lines], 3),
        best(lambda: [flip(decision, line, largest=2) for line in lines], 3),
    )


def cold(*arguments: str) -> float:
    """Milliseconds from the start of a new process to its end, its modules compiled before."""
    command = [sys.executable, "-m", "clausewise", *arguments]
    environment = {**os.environ}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return best(
        lambda: subprocess.run(command, check=True, capture_output=True, env=environment), 5
    )


def main() -> None:
    """Print the table."""
    paths = sorted(CASES.glob("*.yaml"))
    cases = [load_case(path) for path in paths]
    timed(proved, cases[:1])
    alone, rounds = timed(lambda case: decide_case(case, POLICY), cases), timed(proved, cases)
    print(f"milliseconds, best of {ROUNDS} rounds, decide and prove of {ROUNDS_OF_DECIDING}")
    print(f"{'case':9} {'decide':>8} {'proved':>8} {'derive':>8} {'proofs':>8} {'readings':>9}")
    for path, case, *times in zip(
        paths, cases, zip(*alone, strict=True), zip(*rounds, strict=True), strict=True
    ):
        derive, proofs, readings = warm(case)
        print(f"{path.stem:9} {min(times[0]):8.1f} {min(times[1]):8.1f} ", end="")
        print(f"{derive:8.1f} {proofs:8.1f} {readings:9.1f}")
    print_means("decide", alone)
    print_means("decide with the proof of each determination", rounds)
    print(f"{'case':9} {'why-not':>8} {'missing':>8} {'flip':>8}")
    for path, case in zip(paths, cases, strict=True):
        blocking, lacking, flipping = explained(case)
        print(f"{path.stem:9} {blocking:8.1f} {lacking:8.1f} {flipping:8.1f}")
    print(f"cold decide, text {cold('decide', str(paths[0])):.0f} ms")
    print(f"cold decide, json {cold('decide', str(paths[0]), '-f', 'json'):.0f} ms")
    alone = best(lambda: subprocess.run([sys.executable, "-c", ""], check=True), 5)
    print(f"cold Python alone {alone:.0f} ms")


if __name__ == "__main__":
    main()
