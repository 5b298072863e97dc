"""Every command answers the same with all names of MM-1508 replaced, as people would ask it.

The commands are those of the command line itself; one that is not asked here is named with why.
"""

from __future__ import annotations

import re
import shutil
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path

import pytest

from clausewise.api import analysis
from clausewise.logic.language.policy import Policy
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.policies.registry import Registered, folder_of
from tests.logic.policies.test_scrambled import renamed, wordless
from tests.support.command import COMMAND, run
from tests.support.places import CASE_FOLDER

CASE = str(CASE_FOLDER / "pa-1003.yaml")
OTHER_CASE = str(CASE_FOLDER / "pa-1005.yaml")
UNDER = ("--policy", POLICY.number)
TEXT = str(Path(__file__).parents[1] / "analysis" / "text" / "fictional.txt")

NOT_ASKED = {
    "quotes": "compares a case with its documents; no policy is read",
    "schema": "writes the format of case files; no policy is read",
    "validate": "reads a case by the vocabulary; no policy is read",
    "facts": "makes a case file of a FHIR record; no policy is read",
    "relations": "writes a cohort as relations; no policy is read",
    "serve": "answers with the functions of the other commands",
    "new-policy": "writes a policy of its own; none is read",
    "check-policy": "reads the files of a policy, which has other names only in memory",
}
"""Commands that are asked nothing here, and why."""

TELLS_BY_ITS_STATUS = ("run-suite", "text", "drift")
"""Commands whose exit status 1 says that there is something to look at."""

ASKED: dict[str, tuple[tuple[str, ...], ...]] = {
    "decide": (
        ("decide", CASE, "--format", "json", *UNDER),
        (
            "decide",
            CASE,
            *UNDER,
            "--parameter",
            "{minimum_pain_score}=9",
            "--reading",
            "{conservative_failure}={inadequate_relief}",
        ),
    ),
    "why": (
        ("why", CASE, "--full", *UNDER),
        ("why", CASE, "--format", "json", *UNDER),
        ("why", CASE, "--format", "markdown", "--for", "member", *UNDER),
        ("why", CASE, "--format", "letter-html", "--for", "clinician", *UNDER),
    ),
    "what-if": (
        ("what-if", CASE, "--set", "request.received=2027-07-15", "--format", "json", *UNDER),
        ("what-if", CASE, "--set", "parameter.{minimum_pain_score}=9", "--format", "json", *UNDER),
    ),
    "as-of": (("as-of", CASE, "2026-07-31", "--format", "json", *UNDER),),
    "when": (("when", CASE, "--days", "10", "--format", "json", *UNDER),),
    "missing": (
        ("missing", OTHER_CASE, "--format", "json", *UNDER),
        ("missing", OTHER_CASE, *UNDER),
    ),
    "flip": (("flip", CASE, "--format", "json", *UNDER), ("flip", CASE, *UNDER)),
    "check": (
        ("decide", CASE, "--proof", "{folder}/proof.json", *UNDER),
        ("check", "{folder}/proof.json", CASE, *UNDER),
    ),
    "why-not": (("why-not", CASE, "--format", "json", *UNDER), ("why-not", CASE, *UNDER)),
    "policy": (
        ("policy", "--format", "json", *UNDER),
        ("policy", "{D.I.B.6}", *UNDER),
    ),
    "readings": (("readings", "--format", "json", *UNDER),),
    "template": (("template", "27279", *UNDER), ("template", "27280", *UNDER)),
    "ask": (
        ("ask", CASE, "met(L, C)", "--format", "json", *UNDER),
        ("ask", CASE, 'met(L, "{D.I.B.6}")', "--why-not", *UNDER),
        ("ask", CASE, 'not_met(L, "{D.I.B.6}")', "--why", *UNDER),
        ("ask", "{cohort}", "not_met(L, C)", "--format", "csv", *UNDER),
    ),
    "questionnaire": (("questionnaire", "27279", *UNDER),),
    "report": (("report", CASE, "-o", "{folder}/report.html", *UNDER),),
    "graph": (
        ("graph", CASE, "--why", *UNDER),
        ("graph", "-o", "{folder}/graph.graphml", *UNDER),
        ("graph", "--depends", "{D.I.B.6}", *UNDER),
        ("graph", "--touches", "{minimum_pain_score}", *UNDER),
        ("graph", "--clause", "{D.I.B.6}", *UNDER),
    ),
    "audit": (
        ("audit", "{cohort}", "-o", "{folder}/audit", "--sensitivity", "--format", "json", *UNDER),
    ),
    "policies": (("policies", "--format", "json"),),
    "analyse": (
        ("analyse", POLICY.number, "--path", "open_sij_fusion", "--format", "json"),
        ("analyse", POLICY.number, "--path", "open_sij_fusion", "--against", "CMM-611"),
    ),
    "suite": (("suite", POLICY.number, "-o", "{folder}/suite", "--changes", "5"),),
    "run-suite": (
        ("suite", POLICY.number, "-o", "{folder}/suite", "--changes", "0"),
        ("run-suite", POLICY.number, "{folder}/suite", "--format", "json"),
    ),
    "text": (("text", POLICY.number, TEXT, "--format", "json"),),
    "drift": (
        (
            *("drift", POLICY.number, "{folder}/text.txt", "--format", "json"),
            *("--cases", "{cohort}", "--tests", "{cohort}"),
        ),
    ),
    "compare-policies": (
        # Clauses of two policies are matched by their ids too, so each is put beside itself.
        ("compare-policies", POLICY.number, POLICY.number, "--case", CASE, "--format", "json"),
        ("compare-policies", "L39455", POLICY.number, "--cohort", "{cohort}", "--format", "csv"),
    ),
}


def test_every_command_is_asked_or_said_why_not() -> None:
    commands = set(COMMAND.commands)  # type: ignore[attr-defined]
    assert set(ASKED) | set(NOT_ASKED) == commands
    assert not set(ASKED) & set(NOT_ASKED)


def names_of(policy: Policy) -> Mapping[str, str]:
    """The names that the policy has, by those of MM-1508."""
    pairs = [
        *zip(POLICY.clauses, policy.clauses, strict=True),
        *zip(POLICY.parameter, policy.parameter, strict=True),
        *zip(POLICY.reading, policy.reading, strict=True),
    ]
    for old, new in zip(POLICY.readings, policy.readings, strict=True):
        pairs += zip(old.choices, new.choices, strict=True)
    return dict(pairs)


def folder_with_text(policy: Policy, folder: Path) -> Path:
    """A folder with what is kept of the text, under the names that the policy has.

    The labels of the spans are the document's own.
    """
    folder.mkdir()
    names = names_of(policy)
    rows = (folder_of(POLICY.number) / "text.toml").read_text(encoding="utf-8").splitlines()
    for place, line in enumerate(rows):
        if not line.startswith("label"):
            quoted = re.sub(r'"([^"]+)"', lambda said: f'"{names.get(said[1], said[1])}"', line)
            rows[place] = quoted
    (folder / "text.toml").write_text("\n".join(rows), encoding="utf-8")
    return folder


def answers(
    policy: Policy, command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> Counter[str]:
    """What the lines of a command write, as the words of it."""
    cohort = folder / "cases"
    cohort.mkdir(parents=True)
    for name in ("pa-1003", "pa-1005"):
        shutil.copy(CASE_FOLDER / f"{name}.yaml", cohort)
    # A text names clauses by their labels; this one has labels of no clause.
    (folder / "text.txt").write_text("A. Subject\n\nIt says less.\n\nB. Background\n\nNone.\n")
    own, ordinary = folder_with_text(policy, folder / "policy"), Registered.at
    names = {**names_of(policy), "folder": str(folder), "cohort": str(cohort)}

    def at(self: Registered, day: date) -> Policy:
        return policy if self.about.number == POLICY.number else ordinary(self, day)

    written = []
    with monkeypatch.context() as patched:
        patched.setattr(Registered, "at", at)
        patched.setattr(
            analysis, "folder_of", lambda each: own if each == POLICY.number else folder_of(each)
        )
        for line in ASKED[command]:
            outcome = run(*(re.sub(r"{(.+?)}", lambda said: names[said[1]], each) for each in line))
            fair = (0, 1) if command in TELLS_BY_ITS_STATUS else (0,)
            assert outcome.exit_code in fair, (line, outcome.output)
            written.append(outcome.stdout)
    pages = (*folder.glob("*.html"), *folder.glob("*.graphml"), *folder.glob("suite/*.yaml"))
    written += [page.read_text(encoding="utf-8") for page in pages]
    if command == "graph":  # labels in a picture are cut as their length asks
        written = [re.sub(r"\S+[.…]\S*", " ", each) for each in written]
    text = "\n".join(written).replace(str(folder), "FOLDER")
    text = re.sub(r'digest: "\w+"', "", text)  # of a text with the labels
    return words(text.replace(policy.fingerprint, "FINGERPRINT"))


def words(text: str) -> Counter[str]:
    """The words of an answer in the original names, in no order and without drawings.

    Labels decide how a line is folded and what is sorted first.
    """
    text = re.sub(r"<(style|svg)\b.*?</\1>|<[^>]*>", " ", text, flags=re.DOTALL)
    text = renamed().put_back(text).replace("_", " ")
    return Counter(re.findall(r"[^\s\"',;:{}\[\]()─│└├]+", text))


@pytest.mark.slow
@pytest.mark.parametrize("command", ASKED)
def test_a_command_answers_the_same(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = answers(renamed().policy, command, tmp_path / "renamed", monkeypatch)
    meant = answers(wordless(), command, tmp_path / "plain", monkeypatch)
    assert (found - meant, meant - found) == (Counter(), Counter())
    assert len(found) > 5
