"""The Python API: a function for each command, and the cases and results that they work with.

``functions``, ``fhir`` and ``cohorts`` hold the functions; most are a call of the method of the
same name of ``case.Case``. ``results`` holds what comes back: decisions, differences, audits.
"""
