"""How long pictures, the report and a change in the notebook's panel take, warm in one process.

Run with ``make bench``; a number sets the rounds. Times are the best of them.
"""

from __future__ import annotations

import sys

import clausewise as cw
from benchmarks.speed import CASES, best
from clausewise.logic.mm_1508 import POLICY
from clausewise.viz.notebook.widget import panel
from clausewise.viz.picture.picture import case_picture, policy_picture
from clausewise.viz.picture.render import renderer
from clausewise.viz.report.report import report

ROUNDS = 8
LEAVES = ("D.I.B.2", "D.I.B.6.b", "D.I.B.7", "D.I.B.9.b.osteoarthritis")


def main(rounds: int = ROUNDS) -> None:
    """Print the table."""
    case = cw.load(CASES / "pa-1003.yaml")
    decision = case.decide()
    line = decision.lines[0]
    print(f"milliseconds, best of {rounds} rounds, drawn by {renderer()[0]}")
    print(f"whole policy, SVG        {best(lambda: policy_picture(POLICY).svg, rounds):6.0f}")
    print(
        f"whole policy, PNG        {best(lambda: policy_picture(POLICY).data('png'), rounds):6.0f}"
    )
    print(f"case over it, SVG        {best(lambda: case_picture(decision, line).svg, rounds):6.0f}")
    print(f"audit report             {best(lambda: report(decision), rounds):6.0f}")
    print(f"proof as notebook HTML   {best(lambda: decision._repr_html_(), rounds):6.0f}")
    found = panel(case, POLICY)
    for leaf in LEAVES:
        times = []
        for _ in range(rounds):
            times.append(best(lambda: found._on_message(None, {"clicked": leaf}, None), 1))  # noqa: B023
            found.undo.click()
        print(f"panel, {leaf:24}{min(times):6.0f} best, {sorted(times)[rounds // 2]:.0f} middle")
    score = found.numbers.children[0]
    times = [best(lambda: setattr(score, "value", value), 1) for value in (3, 7, 4, 8, 2)]  # noqa: B023
    print(f"panel, a slider moved    {min(times):6.0f} best, {sorted(times)[2]:.0f} middle")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
