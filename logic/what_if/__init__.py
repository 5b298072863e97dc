"""What would change a determination: other facts, more documentation, other days, other choices.

Enters: a decision. Leaves: the difference to a changed case (``compare``), the least documentation
that is missing (``missing``), the smallest changes of fact (``flip``), the days of receipt
(``receipt_days``). Every answer is verified by deciding the changed case.
"""
