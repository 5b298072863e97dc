"""The skeleton of a policy: a package that loads, with one clause, one example and one test.

The files are written as plain text with the names put in; nothing of it is evaluated here.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from datetime import date
from importlib.resources import files
from pathlib import Path

from clausewise.facts.errors import ClausewiseError
from clausewise.facts.new_files import new_folder
from clausewise.facts.vocabulary.words import VOCABULARY

TEMPLATES = "clausewise.logic.authoring"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,59}")
_FILES: dict[str, str] = {
    "__init__.py": "package.txt",
    "criteria.py": "criteria.txt",
    "policy.toml": "policy.txt",
    "parameters.toml": "parameters.txt",
    "cases/adult.yaml": "case.txt",
    "test_{name}.py": "test.txt",
}
"""The files of a skeleton, with the template of each."""
_NEW_WORDS: dict[str, str] = {"vocabulary.toml": "vocabulary.txt", "words.toml": "words.txt"}
"""Those that add a procedure which the core does not know."""


class SkeletonError(ClausewiseError, ValueError):
    """A policy cannot be begun under this name, or at this place."""


def new_policy(name: str, where: Path, procedure: str, first: date) -> Path:
    """Write the skeleton of a policy to a new folder ``name`` in ``where`` and give that folder.

    ``procedure`` is a procedure of the vocabulary, by name or code, or the name of a new one, which
    the policy then adds; ``first`` is the day on which the policy begins. Raises SkeletonError when
    the name is not one of a Python package in small letters, the procedure is an unknown code, or
    the folder exists or cannot be written.
    """
    if not _NAME.fullmatch(name) or keyword.iskeyword(name):
        raise SkeletonError(
            f"{name!r} is not a name for a policy's package; expected small letters, digits and _, "
            "such as knee_arthroscopy"
        )
    known = VOCABULARY.procedure_named(procedure)
    if known is None and not _NAME.fullmatch(procedure):
        raise SkeletonError(
            f"{procedure!r} is not a procedure; known: {', '.join(VOCABULARY.procedures)}; a new "
            "one has a name of small letters, digits and _"
        )
    side = "\n  side: left" if known and VOCABULARY.procedures[known].side_specific else ""
    words = {
        "name": name,
        "number": name.upper().replace("_", "-"),
        "title": name.replace("_", " ").capitalize(),
        "procedure": known or procedure,
        "path": (known or procedure).replace("_", " "),
        "plan": VOCABULARY.default_plan,
        "first": first.isoformat(),
        "side": side,
    }
    folder = where / name
    try:
        with new_folder(folder) as inside:
            (inside / "cases").mkdir()
            for file, template in (_FILES if known else _FILES | _NEW_WORDS).items():
                text = files(TEMPLATES).joinpath("templates", template).read_text(encoding="utf-8")
                path = inside / file.replace("{name}", name)
                path.write_text(_filled(text, words), encoding="utf-8")
    except OSError as error:
        raise SkeletonError(
            f"{folder}: {error.strerror}; name a new folder in an existing one"
        ) from error
    return folder


def _filled(text: str, words: Mapping[str, str]) -> str:
    """The text with ``<<word>>`` replaced."""
    return re.sub(r"<<(\w+)>>", lambda found: words[found[1]], text)
