"""What codings mean here: the rows of the code tables, and the names of case files as codes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from clausewise.facts.case.model import (
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
    Visit,
)
from clausewise.facts.fhir.elements import Coding
from clausewise.facts.fhir.forms import CONTEXTS, PLACES
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.codes import LOCAL, row_of, system_name
from clausewise.facts.vocabulary.words import VOCABULARY

_LEVEL_I = re.compile(r"[0-9]{4}[0-9T]\Z", re.ASCII)
_FIELDS = frozenset(
    name
    for model in (Finding, Measurement, Therapy, Injection, ImagingStudy, Visit)
    for name in model.model_fields
)
_LOCAL_NAMES: dict[str, frozenset[str]] = {
    "procedure": frozenset(VOCABULARY.procedures),
    "purpose": frozenset(VOCABULARY.purposes),
    "diagnosis": frozenset(VOCABULARY.diagnoses),
    "finding": frozenset(VOCABULARY.findings),
    "measure": frozenset(VOCABULARY.measures),
    "therapy": frozenset(VOCABULARY.therapies),
    "context": frozenset(CONTEXTS),
    "place": frozenset(PLACES),
    "inability": frozenset(VOCABULARY.inability_reasons),
    "injection": frozenset({"sacroiliac_joint"}),
    "injection_purpose": frozenset(VOCABULARY.injection_purposes),
    "agent": frozenset(VOCABULARY.agents),
    "modality": frozenset(VOCABULARY.modalities),
    "site": frozenset(VOCABULARY.regions) | {"other"},
    "result": frozenset(VOCABULARY.imaging_results),
    "domain": frozenset(VOCABULARY.domains),
    "side": frozenset({"left", "right", "bilateral"}),
    "outcome": frozenset({"failed", "partial", "relief"}),
    "reason": frozenset({"sij_low_back", "other"}),
    "detail": _FIELDS,
    "truth": frozenset({"yes", "no"}),
}
_LOCAL_CODES = frozenset().union(*_LOCAL_NAMES.values())


@dataclass(frozen=True, slots=True)
class Meaning:
    """What codings say of the kinds that were asked for.

    ``names`` are what they mean; ``notes`` what is to be known of codes that were understood;
    ``unknown`` the codes that no row has.
    """

    names: tuple[str, ...]
    notes: tuple[str, ...]
    unknown: tuple[str, ...]

    @property
    def one(self) -> str:
        """The single meaning; empty when there is none, or more than one."""
        return self.names[0] if len(self.names) == 1 else ""

    def why_unused(self) -> str:
        """Why codings without a meaning say nothing of use, as a sentence."""
        if self.notes:
            return "; ".join(self.notes)
        if self.unknown:
            return f"no clause rests on {', '.join(self.unknown)}"
        return "it carries no code that a clause rests on"


def is_local(coding: Coding) -> bool:
    """Whether the coding is a name of ours."""
    return system_name(coding.address) == LOCAL


def has_known_system(coding: Coding) -> bool:
    """Whether the coding is of a code system that has rows here, or of ours."""
    return system_name(coding.address) is not None


def is_cpt(coding: Coding) -> bool:
    """Whether the coding is a code of CPT."""
    return _system(coding) == "CPT"


def _system(coding: Coding) -> str | None:
    """The system of a coding. Numbers are level I of HCPCS, which is CPT."""
    system = system_name(coding.address)
    return "CPT" if system == "HCPCS" and _LEVEL_I.match(coding.code) else system


def meaning(codings: Iterable[Coding], *kinds: str, day: date | None = None) -> Meaning:
    """What the codings mean, of these kinds, on a day."""
    names: dict[str, None] = {}
    notes: dict[str, None] = {}
    unknown: dict[str, None] = {}
    for coding in codings:
        system = _system(coding)
        shown = f"{system or _address(coding)} {printable(coding.code, 40)}"
        if system == LOCAL:
            known = [kind for kind in kinds if coding.code in _LOCAL_NAMES.get(kind, ())]
            if known:
                names.setdefault(coding.code)
            elif coding.code not in _LOCAL_CODES:
                unknown.setdefault(shown)
            continue
        row = row_of(system, coding.code, day) if system is not None else None
        if row is None:
            unknown.setdefault(shown)
            continue
        if not row.valid_on(day):
            notes.setdefault(f"{row.code} is not in use on {day}")
            continue
        for name in row.names(*kinds):
            names.setdefault(name)
        if row.note:
            notes.setdefault(f"{row.code}: {row.note}")
    return Meaning(tuple(names), tuple(notes), tuple(unknown))


def says_something(codings: Iterable[Coding]) -> bool:
    """Whether any of the codings is known, whatever it means."""
    return any(
        coding.code in _LOCAL_CODES
        if (system := _system(coding)) == LOCAL
        else system is not None and row_of(system, coding.code) is not None
        for coding in codings
    )


def _address(coding: Coding) -> str:
    return printable(coding.address, 60) or "a code without a system:"
