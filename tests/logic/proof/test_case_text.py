"""The checker holds a case against the text of its file, so that a fault in reading is refused."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import clausewise as cw
from clausewise.facts.case import syntax, validation, values
from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, load_case, parse_case
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.proof import case_text
from clausewise.logic.proof.case_text import check_text
from clausewise.logic.proof.certificate import canonical, certificate
from clausewise.logic.proof.checker import Refused
from tests.support.examples import decided
from tests.support.places import BUNDLE_FOLDER, CASE_FILES, case_path
from tests.support.plain_json import case_json

HEAD = """format: clausewise-case/1
case: A
request: {procedure: "27279", side: left, received: 2026-07-15, purpose: chronic_pain}
"""


def test_what_may_be_written_in_several_ways_is_no_difference() -> None:
    for more in (
        "injections: [{}, {id: ~}, {id: +5, relief_percent: [50, 50.0], revises: No, date: }]",
        "injections: [{relief_percent: 8e1, image_guided: YES}, {relief_percent: .5, source: 7}]",
        "therapies: [{kind: rest, for: sij_low_back, ongoing: false}, {kind: heat, id: 0012}]",
        "findings:\nmember: {age: +52}\nimaging: [{modality: ct, region: hip, results: {}}]",
        "visits: []\ndocuments: [{id: 'D', title: \"a\\u00e9\\n b\"}]",
    ):
        content = (HEAD + more).encode()
        check_text(b"\xef\xbb\xbf" + content, parse_case(content))


def test_the_sentence_names_the_place_and_both_values() -> None:
    said = HEAD + "injections: [{}, {}, {relief_percent: 80}]"
    for read, sentence in (
        (
            "[{}, {}, {relief_percent: 8}]",
            "[2].relief_percent: the file says 80, the case was read as 8",
        ),
        ("[{}, {}, {}]", "[2].relief_percent: the file says 80, the case has nothing"),
        ("[{}, {}]", "[2]: the file says an entry, the case has nothing"),
        (
            "[{}, {}, {relief_percent: 80, revises: true}]",
            "[2].revises: the file says nothing, the case was read as True",
        ),
        (
            "[{}, {}, {relief_percent: [80, 90]}]",
            "[2].relief_percent[1]: the file says nothing, the case was read as 90",
        ),
    ):
        with pytest.raises(Refused) as refused:
            check_text(said.encode(), parse_case((HEAD + f"injections: {read}").encode()))
        assert str(refused.value) == f"injections{sentence}"


def test_a_key_that_stands_twice_is_refused_whatever_was_read() -> None:
    for content in (HEAD + "case: A", json.dumps({"case": "A"})[:-1] + ', "case": "A"}'):
        with pytest.raises(Refused, match="stands twice"):
            check_text(content.encode(), parse_case(HEAD.encode()))


# --- faults in what was read ------------------------------------------------------------------


def others(value: Any) -> Iterator[Any]:
    """What a fault might make of a value."""
    if isinstance(value, bool):
        yield not value
    elif isinstance(value, (int, Decimal)):
        yield from (value + 1, value // 10, value + Decimal("0.0001"), -value, [0, value])
    elif isinstance(value, date):
        yield from (value + timedelta(days=1), value - timedelta(days=365))
    elif isinstance(value, str):
        swapped = {"left": "right", "right": "left", "failed": "relief", "relief": "failed"}
        yield from (value + " ", value[:-1], value.upper(), swapped.get(value))


def misread(data: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The data of a case with one value changed or lost, one entry lost, doubled or moved."""
    for way in list(_places(data)):
        changed = copy.deepcopy(data)
        holder: Any = changed
        for step in way[:-1]:
            holder = holder[step]
        value = holder[way[-1]]
        for other in others(value):
            holder[way[-1]] = other
            yield changed
        holder[way[-1]] = value
        if isinstance(holder, list):
            holder.insert(way[-1], copy.deepcopy(value))
            yield changed
            del holder[way[-1]]
        del holder[way[-1]]
        yield changed
        if isinstance(holder, list):
            holder.append(value)
            yield changed


def _places(value: Any, where: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    pairs: Any = value.items() if isinstance(value, dict) else enumerate(value)
    for key, below in pairs:
        yield (*where, key)
        if isinstance(below, (dict, list)):
            yield from _places(below, (*where, key))


def refusals(path: Path) -> int:
    """How many misreadings of a file, each a valid case and another, were refused: all."""
    content, right = path.read_bytes(), load_case(path)
    check_text(content, right)
    tried = 0
    for changed in misread(plain_data(right)):
        try:
            wrong = case_from_data(changed)
        except InputError:
            continue
        if wrong == right:
            continue
        tried += 1
        with pytest.raises(Refused):
            check_text(content, wrong)
    return tried


def test_every_misreading_of_an_example_is_refused() -> None:
    assert refusals(case_path("pa-1013")) > 50


@pytest.mark.slow
@pytest.mark.parametrize("name", ["pa-1001", "pa-1008", "pa-1018"])
def test_every_misreading_of_further_examples_is_refused(name: str) -> None:
    assert refusals(case_path(name)) > 5


# --- faults in the reading itself -------------------------------------------------------------

Reading = Callable[..., Any]


def first_digit(number: Reading) -> Reading:
    return lambda text, *more: number(text[:1] if text.isdigit() else text, *more)


def a_day_later(day_in: Reading) -> Reading:
    return lambda text: (day_in(text) or date.max) + timedelta(days=-1)


def without_false(without_nulls: Reading) -> Reading:
    """What is false or 0 counts as left out; an entry can then lack a key that it needs."""

    def cleaned(value: Any) -> Any:
        if isinstance(value, dict):
            return {
                key: cleaned(below)
                for key, below in value.items()
                if below not in (False, None) or key == "present"
            }
        return [cleaned(each) for each in value] if isinstance(value, list) else value

    return cleaned


def without_last(without_nulls: Reading) -> Reading:
    return _measured(without_nulls, lambda entries: entries[:-1])


def backwards(without_nulls: Reading) -> Reading:
    return _measured(without_nulls, lambda entries: entries[::-1])


def _measured(without_nulls: Reading, change: Reading) -> Reading:
    def changed(value: Any) -> Any:
        found = without_nulls(value)
        if isinstance(value, dict) and "measurements" in value:
            found["measurements"] = change(found["measurements"])
        return found

    return changed


def no_is_yes(scalar: Reading) -> Reading:
    return lambda node, *more: scalar(node, *more) or node.value in ("false", "no")


def rounded(exact: Reading) -> Reading:
    return lambda value: round(exact(value) + Decimal("0.1"), 1)


FAULTS = [
    (syntax, "_number", first_digit),
    (syntax, "_scalar", no_is_yes),
    (values, "day_in", a_day_later),
    (values, "exact_number", rounded),
    (validation, "_without_nulls", without_false),
    (validation, "_without_nulls", without_last),
    (validation, "_without_nulls", backwards),
]


@pytest.mark.parametrize(
    ("module", "name", "fault"), FAULTS, ids=lambda each: getattr(each, "__name__", each)
)
def test_a_fault_in_the_reading_of_cases_is_refused_though_both_sides_share_it(
    module: Any,
    name: str,
    fault: Callable[[Reading], Reading],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = tmp_path / "case.yaml"
    path.write_text(
        HEAD + "measurements: [{measure: sij_pain_score, value: 70e-1},\n"
        "  {measure: sij_pain_score, value: 9}]\n"
        "injections: [{relief_percent: 80, image_guided: false, date: 2026-05-05}]\n",
        encoding="utf-8",
    )
    monkeypatch.setattr(module, name, fault(getattr(module, name)))
    wrong = load_case(path)
    proof = tmp_path / "proof.json"
    proof.write_text(canonical(certificate(decide_case(wrong, POLICY))), encoding="utf-8")
    assert not cw.check(proof, wrong, policy=POLICY).from_file  # it is valid for what was read
    with pytest.raises(Refused, match=r"the file says .*, the case (was read as|has nothing)"):
        cw.check(proof, path, policy=POLICY)


# --- which cases have a file ------------------------------------------------------------------


def test_check_says_whether_the_case_was_held_against_its_file(tmp_path: Path) -> None:
    decision = decided("pa-1013")
    proof, cohort = tmp_path / "proof.json", tmp_path / "cohort.ndjson"
    proof.write_text(canonical(certificate(decision)), encoding="utf-8")
    line = case_json(plain_data(decision.case))
    cohort.write_text(
        f"{case_json(plain_data(load_case(CASE_FILES[0])))}\n{line}\n", encoding="utf-8"
    )
    for given in (case_path("pa-1013"), f"{cohort}:2", f"{cohort}:PA-1013", line):
        assert cw.check(proof, given).from_file
    for case in (decision.case, plain_data(decision.case), cw.load(case_path("pa-1013"))):
        assert not cw.check(proof, case).from_file


def test_a_case_of_fhir_is_proved_as_it_was_read(tmp_path: Path) -> None:
    bundle = next(BUNDLE_FOLDER.glob("*1003*.json"))
    proof = tmp_path / "proof.json"
    proof.write_text(canonical(certificate(cw.load(bundle).decide())), encoding="utf-8")
    assert not cw.check(proof, bundle).from_file


def test_as_of_a_day_the_whole_file_is_compared(tmp_path: Path) -> None:
    proof, path, day = tmp_path / "proof.json", case_path("pa-1013"), date(2026, 7, 1)
    as_of = cw.load(path).as_of(day).before
    proof.write_text(canonical(certificate(as_of)), encoding="utf-8")
    assert cw.check(proof, path, as_of=day).from_file


@pytest.mark.parametrize("loader", [yaml.BaseLoader, case_text.LOADER])
def test_the_examples_say_the_same_to_both_readers_of_yaml(
    loader: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(case_text, "LOADER", loader)
    for path in CASE_FILES[:3]:
        check_text(path.read_bytes(), load_case(path))
