"""The ledger: every entry, document and statement of a request ends in exactly one place."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from copy import deepcopy
from functools import reduce
from operator import getitem
from pathlib import Path
from typing import Any

import pytest

import clausewise as cw
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data
from clausewise.facts.loading.files import cases_in
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case
from clausewise.logic.explain.ledger import PLACES, UNUSED, WEIGHTS, Account, Ledger
from clausewise.logic.language.policy import Policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import folder_of, registry
from clausewise.logic.program.program import program_of
from tests.support import sleeve
from tests.support.bundles import bundle_of_case
from tests.support.command import run
from tests.support.examples import decided
from tests.support.generator import any_case, complete_percutaneous
from tests.support.near import case_near
from tests.support.places import CASE_FILES, case_path


def decide(data: dict[str, Any], policy: Policy = POLICY) -> Decision:
    return decide_case(case_from_data(data), policy)


def place_of(data: dict[str, Any], key: str) -> Account:
    decision = decide(data)
    accounts = Ledger(decision, decision.lines[0]).accounts
    (found,) = [each for each in accounts if each.key == key]
    return found


def check(decision: Decision) -> Counter[str]:
    """Check the ledgers of a decision; gives how many accounts end in each place."""
    places: Counter[str] = Counter()
    rules = {rule.identifier: rule for rule in program_of(decision.policy).rules}
    for line in decision.lines:
        accounts = Ledger(decision, line).accounts
        keys = Counter(each.key for each in accounts)
        assert set(keys.values()) <= {1}
        documents = [f"documents[{place}]" for place in range(len(decision.case.documents))]
        assert {*decision.entries, *documents} <= set(keys)
        for each in accounts:
            assert each.place in PLACES
            assert each.weight in WEIGHTS
            # The reason is a rule that has instances for this case, or what does not hold.
            assert bool(each.rule) != bool(each.lacks), each
            if each.rule:
                assert line.model.rows[rules[each.rule].head.key], each
            assert (each.place == UNUSED) == (each.clause == "" and each.lacks != "arrived"), each
            for said in (each.text, *each.reasons):
                plain = re.sub(r"\[[^\]]*\]", "", said)
                assert not re.search(r"[a-z]_[a-z]|\w\[\d", said if "[" not in said else plain)
            places[each.place] += 1
    return places


@pytest.mark.parametrize("path", CASE_FILES, ids=lambda path: path.stem)
def test_the_ledger_of_each_example_is_complete(path: Path) -> None:
    check(decided(path.stem))


@pytest.mark.parametrize(
    "seeds",
    [range(8), pytest.param(range(8, 10_000), marks=pytest.mark.slow)],
    ids=["some", "ten_thousand"],
)
def test_every_entry_of_a_random_case_ends_in_one_place(seeds: range) -> None:
    """And without what no clause uses, each alone, no clause of the line has another status."""
    places: Counter[str] = Counter()
    for seed in seeds:
        places += check_with_unused(any_case(seed), POLICY)
    assert len(places) >= 6


OTHERS = {
    each.about.number: (each.dated(), folder_of(each.about.number))
    for each in registry()
    if each.about.number != POLICY.number
}
OTHERS["invented"] = (sleeve.WRITTEN, Path(sleeve.__file__).parent)


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 300), marks=pytest.mark.slow)], ids=["some", "many"]
)
@pytest.mark.parametrize("name", OTHERS)
def test_so_it_does_under_the_other_policies(name: str, seeds: range) -> None:
    """Under the version in force on the day of receipt."""
    written, folder = OTHERS[name]
    examples = sorted((folder / "cases").glob("*.yaml"))
    for seed in seeds:
        data = case_near(examples, seed)
        day = case_from_data(data).request.received
        check_with_unused(data, written.at(written.about.nearest_version(day).first))


@pytest.mark.parametrize(
    "seeds", [range(3), pytest.param(range(3, 300), marks=pytest.mark.slow)], ids=["some", "many"]
)
def test_so_it_does_of_a_case_that_came_as_fhir(seeds: range) -> None:
    for seed in seeds:
        text = json.dumps(bundle_of_case(any_case(seed)), default=float)
        (case,) = cases_in(text.encode(), "bundle")
        check_with_unused(plain_data(case), POLICY)


def check_with_unused(data: dict[str, Any], policy: Policy) -> Counter[str]:
    """Check the ledgers of a case, and that what is unused changes, each alone, no status."""
    decision = decide(data, policy)
    places = check(decision)
    for line in decision.lines:
        accounts = Ledger(decision, line).accounts
        unused = [each for each in accounts if each.place == UNUSED]
        if decided_alike_without(data, unused, line, policy):
            continue
        # Together they may decide: of two documents that came on different days after the
        # request, each lets evidence count that the other lets count too.
        for each in unused:
            assert decided_alike_without(data, [each], line, policy), (line.side, each.key)
    return places


def decided_alike_without(
    data: dict[str, Any], accounts: Iterable[Account], line: LineDecision, policy: Policy
) -> bool:
    """Whether a line is decided alike without these; also where no case would be left."""
    rest = without(data, accounts)
    if not rest:
        return True
    other = decide(rest, policy).by_side[line.side]
    return (other.statuses, other.determination) == (line.statuses, line.determination)


def without(data: dict[str, Any], accounts: Iterable[Account]) -> dict[str, Any]:
    """The case without these entries, documents and statements; empty when there are none, or when
    it would be no case."""
    rest = deepcopy(data)
    places = [each.key.partition("[") for each in accounts if each.kind != "statement"]
    for name, _, place in sorted(places, key=lambda each: -int(each[2][:-1])):
        del rest[name][int(place[:-1])]
    for field, _, value in (each.key.partition(": ") for each in accounts):
        if value and field not in ("request.procedure", "request.received"):
            *above, last = field.split(".")
            holder = reduce(getitem, above, rest)
            if isinstance(holder[last], list):
                holder[last].remove(value)
            else:
                del holder[last]
    try:
        case_from_data(rest)
    except InputError:  # such as a reason why a therapy was not possible, without the therapy
        return {}
    return rest if rest != data else {}


def test_a_day_of_the_decision_that_leaves_the_record_out_is_told() -> None:
    data = complete_percutaneous()
    data["request"]["decided"] = "2026-06-27"
    found = place_of(data, "request.decided: 2026-06-27")
    assert (found.place, found.clause) == ("against", "D.I.B.1.non_radiating")
    assert found.reasons == ("without it: met",)


def test_the_receipt_of_a_document_that_no_entry_cites_may_decide() -> None:
    data = complete_percutaneous()
    data["findings"][0]["date"] = "2026-07-18"
    data["documents"] = [{"id": "late", "received": "2026-07-20"}]
    label = place_of(data, "findings[0]").clause
    found = place_of(data, "documents[0]")
    assert (found.place, found.clause) == ("supports", label)
    assert found.reasons == ("without it: undocumented",)


def test_a_therapy_that_is_too_short_falls_short_by_its_days() -> None:
    data = complete_percutaneous()
    data["record_complete"] = []
    data["therapies"][0] |= {"start": "2025-10-01", "end": "2026-02-18"}
    found = place_of(data, "therapies[0]")
    assert (found.place, found.clause, found.weight) == (
        "falls_short",
        "D.I.B.4.a.duration",
        "decisive",
    )
    assert found.reasons == (
        "counts, and is not enough: 141 of 181 days documented, 40 more needed",
    )


def test_a_good_block_of_two_falls_short_of_the_count() -> None:
    data = complete_percutaneous()
    data["record_complete"] = []
    data["injections"] = [each for each in data["injections"] if each["id"] != "I2"]
    found = place_of(data, "injections[0]")
    assert (found.place, found.clause) == ("falls_short", "D.I.B.7")
    assert found.reasons == ("counts, and is not enough: 1 of 2 required blocks is documented",)


def test_an_entry_of_the_other_side_does_not_count() -> None:
    data = complete_percutaneous()
    data["findings"][9]["side"] = "right"
    found = place_of(data, "findings[9]")
    assert found.place == "does_not_count"
    assert found.reasons == ("does not count: right side, the request is for the left",)
    assert (found.rule, found.lacks) == ("", "counts")


def test_a_contested_entry_names_what_stands_against_it() -> None:
    data = complete_percutaneous()
    data["findings"].append({**data["findings"][9], "present": False})
    found = place_of(data, "findings[9]")
    assert found.place == "contested"
    assert found.reasons[0].startswith("contested by Gaenslen's test negative, 2026-07-02, left")


def test_what_the_request_states_is_evidence() -> None:
    decision = decided("pa-1003")
    accounts = Ledger(decision, decision.lines[0]).accounts
    told = {each.text: each for each in accounts if each.kind == "statement"}
    complete = told["the record is said to be complete for injections"]
    assert (complete.place, complete.clause, complete.weight) == ("against", "D.I.B.7", "decisive")
    purpose = "the request states the purpose: treatment of chronic back or sacroiliac joint pain"
    assert (told[purpose].place, told[purpose].clause) == ("supports", "D.I.B.0")


def test_a_document_ends_where_what_cites_it_does() -> None:
    decision = decided("pa-1003")
    accounts = Ledger(decision, decision.lines[0]).accounts
    (blocks,) = [each for each in accounts if each.kind == "document" and each.name == "H2"]
    assert (blocks.clause, blocks.weight) == ("D.I.B.7", "decisive")
    assert blocks.reasons == ("cited by: I1, I2",)


def test_the_ledger_is_in_the_json_of_why_and_in_python() -> None:
    printed = json.loads(run("why", case_path("pa-1003"), "--format", "json").stdout)
    (line,) = printed["lines"]
    assert cw.decide(case_path("pa-1003")).ledger() == {"left": line["ledger"]}
    (relief,) = [each for each in line["ledger"] if each["key"] == "injections[1]"]
    assert relief["place"] == "falls_short"
    assert relief["reasons"] == ["49 % relief; at least 50 % is required"]
    assert relief["rule"].startswith("C.reasons.occasions/")
    assert "ledger" not in json.loads(run("decide", case_path("pa-1003"), "-f", "json").stdout)


def test_what_is_met_below_a_decisive_clause_is_not_decisive() -> None:
    decision = decided("pa-1004")
    accounts = Ledger(decision, decision.lines[0]).accounts
    weights = {each.text.partition(",")[0]: each.weight for each in accounts}
    assert weights["Gaenslen's test positive"] == "not needed"
    assert weights["distraction test negative"] == "decisive"


def test_a_therapy_that_counts_in_part_supports_what_is_met_by_it() -> None:
    """PA-1001 is approved by the part of an ongoing medication that is documented."""
    decision = decided("pa-1001")
    found = {each.name: each for each in Ledger(decision, decision.lines[0]).accounts}["T2"]
    assert (found.place, found.clause) == ("supports", "D.I.B.4.b")
    assert found.reasons == ("documented only up to 2026-01-20",)


def test_care_that_is_too_short_falls_short_under_each_policy() -> None:
    case = cw.load(str(folder_of("CMM-611") / "cases" / "cmm-10.yaml"))
    decision = cw.decide(case)
    found = {each.key: each for each in Ledger(decision, decision.lines[0]).accounts}
    told = [(found[key].place, found[key].reasons) for key in ("therapies[0]", "therapies[1]")]
    assert sorted(told) == [
        ("falls_short", ("112 of 181 days documented",)),
        ("falls_short", ("70 of 181 days documented",)),
    ]


def test_that_many_contest_an_entry_is_counted_once_they_are_more_than_are_named() -> None:
    data = complete_percutaneous()
    data["measurements"] = [
        {"measure": "sij_pain_score", "value": value, "side": "left"} for value in (7, 3) * 25
    ]
    told = place_of(data, "measurements[0]").reasons
    assert told[-1] == "contested by 5 more"
    assert len(told) == 21
