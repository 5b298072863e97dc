"""The installed policies and their versions, and the plain policy of one of them.

What a policy says of itself is read without its rules; these are imported when it is chosen.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import import_module
from pathlib import Path

from clausewise.facts.case.values import nearest
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.vocabulary.installed import installed_policies
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.dated import About, DatedPolicy
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.policy_files import about_from


class UnknownPolicyError(ClausewiseError):
    """A policy, or a version of one, that is asked for and not installed."""


@dataclass(frozen=True)
class Registered:
    """An installed policy: what it says of itself, and the package that holds its rules."""

    about: About
    package: str

    def dated(self) -> DatedPolicy:
        """The policy with all its versions; its package is imported. Raises PolicyError."""
        found = getattr(import_module(self.package), "WRITTEN", None)
        if not isinstance(found, DatedPolicy):
            raise PolicyError(f"{self.package} has no policy under the name WRITTEN")
        return found

    def at(self, day: date) -> Policy:
        """The version in force on a day; where none is, the first one or the last one before."""
        return self.dated().at(self.about.nearest_version(day).first)


@cache
def registry() -> tuple[Registered, ...]:
    """Every installed policy, those that are shipped first; raises PolicyError."""
    if VOCABULARY.faults:
        raise PolicyError("\n".join(VOCABULARY.faults))
    found: dict[str, Registered] = {}
    for each in installed_policies():
        about = about_from(each.about, f"{each.folder.name}/policy.toml")
        if about.number in found:
            other = found[about.number].package
            raise PolicyError(f"{each.package} and {other} are both policy {about.number}")
        if not about.versions:
            raise PolicyError(f"{each.folder.name}/policy.toml: the policy has no version")
        found[about.number] = Registered(about, each.package)
    return tuple(found.values())


def policy_named(text: str, day: date | None = None) -> Policy:
    """The policy that ``NUMBER`` or ``NUMBER@DAY`` names; the name of its package is a number too.

    Without a day it is the version of ``day``, and without that the latest one. Raises
    UnknownPolicyError, with the nearest number, for a policy that is not installed and for a day on
    which no version of it is in force.
    """
    number, at, day_text = text.partition("@")
    by_number = {each.about.number: each for each in registry()}
    folded = {name.casefold(): name for name in by_number}
    folded |= {each.package.rpartition(".")[2]: number for number, each in by_number.items()}
    known = by_number.get(folded.get(number.casefold(), ""))
    if known is None:
        hint = nearest(number.upper(), by_number)
        raise UnknownPolicyError(
            f"{number!r} is not an installed policy{hint}; installed: {', '.join(by_number)}"
        )
    if not at:
        return known.at(day) if day is not None else known.at(known.about.versions[-1].first)
    try:
        wanted = date.fromisoformat(day_text)
    except ValueError:
        raise UnknownPolicyError(f"{day_text!r} is not a day such as 2026-07-15") from None
    if known.about.version_on(wanted) is None:
        firsts = ", ".join(str(each.first) for each in known.about.versions)
        raise UnknownPolicyError(
            f"no version of {known.about.number} is in force on {wanted}; "
            f"its versions begin on {firsts}"
        )
    return known.at(wanted)


def folder_of(policy: str) -> Path:
    """The folder of an installed policy, by its number, or of one at a place, by its path."""
    for each in installed_policies():
        if str(each.about.get("number", "")).casefold() == policy.casefold():
            return each.folder
    return Path(policy)


def default_policy() -> Policy:
    """The latest version of the policy that is meant where nothing is said of plan or procedure.

    It is the first one for the plan that a case file has when it names none.
    """
    registered = registry()
    if not registered:
        raise UnknownPolicyError("no policy is installed")
    meant = (each for each in registered if VOCABULARY.default_plan in each.about.plans)
    found = next(meant, registered[0])
    return found.at(found.about.versions[-1].first)


def policy_meant(policy: Policy | str | None) -> Policy:
    """A policy given as one, as ``NUMBER`` or ``NUMBER@DAY``, or not at all: the default policy."""
    if policy is None:
        return default_policy()
    return policy_named(policy) if isinstance(policy, str) else policy
