"""What a person sees in a terminal: the outcome first, then every reason, then the rest.

Marks differ in shape as well as in colour. Text from a case is made printable and never read as
markup. Without a terminal, or with NO_COLOR, the same lines come out as plain text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clausewise.facts.text import printable
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.explain.clauses import ClauseView, EvidenceLine, Explainer
from clausewise.logic.explain.result import (
    DISCLAIMER,
    FOR_PHYSICIAN_REVIEW,
    line_advisories,
    waits_for_physician,
)
from clausewise.logic.readings.conditional_model import ReadingSensitivity

MARKS = {"met": "✓", "not_met": "✗", "conflicting": "⇄", "undocumented": "?"}
"""A mark for each status; distinct without colour."""
STYLES = {"met": "green", "not_met": "bold red", "conflicting": "magenta", "undocumented": "yellow"}
OUTCOME_STYLES = {
    "medically_necessary": "bold green",
    "not_medically_necessary": "bold red",
    "insufficient_information": "bold yellow",
    "not_governed": "bold",
}
EVIDENCE_MARKS = {
    "for": ("✓", "green"),
    "against": ("✗", "red"),
    "open": ("?", "yellow"),
    "uncounted": ("–", "dim"),
}


def words(name: str) -> str:
    """A name as words: ``not_medically_necessary`` without its underscores."""
    return name.replace("_", " ")


def decisions_table(decisions: Iterable[Decision]) -> Table:
    """One row a line: case, procedure, side, determination, the clauses that decided."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for heading in ("case", "procedure", "side", "determination", "sensitive"):
        table.add_column(heading, no_wrap=True)
    table.add_column("decisive", overflow="fold")
    for decision in decisions:
        sensitivity = ReadingSensitivity(decision)
        for line in decision.lines:
            table.add_row(
                Text(printable(decision.case.case, 40)),
                Text(_procedure(line)),
                line.side,
                Text(words(line.determination), OUTCOME_STYLES[line.determination]),
                "to readings" if sensitivity.is_sensitive(line.side) else "",
                Text(" ".join(line.decisive)),
            )
    return table


def _procedure(line: LineDecision) -> str:
    return line.path.name if line.path is not None else printable(line.procedure, 40)


def why(decision: Decision, *, full: bool = False) -> Iterator[Text]:
    """The lines that explain a decision. ``full`` shows every clause, not only what decided."""
    sensitivity = ReadingSensitivity(decision)
    if decision.what_if:
        yield Text(decision.what_if, "bold")
    for number, line in enumerate(decision.lines):
        if number:
            yield Text()
        yield from _why_line(decision, line, sensitivity, full)
    for warning in decision.warnings:
        yield Text(f"note: {printable(warning)}", "dim")
    yield Text()
    yield Text(DISCLAIMER, "dim")


def _why_line(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity, full: bool
) -> Iterator[Text]:
    policy = decision.policy
    head = f"{printable(decision.case.case, 60)}  {_procedure(line)}, {line.side}"
    yield Text.assemble((head, "bold"), f"   {policy.number} in force since {policy.effective}")
    outcome = Text(words(line.determination).upper(), OUTCOME_STYLES[line.determination])
    readings = sensitivity.alternatives(line.side)
    if readings:
        names = dict.fromkeys(name for other in readings for name in other.readings)
        outcome.append(f"   reading-sensitive: {', '.join(names)}", "not bold default")
    yield outcome
    if waits_for_physician(decision, line):
        yield Text(FOR_PHYSICIAN_REVIEW, "italic")
    explainer = Explainer(decision, line)
    if line.determination == "not_governed":
        yield Text("because")
        for label in line.unmet_scope:
            yield from _clause(explainer.view(label), 0, deep=True)
        return
    if line.decisive:
        yield Text("because")
        for label in line.decisive:
            yield from _clause(explainer.view(label), 0, deep=True)
    yield from _rest(line, explainer, full)
    for advisory in line_advisories(decision, line, sensitivity):
        yield Text.assemble(
            ("! ", "bold cyan"), (advisory.code, "cyan"), f"  {printable(advisory.sentence, 600)}"
        )


def _rest(line: LineDecision, explainer: Explainer, full: bool) -> Iterator[Text]:
    if line.path is None:
        return
    policy = line.program.policy
    heads = policy.clauses[line.path.root].parts
    met = sum(line.statuses[label] == "met" for label in heads)
    exclusions = [label for label in line.exclusions if policy.clauses[label].published]
    applying = [label for label in exclusions if line.statuses[label] == "met"]
    unsettled = [label for label in exclusions if line.statuses[label] == "conflicting"]
    silent = sum(line.statuses[label] == "undocumented" for label in exclusions)
    said = f"{len(applying)} apply" if applying else "no exclusion applies"
    if unsettled:
        said += f", {len(unsettled)} in conflict"
    if silent:
        said += f", {silent} not documented"
    yield Text("and besides" if line.decisive else "because")
    summary = f"{met} of {len(heads)} criteria of {line.path.root} met · {said}"
    yield Text(summary + ("" if full else "      (--full shows all)"))
    if full or line.determination == "medically_necessary":
        for label in (*heads, *(exclusions if full else ())):
            yield from _clause(explainer.view(label), 0, deep=full)


def _clause(view: ClauseView, depth: int, *, deep: bool) -> Iterator[Text]:
    indent = "  " * depth
    mark, style = MARKS[view.status], STYLES[view.status]
    if view.kind == "exclusion":
        # An exclusion that applies is bad news, one that is ruled out is good.
        mark = {"met": "✗", "not_met": "✓"}.get(view.status, mark)
        style = {"met": "bold red", "not_met": "green"}.get(view.status, style)
    label = view.label if view.published else f"· {view.name}"
    title = f"  {view.paraphrase}" if view.published else ""
    yield Text.assemble(
        f"{indent}",
        (f"{mark} {label}", style),
        f"{title}  ",
        (view.word, style),
        (f"  {'; '.join(view.comparisons)}" if view.comparisons else ""),
    )
    for evidence in view.evidence if deep else ():
        yield _evidence(evidence, indent, exclusion=view.kind == "exclusion")
    if deep and view.question:
        yield Text.assemble(f"{indent}  ", ("→ ", "yellow"), view.question)
    if deep:
        for part in view.parts:
            yield from _clause(part, depth + 1, deep=True)


def _evidence(evidence: EvidenceLine, indent: str, *, exclusion: bool) -> Text:
    # What speaks against an exclusion speaks for the request.
    turned = {"for": "against", "against": "for"} if exclusion else {}
    mark, style = EVIDENCE_MARKS[turned.get(evidence.mark, evidence.mark)]
    text = Text.assemble(
        f"{indent}  │ ",
        (mark, style),
        f" {printable(evidence.name, 40)}  {printable(evidence.text, 160)}",
    )
    if evidence.notes:
        text.append(f"  {'; '.join(evidence.notes)}", style)
    if evidence.source:
        text.append(f"  [{printable(evidence.source, 160)}]", "dim")
    return text


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines of text, wrapped to the terminal."""
    for line in lines:
        console.print(line, soft_wrap=not console.is_terminal, highlight=False)
