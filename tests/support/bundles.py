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
REVIEW = {"signed": "date", "determination": "choice"}
AGENTS = {"local_anesthetic": (ATC, "N01BB01"), "corticosteroid": (ATC, "H02AB08")}


def coded(system: str, *codes: str | None) -> Data:
    return {"coding": [{"system": system, "code": code} for code in codes if code is not None]}


def local(*names: str) -> Data:
    return coded(LOCAL, *names)


def amount(value: Any, unit: str) -> Data:
    """A number as a Quantity, a list of two as a Range."""
    said = {"system": "http://unitsofmeasure.org", "code": unit}
    if isinstance(value, list):
        low, high = value
        return {"valueRange": {"low": {"value": low} | said, "high": {"value": high} | said}}
    return {"valueQuantity": {"value": value} | said}


class Writer:
    def __init__(self, case: Data) -> None:
        self.case = case
        self.entries: list[Data] = []
        self.left_out: list[str] = []
        """The places of the case that the bundle does not carry."""
        self.patient = {"reference": f"Patient/member-{case['case'].lower()}"}

    def put(self, kind: str, name: str, /, **elements: Any) -> Data:
        resource: Data = {"resourceType": kind, "id": name}
        resource |= {key: value for key, value in elements.items() if value is not None}
        url = f"https://provider.example/fhir/{kind}/{name}"
        self.entries.append({"fullUrl": url, "resource": resource})
        return resource

    def bundle(self) -> Data:
        case, request = self.case, self.case["request"]
        self.put("Patient", self.patient["reference"].split("/")[1], birthDate=self._born())
        self._claim(request)
        for number, document in enumerate(case.get("documents", ())):
            if document.get("received"):
                self.left_out.append(f"documents[{number}].received")
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
        for name, write in (
            ("findings", self._finding),
            ("measurements", self._score),
            ("therapies", self._therapy),
            ("injections", self._injection),
            ("imaging", self._study),
            ("therapy_inability", self._inability),
        ):
            for number, entry in enumerate(case.get(name, ())):
                if entry.get("revises"):
                    self.left_out.append(f"{name}[{number}].revises")
                self._link(write(number, entry), entry, f"{name}[{number}]")
        self._form()
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

    def _form(self) -> None:
        """What no other resource has a place for, as answers to a form."""
        items = []
        if self.case["request"].get("decided"):
            day = {"valueDate": str(self.case["request"]["decided"])}
            decided = {"linkId": "request.decided", "answer": [day]}
            items.append({"linkId": "request", "item": [decided]})
        if self.case.get("review"):
            answers = [
                {
                    "linkId": f"review.{key}",
                    "answer": [_answer(REVIEW.get(key, "string"), value)],
                }
                for key, value in self.case["review"].items()
            ]
            items.append({"linkId": "review", "item": answers})
        if self.case.get("record_complete"):
            domains = [_answer("choice", each) for each in self.case["record_complete"]]
            items.append({"linkId": "record_complete", "answer": domains})
        if items:
            self.put(
                "QuestionnaireResponse",
                "form",
                questionnaire="https://clausewise.example/fhir/Questionnaire/MM-1508",
                status="completed",
                subject=self.patient,
                item=items,
            )

    def _born(self) -> str | None:
        age = self.case.get("member", {}).get("age")
        return (
            None if age is None else f"{int(str(self.case['request']['received'])[:4]) - age}-01-01"
        )

    def _link(self, resource: Data, entry: Data, place: str) -> None:
        """Link the documents of an entry; its one quote becomes a note."""
        said = entry.get("source", [])
        sources = said if isinstance(said, list) else [said]
        for number, source in enumerate(sources):
            at = f"{place}.source[{number}]"
            if isinstance(source, str):
                if len(sources) == 1:
                    resource["note"] = [{"text": source}]
                else:
                    self.left_out.append(at)
                continue
            if "page" in source:
                self.left_out.append(f"{at}.page")
            if source.get("quote"):
                if len(sources) == 1:
                    resource["note"] = [{"text": source["quote"]}]
                else:
                    self.left_out.append(f"{at}.quote")
            for each in self.entries:
                document = each["resource"]
                if document["resourceType"] == "DocumentReference" and document["id"] == source.get(
                    "document"
                ):
                    reference = f"{resource['resourceType']}/{resource['id']}"
                    document["context"]["related"].append({"reference": reference})

    def _claim(self, request: Data) -> None:
        case = self.case
        reasons = [*request.get("diagnoses", ())]
        purposes = request.get("purpose", ())
        for name in [purposes] if isinstance(purposes, str) else purposes:
            if name == "other":  # the name of a diagnosis as well
                self.left_out.append("request.purpose.other")
            else:
                reasons.append(name)
        if request.get("plan"):
            plan = {"type": {"coding": [{"code": "plan"}]}, "value": request["plan"]}
            self.put(
                "Coverage",
                "coverage",
                status="active",
                beneficiary=self.patient,
                payor=[{"display": "Example plan"}],
                **{"class": [plan]},
            )
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

    def _finding(self, number: int, entry: Data) -> Data:
        places = entry.get("radiates_to")
        component = {"code": local("radiates_to")}
        return self.put(
            "Observation",
            f"finding-{number + 1}",
            status="final",
            subject=self.patient,
            category=[local(entry["context"])] if entry.get("context") else None,
            code=local(entry["finding"]),
            bodySite=self._site(entry),
            effectiveDateTime=self._time(entry),
            valueBoolean=entry["present"],
            component=[component | {"valueCodeableConcept": local(*places)}] if places else None,
        )

    def _inability(self, number: int, entry: Data) -> Data:
        kinds = {
            each["resource"]["id"]: each["resource"]["resourceType"]
            for each in self.entries
            if each["resource"]["resourceType"] in ("Procedure", "MedicationStatement")
        }
        therapy = entry.get("therapy")
        return self.put(
            "Observation",
            f"inability-{number + 1}",
            status="final",
            subject=self.patient,
            partOf=[{"reference": f"{kinds[therapy]}/{therapy}"}] if therapy else None,
            code=local(entry["reason"]),
            bodySite=self._site(entry),
            effectiveDateTime=self._time(entry),
            valueBoolean=True,
        )

    def _time(self, entry: Data) -> str | None:
        return f"{entry['date']}T14:30:00-05:00" if entry.get("date") else None

    def _site(self, entry: Data, *codes: str | None) -> Data | None:
        found = [*codes, *([SIDES[entry["side"]]] if entry.get("side") else [])]
        return coded(SNOMED, *found) if found else None

    def _score(self, number: int, entry: Data) -> Data:
        return self.put(
            "Observation",
            f"score-{number + 1}",
            status="final",
            subject=self.patient,
            category=[local(entry["context"])] if entry.get("context") else None,
            code=coded(LOINC, "72514-3"),
            bodySite=self._site(entry, "39723000"),
            effectiveDateTime=self._time(entry),
            **amount(entry["value"], "{score}"),
        )

    def _therapy(self, number: int, entry: Data) -> Data:
        period = {key: str(entry[key]) for key in ("start", "end") if entry.get(key)}
        other = entry.get("for") == "other"
        common: Data = {"subject": self.patient}
        if not other:
            common["reasonCode"] = [local("chronic_sij_pain")]
        identifier = entry.get("id") or f"therapy-{number + 1}"
        resource: Data
        if entry["kind"] == "pharmacotherapy" and not {"side", "for", "outcome"} & set(entry):
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
            site = [local("other")] if other else []
            if entry.get("side"):
                site.append(coded(SNOMED, SIDES[entry["side"]]))
            resource = self.put(
                "Procedure",
                identifier,
                status="in-progress" if entry.get("ongoing") else "completed",
                code=coded(*standard.get(entry["kind"], (LOCAL, entry["kind"]))),
                bodySite=site or None,
                performedPeriod=period or None,
                outcome=coded(SNOMED, outcomes[entry["outcome"]]) if entry.get("outcome") else None,
                **common,
            )
        for detail in ("use", "frequency", "duration"):
            if detail in entry:
                self._detail(identifier, detail, valueString=entry[detail])
        for detail in ("prescription", "follow_up", "completed"):
            if detail in entry:
                self._detail(identifier, detail, valueBoolean=entry[detail])
        return resource

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

    def _injection(self, number: int, entry: Data) -> Data:
        identifier = entry.get("id") or f"injection-{number + 1}"
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
        if "relief_percent" in entry:
            self._detail(identifier, "relief_percent", **amount(entry["relief_percent"], "%"))
        return resource

    def _study(self, number: int, entry: Data) -> Data:
        identifier = entry.get("id") or f"study-{number + 1}"
        if entry["region"] == "lumbar_spine" and entry.get("side"):
            self.left_out.append(f"imaging[{number}].side")  # that region has none
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
        return self.put(
            "DiagnosticReport",
            identifier,
            status="final",
            subject=self.patient,
            code={"coding": codes},
            effectiveDateTime=str(entry["date"]) if entry.get("date") else None,
            result=results or None,
        )


def bundle_of_case(case: Data) -> Data:
    """The case as a collection Bundle for a Claim that asks for it, with a form for the rest."""
    return Writer(case).bundle()


def bundle_and_left_out(case: Data) -> tuple[Data, list[str]]:
    """The bundle of a case, and the places of the case that it does not carry."""
    writer = Writer(case)
    return writer.bundle(), writer.left_out


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
            for each in value if isinstance(value, list) else [value]:
                source = each if isinstance(each, dict) else {"text": each}
                items.append(_filled(links, place, source))
        elif key == "results":
            items += [_answered(links, f"{place}.{name}", shown) for name, shown in value.items()]
        elif key in ("relief_percent", "value") and isinstance(value, list):
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
