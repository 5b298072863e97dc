"""A small fictional policy whose findings can be seen by reading it.

K asks for a score (K.1), a positive test (K.2), the absence of a condition (K.3), and one of two
tests (K.4), which K.2 implies. X.1 excludes the condition that K.3 asks to be absent, X.2 another.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import cache

from clausewise.logic.language.criteria import (
    L,
    all_of,
    any_of,
    gate,
    leaf,
    told_met,
    told_not_met,
)
from clausewise.logic.language.determination_rules import write_outcome
from clausewise.logic.language.input_relations import (
    documented_absent,
    documented_present,
    finding,
    line,
    measurement,
    parameter,
    plan,
    policy_plan,
    reading,
    received,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.policy import Parameter, Path, Policy, Reading

D, E, M, P, V = variables("D E M P V")
anchor = relation("anchor", "day", "the anchor date")


def _finding(
    section: Section, label: str, *names: str, present: bool, kind: str = "criterion"
) -> None:
    with leaf(section, label, f"{' or '.join(names)}, {present}", kind=kind):
        for name in names:
            yes = line(L) & finding(E, name) & documented_present(E)
            no = line(L) & finding(E, name) & documented_absent(E)
            (told_met if present else told_not_met)(L, label) <= yes
            (told_not_met if present else told_met)(L, label) <= no


@cache
def small_policy(
    least: int = 5,
    condition: str = "systemic_arthropathy",
    more: Callable[[Section], None] | None = None,
    parts: tuple[str, ...] = ("K.1", "K.2", "K.3", "K.4"),
) -> Policy:
    """The policy with another least score, another condition for X.1, or ``more`` clauses."""
    section = Section("K", "A fictional policy")
    with section.clause("C", "the anchor", kind="definition", published=False):
        anchor(D) <= received(D)
    gate(section, "scope", "it governs", all_of("scope.any"), kind="scope", published=False)
    with leaf(
        section, "scope.any", "the plan is the one it is written for", kind="scope", published=False
    ):
        told_met(L, "scope.any") <= line(L) & plan(P) & policy_plan(P)
        told_not_met(L, "scope.any") <= line(L) & plan(P) & ~policy_plan(P)
    gate(section, "K", "all of these", all_of(*parts))
    with leaf(section, "K.1", "the score is high enough"):
        score = measurement(E, "sij_pain_score", V) & parameter("least_score", M)
        told_met(L, "K.1") <= line(L) & anchor(D) & score & (V >= M)
        told_not_met(L, "K.1") <= line(L) & score & (V < M)
    with leaf(section, "K.2", "the test is positive"):
        wide = reading("tests", "either")
        told_met(L, "K.2") <= line(L) & finding(E, "gaenslen") & documented_present(E)
        told_met(L, "K.2") <= wide & line(L) & finding(E, "patrick") & documented_present(E)
        told_not_met(L, "K.2") <= line(L) & finding(E, "gaenslen") & documented_absent(E)
    _finding(section, "K.3", "systemic_arthropathy", present=False)
    if "K.4" in parts:
        gate(section, "K.4", "one of two tests", any_of("K.4.a", "K.4.b"))
        _finding(section, "K.4.a", "gaenslen", present=True)
        _finding(section, "K.4.b", "distraction", present=True)
    if more is not None:
        more(section)
    _finding(section, "X.1", condition, present=True, kind="exclusion")
    _finding(section, "X.2", "sacropelvic_fracture", present=True, kind="exclusion")
    paths = (
        Path("open_sij_fusion", "a fictional operation", "K", ("X.1", "X.2"), (), ("tests", "one")),
    )
    return Policy(
        number="SMALL-1",
        title="A fictional policy",
        payer="a fictional payer",
        plans=("arkansas_passe",),
        effective=date(2026, 6, 1),
        until=None,
        source="fictional",
        parameters=(Parameter("least_score", least, "points", "K.1", "least score"),),
        readings=(
            Reading("tests", {"one": "one test", "either": "either test"}, ("K.2",), "which test"),
            Reading("idle", {"yes": "as it is", "no": "the same"}, ("K.1",), "nothing"),
        ),
        paths=paths,
        sections=(section, write_outcome(paths)),
        static_facts=(("policy_plan", ("arkansas_passe",)),),
    )
