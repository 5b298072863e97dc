"""The command line: ``commands`` has most commands and the application they belong to.

``commands_cohorts``, ``commands_fhir`` and ``commands_pictures`` have the others; ``options`` says
what can be asked for, ``inputs`` loads what is named, ``printing`` shows results, ``errors`` fails.
"""
