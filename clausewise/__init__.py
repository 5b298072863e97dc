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

from clausewise.facts.errors import plainly

if TYPE_CHECKING:
    from clausewise.api.analysis import (
        analyse,
        analyse_against,
        analysis_page,
        drift,
        known_text,
        run_suite,
        suite,
        text,
    )
    from clausewise.api.asking import QueryError, Table, ask
    from clausewise.api.case_files import schema, validate
    from clausewise.api.cohorts import audit, relations
    from clausewise.api.collections import Cases, Decisions, decide_all, load_all
    from clausewise.api.fhir import claim_response, facts_of, missing_questionnaire, questionnaire
    from clausewise.api.functions import (
        Blocking,
        Case,
        ChoiceError,
        ClausewiseError,
        Decision,
        Difference,
        EditError,
        FlipSet,
        InputError,
        Interval,
        Missing,
        Proved,
        Refused,
        Registered,
        UnknownPolicyError,
        as_of,
        check,
        check_policy,
        decide,
        dependency_graph,
        flip,
        graph,
        load,
        missing,
        new_policy,
        policies,
        policy,
        quotes,
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
    from clausewise.api.letters import letter
    from clausewise.api.policy_comparisons import PolicyDifference, compare_policies

__version__ = "0.1.0"

__all__ = [
    "Blocking",
    "Case",
    "Cases",
    "ChoiceError",
    "ClausewiseError",
    "Decision",
    "Decisions",
    "Difference",
    "EditError",
    "FlipSet",
    "InputError",
    "Interval",
    "Missing",
    "PolicyDifference",
    "Proved",
    "QueryError",
    "Refused",
    "Registered",
    "Table",
    "UnknownPolicyError",
    "__version__",
    "analyse",
    "analyse_against",
    "analysis_page",
    "as_of",
    "ask",
    "audit",
    "check",
    "check_policy",
    "claim_response",
    "compare_policies",
    "decide",
    "decide_all",
    "dependency_graph",
    "drift",
    "facts_of",
    "flip",
    "graph",
    "known_text",
    "letter",
    "load",
    "load_all",
    "missing",
    "missing_questionnaire",
    "new_policy",
    "policies",
    "policy",
    "questionnaire",
    "quotes",
    "readings",
    "relations",
    "report",
    "result",
    "run_suite",
    "schema",
    "suite",
    "template",
    "text",
    "touches",
    "validate",
    "what_if",
    "when",
    "why",
    "why_not",
]

_ELSEWHERE = {
    "clausewise.api.analysis": (
        "analyse",
        "analyse_against",
        "analysis_page",
        "drift",
        "run_suite",
        "suite",
        "text",
        "known_text",
    ),
    "clausewise.api.asking": ("QueryError", "Table", "ask"),
    "clausewise.api.case_files": ("schema", "validate"),
    "clausewise.api.cohorts": ("audit", "relations"),
    "clausewise.api.letters": ("letter",),
    "clausewise.api.policy_comparisons": ("PolicyDifference", "compare_policies"),
    "clausewise.api.collections": ("Cases", "Decisions", "decide_all", "load_all"),
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
        found = getattr(import_module(home), name)
        globals()[name] = found = found if isinstance(found, type) else plainly(found)
        return found

    def __dir__() -> list[str]:
        return __all__
