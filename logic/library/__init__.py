"""Clauses and definitions that policies share; each writes its rules under the label it gets.

- ``scope``: procedure, plan and days in force
- ``days``: from which day periods are counted, and which entries were known in time
- ``sides``: which entries bear on a service line
- ``findings``: which entry speaks of a finding; clauses that ask for its presence or absence
- ``measures``: the latest value of a measure, compared with a number of the policy
- ``member``: the age of the member
- ``injections``, ``therapy``, ``imaging``: blocks, months of care, conditions that studies exclude
- ``visits``: courses of dated sessions, with their gaps; limits on sessions in so many months

The sections of definitions (``days``, ``sides``, ``findings``, ``measures``) stand in
``DatedPolicy.library``; of these it keeps the rules that its own clauses reach. A clause that takes
the name of a parameter needs it in the policy's ``parameters.toml``.
"""
