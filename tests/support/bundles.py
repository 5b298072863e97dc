"""Case files as FHIR: a bundle of native resources, and a filled form. For tests and examples.

Written apart from the reader: it knows FHIR and the code systems, and nothing of how they are read.
``python -m tests.support.bundles`` writes the example bundles of ``facts/bundles`` anew.
"""

from __future__ import annotations

import json
from typing import Any

from clausewise.facts.case.editing import plain_data
from clausewise.facts.case.validation import load_case
from tests.support.places import ROOT

Data = dict[str, Any]
EXAMPLES = (
    "pa-1001",
    "pa-1002",
    "pa-1003",
    "pa-1004",
    "pa-1005",
    "pa-1007",
    "pa-1010",
    "pa-1011",
    "pa-1013",
)

LOCAL = "https://clausewise.example/fhir/CodeSystem/case-names"
CPT = "http://www.ama-assn.org/go/cpt"
SNOMED = "http://snomed.info/sct"
LOINC = "http://loinc.org"
ATC = "http://www.whocc.no/atc"
SIDES = {"left": "7771000", "right": "24028007", "bilateral": "51440002"}
MODIFIERS = {"left": ["LT"], "right": ["RT"], "bilateral": ["50"]}
STUDIES = {
    ("radiograph", "sacroiliac_joint"): (CPT, "72202"),
    ("mri", "sacroiliac_joint"): (LOINC, "36031-3"),
    ("radiograph", "hip"): (CPT, "73502"),
    ("mri", "lumbar_spine"): (LOINC, "24968-0"),
    ("ct", "lumbar_spine"): (LOINC, "24963-1"),
}
PROCEDURES = {"percutaneous_sij_fusion": "27279", "open_sij_fusion": "27280"}
AGENTS = {"local_anesthetic": (ATC, "N01BB01"), "corticosteroid": (ATC, "H02AB08")}


def coded(system: str, *codes: str | None) -> Data:
    return {"coding": [{"system": system, "code": code} for code in codes if code is not None]}


def local(*names: str) -> Data:
    return coded(LOCAL, *names)


class Writer:
    def __init__(self, case: Data) -> None:
        self.case = case
        self.entries: list[Data] = []
        self.patient = {"reference": f"Patient/member-{case['case'].lower()}"}

    def put(self, kind: str, name: str, /, **elements: Any) -> Data:
        resource: Data = {"resourceType": kind, "id": name}
        resource |= {key: value for key, value in elements.items() if value is not None}
        url = f"https://provider.example/fhir/{kind}/{name}"
        self.entries.append({"fullUrl": url, "resource": resource})
        return resource

    def bundle(self) -> Data:
        case, request = self.case, self.case["request"]
        self.put("Patient", self.patient["reference"].split("/")[1], birthDate="1974-01-05")
        self._claim(request)
        for document in case.get("documents", ()):
            self.put(
                "DocumentReference",
                document["id"],
                status="current",
                subject=self.patient,
                description=document.get("title"),
                date=f"{document['date']}T09:00:00-05:00" if document.get("date") else None,
                author=[{"display": document["author"]}] if document.get("author") else None,
                content=[{"attachment": {"contentType": "application/pdf"}}],
                context={"related": []},
            )
        for number, entry in enumerate(case.get("findings", ()), 1):
            self._link(self._observation(f"finding-{number}", entry, entry["finding"]), entry)
        for number, entry in enumerate(case.get("measurements", ()), 1):
            self._score(f"score-{number}", entry)
        for entry in case.get("therapies", ()):
            self._therapy(entry)
        for entry in case.get("injections", ()):
            self._injection(entry)
        for entry in case.get("imaging", ()):
            self._study(entry)
        for each in self.entries:
            resource = each["resource"]
            if resource.get("context") == {"related": []}:
                del resource["context"]
        return {
            "resourceType": "Bundle",
            "type": "collection",
            "timestamp": f"{request['received']}T10:00:00-05:00",
            "entry": self.entries,
        }

    def _link(self, resource: Data, entry: Data) -> None:
        source = entry.get("source")
        if not isinstance(source, dict):
            return
        for each in self.entries:
            document = each["resource"]
            if document["resourceType"] == "DocumentReference" and document["id"] == source.get(
                "document"
            ):
                reference = f"{resource['resourceType']}/{resource['id']}"
                document["context"]["related"].append({"reference": reference})
        if source.get("quote"):
            resource["note"] = [{"text": source["quote"]}]

    def _claim(self, request: Data) -> None:
        case = self.case
        reasons = [*request.get("diagnoses", ())]
        if request.get("purpose"):
            reasons.append(request["purpose"])
        code = PROCEDURES.get(request["procedure"], request["procedure"])
        self.put(
            "Claim",
            f"claim-{case['case'].lower()}",
            identifier=[{"system": "https://provider.example/requests", "value": case["case"]}],
            status="active",
            type=coded("http://terminology.hl7.org/CodeSystem/claim-type", "professional"),
            use="preauthorization",
            patient=self.patient,
            created=str(request["received"]),
            insurer={"display": "Example plan"},
            provider={"display": "Example Spine Clinic"},
            priority=coded("http://terminology.hl7.org/CodeSystem/processpriority", "normal"),
            insurance=[{"sequence": 1, "focal": True, "coverage": {"display": "Arkansas PASSE"}}],
            diagnosis=[
                {"sequence": number, "diagnosisCodeableConcept": local(name)}
                for number, name in enumerate(reasons, 1)
            ]
            or None,
            item=[
                {
                    "sequence": 1,
                    "productOrService": coded(CPT, code),
                    "modifier": [coded(CPT, each) for each in MODIFIERS[request["side"]]],
                    "servicedDate": str(request["planned_service_date"])
                    if request.get("planned_service_date")
                    else None,
                }
            ],
        )
        item = self.entries[-1]["resource"]["item"][0]
        if item["servicedDate"] is None:
            del item["servicedDate"]

    def _observation(self, identifier: str, entry: Data, name: str) -> Data:
        return self.put(
            "Observation",
            identifier,
            status="final",
            subject=self.patient,
            code=local(name),
            bodySite=self._site(entry),
            effectiveDateTime=self._time(entry),
            valueBoolean=entry["present"],
        )

    def _time(self, entry: Data) -> str | None:
        return f"{entry['date']}T14:30:00-05:00" if entry.get("date") else None

    def _site(self, entry: Data, *codes: str | None) -> Data | None:
        found = [*codes, *([SIDES[entry["side"]]] if entry.get("side") else [])]
        return coded(SNOMED, *found) if found else None

    def _score(self, identifier: str, entry: Data) -> None:
        resource = self.put(
            "Observation",
            identifier,
            status="final",
            subject=self.patient,
            code=coded(LOINC, "72514-3"),
            bodySite=self._site(entry, "39723000"),
            effectiveDateTime=self._time(entry),
            valueQuantity={
                "value": entry["value"],
                "system": "http://unitsofmeasure.org",
                "code": "{score}",
            },
        )
        self._link(resource, entry)

    def _therapy(self, entry: Data) -> None:
        period = {key: str(entry[key]) for key in ("start", "end") if entry.get(key)}
        status = "in-progress" if entry.get("ongoing") else "completed"
        common = {"subject": self.patient, "reasonCode": [local("chronic_sij_pain")]}
        identifier = entry.get("id") or "therapy"
        resource: Data
        if entry["kind"] == "pharmacotherapy":
            resource = self.put(
                "MedicationStatement",
                identifier,
                status="active" if entry.get("ongoing") else "completed",
                medicationCodeableConcept=coded(ATC, "M01AE02"),
                effectivePeriod=period or None,
                **common,
            )
        else:
            standard = {"physical_therapy": (CPT, "97110"), "chiropractic": (CPT, "98941")}
            outcomes = {"failed": "385671000", "relief": "385669000", "partial": "385670004"}
            resource = self.put(
                "Procedure",
                identifier,
                status=status,
                code=coded(*standard.get(entry["kind"], (LOCAL, entry["kind"]))),
                performedPeriod=period or None,
                outcome=coded(SNOMED, outcomes[entry["outcome"]]) if entry.get("outcome") else None,
                **common,
            )
        self._link(resource, entry)
        for detail in ("use", "frequency", "duration"):
            if detail in entry:
                self._detail(identifier, detail, valueString=entry[detail])
        for detail in ("prescription", "follow_up", "completed"):
            if detail in entry:
                self._detail(identifier, detail, valueBoolean=entry[detail])

    def _detail(self, procedure: str, name: str, **value: Any) -> None:
        self.put(
            "Observation",
            f"{procedure}-{name.replace('_', '-')}",
            status="final",
            subject=self.patient,
            partOf=[{"reference": f"Procedure/{procedure}"}],
            code=local(name),
            **value,
        )

    def _injection(self, entry: Data) -> None:
        identifier = entry["id"]
        guided = entry.get("image_guided")
        resource = self.put(
            "Procedure",
            identifier,
            status="completed",
            subject=self.patient,
            code=coded(CPT, "27096") if guided else local("sacroiliac_joint"),
            performedDateTime=str(entry["date"]) if entry.get("date") else None,
            bodySite=[site] if (site := self._site(entry, "39723000")) else None,
            reasonCode=[local(*entry["purposes"])] if entry.get("purposes") else None,
            outcome=local(entry["outcome"]) if entry.get("outcome") else None,
        )
        self._link(resource, entry)
        for number, agent in enumerate(entry.get("agents", ()), 1):
            self.put(
                "MedicationAdministration",
                f"{identifier}-agent-{number}",
                status="completed",
                subject=self.patient,
                partOf=[{"reference": f"Procedure/{identifier}"}],
                medicationCodeableConcept=coded(*AGENTS.get(agent, (LOCAL, agent))),
                effectiveDateTime=str(entry["date"]) if entry.get("date") else "2026-01-01",
            )
        for name in ("intra_articular", "contrast", "relief_lasted_expected"):
            if name in entry:
                self._detail(identifier, name, valueBoolean=entry[name])
        if guided is False:
            self._detail(identifier, "image_guided", valueBoolean=False)
        relief = entry.get("relief_percent")
        if isinstance(relief, list):
            low, high = relief
            self._detail(
                identifier,
                "relief_percent",
                valueRange={"low": {"value": low}, "high": {"value": high}},
            )
        elif relief is not None:
            self._detail(
                identifier,
                "relief_percent",
                valueQuantity={
                    "value": relief,
                    "unit": "%",
                    "system": "http://unitsofmeasure.org",
                    "code": "%",
                },
            )

    def _study(self, entry: Data) -> None:
        identifier = entry["id"]
        results = []
        for name, shown in entry.get("results", {}).items():
            result = f"{identifier}-{name.replace('_', '-')}"
            self.put(
                "Observation",
                result,
                status="final",
                subject=self.patient,
                code=local(name),
                valueBoolean=shown,
            )
            results.append({"reference": f"Observation/{result}"})
        system, code = STUDIES.get((entry["modality"], entry["region"]), (LOCAL, entry["modality"]))
        codes = [{"system": system, "code": code}]
        if system == LOCAL:
            codes.append({"system": LOCAL, "code": entry["region"]})
        if entry.get("side"):
            codes.append({"system": SNOMED, "code": SIDES[entry["side"]]})
        resource = self.put(
            "DiagnosticReport",
            identifier,
            status="final",
            subject=self.patient,
            code={"coding": codes},
            effectiveDateTime=str(entry["date"]) if entry.get("date") else None,
            result=results or None,
        )
        self._link(resource, entry)


def bundle_of_case(case: Data) -> Data:
    """The case as a collection Bundle of native resources, for a Claim that asks for it."""
    return Writer(case).bundle()


# --- a filled form ----------------------------------------------------------------------------


def response_of_case(case: Data, questionnaire: Data) -> Data:
    """The form filled with what the case says; raises KeyError for what the form does not ask."""
    links = dict(_types(questionnaire["item"]))
    items = [_answered(links, "case", case["case"])]
    for part in ("request", "member", "review"):
        if part in case:
            items += [_filled(links, part, case[part])]
    for name, key in (("findings", "finding"), ("measurements", "measure"), ("therapies", "kind")):
        for entry in case.get(name, ()):
            rest = {each: value for each, value in entry.items() if each != key}
            items += [_filled(links, f"{name}.{entry[key]}", rest)]
    for name in ("therapy_inability", "injections", "imaging", "documents"):
        items.extend(_filled(links, name, entry) for entry in case.get(name, ()))
    if case.get("record_complete"):
        items.append(_answered(links, "record_complete", case["record_complete"]))
    return {
        "resourceType": "QuestionnaireResponse",
        "questionnaire": questionnaire["url"],
        "status": "completed",
        "item": items,
    }


def _types(items: list[Data]) -> Any:
    for item in items:
        yield item["linkId"], item["type"]
        yield from _types(item.get("item", []))


def _filled(links: Data, link: str, entry: Data) -> Data:
    items = []
    for key, value in entry.items():
        place = f"{link}.{key}"
        if key == "source":
            source = value if isinstance(value, dict) else {"text": value}
            items.append(_filled(links, place, source))
        elif key == "results":
            items += [_answered(links, f"{place}.{name}", shown) for name, shown in value.items()]
        elif key == "relief_percent" and isinstance(value, list):
            items.append(_answered(links, place, value[0]))
            items.append(_answered(links, f"{place}_high", value[1]))
        else:
            items.append(_answered(links, place, value))
    return {"linkId": link, "item": items}


def _answered(links: Data, link: str, value: Any) -> Data:
    kind = links[link]
    values = value if isinstance(value, list) else [value]
    return {"linkId": link, "answer": [_answer(kind, each) for each in values]}


def _answer(kind: str, value: Any) -> Data:
    if kind in ("choice", "open-choice"):
        return {"valueCoding": {"system": LOCAL, "code": value}}
    keys = {"boolean": "valueBoolean", "date": "valueDate", "decimal": "valueDecimal"}
    keys |= {"integer": "valueInteger", "string": "valueString"}
    return {keys[kind]: str(value) if kind in ("date", "string") else value}


def written(value: Data) -> str:
    """The JSON text of an example, with exact numbers."""
    return json.dumps(value, indent=1, default=float) + "\n"


def examples() -> dict[str, str]:
    """The text of each example bundle, by file name."""
    found = {}
    for name in EXAMPLES:
        case = plain_data(load_case(ROOT / "facts" / "cases" / f"{name}.yaml"))
        found[f"{name}.json"] = written(bundle_of_case(case))
    return found


if __name__ == "__main__":
    folder = ROOT / "facts" / "bundles"
    folder.mkdir(exist_ok=True)
    for file_name, text in examples().items():
        (folder / file_name).write_text(text, encoding="utf-8")
