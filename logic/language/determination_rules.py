"""The rules from the statuses of clauses to a determination, for every path of a policy.

A path leads to a denial when its root criterion is not met or an exclusion applies, to an approval
when the root is met and no exclusion applies or is in conflict; otherwise information is lacking.
"""

from __future__ import annotations

from collections.abc import Mapping

from clausewise.facts.vocabulary.determinations import Determination
from clausewise.logic.language.criteria import L, conflicting, met, not_met
from clausewise.logic.language.input_relations import line, procedure, reading
from clausewise.logic.language.notation import Clause, Section, relation
from clausewise.logic.language.policy import Path

excluded = relation("excluded", "line root", "an exclusion of the path applies", by_clause=1)
exclusion_conflicting = relation(
    "exclusion_conflicting",
    "line root",
    "the record contradicts itself on an exclusion",
    by_clause=1,
)
approvable = relation("approvable", "line root", "the path leads to an approval", by_clause=1)
deniable = relation("deniable", "line root", "the path leads to a denial", by_clause=1)
on_path = relation("on_path", "line root", "the request is governed and asks for this", by_clause=1)
determination = relation("determination", "line outcome", "the determination of the line")


def write_outcome(paths: tuple[Path, ...], scope: str = "scope") -> Section:
    """The section whose rules derive ``determination`` from the statuses of the paths' clauses.

    ``scope`` is the label of the clause that tells whether the policy governs.
    """
    section = Section("determination", "From statuses to a determination")
    with section.clause(
        "determination",
        "a denial when the root is not met or an exclusion applies, an approval when the root is "
        "met and none applies, else insufficient information",
        kind="definition",
        published=False,
    ):
        determination(L, Determination.NOT_GOVERNED) <= line(L) & ~met(L, scope)
        for path in paths:
            root = path.root
            determination(L, Determination.NOT_MEDICALLY_NECESSARY) <= (
                on_path(L, root) & deniable(L, root)
            )
            determination(L, Determination.MEDICALLY_NECESSARY) <= (
                on_path(L, root) & approvable(L, root)
            )
            determination(L, Determination.INSUFFICIENT_INFORMATION) <= (
                on_path(L, root) & ~approvable(L, root) & ~deniable(L, root)
            )
    for path in paths:
        _write_path(section, path, scope)
    return section


def _write_path(section: Section, path: Path, scope: str) -> None:
    root = path.root
    label = f"{root}/determination"
    with section.clause(
        label, f"what decides on {path.name}", kind="definition", published=False
    ) as clause:
        clause.decides = root
        on_path(L, root) <= met(L, scope) & procedure(path.procedure)
        deniable(L, root) <= not_met(L, root)
        if not path.exclusions and not path.further_exclusions:
            approvable(L, root) <= met(L, root)
            return
        approvable(L, root) <= met(L, root) & ~excluded(L, root) & ~exclusion_conflicting(L, root)
        deniable(L, root) <= excluded(L, root)
        for status, outcome in ((met, excluded), (conflicting, exclusion_conflicting)):
            for exclusion in path.exclusions:
                outcome(L, root) <= status(L, exclusion)
            if path.further_when is not None:
                for exclusion in path.further_exclusions:
                    outcome(L, root) <= reading(*path.further_when) & status(L, exclusion)


def labels_of_path(path: Path, clauses: Mapping[str, Clause], scope: str) -> tuple[str, ...]:
    """Every label of the path, its criteria before its exclusions, in the document's order."""
    wanted: set[str] = set()
    waiting = [scope, path.root, *path.exclusions, *path.further_exclusions]
    while waiting:
        label = waiting.pop()
        wanted.add(label)
        waiting += [*clauses[label].parts, *clauses[label].further_parts]
    return tuple(label for label in clauses if label in wanted)
