"""Under all readings at once SQL tells of each line what single cases tell, on a small policy.

Its clauses count, add up and rule out what only some readings hold. The same of MM-1508 takes
longer: tests/logic/cohort/test_sensitivity.py.
"""

from __future__ import annotations

import re
from functools import cache
from random import Random

import pytest

from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data
from clausewise.logic.cohort.sensitivity import find_sensitive_lines
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.choices import choose
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    documented_present,
    entry_date,
    entry_side,
    finding,
    line,
    reading,
)
from clausewise.logic.language.notation import Section, count, relation, total, variables
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.program import program_of
from clausewise.logic.readings.conditional_model import ReadingSensitivity, diagrams_of
from clausewise.logic.sql.conditional import VECTORS, conditional_script
from tests.support.small_policy import anchor, small_policy

COUNTED = relation("counted", "line entry", "a test that counts")
SET_ASIDE = relation("set_aside", "line entry", "an early test, which does not count")
TESTED = relation("tested", "line day", "a day of a test that counts and is not set aside")
FIRST = relation("first", "line day", "a later test follows")
KIND = relation("kind", "line finding", "a test of this kind counts")
LAST = relation("last", "line day", "an earlier test comes before it")
D, E, F, N, S, T = variables("D E F N S T")


def _counts(section: Section) -> None:
    gaenslen = line(L) & entry_side(E, L) & finding(E, "gaenslen") & documented_present(E)
    patrick = line(L) & entry_side(E, L) & finding(E, "patrick") & documented_present(E)
    with section.clause("C.counts", "what counts", kind="definition", published=False):
        COUNTED(L, E) <= gaenslen
        COUNTED(L, E) <= reading("tests", "either") & patrick
        SET_ASIDE(L, E) <= reading("idle", "no") & gaenslen & entry_date(E, D) & anchor(T) & (
            D + 43 < T
        )
        TESTED(L, D) <= COUNTED(L, E) & entry_date(E, D) & ~SET_ASIDE(L, E)
        KIND(L, F) <= COUNTED(L, E) & finding(E, F)
        FIRST(L, D) <= TESTED(L, D) & TESTED(L, T) & (D < T)
        LAST(L, T) <= TESTED(L, D) & TESTED(L, T) & (D < T)
    with leaf(section, "K.5", "none or several tests count"):
        number = line(L) & count(N, COUNTED(L, E))
        told_met(L, "K.5") <= number & N.is_not(1)
        told_not_met(L, "K.5") <= number & N.is_(1)
    with leaf(section, "K.6", "the first and the last day do not adjoin"):
        days = line(L) & total(S, D, FIRST(L, D)) & total(T, D, LAST(L, D)) & N.is_(T - S)
        told_met(L, "K.6") <= days & N.is_not(1)
        told_not_met(L, "K.6") <= days & N.is_(1)
    with leaf(section, "K.7", "a test of the second kind does not count alone"):
        told_met(L, "K.7") <= line(L) & ~KIND(L, "patrick")
        told_met(L, "K.7") <= line(L) & KIND(L, "gaenslen")
        told_not_met(L, "K.7") <= line(L) & KIND(L, "patrick") & ~KIND(L, "gaenslen")


@cache
def policy() -> Policy:
    return small_policy(more=_counts, parts=("K.1", "K.2", "K.3", "K.4", "K.5", "K.6", "K.7"))


def random_cases() -> list[Case]:
    random = Random(23)
    return [
        case_from_data(
            {
                "format": "clausewise-case/1",
                "case": f"C{number}",
                "request": {
                    "procedure": "open_sij_fusion",
                    "side": "bilateral",
                    "received": "2026-07-15",
                    "plan": "arkansas_passe",
                },
                "documents": [{"id": "H1", "title": "A visit", "received": "2026-07-15"}],
                "measurements": [{"measure": "sij_pain_score", "value": 7, "side": "left"}],
                "findings": [
                    {"finding": "systemic_arthropathy", "present": False},
                    {"finding": "distraction", "present": True, "side": "left"},
                ]
                + [
                    {
                        "finding": random.choice(["gaenslen", "patrick"]),
                        "present": random.random() < 0.9,
                        "side": random.choice(["left", "right"]),
                        "date": f"2026-06-0{random.randint(1, 5)}",
                    }
                    for _ in range(random.randint(0, 7))
                ],
            }
        )
        for number in range(32)
    ]


@cache
def as_single_cases_say() -> dict[tuple[int, str], bool]:
    found = {}
    for number, case in enumerate(random_cases()):
        decision = decide_case(case, policy())
        sensitivity = ReadingSensitivity(decision)
        for each in decision.lines:
            found[number, each.side] = sensitivity.is_sensitive(each.side)
    return found


@pytest.mark.parametrize("own_numbers", [True, False], ids=["own numbers", "shared numbers"])
def test_many_cases_at_once_are_as_they_say_singly(own_numbers: bool) -> None:
    store = CohortStore(program_of(policy()))
    store.add((str(number), case) for number, case in enumerate(random_cases()))
    store.own_numbers = own_numbers
    find_sensitive_lines(store, choose(policy()))
    rows = store.rows("SELECT place, line, sensitive FROM sensitive JOIN cases USING (c)")
    found = {(int(place), side): sensitive for place, side, sensitive in rows}
    assert len(rows) == len(found)
    assert found == as_single_cases_say()
    assert min(map([*found.values()].count, (True, False))) > 8


def test_a_table_is_dropped_when_no_later_step_asks_for_it() -> None:
    steps = conditional_script(
        program_of(policy()), {}, diagrams_of(policy()), own_numbers=True
    ).steps
    written = [each for each in steps if isinstance(each, str)]
    made = re.findall(r'^CREATE TABLE ("[^"]+")', "\n".join(written), re.MULTILINE)
    assert {'"counted"', '"first"', '"total 0"', '"total 1"'} < set(made)
    for table in set(made) - {VECTORS}:
        asking = [each for each in written if table in each]
        after = written[written.index(asking[-2]) + 1 : written.index(asking[-1])]
        assert asking[-1] == f"DROP TABLE {table}"
        # Only the relation that asked for it, last by a total of it, is made in between.
        made_after = [each for each in after if re.match('CREATE TABLE "(?!total)', each)]
        assert len(made_after) <= 1, table
