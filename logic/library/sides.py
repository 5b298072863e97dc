"""Which entries bear on a service line: those of its side, of both, and of kinds without a side.

An entry that lacks the side that its kind needs supports no line.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L
from clausewise.logic.language.input_relations import entry_side, line
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.policy import Role

E, S = variables("E S")

side_counts = relation("side_counts", "line side", "entries of this side bear on the line")
bears = relation("bears", "line entry", "the entry speaks about the line")
side_unknown = relation(
    "side_unknown", "line entry", "it lacks the side that its kind needs", against=True
)
ROLES = {Role.SIDE_UNKNOWN: "side_unknown"}

SIDES = Section("library.sides", "Sides")

with SIDES.clause(
    "library.sides", "which entries bear on a line", kind="definition", published=False
):
    side_counts(L, "not_side_specific") <= line(L)
    side_counts(L, "bilateral") <= line(L)
    side_counts(L, L) <= line(L)
    bears(L, E) <= entry_side(E, S) & side_counts(L, S)
    side_unknown(L, E) <= line(L) & entry_side(E, "unstated")
