"""A cohort answers as its cases do one by one."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copy
from typing import Any

import pytest

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import case_from_data, load_case
from clausewise.facts.loading.files import load_all
from clausewise.logic.asking.cohort import ask_cases, ask_cohort
from clausewise.logic.asking.one_case import Asking
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.asking.resolve import question
from clausewise.logic.cohort.audit import AuditError
from clausewise.logic.cohort.reading import fill_in_parts
from clausewise.logic.decision.decide import DisagreementError
from clausewise.logic.mm_1508 import POLICY
from tests.support.asked import SameCases
from tests.support.generator import any_case, random_readings
from tests.support.places import CASE_FOLDER, case_path
from tests.support.queries import random_query

QUERIES = (
    "technical(L, E) & relief(E, R) & (R < 60)",
    'not_met(L, "D.I.B.7") & relief(E, R) & (R >= 45) & (R < 50)',
    'undocumented(L, "D.I.B.4.a.inability") & ~conflicting(L, "D.I.B.2")',
    '~met(left, "D.I.B.2") & line(left)',
    "count(N, injection(_)) & (N > 3)",
    "injection(E) & ~relief(E, _)",
    "therapy_start(E, A) & therapy_end(E, B) & N.is_(B - A) & (N > 100)",
    "inability_therapy(E, T) & therapy(T, K)",
    'reading("block_relief", X) & parameter("minimum_block_relief", M)',
    'needed_days(D) & ~parameter("minimum_inactive_therapy_months", D)',
    'reading("block_relief", X) & ~reading("undated_entries", X)',
    'entry_date(E, D) & (D >= "2026-05-04") & finding(E, F)',
    "comparable(E, F) & (E != F)",
    "relief(E, R) & (49 < R < 80.5)",
    "therapy that ended early",
    "line(L) & total(N, R, relief(E, R))",
    "line(L) & count(N, needs(_, _))",
)


@pytest.fixture(scope="module")
def examples() -> Iterator[SameCases]:
    paths = [case_path(f"pa-{number}") for number in (1003, 1005, 1008, 1013, 1020)]
    found = SameCases([(path.name, load_case(path)) for path in paths])
    yield found
    found.store.database.close()


@pytest.mark.parametrize("query", QUERIES)
def test_a_cohort_answers_as_its_cases_do(examples: SameCases, query: str) -> None:
    expected = examples.one_by_one(query)
    assert expected
    assert examples.together(query) == expected


def test_alternatives_are_answered_together(examples: SameCases) -> None:
    one, other = "relief(E, R) & (R < 40)", "relief(E, R) & (R > 90)"
    both = examples.together(one, other)
    assert (
        both == examples.together(one) | examples.together(other) == examples.one_by_one(one, other)
    )


def compare(same: SameCases, seeds: range, each: int | None = None) -> int:
    """Compare random queries, on so many of the cases each; gives how many could be asked."""
    asked = 0
    for seed in seeds:
        query = random_query(same.dictionary, seed)
        found = same.both(query, None if each is None else same.some(seed, each))
        if found is not None:
            asked += 1
            assert found[0] == found[1], query
    return asked


def test_random_queries_are_answered_alike(examples: SameCases) -> None:
    assert compare(examples, range(3))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_random_queries_on_random_cases(part: int) -> None:
    """DuckDB answers 200 queries for each of 5,000 cases as the derivations of the case do; for
    some of the cases pyDatalog is asked too."""
    seeds = range(part * 500, part * 500 + 500)
    same = SameCases([(str(seed), case_from_data(any_case(seed))) for seed in seeds])
    asked = 0
    for seed in range(200):
        query = random_query(same.dictionary, seed)
        try:
            expected, refused = same.derived(query)
        except QueryError:
            continue
        asked += 1
        assert {row for row in same.together(query) if row[0] not in refused} == expected, query
        if seed % 10 == part:
            places = same.some(seed, 20) - refused
            assert same.one_by_one(query, cases=places) == {
                row for row in expected if row[0] in places
            }
    same.store.database.close()
    assert asked > 150


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 4))
def test_random_queries_under_other_readings(seed: int) -> None:
    cases = [(str(each), case_from_data(any_case(seed * 60 + each))) for each in range(60)]
    same = SameCases(cases, random_readings(seed))
    assert compare(same, range(200 + seed * 20, 220 + seed * 20)) > 10
    same.store.database.close()


def test_more_answers_than_a_cohort_may_have_are_a_sentence(
    examples: SameCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausewise.logic.asking.cohort.MOST_ANSWERS", 1000)
    with pytest.raises(QueryError, match="more than 1000 answers"):
        examples.together("finding(E, X) & finding(F, Y) & finding(G, Z)")


def test_what_takes_too_long_is_interrupted(
    examples: SameCases, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausewise.logic.asking.cohort.MOST_SECONDS", 0.5)
    atoms = " & ".join(f"entry_date(E{n}, D{n})" for n in range(6))
    with pytest.raises(QueryError, match=r"more than 0\.5 seconds"):
        examples.together(f"{atoms} & ((D0 - D1) * (D2 - D3) * (D4 - D5) == 7777777)")


def test_a_folder_is_asked_and_says_where(tmp_path: Path) -> None:
    found = ask_cohort(CASE_FOLDER, ["relief(E, 49)"], POLICY)
    assert found.rows() == [("PA-1003", "pa-1003.yaml", "injections[1]")]
    assert (found.count, found.cases, found.counts["read"]) == (1, 1, 23)


def test_lines_of_a_file_have_addresses(tmp_path: Path) -> None:
    data = [plain_data(load_case(case_path(f"pa-{number}"))) for number in (1001, 1003)]
    cohort = tmp_path / "cohort.ndjson"
    cohort.write_text("\n".join(json.dumps(each, default=str) for each in data), encoding="utf-8")
    found = ask_cohort(cohort, ["relief(E, 49)"], POLICY)
    assert found.without_answer(5) == [("PA-1001", "line 1")]
    ((_, place, _),) = found.rows()
    assert list(found.of_cases([str(place)])[str(place)].rows) == [("injections[1]",)]
    assert load_all(found.address(str(place)))[0].case == "PA-1003"


def test_a_cohort_that_changes_while_it_is_read_is_an_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cohort = tmp_path / "cohort"
    cohort.mkdir()
    for number in (1001, 1003):
        copy(case_path(f"pa-{number}"), cohort)

    def changing(*args: Any) -> Iterator[None]:
        yield from fill_in_parts(*args)
        (cohort / "pa-1001.yaml").unlink()

    monkeypatch.setattr("clausewise.logic.asking.cohort.fill_in_parts", changing)
    with pytest.raises(AuditError, match="it changed while it was read"):
        ask_cohort(cohort, ["relief(E, 49)"], POLICY)


def test_a_case_that_answers_otherwise_by_itself_is_told() -> None:
    found = ask_cases([("here", load_case(case_path("pa-1003")))], ["relief(E, 49)"], POLICY)
    found.database.execute("UPDATE found SET v0 = 'injections[0]'")
    with pytest.raises(DisagreementError, match="here: the case by itself"):
        found.of_cases(["here"])


def test_entries_have_no_names_in_a_cohort(examples: SameCases) -> None:
    with pytest.raises(QueryError, match="entries have names in one case only"):
        examples.together('relief("I2", R)')


def test_asking_is_prepared_once_for_many_cases(examples: SameCases) -> None:
    asking = Asking(question(examples.dictionary, ["relief(E, R)"]))
    numbers = [len(asking.of_facts(case, facts).rows) for _, case, facts in examples.cases[:3]]
    assert numbers == [2, 4, 2]
