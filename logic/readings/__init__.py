"""The same record under every combination of readings, and of answers to what is undocumented.

Enters: a decision. Leaves: the readings its determination depends on (``conditional_model``;
``many_lines`` for the lines of a cohort), and the determinations that are still possible
(``completions``). Sets of combinations are decision diagrams (``decision_diagram``).
"""
