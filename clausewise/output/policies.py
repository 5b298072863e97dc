"""The installed policies as text and as data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from rich.text import Text

if TYPE_CHECKING:
    from clausewise.logic.policies.registry import Registered


def policies_lines(registered: Iterable[Registered]) -> Iterator[Text]:
    """Each policy with its payer, plans, procedures and versions."""
    for each in registered:
        about = each.about
        yield Text.assemble((about.number, "bold"), f"  {about.title}")
        yield Text(f"  payer: {about.payer}")
        yield Text(
            f"  plans: {', '.join(f'{name} ({text})' for name, text in about.plans.items())}"
        )
        yield Text(f"  procedures: {', '.join(about.procedures)}")
        for version in about.versions:
            until = f" until {version.until}" if version.until else ""
            yield Text(f"  version: in force from {version.first}{until}")
        yield Text(f"  source: {about.source}", "dim")


def policies_data(registered: Iterable[Registered]) -> dict[str, Any]:
    """The same as plain data."""
    return {
        "policies": [
            {
                "number": each.about.number,
                "title": each.about.title,
                "payer": each.about.payer,
                "plans": dict(each.about.plans),
                "procedures": list(each.about.procedures),
                "versions": [
                    {
                        "from": version.first.isoformat(),
                        "until": version.until.isoformat() if version.until else None,
                    }
                    for version in each.about.versions
                ],
                "source": each.about.source,
            }
            for each in registered
        ]
    }
