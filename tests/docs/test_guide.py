"""The policy of the guide for authors, taken from its page: it has no fault and decides."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from clausewise.logic.authoring.skeleton import new_policy
from tests.support.places import ROOT

GUIDE = ROOT / "docs" / "policies.md"
RECEIVED = date(2026, 9, 1)


def written(where: Path) -> Path:
    """The policy of the page in place of the skeleton that the page begins with."""
    folder = new_policy("knee", where, "knee_lavage", date(2026, 1, 1))
    page = GUIDE.read_text(encoding="utf-8")
    blocks = re.findall(r"(\n[^\n]+)\n\n```(?:python|toml)\n(.*?)```", page, re.DOTALL)
    named = {
        found.group(1): text
        for before, text in blocks
        if (found := re.search(r"`([\w.]+)`", before))
    }
    for file in ("criteria.py", "parameters.toml", "vocabulary.toml", "words.toml", "codes.toml"):
        (folder / file).write_text(named[file], encoding="utf-8")
    about, package = folder / "policy.toml", folder / "__init__.py"
    text = about.read_text(encoding="utf-8")
    about.write_text(text[: text.index("[[version]]")] + named["policy.toml"], encoding="utf-8")
    text = package.read_text(encoding="utf-8")
    text = text.replace("import SECTION", "import EXCLUDED, SECTION")
    text = text.replace("policy import Path", "policy import Path, Reading")
    text = re.sub(r"PATHS = .*\n", lambda _: named["__init__.py"], text, count=1)
    text = text.replace("readings=()", "readings=READINGS")
    text = text.replace("SECTION, write_outcome", "SECTION, EXCLUDED, write_outcome")
    package.write_text(text, encoding="utf-8")
    return folder


def days(name: str, *before: int) -> list[dict[str, str]]:
    return [{"visit": name, "date": str(RECEIVED - timedelta(days=each))} for each in before]


EXERCISE = (10, 41, 72, 103, 134, 165)
FULL: dict[str, Any] = {
    "format": "clausewise-case/1",
    "request": {"procedure": "29871", "received": str(RECEIVED)},
    "member": {"age": 18},
    "findings": [{"finding": "knee_locks", "present": True, "date": "2026-08-01"}],
    "measurements": [{"measure": "body_mass_index", "value": 50, "date": "2026-08-01"}],
    "visits": [*days("knee_exercise", *EXERCISE), *days("knee_lavage_done", 300, 740)],
    "record_complete": ["visits"],
}
REPORTED = [{"finding": "knee_locks_reported", "present": True, "date": "2026-08-01"}]
LATE = [*days("knee_exercise", 10, 42, 73, 104, 135, 166), *days("knee_lavage_done", 300)]
OFTEN = [*days("knee_exercise", *EXERCISE), *days("knee_lavage_done", 300, 700)]
CASES: dict[str, tuple[dict[str, Any], str]] = {
    "all": ({}, "medically_necessary"),
    "young": ({"member": {"age": 17}}, "not_medically_necessary"),
    "heavy": (
        {"measurements": [{**FULL["measurements"][0], "value": 51}]},
        "not_medically_necessary",
    ),
    "late": ({"visits": LATE}, "not_medically_necessary"),
    "often": ({"visits": OFTEN}, "not_medically_necessary"),
    "open": ({"record_complete": []}, "insufficient_information"),
    "reported": ({"findings": REPORTED}, "insufficient_information"),
}
"""What differs from the first case, and the determination."""


def test_the_policy_of_the_guide_has_no_fault_and_decides_its_boundaries(tmp_path: Path) -> None:
    folder = written(tmp_path)
    for path in (folder / "cases").iterdir():
        path.unlink()
    for name, (changes, determination) in CASES.items():
        case = {**FULL, "case": name, **changes, "review": {"determination": determination}}
        (folder / "cases" / f"{name}.yaml").write_text(json.dumps(case), encoding="utf-8")
    # Words of a policy that is not installed are known to a process that begins with it.
    done = subprocess.run(
        [sys.executable, "-m", "clausewise", "check-policy", str(folder)],
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
        timeout=120,
        check=False,
    )
    assert done.stdout == "no fault\n", done.stdout + done.stderr
