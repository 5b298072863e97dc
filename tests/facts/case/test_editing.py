"""Edits of single entries, checked by themselves, give what checking the whole case gives."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from clausewise.facts.case import editing
from clausewise.facts.case.editing import edited, plain_data
from clausewise.facts.case.model import MOST_ENTRIES, Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import case_from_data, load_case
from tests.support.places import CASE_FILES

VALUES = [True, False, 5, "2026-01-01", "failed", "left", ["diagnostic"], None, 50, "nonsense"]
FIELDS = {
    "findings": ("present", "side", "date", "finding", "revises", "nothing"),
    "measurements": ("value", "side", "date"),
    "therapies": ("start", "end", "ongoing", "outcome", "kind"),
    "therapy_inability": ("reason", "date"),
    "injections": ("date", "side", "relief_percent", "contrast", "outcome", "purposes"),
    "imaging": ("date", "side", "modality", "results.destructive_lesion"),
}


def outcome(action: Any) -> Any:
    try:
        return plain_data(action())
    except InputError as error:
        return [(problem.path, problem.found) for problem in error.problems]


@pytest.mark.slow
@pytest.mark.parametrize("path", CASE_FILES[:6], ids=lambda path: path.stem)
def test_both_ways_of_editing_agree(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    case = load_case(path)
    edits: list[list[tuple[str, Any]]] = [[]]
    for name, fields in FIELDS.items():
        entries = getattr(case, name)
        for number in range(min(2, len(entries))):
            edits += [
                [(f"{name}[{number}].{field}", value)] for field in fields for value in VALUES
            ]
            edits.append([(f"{name}[{number}]", None)])
            edits.append([(f"{name}[0]", None), (f"{name}[{number}].date", "2026-02-02")])
        if entries:
            added = plain_data(case)[name][0]
            edits.append([(f"{name}+", added)])
            edits.append(
                [(f"{name}+", {k: v for k, v in added.items() if k not in ("id", "source")})]
            )
    quick = [outcome(lambda each=each: edited(case, copy.deepcopy(each))) for each in edits]
    monkeypatch.setattr(editing, "_edited_entries", lambda _case, _edits: None)
    slow = [outcome(lambda each=each: edited(case, copy.deepcopy(each))) for each in edits]
    assert quick == slow


def test_an_edit_never_changes_the_case() -> None:
    case = load_case(CASE_FILES[2])
    before = plain_data(case)
    edited(case, [("injections[1].relief_percent", 50), ("findings[0]", None)])
    assert plain_data(case) == before


def test_what_entries_refer_to_is_still_looked_at() -> None:
    case = case_from_data(
        {
            "format": "clausewise-case/1",
            "case": "x",
            "request": {"procedure": "27279", "side": "left", "received": "2026-07-15"},
            "therapies": [{"id": "T1", "kind": "physical_therapy"}],
            "therapy_inability": [{"reason": "increased_pain", "therapy": "T1"}],
        }
    )
    with pytest.raises(InputError, match="not the id of a listed therapy"):
        edited(case, [("therapies[0]", None)])
    with pytest.raises(InputError, match="not the id of a listed therapy"):
        edited(case, [("therapies[0].id", "T2")])
    assert isinstance(edited(case, [("therapies[0].end", "2026-01-01")]), Case)


def test_a_record_that_is_full_can_be_asked_what_more_would_change(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    case = load_case(CASE_FILES[0])
    entry = plain_data(case)["findings"][0]
    full = edited(case, [("findings+", entry)] * (MOST_ENTRIES - len(case.findings)))
    assert plain_data(case_from_data(plain_data(full))) == plain_data(full)
    quick = edited(full, [("findings+", entry)])
    monkeypatch.setattr(editing, "_edited_entries", lambda *_: None)
    assert edited(full, [("findings+", entry)]) == quick
    assert len(quick.findings) == MOST_ENTRIES + 1
    with pytest.raises(InputError, match="1001 members; expected at most 1000"):
        case_from_data(plain_data(quick))
    data = plain_data(full)
    data["visits"] = [{"visit": "weight_management_visit"}] * MOST_ENTRIES
    with pytest.raises(InputError, match="entries in all; expected at most 2000"):
        case_from_data(data)
