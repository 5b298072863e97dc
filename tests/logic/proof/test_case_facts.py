"""The checker reads the case by itself, so that a fault in how cases become facts is refused."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date

import pytest

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.model import Case
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.columns import EntryKey, Row, Value
from clausewise.facts.relations.calendar import EPOCH_ORDINAL
from clausewise.facts.relations.from_case import calendar, case_facts
from clausewise.facts.schema import OF_CASES
from clausewise.logic.decision import decide
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof.case_facts import calendar_of, facts_in
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused, check
from tests.support.generator import random_case
from tests.support.places import CASE_FILES, case_path

Rows = Mapping[str, tuple[Row, ...]]


def cases() -> Iterator[Case]:
    yield from (load_case(path) for path in CASE_FILES)
    yield from (case_from_data(random_case(seed)) for seed in range(300))


def test_both_readings_of_a_case_find_the_same_facts_of_every_relation() -> None:
    seen: set[str] = set()
    for case in cases():
        expected = {name: set(rows) for name, rows in case_facts(case).items()}
        assert facts_in(plain_data(case)) == expected
        seen |= set(expected)
    assert seen >= set(OF_CASES) - {"visit"}  # no example of this policy has visits


def test_both_calendars_agree() -> None:
    days = [EPOCH_ORDINAL + 37 * number for number in range(900)]
    days += [date(2024, 2, 29).toordinal(), date(2023, 8, 31).toordinal()]
    periods = (0, 1, 6, 12, 25)
    expected = {name: set(rows) for name, rows in calendar(days, periods).items()}
    assert calendar_of(days, periods) == expected


def without(rows: Rows, name: str, number: int) -> Rows:
    return {**rows, name: rows[name][:number] + rows[name][number + 1 :]}


def altered(rows: Rows, name: str, number: int) -> Rows:
    """The row with its last value changed to another of its kind."""
    *others, last = rows[name][number]
    if isinstance(last, EntryKey):
        other: Value = EntryKey("findings[900]")
    elif isinstance(last, str):
        other = next(each for each in ("right", "yes", "no") if each != last)
    else:
        other = last + 1
    changed = [*rows[name]]
    changed[number] = (*others, other)
    return {**rows, name: tuple(dict.fromkeys(changed))}


def added(rows: Rows, name: str, number: int) -> Rows:
    return {
        **rows,
        name: tuple(dict.fromkeys((*rows[name], altered(rows, name, number)[name][number]))),
    }


@pytest.mark.parametrize("fault", [without, altered, added])
@pytest.mark.parametrize("stem", [pytest.param("pa-1003", marks=pytest.mark.slow), "pa-1013"])
def test_a_fault_in_the_facts_that_a_case_is_decided_by_is_refused(
    stem: str, fault: Callable[[Rows, str, int], Rows], monkeypatch: pytest.MonkeyPatch
) -> None:
    """One row of each relation is lost, altered or made up, and the case decided by that."""
    case = load_case(case_path(stem))
    facts = case_facts(case)
    right = canonical(certificate(decide.decide_case(case, POLICY)))
    check(right, case, POLICY)
    refused = 0
    for name, rows in facts.items():
        faulty = fault(facts, name, len(rows) // 2)
        monkeypatch.setattr(decide, "case_facts", lambda _, faulty=faulty: faulty)
        try:
            text = canonical(certificate(decide.decide_case(case, POLICY)))
        except (decide.DisagreementError, ValueError, KeyError):
            continue  # no determination at all: a case without a line, or of two plans
        if text == right:
            continue  # no rule of this case looks at the row
        with pytest.raises(Refused):
            check(text, case, POLICY)
        refused += 1
    assert refused >= 8
