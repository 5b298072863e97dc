"""Failing plainly: whatever fails becomes a sentence on standard error and exit status 2."""

from __future__ import annotations

import os
import sys
import textwrap
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import get_terminal_size
from typing import Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from clausewise.cli.streams import abandon, flush_output, prepare_output

TRACEBACK = "CLAUSEWISE_TRACEBACK"
"""The environment variable that asks for the traceback of a fault of the program itself."""


def fail(sentence: str) -> NoReturn:
    """Write the sentence to standard error and end with status 2."""
    say(sentence)
    raise typer.Exit(2)


def say(sentence: str) -> None:
    """Write the sentence, printable, to standard error.

    Folded between words to the width of a terminal; a file or pipe gets whole lines, for grep.
    """
    from clausewise.facts.text import printable

    width = get_terminal_size().columns if sys.stderr.isatty() else sys.maxsize
    for line in sentence.splitlines():
        indent = line[: len(line) - len(line.lstrip())]
        folded = textwrap.wrap(
            printable(line, 1000),
            width,
            initial_indent=indent,
            subsequent_indent=indent + "  ",
            break_long_words=False,
            break_on_hyphens=False,
        )
        typer.echo("\n".join(folded), err=True)


class PlainErrors(TyperGroup):
    """Any failure becomes a sentence on standard error and exit status 2, never a traceback.

    An interruption ends with status 130.
    """

    def main(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().main(*args, **kwargs)
        except OSError:
            # The sentence cannot be written: status 1 would be a refusal of ``check``.
            abandon(sys.stderr)
            sys.exit(2)

    def make_context(
        self, info_name: str | None, args: list[str], parent: Any = None, **extra: Any
    ) -> Any:
        prepare_output()
        with _told_plainly():
            if any("\0" in each for each in args):
                fail("an argument has a null character, which no path and no value can have")
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: Any) -> Any:
        with _told_plainly():
            return super().invoke(ctx)


class OneValue(TyperCommand):
    """A command that refuses an option given twice, of which it would look at one value only."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if not ctx.resilient_parsing:
            _, _, given = self.make_parser(ctx).parse_args(args=[*args])
            for option in set(given):
                if given.count(option) > 1 and not getattr(option, "multiple", True):
                    fail(f"{max(option.opts, key=len)} is given more than once; give it once")
        return super().parse_args(ctx, args)


@contextmanager
def _told_plainly() -> Iterator[None]:
    """Inside the block, and when all output is written at its end, failures are told."""
    try:
        try:
            yield
        finally:
            flush_output()
    except Exception as error:
        from clausewise.facts.errors import INTERRUPTED

        if _shows_itself(error):
            _make_printable(error)
            raise
        if isinstance(error, (typer.Exit, typer.Abort)):
            raise
        if isinstance(error, RuntimeError) and str(error) == INTERRUPTED:
            raise KeyboardInterrupt from None
        fail(sentence_of(error))


def _shows_itself(error: Exception) -> bool:
    """Whether the error is one of usage, which the command line tells by itself."""
    return hasattr(error, "exit_code") and hasattr(error, "show")


def _make_printable(error: Any) -> None:
    """Let an error of usage, which names what was typed, hold nothing that a terminal obeys."""
    from clausewise.facts.text import printable_lines

    error.message = printable_lines(error.message)


def sentence_of(error: Exception) -> str:
    """What is told of an exception that ended a command."""
    from clausewise.facts.errors import ClausewiseError

    # Not imported here: a policy whose words are at fault lets nothing of it be imported.
    decide = sys.modules.get("clausewise.logic.decision.decide")
    if decide is not None and isinstance(error, decide.DisagreementError):
        return f"nothing is decided, because the two evaluations disagree: {error}"
    match error:
        case ClausewiseError():
            return str(error)
        case OSError():
            return _of_system(error)
        case MemoryError():
            return "there is not enough memory for this"
        case RuntimeError() if "start new thread" in str(error):
            return "a further thread cannot be started; there are too many, or too little memory"
        case RecursionError():
            return "this is nested too deeply"
        case ModuleNotFoundError() if not str(error.name).startswith("clausewise"):
            return f"{error.name} is not installed, which clausewise needs; install clausewise anew"
    return _of_database(error) or _of_program(error)


def _of_system(error: OSError) -> str:
    if isinstance(error, BrokenPipeError):
        abandon(sys.stdout)
        return "standard output: it was closed by its reader"
    reason = error.strerror or str(error) or type(error).__name__
    # Without a name of a file it was standard output that could not be written.
    return f"{str(error.filename or 'standard output')[:200]}: {reason}"


def _of_database(error: Exception) -> str | None:
    """What DuckDB or a process that reads cases failed with; None for any other error."""
    duckdb = sys.modules.get("duckdb")
    if duckdb is not None and isinstance(error, duckdb.OutOfMemoryException):
        return "there is not enough memory for this; give --memory more, or free some on the disk"
    if duckdb is not None and isinstance(error, duckdb.Error):
        return f"the database failed: {str(error).splitlines()[0]}"
    process = sys.modules.get("concurrent.futures.process")
    if process is not None and isinstance(error, process.BrokenProcessPool):
        return "a process that read cases ended early, perhaps for want of memory"
    return None


def _of_program(error: Exception) -> str:
    """A fault that no input should bring about: what it is and where, to be reported."""
    if os.environ.get(TRACEBACK):
        traceback.print_exception(error)
    last = traceback.extract_tb(error.__traceback__)[-1]
    kind = type(error).__name__
    return (
        f"this is a fault of clausewise, please report it: {kind} at "
        f"{Path(last.filename).name}:{last.lineno} ({error}); {TRACEBACK}=1 shows more"
    )
