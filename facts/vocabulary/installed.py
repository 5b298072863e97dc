"""The policies that are installed, as far as reading a case has to know them: plans, procedures.

A policy is a package with a file ``policy.toml``. It is found through the entry-point group
``clausewise.policies``, so that a payer can ship its policies as a wheel of its own, or as a folder
of ``clausewise.logic``. One that is being written is found by its folder, which an environment
variable names. Finding a package imports no rule of it.
"""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.machinery import PathFinder
from importlib.metadata import EntryPoint, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from clausewise.facts.encoding import NotUtf8Error, text_of
from clausewise.facts.errors import ClausewiseError

GROUP = "clausewise.policies"
"""The entry-point group; an entry point's value is the name of a policy's package."""
SHIPPED = "clausewise.logic"
"""The package in whose folder the policies stand that come with clausewise."""
ABOUT = "policy.toml"
"""The file of a policy's folder that says whose policy it is, for which plans and since when."""


WRITING = "CLAUSEWISE_POLICIES"
"""The environment variable with the folders of policies being written, as PATH has folders."""


class InstalledPolicyError(ClausewiseError, ValueError):
    """A policy that is said to be installed is missing, or a TOML file of it is not readable."""


@dataclass(frozen=True)
class InstalledPolicy:
    """A policy's package: its name, its folder and what its ``policy.toml`` says."""

    package: str
    folder: Path
    about: Mapping[str, Any]

    def data(self, file: str) -> dict[str, Any] | None:
        """What a TOML file of the folder holds, None without one; raises InstalledPolicyError."""
        path = self.folder / file
        return _toml(path) if path.is_file() else None


@cache
def installed_policies() -> tuple[InstalledPolicy, ...]:
    """Every installed policy, those that are shipped first; raises InstalledPolicyError."""
    packages = [each.value for each in (*_shipped(), *entry_points(group=GROUP))]
    return tuple(installed(name) for name in dict.fromkeys((*packages, *_being_written())))


def _being_written() -> list[str]:
    """The packages in the folders that the environment names, made importable."""
    found = []
    for text in filter(None, os.environ.get(WRITING, "").split(os.pathsep)):
        folder = Path(text).resolve()
        if not (folder / ABOUT).is_file():
            raise InstalledPolicyError(f"{WRITING}: {text} has no {ABOUT}")
        if str(folder.parent) not in sys.path:
            sys.path.append(str(folder.parent))
        if _folder(folder.name) != folder:
            raise InstalledPolicyError(f"{WRITING}: another package is called {folder.name}")
        found.append(folder.name)
    return found


def _shipped() -> list[EntryPoint]:
    """What an installation declares for the shipped policies; a checkout may not be installed."""
    folder = Path(__file__).resolve().parent.parent.parent / SHIPPED.rpartition(".")[2]
    names = sorted(path.parent.name for path in folder.glob(f"*/{ABOUT}"))
    return [EntryPoint(name, f"{SHIPPED}.{name}", GROUP) for name in names]


def installed(package: str) -> InstalledPolicy:
    """The policy in a package; raises InstalledPolicyError."""
    folder = _folder(package)
    if folder is None:
        raise InstalledPolicyError(f"the package {package} of a policy is not installed")
    return InstalledPolicy(package, folder, _toml(folder / ABOUT))


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(text_of(path.read_bytes()))
    except (OSError, NotUtf8Error, tomllib.TOMLDecodeError) as error:
        raise InstalledPolicyError(f"{path.parent.name}/{path.name}: {error}") from error


def _folder(package: str) -> Path | None:
    """The folder of a package, which is not imported; what it lies in is."""
    parent = package.rpartition(".")[0]
    try:
        above = find_spec(parent) if parent else None
    except ModuleNotFoundError:
        return None
    if parent and above is None:
        return None
    found = PathFinder.find_spec(package, above.submodule_search_locations if above else None)
    if found is None or not found.submodule_search_locations:
        return None
    return Path(next(iter(found.submodule_search_locations)))


def known_plans() -> dict[str, str]:
    """The plans of all installed policies: what each is called for people, by its name."""
    plans: dict[str, str] = {}
    for each in installed_policies():
        found = each.about.get("plans", {})
        if not isinstance(found, dict) or not all(isinstance(text, str) for text in found.values()):
            raise InstalledPolicyError(f"{each.folder.name}/{ABOUT}: plans is a table of names")
        for name, text in found.items():
            plans.setdefault(name, text)
    return plans


def may_govern(plan: str, procedure: str) -> bool:
    """Whether a policy may govern a procedure (its name) under a plan.

    Of a plan that is not known it is not known either, so that it may.
    """
    of_plan = [each.about for each in installed_policies() if plan in each.about.get("plans", ())]
    return not of_plan or any(procedure in about.get("procedures", ()) for about in of_plan)
