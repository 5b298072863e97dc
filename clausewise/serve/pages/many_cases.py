"""Many cases side by side: two policies, two audits, or the cases here under other choices.

``/compare/policies?first=NUMBER@DAY&second=…``, ``/compare/audits?first=NAME&second=…`` and
``/compare/choices?set=reading.NAME=VALUE&set=parameter.NAME=VALUE``.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from time import monotonic
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import RedirectResponse, Response

from clausewise.api.case import Case
from clausewise.facts.case.problems import InputError
from clausewise.logic.cohort.two_audits import MOST_MOVED, two_audits
from clausewise.logic.language.choices import ChoiceError
from clausewise.logic.policies.registry import UnknownPolicyError, policy_named, registry
from clausewise.logic.what_if.policies import compare_policies, movers, moves_of
from clausewise.output.policy_comparison import comparison_data
from clausewise.serve.folder import Served
from clausewise.serve.pages import two_cases
from clausewise.serve.pages.addresses import Settings, query_of, settings_of
from clausewise.serve.pages.audits import audit_folder, read_lines, summary_in
from clausewise.serve.pages.comparison_tables import Compared, moving, with_files
from clausewise.serve.pages.rendering import page_of, quote_path, served
from clausewise.serve.pages.tables import Link, Table

router = APIRouter(include_in_schema=False)
MOST_DECIDED = 500
"""Cases that are decided anew for one page; ``clausewise audit`` takes any number."""
MOST_SECONDS = 15.0
"""How long they may take."""

# --- two policies -------------------------------------------------------------------------------


def two_policies(
    request: Request, first: str = "", second: str = "", cases: bool = False
) -> Compared | None:
    """Clauses and numbers of two policies or versions and, if asked for, which cases here move."""
    if not first or not second:
        return None
    try:
        one, other = policy_named(first), policy_named(second)
    except UnknownPolicyError as error:
        raise HTTPException(422, str(error)) from None
    decided = ValidCases(served(request))
    moves = moves_of(movers(decided, one, other)) if cases else None
    data = comparison_data(compare_policies(one, other), moves)
    clauses = [
        *((each["label"], "new", each["text"], "") for each in data["new"]),
        *((each["label"], "gone", each["text"], "") for each in data["gone"]),
        *(
            (each["label"], "changed", each["text"], "; ".join(each["what"]))
            for each in data["changed"]
        ),
    ]
    numbers = [
        (each["name"], each["first"], each["second"], each["unit"])
        for each in data["parameters"]
        if not each["same"]
    ]
    tables = [
        Table(
            "clauses", "Clauses that differ", ("clause", "change", "text", "what differs"), clauses
        ),
        Table(
            "parameters",
            "Parameters that differ",
            ("parameter", one.version, other.version, "unit"),
            numbers,
        ),
    ]
    same = len(data["same"])
    said = ["1 clause is the same." if same == 1 else f"{same} clauses are the same."]
    said += [data["exact_verdict"], *data["notices"]]
    if moves is not None:
        tables += moving(
            (
                each.case,
                Link(each.place, f"/case/{quote_path(each.place)}"),
                each.side,
                each.before,
                each.after,
                each.decisive_before,
                each.decisive_after,
            )
            for each in moves.listed
        )
        said += [data["plan_set"], *decided.left_out()]
    return Compared(said, tables)


@router.get("/compare/policies")
def policies(
    request: Request,
    found: Annotated[Compared | None, Depends(two_policies)],
    first: str = "",
    second: str = "",
    cases: bool = False,
) -> Response:
    """The page of two policies or versions."""
    names = [
        f"{each.about.number}@{version.first}"
        for each in registry()
        for version in each.about.versions
    ]
    if found is not None:  # a number alone means the version in force now
        first, second = (policy_named(each).version for each in (first, second))
    return _page(request, "policies", "Compare two policies", found, names, first, second, cases)


with_files(router, "policies", two_policies)


# --- two audits ---------------------------------------------------------------------------------


def both_audits(request: Request, first: str = "", second: str = "") -> Compared | None:
    """Two audits of the same cases: what they were made under, and which lines move."""
    if not first or not second:
        return None
    folders = audit_folder(request, first), audit_folder(request, second)
    summaries = summary_in(folders[0]), summary_in(folders[1])
    with read_lines():
        found = two_audits(*folders, summaries)
    known = {each.name for each in served(request).listed()}
    said: list[str] = []
    if any(found.alone):
        said.append(
            f"{found.alone[0]} lines are only in the first, {found.alone[1]} only in the second."
        )
    if found.moving > MOST_MOVED:
        said.append(f"The first {MOST_MOVED} of the lines that move are listed.")
    settings = [(name, *pair) for name, pair in found.settings.items()]
    rows = [
        (
            each["case"],
            Link(each["place"], f"/case/{quote_path(each['place'])}")
            if each["place"] in known
            else each["place"],
            each["line"],
            each["from"],
            each["to"],
            each["decisive_before"],
            each["decisive_after"],
        )
        for each in found.moved
    ]
    counts = [(each["from"], each["to"], each["lines"]) for each in found.counts]
    made_under = Table(
        "settings", "What they were made under", ("setting", first, second), settings
    )
    return Compared(said, [made_under, *moving(rows, counts)])


@router.get("/compare/audits")
def audits(
    request: Request,
    found: Annotated[Compared | None, Depends(both_audits)],
    first: str = "",
    second: str = "",
) -> Response:
    """The page of two audits."""
    names = list(served(request).audits())
    return _page(request, "audits", "Compare two audits", found, names, first, second)


with_files(router, "audits", both_audits)


# --- other choices ------------------------------------------------------------------------------


def under_choices(request: Request, given: Settings) -> Compared | None:
    """The cases here under other readings and parameters: which lines move."""
    if not given:
        return None
    settings = settings_of(given)
    if any(place.partition(".")[0] not in ("reading", "parameter") for place in settings):
        raise HTTPException(422, "only readings and parameters are set for all cases")
    rows: list[tuple[Any, ...]] = []
    unasked: Counter[str] = Counter()
    decided = ValidCases(served(request))
    for name, case in decided:
        before = case.decide()
        try:
            after = case.what_if(settings).decide()
        except ChoiceError as error:
            unasked[str(error)] += 1
            continue
        for line in before.lines:
            other = after.by_side[line.side]
            rows.append(
                (
                    case.case,
                    Link(name, two_cases.address(name, [], name, given)),
                    line.side,
                    line.determination,
                    other.determination,
                    line.decisive,
                    other.decisive,
                )
            )
    if not rows and unasked:
        raise HTTPException(422, "; ".join(unasked))
    said = [f"{number} cases are left out: {told}" for told, number in unasked.items()]
    return Compared([*said, *decided.left_out()], moving(rows))


@router.get("/compare/choices")
def choices(
    request: Request,
    given: Settings,
    reading: str = "",
    parameter: str = "",
    value: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """The page of other choices; what is chosen is added to the address."""
    added = [reading] if reading else []
    if parameter and value:
        added.append(f"{parameter}={value}")
    if added:
        kept = [
            each
            for each in given
            if each.partition("=")[0] not in {new.partition("=")[0] for new in added}
        ]
        return RedirectResponse(f"/compare/choices?{query_of([*kept, *added])}", status_code=303)
    every = [each.at(each.about.versions[-1].first) for each in registry()]
    return page_of(
        "comparison",
        title="The cases here under other readings and parameters",
        what="choices",
        policies=every,
        given=given,
        without=[(each, query_of(other for other in given if other != each)) for each in given],
        compared=under_choices(request, given),
        query=query_of(given),
    )


with_files(router, "choices", under_choices)


# --- what they share ----------------------------------------------------------------------------


def _page(
    request: Request,
    what: str,
    title: str,
    found: Compared | None,
    names: list[str],
    first: str,
    second: str,
    cases: bool = False,
) -> Response:
    return page_of(
        "comparison",
        title=title,
        what=what,
        names=names,
        first=first,
        second=second,
        cases=cases,
        compared=found,
        query=str(request.query_params),
    )


class ValidCases:
    """The cases here that are valid, by name: at most MOST_DECIDED, and while MOST_SECONDS last."""

    def __init__(self, here: Served) -> None:
        self._here = here
        self._every = here.listed()
        self._number = 0

    def __iter__(self) -> Iterator[tuple[str, Case]]:
        until = monotonic() + MOST_SECONDS
        for each in self._every[:MOST_DECIDED]:
            if monotonic() > until:
                return
            self._number += 1
            with suppress(InputError):
                yield each.name, self._here.loaded(each)

    def left_out(self) -> Iterator[str]:
        """How many were taken, where these are not all."""
        if 0 < self._number < len(self._every):
            yield (
                f"Only the first {self._number} of {len(self._every)} cases are decided here; "
                "clausewise audit takes all of them."
            )
