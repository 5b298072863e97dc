"""What entries leave out or leave open, for those who ask: no clause rests on these relations.

The modules of the clauses write their rules, each for its own label.
"""

from __future__ import annotations

from clausewise.logic.language.notation import relation

lacks = relation(
    "lacks", "clause line entry missing", "it does not say this", by_clause=0, against=True
)
left_open = relation(
    "left_open",
    "clause line entry detail",
    "what it says leaves open whether it is as asked",
    by_clause=0,
    against=True,
)
too_old = relation(
    "too_old", "clause line entry", "it is from before the period", by_clause=0, against=True
)
silent = relation(
    "silent", "clause line entry", "the study does not report this", by_clause=0, against=True
)
too_short = relation(
    "too_short", "clause line entry", "it did not last as long as asked", by_clause=0, against=True
)
helped = relation(
    "helped",
    "clause entry detail",
    "it brought relief, so it did not fail",
    by_clause=0,
    against=True,
)
