"""The command line, run inside the tests' own process."""

from __future__ import annotations

from typer.testing import CliRunner, Result

from clausewise.cli.commands import app


def run(*arguments: object) -> Result:
    """What ``clausewise`` with these arguments prints, and its exit code."""
    return CliRunner().invoke(app, [str(each) for each in arguments])
