"""How a policy is written: atoms, literals, rules, clauses, readings; and what makes it
well-formed.
"""
