"""SQL is written here: the loaded clauses as statements that decide many cases at once.

Enters: a program and the chosen readings and parameters. Leaves: a script (``translate``); nothing
is run here. The rules are shortened first (``rewrite``, ``unfold``).
"""
