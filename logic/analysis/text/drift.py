"""A new revision of a text beside the old one: what changed, and what to look at for it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from clausewise.logic.analysis.text.coverage import Stated, covered
from clausewise.logic.analysis.text.known_text import KnownText
from clausewise.logic.analysis.text.matching import Change
from clausewise.logic.analysis.text.spans import Span
from clausewise.logic.language.policy import Policy


@dataclass(frozen=True, slots=True)
class NumberChange:
    """A number that changed: as it was, as it is ("" when it is gone, or was not there), and the
    parameter that held it ("" when none did)."""

    before: str
    after: str
    parameter: str


@dataclass(frozen=True, slots=True)
class Changed:
    """A span that changed, with all that rests on it.

    ``clauses``, ``readings`` and ``rules`` as in ``coverage.Stated``; for a new span ``clauses`` is
    the clause above it. ``tests`` and ``cases`` are the names of those to look at.
    """

    stated: Stated
    numbers: tuple[NumberChange, ...]
    clauses: tuple[str, ...]
    tests: tuple[str, ...]
    cases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Drift:
    """What a new text changed; ``same`` is the number of spans that did not."""

    policy: Policy
    changed: tuple[Changed, ...]
    same: int

    def parameters(self) -> Iterator[NumberChange]:
        """The parameters whose number changed, each once."""
        seen = dict.fromkeys(n for each in self.changed for n in each.numbers if n.parameter)
        yield from seen


def drift(
    policy: Policy,
    known: KnownText,
    spans: Sequence[Span],
    tests: Mapping[str, Iterable[str]],
    cases: Mapping[str, Iterable[str]],
) -> Drift:
    """What the new text of these spans changed.

    ``tests`` and ``cases`` give for a name the labels of the clauses that it shows.
    """
    found = covered(policy, known, spans)
    changed = []
    for each in found.spans:
        if each.pair.change is Change.SAME:
            continue
        labels = each.clauses or tuple(_above(policy, each.pair.label))
        changed.append(
            Changed(
                each,
                tuple(_number_changes(policy, each)),
                labels,
                _that_show(labels, tests),
                _that_show(labels, cases),
            )
        )
    return Drift(policy, tuple(changed), len(found.spans) - len(changed))


def _above(policy: Policy, label: str) -> Iterator[str]:
    """The nearest clause above a span that states none."""
    parts = label.split(".")
    above = (".".join(parts[:length]) for length in range(len(parts), 0, -1))
    yield from [each for each in above if each in policy.clauses][:1]


def _that_show(labels: Iterable[str], shown: Mapping[str, Iterable[str]]) -> tuple[str, ...]:
    wanted = set(labels)
    return tuple(name for name, clauses in shown.items() if wanted.intersection(clauses))


def _number_changes(policy: Policy, stated: Stated) -> Iterator[NumberChange]:
    """The numbers that differ, by their order."""
    old, new = stated.pair.old, stated.pair.new
    if old is None:
        return
    before, after = old.wording.numbers, () if new is None else new.wording.numbers
    holders = [name if name in policy.parameter else "" for name in old.held_by]
    if len(before) == len(after):
        pairs = zip(before, after, holders, strict=True)
        yield from (NumberChange(*each) for each in pairs if each[0] != each[1])
        return
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    for kind, first, last, begin, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for place in range(max(last - first, end - begin)):
            gone, come = first + place < last, begin + place < end
            yield NumberChange(
                before[first + place] if gone else "",
                after[begin + place] if come else "",
                holders[first + place] if gone else "",
            )
