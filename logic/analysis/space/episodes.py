"""The episodes of therapy that the clauses of a path can tell apart."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from clausewise.facts.columns import EntryKey
from clausewise.logic.analysis.space.asked import Asked
from clausewise.logic.analysis.space.parts import Fact

ONGOING = "ongoing"


def is_usual(name: str) -> bool:
    """Whether an episode of this form may have something unusual beside its length."""
    return name == ONGOING or name.endswith("not stated")


def episodes(
    asked: Asked, relation: str, key: EntryKey, *, adjoins: bool
) -> dict[str, tuple[Fact, ...]]:
    """Episodes up to the day of receipt, one for each length, and others that are unusual; with
    ``adjoins`` the first part of a longer one, which others adjoin or leave a gap to, and an
    ongoing one that is just long enough."""
    last = asked.received.toordinal()
    lengths = asked.lengths(relation)
    long = lengths[-1]

    def of(first: int, end: int) -> tuple[Fact, ...]:
        return ("therapy_start", (key, first)), ("therapy_end", (key, end))

    found = {f"{length} days": of(last - length + 1, last) for length in lengths}
    wanted = asked.wanted_lengths(relation) if adjoins else ()
    for length in wanted:
        part = length - asked.last_part(relation, length)
        found[f"first {part} of {length} days"] = of(last - length + 1, last - length + part)
    start = ("therapy_start", (key, last - long + 1))
    began = start if not wanted else ("therapy_start", (key, last - wanted[-1] + 1))
    found[ONGOING] = (began, ("therapy_ongoing", (key,)))
    found["end not stated"] = (start, ("therapy_end_unknown", (key,)))
    found["start not stated"] = ("therapy_start_unknown", (key,)), ("therapy_end", (key, last))
    found["end planned"] = of(last - long + 1, last + 20)
    early = last - 2 * long
    found["before every window"] = of(early, early + long - 1)
    return found


def two_episodes(
    plain: Mapping[str, tuple[Fact, ...]], key: EntryKey
) -> Iterator[tuple[str, tuple[Fact, ...], tuple[Fact, ...]]]:
    """Entries of one episode that differ in its end: a long one and a short one of the same
    start, the second with this key."""
    forms = [(name, dict(facts)) for name, facts in plain.items() if name.endswith(" days")]
    whole = [(name, facts) for name, facts in forms if name[0].isdigit()]
    if not whole:
        return
    (short, brief), *_, (long, lasting) = whole
    _, start = lasting["therapy_start"]
    days = int(str(brief["therapy_end"][1])) - int(str(brief["therapy_start"][1])) + 1
    (base, row), *_ = plain[short]
    for name, end in (
        (f"{long} or {short}, of one start", ("therapy_end", (key, int(str(start)) + days - 1))),
        (f"{long}, or ongoing", ("therapy_ongoing", (key,))),
    ):
        other = ((base, (key, *row[1:])), ("therapy_start", (key, start)), end)
        yield name, plain[long], other
