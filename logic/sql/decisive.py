"""The rows of an audit's results as SQL: what was decided on a line and the clauses it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from clausewise.logic.decision.decisive import DECISIVE, chains_below
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.input_relations import policy_effective
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.sql.query import quoted, table_of


def lines_query(policy: Policy, choices: Choices, labels: tuple[str, ...]) -> str:
    """A row a line: case, place, procedure, plan, whether the version was in force, determination,
    decisive clauses, statuses."""
    in_force = " AND ".join(f"{table_of(label)} = 'met'" for label in _of_days_in_force(policy))
    statuses = ", ".join(table_of(label) for label in labels)
    return (
        f"SELECT *, {decisive_expression(policy, choices)} AS "
        'decisive FROM (SELECT cases."case", cases.place, cases.recorded, '
        "CAST(procedure.procedure AS VARCHAR) AS procedure, "
        f"CAST(plan.plan AS VARCHAR) AS plan, {in_force or 'TRUE'} AS in_force, d.c, "
        "CAST(d.line AS VARCHAR) AS line, d.determination, "
        f"sensitive.sensitive AS reading_sensitive, {statuses} FROM determinations AS d "
        "JOIN cases ON cases.c = d.c JOIN procedure ON procedure.c = d.c "
        "JOIN plan ON plan.c = d.c "
        "LEFT JOIN sensitive ON sensitive.c = d.c AND sensitive.line = d.line)"
    )


def _of_days_in_force(policy: Policy) -> Iterator[str]:
    """The clauses that ask whether the version is in force."""
    for label, clause in policy.clauses.items():
        if any(
            atom.key == policy_effective.name for rule in clause.rules for atom, _ in rule.atoms()
        ):
            yield label


def decisive_expression(policy: Policy, choices: Choices) -> str:
    """The clauses that a determination rests on, as an SQL list, in the document's order.

    As ``logic.decision.decisive.decisive_clauses`` names them for one case.
    """
    branches = []
    for path in policy.paths:
        roots = path.all_exclusions(choices.readings)
        for outcome in DECISIVE:
            parts = ", ".join(
                f"CASE WHEN {condition} THEN {quoted(label)} END"
                for label, condition in _decisive(policy, path, roots, outcome)
            )
            branches.append(
                f"WHEN procedure = {quoted(path.procedure)} AND determination = {quoted(outcome)} "
                f"THEN list_filter([{parts}], lambda label: label IS NOT NULL)"
            )
    return f"CASE {' '.join(branches)} ELSE CAST([] AS VARCHAR[]) END"


def _decisive(
    policy: Policy, path: Path, roots: tuple[str, ...], outcome: str
) -> Iterator[tuple[str, str]]:
    """Each clause that may decide so, with the condition under which it does."""
    wanted, barring = DECISIVE[outcome]
    for chain in chains_below(policy, path.root):
        yield (
            chain[-1],
            " AND ".join(f"{table_of(each)} IN ({_list(wanted)})" for each in chain),
        )
    exclusions = {label for root in roots for label in policy.labels_below(root)}
    for label, clause in policy.clauses.items():
        if label in exclusions and clause.published:
            yield label, f"{table_of(label)} = {quoted(barring)}"


def _list(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)
