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
    from clausewise.api.analysis import (
        analyse,
        analysis_page,
        drift,
        run_suite,
        suite,
        text,
        text_anchors,
    )
    from clausewise.api.cohorts import audit, relations
    from clausewise.api.fhir import claim_response, facts_of, missing_questionnaire, questionnaire
    from clausewise.api.functions import (
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
        dependency_graph,
        flip,
        graph,
        load,
        missing,
        policy,
        readings,
        report,
        result,
        template,
        touches,
        what_if,
        when,
        why,
        why_not,
    )

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
    "analyse",
    "analysis_page",
    "as_of",
    "audit",
    "check",
    "claim_response",
    "decide",
    "dependency_graph",
    "drift",
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
    "run_suite",
    "suite",
    "template",
    "text",
    "text_anchors",
    "touches",
    "what_if",
    "when",
    "why",
    "why_not",
]

_ELSEWHERE = {
    "clausewise.api.analysis": (
        "analyse",
        "analysis_page",
        "drift",
        "run_suite",
        "suite",
        "text",
        "text_anchors",
    ),
    "clausewise.api.cohorts": ("audit", "relations"),
    "clausewise.api.fhir": ("claim_response", "facts_of", "missing_questionnaire", "questionnaire"),
}
"""The names that are not in ``clausewise.api.functions``, by module."""


if not TYPE_CHECKING:  # a type checker knows the names, and only these

    def __getattr__(name: str) -> Any:
        """A name of ``__all__``, imported when it is first used: a command needs few of them."""
        if name not in __all__:
            raise AttributeError(f"module 'clausewise' has no attribute {name!r}")
        homes = (module for module, names in _ELSEWHERE.items() if name in names)
        home = next(homes, "clausewise.api.functions")
        globals()[name] = found = getattr(import_module(home), name)
        return found

    def __dir__() -> list[str]:
        return __all__
