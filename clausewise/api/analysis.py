"""The Python twins of the commands about a policy's text and about a policy as a whole."""

from __future__ import annotations

from pathlib import Path

from clausewise.api.loading import load_all
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.values import nearest
from clausewise.facts.errors import UnknownNameError
from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.analysis.findings.analysis import Analysis
from clausewise.logic.analysis.findings.analysis import analyse as _analyse
from clausewise.logic.analysis.findings.worlds import PathWorlds
from clausewise.logic.analysis.suite import MOST_CHANGES
from clausewise.logic.analysis.suite.build import Suite, suite_of
from clausewise.logic.analysis.suite.run import SuiteRun
from clausewise.logic.analysis.suite.run import run_suite as _run_suite
from clausewise.logic.analysis.suite.tables import SuiteError, read_table, table_text
from clausewise.logic.analysis.text.coverage import Coverage, covered
from clausewise.logic.analysis.text.drift import Drift
from clausewise.logic.analysis.text.drift import drift as _drift
from clausewise.logic.analysis.text.known_text import KnownText, read_known_text, written
from clausewise.logic.analysis.text.matching import matched
from clausewise.logic.analysis.text.spans import read_text, spans_of
from clausewise.logic.analysis.versus.compare import NoCommonPathError, Versus, compare
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import folder_of, policy_named
from clausewise.logic.program.program import program_of

__all__ = [
    "analyse",
    "analyse_against",
    "analysis_page",
    "drift",
    "known_text",
    "run_suite",
    "suite",
    "text",
]

_KNOWN_TEXT = "text.toml"


def analyse(policy: Policy | str, path: str | None = None) -> Analysis:
    """What a policy says of itself: its rules over all records that its clauses can tell apart.

    Sole reasons, redundant clauses, criteria beside exclusions, readings and parameters weighed,
    and what is never looked at; each with a record that the ordinary engine decided. Takes up to a
    minute; ``path`` (a procedure's name) asks about one path only. Raises UnknownNameError
    for an unknown path, and ``logic.policies.registry.UnknownPolicyError``.
    """
    found = policy_named(policy) if isinstance(policy, str) else policy
    known = [each.procedure for each in found.paths]
    if path is not None and path not in known:
        raise UnknownNameError(f"{path!r} is no path of {found.number}{nearest(path, known)}")
    return _analyse(program_of(found), path)


def analyse_against(
    first: Policy | str, second: Policy | str, path: str | None = None
) -> tuple[Versus, ...]:
    """Two policies or versions over all records, for each procedure that both have a path for:
    whether the second is equivalent, stricter, laxer or incomparable, the nearest record for each
    pair of determinations, and what is never possible.

    Raises KeyError for a ``path`` that one of them does not have,
    ``logic.analysis.versus.compare.NoCommonPathError`` where they have none in common, and
    UnknownPolicyError.
    """
    one, other = (policy_named(each) if isinstance(each, str) else each for each in (first, second))
    procedures = one.procedures_with(other)
    if path is not None and path not in procedures:
        raise KeyError(path)
    if not procedures:
        raise NoCommonPathError(f"{one.number} and {other.number} have no procedure in common")
    return tuple(
        compare(program_of(one), program_of(other), procedure)
        for procedure in procedures
        if path in (None, procedure)
    )


def analysis_page(found: Analysis) -> str:
    """The policy on one HTML page, with what ``analyse`` found beside its clauses."""
    from clausewise.viz.report.policy_page import policy_page

    return policy_page(found)


def suite(policy: Policy | str, *, changes: int = MOST_CHANGES) -> dict[str, str]:
    """A test suite for a policy, for its owner to read and sign: for each path a YAML table by the
    label of its root. At most so many changes of its rules are tried, for each of which that shows
    in the space a row is there. Raises ``logic.policies.registry.UnknownPolicyError``."""
    return {root: table_text(found) for root, found in suites(policy, changes=changes).items()}


def suites(policy: Policy | str, *, changes: int = MOST_CHANGES) -> dict[str, Suite]:
    """The same before it is written: rows, and how many changes they notice."""
    found = policy_named(policy) if isinstance(policy, str) else policy
    program = program_of(found)
    return {path.root: suite_of(PathWorlds(program, path), changes) for path in found.paths}


def run_suite(policy: Policy | str, folder: str | Path) -> SuiteRun:
    """What a policy decides otherwise than the signed tables (``*.yaml``) of a folder say.

    Raises ``logic.analysis.suite.tables.SuiteError`` and UnknownPolicyError.
    """
    found = policy_named(policy) if isinstance(policy, str) else policy
    tables = sorted(Path(folder).glob("*.yaml"))
    if not tables:
        raise SuiteError(f"{folder}: no table (*.yaml) is there")
    return _run_suite(found, (row for table in tables for row in read_table(table)))


def text(policy: Policy | str, file: str | Path, *, known: str | Path | None = None) -> Coverage:
    """A published text beside the rules: what each span states, and what no span states.

    ``policy`` is one, its number or its module's name; ``file`` holds the text, which stays with
    whoever has it; ``known`` is another file than the policy's own ``text.toml``. Raises
    ``logic.policies.registry.UnknownPolicyError`` and ``logic.analysis.text.spans.TextError``.
    """
    found = policy_named(policy) if isinstance(policy, str) else policy
    return covered(found, _known(found, known), spans_of(read_text(Path(file))))


def known_text(policy: Policy | str, file: str | Path, *, known: str | Path | None = None) -> str:
    """``text.toml`` made anew from a text, with what people said of the spans that are still there.

    Raises as ``text``; where nothing is kept yet, clauses are proposed from labels and
    numbers.
    """
    found = policy_named(policy) if isinstance(policy, str) else policy
    spans = spans_of(read_text(Path(file)))
    place = Path(known) if known is not None else folder_of(found.number) / _KNOWN_TEXT
    old = read_known_text(place, found) if place.exists() else None
    pairs = matched(old.spans if old is not None else (), spans)
    return written(found, [(each.old, each.new) for each in pairs if each.new is not None], old)


def drift(
    policy: Policy | str,
    new: str | Path,
    *,
    tests: str | Path | None = None,
    cases: str | Path | None = None,
    known: str | Path | None = None,
) -> Drift:
    """What a new revision of the text changed, and which clauses, tests and cases rest on it.

    ``tests`` is a folder with example tables named after clauses, ``cases`` a folder of case files;
    without them those of this project are taken, where they are there. Raises as ``text``.
    """
    found = policy_named(policy) if isinstance(policy, str) else policy
    return _drift(
        found,
        _known(found, known),
        spans_of(read_text(Path(new))),
        _tables(found, Path(tests) if tests is not None else _own_tables(found)),
        _cases(found, Path(cases) if cases is not None else _own_cases()),
    )


def _known(policy: Policy, place: str | Path | None) -> KnownText:
    return read_known_text(
        Path(place) if place is not None else folder_of(policy.number) / _KNOWN_TEXT, policy
    )


def _own_tables(policy: Policy) -> Path:
    folder = folder_of(policy.number)
    return folder.parents[2] / "tests" / "policies" / folder.name


def _own_cases() -> Path:
    import clausewise.facts

    return Path(str(clausewise.facts.__file__)).parent / "cases"


def _tables(policy: Policy, folder: Path) -> dict[str, tuple[str, ...]]:
    """The tables of a folder, each with the clauses that are named like it or stand below it."""
    found = {}
    for path in sorted(folder.rglob("*.yaml")):
        labels = tuple(label for label in policy.clauses if f"{label}.".startswith(f"{path.stem}."))
        if labels:
            found[path.name] = labels
    return found


def _cases(policy: Policy, folder: Path) -> dict[str, tuple[str, ...]]:
    """The cases of a folder, each with the clauses that its determination rests on.

    An approval rests on all clauses of its path. What is no case is left out.
    """
    found = {}
    for path in sorted(folder.glob("*.yaml")):
        try:
            decisions = [decide_case(case, policy) for case in load_all(str(path))]
        except InputError:
            continue
        labels = {
            label
            for decision in decisions
            for line in decision.lines
            for label in (
                line.statuses
                if line.determination is Determination.MEDICALLY_NECESSARY
                else (*line.decisive, *line.unmet_scope)
            )
        }
        found[path.name] = tuple(label for label in policy.clauses if label in labels)
    return found
