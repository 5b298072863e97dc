"""Printing results: as text on a terminal, as JSON, or to a new file."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from clausewise.cli.errors import fail
from clausewise.cli.options import Format

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from rich.console import Console
    from rich.text import Text

    from clausewise.api.results import Answer
    from clausewise.logic.what_if.compare import Difference


def write_new(path: Path, content: str | bytes) -> None:
    """Write a file that must not exist yet; fails with a sentence otherwise."""
    from clausewise.facts.new_files import write_file

    try:
        write_file(path, content, new=True)
    except OSError as error:
        fail(f"{path}: {error.strerror}; name a new file in an existing folder")


def written(text: str, output: Path | None) -> None:
    """Write a text to a new file, or to standard output."""
    if output is None:
        sys.stdout.write(text)
    else:
        write_new(output, text)


def show(
    format: Format,
    data: Callable[..., dict[str, Any]],
    lines: Callable[..., Iterable[Text]],
    *about: Any,
    what_if: str = "",
    notice: str = "",
) -> None:
    """Print what ``data`` (JSON) or ``lines`` (text) make of ``about``; only one is called.

    ``what_if`` is said first, where the choices are not the policy's own, and ``notice`` last,
    where the policy is not that of the request.
    """
    if format is Format.json:
        first = {"what_if": what_if} if what_if else {}
        print_json([{**first, **data(*about), **({"notice": notice} if notice else {})}])
        return
    print_text((*marked(what_if), *lines(*about), *noted(notice)))


def show_answer(answer: Answer[Any], format: str) -> None:
    """Print an answer as JSON or as text."""
    if format == Format.json:
        print_json([answer.data()])
    else:
        print_text(answer.lines)


def noted(notice: str) -> Iterator[Text]:
    """The line that says last what is to be said of the policy; none where there is nothing."""
    if notice:
        from rich.text import Text

        from clausewise.facts.text import printable

        yield Text(f"note: {printable(notice, 1000)}")


def marked(what_if: str) -> Iterator[Text]:
    """The line that says first that a determination is a what-if; none where it is not."""
    if what_if:
        from rich.text import Text

        yield Text(what_if, "bold")


def print_text(lines: Iterable[Text]) -> None:
    """Print lines of text on the terminal."""
    from clausewise.output.terminal import print_lines

    print_lines(terminal(), lines)


def print_difference(found: Difference, format: Format, day: date | None = None) -> None:
    """Print what differs; ``day`` is that of the earlier decision, where the file is one."""
    from functools import partial

    from clausewise.output.comparison import difference_data, difference_lines

    lines = partial(difference_lines, day=day)
    show(format, difference_data, lines, found, what_if=found.after.what_if)


def print_json(objects: list[dict[str, Any]]) -> None:
    """One object, or one a line when there are several."""
    for each in objects:
        sys.stdout.writelines(_in_pieces(each, 4))
        sys.stdout.write("\n")


def _in_pieces(value: Any, depth: int) -> Iterator[str]:
    """The JSON of a value: the proof of a long record is not written to memory as a whole."""
    if not depth or not value or not isinstance(value, (dict, list)):
        yield json.dumps(value, ensure_ascii=True)
        return
    of_keys = isinstance(value, dict)
    mark = "{" if of_keys else "["
    for each in value:
        yield f"{mark}{json.dumps(each)}: " if of_keys else mark
        yield from _in_pieces(value[each] if of_keys else each, depth - 1)
        mark = ", "
    yield "}" if of_keys else "]"


def terminal() -> Console:
    from rich.console import Console

    class Terminal(Console):
        def on_broken_pipe(self) -> None:
            # rich would end with status 1, which is a refusal of ``check``.
            raise BrokenPipeError

    # Without a terminal a width of 80 would fold tables that a file or pager shows well.
    width = None if sys.stdout.isatty() else 120
    return Terminal(markup=False, emoji=False, highlight=False, width=width)
