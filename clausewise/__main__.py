"""``python -m clausewise`` is the ``clausewise`` command."""

from clausewise.entry import main

main()
