"""The reference pages of the documentation, made from the sources when they are asked for.

The commands from the program, the functions from their docstrings, the case format from
its models, the relations from the schema, clauses and readings from the policies. The start page is
the README. A hook of MkDocs too, for ``make docs``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from typer.main import get_group

import clausewise as cw
from clausewise.facts.case.model import Case
from clausewise.facts.schema import SCHEMA
from clausewise.logic.language.policy import Policy
from clausewise.logic.policies.registry import registry

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

PLACE = Path(__file__).resolve().parent
"""The folder of the written pages."""
ROOT = PLACE.parent
"""The project; an installed package has no README, CHANGELOG or benchmarks there."""


def _cell(text: object) -> str:
    """A text for one cell of a table."""
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|").replace("<", "&lt;").strip()


def table(heads: Iterable[str], rows: Iterable[Iterable[object]]) -> str:
    """A Markdown table."""
    heads = list(heads)
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(map(_cell, line)) + " |" for line in lines) + "\n"


def commands() -> str:
    """Every command with what it answers, its arguments and options."""
    # By name: the commands stand above the documentation, which the workbench shows.
    app = import_module("clausewise.cli.commands").app
    return "# Commands\n\n" + "\n".join(
        part
        for name, command in sorted(get_group(app).commands.items())
        for part in _of(name, command)
    )


def _of(name: str, command: Any) -> Iterator[str]:
    yield f"## `clausewise {name}`\n"
    yield inspect.cleandoc(command.help or "").replace("\b", "") + "\n"
    rows = [
        (
            ", ".join(f"`{each}`" for each in (*parameter.opts, *parameter.secondary_opts))
            if parameter.param_type_name == "option"
            else f"`{(parameter.metavar or parameter.name).upper()}`",
            getattr(parameter, "help", None) or "",
        )
        for parameter in command.params
        if not getattr(parameter, "hidden", False)
    ]
    if rows:
        yield table(("argument or option", "meaning"), rows)


def python() -> str:
    """Every public name of ``import clausewise as cw`` with its signature and docstring."""
    parts = ["# Python\n", "`import clausewise as cw`; each command has a function of its name.\n"]
    for name in sorted(cw.__all__):
        found = getattr(cw, name)
        signature = _signature(found) if inspect.isfunction(found) else ""
        parts.append(f"## `cw.{name}`\n")
        if signature:
            parts.append(f"```python\n{name}{signature}\n```\n")
        parts.append(inspect.cleandoc(found.__doc__ or "") + "\n")
    return "\n".join(parts)


def _signature(found: Callable[..., Any]) -> str:
    """The signature of a function; a default that is no plain value is shown as ``...``."""
    signature = inspect.signature(found)
    plain = (str, int, float, bool, type(None), tuple)
    shown = [
        each
        if each.default is each.empty or isinstance(each.default, plain)
        else each.replace(default=...)
        for each in signature.parameters.values()
    ]
    return str(signature.replace(parameters=shown)).replace("'", "")


def case_format() -> str:
    """Every part of a case file with its keys."""
    parts = [
        "# Case format",
        "",
        "A case file is YAML or JSON in the format `clausewise-case/1`. Keys without a default are "
        "needed; what a file does not list is undocumented.",
        "",
    ]
    seen: set[type] = set()
    for model in _models(Case, seen):
        parts.append(f"## {model.__name__}\n")
        parts.append(inspect.cleandoc(model.__doc__ or "") + "\n")
        parts.append(
            table(
                ("key", "needed", "holds"),
                (
                    (
                        f"`{field.alias or name}`",
                        "yes" if field.is_required() else "",
                        f"`{_type_name(field.annotation)}`",
                    )
                    for name, field in model.model_fields.items()
                ),
            )
        )
    return "\n".join(parts)


def _models(model: Any, seen: set[type]) -> Iterator[Any]:
    """A model and those that its fields hold, each once."""
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        for each in _classes(field.annotation):
            if hasattr(each, "model_fields"):
                yield from _models(each, seen)


def _classes(annotation: Any) -> Iterator[Any]:
    """The classes that a type annotation names."""
    inner = getattr(annotation, "__args__", ())
    if inner:
        for each in inner:
            yield from _classes(each)
    elif isinstance(annotation, type):
        yield annotation


def _type_name(annotation: Any) -> str:
    """A type as a reader writes it: without modules and validators."""
    if isinstance(annotation, type) and not getattr(annotation, "__args__", ()):
        return annotation.__name__
    text = re.sub(r"Annotated\[([^,\]]+)[^\]]*\]", r"\1", str(annotation))
    text = re.sub(r"\b[a-z_]+(?:\.[a-z_]+)*\.", "", text)
    return re.sub(r"<class '([^']+)'>", r"\1", text)[:80]


def relations() -> str:
    """Every relation that holds a case as facts, with its columns."""
    return (
        "# Relations\n\nA case as facts, and a cohort as files: a Parquet or CSV file for each "
        "relation.\n\n"
        + table(
            ("relation", "columns", "meaning"),
            (
                (
                    f"`{name}`",
                    ", ".join(f"{column.name} ({column.type})" for column in schema.columns),
                    schema.meaning,
                )
                for name, schema in sorted(SCHEMA.items())
            ),
        )
    )


def _policies() -> Iterator[Policy]:
    """The latest version of each installed policy."""
    return (each.at(each.about.versions[-1].first) for each in registry())


def clauses() -> str:
    """Every clause of the policies with its paraphrase, by section."""
    parts = ["# Clauses\n"]
    for policy in _policies():
        parts.append(f"## {policy.number}\n")
        parts.append(f"{policy.title}. {policy.source}.\n")
        for section in policy.sections:
            parts.append(f"### {section.label}  {section.title}\n")
            rows = ((f"`{each.label}`", each.paraphrase, each.kind) for each in section.clauses)
            parts.append(table(("clause", "asks", "kind"), rows))
        parts.append(f"### Parameters of {policy.number}\n")
        numbers = (
            (f"`{each.name}`", f"{each.value} {each.unit}", each.label, each.meaning)
            for each in policy.parameters
        )
        parts.append(table(("parameter", "value", "clause", "meaning"), numbers))
    return "\n".join(parts)


def readings() -> str:
    """Every reading with its choices; the first is the default."""
    parts = ["# Readings\n", "Where the text of a policy can be read in more than one way.\n"]
    for policy in _policies():
        parts.append(f"## {policy.number}\n")
        for each in policy.readings:
            parts.append(f"### `{each.name}`\n")
            parts.append(f"{each.spot} ({', '.join(each.labels)})\n")
            rows = ((f"`{name}`", text) for name, text in each.choices.items())
            parts.append(table(("value", "means"), rows))
    return "\n".join(parts)


def home() -> str:
    """The README, with its links made to fit this site."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    for there, here in (
        ("docs/", ""),
        ("notebooks/pa-1003.svg", "pa-1003.svg"),
        ("benchmarks/RESULTS.md", "benchmarks.md"),
        ("CHANGELOG.md", "changelog.md"),
    ):
        text = text.replace(f"]({there}", f"]({here}")
    return text


def copied(place: str) -> Callable[[], str]:
    """A page that stands elsewhere in the project."""
    return lambda: (ROOT / place).read_text(encoding="utf-8")


PAGES: dict[str, Callable[[], str]] = {
    "index.md": home,
    "reference/commands.md": commands,
    "reference/python.md": python,
    "reference/case-format.md": case_format,
    "reference/relations.md": relations,
    "reference/clauses.md": clauses,
    "reference/readings.md": readings,
    "benchmarks.md": copied("benchmarks/RESULTS.md"),
    "changelog.md": copied("CHANGELOG.md"),
}
"""The pages that are made, by their place in the site."""


def page(place: str) -> str | None:
    """The Markdown of a page, written or made; None where there is none at this place."""
    if place in PAGES:
        try:
            return PAGES[place]()
        except FileNotFoundError:
            return None
    if "/" in place or not place.endswith(".md") or not (PLACE / place).is_file():
        return None
    return (PLACE / place).read_text(encoding="utf-8")


def contents() -> list[tuple[str, list[tuple[str, str]]]]:
    """The table of contents: sections ("" for a page of its own) with titles and places."""
    nav = yaml.safe_load((PLACE / "contents.yaml").read_text(encoding="utf-8"))["nav"]
    found = []
    for each in nav:
        ((title, inside),) = each.items()
        if isinstance(inside, str):
            found.append(("", [(title, inside)]))
        else:
            found.append((title, [pair for one in inside for pair in one.items()]))
    return found


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Called by MkDocs: adds the pages, and the picture that the README shows."""
    from mkdocs.structure.files import File

    for place, made in PAGES.items():
        files.append(File.generated(config, place, content=made()))
    picture = (ROOT / "notebooks" / "pa-1003.svg").read_text(encoding="utf-8")
    files.append(File.generated(config, "pa-1003.svg", content=picture))
    return files
