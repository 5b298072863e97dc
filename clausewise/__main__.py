"""``python -m clausewise`` is the ``clausewise`` command."""

from clausewise.cli.commands import app

app(prog_name="clausewise")
