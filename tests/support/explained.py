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
        rf"^{NEVER}/\d+: .*: (not_)?met\(L, \"[^\"]+\"\) <= "
        r"told_(not_)?met\(L, \"[^\"]+\"\) & ~told_",
        "the clause is never told both ways, so asking for the other answer adds nothing",
    ),
    (rf"^{NEVER}/\d+: .*: conflicting\(L", "the clause never conflicts"),
    (
        rf"^D\.I\.(A|B|B\.9\.[abc])/\d+: .*: conflicting\(L, \"[^\"]+\"\) <= "
        rf"conflicting\(L, \"{NEVER}\"\)",
        "this part of the gate never conflicts",
    ),
    (
        r": conflicting\(L, \"D\.I\.B\.9\.a\.studies\"\) <=",
        "that a study exists is never told both ways",
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
        r"\"(continuous|cumulative)\"\)",
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
        r"^C\.episodes/\d+: \((S <= W|F < A|F >= A|S > W)\) for ",
        "at the limit both rules give the same day",
    ),
    (
        r"^C\.rule_out/2: without reading\(",
        "under the other reading every study counts, recent ones too",
    ),
    (
        r"^C\.rule_out/\d+: (without reading\(\"(hip_osteoarthritis|compression)_rule_out\", "
        r"\"as_pain_source\"\)|without ~study_shows\(E, \"(hip_osteoarthritis_pain_source|"
        r"neural_compression_correlates)\"\)): says\(L, \"\w+\", E, \"(open|shows)\"\)",
        "a study that shows the condition speaks against it already",
    ),
)
"""Pattern and reason."""
