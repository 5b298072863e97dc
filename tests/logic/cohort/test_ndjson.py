"""Lines that DuckDB takes apart give the facts and errors that reading them one by one gives."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from random import Random
from typing import Any

import pytest

from clausewise.facts.case.syntax import MOST_BYTES
from clausewise.facts.loading.folders import read_cohort
from clausewise.logic.cohort import parts as cohort_parts
from clausewise.logic.cohort.ndjson import CaseLines
from clausewise.logic.cohort.parts import fill_in_parts
from clausewise.logic.cohort.rejected import Quarantine
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import any_case, complete_percutaneous

Data = dict[str, Any]


def text_of(data: Data) -> str:
    return json.dumps(data, default=lambda value: float(str(value)), ensure_ascii=False)


def told(store: CohortStore) -> list[tuple[Any, ...]]:
    """What a store holds of each case, whatever numbers its entries have."""
    about = {number: rest for number, *rest in store.rows("SELECT * FROM cases")}
    said: dict[int, Counter[Any]] = {number: Counter() for number in about}
    entries: dict[tuple[int, int], list[Any]] = {}
    links = []
    for name, columns in store.tables.items():
        if name == "months_before":
            continue
        for number, *row in store.rows(f'SELECT * FROM "{name}"'):
            if columns[1][0] != "entry":
                said[number][name, *row] += 1
            elif name == "inability_therapy":
                links.append((number, *row))
            else:
                entries.setdefault((number, row[0]), []).append((name, *row[1:]))
    for number, entry, other in links:
        therapy = sorted(map(repr, entries.get((number, other), ["none"])))
        entries[number, entry].append(("inability_therapy", tuple(therapy)))
    for (number, _), rows in entries.items():
        said[number][tuple(sorted(map(repr, rows)))] += 1
    return [(number, about[number], said[number]) for number in sorted(about)]


def both_ways(path: Path, folder: Path) -> tuple[CohortStore, CohortStore, set[int]]:
    """The lines of a file read by parts and one by one; also the lines that were plain."""
    plain: set[int] = set()
    take = CaseLines.take

    def noted(reader: CaseLines, lines: Any) -> set[int]:
        found = take(reader, lines)
        plain.update(found)
        return found

    fast, slow = CohortStore(program_of(POLICY)), CohortStore(program_of(POLICY))
    with pytest.MonkeyPatch.context() as patch, Quarantine(folder / "fast", None) as counts:
        patch.setattr(CaseLines, "take", noted)
        assert len(list(fill_in_parts(path, lambda: fast, counts, None))) == 1
    with Quarantine(folder / "slow", None) as expected:
        for read in read_cohort(path):
            if read.case is not None:
                slow.add([(read.place, read.case)])
                expected.passed(1)
            elif read.errors is not None:
                expected.add(read.place, [str(problem) for problem in read.errors.problems])
    assert counts.told() == expected.told()
    assert (folder / "fast").read_bytes() == (folder / "slow").read_bytes()
    return fast, slow, plain


def check(lines: list[bytes], folder: Path) -> set[int]:
    path = folder / "cohort.ndjson"
    path.write_bytes(b"\n".join(lines) + b"\n")
    fast, slow, plain = both_ways(path, folder)
    for ours, expected in zip(told(fast), told(slow), strict=True):
        assert ours == expected
    return plain


def with_sources(data: Data, random: Random) -> Data:
    """The case with documents, and quotes from them as people write them."""
    data["documents"] = [
        {"id": "D1", "title": "Note", "date": "2026-03-04", "received": "2026-03-04"},
        {"id": "Ü 2", "author": "Dr. Example"},
        {"id": 3, "received": "2026-03-04", "date": "2026-05-01"},
    ]
    quotes = ("VAS 7/10", "“pain”, said 2026-01-01", 'he said "2026-01-01"', "a\tb", " led ", "ä")
    for kind in ("findings", "measurements", "therapies", "injections", "imaging"):
        for entry in data.get(kind, ()):
            entry["source"] = {
                "document": random.choice(["D1", "Ü 2", "3"]),
                "page": random.choice([1, 17, 999_999, "iv"]),
                "quote": random.choice(quotes),
            }
    return data


def some_lines(seeds: range) -> list[bytes]:
    lines = []
    for seed in seeds:
        random = Random(seed)
        data = any_case(seed)
        lines.append(text_of(with_sources(data, random) if seed % 2 else data).encode())
    return lines


def test_random_cases_are_told_alike(tmp_path: Path) -> None:
    plain = check(some_lines(range(80)), tmp_path)
    assert len(plain) > 60


def mutilated(line: str, random: Random) -> str:
    """The line with one thing changed that may or may not make it wrong."""
    change = random.randrange(9)
    if change == 0:
        at = random.randrange(len(line))
        return line[:at] + line[at + 1 :]
    if change == 1:
        at = random.randrange(len(line))
        return line[:at] + random.choice('{}[]",:0a\\é-.') + line[at:]
    if change == 2:
        return line.replace("2026-", random.choice(["2025-", "1826-", "2026-13-", "26-"]), 1)
    if change == 3:
        return line.replace("}", random.choice([', "extra": 1}', ', "side": "left"}']), 1)
    if change == 4:
        return line.replace("true", random.choice(["null", "1", '"yes"', "false"]), 1)
    if change == 5:
        return line.replace('"id": "', random.choice(['"id": " ', '"id": "Z', '"id": 7, "q": "']))
    if change == 6:
        return line.replace('"side": "left"', '"side": "lef\\u0074"')
    if change == 7:
        return line.replace('"D1"', random.choice(['"D9"', "3", '"3"', "null", "3.0"]), 1)
    parts = json.loads(line)
    lists = [value for value in parts.values() if isinstance(value, list) and value]
    random.choice(lists).append(random.choice([None, 5, {}, [], "x", {"id": "D1"}]))
    return text_of(parts)


def mutilated_lines(seeds: range) -> list[bytes]:
    lines = some_lines(seeds)
    return [mutilated(line.decode(), Random(number)).encode() for number, line in enumerate(lines)]


def test_mutilated_cases_have_the_same_errors(tmp_path: Path) -> None:
    plain = check(mutilated_lines(range(100)), tmp_path)
    assert 10 < len(plain) < 90


@pytest.mark.slow
def test_many_cases_are_told_alike(tmp_path: Path) -> None:
    lines = some_lines(range(1000, 7000)) + mutilated_lines(range(7000, 13000))
    check(lines, tmp_path)


def changed(**changes: Any) -> bytes:
    return text_of({**complete_percutaneous(), **changes}).encode()


def replaced(old: str, new: str) -> bytes:
    text = text_of(complete_percutaneous())
    assert old in text
    return text.replace(old, new).encode()


SCORE = '"value": 7'
LINES = {
    "a case as it is": (changed(), True),
    "blanks around": (b"  " + changed() + b"\r", True),
    "a case named by a number": (changed(case=5), True),
    "a score with a decimal": (replaced(SCORE, '"value": 4.9'), True),
    "a score with a trailing nought": (replaced(SCORE, '"value": 4.90'), True),
    "a score of more digits than a float has": (
        replaced(SCORE, '"value": 4.99999999999999999999'),
        False,
    ),
    "a score of digits that are too many": (replaced(SCORE, f'"value": 4.{"9" * 70}'), False),
    "a score with an exponent": (replaced(SCORE, '"value": 70e-1'), False),
    "a score that is no number": (replaced(SCORE, '"value": NaN'), False),
    "a score without end": (replaced(SCORE, '"value": Infinity'), False),
    "a score out of range": (replaced(SCORE, '"value": 11'), False),
    "a comma too many": (replaced(SCORE + ",", SCORE + ",").replace(b"}]", b"},]"), False),
    "a key that stands twice": (replaced(SCORE, f"{SCORE}, {SCORE}"), False),
    "a list that stands twice": (changed()[:-1] + b', "findings": []}', False),
    "a key nobody knows": (changed(extra=1), False),
    "an entry that is null": (changed(imaging=[None]), False),
    "a list that is null": (changed(imaging=None), False),
    "a list that is an object": (changed(imaging={"id": "I1"}), False),
    "a list that is empty": (changed(imaging=[]), True),
    "a key written with an escape": (replaced('"findings"', '"find\\u0069ngs"'), True),
    "an unpaired surrogate": (changed(case="\\ud800").replace(b"\\\\u", b"\\u"), False),
    "a mark of the order of bytes": (b"\xef\xbb\xbf" + changed(), False),
    "no UTF-8": (changed(case="Ä").replace("Ä".encode(), b"\xc4"), False),
    "a control character": (changed(case="A").replace(b'"A"', b'"A\x01"'), False),
    "a case without a name": (changed(case=" "), False),
    "a case with a long name": (changed(case="n" * 4001), False),
    "a case with a name of ordinary length": (changed(case="n" * 900), True),
    "an unknown format": (changed(format="clausewise-case/2"), False),
    "an unknown procedure": (replaced('"percutaneous_sij_fusion"', '"\\"2026-01-01"'), True),
    "an id that is used twice": (changed(documents=[{"id": "D1"}, {"id": "D1"}]), False),
    "two lists with the same id": (
        changed(documents=[{"id": "T1"}], therapies=[{"id": "T1", "kind": "chiropractic"}]),
        True,
    ),
    "a document that is not there": (
        changed(
            imaging=[],
            findings=[],
            measurements=[{"measure": "sij_pain_score", "value": 5, "source": {"document": "D9"}}],
        ),
        False,
    ),
    "a quote in place of a source": (
        changed(measurements=[{"measure": "sij_pain_score", "value": 5, "source": "note"}]),
        True,
    ),
    "a therapy that could not be completed": (
        changed(
            therapies=[
                {"id": "T1", "kind": "rest"},
                {"id": "T2", "kind": "chiropractic", "start": "2026-01-01"},
            ],
            therapy_inability=[{"reason": "intolerance", "therapy": "T2", "date": "2026-02-01"}],
        ),
        True,
    ),
    "a therapy that is not there": (
        changed(therapy_inability=[{"reason": "intolerance", "therapy": "T99"}]),
        False,
    ),
    "a therapy that ends before it starts": (
        changed(therapies=[{"kind": "rest", "end": "2026-01-01", "start": "2026-01-02"}]),
        False,
    ),
    "a therapy told from its end": (
        changed(therapies=[{"kind": "rest", "end": "2026-01-02", "start": "2026-01-01"}]),
        True,
    ),
    "a therapy of one day": (
        changed(therapies=[{"kind": "rest", "end": "2026-01-02", "start": "2026-01-02"}]),
        True,
    ),
    "a day that no calendar has": (
        changed(therapies=[{"kind": "rest", "end": "2026-02-30"}]),
        False,
    ),
    "a day of another century": (changed(therapies=[{"kind": "rest", "end": "1899-12-31"}]), False),
    "the last day there is": (changed(therapies=[{"kind": "rest", "end": "2199-12-31"}]), True),
    "a date in a quote that begins with a quotation mark": (
        changed(therapies=[{"kind": "rest", "source": '"2026-01-01', "end": "2026-01-02"}]),
        True,
    ),
    "a date in a quote and the start before the end": (
        changed(
            therapies=[
                {
                    "kind": "rest",
                    "source": '"2026-01-09',
                    "start": "2026-01-01",
                    "end": "2026-01-02",
                }
            ]
        ),
        False,
    ),
    "text that looks like a key of its own": (
        changed(documents=[{"id": "D1", "title": '","id":"D2","x":"'}]),
        True,
    ),
    "a page that is a fraction": (
        changed(measurements=[{"measure": "sij_pain_score", "value": 5, "source": {"page": 5.5}}]),
        False,
    ),
    "a page that is too large": (
        changed(
            measurements=[{"measure": "sij_pain_score", "value": 5, "source": {"page": 1000001}}]
        ),
        False,
    ),
    "the last page there may be": (
        changed(
            measurements=[{"measure": "sij_pain_score", "value": 5, "source": {"page": 1000000}}]
        ),
        False,
    ),
    "a recorded determination": (changed(review={"determination": "not_governed"}), True),
    "a recorded determination nobody knows": (changed(review={"determination": "yes"}), False),
    "as many entries as there may be": (
        changed(measurements=[{"measure": "sij_pain_score", "value": 5}] * 1000),
        True,
    ),
    "more entries than there may be": (
        changed(measurements=[{"measure": "sij_pain_score", "value": 5}] * 1001),
        False,
    ),
    "more bytes than there may be": (changed(case="n" * MOST_BYTES), False),
    "a list that is nested deeply": (
        changed(imaging="?").replace(b'"?"', b"[" * 100_000 + b"]" * 100_000),
        False,
    ),
    "a FHIR resource": (b'{"resourceType": "Bundle"}', False),
    "a list": (b"[1]", False),
    "nothing but text": (b"case", False),
}


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> set[int]:
    """The numbers of the lines above that were plain."""
    return check([line for line, _ in LINES.values()], tmp_path_factory.mktemp("lines"))


@pytest.mark.parametrize("name", LINES)
def test_a_line_is_plain_or_left_to_the_reader(name: str, listed: set[int]) -> None:
    number = list(LINES).index(name) + 1
    assert (number in listed) is LINES[name][1]


def test_long_lines_are_taken_apart_in_smaller_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sizes: list[int] = []
    take = CaseLines.take

    def measured(reader: CaseLines, lines: Any) -> set[int]:
        sizes.append(sum(len(line) for _, line in lines))
        return take(reader, lines)

    monkeypatch.setattr(CaseLines, "take", measured)
    monkeypatch.setattr(cohort_parts, "BYTES_AT_ONCE", 10_000)
    lines = some_lines(range(30))
    check(lines, tmp_path)
    assert len(sizes) > 3
    assert max(sizes) < 10_000 + max(map(len, lines)) + 2


def test_forms_are_forgotten_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("clausewise.logic.cohort.ndjson.MOST_FORMS", 5)
    monkeypatch.setattr(cohort_parts, "LINES_AT_ONCE", 7)
    monkeypatch.setattr(cohort_parts, "MOST_READERS", 2)
    assert check(some_lines(range(40)), tmp_path)
