"""The rows of an audit's results as SQL: what was decided on a line and the clauses it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from logic.choices import Choices
from logic.determination import DECISIVE, chains_below
from logic.policy import Path, Policy
from logic.sql_queries import quoted, table_of


def lines_query(policy: Policy, choices: Choices, labels: tuple[str, ...]) -> str:
    """A row a line: case, place, determination, decisive clauses, the status of each clause."""
    statuses = ", ".join(table_of(label) for label in labels)
    return (
        f"SELECT *, {decisive_expression(policy, choices)} AS "
        'decisive FROM (SELECT cases."case", cases.place, cases.recorded, '
        "CAST(procedure.procedure AS VARCHAR) AS procedure, decided.c, "
        "CAST(decided.line AS VARCHAR) AS line, decided.determination, "
        f"sensitive.sensitive AS reading_sensitive, {statuses} FROM decided "
        "JOIN cases ON cases.c = decided.c JOIN procedure ON procedure.c = decided.c "
        "LEFT JOIN sensitive ON sensitive.c = decided.c AND sensitive.line = decided.line)"
    )


def decisive_expression(policy: Policy, choices: Choices) -> str:
    """The clauses that a determination rests on, as an SQL list, in the document's order.

    As ``logic.determination.decisive_clauses`` names them for one case.
    """
    parts = []
    for path in policy.paths:
        name, value = path.further_when
        further = path.further_exclusions if choices.readings[name] == value else ()
        for label, condition in _decisive(policy, path, further):
            parts.append(
                f"CASE WHEN procedure = {quoted(path.procedure)} AND ({condition}) "
                f"THEN {quoted(label)} END"
            )
    return f"list_filter([{', '.join(parts)}], lambda label: label IS NOT NULL)"


def _decisive(policy: Policy, path: Path, further: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    """Each clause that may decide, with the condition under which it does."""
    for chain in chains_below(policy, path.root):
        yield (
            chain[-1],
            " OR ".join(
                f"determination = {quoted(outcome)} AND "
                + " AND ".join(f"{table_of(each)} IN ({_list(wanted)})" for each in chain)
                for outcome, (wanted, _) in DECISIVE.items()
            ),
        )
    exclusions = {
        label for root in (*path.exclusions, *further) for label in policy.labels_below(root)
    }
    for label, clause in policy.clauses.items():
        if label in exclusions and clause.published:
            yield (
                label,
                " OR ".join(
                    f"determination = {quoted(outcome)} AND {table_of(label)} = {quoted(barring)}"
                    for outcome, (_, barring) in DECISIVE.items()
                ),
            )


def _list(names: Iterable[str]) -> str:
    return ", ".join(quoted(name) for name in names)
