"""The prompt of ``ask``: queries one after the other, with completion, history and help.

Where standard input is no terminal its lines are asked, so that a script can be piped in.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from rich.text import Text

from clausewise.api.asking import ask
from clausewise.cli.printing import print_text
from clausewise.facts.case.model import Case
from clausewise.facts.case.values import nearest
from clausewise.facts.errors import ClausewiseError
from clausewise.facts.text import printable
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.asking.dictionary import Dictionary, dictionary_of
from clausewise.logic.asking.one_case import names_of_entries
from clausewise.logic.policies.registry import policy_meant
from clausewise.logic.program.program import program_of
from clausewise.output.asking import (
    answers_lines,
    dictionary_lines,
    query_lines,
    relation_line,
    why_lines,
    why_not_lines,
)

SHOWN, PROVED = 20, 5
ENDS = frozenset({"quit", "exit", "q"})
HELP = """\
technical(L, E) & relief(E, R) & (R < 60)    a query; variables begin with a capital letter
why QUERY        each answer with its derivation
why-not QUERY    what came closest, where nothing is answered
queries          the named queries of the policy; a name alone asks one
relations        every relation with its columns
help RELATION    one of them
quit             the end (also Ctrl-D)
~ before an atom negates it; "D.I.B.7" is a label, "2026-03-23" a day, I2 an entry of the case,
_ stands for anything; count(N, atom) counts."""


def prompt(
    given: Case | list[Case] | str,
    readings: Mapping[str, str],
    parameters: Mapping[str, int],
    policy: str | None,
) -> None:
    """Ask what is typed until the end of input."""
    dictionary = dictionary_of(program_of(policy_meant(policy)))
    for line in _lines(_words(dictionary, given)):
        text = line.strip()
        if text in ENDS:
            return
        if not text:
            continue
        try:
            lines = list(_answer(text, given, readings, parameters, policy, dictionary))
        except ClausewiseError as error:
            lines = [Text(printable(str(error), 400), "red")]
        print_text(lines)


def _answer(
    text: str,
    given: Case | list[Case] | str,
    readings: Mapping[str, str],
    parameters: Mapping[str, int],
    policy: str | None,
    dictionary: Dictionary,
) -> Iterator[Text]:
    """The lines for one line that was typed."""
    word, _, rest = text.partition(" ")
    if text == "help":
        yield from map(Text, HELP.splitlines())
    elif word == "help":
        yield from _help(rest.strip(), dictionary)
    elif text == "relations":
        yield from dictionary_lines(dictionary)
    elif text == "queries":
        yield from query_lines(dictionary)
    else:
        query = rest if word in ("why", "why-not") else text
        found = ask(given, query, readings=readings, parameters=parameters, policy=policy).answers
        if word == "why":
            yield from why_lines(found, PROVED)
        elif word == "why-not":
            yield from why_not_lines(found, PROVED)
        else:
            yield from answers_lines(found, SHOWN)


def _help(name: str, dictionary: Dictionary) -> Iterator[Text]:
    if name in dictionary.entries:
        yield relation_line(dictionary, name)
        for column in dictionary.entries[name].columns:
            if column.domain is not None:
                yield Text(f"    {column.name}: {', '.join(sorted(column.domain))}", "dim")
    else:
        yield Text(f"there is no relation {printable(name, 60)}{nearest(name, dictionary.entries)}")


def _words(dictionary: Dictionary, given: Case | list[Case] | str) -> list[str]:
    """What can be completed: relations, names, labels, entries of the case, and commands."""
    names = [name for column in _columns(dictionary) for name in sorted(column)]
    entries = sorted(names_of_entries(given)) if isinstance(given, Case) else []
    found = [
        *dictionary.entries,
        *dictionary.queries,
        *names,
        *(f'"{label}"' for label in dictionary.labels),
        *VOCABULARY.findings,
        *entries,
        *("help", "relations", "queries", "why", "why-not", "quit"),
    ]
    return list(dict.fromkeys(found))


def _columns(dictionary: Dictionary) -> Iterator[frozenset[str]]:
    for entry in dictionary.entries.values():
        for column in entry.columns:
            if column.domain is not None and column.name != "clause":
                yield column.domain


def _lines(words: Iterable[str]) -> Iterator[str]:
    """The lines that are typed, or those of standard input."""
    if not sys.stdin.isatty():
        yield from sys.stdin
        return
    from prompt_toolkit import PromptSession
    from prompt_toolkit.completion import WordCompleter
    from prompt_toolkit.history import FileHistory, History, InMemoryHistory

    history: History = InMemoryHistory()
    folder = Path.home() / ".clausewise"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        history = FileHistory(str(folder / "queries"))
    except OSError:
        pass  # without a home to write to, what was typed is known for this time only
    completer = WordCompleter(list(words), WORD=False)
    session: PromptSession[str] = PromptSession(history=history, completer=completer)
    print_text([Text("a query, or help; Ctrl-D ends", "dim")])
    while True:
        try:
            yield session.prompt("?- ")
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
