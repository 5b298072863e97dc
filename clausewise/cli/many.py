"""Commands about one case, for folders, patterns and cohorts: one answer after the other.

And commands that answer again when a file changes.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import wraps
from pathlib import Path
from typing import Any, ParamSpec

from clausewise.cli.errors import fail, say
from clausewise.cli.inputs import load_cases
from clausewise.cli.printing import terminal

Parameters = ParamSpec("Parameters")
SECONDS = 0.5
"""How often files are looked at."""


def for_each_case(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """The command for every case that its argument ``case`` names, with a line between as text.

    All cases are read first: when one of them is bad, nothing is answered.
    """

    @wraps(command)
    def each(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        given: Any = kwargs
        named = given["case"]
        # What is watched is read anew each time, and then case by case.
        single = bool(given.get("watch")) or not _names_many(str(named))
        cases = [named] if single else load_cases([str(named)], every=True)
        for number, case in enumerate(cases):
            if number and str(given.get("format", "text")) == "text":
                sys.stdout.write("\n")
            command(*args, **{**given, "case": case})

    return each


def _names_many(address: str) -> bool:
    from clausewise.api.loading import addresses, is_cohort
    from clausewise.facts.errors import ClausewiseError

    try:
        found = addresses(address)
    except ClausewiseError as error:
        fail(str(error))
    return len(found) > 1 or found != [address] or is_cohort(address)


def on_change(paths: Iterable[str], answer: Callable[[], None]) -> None:
    """Answer now, and again whenever a file of these changes, until the user interrupts.

    A file that is bad meanwhile is told, and looked at further.
    """
    import typer

    from clausewise.api.loading import STANDARD_INPUT

    watched = list(paths)
    if STANDARD_INPUT in watched:
        fail("--watch looks at files, and standard input is none")
    before: dict[Path, tuple[int, int]] | None = None
    try:
        while True:
            now = dict(_states(watched))
            if now != before:
                before = now
                terminal().clear()  # nothing happens where there is no terminal
                try:
                    answer()
                except typer.Exit:
                    pass
                except Exception as error:
                    from clausewise.facts.errors import ClausewiseError

                    if not isinstance(error, ClausewiseError):
                        raise
                    say(str(error))
            time.sleep(SECONDS)
    except KeyboardInterrupt:
        return


def _states(paths: Iterable[str]) -> Iterator[tuple[Path, tuple[int, int]]]:
    """The files that are watched, each with what tells that it changed."""
    from clausewise.api.loading import addresses
    from clausewise.facts.case.problems import InputError

    for path in paths:
        try:
            named = [Path(each) for each in addresses(path)]
        except InputError:
            continue
        for each in named:
            for file in sorted(each.rglob("*")) if each.is_dir() else [each]:
                try:
                    state = file.stat()
                except OSError:
                    continue
                yield file, (state.st_mtime_ns, state.st_size)
