"""The policy as a logic program, and every question put to it.

A policy is a room of its own, such as ``mm_1508``: there its clauses stand, written in the notation
of ``language``, partly with what ``library`` shares. ``engine`` loads them into pyDatalog.
``decision`` turns the facts of a case into a determination; ``derivation`` evaluates the same
clauses a second time and keeps every rule instance; ``proof`` makes proofs of these. ``sql`` writes
the clauses as SQL, which ``cohort`` runs over many cases.
"""
