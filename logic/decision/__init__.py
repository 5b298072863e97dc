"""The facts of a case become a determination for each service line.

Enters: a case, a policy and the chosen readings and parameters. Leaves: a ``Decision`` with the
determination and the status of every clause (``decide``), the clauses that it rests on
(``decisive``), what a reviewer should know besides (``advisories``), and the entries that a result
rests on (``evidence``).
"""
