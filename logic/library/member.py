"""Clauses about the member: the age at receipt, in whole years."""

from __future__ import annotations

from typing import Unpack

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import line, member_age, parameter
from clausewise.logic.language.notation import ClauseOptions, Section, variables

A, T = variables("A T")


def age_at_least(
    section: Section, label: str, paraphrase: str, minimum: str, **options: Unpack[ClauseOptions]
) -> None:
    """Met when the member is at least so many years old as the parameter ``minimum`` says."""
    with leaf(section, label, paraphrase, **options):
        told_met(L, label) <= line(L) & member_age(A) & parameter(minimum, T) & (A >= T)
        told_not_met(L, label) <= line(L) & member_age(A) & parameter(minimum, T) & (A < T)
