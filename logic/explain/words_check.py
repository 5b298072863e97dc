"""Whether the words are complete: every name that a person can meet has its sentences, every slot
of a sentence exists, and no number stands in a text. A clause without words is told by its
paraphrase; a policy that speaks to members does so of every clause.

Enters: a program. Leaves: its faults as sentences, none when the words are complete.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from clausewise.facts.vocabulary.phrases import phrases
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.explain.policy_words import (
    DETAILS,
    SMALL,
    fill,
    line_of,
    named_terms,
    shared_words,
    slots_in,
    words_of,
)
from clausewise.logic.explain.words_shape import TEXTS
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.policy import Parameter, Policy
from clausewise.logic.language.rules import Atom, Expression, Rule, Variable
from clausewise.logic.program.dependencies import rules_by_key
from clausewise.logic.program.program import Program, program_of

PLACES = frozenset({"falls_short", "contested", "superseded", "does_not_count", "same_event"})
"""Where the ledger puts an entry that a relation speaks against."""
_OF_ALL = ("place", "says", "plain", "slots")
"""What the words of a relation say whatever it is about."""
_NUMBER = re.compile(r"(?<![A-Za-z])\d")
_NUMBERED = re.compile(r"[A-Za-z]+[ -]\d+\b")
_NAMED = {
    "modality": VOCABULARY.modalities,
    "region": VOCABULARY.regions,
    "injection_purpose": VOCABULARY.injection_purposes,
    "inability_reason": VOCABULARY.inability_reasons,
    "therapy": VOCABULARY.therapies,
    "radiation_place": VOCABULARY.radiation_places,
    "domain": VOCABULARY.domains,
    "plain_modality": VOCABULARY.modalities,
    "plain_region": VOCABULARY.regions,
    "plain_purpose": VOCABULARY.injection_purposes,
    "plain_therapy": VOCABULARY.therapies,
    "plain_reason": VOCABULARY.inability_reasons,
}


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong, and where in the words: a kind, a name, and what is said of it."""

    said: str
    place: tuple[str, ...]


@cache
def check_words(policy: Policy) -> None:
    """Raise PolicyError, with every fault and its line, for a policy that lacks words.

    It is looked at once for each policy, before a case is decided under it, and when its first
    sentence is asked for. Words of clauses that only its other versions have are no fault. A policy
    that is no package has no words: it is told by its paraphrases.
    """
    if policy.package:
        found = _missing(program_of(policy), words_of(policy)["clause"])
        faults = dict.fromkeys(f"- {_told(policy, each)}" for each in found)
        if faults:
            told = "\n".join(faults)
            raise PolicyError(f"{policy.version}: it cannot be explained, its words lack:\n{told}")


def _told(policy: Policy, fault: _Fault) -> str:
    """A fault with the line of the words of the policy that it is about, where there is one."""
    line = line_of(policy, fault.place)
    return fault.said if line is None else f"words.toml line {line}: {fault.said}"


def faults_in_words(program: Program, elsewhere: Collection[str] = ()) -> tuple[str, ...]:
    """What is missing or wrong in the words of the vocabulary and of the program's policy.

    ``elsewhere`` are labels of clauses of its other versions, which may have words too.
    """
    try:
        words_of(program.policy)
    except PolicyError as error:  # each fault of the shape has a line of its own
        first, *faults = str(error).splitlines()
        return tuple(each.removeprefix("- ") for each in faults or [first])
    missing = (_told(program.policy, each) for each in _missing(program, elsewhere))
    return (*missing, *_stale(program))


def _missing(program: Program, elsewhere: Collection[str]) -> Iterator[_Fault]:
    """Words that are not there, and words about what is not there."""
    yield from _of_the_vocabulary(program)
    yield from _of_clauses(program, elsewhere)
    yield from _of_relations(program)
    yield from _of_readings(program)
    yield from _of_procedures(program.policy)


def _stale(program: Program) -> Iterator[str]:
    """Numbers in texts, which stay as they are when a parameter is chosen otherwise."""
    policy = program.policy
    words = words_of(policy)
    for kind, names in phrases().items():
        for name, text in names.items():
            yield from _numbers(f"{kind} {name}", _texts_of(text))
    for label, clause in policy.clauses.items():
        own = words["clause"].get(label, {})
        if clause.kind != "definition":
            for variant in _variants(own):
                yield from _numbers(label, [variant.get(key, "") for key in TEXTS])
            if not own.get("asks"):  # its paraphrase is told
                for fault in _numbers(label, [clause.paraphrase]):
                    yield f"{fault}; say it in asks of words.toml with a slot"
    for kind in ("relation", "reading"):
        for name, text in words[kind].items():
            yield from _numbers(f"{kind} {name}", _texts_of(text))


def _texts_of(text: str | Mapping[str, Any]) -> Iterator[str]:
    values = text.values() if isinstance(text, Mapping) else (text,)
    return (each for each in values if isinstance(each, str))


def _variants(own: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The words of a clause, and those that it has under a reading or where a relation holds."""
    return [own, *own.get("under", {}).values(), *own.get("if", {}).values()]


def _of_the_vocabulary(program: Program) -> Iterator[_Fault]:
    """Of names that the rules use; others have no place in an explanation of this policy."""
    words = phrases()
    used = _asked_by_rules(program)
    for kind, names in (
        ("finding", VOCABULARY.findings),
        ("result", VOCABULARY.imaging_results),
    ):
        listed = "imaging_result" if kind == "result" else kind
        for name in [name for name in names if (kind, name) in used]:
            for key in ("present", "absent", "plain_present", "plain_absent"):
                if not words[listed].get(name, {}).get(key):
                    yield _Fault(f"{listed} {name} has no words {key!r}", (listed, name))
    for kind, known in _NAMED.items():
        for name in known:
            if name not in words[kind]:
                yield _Fault(f"{kind} {name} has no words", (kind, name))


@cache
def _asked_by_rules(program: Program) -> frozenset[tuple[str, Any]]:
    """The names that rules ask for, each with the column that it stands in."""
    return frozenset(
        each for rule in program.rules for atom, _ in rule.atoms() for each in _names_in(atom)
    )


@cache
def _held_by_rules(program: Program) -> frozenset[tuple[str, Any]]:
    """The names that rules ask for or give, each with the column that it stands in."""
    given = (each for rule in program.rules for each in _names_in(rule.head))
    return frozenset(given) | _asked_by_rules(program)


def _names_in(atom: Atom) -> Iterator[tuple[str, Any]]:
    columns = zip(atom.columns, atom.arguments, strict=True)
    return ((column, term) for column, term in columns if isinstance(term, str))


def _of_clauses(program: Program, elsewhere: Collection[str]) -> Iterator[_Fault]:
    policy, words = program.policy, words_of(program.policy)["clause"]
    known = {*policy.clauses, *elsewhere}
    for label in words:
        if label not in known:
            yield _Fault(f"{label} is no clause", ("clause", label))
    # A policy that speaks to members does so of every clause.
    keys = rules_by_key(program)
    to_members = _speaks_to_members(policy)
    for parameter in policy.parameters:
        clause = policy.clauses.get(parameter.label)
        told = clause.paraphrase if clause is not None else ""
        if not words.get(parameter.label, {}).get("asks") and _names(told, parameter):
            said = f"{parameter.label}: its paraphrase names {parameter.name}; asks needs a slot"
            yield _Fault(said, ("clause", parameter.label))
    for label, stated in policy.clauses.items():
        if stated.kind == "definition":
            continue
        own, place = words.get(label, {}), ("clause", label)
        if to_members:
            wanted = ("plain",) if stated.gate or stated.kind != "criterion" else ("plain", "send")
            for key in wanted:
                if not own.get(key):
                    yield _Fault(f"{label} has no words {key!r}", place)
        named = set(slots_in(own.get("asks", "")))
        if own.get("asks") and not named:
            said = f"{label}: asks has no slot; the paraphrase says what a clause asks for"
            yield _Fault(said, (*place, "asks"))
        elif named and named <= {*policy.parameter}:
            told = fill(own["asks"], policy.default_parameters)
            if told != stated.paraphrase:
                said = (
                    f"{label}: asks says, with its numbers, {told!r} and the paraphrase says "
                    f"{stated.paraphrase!r}; write both alike"
                )
                yield _Fault(said, (*place, "asks"))
        variants = _variants(own)
        slots: dict[str, Any] = {}
        for variant in variants:
            slots |= variant.get("slots", {})
        for said in _slots(label, slots, own.get("slots", {}), program):
            yield _Fault(said, (*place, "slots"))
        known = {*own.get("slots", {}), *policy.parameter}
        for variant in variants:
            for key in TEXTS:
                text = variant.get(key, "")
                for name in set(slots_in(text)) - known:
                    yield _Fault(f"{label} {key}: there is no slot {name}", (*place, key))
        for chosen in own.get("under", {}):
            name, _, value = chosen.partition(" ")
            if name not in policy.reading or value not in policy.reading[name].choices:
                yield _Fault(f"{label}: there is no reading {chosen}", (*place, "under", chosen))
        for name in own.get("if", {}):
            if name not in keys:
                yield _Fault(f"{label}: no relation {name}", (*place, "if", name))


def _slots(
    label: str, slots: Mapping[str, Any], own: Mapping[str, Any], program: Program
) -> Iterator[str]:
    """Whether what the slots of a clause are filled with is there."""
    rules = rules_by_key(program)
    for name, spec in slots.items():
        if name not in own:
            yield f"{label}: slot {name} stands under a reading"
        if "months_before_anchor" in spec:
            known: Iterable[str] = program.policy.parameter
            asked = [spec["months_before_anchor"]]
        elif "from" in spec:
            known, asked = {*own, *program.policy.parameter}, [spec["from"], spec["less"]]
        else:
            key = spec.get("count") or spec["of"]
            if key not in rules:
                yield f"{label}: slot {name} asks for {key}, which no rule defines"
                continue
            known = rules[key][0].head.columns
            asked = [each for each in spec if each not in ("count", "of", "value")]
            for column in [each for each in asked if each in known]:
                if (column, spec[column]) not in _held_by_rules(program):
                    yield f"{label}: slot {name}: no rule has the {column} {spec[column]}"
            asked += [spec["value"]] if "value" in spec else []
        yield from (f"{label}: slot {name} needs {each}" for each in asked if each not in known)


def _of_relations(program: Program) -> Iterator[_Fault]:
    words, shared = words_of(program.policy)["relation"], shared_words()["relation"]
    against: dict[str, list[Rule]] = {}
    for rule in program.rules:
        if rule.head.relation.against:
            against.setdefault(rule.head.relation.name, []).append(rule)
    for name in words:
        if name not in against:
            yield _Fault(f"{name} is no relation against an entry", ("relation", name))
    for name, rules in against.items():
        own, place = words.get(name), ("relation", name)
        if own is None:
            yield _Fault(f"relation {name} has no words", place)
            continue
        if own.get("place") not in PLACES:
            yield _Fault(f"relation {name} has no place in the ledger", place)
        for rule in rules:
            yield from _of_rule(program, name, own, rule)
        for key in () if own == shared.get(name) else _details_of_none(own, rules):
            said = f"relation {name}: no rule says {key} against an entry"
            yield _Fault(said, (*place, key))


def _details_of_none(own: Mapping[str, Any], rules: Iterable[Rule]) -> Iterator[str]:
    """The keys of sentences about details that no rule names."""
    about = {
        term
        for rule in rules
        for column, term in zip(rule.head.columns, rule.head.arguments, strict=True)
        if column in DETAILS
    }
    if any(isinstance(each, Variable) for each in about):
        return
    details = {key: key.removeprefix("plain_") for key in own if key not in _OF_ALL}
    yield from (key for key, detail in details.items() if detail not in about)


def _of_rule(program: Program, name: str, own: Mapping[str, Any], rule: Rule) -> Iterator[_Fault]:
    head = dict(zip(rule.head.columns, rule.head.arguments, strict=True))
    about = [term for column, term in head.items() if column in DETAILS]
    # A variable stands for any detail: each sentence may be the one.
    details = [key for key in own if key not in _OF_ALL and not key.startswith("plain_")]
    asked = [str(each) for each in about if not isinstance(each, Variable)] or details
    texts = {each: own.get(each) or own.get("says", "") for each in asked or ["says"]}
    texts["plain"] = own.get("plain", "")
    terms = list(named_terms(rule))
    known = {each for each, term in terms if not isinstance(term, Expression)}
    entries = [term for column, term in terms if column in ("entry", "other")]
    if len(set(entries)) > 1:
        known.add("other")
    known |= {*program.policy.parameter, *own.get("slots", {}), "asked"}
    for slot, spec in own.get("slots", {}).items():
        for each in {str(spec["from"]), str(spec["less"])} - known:
            said = f"{rule.identifier}: slot {slot} of {name} needs {each}"
            yield _Fault(said, ("relation", name, "slots", slot))
    for key, text in texts.items():
        if not text:
            yield _Fault(f"relation {name} has no words for {key}", ("relation", name))
        for each in set(slots_in(text)) - known:
            said = f"{rule.identifier}: {name} has no slot {each}"
            yield _Fault(said, ("relation", name, key))


def _speaks_to_members(policy: Policy) -> bool:
    """Whether a policy has words for members of any clause of its own."""
    words, shared = words_of(policy)["clause"], shared_words()["clause"]
    return any(own.get("plain") for label, own in words.items() if label not in shared)


def _of_procedures(policy: Policy) -> Iterator[_Fault]:
    """A policy that speaks to members says what its procedures are called, and which kind of care
    they are."""
    words, known = words_of(policy)["procedure"], {path.procedure for path in policy.paths}
    for name in words:
        if name not in known:
            yield _Fault(f"{name} is no procedure of a path", ("procedure", name))
    for name in known if _speaks_to_members(policy) else ():
        for key in ("plain", "kind"):
            if not words.get(name, {}).get(key):
                yield _Fault(f"procedure {name} has no words {key!r}", ("procedure", name))


def _of_readings(program: Program) -> Iterator[_Fault]:
    policy, words = program.policy, words_of(program.policy)["reading"]
    for name in words:
        if name not in policy.reading:
            yield _Fault(f"{name} is no reading", ("reading", name))
    for name, reading in policy.reading.items():
        for value in {*words.get(name, {})} - {*reading.choices}:
            said = f"reading {name} has no value {value}"
            yield _Fault(said, ("reading", name, value))
        for value in reading.choices:
            text = words.get(name, {}).get(value, "")
            if not text:
                said = f"reading {name} has no words for {value}"
                yield _Fault(said, ("reading", name))
            for each in set(slots_in(text)) - set(policy.parameter):
                said = f"reading {name} {value}: no slot {each}"
                yield _Fault(said, ("reading", name, value))


def _names(text: str, parameter: Parameter) -> bool:
    """Whether a text has the number of a parameter as a word."""
    value = parameter.value
    return value < len(SMALL) and re.search(rf"\b{SMALL[value]}\b", text) is not None


@cache
def _numbered_names() -> frozenset[str]:
    """Words of the vocabulary with a number behind them, such as "type 2" of type 2 diabetes."""
    kinds = (VOCABULARY.findings, VOCABULARY.measures, VOCABULARY.procedures, VOCABULARY.diagnoses)
    meanings = [word.meaning for words in kinds for word in words.values()]
    return frozenset(each for text in meanings for each in _NUMBERED.findall(text.lower()))


def _numbers(place: str, texts: Iterable[str]) -> Iterator[str]:
    """Digits in texts outside their slots; L5 and type 2 diabetes are names."""
    for text in texts:
        if not _NUMBER.search(text):
            continue
        outside = _NUMBERED.sub(
            lambda found: "" if found[0].lower() in _numbered_names() else found[0],
            re.sub(r"\{\w+", "{", text),
        )
        if _NUMBER.search(outside):
            yield f"{place}: a number stands in {text!r}"
