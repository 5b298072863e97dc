"""Writing a policy: the skeleton works at once, and all that is wrong is told at once."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from clausewise.cli.commands import app
from clausewise.logic.authoring.check import check_policy
from clausewise.logic.authoring.skeleton import SkeletonError, new_policy
from tests.support.places import ROOT


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The skeleton of a policy."""
    return new_policy("knee_fusion", tmp_path, "sleeve_gastrectomy", date(2026, 1, 1))


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new), encoding="utf-8")


def told(folder: Path) -> list[str]:
    return [str(each) for each in check_policy(folder)]


def test_the_skeleton_has_no_fault_and_passes_its_own_test(folder: Path) -> None:
    assert told(folder) == []
    outcome = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", folder.name],
        cwd=folder.parent,
        env={"PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert "1 passed" in outcome.stdout, outcome.stdout + outcome.stderr


def test_a_skeleton_for_a_procedure_with_sides_has_an_example_with_one(tmp_path: Path) -> None:
    found = new_policy("joint", tmp_path, "27279", date(2026, 1, 1))
    assert told(found) == []


def test_a_skeleton_for_a_new_procedure_adds_it_as_a_word(tmp_path: Path) -> None:
    found = new_policy("knee", tmp_path, "knee_lavage", date(2026, 1, 1))
    assert told(found) == []
    assert 'name = "knee_lavage"' in (found / "vocabulary.toml").read_text(encoding="utf-8")
    with pytest.raises(SkeletonError, match="'29877' is not a procedure"):
        new_policy("other", tmp_path, "29877", date(2026, 1, 1))


def test_every_kind_of_fault_is_told_at_once_with_its_clause_and_line(folder: Path) -> None:
    criteria = folder / "criteria.py"
    changed(criteria, 'all_of("A.1")', 'all_of("A.1", "A.2", "A.3", "A.4")')
    changed(criteria, "import all_of, gate", "import L, all_of, gate, leaf, told_met, told_not_met")
    changed(criteria, "import Section", "import Section, relation, variables")
    criteria.write_text(
        criteria.read_text(encoding="utf-8")
        + """
from clausewise.logic.language.input_relations import finding, line, member_age, parameter

D, E, T = variables("D E T")
nowhere = relation("nowhere", "line", "no rule defines it")
unread = relation("unread", "line", "nothing asks for it")

with leaf(SECTION, "A.2", "", name="two", question="?"):
    told_met(L, "A.2") <= nowhere(L)
    told_not_met(L, "A.2") <= line(L) & ~finding(E, "hypertension")
with leaf(SECTION, "A.3", "three", name="three", question="?"):
    told_met(L, "A.3") <= line(L) & finding(E)
    told_met(L, "A.3") <= line(L) & member_age(D) & parameter("least_age", T) & (D >= T)
    unread(L) <= line(L)
with leaf(SECTION, "A.4", "four", name="four"):
    told_met(L, "A.4") <= line(L) & finding(E, "no_such_finding")
"""
    )
    parameters = folder / "parameters.toml"
    parameters.write_text(
        parameters.read_text() + '\n[asked_by_none]\nunit = "days"\nclause = "A.9"\nmeaning = "m"\n'
        "values = { 2026-01-01 = 1 }\n"
    )
    found = "\n".join(told(folder))
    for each in (
        r"criteria.py:\d+: A.2/\d: no rule defines nowhere",
        r"criteria.py:\d+: A.2/\d: E not bound before ~finding",
        r"criteria.py:\d+: A.3: finding has 2 columns \(entry, finding\), not 1",
        r"criteria.py:\d+: A.3/\d: least_age is not in the register of parameters",
        r"criteria.py:\d+: A.3/\d: nothing asks for unread",
        r"criteria.py:\d+: A.4/\d: no_such_finding is not a name for finding",
        r"criteria.py:\d+: A.2: the clause has no sentence",
        r"criteria.py:\d+: A.4: the criterion has no question",
        r"A.9: no rule asks for the parameter asked_by_none",
        r"A.9, of the parameter asked_by_none, is not a clause",
    ):
        assert re.search(each, found), f"{each}\n\n{found}"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("criteria.py", 'all_of("A.1")', 'all_of("A.1", "A.2")', "its part A.2 is not a clause"),
        ("criteria.py", "member.age", "member.aged", "criteria.py:12: AttributeError"),
        ("criteria.py", "SECTION =", "SECTION = =", "criteria.py:9: SyntaxError"),
        ("policy.toml", "from = 2026-01-01", "until = 2026-01-01", "version 1 has a day 'from'"),
        ("policy.toml", "sleeve_gastrectomy", "sleeve", "policy.toml:6: sleeve is not a procedure"),
        (
            "parameters.toml",
            "2026-01-01 = 18",
            "2026-02-01 = 18",
            "parameters.toml:3: A.1: minimum_age has no value",
        ),
        (
            "parameters.toml",
            "2026-01-01 = 18",
            "2026-01-01 = 18, 2027-01-01 = 21",
            "minimum_age changes on 2027-01-01, no version does",
        ),
        ("cases/adult.yaml", "44", "17", "not_medically_necessary, and not medically_necessary"),
        ("cases/adult.yaml", "age:", "ages:", "cases/adult.yaml"),
        ("__init__.py", "WRITTEN", "POLICY", "no DatedPolicy under the name WRITTEN"),
    ],
)
def test_a_fault_is_told_with_its_place(
    folder: Path, file: str, old: str, new: str, expected: str
) -> None:
    changed(folder / file, old, new)
    assert any(expected in each for each in told(folder)), told(folder)


@pytest.mark.parametrize(
    ("file", "old", "new", "decided"),
    [
        ("criteria.py", "How old is the member?", "", True),
        ("criteria.py", "SECTION =", "SECTION = =", False),
        ("criteria.py", 'all_of("A.1")', 'all_of("A.1", "A.2")', False),
    ],
)
def test_examples_are_looked_at_beside_other_faults(
    folder: Path, file: str, old: str, new: str, decided: bool
) -> None:
    changed(folder / file, old, new)
    adult = folder / "cases" / "adult.yaml"
    (folder / "cases" / "bad.yaml").write_text(adult.read_text().replace("age:", "ages:"))
    (folder / "cases" / "open.yaml").write_text(adult.read_text().partition("review:")[0])
    changed(adult, "44", "17")
    found = "\n".join(told(folder))
    assert f"{file}:" in found
    assert "ages" in found
    assert "open.yaml: it does not say its determination" in found
    assert ("not_medically_necessary, and not medically_necessary" in found) == decided


def test_a_clause_that_is_never_told_not_met_is_one_fault(folder: Path) -> None:
    text = (folder / "criteria.py").read_text(encoding="utf-8")
    text = text.replace('all_of("A.1")', 'all_of("A.1", "A.2")') + (
        "\nfrom clausewise.logic.language.criteria import L, leaf, told_met"
        "\nfrom clausewise.logic.language.input_relations import line"
        '\nwith leaf(SECTION, "A.2", "second", name="second", question="Second?"):'
        '\n    told_met(L, "A.2") <= line(L)\n'
    )
    (folder / "criteria.py").write_text(text, encoding="utf-8")
    (fault,) = told(folder)
    assert fault.endswith("A.2: no rule says when it is not met (told_not_met)")


@pytest.mark.parametrize("name", ["", "../up", "Knee", "class", "x" * 61, "a b", "knee.fusion"])
def test_a_name_that_is_no_package_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(SkeletonError):
        new_policy(name, tmp_path, "27279", date(2026, 1, 1))
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_exists_stays_as_it_is(folder: Path) -> None:
    with pytest.raises(SkeletonError, match="name a new folder"):
        new_policy("knee_fusion", folder.parent, "27279", date(2026, 1, 1))


def test_the_commands_write_and_check(tmp_path: Path) -> None:
    runner = CliRunner()
    outcome = runner.invoke(app, ["new-policy", "knee_fusion", "--output", str(tmp_path)])
    assert outcome.exit_code == 0, outcome.output
    place = str(tmp_path / "knee_fusion")
    outcome = runner.invoke(app, ["check-policy", place])
    assert (outcome.exit_code, outcome.stdout) == (0, "no fault\n")
    changed(tmp_path / "knee_fusion" / "cases" / "adult.yaml", "44", "17")
    outcome = runner.invoke(app, ["check-policy", place, "--format", "json"])
    assert outcome.exit_code == 1
    assert len(json.loads(outcome.stdout)["faults"]) == 1
    outcome = runner.invoke(app, ["new-policy", "knee_fusion", "--output", str(tmp_path)])
    assert outcome.exit_code == 2
    outcome = runner.invoke(app, ["check-policy", str(tmp_path / "nowhere")])
    assert (outcome.exit_code, outcome.stdout) == (2, "")
    assert "there is no such folder, and no installed policy has this number" in outcome.stderr
    outcome = runner.invoke(app, ["check-policy", str(tmp_path)])
    assert outcome.exit_code == 1
    assert "is not the folder of a policy" in outcome.stdout


def test_words_of_its_own_are_known_before_the_policy_is_installed(folder: Path) -> None:
    word = '[[finding]]\nname = "brace_failed"\nmeaning = "a brace failed"\nquestion = "Did it?"\n'
    (folder / "vocabulary.toml").write_text(word, encoding="utf-8")
    criteria = folder / "criteria.py"
    changed(criteria, 'all_of("A.1")', 'all_of("A.1", "A.2")')
    changed(criteria, "import member", "import findings, member")
    text = criteria.read_text(encoding="utf-8")
    criteria.write_text(
        f'{text}findings.present(SECTION, "A.2", "a brace failed", "brace_failed")\n',
        encoding="utf-8",
    )
    found = told(folder)
    assert "criteria.py:20: finding brace_failed has no words 'present'" in found
    assert not any("is not a finding" in each for each in found)


def test_a_vocabulary_that_is_wrong_is_a_fault(folder: Path) -> None:
    (folder / "vocabulary.toml").write_text('[[findings]]\nname = "x"\n', encoding="utf-8")
    (found,) = told(folder)
    assert "findings is not a list of the vocabulary" in found


def test_many_faults_are_told_at_once_each_with_its_clause_and_line(folder: Path) -> None:
    changed(folder / "policy.toml", "payer =", "payr =")
    changed(folder / "parameters.toml", "2026-01-01 = 18", "2026-13-01 = 18, 2026-01-01 = -3")
    parameter = '[unused]\nunit = "days"\nclause = "A.9"\nmeaning = "none"\n'
    for file, text in (
        ("parameters.toml", f"{parameter}values = {{ 2026-01-01 = 1 }}\n"),
        ("vocabulary.toml", '[[finding]]\nname = "hypertension"\nmeaning = "another"\n'),
        (
            "criteria.py",
            "\nfrom clausewise.logic.language.criteria import L, all_of, leaf, told_met"
            "\nfrom clausewise.logic.language.input_relations import line, member_age, visit"
            "\nfrom clausewise.logic.language.notation import relation, variables"
            "\nfrom clausewise.logic.library import findings"
            "\nA, D, E = variables('A D E')"
            "\nnone = relation('none', 'line', 'no rule defines it')"
            "\nfindings.present(SECTION, 'A.2', 'the knee locks', 'knee_loks')"
            "\nwith leaf(SECTION, 'A.3', '', name='third', question='Third?'):"
            "\n    told_met(L, 'A.3') <= line(L) & visit(E) & none(L)"
            "\n    told_met(L, 'A.3') <= line(L) and member_age(A) & (A >= 'old')"
            "\n    told_met(L, 'A.3') <= line(L) & (D == 5)"
            "\n    told_met(L, 'A.8') <= line(D)\n",
        ),
    ):
        with (folder / file).open("a", encoding="utf-8") as stream:
            stream.write(text)
    changed(folder / "criteria.py", 'all_of("A.1")', 'all_of("A.1", "A.2", "A.4")')
    found = told(folder)
    lines = (folder / "criteria.py").read_text(encoding="utf-8").splitlines()
    start = lines.index("A, D, E = variables('A D E')")
    for expected in (
        "policy.toml:3: payr is not a key of a policy",
        "policy.toml:3: payer is missing",
        "parameters.toml:3: minimum_age: '2026-13-01' is not a day",
        "parameters.toml:3: minimum_age: -3 is not a whole number",
        "A.9, of the parameter unused, is not a clause",
        "vocabulary.toml:2: hypertension is defined already",
        f"criteria.py:{start + 3}: A.2: 'knee_loks' is not a finding",
        f"criteria.py:{start + 5}: A.3: the clause has no sentence",
        f"criteria.py:{start + 5}: A.3: visit has 2 columns",
        f"criteria.py:{start + 5}: A.3/1: no rule defines none",
        f"criteria.py:{start + 6}: A.3: write & and not 'and'",
        f"criteria.py:{start + 7}: A.3: not a literal of a rule: False",
        f'criteria.py:{start + 8}: A.3: the rule for told_met(L, "A.8") stands under',
        f"criteria.py:{start + 8}: A.3/4: L of the head not bound",
        "A: its part A.4 is not a clause",
        "A.3: nothing asks for the clause",
    ):
        assert any(expected in each for each in found), (expected, found)
    assert all(each.partition(":")[0].endswith((".py", ".toml")) for each in found), found
