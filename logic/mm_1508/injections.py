"""D.I.B.7 and D.I.B.10 of MM-1508: diagnostic blocks and therapeutic injections.

Events are counted, not entries. The entries of one day that bear on the line, and have the purpose
in question or state none, are one *occasion*; its details are what all of them say together. A
requirement that they answer both ways leaves the occasion contested. From the facts of the
injections follow the statuses of the two clauses.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    contrast_enhanced,
    entry_date,
    entry_side,
    image_guided,
    injection,
    injection_agent,
    injection_outcome,
    injection_purpose,
    intra_articular,
    line,
    parameter,
    reading,
    record_complete,
    relief,
    relief_lasted,
    relief_up_to,
    revises,
    undated,
)
from clausewise.logic.language.notation import Section, count, relation, variables
from clausewise.logic.mm_1508.entries import counts, side_unknown, usable

A, B, C, D, E, E2, K, M, N, P, Q, R, S, V, X = variables("A B C D E E2 K M N P Q R S V X")

OCCASIONS = Section("C.injections", "Definitions: occasions")
DIAGNOSTIC_BLOCKS = Section("D.I.B.7", "Diagnostic blocks")
THERAPEUTIC_INJECTIONS = Section("D.I.B.10", "Therapeutic injections")

BLOCK, TRIAL = "diagnostic", "therapeutic"
ROLES = (BLOCK, TRIAL)
OF_LINE, OF_ANY = "of_line", "of_line_or_unsided"
"""Which entries an occasion is judged by: those of the line, or on a day that has entries without
a side, those as well."""

AGENTS = ("anesthetic", "steroid")
_TECHNIQUE = ("purpose", "intra_articular", "image_guided", "contrast", "anesthetic")
AIMS = {
    "technical": (BLOCK, _TECHNIQUE),
    "relieving": (BLOCK, (*_TECHNIQUE, "relief", "lasted")),
    "failed": (TRIAL, ("purpose", "intra_articular", "steroid", "outcome")),
}
"""What an occasion can be, with the purpose it needs and all that is required of it."""

# --- the same injection entered twice ---------------------------------------------------------

comparable = relation("comparable", "entry other", "two injections of one side and day")
range_of_relief = relation("range_of_relief", "entry", "the relief is given as a range")
differs = relation("differs", "entry other", "it says something that the other does not say")
repeats = relation("repeats", "entry other", "it says nothing that the other does not say as well")
copy = relation("copy", "entry", "another entry says all that this one says", against=True)
bearing_injection = relation("bearing_injection", "line entry", "an injection of the line")
unsided_injection = relation(
    "unsided_injection", "line entry", "an injection that may be of the line"
)

with OCCASIONS.clause(
    "C.copies",
    "an injection that is entered twice is one injection",
    kind="definition",
    published=False,
):
    one, of_one_side = injection(E) & entry_side(E, S), injection(E2) & entry_side(E2, S)
    comparable(E, E2) <= one & entry_date(E, D) & entry_date(E2, D) & of_one_side
    comparable(E, E2) <= one & undated(E) & undated(E2) & of_one_side
    for detail in (
        injection_purpose,
        injection_agent,
        intra_articular,
        image_guided,
        contrast_enhanced,
        relief,
        relief_up_to,
        relief_lasted,
        injection_outcome,
    ):
        differs(E, E2) <= detail(E, V) & comparable(E, E2) & ~detail(E2, V)
    # A range does not say what its lower bound alone would say.
    range_of_relief(E) <= relief_up_to(E, V)
    told = relief(E, V) & ~range_of_relief(E)
    differs(E, E2) <= told & comparable(E, E2) & range_of_relief(E2)
    differs(E, E2) <= revises(E) & comparable(E, E2) & ~revises(E2)
    alike = comparable(E, E2) & usable(E2) & ~differs(E, E2)
    repeats(E, E2) <= alike & differs(E2, E)
    repeats(E, E2) <= alike & (E2 < E)
    copy(E) <= repeats(E, E2)
    bearing_injection(L, E) <= injection(E) & counts(L, E) & usable(E) & ~copy(E)
    unsided_injection(L, E) <= side_unknown(L, E) & injection(E) & usable(E) & ~copy(E)

# --- occasions --------------------------------------------------------------------------------

purpose_known = relation("purpose_known", "entry", "a purpose of the injection is documented")
agent_known = relation("agent_known", "entry", "an agent of the injection is documented")
combined_day = relation("combined_day", "line day", "both purposes are stated for this day")
combined_entry = relation("combined_entry", "entry", "both purposes are stated in the entry")
no_role = relation("no_role", "role", "a combined injection is read as not having this role")
in_role = relation("in_role", "role entry", "it states this purpose, or none")
member = relation("member", "judged_by role line day entry", "an entry of the occasion")
of_line = relation("of_line", "role line day entry", "an entry of the line's side, of that day")
unsided_member = relation(
    "unsided_member", "role line day entry", "an entry of that day whose side is unknown"
)
occasion = relation("occasion", "judged_by role line day", "a day with injections of the line")
joined = relation("joined", "role line day", "a day with injections whose side is unknown")
as_told = relation("as_told", "judged_by role line day", "by all that may be of that day")
undated_occasion = relation("undated_occasion", "role line entry", "it may be an occasion")
says = relation("says", "entry requirement answer", "what the entry says of a requirement")
speaks_of = relation("speaks_of", "entry requirement", "the entry speaks of a requirement")
revised_detail = relation(
    "revised_detail", "judged_by role line day requirement", "an entry of the occasion revises this"
)
affirmed = relation("affirmed", "judged_by role line day requirement", "the occasion says yes")
negated = relation("negated", "judged_by role line day requirement", "the occasion says no")

with OCCASIONS.clause(
    "C.occasions",
    "the entries of one day that bear on the line are one occasion; its details are what all of "
    "them say together",
    kind="definition",
    published=False,
):
    purpose_known(E) <= injection_purpose(E, P)
    agent_known(E) <= injection_agent(E, K)
    combined_day(L, D) <= (
        bearing_injection(L, E)
        & injection_purpose(E, BLOCK)
        & entry_date(E, D)
        & entry_date(E2, D)
        & bearing_injection(L, E2)
        & injection_purpose(E2, TRIAL)
    )
    combined_entry(E) <= injection_purpose(E, BLOCK) & injection_purpose(E, TRIAL)
    no_role(BLOCK) <= reading("combined_injection", "steroid_only")
    no_role(TRIAL) <= reading("combined_injection", "block_only")
    for role in ROLES:
        in_role(role, E) <= injection_purpose(E, role)
        in_role(role, E) <= injection(E) & ~purpose_known(E)
    for found, entries in ((of_line, bearing_injection), (unsided_member, unsided_injection)):
        dated = entries(L, E) & entry_date(E, D) & in_role(R, E)
        found(R, L, D, E) <= dated & ~no_role(R)
        found(R, L, D, E) <= dated & ~combined_day(L, D)
        may_be_dated = entries(L, E) & undated(E) & in_role(R, E)
        undated_occasion(R, L, E) <= may_be_dated & ~no_role(R)
        undated_occasion(R, L, E) <= may_be_dated & ~combined_entry(E)
    joined(R, L, D) <= unsided_member(R, L, D, E)
    member(OF_LINE, R, L, D, E) <= of_line(R, L, D, E)
    member(OF_ANY, R, L, D, E) <= joined(R, L, D) & of_line(R, L, D, E)
    member(OF_ANY, R, L, D, E) <= unsided_member(R, L, D, E)
    occasion(B, R, L, D) <= member(B, R, L, D, E)
    as_told(OF_LINE, R, L, D) <= occasion(OF_LINE, R, L, D) & ~joined(R, L, D)
    as_told(OF_ANY, R, L, D) <= joined(R, L, D)

    least = parameter("minimum_block_relief", M)
    says(E, "intra_articular", A) <= intra_articular(E, A)
    says(E, "image_guided", A) <= image_guided(E, A)
    says(E, "contrast", A) <= contrast_enhanced(E, A)
    says(E, "relief", "yes") <= relief(E, V) & least & (V >= M)
    says(E, "relief", "no") <= relief_up_to(E, V) & least & (V < M)
    says(E, "relief", "no") <= relief(E, V) & ~range_of_relief(E) & least & (V < M)
    says(E, "lasted", A) <= relief_lasted(E, A)
    says(E, "outcome", "yes") <= injection_outcome(E, "failed")
    says(E, "outcome", "no") <= injection_outcome(E, "relief")
    says(E, "anesthetic", "yes") <= injection_agent(E, "local_anesthetic")
    says(E, "steroid", "yes") <= injection_agent(E, "corticosteroid")
    for requirement, detail in (
        ("intra_articular", intra_articular),
        ("image_guided", image_guided),
        ("contrast", contrast_enhanced),
        ("relief", relief),
        ("lasted", relief_lasted),
        ("outcome", injection_outcome),
    ):
        speaks_of(E, requirement) <= detail(E, V)
    speaks_of(E, "anesthetic") <= agent_known(E)
    speaks_of(E, "steroid") <= agent_known(E)

    revised_detail(B, R, L, D, Q) <= revises(E) & member(B, R, L, D, E) & speaks_of(E, Q)
    affirmed(B, R, L, D, "purpose") <= member(B, R, L, D, E) & injection_purpose(E, R)
    for answer, says_so in ((affirmed, says(E, Q, "yes")), (negated, says(E, Q, "no"))):
        answer(B, R, L, D, Q) <= member(B, R, L, D, E) & says_so & ~revised_detail(B, R, L, D, Q)
        answer(B, R, L, D, Q) <= revises(E) & member(B, R, L, D, E) & says_so
    # One more agent contradicts none: the agents are the list of what all entries name.
    for agent in AGENTS:
        negated(B, R, L, D, agent) <= (
            member(B, R, L, D, E) & agent_known(E) & ~affirmed(B, R, L, D, agent)
        )

required = relation("required", "aim role requirement", "what an occasion of this aim needs")
needs = relation("needs", "aim role", "the purpose that an occasion of this aim needs")
lacking = relation("lacking", "judged_by aim line day", "some requirement is not answered with yes")
meets = relation("meets", "judged_by aim line day", "the occasion answers all that is required")
refuted = relation("refuted", "judged_by aim line day", "some requirement is answered with no")
unmet = relation("unmet", "judged_by aim line day", "some requirement is answered with no alone")
split = relation("split", "judged_by aim line day", "some requirement is answered both ways")
qualifies = relation("qualifies", "aim line day", "the occasion qualifies")
claimed = relation("claimed", "aim line day", "the occasion qualifies, though that be contested")
might_qualify = relation("might_qualify", "aim line day", "the occasion does not fail")
failed_attempt = relation(
    "failed_attempt", "aim line day", "an occasion of the purpose that cannot qualify"
)
undated_fails = relation("undated_fails", "aim entry", "it cannot qualify")
undated_might = relation("undated_might", "aim line entry", "an undated injection might qualify")

with OCCASIONS.clause(
    "C.qualifying",
    "an occasion qualifies when all that is required of it is documented and nothing contradicts "
    "that; what contradicts itself leaves it contested",
    kind="definition",
    published=False,
):
    for aim, (role, requirements) in AIMS.items():
        for requirement in requirements:
            +required(aim, role, requirement)
        +needs(aim, role)
    yes, no = affirmed(B, R, L, D, Q), negated(B, R, L, D, Q)
    lacking(B, X, L, D) <= required(X, R, Q) & occasion(B, R, L, D) & ~yes
    refuted(B, X, L, D) <= required(X, R, Q) & no
    unmet(B, X, L, D) <= required(X, R, Q) & no & ~yes
    meets(B, X, L, D) <= (
        needs(X, R) & occasion(B, R, L, D) & ~refuted(B, X, L, D) & ~lacking(B, X, L, D)
    )
    split(B, X, L, D) <= refuted(B, X, L, D) & ~unmet(B, X, L, D)
    meets_alone, meets_joined = meets(OF_LINE, X, L, D), meets(OF_ANY, X, L, D)
    qualifies(X, L, D) <= meets_alone & needs(X, R) & ~joined(R, L, D)
    qualifies(X, L, D) <= meets_alone & meets_joined
    might_qualify(X, L, D) <= (needs(X, R) & occasion(OF_LINE, R, L, D) & ~unmet(OF_LINE, X, L, D))
    might_qualify(X, L, D) <= (
        needs(X, R) & joined(R, L, D) & ~occasion(OF_LINE, R, L, D) & ~unmet(OF_ANY, X, L, D)
    )
    failed_attempt(X, L, D) <= (
        needs(X, R) & affirmed(OF_LINE, R, L, D, "purpose") & unmet(OF_LINE, X, L, D)
    )
    undated_fails(X, E) <= undated(E) & required(X, R, Q) & says(E, Q, "no")
    for agent in AGENTS:
        undated_fails(X, E) <= (
            undated(E) & agent_known(E) & ~says(E, agent, "yes") & required(X, R, agent)
        )
    undated_might(X, L, E) <= needs(X, R) & undated_occasion(R, L, E) & ~undated_fails(X, E)
    claimed(X, L, D) <= meets_alone
    claimed(X, L, D) <= split(OF_LINE, X, L, D)

# --- how many ---------------------------------------------------------------------------------

last_attempt = relation("last_attempt", "aim line", "what is documented is all there is")
enough = relation("enough", "aim line", "as many occasions qualify as are needed")
disputed = relation("disputed", "aim line", "only contested occasions make it enough")
too_few = relation("too_few", "aim line", "even with all that might qualify there are too few")


def _write_count(aim: str, minimum: str) -> None:
    """The rules that count the occasions of an aim; ``minimum`` is a parameter.

    Read so that as many attempts as are needed are all that are made, one that failed leaves too
    few; so a further good one, if there is room for it, never makes anything worse.
    """
    needed = parameter(minimum, M)
    last_attempt(aim, L) <= record_complete("injections") & line(L)
    last_attempt(aim, L) <= reading("attempts", "two_are_all") & failed_attempt(aim, L, D)
    enough(aim, L) <= line(L) & count(N, qualifies(aim, L, D)) & needed & (N >= M)
    disputed(aim, L) <= line(L) & ~enough(aim, L) & count(N, claimed(aim, L, D)) & needed & (N >= M)
    too_few(aim, L) <= (
        last_attempt(aim, L)
        & count(N, might_qualify(aim, L, D))
        & count(C, undated_might(aim, L, E))
        & needed
        & (N + C < M)
    )


# --- D.I.B.7 ----------------------------------------------------------------------------------

any_relief = relation("any_relief", "line", "an occasion brought the relief")
disputed_relief = relation("disputed_relief", "line", "only contested occasions brought the relief")
every_attempt_failed = relation(
    "every_attempt_failed", "line", "no further occasion can bring the relief"
)
no_relief = relation("no_relief", "line", "no occasion can have brought the relief")
blocks_met = relation("blocks_met", "line", "the blocks are as required")
blocks_disputed = relation("blocks_disputed", "line", "contested blocks would be as required")
blocks_not_met = relation("blocks_not_met", "line", "the blocks cannot be as required")
failed_block = relation("failed_block", "line", "a qualifying block without relief disqualifies")
doubtful_block = relation("doubtful_block", "line", "a block that may be of that kind")
failed_on = relation("failed_on", "judged_by line day", "a qualifying technique without relief")

with leaf(
    DIAGNOSTIC_BLOCKS,
    "D.I.B.7",
    "two image-guided contrast blocks of the joint with local anesthetic, on different days, "
    "each with at least 50 % relief for as long as the anesthetic lasts",
    name="diagnostic blocks",
    question="Which diagnostic blocks were done: date, side, into the joint, image guidance, "
    "contrast, agents, relief in percent, and did it last as expected?",
):
    each_one = reading("block_relief", "each_occasion")
    any_one = reading("block_relief", "any_occasion")
    _write_count("relieving", "minimum_blocks")
    _write_count("technical", "minimum_blocks")
    any_relief(L) <= qualifies("relieving", L, D)
    disputed_relief(L) <= claimed("relieving", L, D) & ~any_relief(L)
    every_attempt_failed(L) <= record_complete("injections") & line(L)
    every_attempt_failed(L) <= (
        reading("attempts", "two_are_all")
        & line(L)
        & count(N, failed_attempt("relieving", L, D))
        & parameter("minimum_blocks", M)
        & (N >= M)
    )
    no_relief(L) <= (
        every_attempt_failed(L)
        & count(N, might_qualify("relieving", L, D))
        & count(C, undated_might("relieving", L, E))
        & (N + C < 1)
    )
    blocks_met(L) <= each_one & enough("relieving", L)
    blocks_met(L) <= any_one & enough("technical", L) & any_relief(L)
    blocks_not_met(L) <= each_one & too_few("relieving", L)
    blocks_not_met(L) <= any_one & too_few("technical", L)
    blocks_not_met(L) <= any_one & no_relief(L)
    blocks_disputed(L) <= each_one & disputed("relieving", L)
    blocks_disputed(L) <= any_one & disputed("technical", L) & ~blocks_not_met(L)
    blocks_disputed(L) <= any_one & disputed_relief(L) & ~blocks_not_met(L)

    disqualifies = reading("failed_block", "disqualifies")
    for basis in (OF_LINE, OF_ANY):
        no_relief_told = disqualifies & negated(basis, BLOCK, L, D, "relief")
        failed_on(basis, L, D) <= no_relief_told & meets(basis, "technical", L, D)
        failed_on(basis, L, D) <= no_relief_told & split(basis, "technical", L, D)
    failed_block(L) <= (
        failed_on(OF_LINE, L, D)
        & meets(OF_LINE, "technical", L, D)
        & ~affirmed(OF_LINE, BLOCK, L, D, "relief")
    )
    doubtful_block(L) <= failed_on(B, L, D) & as_told(B, BLOCK, L, D)
    doubtful_block(L) <= (
        disqualifies
        & undated_occasion(BLOCK, L, E)
        & injection_purpose(E, BLOCK)
        & intra_articular(E, "yes")
        & image_guided(E, "yes")
        & contrast_enhanced(E, "yes")
        & injection_agent(E, "local_anesthetic")
        & says(E, "relief", "no")
    )

    told_met(L, "D.I.B.7") <= doubtful_block(L) & ~failed_block(L) & ~blocks_not_met(L)
    told_met(L, "D.I.B.7") <= blocks_disputed(L) & ~failed_block(L)
    told_met(L, "D.I.B.7") <= blocks_met(L) & ~failed_block(L)
    told_not_met(L, "D.I.B.7") <= blocks_disputed(L)
    told_not_met(L, "D.I.B.7") <= blocks_not_met(L)
    told_not_met(L, "D.I.B.7") <= failed_block(L)
    told_not_met(L, "D.I.B.7") <= doubtful_block(L)

# --- D.I.B.10 ---------------------------------------------------------------------------------

with leaf(
    THERAPEUTIC_INJECTIONS,
    "D.I.B.10",
    "at least two therapeutic corticosteroid injections into the joint failed",
    name="therapeutic injections failed",
    question="Which therapeutic injections were given: date, side, into the joint, agents, and "
    "did they fail?",
):
    _write_count("failed", "minimum_therapeutic_injections")
    told_met(L, "D.I.B.10") <= disputed("failed", L)
    told_met(L, "D.I.B.10") <= enough("failed", L)
    told_not_met(L, "D.I.B.10") <= disputed("failed", L)
    told_not_met(L, "D.I.B.10") <= too_few("failed", L)
