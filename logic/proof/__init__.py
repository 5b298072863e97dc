"""Proofs of determinations are made here.

Enters: the derivations of a decision. Leaves: a proof whose every step is one instance of one rule
(``build``), its text (``text``), a certificate of it (``certificate``), and the answer of a checker
that uses neither the engine nor the prover (``checker``), once the case is found to be what its
file says (``case_text``).
"""
