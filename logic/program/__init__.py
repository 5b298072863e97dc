"""A policy made ready to decide, and what its loaded clauses depend on."""
