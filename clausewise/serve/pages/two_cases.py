"""Two decisions side by side: of two cases, or of one case under two settings.

``/compare?first=NAME&first-set=PLACE=VALUE&second=NAME&second-set=…``: each side is a case with
what is changed in it, as the page of the case takes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, HTTPException, Query, Request
from starlette.responses import Response

from clausewise.api.case import Case
from clausewise.api.results import Difference
from clausewise.facts.text import in_words
from clausewise.logic.what_if.changed import Said, said_otherwise
from clausewise.logic.what_if.compare import changed_choices
from clausewise.serve.pages.addresses import changed, found_case, query_of
from clausewise.serve.pages.comparison_tables import Compared, with_files
from clausewise.serve.pages.rendering import page_of, quote_path, served
from clausewise.serve.pages.tables import Table

router = APIRouter(include_in_schema=False)
FirstSettings = Annotated[list[str], Query(alias="first-set", default_factory=list)]
SecondSettings = Annotated[list[str], Query(alias="second-set", default_factory=list)]


def address(first: str, first_set: Iterable[str], second: str, second_set: Iterable[str]) -> str:
    """The address of a comparison."""
    pairs = [("first", first), *(("first-set", each) for each in first_set)]
    pairs += [("second", second), *(("second-set", each) for each in second_set)]
    return "/compare?" + urlencode(pairs)


def two_cases(
    request: Request,
    first_set: FirstSettings,
    second_set: SecondSettings,
    first: str = "",
    second: str = "",
) -> Compared | None:
    """Outcomes, clauses, parameters, readings and entries that differ."""
    if not first or not second:
        return None
    one = changed(found_case(request, first), first_set)
    other = changed(found_case(request, second), second_set)
    found = one.compare(other)
    if found.before.policy.number != found.after.policy.number:
        raise HTTPException(422, "cases under two policies are not compared clause by clause")
    heads = tuple(
        f"{case.case}, what if" if given else case.case
        for case, given in ((one, first_set), (other, second_set))
    )
    return Compared([], list(_tables(found, one, other, heads)))


def _tables(found: Difference, one: Case, other: Case, heads: tuple[str, ...]) -> Iterator[Table]:
    outcomes: list[tuple[str, ...]] = []
    for line in found.lines:
        outcomes.append((line.side, line.before, line.after))
        rests = (", ".join(each) for each in (line.decisive_before, line.decisive_after))
        outcomes.append((f"{line.side}, rests on", *rests))
    yield Table("outcomes", "Outcomes", ("line", *heads), outcomes)
    known = {**found.before.policy.clauses, **found.after.policy.clauses}
    clauses = [
        (label, line.side, known[label].paraphrase if label in known else "", *map(in_words, pair))
        for line in found.lines
        for label, pair in line.statuses.items()
    ]
    yield Table("clauses", "Clauses that differ", ("clause", "line", "text", *heads), clauses)
    choices = [
        (in_words(name), *(in_words(str(each)) for each in pair))
        for name, pair in changed_choices(found.before.choices, found.after.choices).items()
    ]
    yield Table("choices", "Parameters and readings that differ", ("name", *heads), choices)
    record = [
        (each.label, each.field or "entry", _said(each, each.first), _said(each, each.second))
        for each in said_otherwise(one, other)
    ]
    yield Table("records", "What the records say otherwise", ("of", "what", *heads), record)


def _said(each: Said, value: str | None) -> str:
    if value is None:
        return "not there"
    return value if value == "none" else f"{value}{each.unit}"


@router.get("/compare")
def compare(
    request: Request,
    first_set: FirstSettings,
    second_set: SecondSettings,
    found: Annotated[Compared | None, Depends(two_cases)],
    first: str = "",
    second: str = "",
) -> Response:
    """Two cases side by side; or two cases to choose."""
    here = served(request)
    sides = [
        (name, f"/case/{quote_path(name)}?{query_of(given)}", given)
        for name, given in ((first, first_set), (second, second_set))
    ]
    return page_of(
        "comparison",
        title="Compare two cases",
        what="cases",
        names=[name for name, _ in here.dropped()] + [each.name for each in here.listed()],
        first=first,
        second=second,
        sides=sides,
        swapped=address(second, second_set, first, first_set),
        compared=found,
        query=str(request.query_params),
    )


with_files(router, "cases", two_cases)
