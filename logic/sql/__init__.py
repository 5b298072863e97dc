"""The loaded clauses as SQL."""
