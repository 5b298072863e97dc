"""Mutants that no test can notice, each with the reason why it changes nothing that can be seen.

A pattern is searched in "rule: how: text of the rule".
"""

from __future__ import annotations

NEVER = (
    r"(scope(\.\w+)?|D\.I\.B\.0|D\.I\.B\.4\.a\.inability"
    r"|D\.I\.B\.9\.a\.(studies|cross_sectional|radiograph|ct|mri)"
    r"|D\.I\.B\.9\.b\.radiograph|D\.I\.B\.9\.c\.(studies|ct|mri))"
)
"""Clauses that the record cannot tell both met and not met: their two questions exclude each
other, or ask for one value of the request."""

EXPLAINED: tuple[tuple[str, str], ...] = (
    (
        rf"^{NEVER}/\d+: without ~told_(not_)?met\(",
        "the clause is never told both ways, so asking for the other answer adds nothing",
    ),
    (
        rf"^{NEVER}/\d+: (left out|without reading\([^)]*\)|(without )?~[^:]*): conflicting\(L",
        "the clause never conflicts",
    ),
    (
        rf"^D\.I\.(B|B\.4\.a|B\.9\.[abc])/\d+: (left out|(without )?~[^:]*): "
        rf"conflicting\(L, \"[^\"]+\"\) <= "
        rf"conflicting\(L, \"{NEVER}\"\)",
        "this part of the gate never conflicts",
    ),
    (
        r"^D\.I\.A/determination/\d+: .*"
        r"exclusion_conflicting\(L, \"D\.I\.A\"\) <= conflicting\(L, \"D\.II\.A\.0\"\)",
        "it conflicts only where D.I.A.1 does, and then D.I.A is not met",
    ),
    (
        r"^C\.findings/\d+: without examination\(F\): (speaks|may_speak)",
        "a standing finding speaks whatever its date; the literal keeps its age out of proofs",
    ),
    (
        r"^(C\.findings/\d+: without reading\(\"examination_age\", \"within_12_months\"\): "
        r"speaks|"
        r"C\.entries/\d+: without reading\(\"undated_entries\", \"never\"\): usable|"
        r"C\.scores/\d+: without reading\(\"pain_score_choice\", \"highest_in_6_months\"\): "
        r"speaking|"
        r"D\.I\.B\.2/\d+: without reading\(\"pain_score_choice\", \"highest_in_6_months\"\): "
        r"told_not_met\(L, \"D\.I\.B\.2\"\) <= reading\([^)]*\) & speaking_score|"
        r"D\.I\.B\.4\.(a\.duration|b)/\d+: without "
        r"reading\(\"therapy_duration\", \"continuous\"\)|"
        r"D\.I\.B\.7/\d+: without reading\(\"block_relief\", \"each_occasion\"\): blocks_met|"
        r"D\.I\.B\.7/\d+: without reading\(\"block_relief\", \"any_occasion\"\): "
        r"blocks_not_met\(L\) <= reading\([^)]*\) & too_few)",
        "under the other reading this follows anyway, and the literal keeps it out of proofs",
    ),
    (
        r"^C\.copies/\d+: without injection\(E\): (bearing|unsided)_injection",
        "only injections have a role; the literal spares all other entries",
    ),
    (
        r"^C\.copies/\d+: without comparable\(E, E2\): differs\(E, E2\) <= relief\(E, V\) & "
        r"~range_of_relief",
        "only comparable injections are asked whether they differ; the literal spares all pairs",
    ),
    (
        r"^C\.occasions/\d+: without joined\(R, L, D\): member",
        "on other days both judgements are of the same entries; the literal saves the second",
    ),
    (
        r"^C\.inability/\d+: without (reading\(\"inability_window\", \"look_back\"\)|"
        r"inability\(E, P\)): (might_be_in_window|in_window\(E\) <= reading\([^)]*\"look_back\")",
        "the other reading finds these entries anyway, and only inabilities are asked about",
    ),
    (
        r"^C\.episodes/\d+: \((S <= W|F >= D)\) for ",
        "at the limit both rules give the same day",
    ),
    (
        r"^C\.rule_out/2: without reading\(",
        "under the other reading every study counts, recent ones too",
    ),
    (
        r"^D\.I\.B\.6/\d+: without reading\(\"provocative_pool\", \"all_five\"\): not_met\(",
        "what cannot be reached with five tests cannot be reached with three",
    ),
    (
        r"^D\.I\.B\.9\.a\.studies/\d+: without reading\(\"sij_imaging\", \"\w+\"\): (met|not_met)\("
        r".*(\"D\.I\.B\.9\.a\.radiograph\"\) & met\(L, \"D\.I\.B\.9\.a\.(cross_sectional|ct)\"\)|"
        r"radiograph\"\) & not_met\(L, \"D\.I\.B\.9\.a\.ct\"\) & not_met\(L, "
        r"\"D\.I\.B\.9\.a\.mri\"\))$",
        "these studies together settle it under every reading",
    ),
    (
        r"^D\.I\.B\.9\.c/\d+: without met\(L, \"D\.I\.B\.9\.c\.studies\"\)",
        "what rules the conditions out is a CT or MRI of the lumbar spine itself",
    ),
    (
        r"^D\.II\.A\.4/\d+: without ~not_met\(L, \"D\.II\.A\.4\"\): conflicting\(",
        "beside an outlined indication no part of it is told present, so that none conflicts",
    ),
    (
        r"^D\.II\.B\.2/\d+: without reading\(\"generalized_pain\", \"any\"\): not_met\(",
        "where all three are not met, the primary cause is not met either",
    ),
    (
        r"^C\.reasons\.episodes/\d+: without needed_days\(N\): too_short",
        "it always has a value, which the sentence about the program names",
    ),
    (
        r"^D\.I\.B/determination/\d+: .*(met|conflicting)\(L, \"D\.II\.A\.4\"\)$",
        "whenever D.II.A.4 applies or conflicts, so does D.II.B.5, which names the same findings",
    ),
)
"""Pattern and reason."""
