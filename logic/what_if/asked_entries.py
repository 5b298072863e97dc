"""The entries that clauses ask for, as rows: which kinds there are, with all that would help.

What a clause asks for is read off the rules (``logic.program.demand``); an entry is made of all the
details that help. What of them is not needed is left out later (``logic.what_if.least``).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import product

from clausewise.facts.columns import Kind, Row, Type
from clausewise.facts.schema import EXACTLY_ONE, OPPOSITES, RANGES, SCHEMA
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.language.rules import Constant
from clausewise.logic.program.demand import Asking, Demand, Span, demand, nearest, numbers_that_do
from clausewise.logic.program.dependencies import uses
from clausewise.logic.what_if.fields import KEY, LISTS, day_details, details_of

MOST_EVENTS = 4
"""How many new events of one kind are tried together."""


@dataclass(slots=True)
class AskedEntry:
    """A kind of entry that clauses ask for: its relation, its columns, and details that help.

    ``alike`` are the names of which any would do as well, ``kinds`` the columns of entries of the
    record that may serve. ``events`` is how many of them may be
    counted. ``against`` are the facts that speak against it. ``within`` are the numbers that would
    do as well, by the relation that tells the number.
    """

    relation: str
    columns: Row
    labels: list[str]
    details: dict[str, list[Row]] = field(default_factory=dict)
    alike: list[str] = field(default_factory=list)
    kinds: list[Row] = field(default_factory=list)
    events: int = 1
    against: list[Asking] = field(default_factory=list)
    within: dict[str, Span] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """What the entry is about; two clauses with the same subject have to be asked together."""
        if self.columns:
            return " ".join(map(str, (self.relation, *self.columns)))
        return " ".join((self.relation, *self.labels))

    def add(self, details: Iterable[tuple[str, Row]]) -> None:
        """Details that help as well; of one that an entry says once, the first stays."""
        for name, row in details:
            rows = self.details.setdefault(name, [])
            if row not in rows and not (rows and SCHEMA[name].key == ("entry",)):
                rows.append(row)

    def limit(self, wanted: Demand) -> None:
        """The numbers that help a further clause as well; of two limits the narrower stays."""
        for name, (_, *row) in self.rows():
            asked = [each for each in wanted.facts if each.relation == name and each.bounds]
            both = (self.within.get(name, (None, None)), numbers_that_do(asked, tuple(row)))
            self.within[name] = (
                max((low for low, _ in both if low is not None), default=None),
                min((high for _, high in both if high is not None), default=None),
            )

    def rows(self) -> Iterator[tuple[str, Row]]:
        """The rows of the entry without its days."""
        yield self.relation, (KEY, *self.columns)
        for name, found in self.details.items():
            yield from ((name, (KEY, *row)) for row in found)


def demand_of(decision: Decision, line: LineDecision, label: str, status: str) -> Demand:
    """What a clause asks for under the choices of a decision."""
    choices = decision.choices
    return demand(
        line.program,
        label,
        status,
        tuple(choices.readings.items()),
        tuple(choices.parameters.items()),
    )


def asked_entries(
    decision: Decision, line: LineDecision, labels: Iterable[str], status: str
) -> list[AskedEntry]:
    """The kinds of entries that could help these clauses to the status."""
    found: dict[tuple[object, ...], AskedEntry] = {}
    for label in labels:
        wanted = demand_of(decision, line, label, status)
        for relation, several in _kinds(wanted).items():
            episode = len(day_details(relation)) > 1
            regions = set(_regions(wanted))
            for columns in _ordinary(relation, several) if episode else several:
                if regions and relation == "imaging" and not regions & set(columns):
                    continue
                key = (relation, *columns) if columns else (relation, label)
                entry = found.setdefault(key, AskedEntry(relation, columns, []))
                entry.labels.append(label)
                entry.events = max(entry.events, min(wanted.events, MOST_EVENTS))
                entry.against += [each for each in wanted.facts if not each.helps]
                entry.kinds += several if episode else [columns]
                if episode:
                    entry.alike = [
                        str(row[0]) for row in several if not set(row) & _special(relation)
                    ]
                entry.add(details_that_help(wanted, relation, columns))
                entry.limit(wanted)
    return list(found.values())


def _kinds(wanted: Demand) -> dict[str, list[Row]]:
    """The columns of the entries that help, by relation; a number is the nearest that does.

    Where any name would do in a column beside one that is asked for, each name is taken, and so is
    each kind of a course where any would do.
    """
    whole: dict[str, dict[Row, None]] = {}
    partly: dict[str, dict[Row, None]] = {}
    for asking in wanted.facts:
        if asking.relation not in LISTS or not asking.helps:
            continue
        ways: list[list[Constant]] = []
        for place, column in enumerate(SCHEMA[asking.relation].columns[1:], 1):
            value = asking.columns[place]
            if column.type is Type.NUMBER:
                value = _number(wanted, asking, place)
            ways.append([value] if value is not None else sorted(column.domain or ()))
        several = [each for each in asking.columns[1:] if each is not None]
        if all(len(way) == 1 for way in ways):
            whole.setdefault(asking.relation, {}).setdefault(tuple(way[0] for way in ways))
        elif all(ways) and (several or len(day_details(asking.relation)) > 1):
            partly.setdefault(asking.relation, {}).update(dict.fromkeys(product(*ways)))
    return {relation: list(rows) for relation, rows in {**partly, **whole}.items()}


def _number(wanted: Demand, asking: Asking, place: int) -> int | None:
    """The number that helps; the least that does where the rules ask for one between two."""
    number = nearest(asking, place)
    least = [
        low
        for each in wanted.facts
        if each.helps and each.relation == asking.relation
        if each.columns[1:] == asking.columns[1:]
        for where, symbol, _ in each.bounds
        if where == place and symbol in (">=", ">")
        if number is not None and (low := nearest(each, place)) is not None and low <= number
    ]
    return max(least, default=number)


def _ordinary(relation: str, several: list[Row]) -> list[Row]:
    """Of kinds of an episode that count alike, the first that needs no details of its own."""
    special = _special(relation)
    return [*(row for row in several if not set(row) & special), *several][:1]


def _special(relation: str) -> set[object]:
    """The names of entries that have details of their own."""
    return {schema.only for schema in SCHEMA.values() if relation in schema.of}


def details_that_help(wanted: Demand, relation: str, columns: Row) -> Iterator[tuple[str, Row]]:
    """The details that help an entry of these columns, fewest negations away first."""
    known = details_of(relation, columns)
    others = {name for group in EXACTLY_ONE for name in group}
    for asking in wanted.facts:
        name = asking.relation
        if name not in known or name in RANGES:
            continue
        # Whether a mark such as "revises" helps depends on what the entry says besides.
        mark = len(SCHEMA[name].columns) == 1 and name not in others
        if not (asking.helps or mark):
            continue
        if asking.kind and not _fits((relation, *columns), asking.kind):
            continue
        if (region := _region(asking)) and region not in columns:
            continue
        schema = SCHEMA[name]
        types = [column.type for column in schema.columns[1:]]
        if Type.DAY in types or (name in others and name not in OPPOSITES):
            continue
        if Type.REFERENCE in types or schema.kind is not Kind.DETAIL:
            continue
        row: list[Constant] = []
        for place, column in enumerate(schema.columns[1:], 1):
            value = asking.columns[place]
            if column.type is Type.NUMBER:
                value = nearest(asking, place)
                least, most = column.least, column.most
                if value is not None and least is not None and most is not None:
                    value = min(max(int(value), least), most)
            if value is not None:
                row.append(value)
        if len(row) == len(types):
            yield name, tuple(row)


def _region(asking: Asking) -> str:
    """Where a result of imaging that is asked for is looked for; empty where that is anywhere."""
    for column, name in zip(SCHEMA[asking.relation].columns, asking.columns, strict=True):
        if column.name == "result" and isinstance(name, str):
            return VOCABULARY.imaging_results[name].region
    return ""


def _regions(wanted: Demand) -> Iterator[str]:
    """The regions of the results that help."""
    return (region for each in wanted.facts if each.helps and (region := _region(each)))


def _fits(entry: Row, kind: Sequence[Constant | None]) -> bool:
    """Whether an entry, its relation and its columns, is of a kind; None stands for any value."""
    return len(entry) == len(kind) and all(
        wanted in (None, own) or not isinstance(own, str)
        for own, wanted in zip(entry, kind, strict=True)
    )


def latest_days(decision: Decision) -> tuple[date, ...]:
    """Days on which evidence counts, the latest that may first: the day of the decision or of the
    last receipt, before an operation; and the day the request was received."""
    request = decision.case.request
    arrivals = [each.received for each in decision.case.documents if each.received is not None]
    last = request.decided or max([request.received, *arrivals])
    planned = request.planned_service_date
    found = []
    for each in (last, request.received):
        if planned is not None and planned <= each:
            each = date.fromordinal(planned.toordinal() - 1)
        found.append(each)
    return tuple(dict.fromkeys(found))


def earliest_day(decision: Decision, line: LineDecision, labels: Iterable[str]) -> date:
    """The first day of the longest period that the clauses look back over, or a year before."""
    names = {name for label in labels for name in uses(line.program, label).parameters}
    months = {
        decision.choices.parameters[name]
        for name in names
        if decision.policy.parameter[name].unit == "months"
    }
    anchor = line.anchor.toordinal()
    days = [
        int(earlier)
        for anchored, period, earlier in decision.rows["months_before"]
        if int(anchored) == anchor and period in months
    ]
    return date.fromordinal(min(days, default=anchor - 365))


def rows_by_entry(rows: Mapping[str, Iterable[Row]]) -> dict[str, list[tuple[str, Row]]]:
    """The rows of the record by the key of the entry that they tell of."""
    found: dict[str, list[tuple[str, Row]]] = {}
    for name, several in rows.items():
        if SCHEMA[name].kind in (Kind.ENTRY, Kind.DETAIL):
            for row in several:
                found.setdefault(str(row[0]), []).append((name, row))
    return found
