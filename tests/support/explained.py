"""Mutants that no test can notice, each with the reason why it changes nothing that can be seen.

A pattern is searched in "rule: how: text of the rule".
"""

from __future__ import annotations

NEVER = (
    r"(scope(\.\w+)?|D\.I\.A\.2|D\.I\.B\.(0|2|7|10)|D\.I\.B\.4(\.[ab](\.\w+)?)?"
    r"|D\.I\.B\.9\.a\.(studies|cross_sectional|radiograph|ct|mri)"
    r"|D\.I\.B\.9\.b\.radiograph|D\.I\.B\.9\.c\.(studies|ct|mri)"
    r"|D\.II\.A\.0)"
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
        rf"^D\.I\.(A|B|B\.9\.[abc])/\d+: (left out|(without )?~[^:]*): "
        rf"conflicting\(L, \"[^\"]+\"\) <= "
        rf"conflicting\(L, \"{NEVER}\"\)",
        "this part of the gate never conflicts",
    ),
    (
        r"/doubtful|doubtful\(L, \"D\.I\.A\"\) <= conflicting\(L, \"D\.II\.A\.0\"\)",
        "never conflicts",
    ),
    (r": without \(E2 != E\): ", "a later date already tells the two entries apart"),
    (
        r"^C\.findings/2: without reading\(",
        "under the other reading every entry that this rule finds counts anyway",
    ),
    (
        r"^D\.I\.B\.4\.(a\.duration|b)/\d+: without reading\(\"therapy_duration\", "
        r"(\"continuous\"\): told_met|\"cumulative\"\): told_not_met)",
        "a continuous run is also a sum, and what falls short as a sum has no such run",
    ),
    (
        r"^D\.I\.B\.4\.a\.inability/\d+: without (reading\(\"inability_window\", \"look_back\"\)|"
        r"inability\(E, P\)): (in_window|might_be_in_window)",
        "the other reading finds these entries anyway, and only inabilities are asked about",
    ),
    (
        r"^C\.HEP/1: without therapy_(start|end)\(|^C\.TENS/1: without therapy_start\(",
        "without the day the episode covers no days",
    ),
    (
        r"^C\.episodes/\d+: \((S <= W|F >= A)\) for ",
        "at the limit both rules give the same day",
    ),
    (
        r"^C\.rule_out/2: without reading\(",
        "under the other reading every study counts, recent ones too",
    ),
    (
        r"^C\.rule_out/\d+: (without reading\(\"compression_rule_out\", \"as_pain_source\"\)|"
        r"without ~study_shows\(E, \"(hip_osteoarthritis_pain_source|neural_compression_correlates)"
        r"\"\)): says\(L, \"\w+\", E, \"(open|shows)\"\)|"
        r"without reading\(\"hip_osteoarthritis_rule_out\", \"as_pain_source\"\): "
        r"says\(L, \"\w+\", E, \"open\"\)",
        "a study that shows the condition speaks against it already",
    ),
    (
        r"^D\.I\.B\.6/\d+: without reading\(\"provocative_pool\", \"all_five\"\): not_met\(",
        "what cannot be reached with five tests cannot be reached with three",
    ),
    (
        r"^D\.I\.B\.7/\d+: without reading\(\"block_relief\", \"each_occasion\"\): "
        r"(possible_)?occasion\(",
        "a block whose relief qualifies counts under the other reading anyway",
    ),
    (
        r"^D\.I\.B\.7/\d+: without reading\(\"block_relief\", \"any_occasion\"\): told_met\(",
        "under the other reading each block that counts has the relief that is asked for here",
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
        r"^D\.II\.A\.[123]/\d+: without ~reading\(\"exclusion_scope\", \"presence\"\): told_met\(",
        "under that reading a stated diagnosis excludes by a rule of its own",
    ),
    (
        r"^D\.II\.A\.4/\d+: without ~not_met\(L, \"D\.II\.A\.4\"\): conflicting\(",
        "beside an outlined indication no part of it is told present, so that none conflicts",
    ),
    (
        r"^D\.II\.A\.4\.\w+/\d+: without (documented_present\(E\)|~revised\(L, \"\w+\", E\)): "
        r"told_not_met\(.* & met\(L, \"D\.I\.A\.1\"\)$",
        "beside an outlined indication it does not exclude, whatever the entry that speaks says",
    ),
    (
        r"^D\.II\.B\.2/\d+: without reading\(\"generalized_pain\", \"any\"\): not_met\(",
        "where all three are not met, the primary cause is not met either",
    ),
    (
        r"^D\.I\.B/determination/\d+: .*(met|conflicting)\(L, \"D\.II\.A\.4\"\)$",
        "whenever D.II.A.4 applies or conflicts, so does D.II.B.5, which names the same findings",
    ),
)
"""Pattern and reason."""
