"""Queries in Datalog from Python, put to a case or a cohort."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from clausewise.api.case import Case
from clausewise.api.collections import ask_several
from clausewise.api.loading import Given, addresses, each_case, is_cohort
from clausewise.api.tables import Table
from clausewise.facts.case.model import Case as Record
from clausewise.logic.asking.cohort import ask_cohort
from clausewise.logic.asking.parse import QueryError
from clausewise.logic.policies.registry import policy_meant

if TYPE_CHECKING:
    from clausewise.logic.language.policy import Policy

__all__ = ["QueryError", "Table", "ask"]


def ask(
    case: Given | Iterable[Given],
    *queries: str,
    readings: Mapping[str, str] | None = None,
    parameters: Mapping[str, int] | None = None,
    policy: Policy | str | None = None,
    progress: Callable[[int], None] | None = None,
    processes: int = 1,
) -> Table:
    """The answers of a case, or of a cohort, to a query in the notation of the rules.

    ``technical(L, E) & relief(E, R) & (R < 60)``: atoms of any relation (``clausewise relations``
    lists them), ``~`` before an atom, comparisons, ``count(N, atom)``, labels and names in quotes;
    variables begin with a capital letter. Several queries are alternatives. A query of the policy
    goes by its name, such as "blocks that fell short".

    ``case`` is a case, the address of one, a cohort (a folder or a file of JSON lines), a pattern
    such as ``cases/*.yaml``, or several of these. ``progress`` and ``processes`` are for cohorts,
    as in ``audit``. Raises QueryError for a query
    that cannot be asked, with the place, and InputError, ChoiceError, CohortError, AuditError.
    """
    if isinstance(case, str | Path) and is_cohort(case):
        return Table(
            ask_cohort(
                case,
                queries,
                policy_meant(policy),
                readings=readings,
                parameters=parameters,
                progress=progress,
                processes=processes,
            )
        )
    pattern = isinstance(case, str | Path) and addresses(case) != [str(case)]
    if isinstance(case, Record | str | Path | Mapping) and not pattern:
        return Case.of(case, readings, parameters).ask(*queries, policy=policy)
    found = each_case(case)
    return ask_several(found, queries, readings=readings, parameters=parameters, policy=policy)
