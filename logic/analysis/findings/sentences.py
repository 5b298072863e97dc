"""Findings as sentences for the owner of a policy, and by the clause that each is about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from clausewise.facts.schema import SCHEMA
from clausewise.facts.text import in_words
from clausewise.logic.analysis.findings.analysis import Analysis, PathFindings
from clausewise.logic.analysis.findings.reasons import Contradiction, Reason
from clausewise.logic.analysis.findings.register import MOST_STEPS, Moved, Weighed
from clausewise.logic.analysis.findings.unread import Unread
from clausewise.logic.analysis.findings.worlds import Witness
from clausewise.logic.analysis.space.words import name_in_words
from clausewise.logic.decision.decide import status_word
from clausewise.logic.language.policy import Policy

MOST_CHANGES = 4
"""Changes of a witness that a sentence names; JSON has all."""


def percent(share: float) -> str:
    """A share in words: "33 %", "under 0.1 %"."""
    if share == 0:
        return "0 %"
    if share < 0.001:
        return "under 0.1 %"
    return f"{100 * share:.2g} %" if share < 0.995 else f"{100 * share:.3g} %"


def changes(witness: Witness) -> str:
    """How a witness differs from the plainest approval."""
    return changes_in_words(witness.changes)


def changes_in_words(changed: Sequence[tuple[str, str, str]]) -> str:
    """Variables that differ from the plainest approval, each with its value there and here."""
    if not changed:
        return "the approval itself that states least"
    told = [f"{name}: {after} instead of {before}" for name, before, after in changed]
    more = f", and {len(told) - MOST_CHANGES} more" if len(told) > MOST_CHANGES else ""
    return "; ".join(told[:MOST_CHANGES]) + more


def of_reason(reason: Reason) -> Iterator[str]:
    """Whether a clause can deny alone, and whether it is needed."""
    if reason.alone is not None:
        often = f"it denies {percent(reason.share)} of the records that fulfil all other clauses"
        if not reason.share:
            often = "but only while other clauses are undetermined"
        yield f"can be the sole reason of a denial; {often}. Nearest: {changes(reason.alone)}"
    elif reason.beside:
        yield f"is never the sole reason of a denial: {', '.join(reason.beside)} always denies too"
    else:
        yield "is never the sole reason of a denial: some other clause always denies too"
    if reason.needed is None:
        yield "is redundant for approvals: who fulfils all other clauses fulfils it"


def of_contradiction(found: Contradiction, root: str) -> str:
    """Whether an exclusion can apply beside the criteria."""
    if found.witness is None:
        return f"cannot apply while {root} is met, in the space described"
    return (
        f"can apply while {root} is met: it bars {percent(found.share)} of these records. "
        f"Nearest: {changes(found.witness)}"
    )


def of_weighed(policy: Policy, found: Weighed, *, option: bool = True) -> str:
    """What another value of a reading or a parameter does, with ``option`` also as the options of
    the commands name it."""
    if not found.asked:
        return f"{in_words(found.name)}: clauses ask for it under another reading only"
    what = _choice(policy, found)
    if option:
        what += f" ({found.name}={found.value})"
    if found.too_large:
        return f"{what}: not weighed, it takes more than {MOST_STEPS:,} steps of computing"
    if found.direction == "none":
        return f"{what}: no record of those described is decided otherwise"
    parts = [
        f"{word} for {_moved(moved)}"
        for word, moved in (("stricter", found.stricter), ("laxer", found.laxer))
        if moved is not None
    ]
    return f"{what}: {'. '.join(parts).replace('. laxer', '. Laxer')}"


def _choice(policy: Policy, found: Weighed) -> str:
    """A reading with what it is about, or a parameter, with its other value, in words."""
    if found.name in policy.reading:
        return f"{in_words(found.name)}, {policy.reading[found.name].choices[found.value]}"
    parameter = policy.parameter[found.name]
    words = f"{parameter.meaning}, {found.value} instead of {parameter.value}"
    return f"{words} {parameter.unit}" if parameter.unit else words


def _moved(moved: Moved) -> str:
    often = f"{percent(moved.share)} of the records" if moved.share else "denials, no approval"
    nearest = "Nearest"
    if moved.nearest.otherwise is not None:
        before, after = moved.nearest.determination, moved.nearest.otherwise
        nearest = f"The nearest turns from {in_words(before)} to {in_words(after)}"
    return f"{often}. {nearest}: {changes(moved.nearest)}"


def of_unread(found: Unread) -> Iterator[str]:
    """What the policy never looks at."""
    for name in found.relations:
        schema = SCHEMA[name]
        of = " or ".join(map(in_words, schema.of))
        yield f"of {of}: {schema.meaning}" if of else schema.meaning
    for relation, column, names in found.names:
        words = ", ".join(name_in_words(column, name) for name in names)
        yield f"{_column(relation, column)}: {words}"
    for relation, column in found.alike:
        yield f"{_column(relation, column)}: any counts, and none is told from another"
    yield "whatever is no fact at all: titles, quotes and other texts"


def _column(relation: str, column: str) -> str:
    return in_words(relation if column == relation else f"{relation}, {column}")


def highlights(found: PathFindings) -> Iterator[str]:
    """What stands out of a path: clauses that never decide, and exclusions beside the criteria."""
    if found.approval is None:
        yield "no record of the space is approved"
    told: dict[str, list[str]] = {}
    for reason in found.reasons:
        for sentence in of_reason(reason):
            if not sentence.startswith("can be"):
                told.setdefault(sentence, []).append(reason.label)
    for sentence, labels in told.items():
        yield f"{', '.join(labels)}: {sentence.removeprefix('is ')}"
    root = found.path.root
    for word, labels in (
        ("can", [each.label for each in found.contradictions if each.witness is not None]),
        ("cannot", [each.label for each in found.contradictions if each.witness is None]),
    ):
        if labels:
            yield f"while {root} is met these exclusions {word} apply: {', '.join(labels)}"
    idle = [each.name for each in found.readings if each.direction == "none"]
    if idle:
        yield f"readings that change no record: {', '.join(map(in_words, idle))}"


def power_of_ten(number: int) -> str:
    """A large number as a person writes it: 6.9·10⁵⁷."""
    if number < 1_000_000:
        return str(number)
    digits, _, power = f"{number:.1e}".partition("e+")
    return f"{digits}·10{power.lstrip('0').translate(_RAISED)}"


_RAISED = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def by_clause(policy: Policy, found: PathFindings) -> Mapping[str, tuple[str, ...]]:
    """The findings of a path as sentences, by the clause that each is about."""
    told: dict[str, list[str]] = {}
    for reason in found.reasons:
        told.setdefault(reason.label, []).extend(of_reason(reason))
    for each in found.contradictions:
        told.setdefault(each.label, []).append(of_contradiction(each, found.path.root))
    for label, status in found.unreachable:
        word = status_word(policy.clauses[label], status)
        told.setdefault(label, []).append(f"no record makes it {word}")
    for weighed in found.readings:
        for label in policy.reading[weighed.name].labels:
            told.setdefault(label, []).append(
                f"if it is read otherwise: {of_weighed(policy, weighed, option=False)}"
            )
    for weighed in found.parameters:
        label = policy.parameter[weighed.name].label
        told.setdefault(label, []).append(of_weighed(policy, weighed, option=False))
    return {label: tuple(dict.fromkeys(sentences)) for label, sentences in told.items()}


READING_GUIDE = (
    "Shares count each record alike: they compare, and say nothing of how often a record occurs. "
    "For a reading or a parameter they are of the records that fulfil all clauses that it does "
    "not change. Stricter takes approvals away or, where it takes none, adds denials; laxer gives "
    "approvals or, where it gives none, ends denials. The nearest record is the one that differs "
    "in the fewest things from the approval that states least."
)


def of_space(analysis: Analysis, found: PathFindings) -> Iterator[str]:
    """What the findings of a path are about, and what the records leave fixed."""
    yield (
        f"{power_of_ten(found.records)} records of {found.path.name} under "
        f"{analysis.policy.number}, which differ in {found.variables} things"
    )
    yield from found.limits
