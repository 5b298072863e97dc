"""How a policy is written: rules, clauses, gates and readings, and whether it is well-formed.

Enters: what an author writes in ``notation``, with the gates of ``criteria``. Leaves: rules as data
(``rules``) in a ``Policy`` (``policy``, and ``dated`` for its versions), and every fault
(``faults``, ``well_formed``).
"""
