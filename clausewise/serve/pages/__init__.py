"""The pages of the workbench: server-rendered HTML, which works without scripts.

The state of a page stands in its address: ``?set=PLACE=VALUE`` for each thing that is changed, as
the command ``what-if`` takes it. A small script only sends a form when something in it changes, and
puts the answer in place.
"""

from fastapi import APIRouter

from clausewise.serve.pages import (
    audits,
    case,
    cases,
    documentation,
    documents,
    enter_case,
    many_cases,
    passages,
    policies,
    questions,
    two_cases,
)

router = APIRouter(include_in_schema=False)
for _part in (
    cases,
    enter_case,
    questions,
    passages,
    documents,
    case,
    two_cases,
    many_cases,
    audits,
    policies,
    documentation,
):
    router.include_router(_part.router)
