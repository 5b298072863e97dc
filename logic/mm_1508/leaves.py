"""Leaf clauses that ask whether a finding is documented present or documented absent.

Both shapes occur in D.I.A, D.I.B and D.II; their rules are written once, here.
"""

from __future__ import annotations

from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    documented_absent,
    documented_present,
    line,
    record_complete,
)
from clausewise.logic.language.notation import Body, Section, relation
from clausewise.logic.mm_1508.definitions import documented, mentioned_by

mentioned = relation("mentioned", "line clause", "some entry speaks for the finding", by_clause=1)


def present(name: str) -> Body:
    """The finding is documented present."""
    return documented(name, documented_present)


def absent(name: str) -> Body:
    """The finding is documented absent."""
    return documented(name, documented_absent)


def present_leaf(
    section: Section, label: str, paraphrase: str, name: str, *, published: bool = True
) -> None:
    """Met when the finding is documented present.

    Not met when it is documented absent, or when the record is complete for findings and is silent.
    """
    with leaf(
        section,
        label,
        paraphrase,
        published=published,
        name=name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        told_met(L, label) <= present(name)
        told_not_met(L, label) <= absent(name)
        mentioned(L, label) <= mentioned_by(name)
        told_not_met(L, label) <= record_complete("findings") & line(L) & ~mentioned(L, label)


def absent_leaf(
    section: Section,
    label: str,
    paraphrase: str,
    name: str,
    *,
    published: bool = True,
    short: str = "",
) -> None:
    """Met only when the finding is documented absent; silence says nothing, even if complete."""
    with leaf(
        section,
        label,
        paraphrase,
        published=published,
        name=short or "no " + name.replace("_", " "),
        question=VOCABULARY.findings[name].question,
    ):
        told_met(L, label) <= absent(name)
        told_not_met(L, label) <= present(name)
