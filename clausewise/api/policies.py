"""The policy that a name stands for: its number, or the name of its module."""

from __future__ import annotations

from pathlib import Path

from clausewise.facts.case.values import nearest
from clausewise.logic import mm_1508
from clausewise.logic.language.policy import Policy


class UnknownPolicyError(ValueError):
    """A policy is named that is not there."""


_KNOWN = {"MM-1508": mm_1508}


def policy_named(name: str) -> Policy:
    """The policy of this number ("MM-1508") or module ("mm_1508").

    Raises UnknownPolicyError with the nearest known number.
    """
    for number, package in _KNOWN.items():
        if name.casefold() in (number.casefold(), package.__name__.rpartition(".")[2]):
            return package.POLICY
    raise UnknownPolicyError(
        f"{name!r} is not a policy here{nearest(name.upper(), _KNOWN)}; known: {', '.join(_KNOWN)}"
    )


def policy_folder(policy: Policy) -> Path:
    """The folder of a policy's module, where its data stand."""
    file = _KNOWN[policy.number].__file__
    assert file is not None
    return Path(file).parent
