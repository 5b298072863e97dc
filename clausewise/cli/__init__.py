"""The command line: ``commands`` has most commands and the application they belong to.

``commands_cohorts``, ``commands_fhir`` and ``commands_pictures`` have the others; ``options`` says
what can be asked for, ``inputs`` loads what is named, ``printing`` shows results, ``errors`` fails.
"""

import gc

# What a command loads stays to its end; searching it for garbage while it grows takes a tenth of
# the time of a short command.
gc.set_threshold(100_000, 20, 20)
