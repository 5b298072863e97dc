"""clausewise: a medical policy as a logic program, and determinations that prove themselves.

    import clausewise as cw
    case = cw.load("facts/cases/pa-1003.yaml")
    decision = cw.decide(case)
    decision.lines[0].determination      # 'not_medically_necessary'
    print(cw.why(case))

Each command of the command line has a function of the same name here.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from clausewise.api.cases import (
        Blocking,
        Case,
        ChoiceError,
        Decision,
        Difference,
        EditError,
        FlipSet,
        InputError,
        Interval,
        Missing,
        Refused,
        as_of,
        check,
        decide,
        flip,
        load,
        missing,
        policy,
        readings,
        result,
        template,
        what_if,
        when,
        why,
        why_not,
    )
    from clausewise.api.cohorts import audit, relations
    from clausewise.api.fhir import claim_response, facts_of, missing_questionnaire, questionnaire
    from clausewise.api.pictures import dependency_graph, graph, report, touches

__version__ = "0.1.0"

__all__ = [
    "Blocking",
    "Case",
    "ChoiceError",
    "Decision",
    "Difference",
    "EditError",
    "FlipSet",
    "InputError",
    "Interval",
    "Missing",
    "Refused",
    "__version__",
    "as_of",
    "audit",
    "check",
    "claim_response",
    "decide",
    "dependency_graph",
    "facts_of",
    "flip",
    "graph",
    "load",
    "missing",
    "missing_questionnaire",
    "policy",
    "questionnaire",
    "readings",
    "relations",
    "report",
    "result",
    "template",
    "touches",
    "what_if",
    "when",
    "why",
    "why_not",
]

_MODULES = {
    "clausewise.api.cohorts": ("audit", "relations"),
    "clausewise.api.fhir": ("claim_response", "facts_of", "missing_questionnaire", "questionnaire"),
    "clausewise.api.pictures": ("dependency_graph", "graph", "report", "touches"),
}
"""Where the names are that ``clausewise.api.cases`` does not have."""


if not TYPE_CHECKING:  # a type checker knows the names, and only these

    def __getattr__(name: str) -> Any:
        """A name of ``__all__``, imported when it is first used: a command needs few of them."""
        if name not in __all__:
            raise AttributeError(f"module 'clausewise' has no attribute {name!r}")
        homes = (module for module, names in _MODULES.items() if name in names)
        globals()[name] = found = getattr(import_module(next(homes, "clausewise.api.cases")), name)
        return found

    def __dir__() -> list[str]:
        return __all__
