"""D.I.B.7 and D.I.B.10 of MM-1508: diagnostic blocks and therapeutic injections.

Both count injections in the same way: those that qualify, those that cannot qualify, and those that
might because a detail is undocumented. From the facts of the injections follow the statuses of the
two clauses.
"""

from __future__ import annotations

from clausewise.logic.language.criteria import L, leaf, told_met, told_not_met
from clausewise.logic.language.input_relations import (
    contrast_enhanced,
    entry_date,
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
    undated,
)
from clausewise.logic.language.notation import Section, count, relation, variables
from clausewise.logic.mm_1508.entries import counts

C, D, E, K, M, N, P, R = variables("C D E K M N P R")

DIAGNOSTIC_BLOCKS = Section("D.I.B.7", "Diagnostic blocks")
THERAPEUTIC_INJECTIONS = Section("D.I.B.10", "Therapeutic injections")

# --- D.I.B.7 ----------------------------------------------------------------------------------

purpose_known = relation("purpose_known", "entry", "the purpose of the injection is documented")
agent_known = relation("agent_known", "entry", "an agent of the injection is documented")

counted_injection = relation(
    "counted_injection", "line entry", "an injection on the side and not later than the anchor"
)
block_attempt = relation("block_attempt", "line entry", "a documented diagnostic block")
block_attempt_day = relation("block_attempt_day", "line day", "a day with a diagnostic block")
technical_failure = relation(
    "technical_failure", "line entry", "its technique cannot qualify", against=True
)
technical = relation("technical", "line entry", "its technique qualifies")
relief_failure = relation("relief_failure", "line entry", "its relief cannot qualify", against=True)
relieved = relation("relieved", "line entry", "its relief qualifies")
occasion = relation("occasion", "line entry", "a block that counts as an occasion")
occasion_day = relation("occasion_day", "line day", "a day with a block that counts")
possible_occasion = relation("possible_occasion", "line entry", "a block that might count")
possible_day = relation("possible_day", "line day", "a day with a block that might count")
possible_undated = relation("possible_undated", "line entry", "an undated block that might count")
enough_attempts = relation("enough_attempts", "line", "all blocks that are needed are documented")
relieved_block = relation("relieved_block", "line", "some qualifying block brought the relief")
possible_relieved_block = relation("possible_relieved_block", "line", "some block might have")
disqualifying_block = relation(
    "disqualifying_block", "line", "a qualifying block without the relief disqualifies"
)

with leaf(
    DIAGNOSTIC_BLOCKS,
    "D.I.B.7",
    "two image-guided contrast blocks of the joint with local anesthetic, on two occasions, "
    "each with at least 50 % relief for as long as the anesthetic lasts",
    name="diagnostic blocks",
    question="Which diagnostic blocks were done: date, side, into the joint, image guidance, "
    "contrast, agents, relief in percent, and did it last as expected?",
):
    purpose_known(E) <= injection_purpose(E, P)
    agent_known(E) <= injection_agent(E, K)
    counted_injection(L, E) <= injection(E) & counts(L, E)
    block_attempt(L, E) <= counted_injection(L, E) & injection_purpose(E, "diagnostic")
    block_attempt_day(L, D) <= block_attempt(L, E) & entry_date(E, D)

    technical_failure(L, E) <= (
        purpose_known(E) & ~injection_purpose(E, "diagnostic") & counted_injection(L, E)
    )
    technical_failure(L, E) <= intra_articular(E, "no") & counted_injection(L, E)
    technical_failure(L, E) <= image_guided(E, "no") & counted_injection(L, E)
    technical_failure(L, E) <= contrast_enhanced(E, "no") & counted_injection(L, E)
    technical_failure(L, E) <= (
        agent_known(E) & ~injection_agent(E, "local_anesthetic") & counted_injection(L, E)
    )
    technical(L, E) <= (
        block_attempt(L, E)
        & intra_articular(E, "yes")
        & image_guided(E, "yes")
        & contrast_enhanced(E, "yes")
        & injection_agent(E, "local_anesthetic")
    )
    relief_failure(L, E) <= (
        relief(E, R) & parameter("minimum_block_relief", M) & (R < M) & counted_injection(L, E)
    )
    relief_failure(L, E) <= relief_lasted(E, "no") & counted_injection(L, E)
    relieved(L, E) <= (
        technical(L, E)
        & relief(E, R)
        & parameter("minimum_block_relief", M)
        & (R >= M)
        & relief_lasted(E, "yes")
    )

    occasion(L, E) <= reading("block_relief", "each_occasion") & relieved(L, E)
    occasion(L, E) <= reading("block_relief", "any_occasion") & technical(L, E)
    occasion_day(L, D) <= occasion(L, E) & entry_date(E, D)
    possible_occasion(L, E) <= (
        reading("block_relief", "each_occasion")
        & counted_injection(L, E)
        & ~technical_failure(L, E)
        & ~relief_failure(L, E)
    )
    possible_occasion(L, E) <= (
        reading("block_relief", "any_occasion") & counted_injection(L, E) & ~technical_failure(L, E)
    )
    possible_day(L, D) <= possible_occasion(L, E) & entry_date(E, D)
    possible_undated(L, E) <= possible_occasion(L, E) & undated(E)
    enough_attempts(L) <= record_complete("injections") & line(L)
    enough_attempts(L) <= (
        line(L) & count(N, block_attempt_day(L, D)) & parameter("minimum_blocks", M) & (N >= M)
    )
    relieved_block(L) <= relieved(L, E)
    possible_relieved_block(L) <= (
        counted_injection(L, E) & ~technical_failure(L, E) & ~relief_failure(L, E)
    )
    disqualifying_block(L) <= (
        reading("failed_block", "disqualifies")
        & technical(L, E)
        & relief(E, R)
        & parameter("minimum_block_relief", M)
        & (R < M)
    )

    told_met(L, "D.I.B.7") <= (
        reading("block_relief", "each_occasion")
        & line(L)
        & count(N, occasion_day(L, D))
        & parameter("minimum_blocks", M)
        & (N >= M)
        & ~disqualifying_block(L)
    )
    told_met(L, "D.I.B.7") <= (
        reading("block_relief", "any_occasion")
        & line(L)
        & count(N, occasion_day(L, D))
        & parameter("minimum_blocks", M)
        & (N >= M)
        & relieved_block(L)
        & ~disqualifying_block(L)
    )
    told_not_met(L, "D.I.B.7") <= (
        enough_attempts(L)
        & count(N, possible_day(L, D))
        & count(C, possible_undated(L, E))
        & parameter("minimum_blocks", M)
        & (N + C < M)
    )
    told_not_met(L, "D.I.B.7") <= (
        enough_attempts(L) & reading("block_relief", "any_occasion") & ~possible_relieved_block(L)
    )
    told_not_met(L, "D.I.B.7") <= disqualifying_block(L)

# --- D.I.B.10 ---------------------------------------------------------------------------------

trial = relation("trial", "line entry", "a documented therapeutic injection")
trial_day = relation("trial_day", "line day", "a day with a therapeutic injection")
failed_trial = relation("failed_trial", "line entry", "a therapeutic injection that failed")
no_failed_trial = relation(
    "no_failed_trial", "line entry", "it cannot count as a failed trial", against=True
)
possible_trial = relation("possible_trial", "line entry", "it might count as a failed trial")
enough_trials = relation("enough_trials", "line", "all injections that are needed are documented")

with leaf(
    THERAPEUTIC_INJECTIONS,
    "D.I.B.10",
    "at least two therapeutic corticosteroid injections into the joint have failed",
    name="therapeutic injections failed",
    question="Which therapeutic injections were given: date, side, into the joint, agents, and "
    "did they fail?",
):
    trial(L, E) <= counted_injection(L, E) & injection_purpose(E, "therapeutic")
    trial_day(L, D) <= trial(L, E) & entry_date(E, D)
    no_failed_trial(L, E) <= (
        purpose_known(E) & ~injection_purpose(E, "therapeutic") & counted_injection(L, E)
    )
    no_failed_trial(L, E) <= intra_articular(E, "no") & counted_injection(L, E)
    no_failed_trial(L, E) <= (
        agent_known(E) & ~injection_agent(E, "corticosteroid") & counted_injection(L, E)
    )
    no_failed_trial(L, E) <= injection_outcome(E, "relief") & counted_injection(L, E)
    no_failed_trial(L, E) <= reading("combined_injection", "one_role") & block_attempt(L, E)
    failed_trial(L, E) <= (
        trial(L, E)
        & intra_articular(E, "yes")
        & injection_agent(E, "corticosteroid")
        & injection_outcome(E, "failed")
        & ~no_failed_trial(L, E)
    )
    possible_trial(L, E) <= counted_injection(L, E) & ~no_failed_trial(L, E)
    enough_trials(L) <= record_complete("injections") & line(L)
    enough_trials(L) <= (
        line(L)
        & count(N, trial_day(L, D))
        & parameter("minimum_therapeutic_injections", M)
        & (N >= M)
    )
    told_met(L, "D.I.B.10") <= (
        line(L)
        & count(N, failed_trial(L, E))
        & parameter("minimum_therapeutic_injections", M)
        & (N >= M)
    )
    told_not_met(L, "D.I.B.10") <= (
        enough_trials(L)
        & count(N, possible_trial(L, E))
        & parameter("minimum_therapeutic_injections", M)
        & (N < M)
    )
