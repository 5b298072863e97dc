"""The typed case: a case file is read (``syntax``), checked (``validation``), edited and written.

Enters: the bytes of a case file. Leaves: a valid ``Case`` (``model``), or all errors at once.
"""
