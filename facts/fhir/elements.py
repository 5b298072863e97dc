"""Elements of a resource, read tolerantly: a wrong type is remarked on and counts as left out.

Nothing here raises for what a resource holds. Dates keep the day that their source wrote.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from clausewise.facts.case.values import exact_number, show
from clausewise.facts.columns import EARLIEST, LATEST
from clausewise.facts.text import printable

Data = dict[str, Any]
MOST_TEXT = 400

_KINDS_OF_DAYS = ("DateTime", "Date", "Instant", "Period", "Timing", "String", "Age", "Range")
_DATE = re.compile(
    r"(\d{4})(?:-(\d{2})(?:-(\d{2})(?:T([01]\d|2[0-3]):([0-5]\d):[0-5]\d(?:\.\d{1,9})?"
    r"(Z|[+-]\d{2}:\d{2})?)?)?)?\Z",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Coding:
    """One coding: the address of its system, empty when none is given, and the code."""

    address: str
    code: str


@dataclass(frozen=True)
class Element:
    """A part of a resource, with the place to be named in remarks and the way to make them."""

    data: Data
    place: str
    remark: Callable[[str], None]

    def _wrong(self, key: str, value: object, expected: str) -> None:
        self.remark(f"{self._at(key)} is {printable(show(value), 80)} where {expected} belongs")

    def _at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def has(self, key: str) -> bool:
        """Whether the element is there at all."""
        return self.data.get(key) is not None

    def text(self, key: str) -> str:
        """A text; empty when there is none."""
        value = self.data.get(key)
        if value is None:
            return ""
        if not isinstance(value, str):
            self._wrong(key, value, "text")
            return ""
        return value[:MOST_TEXT]

    def truth(self, key: str) -> bool | None:
        """true, false or nothing."""
        value = self.data.get(key)
        if value is None or isinstance(value, bool):
            return value
        self._wrong(key, value, "true or false")
        return None

    def number(self, key: str) -> int | Decimal | None:
        """A number without loss, or nothing."""
        value = self.data.get(key)
        if value is None:
            return None
        try:
            return exact_number(value)
        except ValueError:
            self._wrong(key, value, "a number of ordinary size")
            return None

    def part(self, key: str) -> Element | None:
        """The element as one of its own; a list of one is taken for what it holds."""
        value = self.data.get(key)
        if isinstance(value, list) and len(value) == 1:
            value = value[0]
        if value is None:
            return None
        if not isinstance(value, dict):
            self._wrong(key, value, "an element")
            return None
        return Element(value, self._at(key), self.remark)

    def parts(self, key: str) -> list[Element]:
        """The elements of a list; a single one is taken for a list of one."""
        value = self.data.get(key)
        if value is None:
            return []
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            self._wrong(key, value, "a list")
            return []
        found = []
        for number, each in enumerate(value):
            if isinstance(each, dict):
                found.append(Element(each, f"{self._at(key)}[{number}]", self.remark))
            else:
                self._wrong(f"{key}[{number}]", each, "an element")
        return found

    def reference(self, key: str) -> str:
        """The text of a reference; empty when there is none."""
        found = self.part(key)
        return found.text("reference") if found else ""

    def references(self, key: str) -> list[str]:
        """The texts of a list of references."""
        return [text for each in self.parts(key) if (text := each.text("reference"))]

    def codings(self, key: str) -> list[Coding]:
        """The codings of a CodeableConcept, or of a list of them."""
        return [coding for each in self.parts(key) for coding in each.own_codings()]

    def own_codings(self) -> list[Coding]:
        """The codings of this element, which is a CodeableConcept."""
        found = []
        for coding in self.parts("coding"):
            told = coding.text("code")
            code = told.strip()
            if code != told:
                self.remark(f"{coding.place}.code is {show(told)}: read as {printable(code, 40)!r}")
            if code:
                found.append(Coding(coding.text("system"), code))
        return found

    def status(self, key: str) -> str:
        """The code of a status that is a CodeableConcept, its words where it has none; a plain text
        is taken too. Several codes are told together, and so are no known status."""
        value = self.data.get(key)
        if isinstance(value, str):
            return value[:MOST_TEXT]
        codings = self.codings(key)
        own = [each for each in codings if not each.address or "hl7.org" in each.address]
        codes = dict.fromkeys(each.code for each in own or codings)
        return " and ".join(codes) or next((each.words() for each in self.parts(key)), "")

    def words(self) -> str:
        """A code of this element, which is a CodeableConcept, or else the words that it has."""
        codings = self.parts("coding")
        said = [each.text(key) for key in ("code", "display") for each in codings]
        return next(filter(None, [*said, self.text("text")]), "")

    def day(self, key: str) -> date | None:
        """The day of a date or dateTime; one without a day, or none at all, gives nothing."""
        text = self.text(key)
        if not text:
            return None
        match = _DATE.match(text)
        if match is None:
            self._wrong(key, text, "a date")
            return None
        year, month, day, hour, minute, zone = match.groups()
        if day is None:
            self.remark(f"{self._at(key)} is {text}, without a day")
            return None
        try:
            found = date(int(year), int(month), int(day))
        except ValueError:
            self._wrong(key, text, "a date of the calendar")
            return None
        if not EARLIEST <= found <= LATEST:
            self._wrong(key, text, f"a date from {EARLIEST} to {LATEST}")
            return None
        # The day is the one its writer wrote, whatever the zone. In UTC that may be the next one.
        if zone == "Z" and (hour, minute) != ("00", "00") and int(hour) < 6:
            self.remark(
                f"{self._at(key)} is {text}, in UTC: {found} is used; where it was "
                f"written it may still have been the day before"
            )
        return found

    def days(self, *stems: str) -> tuple[date | None, date | None]:
        """First and last day of whichever of ``performed``, ``effective`` … the resource has."""
        for stem in stems:
            said = [f"{stem}{kind}" for kind in _KINDS_OF_DAYS if self.has(f"{stem}{kind}")]
            if len(said) > 1:
                self.remark(f"it has several days ({', '.join(map(self._at, said))}): none is used")
                return None, None
            for key in (f"{stem}DateTime", f"{stem}Date", f"{stem}Instant", stem):
                if self.has(key) and not isinstance(self.data[key], dict):
                    day = self.day(key)
                    return day, day
            period = self.part(f"{stem}Period") or (self.part(stem) if "." not in stem else None)
            if period is not None:
                return period.day("start"), period.day("end")
            if self.has(f"{stem}Timing"):
                timing = self.part(f"{stem}Timing")
                bounds = (timing and timing.part("repeat")) or None
                period = bounds.part("boundsPeriod") if bounds else None
                if period is not None:
                    return period.day("start"), period.day("end")
                self.remark(f"{self._at(stem)}Timing has no bounds")
                return None, None
            for other in ("String", "Age", "Range"):
                if self.has(f"{stem}{other}"):
                    self.remark(f"{self._at(stem)}{other} names no day")
                    return None, None
        return None, None

    def first_day(self, stem: str) -> date | None:
        """The day of what takes place on one; that of a period is its first, which is remarked."""
        first, last = self.days(stem)
        if first is not None and first != last:
            self.remark(f"{self._at(stem)}Period is more than one day: the first is used")
        return first

    def note(self) -> str:
        """What the resource's note says."""
        return " ".join(text for each in self.parts("note") if (text := each.text("text")))


def walk(value: Any, depth: int = 0) -> Iterator[int]:
    """The depths at which something stands, without recursion of Python's own."""
    waiting = [(value, depth)]
    while waiting:
        current, level = waiting.pop()
        yield level
        if isinstance(current, dict):
            waiting.extend((below, level + 1) for below in current.values())
        elif isinstance(current, list):
            waiting.extend((below, level + 1) for below in current)
