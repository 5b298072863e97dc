"""All records that a policy's rules can tell apart, as one symbolic record.

Enters: a program and a path. Leaves: variables with their values, each a few rows of facts; the
sets of records for which an atom holds; and any of these records as an ordinary case.
"""
