"""The house holds: imports lead downwards only, and the wheel installs one name."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.support.places import CASE_FOLDER, ROOT

FLOORS = ("facts", "logic", "viz", "docs")


def modules() -> Iterator[Path]:
    for folder in ("clausewise", *FLOORS):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if not any((ROOT / "clausewise" / floor) in path.parents for floor in FLOORS):
                yield path


def test_imports_keep_the_contracts_of_the_floors_and_rooms() -> None:
    """The contracts stand in pyproject.toml; import-linter names each import that breaks one."""
    program = Path(sysconfig.get_path("scripts"), "lint-imports")
    outcome = subprocess.run(
        [program, "--no-cache", "--no-logo"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_nothing_imports_the_floors_under_other_names() -> None:
    found = []
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names = [each.name for each in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "" if not node.level else "relative"]
            else:
                continue
            found += [
                (str(path.relative_to(ROOT)), name)
                for name in names
                if name.partition(".")[0] in (*FLOORS, "relative")
            ]
    assert found == []
    assert len(list(modules())) > 100


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from a copy so that nothing is left in the checkout."""
    source = tmp_path_factory.mktemp("source")
    for folder in ("clausewise", *FLOORS):
        ignored = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / folder, source / folder, symlinks=True, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    target = tmp_path_factory.mktemp("wheel")
    command = "pip wheel --quiet --disable-pip-version-check --no-deps --no-build-isolation"
    subprocess.run(
        [sys.executable, "-m", *command.split(), "--wheel-dir", target, source],
        check=True,
        timeout=300,
    )
    (found,) = target.glob("*.whl")
    return found


def test_the_wheel_has_one_name_and_every_file(wheel: Path) -> None:
    names = set(ZipFile(wheel).namelist())
    assert {name.partition("/")[0] for name in names if ".dist-info/" not in name} == {"clausewise"}
    wanted = {
        f"clausewise/{path.relative_to(ROOT)}".replace("clausewise/clausewise/", "clausewise/")
        for folder in ("clausewise", *FLOORS)
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert wanted <= names


def test_modules_of_the_user_with_our_folders_names_do_no_harm(wheel: Path, tmp_path: Path) -> None:
    site, beside = tmp_path / "site", tmp_path / "beside"
    ZipFile(wheel).extractall(site)
    beside.mkdir()
    for floor in FLOORS:
        (beside / f"{floor}.py").write_text("raise ImportError('not ours')\n")
    script = (
        "import clausewise as cw; print(cw.__file__); "
        f"print(cw.decide({str(CASE_FOLDER / 'pa-1001.yaml')!r}).determination)"
    )
    outcome = subprocess.run(
        [sys.executable, "-c", script],
        cwd=beside,
        env={**os.environ, "PYTHONPATH": str(site)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert outcome.stdout.splitlines() == [
        str(site / "clausewise" / "__init__.py"),
        "medically_necessary",
    ], outcome.stderr
