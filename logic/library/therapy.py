"""How long conservative care lasted, in one episode or from the first to the last of several.

An episode that goes on is documented up to the cut-off. A number of months is reached by the fewest
days that so many months in a row have.
"""

from __future__ import annotations

from typing import Unpack

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    line,
    parameter,
    reading,
    record_complete,
    shortest_months,
    therapy,
    therapy_end,
    therapy_end_unknown,
    therapy_for_joint,
    therapy_ongoing,
    therapy_start,
    therapy_start_unknown,
)
from clausewise.logic.language.notation import ClauseOptions, Section, relation, variables
from clausewise.logic.library.days import cut_off, timely
from clausewise.logic.library.reasons import lacks, too_short
from clausewise.logic.library.sides import bears

C, D, D2, E, E2, F, K, M, N = variables("C D D2 E E2 F K M N")

cared = relation("cared", "clause line entry", "an episode of care that counts", by_clause=0)
lasted = relation("lasted", "clause line entry day end", "its first and last day", by_clause=0)
enough = relation("enough", "clause line", "the care lasted long enough", by_clause=0)
open_episode = relation("open_episode", "clause line", "a day of some care is open", by_clause=0)

LONGEST, SPAN = "one_episode", "first_to_last"
"""The values of the reading that says what is as long as asked for."""


def months_of_care(
    section: Section,
    label: str,
    paraphrase: str,
    minimum: str,
    counted: str,
    **options: Unpack[ClauseOptions],
) -> None:
    """Met by conservative care of at least the parameter ``minimum``, in months.

    ``counted`` names the reading with the values ``one_episode`` and ``first_to_last``. Not met
    when the record is complete for therapies, no day of them is open, and the care was shorter.
    """
    with leaf(section, label, paraphrase, **options):
        cared(label, L, E) <= therapy(E, K) & therapy_for_joint(E) & timely(E) & bears(L, E)
        own = cared(label, L, E)
        begun = own & therapy_start(E, D) & cut_off(C)
        lasted(label, L, E, D, F) <= begun & therapy_end(E, F) & (F <= C)
        lasted(label, L, E, D, C) <= begun & therapy_end(E, F) & (F > C)
        lasted(label, L, E, D, C) <= begun & therapy_ongoing(E)
        days = parameter(minimum, M) & shortest_months(M, N)
        enough(label, L) <= (
            reading(counted, LONGEST) & lasted(label, L, E, D, F) & days & (F + 1 >= D + N)
        )
        enough(label, L) <= (
            reading(counted, SPAN)
            & lasted(label, L, E, D, C)
            & lasted(label, L, E2, D2, F)
            & days
            & (F + 1 >= D + N)
        )
        open_episode(label, L) <= own & therapy_start_unknown(E)
        open_episode(label, L) <= own & therapy_end_unknown(E)
        told_met(L, label) <= enough(label, L)
        told_not_met(L, label) <= (
            record_complete("therapies") & line(L) & ~enough(label, L) & ~open_episode(label, L)
        )
        too_short(label, L, E) <= (
            reading(counted, LONGEST) & lasted(label, L, E, D, F) & days & (F + 1 < D + N)
        )
        lacks(label, L, E, "start") <= own & therapy_start_unknown(E)
        lacks(label, L, E, "end") <= own & therapy_end_unknown(E)
