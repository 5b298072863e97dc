"""The command line, run inside the tests' own process."""

from __future__ import annotations

import sys
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import dataclass
from io import BytesIO, TextIOWrapper
from unittest.mock import patch

from typer.main import get_command

from clausewise.cli.commands import app

COMMAND = get_command(app)
"""Made once: it takes longer than many a command."""


@dataclass(frozen=True)
class Outcome:
    """How a command ended, and what it wrote."""

    exit_code: int
    stdout: str
    stderr: str

    @property
    def output(self) -> str:
        """All that was written: the results, then what was said beside them."""
        return self.stdout + self.stderr


def run(*arguments: object, typed: str = "") -> Outcome:
    """What ``clausewise`` with these arguments writes, and its exit status.

    ``typed`` is what stands on its standard input.
    """
    out, err = _stream(), _stream()
    with redirect_stdout(out), redirect_stderr(err), patch.object(sys, "stdin", _stream(typed)):
        try:
            COMMAND.main([str(each) for each in arguments], prog_name="clausewise")
        except SystemExit as ended:
            status = ended.code or 0
    assert isinstance(status, int)
    return Outcome(status, _written(out), _written(err))


def _stream(text: str = "") -> TextIOWrapper:
    return TextIOWrapper(BytesIO(text.encode()), encoding="utf-8")


def _written(stream: TextIOWrapper) -> str:
    stream.flush()
    buffer = stream.buffer
    assert isinstance(buffer, BytesIO)
    return buffer.getvalue().decode()
