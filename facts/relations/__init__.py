"""A case becomes facts: rows of the relations in ``facts.schema``; and the way back.

Enters: a typed case. Leaves: rows without any free text of the case, each traceable to its entry.
This is all that rules see of a case.
"""
