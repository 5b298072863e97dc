"""A decision explained to people.

Enters: a decision. Leaves: its clauses with status and evidence (``clauses``), why a line is not
approved (``gaps``), which clauses support the determination (``supporting``), all of it as plain
data (``result``); and a blank case file for a procedure (``blank_case``).
"""
