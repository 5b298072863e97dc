"""Which entry speaks of a finding, and clauses that ask for one to be present or absent.

Of an examination the latest entries speak, and undated ones; standing diagnoses are only undone by
a later entry that says it revises.
"""

from __future__ import annotations

from typing import Unpack

from clausewise.facts.case.values import nearest
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.faults import fault
from clausewise.logic.language.input_relations import (
    baseline_entry,
    documented_absent,
    documented_present,
    entry_date,
    finding,
    line,
    record_complete,
    revises,
)
from clausewise.logic.language.notation import ClauseOptions, Section, relation, variables
from clausewise.logic.library.days import timely
from clausewise.logic.library.sides import bears, side_unknown

D, D2, E, E2, F, V = variables("D D2 E E2 F V")

examination = relation("examination", "finding", "an examination finding")
bearing = relation("bearing", "line finding entry", "the entry speaks of the finding")
superseded = relation(
    "superseded", "line finding entry", "a later entry takes its place", against=True
)
finding_says = relation("finding_says", "entry value", "what the entry says of its finding")
told = relation("told", "line finding value", "the record says so of the finding")
doubted = relation("doubted", "line finding value", "an entry without its side says so")
mentioned = relation("mentioned", "line finding", "the record speaks of the finding")

FINDINGS = Section("library.findings", "Findings")

with FINDINGS.clause(
    "library.findings", "which entries speak of a finding", kind="definition", published=False
):
    for name, each in VOCABULARY.findings.items():
        if each.examination:
            +examination(name)
    found = finding(E, F) & timely(E)
    bearing(L, F, E) <= found & ~examination(F) & bears(L, E)
    bearing(L, F, E) <= found & examination(F) & bears(L, E) & baseline_entry(E)
    finding_says(E, "present") <= documented_present(E)
    finding_says(E, "absent") <= documented_absent(E)
    other = bearing(L, F, E) & bearing(L, F, E2) & E2.is_not(E)
    later = entry_date(E, D) & entry_date(E2, D2) & (D2 > D)
    superseded(L, F, E) <= other & examination(F) & later
    superseded(L, F, E) <= other & ~examination(F) & revises(E2) & later
    told(L, F, V) <= bearing(L, F, E) & ~superseded(L, F, E) & finding_says(E, V)
    doubted(L, F, V) <= found & side_unknown(L, E) & finding_says(E, V)
    mentioned(L, F) <= told(L, F, V)
    mentioned(L, F) <= doubted(L, F, V)


def present(
    section: Section, label: str, paraphrase: str, word: str, **options: Unpack[ClauseOptions]
) -> None:
    """Met when the finding is documented present.

    Not met when it is documented absent, or when the record is complete for findings and silent.
    """
    with leaf(section, label, paraphrase, **_named(word, word, options)):
        _is_known(word)
        told_met(L, label) <= told(L, word, "present")
        told_not_met(L, label) <= told(L, word, "absent")
        told_not_met(L, label) <= doubted(L, word, "absent") & told(L, word, "present")
        told_not_met(L, label) <= record_complete("findings") & line(L) & ~mentioned(L, word)


def absent(
    section: Section, label: str, paraphrase: str, word: str, **options: Unpack[ClauseOptions]
) -> None:
    """Met only when the finding is documented absent; silence says nothing, even if complete."""
    with leaf(section, label, paraphrase, **_named(f"no {word}", word, options)):
        _is_known(word)
        told_met(L, label) <= told(L, word, "absent")
        told_not_met(L, label) <= told(L, word, "present")
        told_not_met(L, label) <= doubted(L, word, "present") & told(L, word, "absent")


def _is_known(name: str) -> None:
    if name not in VOCABULARY.findings:
        fault(f"{name!r} is not a finding{nearest(name, VOCABULARY.findings)}")


def _named(called: str, name: str, options: ClauseOptions) -> ClauseOptions:
    """The options with a name and a question where the author gave none."""
    found = options.copy()
    found.setdefault("name", in_words(called))
    if name in VOCABULARY.findings:
        found.setdefault("question", VOCABULARY.findings[name].question)
    return found
