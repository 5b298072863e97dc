"""Two decisions side by side: of two cases, or of one case under two settings.

``/compare?first=NAME&first-set=PLACE=VALUE&second=NAME&second-set=…``: each side is a case with
what is changed in it, as the page of the case takes it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from clausewise.logic.what_if.changed import said_otherwise
from clausewise.logic.what_if.compare import changed_choices, difference
from clausewise.serve.pages.addresses import changed, found_case, query_of
from clausewise.serve.pages.rendering import page_of, served

router = APIRouter(include_in_schema=False)
FirstSettings = Annotated[list[str], Query(alias="first-set", default_factory=list)]
SecondSettings = Annotated[list[str], Query(alias="second-set", default_factory=list)]


def address(first: str, first_set: Iterable[str], second: str, second_set: Iterable[str]) -> str:
    """The address of a comparison."""
    pairs = [("first", first), *(("first-set", each) for each in first_set)]
    pairs += [("second", second), *(("second-set", each) for each in second_set)]
    return "/compare?" + urlencode(pairs)


@router.get("/compare")
def compare(
    request: Request,
    first_set: FirstSettings,
    second_set: SecondSettings,
    first: str = "",
    second: str = "",
) -> Response:
    """Outcomes, clauses, parameters, readings and entries that differ; or two cases to choose."""
    here = served(request)
    names = [name for name, _ in here.dropped()] + [each.name for each in here.listed()]
    values: dict[str, Any] = {"names": names, "first": first, "second": second, "difference": None}
    if not first or not second:
        return page_of("compare", **values)
    one = changed(found_case(request, first), first_set)
    other = changed(found_case(request, second), second_set)
    found = difference(one.decide(), other.decide())
    if one.decide().policy.number != other.decide().policy.number:
        raise HTTPException(422, "cases under two policies are not compared clause by clause")
    labels = dict.fromkeys(label for line in found.lines for label in line.statuses)
    clauses = {**one.decide().policy.clauses, **other.decide().policy.clauses}
    return page_of(
        "compare",
        **values
        | {
            "difference": found,
            "cases": (one, other),
            "queries": (query_of(first_set), query_of(second_set)),
            "given": (first_set, second_set),
            "swapped": address(second, second_set, first, first_set),
            "choices": changed_choices(found.before.choices, found.after.choices),
            "texts": {label: clauses[label].paraphrase for label in labels if label in clauses},
            "record": list(said_otherwise(one, other)),
        },
    )
