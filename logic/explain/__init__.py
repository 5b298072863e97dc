"""Determinations explained: clauses, gaps, what carries the outcome, and the result as data."""
