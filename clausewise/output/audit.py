"""The summary of an audit as lines of text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.cohort.summary import Summary, cases_read, not_governed
from clausewise.output.terminal import OUTCOME_STYLES, words
from clausewise.viz.report.cohort_page import how_often, share_of

FEW = 10
"""Rows of a table that are shown; the files hold more."""
NAMED = 3
"""Cases that are named of like ones."""


def audit_lines(summary: Summary) -> Iterator[Text]:
    """Counts first, then what denies, what is missing, agreement, and who flips."""
    cases = summary.cases
    if summary.what_if:
        yield Text(summary.what_if, "bold")
    yield Text(
        f"{cases_read(cases)}; {summary.lines} {'line' if summary.lines == 1 else 'lines'}",
        "bold",
    )
    if summary.repeated_cases:
        named = ", ".join(printable(each["case"], 40) for each in summary.repeated_cases[:FEW])
        more = ", …" if len(summary.repeated_cases) > FEW else ""
        yield Text(f"warning: names of more than one case: {named}{more}", "yellow")
    if summary.fhir is not None:
        yield _of_fhir(summary.fhir)
    for name, number in summary.determinations.items():
        yield Text.assemble(f"  {number:8}  ", (words(name), OUTCOME_STYLES[name]))
        if name == "not_governed":
            for row in summary.not_governed:
                yield Text(f"      {row['lines']:8}  of them {not_governed(row)}")
    yield Text(
        f"  {summary.sample['lines']:8}  of them decided by pyDatalog as well, all alike "
        f"(seed {summary.sample['seed']})"
    )
    if summary.reading_sensitive is not None:
        yield Text(f"  {summary.reading_sensitive:8}  sensitive to readings of the text")
    yield from _clauses("what denies (of these alone)", summary.denying)
    if summary.denying_together:
        yield Text("what denies together", "bold")
    for row in summary.denying_together[:FEW]:
        yield Text(f"  {row['lines']:8}  {' '.join(row['clauses'])}")
    yield from _clauses("what is missing (of these alone)", summary.missing)
    if summary.agreement is not None:
        yield from _agreement(summary.agreement)
    if summary.inconsistent:
        yield Text("like cases with different recorded determinations", "bold")
        for row in summary.inconsistent[:FEW]:
            yield Text(f"  {' · '.join(_recorded(each) for each in row['recorded'])}")
    if summary.flips is not None:
        changed = ", ".join(f"{name} = {value}" for name, value in summary.flips["changed"].items())
        yield Text(f"if {changed}: {summary.flips['lines']} lines flip", "bold")
        for row in summary.flips["from_to"]:
            yield Text(f"  {row['lines']:8}  {words(row['from'])} → {words(row['to'])}")
    if summary.letters is not None:
        lines, written = summary.letters["lines"], summary.letters["written"]
        yield Text(
            f"letters about {written} of {lines} denied and pended lines, in letters/", "bold"
        )
    yield Text(summary.disclaimer, "dim")


def relation_lines(counts: dict[str, int]) -> Iterator[Text]:
    """How many cases became relations."""
    yield Text(f"{cases_read(counts, 'written')} (quarantine.ndjson)")
    if repeated := counts.get("repeated_names"):
        yield Text(f"warning: {repeated} names are those of more than one case", "yellow")
    if "resources" in counts:
        yield _of_fhir(counts)


def schema_lines(relations: list[dict[str, Any]]) -> Iterator[Text]:
    """The relations that a cohort may hold: a file of this name with these columns."""
    for relation in relations:
        columns = ", ".join(f"{name} {kind}" for name, kind in relation["columns"].items())
        yield Text.assemble((relation["name"], "bold"), f"  ({columns})  {relation['meaning']}")
    yield Text("cases has to be there; what another lacks is not documented.", "dim")


def _of_fhir(counts: Mapping[str, int]) -> Text:
    return Text(
        f"{counts['used']} of {counts['resources']} FHIR resources used, {counts['remarks']} "
        "remarks on them (clausewise facts shows those of a case)"
    )


def _clauses(title: str, rows: list[dict[str, Any]]) -> Iterator[Text]:
    if rows:
        yield Text(title, "bold")
    for row in rows[:FEW]:
        yield Text(f"  {row['lines']:8}  ({row['alone']})  {row['clause']}")


def _recorded(record: dict[str, Any]) -> str:
    """How many like lines were recorded so, and some of their cases."""
    named = [printable(each, 40) for each in record["cases"][:NAMED]]
    more = ", …" if len(record["cases"]) > NAMED else ""
    return f"{record['lines']} {words(record['recorded'])} ({', '.join(named)}{more})"


def _agreement(found: dict[str, Any]) -> Iterator[Text]:
    chance = ""
    if found["kappa"] is not None:
        chance = f"; beyond chance {found['kappa']:.2f}, where 1 is full agreement (Cohen's kappa)"
    equal, lines = found["equal"], found["lines"]
    share = share_of(equal, lines)
    yield Text(
        f"agreement with recorded determinations: {equal} of {lines} lines, {share}{chance}", "bold"
    )
    for row in found["disagreements"][:FEW]:
        yield Text(
            f"  {printable(row['case'], 40)} {row['line']}: recorded {words(row['recorded'])}, "
            f"decided {' '.join((words(row['decided']), *row['decisive']))} "
            f"(of other such lines {how_often(row['surprise'])} are recorded so)"
        )
