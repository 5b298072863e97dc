"""What a person sees in a terminal: the outcome first, then every reason, then the rest.

Marks differ in shape as well as in colour. Text from a case is made printable and never read as
markup. Without a terminal, or with NO_COLOR, the same lines come out as plain text.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from shutil import get_terminal_size

from rich.console import Console
from rich.text import Text

from clausewise.facts.case.warnings import NO_SIDE
from clausewise.facts.text import in_words, printable
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import NO_COUNT, Decision, LineDecision
from clausewise.logic.decision.evidence import (
    KEY,
    label_of_entry,
    names_of,
    said_side,
    with_names,
)
from clausewise.logic.explain.because import (
    blocks,
    criteria_in_words,
    exclusions_in_words,
    grounds,
    headline,
    in_the_way,
    other_readings,
    relevant,
)
from clausewise.logic.explain.clauses import (
    ClauseView,
    EvidenceLine,
    Explainer,
    events_as_one,
    together,
)
from clausewise.logic.explain.result import (
    FOR_PHYSICIAN_REVIEW,
    closing,
    disclaimer_of,
    line_advisories,
    waits_for_physician,
)
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.what_if.next_steps import next_steps

MARKS = {"met": "✓", "not_met": "✗", "conflicting": "⇄", "undocumented": "?"}
"""A mark for each status; distinct without colour."""
STYLES = {"met": "green", "not_met": "bold red", "conflicting": "magenta", "undocumented": "yellow"}
OUTCOME_STYLES = {
    "medically_necessary": "bold green",
    "not_medically_necessary": "bold red",
    "insufficient_information": "bold yellow",
    "not_governed": "bold",
}
WIDTH, WIDEST = 80, 110
"""Columns of a line where nothing says how wide the terminal is, and the most that are used."""
WIDEST_TABLE = 300
SENSITIVE = " *"
"""Marks a determination that another reading of the text changes."""
MOST_LETTERS = 4000
"""Letters of a sentence that are shown, far more than one has; longer ones come of hostile text."""
MOST_LIKE = 8
"""Entries of a clause that are shown; ``--full`` shows all."""
EVIDENCE_MARKS = {
    "for": ("✓", "green"),
    "against": ("✗", "red"),
    "open": ("?", "yellow"),
    "uncounted": ("–", "dim"),
}


def words(name: str) -> str:
    """A name as words: ``not_medically_necessary`` without its underscores."""
    return name.replace("_", " ")


def decisions_table(decisions: Iterable[Decision], width: int = WIDTH) -> Iterator[Text]:
    """One row a line: case, procedure, side, determination, the clauses that decided.

    Clauses that do not fit the width stand below their row. A star marks a determination that
    another reading of the text changes.
    """
    rows: list[tuple[str, ...]] = [("case", "procedure", "side", "determination", "decisive")]
    styles, sensitive = ["bold"], False
    for decision in decisions:
        sensitivity = ReadingSensitivity(decision)
        for line in decision.lines:
            changes = sensitivity.is_sensitive(line.side)
            sensitive |= changes
            outcome = words(line.determination) + (SENSITIVE if changes else "")
            first = (printable(decision.case.case, 40), _procedure(line), said_side(line), outcome)
            rows.append((*first, " ".join(line.decisive)))
            styles.append(OUTCOME_STYLES[line.determination])
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    for row, style in zip(rows, styles, strict=True):
        *told, outcome = (f"{each:{wide}}" for each, wide in zip(row, widths, strict=False))
        text = Text.assemble("  ".join(told), "  ", (outcome, style))
        if row[-1] and len(text) + 2 + len(row[-1]) <= width:
            text.append("  " + row[-1], style if style == "bold" else "")
            yield text
            continue
        text.rstrip()
        yield text
        if row[-1]:
            yield Text(f"    {row[-1]}")
    if sensitive:
        yield Text(f"{SENSITIVE.strip()} another reading of the text changes it; why tells which")


def _procedure(line: LineDecision) -> str:
    if line.path is not None:
        return line.path.name
    return printable(VOCABULARY.called_procedure(line.procedure), 40)


def why(decision: Decision, *, full: bool = False) -> Iterator[Text]:
    """The lines that explain a decision. ``full`` shows every clause, not only what decided."""
    sensitivity = ReadingSensitivity(decision)
    if decision.what_if:
        yield Text(decision.what_if, "bold")
    for number, line in enumerate(decision.lines):
        if number:
            yield Text()
        yield from _why_line(decision, line, sensitivity, full)
    names = names_of(decision.entries) if decision.warnings else {}
    for warning in _further_warnings(decision, sensitivity):
        said = in_words(with_names(warning, names))
        said = warning if warning == decision.notice else said
        yield Text(f"note: {printable(said, MOST_LETTERS)}", "dim")
    yield Text()
    yield Text(disclaimer_of(decision.policy), "dim")


def _further_warnings(decision: Decision, sensitivity: ReadingSensitivity) -> Iterator[str]:
    """The warnings of a decision, without those on entries that the notes of a line tell of."""
    noted = [
        each.sentence
        for line in (decision.lines if decision.warnings else ())
        for each in line_advisories(decision, line, sensitivity)
        if each.code in ("side_missing", "later_evidence")
    ]
    for warning in decision.warnings:
        key = KEY.match(warning)
        label = label_of_entry(decision.case, key[0]) if key else ""
        told = key and warning.endswith((NO_SIDE, NO_COUNT))
        if not (told and any(label in each for each in noted)):
            yield warning


def closing_lines(decision: Decision) -> Iterator[Text]:
    """What every answer about a decision ends with."""
    said = closing(decision)
    yield Text()
    if "notice" in said:
        yield Text(f"note: {printable(said['notice'], 1000)}")
    yield Text(said["disclaimer"], "dim")


def _why_line(
    decision: Decision, line: LineDecision, sensitivity: ReadingSensitivity, full: bool
) -> Iterator[Text]:
    policy = decision.policy
    service = ", ".join(filter(None, (_procedure(line), said_side(line))))
    head = f"{printable(decision.case.case, 60)}  {service}"
    yield Text.assemble((head, "bold"), f"   {policy.number} in force since {policy.effective}")
    yield Text(words(line.determination).upper(), OUTCOME_STYLES[line.determination])
    if waits_for_physician(decision, line):
        yield Text(FOR_PHYSICIAN_REVIEW, "italic")
    explainer = Explainer(decision, line)
    whole = [explainer.view(label) for label in grounds(line)]
    views = whole if full else [relevant(each) for each in whole]
    yield Text(printable(headline(line, views), MOST_LETTERS))
    yield from _changes(decision, line, whole)
    if views:
        yield Text("Why", "bold")
    for view in views:
        yield from _clause(view, 0, deep=True, most=None if full else MOST_LIKE)
    yield from _rest(line, explainer, full)
    for number, sentence in enumerate(other_readings(decision, line, sensitivity)):
        if not number:
            yield Text("Other readings of the text", "bold")
        yield Text(f"  {sentence}")
    told = [
        each
        for each in line_advisories(decision, line, sensitivity)
        if each.code not in ("reading_sensitive", "decided_under")
    ]
    if told:
        yield Text("Notes", "bold")
    for advisory in told:
        code = (f"! {words(advisory.code)}: ", "cyan")
        yield Text.assemble("  ", code, printable(advisory.sentence, MOST_LETTERS))


def _changes(decision: Decision, line: LineDecision, views: list[ClauseView]) -> Iterator[Text]:
    """What would change the determination, the shortest way first."""
    steps = list(next_steps(decision, line, views))
    if not steps:
        return
    yield Text("What would change it", "bold")
    for step in steps:
        yield Text(f"  {printable(step, MOST_LETTERS)}")
    if line.determination == "not_medically_necessary":
        yield Text("  clausewise flip looks for the least changes of fact that would.")
        leaves = (leaf for view in views for leaf in in_the_way(view).leaves() if blocks(leaf))
        if any(line.program.policy.clauses[leaf.label].limit for leaf in leaves):
            yield Text("  clausewise when tells from which day of receipt the limit is kept.")


def _rest(line: LineDecision, explainer: Explainer, full: bool) -> Iterator[Text]:
    """What is fine, in one line; with ``full`` every clause."""
    if line.path is None or line.determination == "not_governed":
        return
    policy = line.program.policy
    heads = policy.clauses[line.path.root].parts
    exclusions = [label for label in line.exclusions if policy.clauses[label].published]
    said = exclusions_in_words([line.statuses[label] for label in exclusions])
    summary = f"{criteria_in_words(line)}; {said}"
    yield Text("The rest", "bold")
    yield Text("  " + summary + ("" if full else " (--full shows all)"))
    if full or line.determination == "medically_necessary":
        for label in (*heads, *(exclusions if full else ())):
            yield from _clause(explainer.view(label), 0, deep=full)


def _clause(view: ClauseView, depth: int, *, deep: bool, most: int | None = None) -> Iterator[Text]:
    """A clause, with ``deep`` its evidence (of ``most`` entries) and its parts."""
    indent = "  " * (depth + 1)
    mark, style = MARKS[view.status], STYLES[view.status]
    if view.kind == "exclusion":
        # An exclusion that applies is bad news, one that is ruled out is good.
        mark = {"met": "✗", "not_met": "✓"}.get(view.status, mark)
        style = {"met": "bold red", "not_met": "green"}.get(view.status, style)
    label = f"{view.label}  " if view.published else ""
    yield Text.assemble(
        indent, (f"{mark} {label}", style), f"{view.paraphrase}: ", (view.word, style)
    )
    as_one = most is not None and view.told_as_one
    wanted = view.send and view.status == "undocumented" and (as_one or not view.parts)
    send = f"send {view.send}" if wanted else ""
    said = ": ".join(filter(None, (view.sentence, send)))
    if deep and said:
        yield Text.assemble(indent, "    ", (printable(said, MOST_LETTERS), style))
    shown = (events_as_one if most is None else together)(view.evidence)
    for evidence in shown[:most] if deep else ():
        yield _evidence(evidence, indent + "    ", exclusion=view.kind == "exclusion")
    if deep and most is not None and len(shown) > most:
        yield Text(f"{indent}    and {len(shown) - most} more (--full shows all)", "dim")
    if deep and not as_one:
        for part in view.parts:
            # Of a part that is met what is met is enough, where not every clause is asked for.
            if most is None or view.status != "met" or part.status == "met":
                yield from _clause(part, depth + 1, deep=True, most=most)


def _evidence(evidence: EvidenceLine, indent: str, *, exclusion: bool) -> Text:
    # What speaks against an exclusion speaks for the request.
    turned = {"for": "against", "against": "for"} if exclusion else {}
    mark, style = EVIDENCE_MARKS[turned.get(evidence.mark, evidence.mark)]
    name = "" if evidence.stated or not evidence.name else f"{printable(evidence.name, 40)}  "
    text = Text.assemble(indent, (mark, style), f" {name}{printable(evidence.text, MOST_LETTERS)}")
    if evidence.notes:
        text.append(f": {printable('; '.join(evidence.notes), MOST_LETTERS)}", style)
    if evidence.source:
        text.append(f"  [{printable(evidence.source, MOST_LETTERS)}]", "dim")
    return text


def hung(lines: Iterable[Text], width: int) -> Iterator[Text]:
    """The lines broken at blanks to a width; what goes on is indented below where it began.

    A word that is wider than the width stays whole, and so does a line of a table.
    """
    for line in lines:
        if line.no_wrap:
            yield line
            continue
        starts = _starts(line.plain, width)
        for number, piece in enumerate(line.divide(starts)):
            piece.rstrip()
            yield piece if not number else Text(" " * _below(line.plain)).append_text(piece)


def _below(plain: str) -> int:
    """How far further lines are indented: behind the indent, and the mark that stands there."""
    lead = len(plain) - len(plain.lstrip())
    return lead + (4 if plain[lead + 1 : lead + 2] == " " and not plain[lead].isalnum() else 2)


def _starts(plain: str, width: int) -> list[int]:
    """Where each further line begins in the text."""
    starts: list[int] = []
    start, room, lead = 0, width, len(plain) - len(plain.lstrip())
    while len(plain) - start > room:
        end = plain.rfind(" ", start + lead + 1, start + room + 1)
        if end > 0 and plain[end + 1 : end + 2] == "%":  # a share stays on one line
            end = plain.rfind(" ", start + lead + 1, end)
        end = end if end > 0 else plain.find(" ", start + room)
        if end < 0:
            break
        start = end + len(plain[end:]) - len(plain[end:].lstrip())
        starts.append(start)
        room, lead = max(width - _below(plain), 20), 0
    return starts


def table_width() -> int:
    """How wide a table may be: as the terminal, and what a file or a pager takes without one."""
    return get_terminal_size((WIDEST, 24)).columns - 1 if sys.stdout.isatty() else WIDEST_TABLE


def width_of(console: Console) -> int:
    """How many columns lines may take."""
    return min(console.width, WIDEST) if console.is_terminal else WIDTH


def print_lines(console: Console, lines: Iterable[Text]) -> None:
    """Print lines of text, broken to the terminal."""
    for line in hung(lines, width_of(console)):
        console.print(line, soft_wrap=True, highlight=False)
