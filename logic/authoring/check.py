"""Every fault of a policy that is being written, at once, each with its clause and its line.

What enters is the folder of a policy; what leaves are sentences. The policy's own modules are
imported, as they are when it is used.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from importlib import import_module
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

from clausewise.facts.case.model import Case
from clausewise.facts.case.problems import InputError
from clausewise.facts.case.validation import load_case
from clausewise.facts.case.values import nearest
from clausewise.facts.vocabulary.installed import WRITING, installed_policies
from clausewise.facts.vocabulary.words import FILE as VOCABULARY_FILE
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.authoring.places import Fault, line_of, line_with, placed
from clausewise.logic.decision.decide import Decision, decide_case
from clausewise.logic.explain.words_check import faults_in_words
from clausewise.logic.language.dated import DatedPolicy
from clausewise.logic.language.faults import Gathered, PolicyError, gathering
from clausewise.logic.language.notation import Clause, Section
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.well_formed import ProgramError
from clausewise.logic.program.program import check_rules, program_of

OF_ITS_OWN = ("vocabulary.toml", "words.toml")
"""The files of words, which the vocabulary and the sentences of an installed policy hold."""
NAME = "WRITTEN"
"""What a policy's package calls its ``DatedPolicy``."""


def check_policy(folder: Path) -> tuple[Fault, ...]:
    """The faults of the policy in a folder, each once; none when it can be decided with.

    Looked for are: relations that are undefined, unused or given the wrong number of columns;
    variables that are not bound; columns that hold other things; parameters and readings that are
    not in their register or that no rule asks for; parts, exclusions and roles that do not exist;
    clauses without a sentence and criteria without a question; days without a version; procedures
    without a path; examples that are decided otherwise than they say. Raises OSError for a file
    that is there and cannot be read.
    """
    if not (folder / "__init__.py").is_file():
        return (Fault("", f"{folder} is not the folder of a policy: it has no __init__.py"),)
    if any((folder / name).is_file() for name in OF_ITS_OWN) and not _package_of(folder.resolve()):
        return _with_words_of_its_own(folder.resolve())
    written = None
    with gathering(folder) as gathered:
        try:
            written = policy_in(folder.resolve())
        except PolicyError as error:
            place = line_of(error, gathered)
            told = [Fault(place, line) for line in str(error).splitlines()]
        except Exception as error:  # whatever an author's module may raise
            if isinstance(error, OSError) and not isinstance(error, FileNotFoundError):
                raise  # the machine failed, and not the policy
            told = [Fault(line_of(error, gathered), f"{type(error).__name__}: {error}")]
        else:
            told = [placed(each, gathered) for each in _faults(written)]
    faults = [*_of_words(folder), *_noted(gathered), *told]
    faults += [Fault("", each) for each in _examples(folder, written, faulty=bool(faults))]
    return tuple(dict.fromkeys(faults))


def _with_words_of_its_own(folder: Path) -> tuple[Fault, ...]:
    """The faults of a policy that adds words: these are known to a process that begins with it.

    Raises PolicyError where none can be started.
    """
    others = os.environ.get(WRITING, "")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "clausewise", "check-policy", str(folder), "--format", "json"],
            env={**os.environ, WRITING: f"{others}{os.pathsep}{folder}".strip(os.pathsep)},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
    except OSError as error:
        told = f"{folder}: a further process cannot be started: {error.strerror or error}"
        raise PolicyError(told) from None
    if done.returncode not in (0, 1) or not done.stdout:
        said = done.stderr.strip().splitlines() or ["it cannot be read"]
        return (Fault("", said[-1]),)
    return tuple(Fault(each["place"], each["fault"]) for each in json.loads(done.stdout)["faults"])


def _package_of(folder: Path) -> str:
    """The name of the installed policy in a folder; empty where it is not installed."""
    found = (each.package for each in installed_policies() if each.folder.resolve() == folder)
    return next(found, "")


def policy_in(folder: Path) -> DatedPolicy:
    """The policy of a package in a folder, which is imported under its own name."""
    package = _package_of(folder)
    module = import_module(package) if package else _fresh(folder)
    found = getattr(module, NAME, None)
    if not isinstance(found, DatedPolicy):
        raise PolicyError(f"{folder.name}/__init__.py has no DatedPolicy under the name {NAME}")
    return found


def _fresh(folder: Path) -> ModuleType:
    """The package of a folder, imported anew; what was imported before is left as it was."""
    name = folder.name
    before = {each: sys.modules[each] for each in [*sys.modules] if _is_of(each, name)}
    known = getattr(before.get(name), "__file__", None)
    if before and (known is None or Path(known).resolve().parent != folder):
        raise PolicyError(f"{name}: another package of this name is imported already")
    spec = spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    if spec is None or spec.loader is None:
        raise PolicyError(f"{name}: not a package that can be imported")
    module = module_from_spec(spec)
    for each in before:
        del sys.modules[each]
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    finally:
        for each in [*sys.modules]:
            if _is_of(each, name):
                del sys.modules[each]
        sys.modules.update(before)
    return module


def _is_of(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _of_words(folder: Path) -> Iterator[Fault]:
    """The faults of the words that the policy adds, each with the line of the word."""
    file = folder / VOCABULARY_FILE
    own = f"{folder.resolve().name}/{file.name}: "
    for each in VOCABULARY.faults:
        if each.startswith(own):
            sentence = each.removeprefix(own)
            words = re.findall(r"\w+", sentence)
            texts = [f'"{word}"' for word in words] + [f"[{word}]" for word in words]
            yield Fault(line_with(file, texts), sentence)


def _noted(gathered: Gathered) -> Iterator[Fault]:
    for place, sentence in gathered.faults:
        yield Fault(place, sentence) if place else placed(sentence, gathered)


def _faults(written: DatedPolicy) -> Iterator[str]:
    about = written.about
    paths = {path.procedure for path in written.paths}
    for name in about.procedures:
        if name not in VOCABULARY.procedures:
            yield f"{name} is not a procedure{nearest(name, VOCABULARY.procedures)}"
        elif name not in paths:
            yield f"{name} is a procedure of the policy and has no path"
    for name in sorted(paths - set(about.procedures)):
        yield f"{name} has a path and is not in policy.toml"
    for section in written.sections:
        for clause in section.clauses:
            yield from _of_a_clause(clause)
    yield from written.faults()
    for version in about.versions:
        yield from _of_a_version(_each_once(written.fold(version)), written.labels)


def _each_once(policy: Policy) -> Policy:
    """The policy with one clause of each label: that there are two is a fault told already."""
    first: dict[str, Clause] = {}
    for section in policy.sections:
        for clause in section.clauses:
            first.setdefault(clause.label, clause)
    once = tuple(
        Section(
            section.label,
            section.title,
            [each for each in section.clauses if first[each.label] is each],
        )
        for section in policy.sections
    )
    return replace(policy, sections=once)


def _of_a_clause(clause: Clause) -> Iterator[str]:
    if not clause.paraphrase.strip():
        yield f"{clause.label}: the clause has no sentence"
    if clause.kind == "criterion" and not clause.gate and not clause.question:
        yield f"{clause.label}: the criterion has no question to ask where nothing is documented"
    if not clause.rules:
        yield f"{clause.label}: the clause has no rule"


def _of_a_version(policy: Policy, labels: Collection[str]) -> Iterator[str]:
    """The faults of the policy as of one version; they are told once for all versions."""
    shape = list(_of_the_shape(policy))
    yield from shape
    yield from _of_the_registers(policy)
    known = policy.clauses
    unknown = {label for label in _named(policy) if label not in known}
    if policy.scope in unknown:
        return
    try:
        check_rules(_with_known_labels(policy), tuple(policy.rules()))
    except ProgramError as error:
        told = dict.fromkeys(map(_in_one, error.faults))
        # What follows from a label that is no clause is not told once more.
        again = [text for name in unknown for text in (f"[{name}]", f" {name} is not a clause of")]
        yield from (each for each in told if not any(text in each for text in again))
    else:
        if not shape:
            yield from faults_in_words(program_of(policy), labels)


def _named(policy: Policy) -> Iterator[str]:
    """The labels that gates and paths name."""
    yield policy.scope
    for clause in policy.clauses.values():
        yield from (*clause.parts, *clause.further_parts)
    for path in policy.paths:
        yield from (path.root, *path.exclusions, *path.further_exclusions)


def _with_known_labels(policy: Policy) -> Policy:
    """The policy whose gates and paths name clauses only."""
    known = policy.clauses

    def kept(labels: Iterable[str]) -> tuple[str, ...]:
        return tuple(label for label in labels if label in known)

    return replace(
        policy,
        paths=tuple(
            replace(
                path,
                exclusions=kept(path.exclusions),
                further_exclusions=kept(path.further_exclusions),
            )
            for path in policy.paths
            if path.root in known
        ),
        sections=tuple(
            Section(
                section.label,
                section.title,
                [
                    replace(
                        clause, parts=kept(clause.parts), further_parts=kept(clause.further_parts)
                    )
                    for clause in section.clauses
                ],
            )
            for section in policy.sections
        ),
    )


def _of_the_shape(policy: Policy) -> Iterator[str]:
    """Labels that are named and are no clause."""
    known = policy.clauses
    named = {policy.scope: "the clause that tells whether the policy governs"}
    for path in policy.paths:
        named[path.root] = f"the root of {path.name}"
        for label in (*path.exclusions, *path.further_exclusions):
            named[label] = f"an exclusion of {path.name}"
    yield from _parts_that_are_none(known)
    for label, what in named.items():
        if label not in known:
            yield f"{label} is {what} and not a clause{nearest(label, known)}"


def _parts_that_are_none(known: Mapping[str, Clause]) -> Iterator[str]:
    for clause in known.values():
        for part in (*clause.parts, *clause.further_parts):
            if part not in known:
                yield f"{clause.label}: its part {part} is not a clause{nearest(part, known)}"


def _in_one(fault: str) -> str:
    """A fault of the rules; what is one of a clause is told of the clause, not of each rule."""
    if found := _NEVER_TOLD.fullmatch(fault):
        told = {"told_met": "met", "told_not_met": "not met"}[found["told"]]
        return f"{found['label']}: no rule says when it is {told} ({found['told']})"
    if found := _NEVER_ASKED.fullmatch(fault):
        return f"{found['label']}: nothing asks for the clause"
    return fault


_NEVER_TOLD = re.compile(r"\S+: no rule defines (?P<told>told_met|told_not_met)\[(?P<label>.+)\]")
_NEVER_ASKED = re.compile(r"(?P<label>.+)/\d+: nothing asks for \w+\[(?P=label)\]")


def _of_the_registers(policy: Policy) -> Iterator[str]:
    """Parameters, readings and roles that nothing asks for, or that name what is not there."""
    atoms = [atom for rule in policy.rules() for atom, _ in rule.atoms()]
    asked = {
        kind: {str(atom.terms[0]) for atom in atoms if atom.relation.name == kind}
        for kind in ("parameter", "reading")
    }
    for parameter in policy.parameters:
        if parameter.name not in asked["parameter"]:
            yield f"{parameter.label}: no rule asks for the parameter {parameter.name}"
        if parameter.label not in policy.clauses:
            hint = nearest(parameter.label, policy.clauses)
            yield f"{parameter.label}, of the parameter {parameter.name}, is not a clause{hint}"
        if not parameter.meaning.strip() or not parameter.unit.strip():
            yield f"{parameter.label}: the parameter {parameter.name} lacks its meaning or unit"
    for reading in policy.readings:
        if len(reading.choices) < 2:
            yield f"the reading {reading.name} has fewer than two choices"
        if reading.name not in asked["reading"]:
            yield f"no rule asks for the reading {reading.name}"
        for label in reading.labels:
            around = any(each.startswith(f"{label}.") for each in policy.clauses)
            if label not in policy.clauses and not around:
                yield f"{label}, of the reading {reading.name}, is not a clause"
    defined = {rule.head.key for rule in policy.rules()}
    for role, name in policy.roles.items():
        if name not in defined:
            yield f"no rule defines {name}, which has the role {role}"


def _examples(folder: Path, written: DatedPolicy | None, *, faulty: bool) -> Iterator[str]:
    """Each example of ``cases/`` that cannot be read, says no determination or is decided otherwise
    than it says; under a policy with faults, as far as it can decide."""
    for path in sorted((folder / "cases").glob("*.yaml")):
        try:
            case = load_case(path)
        except InputError as error:
            yield str(error)
            continue
        expected = case.review.determination if case.review is not None else None
        if expected is None:
            yield f"cases/{path.name}: it does not say its determination (review.determination)"
        elif written is not None:
            try:
                lines = _decided(case, written).lines
            except Exception:  # whatever the faults, which are told, make of the rules
                if not faulty:
                    raise
                continue
            for line in lines:
                if line.determination != expected:
                    yield f"cases/{path.name}: {line.determination}, and not {expected} as it says"


def _decided(case: Case, written: DatedPolicy) -> Decision:
    version = written.about.nearest_version(case.request.received)
    return decide_case(case, written.at(version.first))
