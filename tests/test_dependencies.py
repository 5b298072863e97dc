"""What the project is built of: versions locked with hashes as pyproject.toml allows them."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.places import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
EXTRAS = PROJECT["optional-dependencies"]
LOCKS = {"requirements.lock": ("dev",), "requirements-notebook.lock": ("dev", "notebook")}
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.y*ml"))


def requirements(*extras: str) -> list[Requirement]:
    """What the project asks for, and these of its extras."""
    named = [*PROJECT["dependencies"], *(each for extra in extras for each in EXTRAS[extra])]
    return [Requirement(each) for each in named]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_a_version_in_the_range_of_each_requirement_and_hashes_of_all(
    lock: str,
) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    entries = re.findall(r"^([\w.-]+)==(\S+)((?:.*\\\n)*.*)", text, flags=re.MULTILINE)
    assert len(entries) > 50
    for name, version, rest in entries:
        assert "--hash=sha256:" in rest, f"{name}=={version}"
    for each in requirements(*LOCKS[lock]):
        locked = [version for name, version, _ in entries if name == canonicalize_name(each.name)]
        assert locked, f"{each.name}: not locked; run make lock"
        assert all(each.specifier.contains(version) for version in locked), f"{each}: {locked}"


def test_a_package_has_one_range_wherever_it_is_asked_for() -> None:
    ranges: dict[str, set[str]] = {}
    for each in requirements(*EXTRAS):
        ranges.setdefault(canonicalize_name(each.name), set()).add(str(each.specifier))
    assert {name: found for name, found in ranges.items() if len(found) > 1} == {}


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda path: path.name)
def test_actions_are_pinned_by_commit(workflow: object) -> None:
    used = re.findall(r"uses: *(.+)", (ROOT / str(workflow)).read_text(encoding="utf-8"))
    assert used
    for each in used:
        assert re.fullmatch(r"[\w./-]+@[0-9a-f]{40} # v\d+(\.\d+)*", each), each
