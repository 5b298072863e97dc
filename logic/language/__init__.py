"""How a policy is written: rules, clauses, gates and readings, and whether it is well-formed."""
