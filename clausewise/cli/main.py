"""The entry point of the command: what has to be set before its modules are imported."""

from __future__ import annotations

import gc
import os
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import typer

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

    from clausewise.cli.commands import app

    prepare_only(app, sys.argv[1:2])
    try:
        app()
    finally:
        # At its end Python looks for cycles among all objects once more, module by module: a
        # quarter of the time of a short command, for memory that the end of the process frees.
        gc.freeze()


def prepare_only(app: typer.Typer, named: list[str]) -> None:
    """Leave ``app`` the command that is named; all of them when none is, or it is not known.

    Typer prepares the options of every command before it runs one.
    """
    from typer.main import get_command_name

    app.registered_commands = [
        each
        for each in app.registered_commands
        if each.callback is not None and [get_command_name(each.callback.__name__)] == named
    ] or app.registered_commands
