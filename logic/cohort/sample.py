"""Some lines of an audit decided again, one by one with pyDatalog, and compared.

The rules are the same, but they reach SQL by a translation. So each audit asks, of a random sample
of its own lines, whether a case by itself is decided in the same way, and is as sensitive
to readings where the audit tells of that.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from random import Random
from typing import Any

from clausewise.facts.case.model import Case
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.loading.folders import read_record, records_of
from clausewise.logic.cohort.question import LINES
from clausewise.logic.cohort.store import Basis, CohortStore
from clausewise.logic.cohort.tables import are_relations, cases_of
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case
from clausewise.logic.derivation.stages import TooManyInstancesError
from clausewise.logic.program.program import Program
from clausewise.logic.readings.conditional_model import ReadingSensitivity
from clausewise.logic.sql.query import table_of


class DifferenceError(ClausewiseError):
    """pyDatalog decides a line otherwise than the audit did; the message says how."""


def check_sample(
    store: CohortStore, cohort: Path, asked: Mapping[str, Basis], seed: int, size: int
) -> int:
    """Decide a sample of the store's lines again and compare; gives how many.

    ``asked`` is what the lines of a table are decided under, by its name. Lines of a record that is
    too long to be decided by itself are left out. Raises DifferenceError.
    """
    ((total,),) = store.rows("SELECT count(*) FROM lines")
    numbers = sorted(Random(seed).sample(range(total), min(size, total)))
    found = {name: _lines(store, name, numbers) for name in asked}
    readings_told = any(line["reading_sensitive"] is not None for line in found[LINES])
    places = {str(line["place"]) for line in found[LINES]}
    cases = dict(cases_at(store.program, cohort, places))
    too_long: set[int] = set()
    for name, basis in asked.items():
        for place, lines in by_place(found[name]).items():
            try:
                decided = decide_case(
                    cases[place],
                    basis.program.policy,
                    readings=basis.choices.readings,
                    parameters=basis.choices.parameters,
                )
                sensitive = _sensitive_sides(decided) if readings_told and name == LINES else None
            except TooManyInstancesError:
                too_long |= {line["number"] for line in lines}
                continue
            for line in lines:
                compare(line, decided.by_side[str(line["line"])])
                if sensitive is not None:
                    _compare_sensitivity(line, sensitive)
    return len(numbers) - len(too_long)


def _lines(store: CohortStore, name: str, numbers: list[int]) -> list[dict[str, Any]]:
    """The lines that stand at these places in a table, in the order of their cases."""
    listed = ", ".join(map(str, numbers)) or "NULL"
    found = store.database.execute(
        f"SELECT * FROM (SELECT *, row_number() OVER (ORDER BY c, line) - 1 AS number "
        f"FROM {table_of(name)}) WHERE number IN ({listed})"
    )
    columns = [column for column, *_ in found.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]


def by_place(lines: Iterable[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """The lines by the place of their case in the cohort."""
    found: dict[str, list[dict[str, Any]]] = {}
    for line in lines:
        found.setdefault(str(line["place"]), []).append(line)
    return found


def cases_at(program: Program, cohort: Path, places: set[str]) -> Iterator[tuple[str, Case]]:
    """The cases at these places of the cohort, read again."""
    if are_relations(cohort):
        for number, case in cases_of(cohort, map(int, places), program):
            yield str(number), case
        return
    # A record that holds several cases tells them apart by a number behind its place.
    records = places | {place.rpartition(":")[0] for place in places}
    left = len(places)
    for record in records_of(cohort):
        if not left:
            return
        if record.place in records:
            for read in read_record(record):
                if read.case is not None and read.place in places:
                    left -= 1
                    yield read.place, read.case


def _sensitive_sides(decision: Decision) -> set[str]:
    """The lines whose determination other readings change, as the case by itself says."""
    sensitivity = ReadingSensitivity(decision)
    return {line.side for line in decision.lines if sensitivity.is_sensitive(line.side)}


def _compare_sensitivity(line: Mapping[str, Any], sensitive: Collection[str]) -> None:
    """Raise DifferenceError when the audit says otherwise whether readings change a line."""
    own = line["line"] in sensitive
    if line["reading_sensitive"] is not own:
        raise DifferenceError(
            f"{line['place']}, {line['line']}: by itself it is {'' if own else 'not '}sensitive to "
            "readings, the audit says otherwise; nothing is written, please report it"
        )


def compare(line: Mapping[str, Any], decision: LineDecision) -> None:
    """Raise DifferenceError when the audit decided a line otherwise than pyDatalog."""
    told = {"determination": decision.determination, **decision.statuses}
    for what, own in told.items():
        if line[what] != own:
            raise DifferenceError(
                f"{line['place']}, {line['line']}: pyDatalog gives {own} for {what}, the audit "
                f"{line[what]}; nothing is written, please report it"
            )
    if tuple(line["decisive"]) != decision.decisive:
        raise DifferenceError(
            f"{line['place']}, {line['line']}: pyDatalog names {' '.join(decision.decisive)} as "
            f"decisive, the audit {' '.join(line['decisive'])}; nothing is written, please report "
            "it"
        )
