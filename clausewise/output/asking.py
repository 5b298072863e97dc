"""Answers to queries as lines of text, as plain data and as CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from decimal import Decimal
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.asking.cohort import CohortAnswers
from clausewise.logic.asking.dictionary import Dictionary
from clausewise.logic.asking.one_case import Answers
from clausewise.logic.asking.terms import ENTRIES
from clausewise.logic.asking.told import Teller, Told, as_data, briefs
from clausewise.logic.cohort.result_files import cell
from clausewise.logic.explain.result import json_number
from clausewise.output.terminal import table_width

MOST_WIDTH = 60
MOST_PATTERNS = 10
MOST_PROVED = 20
"""Answers of a cohort whose cases are asked by themselves for their derivations."""
_MARKS = {"holds": ("✓", "green"), "fails": ("✗", "red"), "open": ("?", "yellow")}


def shown_rows(answers: Answers | CohortAnswers, most: int) -> list[tuple[str, ...]]:
    """The first answers as a person reads them."""
    if isinstance(answers, Answers):
        teller = Teller(answers)
        rows: Iterable[Sequence[Any]] = map(teller.row, answers.rows[:most])
    else:
        rows = _with_entries_in_words(answers, answers.rows(most))
    return [tuple(printable(str(value), MOST_WIDTH) for value in row) for row in rows]


def _with_entries_in_words(
    answers: CohortAnswers, rows: Sequence[tuple[Any, ...]]
) -> Iterator[Sequence[Any]]:
    """Rows of a cohort with their entries told as those of one case are."""
    columns = [n for n, column in enumerate(answers.columns, 2) if column.type in ENTRIES]
    cases = answers.read(str(row[1]) for row in rows) if columns else {}
    names = {place: briefs(case.entries()) for place, case in cases.items()}
    for row in rows:
        known = names.get(str(row[1]), {})
        yield [known.get(value, value) if n in columns else value for n, value in enumerate(row)]


def answers_lines(answers: Answers | CohortAnswers, most: int) -> Iterator[Text]:
    """A table of the answers; of many the first ones and, for a cohort, the patterns in them."""
    yield from marked(answers)
    for note in answers.question.notes:
        yield Text(f"note: {printable(note)}", "dim")
    names = [column.name for column in answers.question.columns]
    if isinstance(answers, Answers):
        number = len(answers.rows)
        if not names:
            yield Text("yes" if number else "no", "bold green" if number else "bold red")
            return
    else:
        number = answers.count
        yield counted(answers)
        yield from _patterns(answers)
        names = ["case", "place", *names]
    if number:
        yield from _table(names, shown_rows(answers, most))
    elif isinstance(answers, Answers):
        yield Text("no answer; --why-not tells what came closest")
    if number > most:
        yield Text(f"… and {number - most} more (--format csv or json gives all)", "dim")


def marked(answers: Answers | CohortAnswers) -> Iterator[Text]:
    """The line that says first that the answers are a what-if; none where they are not."""
    if answers.what_if:
        yield Text(printable(answers.what_if), "bold")


def counted(answers: Answers | CohortAnswers) -> Text:
    """How many answers there are."""
    if isinstance(answers, Answers):
        return Text(str(len(answers.rows)))
    counts = answers.counts
    rejected = f", {counts['quarantined']} rejected" if counts["quarantined"] else ""
    return Text(
        f"{_number(answers.count, 'answer')} in {answers.cases} of "
        f"{_number(counts['decided'], 'case')}{rejected}",
        "bold",
    )


def _number(number: int, what: str) -> str:
    return f"{number} {what}" + ("" if number == 1 else "s")


def _patterns(answers: CohortAnswers) -> Iterator[Text]:
    """The names that the answers hold, the most frequent first, where several rows share them."""
    found = answers.patterns(MOST_PATTERNS)
    if len(found) > 1 and found[0][1] > 1:
        for names, number, cases in found:
            yield Text(f"  {number:8}  {', '.join(names)}  ({_number(cases, 'case')})")


def _table(names: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[Text]:
    """The rows as lines, each column as wide as its widest cell; on a terminal that is narrower
    cells are broken."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    console = Console(width=table_width(), markup=False, emoji=False, force_terminal=False)
    for segments in console.render_lines(table, pad=False):
        line = Text.assemble(" ", *((each.text, each.style or "") for each in segments))
        line.rstrip()
        line.no_wrap = True
        yield line


def told_lines(told: Sequence[Told], depth: int = 0) -> Iterator[Text]:
    """A derivation, or what came closest, as an indented tree."""
    for each in told:
        mark, style = _MARKS[each.mark]
        line = Text("  " * depth).append(f"{mark} ", style).append(printable(each.text, 300))
        if each.rule:
            line.append(f"  {each.rule}", "dim")
        if each.source:
            line.append(f"  [{printable(each.source, 120)}]", "dim")
        yield line
        yield from told_lines(each.below, depth + 1)


def why_lines(
    answers: Answers | CohortAnswers, most: int, *, why_not: bool = False
) -> Iterator[Text]:
    """The first answers with their derivations; of a cohort each with its case. With ``why_not``
    also what came closest where there is no answer."""
    yield from answers_lines(answers, most)
    for case, teller, row in proofs(answers, most):
        names = (column.name for column in answers.question.columns)
        shown = zip(names, teller.row(row), strict=True)
        values = ", ".join(f"{name} = {value}" for name, value in shown)
        title = ": ".join(each for each in (case, values) if each)
        yield Text()
        yield Text(printable(title, 200) or "because", "bold")
        yield from told_lines(teller.why(row), 1)
    if why_not:
        yield from _closest_lines(answers, most)


def why_not_lines(answers: Answers | CohortAnswers, most: int) -> Iterator[Text]:
    """What came closest; where there are answers, these. Of a cohort, what came closest in the
    first cases that have none."""
    if isinstance(answers, Answers):
        yield from answers_lines(answers, most)
    else:
        yield from marked(answers)
        yield counted(answers)
    yield from _closest_lines(answers, most)


def _closest_lines(answers: Answers | CohortAnswers, most: int) -> Iterator[Text]:
    if isinstance(answers, Answers):
        if not answers.rows:
            yield from told_lines(Teller(answers).why_not())
        return
    left = answers.counts["decided"] - answers.cases
    shown = list(attempts(answers, most))
    for name, place, teller in shown:
        yield Text()
        yield Text(printable(f"{name} ({place})", 200), "bold")
        yield from told_lines(teller.why_not(), 1)
    if left > len(shown):
        yield Text()
        more = _number(left - len(shown), "more case")
        yield Text(f"… and {more} without an answer", "dim")


def proofs(
    answers: Answers | CohortAnswers, most: int
) -> Iterator[tuple[str, Teller, tuple[Any, ...]]]:
    """The first answers: the case that each is of, where there are several, what tells of that
    case, and the row to tell of."""
    if isinstance(answers, Answers):
        teller = Teller(answers)
        yield from (("", teller, row) for row in answers.rows[:most])
        return
    rows = answers.rows(most)
    alone = answers.of_cases(str(place) for _, place, *_ in rows)
    tellers = {place: Teller(found) for place, found in alone.items()}
    for name, place, *values in rows:
        found = alone[str(place)]
        number = found.values().index(tuple(values))
        yield f"{name} ({place})", tellers[str(place)], found.rows[number]


def attempts(answers: CohortAnswers, most: int) -> Iterator[tuple[str, str, Teller]]:
    """The first cases of a cohort without an answer: name, place, and what tells of the case."""
    left = answers.without_answer(most)
    alone = answers.of_cases(place for _, place in left)
    for name, place in left:
        yield name, place, Teller(alone[place])


# --- plain data -------------------------------------------------------------------------------


def write_answers_json(
    answers: Answers | CohortAnswers, target: TextIO, *, why: bool, why_not: bool
) -> None:
    """Write the answers as one JSON object on a line, with derivations where they are asked for.

    The answers of a cohort are written one by one: there may be millions.
    """
    head: dict[str, Any] = {
        **_mark(answers),
        "queries": list(answers.question.texts),
        "columns": [
            {"name": column.name, "type": column.type.value} for column in answers.question.columns
        ],
        **({"notes": list(answers.question.notes)} if answers.question.notes else {}),
        **({"case": answers.case.case} if isinstance(answers, Answers) else {}),
        **count_data(answers),
    }
    target.write(json.dumps(head)[:-1] + ', "answers": [')
    found = (
        _of_case(answers, why=why) if isinstance(answers, Answers) else _of_cohort(answers, why=why)
    )
    for number, each in enumerate(found):
        target.write((", " if number else "") + json.dumps(each))
    target.write("]")
    for name, value in _behind(answers, why=why, why_not=why_not).items():
        target.write(f", {json.dumps(name)}: {json.dumps(value)}")
    target.write("}\n")


def _of_case(answers: Answers, *, why: bool) -> Iterator[dict[str, Any]]:
    names = [column.name for column in answers.question.columns]
    teller = Teller(answers)
    for row, values in zip(answers.rows, answers.values(), strict=True):
        each: dict[str, Any] = {"values": dict(zip(names, map(_plain, values), strict=True))}
        each["shown"] = dict(zip(names, teller.row(row), strict=True))
        if why:
            each["why"] = as_data(teller.why(row))
        yield each


def _of_cohort(answers: CohortAnswers, *, why: bool) -> Iterator[dict[str, Any]]:
    """All answers, the first ones with their derivations."""
    names = ["case", "place", *(column.name for column in answers.question.columns)]
    proved = proofs(answers, MOST_PROVED) if why else iter(())
    for row in answers.each():
        each = dict(zip(names, map(_plain, row), strict=True))
        if found := next(proved, None):
            _, teller, proved_row = found
            each["why"] = as_data(teller.why(proved_row))
        yield each


def _behind(answers: Answers | CohortAnswers, *, why: bool, why_not: bool) -> dict[str, Any]:
    """What stands behind the answers: how many are proved, and what came closest; of a cohort in
    the first cases that have no answer."""
    if isinstance(answers, Answers):
        told = why_not and not answers.rows
        return {"why_not": as_data(Teller(answers).why_not())} if told else {}
    data: dict[str, Any] = {"proved": min(answers.count, MOST_PROVED)} if why else {}
    if why_not:
        data["why_not"] = [
            {"case": name, "place": place, "closest": as_data(teller.why_not())}
            for name, place, teller in attempts(answers, MOST_PROVED)
        ]
    return data


def count_data(answers: Answers | CohortAnswers) -> dict[str, Any]:
    """How many answers there are, as plain data."""
    if isinstance(answers, Answers):
        notice = {"notice": answers.notice} if answers.notice else {}
        return {**_mark(answers), "count": len(answers.rows), **notice}
    return {
        **_mark(answers),
        "count": answers.count,
        "cases": answers.cases,
        "read": answers.counts["read"],
        "rejected": answers.counts["quarantined"],
    }


def _mark(answers: Answers | CohortAnswers) -> dict[str, Any]:
    return {"what_if": answers.what_if} if answers.what_if else {}


def _plain(value: Any) -> Any:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return json_number(value)
    return str(value) if isinstance(value, str) else value


def write_answers_csv(answers: Answers | CohortAnswers, target: TextIO) -> None:
    """Write the answers as CSV; a text that a spreadsheet would take for a formula gets a ' before
    it.

    A what-if is marked in a column of its own, ``what_if``, as in an audit.
    """
    names = [column.name for column in answers.question.columns]
    rows: Iterable[Sequence[Any]] = (
        answers.values() if isinstance(answers, Answers) else answers.each()
    )
    if not isinstance(answers, Answers):
        names = ["case", "place", *names]
    if answers.what_if:
        names = [*names, "what_if"]
        rows = ((*row, answers.what_if) for row in rows)
    writer = csv.writer(target, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([_cell(value) for value in row] for row in rows)


def _cell(value: Any) -> Any:
    return cell(value if isinstance(value, Decimal) else _plain(value))


# --- the dictionary ---------------------------------------------------------------------------

_SOURCES = {
    "facts": "facts of a case, its request, and the choices",
    "rules": "what the rules derive",
    "queries": "defined for queries",
}


def dictionary_data(dictionary: Dictionary) -> list[dict[str, Any]]:
    """Every relation that can be asked, with columns, types and what a row says."""
    return [
        {
            "name": entry.name,
            "source": entry.source,
            "columns": {
                name: column.type.value
                for name, column in zip(entry.relation.columns, entry.columns, strict=True)
            },
            "meaning": entry.sentence,
        }
        for entry in dictionary.entries.values()
    ]


def dictionary_lines(dictionary: Dictionary) -> Iterator[Text]:
    """The same as lines, by where the relations come from."""
    for source, title in _SOURCES.items():
        yield Text(title, "bold")
        for entry in dictionary.entries.values():
            if entry.source == source:
                yield relation_line(dictionary, entry.name)
    yield Text("named queries", "bold")
    yield from query_lines(dictionary)


def relation_line(dictionary: Dictionary, name: str) -> Text:
    """A relation with its columns, their types, and what a row says."""
    entry = dictionary.entries[name]
    columns = ", ".join(
        own if own == column.type.value else f"{own} {column.type.value}"
        for own, column in zip(entry.relation.columns, entry.columns, strict=True)
    )
    return Text.assemble("  ", (name, "bold"), f"({columns})  {entry.sentence}")


def query_lines(dictionary: Dictionary) -> Iterator[Text]:
    """The named queries of the policy."""
    for query in dictionary.queries.values():
        yield Text.assemble("  ", (query.name, "bold"), f"  {query.meaning}")
