"""Two policies over all records, as lines of text and plain data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.logic.analysis.versus.compare import PairOfOutcomes, Versus
from clausewise.logic.analysis.versus.sentences import of_pair
from clausewise.output.analysis import case_data, changes_data


def versus_lines(found: Sequence[Versus]) -> Iterator[Text]:
    """For each procedure the verdict, each pair of determinations, what is impossible, limits."""
    for number, each in enumerate(found):
        if number:
            yield Text()
        yield Text(f"{each.second_name} beside {each.first_name}: {each.name}", "bold")
        yield Text(f"  {each.second_name} is {each.verdict}")
        for title, lines in (
            (
                f"Records, each beside the approval under {each.first_name} that states least",
                [of_pair(each, pair) for pair in each.pairs if pair.cases is not None],
            ),
            ("Never possible, in the space described", list(each.impossible())),
            ("The records", list(each.limits)),
        ):
            if lines:
                yield Text()
                yield Text(f"  {title}", "bold")
                yield from (Text(f"    {line}") for line in lines)


def versus_data(found: Sequence[Versus]) -> dict[str, Any]:
    """The same as plain data; the nearest records are case files, one under each policy."""
    return {
        "first": found[0].first_name,
        "second": found[0].second_name,
        "paths": [
            {
                "path": each.procedure,
                "verdict": each.verdict.value,
                "pairs": [_pair(pair) for pair in each.pairs],
                "impossible": list(each.impossible()),
                "limits": list(each.limits),
            }
            for each in found
        ],
    }


def _pair(found: PairOfOutcomes) -> dict[str, Any]:
    return {
        "first": found.first.value,
        "second": found.second.value,
        "share": found.share,
        "changes": changes_data(found.changes),
        "cases": None if found.cases is None else [case_data(case) for case in found.cases],
    }
