"""What became of a signed suite under a policy, as lines of text and plain data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from rich.text import Text

from clausewise.facts.text import in_words, printable
from clausewise.logic.analysis.suite.run import NO_SUCH_CLAUSE, RowDifference, SuiteRun


def run_lines(found: SuiteRun) -> Iterator[Text]:
    """Each row that moved, with what was signed and what is found."""
    yield Text(f"{found.policy.version} {found.policy.title}", "bold")
    yield Text(f"{found.rows} rows, {len(found.moved)} moved")
    if found.as_if:
        yield Text(
            f"{found.as_if} rows are of a plan or a day of receipt that it does not govern; they "
            "are decided as if it did"
        )
    if found.relabelled:
        pairs = ", ".join(f"{printable(old, 60)} is now {new}" for old, new in found.relabelled)
        yield Text(f"relabelled, and matched by what they go by: {pairs}")
    if found.unsigned:
        yield Text(f"clauses that the suite says nothing of: {', '.join(found.unsigned)}")
    if found.moved:
        yield Text()
        yield Text("What moved, and in how many rows", "bold")
        every = (difference for each in found.moved for difference in each.differences)
        for difference, rows in Counter(every).most_common():
            yield Text(f"  {rows}: {_told(difference)}")
    for each in found.moved:
        yield Text()
        yield Text(f"{each.row.table}: {printable(each.row.name)}", "bold")
        for difference in each.differences:
            yield Text(f"  {_told(difference)}")


def _told(difference: RowDifference) -> str:
    what, signed = printable(difference.what, 60), printable(in_words(difference.expected), 60)
    if difference.found == NO_SUCH_CLAUSE:
        return f"{what} is no clause of this version, signed as {signed}"
    return f"{what} is {in_words(difference.found)}, signed as {signed}"


def run_data(found: SuiteRun) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "policy": found.policy.number,
        "version": found.policy.effective.isoformat(),
        "fingerprint": found.policy.fingerprint,
        "rows": found.rows,
        "rows_as_if_governed": found.as_if,
        "relabelled": [{"before": old, "after": new} for old, new in found.relabelled],
        "unsigned": list(found.unsigned),
        "moved": [
            {
                "table": each.row.table,
                "name": each.row.name,
                "differences": [vars_of(difference) for difference in each.differences],
            }
            for each in found.moved
        ],
    }


def vars_of(difference: Any) -> dict[str, str]:
    """A difference as plain data."""
    return {
        "what": difference.what,
        "expected": difference.expected,
        "found": difference.found,
    }
