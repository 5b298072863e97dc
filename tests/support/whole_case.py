"""A case in which every field of the format that FHIR can carry is used."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tests.support.records import complete_percutaneous

Data = dict[str, Any]


def whole_case() -> Data:
    """The case, as data of a case file."""
    data = complete_percutaneous("left")
    data["request"] |= {
        "purpose": ["chronic_pain", "revision"],
        "planned_service_date": "2026-08-03",
        "plan": "another_plan",
        "decided": "2026-07-20",
    }
    data["record_complete"] = ["therapies", "imaging"]
    data["review"] = {"reviewer": "Example MD", "signed": "2026-07-20", "role": "physician"}
    data["documents"] = [
        {"id": "H1", "title": "Note", "author": "Example MD", "date": "2026-07-03"},
        {"id": "H2", "title": "Diary", "date": "2026-07-04"},
    ]
    data["member"] = {"age": 52}
    both = [{"document": "H1"}, {"document": "H2"}]
    quoted = {"document": "H1", "quote": "as she says: 7, at rest"}
    data["findings"][0] |= {"present": True, "radiates_to": ["groin", "thigh"], "source": both}
    data["findings"][-1] |= {"side": "left", "source": "told by the member"}
    data["measurements"][0] |= {
        "value": [Decimal("4.5"), 6],
        "context": "baseline",
        "source": quoted,
    }
    data["therapies"] += [
        {"id": "T3", "kind": "heat", "side": "left", "start": "2026-01-01", "outcome": "partial"},
        {"id": "T4", "kind": "pharmacotherapy", "start": "2026-01-01", "side": "right"},
        {"id": "T5", "kind": "pharmacotherapy", "start": "2026-01-01", "for": "other"},
        {"id": "T6", "kind": "ice", "end": "2026-01-01"},
    ]
    data["therapy_inability"] = [
        {"reason": "intolerance", "side": "left", "date": "2026-01-02", "therapy": "T1"},
        {"reason": "contraindication", "therapy": "T2"},
        {"reason": "inconvenience"},
    ]
    data["injections"][0]["relief_percent"] = [Decimal("49.9"), 80]
    data["injections"][0]["source"] = both
    return data
