"""A policy made ready to decide: its clauses loaded, read back, checked and planned.

Enters: a policy. Leaves: a ``Program`` that any number of cases share, and what its clauses depend
on (``dependencies``, ``gates``).
"""
