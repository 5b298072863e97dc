"""Where the quotes of a case stand, as lines and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from rich.text import Text

from clausewise.facts.case.model import Case
from clausewise.facts.documents.quotes import QuoteCheck, Standing
from clausewise.facts.text import printable


def quote_lines(case: Case, checks: Iterable[QuoteCheck]) -> Iterator[Text]:
    """The quotes that do not stand where they are said to, and how many do."""
    checks = list(checks)
    wrong = [each for each in checks if each.standing is not Standing.THERE]
    for each in wrong:
        page = "" if each.page is None else f" p{each.page}"
        where = printable(f"{each.entry}  {each.document}{page}", 200)
        yield Text(f"✗ {where}  “{printable(each.quote, 400)}”: {each.sentence}")
    right = len(checks) - len(wrong)
    yield Text(f"{printable(case.case, 60)}: {right} of {len(checks)} quotes stand on their pages")


def quote_data(case: Case, checks: Iterable[QuoteCheck]) -> dict[str, Any]:
    """Every quote with where it stands; ``pages`` are counted from 1."""
    return {
        "case": case.case,
        "quotes": [{**asdict(each), "pages": list(each.pages)} for each in checks],
    }
