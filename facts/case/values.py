"""The kinds of values in a case file: names, days, text, numbers; each check tells what is wrong.

A check takes a value of a file and gives the value of the model, or raises an error whose sentence
says what was found and what was expected.
"""

from __future__ import annotations

import difflib
import math
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from clausewise.facts.columns import EARLIEST, LATEST, MOST_DECIMALS, MOST_YEARS
from clausewise.facts.vocabulary.words import Name

MOST_CHARACTERS = 4000

Check = Callable[[Any], Any]
FORMS: dict[Check, dict[str, Any]] = {}
"""What JSON Schema says of the values that a check takes; of other checks it is said by types."""


def fault(sentence: str, expected: str) -> PydanticCustomError:
    """An error in our own words; ``expected`` goes into the report as it stands."""
    return PydanticCustomError(
        "clausewise", "{sentence}", {"sentence": sentence, "wants": expected}
    )


def show(value: object) -> str:
    """A value from a file as it may stand in an error message: short, quoted, one line."""
    text = str(value) if isinstance(value, Decimal) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def nearest(value: str, known: Iterable[str]) -> str:
    """A hint with the nearest known name, or nothing when none is near."""
    close = difflib.get_close_matches(value[:80], list(known), n=1, cutoff=0.6)
    return f"; did you mean {close[0]}?" if close else ""


def _name_in(names: Mapping[str, Name], what: str) -> Callable[[object], str]:
    def check(value: object) -> str:
        if isinstance(value, str) and value in names:
            return value
        hint = nearest(value, names) if isinstance(value, str) else ""
        wanted = ", ".join(names) if len(names) <= 12 else f"one of the {len(names)} names"
        raise fault(f"{show(value)} is not a known {what}{hint}", f"{what}: {wanted}")

    FORMS[check] = {"enum": list(names)}
    return check


def day_in(text: str) -> date | None:
    """The day that a text such as 2026-07-15 names; None for any other text, 2026-W29-3 too."""
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if text == day.isoformat() else None


def _day(value: object) -> date:
    day = value if type(value) is date else day_in(value) if isinstance(value, str) else None
    if day is None:
        raise fault(f"{show(value)} is not a date", "a date such as 2026-07-15")
    if not EARLIEST <= day <= LATEST:
        raise fault(f"{day} lies outside the calendar", f"a date from {EARLIEST} to {LATEST}")
    return day


def checked_text(value: object) -> str:
    """Text that can be shown and is not empty; a whole number counts as text."""
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        raise fault(f"{show(value)} is not text", "text (put it in quotes)")
    if not value.strip():
        raise fault("the text is empty", "text, or leave the key out")
    try:
        value.encode()
    except UnicodeEncodeError:
        # JSON can spell one half of a pair of surrogates, which no file and no terminal can show.
        raise fault(f"{show(value)} contains an unpaired surrogate", "whole characters") from None
    if len(value) > MOST_CHARACTERS:
        raise fault(f"the text has {len(value)} characters", f"at most {MOST_CHARACTERS}")
    return value


def exact_number(value: object) -> int | Decimal:
    """A number from a file without loss: 49.9999999 stays under 50. Raises for anything else."""
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal)):
        raise fault(f"{show(value)} is not a number", "a number")
    if isinstance(value, float):
        if not math.isfinite(value):
            raise fault(f"{show(value)} is not a number", "a number")
        value = repr(value)
    try:
        number = Decimal(value)
    except InvalidOperation:
        raise fault(f"{show(value)} is not a number", "a number") from None
    if not number.is_finite():
        raise fault(f"{show(value)} is not a number", "a number")
    if number.copy_abs() > 1000:
        raise fault(f"{show(value)} is out of range", "a number of ordinary size")
    if (number and number.adjusted() < -MOST_DECIMALS) or _decimals(number) > MOST_DECIMALS:
        raise fault(f"{show(value)} has too many decimals", f"at most {MOST_DECIMALS} decimals")
    return int(number) if number == number.to_integral_value() else number


def _decimals(number: Decimal) -> int:
    """How many digits stand after the point, zeros at the end not counted."""
    _, digits, exponent = number.as_tuple()
    zeros = len(digits) - len("".join(map(str, digits)).rstrip("0"))
    return -int(exponent) - zeros


def number_between(value: object, least: int, most: int, unit: str) -> int | Decimal:
    """A number from ``least`` to ``most``; ``unit`` is what it counts."""
    number = exact_number(value)
    if not least <= number <= most:
        raise fault(f"{show(value)} is out of range", f"{unit} from {least} to {most}")
    return number


Amount = int | Decimal | tuple[int | Decimal, int | Decimal]
"""A number, or a range of numbers with both ends."""


def amount_of(value: object, number: Callable[[object], int | Decimal]) -> Amount:
    """A number or a range of two, each of which ``number`` checks."""
    if isinstance(value, (list, tuple)):
        if len(value) != 2:
            raise fault(f"{show(value)} is not a range", "two numbers such as [4, 6]")
        low, high = number(value[0]), number(value[1])
        if low > high:
            raise fault(f"{show(value)} runs backwards", "a range from low to high")
        return low if low == high else (low, high)
    return number(value)


def _percent(value: object) -> int | Decimal:
    return number_between(value, 0, 100, "percent")


def _relief(value: object) -> Amount:
    return amount_of(value, _percent)


def _page(value: object) -> int | str:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 1_000_000:
        return value
    return checked_text(value)


def _years(value: object) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_YEARS:
        raise fault(f"{show(value)} is not an age", f"whole years from 0 to {MOST_YEARS}")
    return value


def _yes_or_no(value: object) -> bool:
    if not isinstance(value, bool):
        raise fault(f"{show(value)} is neither true nor false", "true or false")
    return value


def one_of(*choices: str) -> Callable[[object], str]:
    """A check for one of these names."""

    def check(value: object) -> str:
        if isinstance(value, str) and value in choices:
            return value
        hint = nearest(value, choices) if isinstance(value, str) else ""
        raise fault(f"{show(value)} is not allowed here{hint}", " or ".join(choices))

    FORMS[check] = {"enum": list(choices)}
    return check


class Unread:
    """Marks text that no fact is made of: which text it is changes nothing that is decided.

    It may name another part of the case (an id), which has to be there.
    """


_PERCENT = {"type": "number", "minimum": 0, "maximum": 100}
FORMS |= {
    _day: {"type": "string", "format": "date"},
    checked_text: {"type": ["string", "integer"], "maxLength": MOST_CHARACTERS},
    _page: {"type": ["integer", "string"]},
    _years: {"type": "integer", "minimum": 0, "maximum": MOST_YEARS},
    _yes_or_no: {"type": "boolean"},
    _relief: {
        "anyOf": [_PERCENT, {"type": "array", "items": _PERCENT, "minItems": 2, "maxItems": 2}]
    },
}

Day = Annotated[date, BeforeValidator(_day)]
Text = Annotated[str, BeforeValidator(checked_text)]
Remark = Annotated[str, BeforeValidator(checked_text), Unread()]
YesNo = Annotated[bool, BeforeValidator(_yes_or_no)]
Side = Annotated[str, BeforeValidator(one_of("left", "right", "bilateral"))]
Context = Annotated[str, BeforeValidator(one_of("baseline", "post_injection", "post_operative"))]
Page = Annotated[int | str, BeforeValidator(_page), Unread()]
Years = Annotated[int, BeforeValidator(_years)]
Relief = Annotated[Amount, BeforeValidator(_relief)]


def listed(value: object) -> object:
    """One name stands for a list of one."""
    return (value,) if isinstance(value, str) else value


def vocabulary_name(names: Mapping[str, Name], what: str) -> Any:
    """A check for a name of the vocabulary; ``what`` is what the name is of."""
    return BeforeValidator(_name_in(names, what))
