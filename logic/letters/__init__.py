"""What a letter about a determination says.

Enters: a decision. Leaves: a ``Letter``, the content that the letter templates show.
"""
