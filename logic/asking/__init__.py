"""Questions that people write themselves, in the notation of the rules.

Enters: a query such as ``technical(L, E) & relief(E, R) & (R < 60)``. Leaves: its answers on one
case, with their derivations or with what came closest, or on a cohort. ``parse`` reads the text,
``dictionary`` has the relations that can be asked, ``resolve`` makes rules of both; ``one_case``,
``closest`` and ``cohort`` answer.
"""
