"""Proofs of determinations, as trees, as text and as certificates with an independent checker."""
