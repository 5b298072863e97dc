"""``python -m clausewise`` is the ``clausewise`` command."""

from clausewise.command_line import main

main()
