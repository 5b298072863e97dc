"""The days that matter: receipt, from which periods are counted back, and the cut-off.

Evidence counts up to the cut-off, which is the day of the decision or, where none is stated, the
last day on which the request or a listed document was received.
"""

from __future__ import annotations

from clausewise.logic.language.input_relations import (
    cited_document,
    cited_undated,
    day_of_record,
    decided,
    document_received,
    entry_date,
    entry_side,
    planned_service_date,
    received,
    therapy_start,
    therapy_start_unknown,
    undated,
)
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.policy import Role

C, D, D2, E, P, R, S = variables("C D D2 E P R S")

anchor = relation("anchor", "day", "the day of receipt, from which periods are counted back")
arrival = relation("arrival", "day", "the request or a listed document was received")
later_arrival = relation("later_arrival", "day", "something was received later")
decision_stated = relation("decision_stated", "", "the day of the decision is stated")
cut_off = relation("cut_off", "day", "the day up to which evidence counts")
operated_before = relation("operated_before", "day", "the operation was before, or on this day")
counted_day = relation("counted_day", "day", "entries of this day count")
arrived = relation("arrived", "entry", "a source of the entry was received by the cut-off")
timely = relation("timely", "entry", "the entry was known by the cut-off")
dated = relation("dated", "entry day", "the day of an entry; of a therapy its first day")
after_cut_off = relation("after_cut_off", "entry", "it is later than the cut-off", against=True)
after_operation = relation(
    "after_operation", "entry", "it is not from before the operation", against=True
)
not_received = relation("not_received", "entry", "it was not received by the cut-off", against=True)
vouched = relation("vouched", "entry", "a source of the entry may know of its day")
impossible_date = relation(
    "impossible_date", "entry", "it is later than the documents it cites", against=True
)

ROLES = {
    Role.ANCHOR: "anchor",
    Role.CUT_OFF: "cut_off",
    Role.TIMELY: "timely",
    Role.AFTER_CUT_OFF: "after_cut_off",
    Role.NOT_RECEIVED: "not_received",
    Role.AFTER_OPERATION: "after_operation",
    Role.IMPOSSIBLE_DATE: "impossible_date",
}
"""What other parts find in these rules."""

DAYS = Section("library.days", "Days")

with DAYS.clause(
    "library.days",
    "an entry counts when it was known by the cut-off, is from before an operation that has taken "
    "place, and is not later than the documents it cites",
    kind="definition",
    published=False,
):
    anchor(D) <= received(D)
    arrival(D) <= received(D)
    arrival(D) <= document_received(D)
    later_arrival(D) <= arrival(D) & arrival(D2) & (D2 > D)
    decision_stated() <= decided(D)
    cut_off(D) <= decided(D)
    cut_off(D) <= ~decision_stated() & arrival(D) & ~later_arrival(D)
    operated_before(D) <= (
        planned_service_date(P) & cut_off(C) & (P <= C) & day_of_record(D) & (P <= D)
    )
    counted_day(D) <= day_of_record(D) & cut_off(C) & (D <= C) & ~operated_before(D)
    undated_source = cited_undated(E, R) & cut_off(C) & (R <= C)
    dated_source = cited_document(E, R, P) & cut_off(C) & (R <= C)
    arrived(E) <= undated_source
    arrived(E) <= dated_source
    timely(E) <= therapy_start_unknown(E) & arrived(E)
    timely(E) <= undated(E) & arrived(E)
    dated(E, D) <= therapy_start(E, D)
    dated(E, D) <= entry_date(E, D)
    vouched(E) <= dated(E, D) & undated_source
    vouched(E) <= dated(E, D) & dated_source & (D <= P)
    timely(E) <= vouched(E) & dated(E, D) & counted_day(D)
    after_cut_off(E) <= dated(E, D) & cut_off(C) & (D > C)
    after_operation(E) <= dated(E, D) & operated_before(D)
    not_received(E) <= entry_side(E, S) & ~arrived(E)
    impossible_date(E) <= arrived(E) & dated(E, D) & ~vouched(E)
