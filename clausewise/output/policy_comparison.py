"""Two policies side by side as text, as data and as CSV."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Parameter, Policy
from clausewise.logic.what_if.policies import Mover, PolicyComparison
from clausewise.output.terminal import OUTCOME_STYLES, words

MOST_SHOWN = 50
"""Lines that are shown as text; JSON and CSV have all."""
COLUMNS = ("case", "place", "line", "from", "to", "decisive_before", "decisive_after")


def comparison_lines(found: PolicyComparison, moved: Sequence[Mover] | None) -> Iterator[Text]:
    """The clauses that differ, the numbers side by side, and who moves, where cases were given."""
    one, other = found.first, found.second
    yield Text(f"{one.version} {one.title} → {other.version} {other.title}", "bold")
    for title, mark, clauses in (("New", "+", found.new), ("Gone", "-", found.gone)):
        if clauses:
            yield Text(title, "bold")
            yield from (Text(f"  {mark} {each.label}  {each.paraphrase}") for each in clauses)
    if found.changed:
        yield Text("Changed", "bold")
        for each in found.changed:
            yield Text(f"  ~ {each.second.label}  {each.second.paraphrase}")
            yield from (Text(f"      {what}") for what in each.what)
    yield Text(f"{len(found.same)} clauses are the same.")
    yield Text("Numbers", "bold")
    for pair in found.parameters:
        mark = " " if pair.same else "≠"
        yield Text(f"  {mark} {pair.name}: {_value(pair.first)} | {_value(pair.second)}")
    if moved is not None:
        yield from _moved_lines(found, moved)
    for notice in _notices(found):
        yield Text(notice, "dim")


def _moved_lines(found: PolicyComparison, moved: Sequence[Mover]) -> Iterator[Text]:
    yield Text("Who moves", "bold")
    yield Text(f"  {plan_sentence(found)}", "dim")
    moving = [each for each in moved if each.moves]
    yield Text(f"  {len(moving)} of {len(moved)} lines")
    for (before, after), number in Counter((each.before, each.after) for each in moving).items():
        yield Text(f"    {words(before)} → {words(after)}: {number}")
    for each in moving[:MOST_SHOWN]:
        yield Text.assemble(
            f"  {printable(each.case, 60)}, {each.side}: ",
            (words(each.before), OUTCOME_STYLES.get(each.before, "")),
            " → ",
            (words(each.after), OUTCOME_STYLES.get(each.after, "")),
            f"  {_because(found, each)}",
        )
    if len(moving) > MOST_SHOWN:
        yield Text(f"  and {len(moving) - MOST_SHOWN} more (--format json and csv have all)", "dim")


def _because(found: PolicyComparison, each: Mover) -> str:
    texts = [
        f"{policy.version} {' '.join(labels)}"
        for policy, labels in (
            (found.first, each.decisive_before),
            (found.second, each.decisive_after),
        )
        if labels
    ]
    return f"because of {'; '.join(texts)}" if texts else ""


def plan_sentence(found: PolicyComparison) -> str:
    """What was set in the cases so that both policies could decide them."""
    return (
        f"The plan of each case is set to {found.first.plan} for {found.first.version} and to "
        f"{found.second.plan} for {found.second.version}; each is taken to be in force "
        "on the day of receipt."
    )


def _notices(found: PolicyComparison) -> list[str]:
    return list(dict.fromkeys(filter(None, (found.first.notice, found.second.notice))))


def _value(parameter: Parameter | None) -> str:
    return "-" if parameter is None else f"{parameter.value} {parameter.unit}"


def comparison_data(found: PolicyComparison, moved: Sequence[Mover] | None) -> dict[str, Any]:
    """The same as plain data; ``lines`` only where cases were given."""
    data: dict[str, Any] = {
        "policies": [_policy(found.first), _policy(found.second)],
        "new": [_clause(each) for each in found.new],
        "gone": [_clause(each) for each in found.gone],
        "changed": [{**_clause(each.second), "what": list(each.what)} for each in found.changed],
        "same": [each.label for each in found.same],
        "parameters": [
            {
                "name": pair.name,
                "first": pair.first.value if pair.first else None,
                "second": pair.second.value if pair.second else None,
                "unit": (pair.second or pair.first).unit,  # type: ignore[union-attr]
                "same": pair.same,
            }
            for pair in found.parameters
        ],
        "notices": _notices(found),
    }
    if moved is not None:
        data["plan_set"] = plan_sentence(found)
        data["moving"] = sum(each.moves for each in moved)
        data["lines"] = [{**_row(each), "moves": each.moves} for each in moved]
    return data


def _policy(policy: Policy) -> dict[str, Any]:
    return {
        "number": policy.number,
        "effective": policy.effective.isoformat(),
        "title": policy.title,
        "fingerprint": policy.fingerprint,
    }


def _clause(clause: Clause) -> dict[str, Any]:
    return {"id": clause.id, "label": clause.label, "text": clause.paraphrase}


def _row(each: Mover) -> dict[str, Any]:
    values = (
        each.case,
        each.place,
        each.side,
        each.before,
        each.after,
        list(each.decisive_before),
        list(each.decisive_after),
    )
    return dict(zip(COLUMNS, values, strict=True))


def comparison_csv(found: PolicyComparison, moved: Sequence[Mover] | None) -> str:
    """The lines under both policies as CSV or, without cases, the clauses that differ."""
    if moved is None:
        rows = [
            {"change": change, "label": clause.label, "text": clause.paraphrase, "what": what}
            for change, listed in (
                ("new", [(each, "") for each in found.new]),
                ("gone", [(each, "") for each in found.gone]),
                ("changed", [(each.second, "; ".join(each.what)) for each in found.changed]),
            )
            for clause, what in listed
        ]
        columns: Sequence[str] = ("change", "label", "text", "what")
    else:
        rows, columns = [_row(each) for each in moved], COLUMNS
    stream = io.StringIO()
    writer = csv.DictWriter(stream, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows({name: cell(value) for name, value in row.items()} for row in rows)
    return stream.getvalue()
