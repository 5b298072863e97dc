"""The floor above logic: what is seen of policies and decisions.

Enters: a policy, a decision, or a difference of decisions. Leaves: the dependency graph
(``graph``), pictures of it (``picture``), the report of a case and the page of an audit
(``report``), and what notebooks show (``notebook``).
"""
