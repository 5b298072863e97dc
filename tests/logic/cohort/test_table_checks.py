"""Rows of relations that no case can have, of what the second edition brought: ranges, sources."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from clausewise.logic.cohort.audit import relations
from clausewise.logic.cohort.file_columns import relations as known_relations
from clausewise.logic.cohort.store import CohortStore
from clausewise.logic.cohort.tables import case_of, read_relations
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import complete_percutaneous
from tests.support.relation_rows import as_csv, rows_of
from tests.support.slices import first_few


def data() -> dict[str, object]:
    """A case with a range of each kind, documents, and every new detail."""
    found = complete_percutaneous()
    found["member"] = {"age": 44}
    found["request"] |= {"purpose": ["chronic_pain", "revision"], "decided": "2026-07-20"}
    found["documents"] = [
        {"id": "H1", "date": "2026-07-10", "received": "2026-07-18"},
        {"id": "H2", "received": "2026-07-19"},
        {"id": "H3", "date": "2026-07-11"},
    ]
    far = {"finding": "pain_radiating", "present": True, "side": "left", "date": "2026-07-02"}
    far |= {"radiates_to": ["groin"], "source": [{"document": "H1"}, {"document": "H3"}, "a call"]}
    found["findings"].append(far)
    found["findings"].append({**far, "context": "baseline", "revises": True, "source": "a letter"})
    found["measurements"][0] |= {"value": [4, 6], "revises": True, "context": "post_injection"}
    found["therapies"][0] |= {"side": "left", "revises": True}
    found["therapy_inability"] = [{"reason": "increased_pain", "side": "right", "therapy": "T1"}]
    found["injections"][0] |= {"relief_percent": [80, 90], "source": {"document": "H2"}}
    found["imaging"][0] |= {"revises": True}
    return found


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("relations")
    path = folder / "c.ndjson"
    path.write_text(json.dumps(data()) + "\n", encoding="utf-8")
    assert relations(path, folder / "relations", POLICY)["decided"] == 1
    return folder / "relations"


def test_a_case_made_of_relations_has_the_same_relations(written: Path, tmp_path: Path) -> None:
    program = program_of(POLICY)
    store = CohortStore(program)
    store.add([("made", case_of(written, 0, program))])
    again = CohortStore(program)
    (aside,) = read_relations(again, written)
    assert aside == []
    for name in known_relations():
        if name != "cases":
            columns = ", ".join(
                f'count(DISTINCT "{column}")' if column in ("entry", "therapy") else f'"{column}"'
                for column in known_relations()[name]
            )
            query = f'SELECT {columns} FROM "{name}" GROUP BY ALL ORDER BY ALL'
            assert store.rows(query) == again.rows(query), name


NEW = {
    "a range that runs backwards": ("measured_up_to", "value", "3", "not above the value of"),
    "a range of one number": ("relief_up_to", "percent", "80", "not above the value of relief"),
    "a score beyond the scale": ("measured_up_to", "value", "10.5", "the value is impossible"),
    "relief beyond the whole": ("relief_up_to", "percent", "101", "missing or impossible"),
    "the upper end of no score": ("measured_up_to", "entry", "777", "not an entry of measurement"),
    "a document that was not received": (
        "cited_document",
        "received",
        "2026-07-17",
        "nothing was received on that day",
    ),
    "a source that was not received": (
        "cited_undated",
        "received",
        "2026-07-17",
        "nothing was received on that day",
    ),
    "a place that no pain radiates to": ("radiates_to", "place", "elbow", "missing or impossible"),
    "an age that is not whole": ("member_age", "age", "17.5", "missing or impossible"),
    "an age that nobody has": ("member_age", "age", "131", "missing or impossible"),
    "a decision on no day": ("decided", "day", "2026-02-30", "missing or impossible"),
}


@pytest.mark.parametrize("which", ["first", "last"])
def test_impossible_values_of_all_relations_are_told_at_once(
    written: Path, tmp_path: Path, which: str
) -> None:
    """The first value of each relation in one folder, the last ones in another."""
    values = reversed(list(NEW.values())) if which == "first" else NEW.values()
    chosen = {name: (column, value, words) for name, column, value, words in values}
    as_csv(written, tmp_path / "read", *chosen)
    folder = as_csv(written, tmp_path / "changed", *chosen)
    for name, (column, value, _) in chosen.items():
        put(folder, name, [{**rows(written, tmp_path, name)[0], column: value}])
    found = errors(tmp_path)
    lacking = "cited_document, cited_undated"  # the other entries cite nothing any more
    assert {error.partition(":")[0] for error in found} - {lacking} == set(chosen)
    for name, (_, _, words) in chosen.items():
        assert any(each.startswith(f"{name}: ") and words in each for each in found), found


@pytest.mark.parametrize(
    ("name", "column", "value", "words"), first_few(NEW.values(), 1), ids=list(NEW)
)
def test_an_impossible_value_is_told(
    written: Path, tmp_path: Path, name: str, column: str, value: str, words: str
) -> None:
    changed = [{**rows(written, tmp_path, name)[0], column: value}]
    # The other entries of a relation of sources cite nothing any more.
    lacking = "cited_document, cited_undated"
    assert set(told(written, tmp_path, name, changed)) - {lacking} == {name}
    assert words in "".join(errors(tmp_path))


def rows(written: Path, tmp_path: Path, name: str) -> list[dict[str, str]]:
    """The rows of a relation as CSV has them."""
    folder = tmp_path / "read"
    if not folder.exists():
        as_csv(written, folder, name)
    return rows_of(folder / f"{name}.csv")


def errors(tmp_path: Path) -> list[str]:
    """The errors of the changed relations."""
    (aside,) = read_relations(CohortStore(program_of(POLICY)), tmp_path / "changed")
    return [error for each in aside for error in each.errors]


def put(folder: Path, name: str, changed: list[dict[str, str]]) -> None:
    """Put rows in the place of a relation's."""
    lines = [",".join(changed[0]), *(",".join(row.values()) for row in changed)]
    (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")


def told(written: Path, tmp_path: Path, name: str, changed: list[dict[str, str]]) -> list[str]:
    """The relations that errors name after these rows were put in the place of a relation's."""
    folder = as_csv(written, tmp_path / "changed", name)
    put(folder, name, changed)
    return sorted({error.partition(":")[0] for error in errors(tmp_path)})


def test_a_baseline_that_is_said_is_one(written: Path, tmp_path: Path) -> None:
    stated = rows(written, tmp_path, "stated_baseline")[0]
    others = as_csv(written, tmp_path / "baselines", "baseline_entry")
    left = [row for row in rows_of(others / "baseline_entry.csv") if row != stated]
    assert told(written, tmp_path, "baseline_entry", left) == ["stated_baseline"]


def test_only_pain_that_is_documented_radiates(written: Path, tmp_path: Path) -> None:
    place = rows(written, tmp_path, "radiates_to")[0]
    findings = as_csv(written, tmp_path / "findings", "finding")
    other = next(
        row["entry"] for row in rows_of(findings / "finding.csv") if row["finding"] == "patrick"
    )
    absent = next(
        row["entry"]
        for row in rows_of(findings / "finding.csv")
        if row["finding"] == "pain_radiating"
    )
    assert told(written, tmp_path, "radiates_to", [{**place, "entry": other}]) == ["radiates_to"]
    assert "the finding is not pain_radiating" in errors(tmp_path)[0]
    folder = tmp_path / "changed" / "radiates_to.csv"
    folder.write_text(f"c,entry,place\n0,{absent},groin\n", encoding="utf-8")
    assert errors(tmp_path) == [f"radiates_to: no radiating pain is documented (entry {absent})"]


def test_an_entry_cites_so_many_sources_at_most(written: Path, tmp_path: Path) -> None:
    cited = rows(written, tmp_path, "cited_document")[0]
    many = [{**cited, "day": f"2026-06-{day:02}"} for day in range(1, 21)]
    assert told(written, tmp_path, "cited_document", many) == ["cited_document, cited_undated"]
    assert "more than 20 sources" in errors(tmp_path)[0]
    folder = tmp_path / "changed" / "cited_document.csv"
    folder.write_text("\n".join(folder.read_text().splitlines()[:-1]) + "\n", encoding="utf-8")
    assert errors(tmp_path) == []
