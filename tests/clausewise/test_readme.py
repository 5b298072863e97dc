"""README and docs tell the truth: what they show is run, and what they name exists."""

from __future__ import annotations

import re
import runpy
import shlex
from importlib.util import find_spec
from pathlib import Path

import pytest
from typer.main import get_group

import clausewise as cw
from clausewise.cli.commands import app
from clausewise.logic.mm_1508 import POLICY
from tests.support.command import run
from tests.support.places import CASE_FILES, ROOT, case_path

PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
RESULTS = ROOT / "benchmarks" / "RESULTS.md"
README = PAGES[0].read_text(encoding="utf-8")
OTHERS = ("-c", "-m", "-v")
"""Options of git, Python and the shell that the pages name."""
COMMANDS = {name: command.params for name, command in get_group(app).commands.items()}


def page(name: str) -> str:
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def options(command: str) -> set[str]:
    return {option for each in COMMANDS[command] for option in each.opts}


def blocks(text: str, language: str | None = None) -> list[str]:
    """The fenced blocks of a page: all, or those in this language ("" for none)."""
    return [block for name, _, block in titled_blocks(text) if language in (None, name)]


def titled_blocks(text: str) -> list[tuple[str, str, str]]:
    """The fenced blocks with their language and their title, which names a file."""
    opened = r'^```([a-z]*)(?: title="([^"]*)")?\n'
    return re.findall(opened + r"(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)


def code(text: str) -> list[str]:
    """What a page has in code style: inline pieces, and the lines of its blocks."""
    inline = re.findall(r"`([^`\n]+)`", re.sub(r"^```.*?^```$", "", text, flags=re.M | re.DOTALL))
    return [*inline, *(line for each in blocks(text) for line in each.splitlines())]


def test_the_readme_has_two_screens() -> None:
    lines = README.splitlines()
    assert len(lines) <= 100
    assert all(len(line) <= 80 for block in blocks(README) for line in block.splitlines())


def test_the_example_prints_what_the_readme_shows() -> None:
    """Word for word; only where lines break depends on the width of a terminal."""
    (block,) = (each for each in blocks(README, "") if each.startswith("$ "))
    first, _, shown = block.partition("\n")
    program, *arguments = shlex.split(first.removeprefix("$ "))
    assert program == ".venv/bin/clausewise"
    arguments = [str(ROOT / each) if "/" in each else each for each in arguments]
    assert run(*arguments).stdout.split() == shown.split()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that one is in: a new one, with ``facts`` and a few of its example cases."""
    (tmp_path / "facts" / "cases").mkdir(parents=True)
    for each in (ROOT / "facts").iterdir():
        if each.name != "cases":
            (tmp_path / "facts" / each.name).symlink_to(each)
    for name in ("pa-1001", "pa-1002", "pa-1003", "pa-1020"):
        path = case_path(name)
        (tmp_path / "facts" / "cases" / path.name).symlink_to(path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("path", PAGES[1:], ids=lambda path: path.stem)
def test_commands_that_are_shown_run(path: Path, folder: Path) -> None:
    """One after the other, as they stand in the blocks of a page.

    A block with a title is written to the file that it names; what stands below a line with ``$``
    is what the command prints, word for word.
    """
    for language, title, block in titled_blocks(path.read_text(encoding="utf-8")):
        if title:
            (folder / title).write_text(block, encoding="utf-8")
        if language:
            continue
        first, _, shown = block.partition("\n")
        prompted = first.startswith("$ clausewise")
        for line in [first.removeprefix("$ ")] if prompted else block.splitlines():
            program, *arguments = shlex.split(line, comments=True) or [""]
            if program == "clausewise":
                outcome = run(*arguments)
                assert outcome.exit_code == 0, f"{line}\n{outcome.output}"
                if prompted:
                    assert outcome.stdout.split() == shown.split(), line


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_python_that_is_shown_runs(path: Path, folder: Path) -> None:
    for block in blocks(path.read_text(encoding="utf-8"), "python"):
        if "import clausewise as cw" in block and ".explore()" not in block:
            (folder / "shown.py").write_text(block, encoding="utf-8")
            runpy.run_path("shown.py", run_name="__main__")


NOT_RUN = {
    "make demo": "it installs the project; that its targets are there is tested below",
    "clausewise text MM-1508": "it needs the published text, which is not in the project",
    "clausewise analyse MM-1508": "it takes minutes; tests/logic/analysis ask a small policy",
    "clausewise analyse CMM-611": "tests/clausewise/cli/test_analyse_against.py asks the like",
    "clausewise suite MM-1508": "it takes minutes; tests/logic/analysis ask a small policy",
    "# logic/mm_1508/injections.py": "rules of the policy, which are compared with it below",
    "import clausewise as cw\n\ncase = cw.load": "its panel is for notebooks, whose tests draw it",
    "[project.entry-points": "a part of the pyproject.toml of another project",
    "from datetime import date": "lines of a policy; tests/support/sleeve is a policy written so",
    "clausewise serve": "it runs until it is ended: tests/clausewise/cli/test_serve.py",
    "import json\nimport os": "it needs a server: tests/clausewise/serve/test_documentation.py",
}
"""Blocks that are not run here, by how they begin, and why."""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_block_that_is_not_run_has_a_reason(path: Path) -> None:
    for language, title, block in titled_blocks(path.read_text(encoding="utf-8")):
        commands = not language and "clausewise" in block
        program = language == "python" and "import clausewise as cw" in block
        # The policy of the guide is written and decided under by tests/docs/test_guide.py.
        of_the_guide = path.stem == "policies" and language in ("python", "toml")
        if not (title or commands or of_the_guide or (program and ".explore()" not in block)):
            assert block.startswith(tuple(NOT_RUN)), block


def test_every_command_is_in_the_table_and_no_other() -> None:
    table = page("commands.md").partition("| command |")[2].partition("\n\n")[0]
    assert set(re.findall(r"^\| `([a-z-]+)", table, flags=re.MULTILINE)) == set(COMMANDS)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_commands_and_options_that_a_page_names_exist(path: Path) -> None:
    every = {option for command in COMMANDS for option in options(command)}
    every |= {"--help", "--version", "--install-completion"}
    for piece in code(path.read_text(encoding="utf-8")):
        piece = piece.partition("  #")[0]
        named = re.search(r"^(?:\$ )?(?:\.venv/bin/)?clausewise ([a-z][a-z-]*)", piece)
        if named:
            assert named[1] in COMMANDS, piece
        word = named[1] if named else piece.partition(" ")[0]
        allowed = options(word) if word in COMMANDS else every
        assert set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", piece)) <= allowed | {*OTHERS}, piece


@pytest.mark.parametrize("path", [*PAGES, RESULTS], ids=lambda path: path.stem)
def test_targets_modules_functions_files_and_links_of_a_page_exist(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, flags=re.MULTILINE))
    pieces = code(text)
    for piece in pieces:
        for target in re.findall(r"^make ([a-z-]+)", piece):
            assert target in targets, piece
        for module in re.findall(r"python -m ([\w.]+)", piece):
            assert find_spec(module) is not None, piece
        for name in re.findall(r"\bcw\.(\w+)", piece):
            assert name in cw.__all__, piece
        for file in re.findall(r"(?:^| )((?:facts|logic|viz|tests|benchmarks)/[\w./-]+)", piece):
            assert (ROOT / file).exists(), piece
    for link in re.findall(r"\]\(([^)#]+)\)", text):
        assert link.startswith("https://") or (path.parent / link).exists(), link


def test_the_rules_shown_are_rules_of_the_policy() -> None:
    shown = re.findall(r"^(told_\w+\(L, .*)$", page("how-it-works.md"), flags=re.MULTILINE)
    rules = {re.sub(r"\s+", " ", str(rule)) for rule in POLICY.rules()}
    assert len(shown) == 2
    for line in shown:
        assert re.sub(r"\s+", " ", line) in rules


def test_numbers_of_readings_and_examples_are_right() -> None:
    assert f"{len(POLICY.readings)} readings" in page("how-it-works.md")
    assert len(CASE_FILES) == 23
    assert "twenty-three commented examples" in page("commands.md")
    assert "nine of the example cases" in page("fhir.md")
    assert len(list((ROOT / "facts" / "bundles").glob("*.json"))) == 9


def test_every_room_is_in_the_table_and_no_other() -> None:
    table = page("contributing.md").partition("| room |")[2].partition("\n\n")[0]
    named = set(re.findall(r"^\| `([\w/]+)`", table, flags=re.MULTILINE))
    floors = ("facts", "logic", "viz", "clausewise")
    rooms = {each.parent for floor in floors for each in (ROOT / floor).glob("*/__init__.py")}
    assert named == {str(each.relative_to(ROOT)) for each in rooms if not each.is_symlink()}
