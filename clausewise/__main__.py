"""``python -m clausewise`` is the ``clausewise`` command."""

from clausewise.cli.main import main

main()
