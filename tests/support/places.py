"""Where the tests find the repository, its example cases and its bundles."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).parents[2]
CASE_FOLDER = ROOT / "facts" / "cases"
CASE_FILES = sorted(CASE_FOLDER.glob("*.yaml"))
BUNDLE_FOLDER = ROOT / "facts" / "bundles"


def case_path(name: str) -> Path:
    """Where an example case stands; ``name`` without the suffix, "pa-1003"."""
    return CASE_FOLDER / f"{name}.yaml"
