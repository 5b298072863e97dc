"""No option of any command is passed over in silence: it changes the answer, or it is refused."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args, get_type_hints

import pytest
from typer.main import get_command

from clausewise.cli.commands import app
from tests.support import command
from tests.support.places import BUNDLE_FOLDER, CASE_FOLDER, ROOT, case_path

CASE = case_path("pa-1003")
COMMANDS: dict[str, Any] = get_command(app).commands  # type: ignore[attr-defined]
VALUES: dict[str, tuple[object, ...]] = {
    "--as-of": ("2026-03-10",),
    "--case": (CASE,),
    "--clause": ("D.I.B.7",),
    "--cohort": ("{two}",),
    "--count": (),
    "--days": (30,),
    "--depends": ("D.I.B.7",),
    "--facts": (),
    "--for": ("member",),
    "--full": (),
    "--hold": ("I2",),
    "--letter-format": ("html",),
    "--letters": (),
    "--output": ("{out}/written.svg",),
    "--parameter": ("minimum_block_relief=40",),
    "--path": ("open_sij_fusion",),
    "--policy": ("CMM-611",),
    "--proof": ("{out}/proof.json",),
    "--reading": ("block_relief=any_occasion",),
    "--reason-codes": ("{out}/none.csv",),
    "--reasons": (),
    "--sensitivity": (),
    "--set": ("parameter.minimum_block_relief=40",),
    "--side": ("right",),
    "--to": ("insufficient_information",),
    "--touches": ("thigh_thrust",),
    "--what-if": (),
    "--why": (),
    "--why-not": (),
    "--write": ("{out}/text.toml",),
}
"""A value for each option under which the answers below are others."""
GIVEN: dict[str, tuple[object, ...]] = {
    "ask": ("{two}", 'not_met(L, "D.I.B.7") & relief(E, R) & (R < 60)'),
    "as-of": (CASE, "2026-07-01"),
    "audit": ("{two}", "-o", "{out}/audit"),
    "compare-policies": ("MM-1508", "CMM-611"),
    "decide": (CASE,),
    "facts": (BUNDLE_FOLDER / "pa-1003.json",),
    "flip": (CASE,),
    "graph": (CASE,),
    "missing": (CASE,),
    "policies": (),
    "policy": (),
    "questionnaire": ("27279",),
    "quotes": (CASE, ROOT / "facts" / "documents" / "pa-1003" / "text"),
    "readings": (),
    "relations": (),
    "report": (CASE, "-o", "{out}/report.html"),
    "schema": (),
    "template": ("27279",),
    "text": ("MM-1508", ROOT / "tests" / "logic" / "analysis" / "text" / "fictional.txt"),
    "validate": (CASE,),
    "what-if": (CASE, "--set", "injections.I2.relief_percent=51"),
    "when": (CASE,),
    "why": (CASE,),
    "why-not": (CASE,),
}
"""Arguments of the commands; the others start servers, write skeletons or take minutes."""
BESIDE: dict[str, tuple[tuple[object, ...], ...]] = {
    "ask": (("--why",), ("--why-not",), ("--count",)),
    "graph": (
        ("--clause", "D.I.B.7"),
        ("--why",),
        ("--reasons",),
        ("--facts",),
        ("--set", "injections.I2.relief_percent=50"),
        ("-o", "{out}/g.svg"),
    ),
}
"""Options besides which the others are tried, together with each format."""
HARMLESS = {("decide", "--what-if"), ("missing", "--what-if"), ("why", "--what-if")}
"""A permission to answer under other choices; without such choices nothing needs it."""


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    for name in ("pa-1001", "pa-1003"):
        shutil.copy(case_path(name), folder)
    return folder


def contexts(name: str) -> Iterator[tuple[object, ...]]:
    """What the options of a command are tried beside: nothing, its formats, some options."""
    yield ()
    yield from BESIDE.get(name, ())
    hint = get_type_hints(COMMANDS[name].callback, include_extras=False).get("format")
    kinds = [each for each in (hint, *get_args(hint)) if each is not type(None)]
    for kind in kinds:
        for each in getattr(kind, "__members__", {}):
            if each != "text":
                named = ("--format", each.replace("_", "-"))
                yield (*named, "-o", "{out}/letter.docx") if each == "docx" else named


@pytest.mark.slow
@pytest.mark.parametrize("name", GIVEN)
def test_each_option_changes_the_answer_or_is_refused(name: str, two: Path, tmp_path: Path) -> None:
    number = 0

    def answer(*arguments: object) -> tuple[object, ...]:
        nonlocal number
        number += 1
        out = tmp_path / str(number)
        out.mkdir()
        told = [str(each).format(out=out, two=two) for each in arguments]
        outcome = command.run(name, *told)
        written = {path.name: path.read_bytes() for path in out.rglob("*") if path.is_file()}
        return outcome.exit_code, outcome.stdout.replace(str(out), ""), written

    options = [each for each in COMMANDS[name].params if each.param_type_name == "option"]
    ignored = []
    for beside in contexts(name):
        before = answer(*GIVEN[name], *beside)
        assert before[0] in (0, 1), beside
        for option in options:
            long = max(option.opts, key=len)
            used = {long, *option.opts} & {str(each) for each in (*GIVEN[name], *beside)}
            if long not in VALUES or used or (name, long) in HARMLESS:
                continue
            if answer(*GIVEN[name], *beside, long, *VALUES[long]) == before:
                ignored.append((beside, long))
    assert not ignored


def test_every_option_has_a_value_here() -> None:
    """Those left out are told why."""
    left_out = {
        "--format",  # is what the others are tried beside
        "--watch",  # does not end
        "--memory",  # bounds; what is answered is the same
        "--sample",
        "--size",
        "--spark",
        "--procedure",  # of `facts`: refused where the record asks for something itself
        "--received",
        "--help",
        "--version",
    }
    for name in GIVEN:
        for option in COMMANDS[name].params:
            if option.param_type_name == "option":
                assert max(option.opts, key=len) in {*VALUES, *left_out}, (name, option.opts)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("why", CASE, "--for", "member"), "--for belongs to a letter"),
        (("why", CASE, "--full", "-f", "json"), "--full belongs to --format text"),
        (("why", CASE, "--what-if"), "--what-if belongs to a letter"),
        (("why", "-", "--watch"), "standard input is none"),
        (("missing", CASE, "--what-if"), "--what-if belongs to --format fhir"),
        (("decide", CASE, "--what-if", "-f", "json"), "--what-if belongs to --format fhir"),
        (("audit", CASE_FOLDER, "-o", "x", "--what-if"), "--what-if belongs to --letters"),
        (("decide", CASE, "--watch", "--proof", "x"), "leave --watch out"),
        (("decide", CASE, "-f", "json", "--format", "text"), "--format is given more than once"),
        (("graph", "--depends", "D.I.B.7", "-o", "x.svg"), "--depends does not go with --output"),
        (("graph", CASE, "--touches", "relief"), "--touches does not go with CASE"),
        (("graph", CASE, "--clause", "D.I.B", "--why"), "--clause does not go with --why"),
        (("graph", CASE, "--set", "a=1", "--facts"), "--set does not go with --facts"),
        (("graph", CASE, "-o", "x.json"), "the graph of the whole policy; leave CASE out"),
        (("graph", "--side", "left"), "--side is of a case"),
        (("graph", CASE, "--path", "open_sij_fusion"), "--path draws the policy"),
        (("relations", "-o", "x"), "--output is for the relations of a cohort"),
        (("relations", CASE, "-o", "x", "--policy", "MM-1508"), "--policy is for the dictionary"),
        (("flip", CASE, "--hold", "injection"), "did you mean injections?"),
        (("serve", "--unencrypted-network"), "for another host without TLS"),
        (("text", "MM-1508", CASE, "--write", "x", "-f", "json"), "leave --format out"),
    ],
)
def test_an_option_that_would_be_ignored_is_an_error(
    arguments: tuple[object, ...], says: str
) -> None:
    outcome = command.run(*arguments)
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert says in " ".join(outcome.stderr.split())


@pytest.mark.parametrize(
    "words",
    [
        ("report", "{none}", "-o"),
        ("why", "{none}", "--format", "letter-html", "-o"),
        ("graph", "{none}", "-o"),
        ("decide", "{none}", "--proof"),
    ],
    ids=" ".join,
)
def test_a_file_that_is_there_already_is_told_before_the_case_is_read(
    words: tuple[str, ...], tmp_path: Path
) -> None:
    there = tmp_path / "there.svg"
    there.write_text("kept")
    told = [word.format(none=tmp_path / "none.yaml") for word in words]
    found = command.run(*told, str(there))
    assert found.exit_code == 2
    assert "File exists" in found.stderr
    assert there.read_text() == "kept"
