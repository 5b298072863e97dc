"""Two policies side by side as text, as data and as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.decision.evidence import on_side
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.policy import Parameter, Policy
from clausewise.logic.what_if.policies import (
    Mover,
    Moves,
    PolicyComparison,
    exact_verdict,
    governing_sentence,
)
from clausewise.output.terminal import OUTCOME_STYLES, words

MOST_SHOWN = 50
"""Lines that are shown as text; JSON and CSV have all."""
COLUMNS = ("case", "place", "line", "from", "to", "decisive_before", "decisive_after")


def comparison_lines(found: PolicyComparison, moves: Moves | None) -> Iterator[Text]:
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
    same = len(found.same)
    yield Text(f"{same} clause is the same." if same == 1 else f"{same} clauses are the same.")
    yield Text("Numbers", "bold")
    for pair in found.parameters:
        mark = " " if pair.same else "≠"
        yield Text(f"  {mark} {pair.name}: {_value(pair.first)} | {_value(pair.second)}")
    if moves is not None:
        yield from _moved_lines(found, moves)
    yield Text(exact_verdict(found))
    for notice in notices(found):
        yield Text(notice, "dim")


def _moved_lines(found: PolicyComparison, moves: Moves) -> Iterator[Text]:
    yield Text("Who moves", "bold")
    yield Text(f"  {governing_sentence(found.first, found.second)}", "dim")
    yield Text(f"  {moves.moving} of {moves.lines} lines")
    if moves.rejected:
        yield Text(f"  {moves.rejected} cases could not be read and are left out", "yellow")
    for row in moves.from_to:
        yield Text(f"    {words(row['from'])} → {words(row['to'])}: {row['lines']}")
    moving = [each for each in moves.listed if each.moves]
    if moves.moving > MOST_SHOWN:
        yield Text("  because of", "bold")
        for row in moves.because[:MOST_SHOWN]:
            yield Text(f"    {row['lines']:8}  {_turn(row)}  {_grounds(found, row)}")
    for each in moving[:MOST_SHOWN]:
        yield Text.assemble(
            f"  {printable(each.case, 60)}  {on_side(each.side)}",
            (words(each.before), OUTCOME_STYLES.get(each.before, "")),
            " → ",
            (words(each.after), OUTCOME_STYLES.get(each.after, "")),
            f"  {_because(found, each)}",
        )
    if moves.moving > MOST_SHOWN:
        more = moves.moving - MOST_SHOWN
        yield Text(f"  and {more} more (--format csv has all)", "dim")


def _turn(row: Mapping[str, Any]) -> str:
    return f"{words(row['from'])} → {words(row['to'])}"


def _grounds(found: PolicyComparison, row: Mapping[str, Any]) -> str:
    """The clauses that decide under each policy."""
    texts = [
        f"{policy.version} {' '.join(labels)}"
        for policy, labels in (
            (found.first, row["decisive_before"]),
            (found.second, row["decisive_after"]),
        )
        if labels
    ]
    return "; ".join(texts)


def _because(found: PolicyComparison, each: Mover) -> str:
    said = _grounds(found, _row(each))
    return f"because of {said}" if said else ""


def notices(found: PolicyComparison) -> list[str]:
    """What people have to know of each policy, once."""
    return list(dict.fromkeys(filter(None, (found.first.notice, found.second.notice))))


def _value(parameter: Parameter | None) -> str:
    return "-" if parameter is None else f"{parameter.value} {parameter.unit}"


def comparison_data(found: PolicyComparison, moves: Moves | None) -> dict[str, Any]:
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
        "notices": notices(found),
        "exact_verdict": exact_verdict(found),
    }
    if moves is not None:
        data["plan_set"] = governing_sentence(found.first, found.second)
        data["decided"] = moves.lines
        data["moving"] = moves.moving
        data["rejected"] = moves.rejected
        data["from_to"] = [dict(row) for row in moves.from_to]
        data["because"] = [dict(row) for row in moves.because]
        data["lines"] = [{**_row(each), "moves": each.moves} for each in moves.listed]
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


def comparison_csv(found: PolicyComparison, moved: Iterable[Mover] | None) -> Iterator[str]:
    """The lines under both policies as CSV, row by row, or without cases the clauses that differ.

    ``moved`` may be any number of lines.
    """
    if moved is None:
        columns: Sequence[str] = ("change", "label", "text", "what")
        rows = _changes(found)
    else:
        columns, rows = COLUMNS, map(_row, moved)
    yield _csv_row(columns)
    for row in rows:
        yield _csv_row([cell(row[name]) for name in columns])


def _changes(found: PolicyComparison) -> Iterator[dict[str, Any]]:
    changed = [(each.second, "; ".join(each.what)) for each in found.changed]
    for change, listed in (
        ("new", [(each, "") for each in found.new]),
        ("gone", [(each, "") for each in found.gone]),
        ("changed", changed),
    ):
        for clause, what in listed:
            yield {"change": change, "label": clause.label, "text": clause.paraphrase, "what": what}


def _csv_row(values: Iterable[Any]) -> str:
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\n").writerow(values)
    return stream.getvalue()
