"""Forms of rules that no policy of the library has are decided in SQL as by pyDatalog."""

from __future__ import annotations

from functools import cache
from random import Random

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.language.criteria import L, leaf, met, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    documented_present,
    entry_date,
    entry_side,
    finding,
    line,
    policy_plan,
)
from clausewise.logic.language.notation import Section, count, relation, total, variables
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.sql.query import table_of
from tests.support.small_policy import small_policy

SHOWN, SEEN, NAMED, SOLE = (
    relation(name, "line finding", "a test is positive")
    for name in ("shown", "seen", "named", "sole")
)
"""Alike, since a relation that one rule joins is a table for all rules."""
POINTS = relation("points", "line number", "so many points for a positive test")
ALIKE = relation("alike", "entry other", "an entry is as itself")
ELSEWHERE = relation("elsewhere", "line", "a test is positive on another line")
NOWHERE = relation("nowhere", "", "no test is positive on any line")
D, E, F, M, N, P, S, T = variables("D E F M N P S T")
PRESENT = relation("present", "line entry", "a positive test")
BOTH = relation("both", "line entry", "a positive test where few are")
LABELS = tuple(f"K.{number}" for number in range(5, 15))


def _unusual(section: Section) -> None:
    with section.clause("C.unusual", "what is told", kind="definition", published=False):
        for name, points in (("gaenslen", 2), ("patrick", 3), ("distraction", 3)):
            told = line(L) & entry_side(E, L) & finding(E, name) & documented_present(E)
            for each in (SHOWN, SEEN, NAMED, SOLE):
                each(L, name) <= told
            POINTS(L, points) <= told
        PRESENT(L, E) <= line(L) & entry_side(E, L) & documented_present(E)
        PRESENT(L, E) <= entry_side(E, L) & documented_present(E) & finding(E, "patrick")
        ALIKE(E, E) <= finding(E, "gaenslen") & documented_present(E)
        ELSEWHERE(L) <= line(L) & line(M) & M.is_not(L) & count(N, SEEN(M, F)) & (N > 0)
        NOWHERE() <= policy_plan(P) & ~ELSEWHERE("left") & ~ELSEWHERE("right")
    with leaf(section, "K.5", "a count of what holds in every case"):
        told_met(L, "K.5") <= line(L) & count(N, policy_plan(P)) & (N >= 1)
        told_not_met(L, "K.5") <= line(L) & count(N, policy_plan(P)) & (N >= 2)
    with leaf(section, "K.6", "a count of what is true of the line"):
        told_met(L, "K.6") <= line(L) & count(N, SHOWN(L, F)) & (N >= 2)
        told_not_met(L, "K.6") <= line(L) & count(N, SHOWN(L, F)) & (N < 2)
    with leaf(section, "K.7", "a sum of what is true of the line"):
        told_met(L, "K.7") <= line(L) & total(S, N, POINTS(L, N)) & (S > 3)
        told_not_met(L, "K.7") <= line(L) & total(S, N, POINTS(L, N)) & (S <= 3)
    with leaf(section, "K.8", "what is true of another line"):
        told_met(L, "K.8") <= line(L) & ELSEWHERE(L)
        told_not_met(L, "K.8") <= line(L) & ~ELSEWHERE(L)
    with leaf(section, "K.9", "a count of one constant and a head with a variable twice"):
        told_met(L, "K.9") <= line(L) & count(N, SOLE(L, "patrick")) & N.is_(1)
        told_not_met(L, "K.9") <= line(L) & ALIKE(E, T) & entry_side(T, L) & ALIKE(T, E)
    with leaf(section, "K.10", "what is true of the whole case"):
        told_met(L, "K.10") <= line(L) & NOWHERE()
        told_not_met(L, "K.10") <= line(L) & ~NOWHERE()
    with leaf(section, "K.11", "days that are reckoned"):
        day = line(L) & finding(E, "patrick") & entry_date(E, D)
        told_met(L, "K.11") <= day & T.is_(D + 1) & entry_date(F, T)
        told_not_met(L, "K.11") <= day & T.is_(D + 1) & ~entry_date(E, T) & count(
            N, entry_date(F, T)
        ) & N.is_(0)
    with leaf(section, "K.12", "a count that is compared with nothing"):
        told_met(L, "K.12") <= line(L) & count(N, PRESENT(L, E))
        told_not_met(L, "K.12") <= line(L) & count(N, PRESENT(L, E)) & (N > 2)
    with leaf(section, "K.13", "a count of another line"):
        told_met(L, "K.13") <= line(L) & count(N, NAMED("left", F)) & (N >= 2)
        told_not_met(L, "K.13") <= line(L) & count(N, NAMED("left", F)) & (N < 2)
    with leaf(section, "K.14", "entries beside a status"):
        BOTH(L, E) <= entry_side(E, L) & documented_present(E) & met(L, "K.12")
        told_met(L, "K.14") <= line(L) & count(N, BOTH(L, E)) & (N > 1)
        told_not_met(L, "K.14") <= line(L) & ~met(L, "K.12")


@cache
def policy() -> Policy:
    return small_policy(more=_unusual, parts=("K.1", "K.2", "K.3", "K.4", *LABELS))


def random_cases() -> list[Case]:
    random = Random(8)
    return [
        case_from_data(
            {
                "format": "clausewise-case/1",
                "case": f"C{number}",
                "request": {
                    "procedure": "open_sij_fusion",
                    "side": random.choice(["left", "right", "bilateral", "bilateral"]),
                    "received": "2026-07-15",
                    "plan": "arkansas_passe",
                },
                "findings": [
                    {
                        "finding": random.choice(["gaenslen", "patrick", "distraction"]),
                        "present": random.random() < 0.8,
                        "side": random.choice(["left", "right"]),
                        "date": f"2026-06-0{random.randint(1, 5)}",
                    }
                    for _ in range(random.randint(0, 5))
                ],
            }
        )
        for number in range(40)
    ]


@pytest.mark.parametrize("own_numbers", [True, False], ids=["own numbers", "shared numbers"])
def test_unusual_rules_are_decided_as_by_pydatalog(own_numbers: bool) -> None:
    store = CohortStore(program_of(policy()))
    cases = [(str(number), case) for number, case in enumerate(random_cases())]
    store.add(cases[:15])
    store.add(cases[15:])
    store.own_numbers = own_numbers
    store.decide(choose(policy()))
    columns = ", ".join(f"CAST({table_of(label)} AS VARCHAR)" for label in LABELS)
    rows = store.rows(f"SELECT c, CAST(line AS VARCHAR), {columns} FROM determinations")
    found = {(number, side): statuses for number, side, *statuses in rows}
    wanted = {
        (number, each.side): [each.statuses[label].value for label in LABELS]
        for number, case in enumerate(random_cases())
        for each in decide_case(case, policy()).lines
    }
    assert found == wanted
    for place in range(1, len(LABELS)):
        assert len({statuses[place] for statuses in wanted.values()}) > 1, LABELS[place]
