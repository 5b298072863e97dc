"""Policies with versions: clauses, parts of gates and numbers that begin and end on a day."""

from __future__ import annotations

from datetime import date
from pathlib import Path as Folder

import pytest

from clausewise.logic.language.criteria import (
    L,
    all_of,
    at_least,
    gate,
    leaf,
    part,
    told_met,
    told_not_met,
)
from clausewise.logic.language.dated import About, DatedParameter, DatedPolicy, Version
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.input_relations import line, procedure
from clausewise.logic.language.notation import Section
from clausewise.logic.language.policy_files import read_parameters

FIRST, SECOND, THIRD = date(2024, 1, 1), date(2025, 6, 1), date(2026, 1, 1)


def about(*versions: Version) -> About:
    return About("X-1", "payer", "title", {"plan": "Plan"}, ("p",), "source", versions)


VERSIONS = (Version(FIRST, SECOND), Version(SECOND, THIRD), Version(THIRD))


def leaves(section: Section, *labels: str) -> None:
    for label in labels:
        with leaf(section, label, label):
            told_met(L, label) <= line(L) & procedure("other")


def section_of_three() -> Section:
    section = Section("A", "A")
    gate(section, "A", "all", all_of("A.1", part("A.2", until=SECOND), part("A.3", since=THIRD)))
    leaves(section, "A.1", "A.3")
    with leaf(section, "A.2", "the old one", until=SECOND, id="old"):
        told_met(L, "A.2") <= line(L)
    with leaf(section, "A.2", "another clause under the same label", since=SECOND, id="new"):
        told_not_met(L, "A.2") <= line(L)
    return section


def same_label_twice() -> Section:
    section = Section("A", "A")
    leaves(section, "A", "A")
    return section


def policy(*parameters: DatedParameter) -> DatedPolicy:
    return DatedPolicy(about(*VERSIONS), parameters, (), (), (section_of_three(),))


@pytest.mark.parametrize(
    ("day", "parts", "second"),
    [
        (FIRST, ("A.1", "A.2"), "old"),
        (SECOND, ("A.1",), "new"),
        (THIRD, ("A.1", "A.3"), "new"),
        (date(2199, 1, 1), ("A.1", "A.3"), "new"),
    ],
)
def test_a_gate_asks_for_the_parts_that_its_day_asks_for(
    day: date, parts: tuple[str, ...], second: str
) -> None:
    found = policy().at(day)
    assert found.clauses["A"].parts == parts
    assert found.clauses["A.2"].id == second
    assert found.clauses["A.1"].id == "A.1"


def test_a_day_of_a_version_gives_the_same_policy_each_time() -> None:
    dated = policy()
    assert dated.at(FIRST) is dated.at(date(2024, 12, 31))
    assert dated.at(FIRST).fingerprint != dated.at(SECOND).fingerprint
    assert dated.at(SECOND).until == THIRD


def test_no_version_is_in_force_before_the_first_one() -> None:
    with pytest.raises(PolicyError, match="no version is in force on 2023-12-31"):
        policy().at(date(2023, 12, 31))


def test_a_number_has_the_value_of_its_day() -> None:
    relief = DatedParameter("relief", {FIRST: 75, THIRD: 50}, "percent", "A.1", "least relief")
    dated = policy(relief)
    assert [dated.at(day).default_parameters["relief"] for day in (FIRST, SECOND, THIRD)] == [
        75,
        75,
        50,
    ]


def test_a_number_begins_with_its_clause() -> None:
    section = Section("A", "A")
    with leaf(section, "A", "a later one", since=THIRD):
        told_met(L, "A") <= line(L)
    visits = DatedParameter("visits", {THIRD: 4}, "visits", "A", "most visits")
    dated = DatedPolicy(about(*VERSIONS), (visits,), (), (), (section,))
    assert [dict(dated.at(day).default_parameters) for day in (SECOND, THIRD)] == [
        {},
        {"visits": 4},
    ]


@pytest.mark.parametrize(
    ("dated", "told"),
    [
        (
            policy(DatedParameter("late", {SECOND: 1}, "days", "A.1", "")),
            "late has no value on 2024-01-01",
        ),
        (
            policy(DatedParameter("odd", {FIRST: 1, date(2025, 1, 1): 2}, "days", "A.1", "")),
            "odd changes on 2025-01-01, no version does",
        ),
        (
            DatedPolicy(about(Version(FIRST, SECOND), Version(THIRD)), (), (), (), ()),
            "ends 2025-06-01, the next one begins on 2026-01-01",
        ),
        (
            DatedPolicy(about(Version(FIRST), Version(SECOND)), (), (), (), ()),
            "ends open, the next one begins on 2025-06-01",
        ),
        (
            DatedPolicy(about(Version(FIRST)), (), (), (), (section_of_three(),)),
            "A.2: no version begins or ends on 2025-06-01",
        ),
        (
            DatedPolicy(about(Version(FIRST)), (), (), (), (same_label_twice(),)),
            "A: 2 clauses have this label on 2024-01-01",
        ),
    ],
)
def test_gaps_overlaps_and_days_without_a_version_are_faults(dated: DatedPolicy, told: str) -> None:
    assert told in "\n".join(dated.faults())
    with pytest.raises(PolicyError):
        dated.at(FIRST)


def test_an_at_least_gate_counts_the_parts_of_its_day() -> None:
    section = Section("B", "B")
    at_least(section, "B", "two", "minimum", ("B.1", "B.2", part("B.3", since=SECOND)))
    before, after = section.clauses
    assert (before.parts, before.until) == (("B.1", "B.2"), SECOND)
    assert (after.parts, after.since) == (("B.1", "B.2", "B.3"), SECOND)
    assert len(before.rules) < len(after.rules)


def test_the_numbers_are_read_from_a_file(tmp_path: Folder) -> None:
    file = tmp_path / "parameters.toml"
    file.write_text(
        '[least]\nunit = "days"\nclause = "A"\nmeaning = "m"\n'
        "values = { 2024-01-01 = 1, 2025-06-01 = 2 }\n"
    )
    (found,) = read_parameters(tmp_path)
    assert found == DatedParameter("least", {FIRST: 1, SECOND: 2}, "days", "A", "m")
    file.write_text(
        '[a]\nunit = "days"\n[b]\nunit = "days"\nclause = "A"\nmeaning = "m"\n'
        "values = { soon = 1, 2024-01-01 = -1 }\n"
    )
    with pytest.raises(PolicyError) as caught:
        read_parameters(tmp_path)
    assert "a has to have" in str(caught.value)
    assert "'soon' is not a day" in str(caught.value)
    assert "-1 is not a whole number" in str(caught.value)
