"""The policy as a logic program, and every question put to it.

A clause stands in ``mm_1508``, written in the notation of ``language`` and loaded into pyDatalog by
``engine``. ``decision`` turns the facts of a case into a determination; ``derivation`` evaluates
the same clauses a second time and keeps every rule instance; ``proof`` makes proofs of these.
``sql`` writes the clauses as SQL, which ``cohort`` runs over many cases.
"""
