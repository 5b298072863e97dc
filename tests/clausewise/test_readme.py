"""The README tells the truth about commands, files and the rules it shows."""

from __future__ import annotations

import re

from clausewise.cli.commands import app
from clausewise.logic.mm_1508 import POLICY
from tests.support.places import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")


def commands() -> set[str]:
    names = set()
    for command in app.registered_commands:
        assert command.callback is not None
        names.add((command.name or command.callback.__name__).replace("_", "-"))
    return names


def test_every_command_is_in_the_table_and_no_other() -> None:
    table = README.partition("## Commands")[2].partition("## A case")[0]
    rows = re.findall(r"^\| `([a-z-]+)", table, flags=re.MULTILINE)
    assert set(rows) | {"check"} == commands()
    assert "`check FILE CASE`" in README


def test_the_rules_shown_are_rules_of_the_policy() -> None:
    shown = re.findall(r"^(told_\w+\(L, .*)$", README, flags=re.MULTILINE)
    rules = {re.sub(r"\s+", " ", str(rule)) for rule in POLICY.rules()}
    assert len(shown) == 2
    for line in shown:
        assert re.sub(r"\s+", " ", line) in rules


def test_numbers_of_readings_and_examples_are_right() -> None:
    assert f"{len(POLICY.readings)} readings" in README
    assert len(list((ROOT / "facts" / "cases").glob("*.yaml"))) == 18


def test_the_two_commands_exist() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("demo", "test", "test-all", "bench"):
        assert re.search(rf"^{target}:", makefile, flags=re.MULTILINE)
