"""What the arguments of a command name: cases, their decisions, and procedures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeVar

from clausewise.cli.errors import fail
from clausewise.cli.options import day_of, name_values, parameter_values

if TYPE_CHECKING:
    from clausewise.api.case import Case as Asked
    from clausewise.facts.case.model import Case

Made = TypeVar("Made")

MOST_TOLD = 200
"""Files with errors whose errors are told; of more the others are counted."""


def load_cases(paths: Sequence[str | Case], *, every: bool = False) -> list[Case]:
    """The cases of all files; when any is bad, fails with the errors of each, up to MOST_TOLD.

    With ``every`` a bundle that asks for several procedures gives all its cases, and a folder, a
    pattern or a file of JSON lines those in it; otherwise it has to be said which one is meant.
    """
    from clausewise.api.loading import read_each
    from clausewise.facts.case.model import Case

    cases = [path for path in paths if isinstance(path, Case)]
    errors: list[str] = []
    more = 0
    for _, case, error in read_each(
        [path for path in paths if not isinstance(path, Case)], every=every
    ):
        if error is None:
            cases += [case] if case is not None and not errors else []
        elif len(errors) < MOST_TOLD:
            errors.append(str(error))
        else:
            more += 1
    if more:
        errors.append(
            f"{more} more cases with errors are not told here; audit rejects each by name"
        )
    if errors:
        fail("\n".join(errors))
    return cases


def asked(
    case: str | Case,
    reading: list[str] | None,
    parameter: list[str] | None,
    policy: str | None = None,
    as_of: str | None = None,
) -> Asked:
    """The one case that is meant, under the options given, or what was received by ``as_of``."""
    from clausewise.api.case import Case as Asked

    (loaded,) = load_cases([case])
    if as_of is not None:
        from clausewise.facts.case.editing import as_of as file_of

        loaded = file_of(loaded, day_of(as_of))
    return Asked.of(loaded, name_values(reading), parameter_values(parameter), policy)


def notice_on(case: Case, policy: str | None) -> str:
    """What is to be said where the policy of a case is not that of its request; mostly nothing."""
    from clausewise.api.case import Case as Asked

    return Asked.of(case, policy=policy).chosen.sentence


def of_procedure(make: Callable[..., Made], procedure: str, policy: str | None = None) -> Made:
    """What is made for a procedure; fails with the nearest known name for one without a path."""
    from clausewise.facts.case.values import nearest

    try:
        return make(procedure, policy=policy)
    except KeyError:
        from clausewise.logic.policies.registry import policy_named, registry

        if policy is None:
            known = dict.fromkeys(name for each in registry() for name in each.about.procedures)
        else:
            known = dict.fromkeys(path.procedure for path in policy_named(policy).paths)
        fail(
            f"{procedure!r} has no path here{nearest(procedure, known)}; known: {', '.join(known)}"
        )
