"""Lines that are decided otherwise on another basis, and because of which clauses.

Everything is asked of the tables ``lines`` and ``lines_otherwise``, a row a service line.
"""

from __future__ import annotations

from typing import Any

from clausewise.logic.cohort.agreement import MOST_LISTED
from clausewise.logic.cohort.store import CohortStore

BOTH = (
    'SELECT a."case", a.place, a.line, a.determination AS "from", b.determination AS "to", '
    "a.decisive AS decisive_before, b.decisive AS decisive_after "
    "FROM lines AS a JOIN lines_otherwise AS b ON a.c = b.c AND a.line = b.line"
)
"""A query for each line on both bases, with the clauses that decide it there."""
MOVED = f"{BOTH} WHERE a.determination <> b.determination"
"""A query for the lines that move."""
_ALIKE = (
    'SELECT "from", "to", decisive_before, decisive_after, count(*) AS lines '
    f"FROM ({MOVED}) GROUP BY ALL"
)


def moved(store: CohortStore) -> dict[str, Any]:
    """How many lines move, from what to what, and because of which clauses.

    ``because`` lists the most frequent; the file of flips has every line.
    """
    rows = store.rows(
        f'SELECT "from", "to", count(*) FROM ({MOVED}) GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2'
    )
    alike = store.database.execute(
        f"{_ALIKE} ORDER BY lines DESC, 1, 2, 3, 4 LIMIT $1", [MOST_LISTED]
    )
    names = [name for name, *_ in alike.description or ()]
    return {
        "lines": sum(number for _, _, number in rows),
        "from_to": [{"from": old, "to": new, "lines": number} for old, new, number in rows],
        "because": [dict(zip(names, row, strict=True)) for row in alike.fetchall()],
    }
