"""The entry point of the command: what has to be settled before its modules are imported."""

from __future__ import annotations

import gc
import os

COLLECTED_AFTER = 200_000
"""How many more objects are made than freed before Python looks for cycles among them.

Its own number (700 in Python 3.11) makes it look hundreds of times while modules and rules are
loaded that stay until the end: a fifth of the time of a short command. Long ones still have their
cycles collected.
"""


def main() -> None:
    """The ``clausewise`` command."""
    gc.set_threshold(COLLECTED_AFTER, *gc.get_threshold()[1:])
    # Plugins of pydantic that happen to be installed are looked for in every package, a tenth of
    # the time of a short command, and have no business with case data.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")

    from clausewise.command_line import app

    app()
