"""How fast a FHIR record is read, beside Python's json alone.

Run with ``make bench``; a number sets how many observations the large record has.
"""

from __future__ import annotations

import json
import sys

from benchmarks.speed import best
from clausewise.facts.loading.files import cases_in
from tests.support.bundles import LOINC, bundle_of_case, coded
from tests.support.generator import complete_percutaneous

ROUNDS = 5
OTHERS = 12_000


def large_record(others: int) -> bytes:
    """A request with its record, and some MB of observations that no clause asks for."""
    bundle = bundle_of_case(complete_percutaneous())
    person = {"reference": f"Patient/{bundle['entry'][0]['resource']['id']}"}
    bundle["entry"] += [
        {
            "fullUrl": f"urn:uuid:{number:032x}",
            "resource": {
                "resourceType": "Observation",
                "id": f"other-{number}",
                "status": "final",
                "subject": person,
                "code": coded(LOINC, f"{8000 + number % 40}-2"),
                "effectiveDateTime": "2020-01-01T10:00:00-05:00",
                "valueQuantity": {"value": 170.5, "unit": "cm", "code": "cm"},
            },
        }
        for number in range(others)
    ]
    return json.dumps(bundle, default=float).encode()


def main(others: int = OTHERS) -> None:
    """Print the table."""
    content = large_record(others)
    size = len(content) / 1e6
    alone = best(lambda: json.loads(content), ROUNDS) / 1000
    ours = best(lambda: cases_in(content, "record"), ROUNDS) / 1000
    small = json.dumps(bundle_of_case(complete_percutaneous()), default=float).encode()
    one = best(lambda: cases_in(small, "record"), ROUNDS)
    print(f"record of {size:.1f} MB, {others:,} observations beside the case")
    print(f"  json alone            {alone:6.3f} s  {size / alone:7.1f} MB/s")
    print(f"  read as a case        {ours:6.3f} s  {size / ours:7.1f} MB/s  {ours / alone:.1f} x")
    print(f"bundle of one case, {len(small) / 1000:.0f} kB: {one:.1f} ms")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
