"""A test suite for a policy, small enough that its owner reads and signs it.

Enters: a program. Leaves: tables of records with what must be decided on each, and what a later
revision of the policy decides otherwise.
"""

MOST_CHANGES = 10_000
"""Changes of rules that are tried for a path, unless a number is given."""
