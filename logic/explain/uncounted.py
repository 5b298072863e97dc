"""Why entries of a record do not count for a clause.

A clause about which nothing counts may still have entries: after the cut-off, of the other side,
withdrawn. Each is told with the reason, so that no reader takes the record for silent. Most reasons
are the relations whose rows speak against an entry; a few follow from what an entry lacks for the
rules to see it at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from clausewise.facts.case.model import (
    Entry,
    Finding,
    ImagingStudy,
    Injection,
    Measurement,
    Therapy,
    TherapyInability,
    Visit,
)
from clausewise.facts.columns import Type
from clausewise.facts.schema import REGIONS_WITHOUT_SIDES
from clausewise.facts.vocabulary.phrases import phrases
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import label_of_entry
from clausewise.logic.derivation.plan import Instance
from clausewise.logic.explain.policy_words import fill
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.language.policy import Role
from clausewise.logic.language.rules import Rule, Term
from clausewise.logic.program.dependencies import (
    Uses,
    against_beside_the_clauses,
    cone,
    rules_by_key,
    uses,
)

MOST_TOLD = 20
"""How often one relation's word against an entry is told; the rest is counted."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry does not count; ``instance`` is the rule instance that says so, if one does.

    ``place`` is where the ledger puts the entry, ``plain`` the reason to a member, ``lacks`` what
    does not hold where no rule says so.
    """

    text: str
    instance: Instance | None = field(default=None, compare=False)
    place: str = field(default="does_not_count", compare=False)
    plain: str = field(default="", compare=False)
    lacks: str = field(default="", compare=False)

    @property
    def rule(self) -> str:
        """The rule that says so, empty where none does."""
        return self.instance.rule.identifier if self.instance is not None else ""

    @property
    def is_left_out(self) -> bool:
        """Whether the entry only does not say something, so that a note on it may be enough."""
        return self.instance is not None and states_what_is_missing(self.instance.rule)


def states_what_is_missing(rule: Rule) -> bool:
    """Whether a rule says against an entry that it does not say something, such as its side."""
    unstated = any("unstated" in atom.terms for atom, _ in rule.atoms())
    return unstated or "missing" in rule.head.relation.columns


class Uncounted:
    """The entries that do not count for the clauses of one line, with the reasons."""

    def __init__(
        self, decision: Decision, line: LineDecision, sentences: Sentences | None = None
    ) -> None:
        self.decision = decision
        self.line = line
        self._sentences = sentences or Sentences(
            decision.policy,
            decision.choices,
            line,
            name_of=partial(label_of_entry, decision.case),
        )
        self._spoken: dict[str, list[tuple[dict[str, object], str, list[Reason]]]] = {}
        """What relations say against entries, so far as it was asked."""

    def of(self, label: str) -> Mapping[str, tuple[Reason, ...]]:
        """The entries that concern a leaf: by key, each with the reasons why it does not count.

        Those without a reason count, by themselves or together with others.
        """
        used = uses(self.line.program, label)
        rules = cone(self.line.program, label, readings=self.decision.choices.readings)
        alike = self.decision.policy.roles.get(Role.ALIKE)
        kinds = {rule.head.arguments[0] for rule in rules if rule.head.key == alike}
        modalities = set(_modalities(rules, label))
        keys = {rule.head.key for rule in rules if rule.head.relation.against}
        beside = against_beside_the_clauses(self.line.program)
        keys |= {key for key, about in beside.items() if about in (None, label)}
        found: dict[str, dict[Reason, None]] = {
            key: dict.fromkeys(self._seen_apart(entry))
            for key, entry in self.decision.entries.items()
            if _concerns(used, kinds, entry)
            and not (
                isinstance(entry, ImagingStudy) and modalities and entry.modality not in modalities
            )
        }
        for relation in sorted(keys):
            for key, reason in self._against(relation, used):
                if key in found:
                    found[key][reason] = None
        return {
            key: tuple(reasons)
            for key, reasons in found.items()
            if reasons or not _silent(used, self.decision.entries[key])
        }

    def _against(self, key: str, used: Uses) -> Iterator[tuple[str, Reason]]:
        """The entries that a relation speaks against, with what it says for a clause."""
        if key not in self._spoken:
            self._spoken[key] = list(self._all_against(key))
        for names, entry, reasons in self._spoken[key]:
            if all(value in used.names.get(name, ()) for name, value in names.items()):
                for reason in reasons:
                    yield entry, reason

    def _all_against(self, key: str) -> Iterator[tuple[dict[str, object], str, list[Reason]]]:
        """What a relation says against entries: of which names, of which entry, and why."""
        titles = rules_by_key(self.line.program)[key][0].head.columns
        columns = self.line.model.plan.columns.get(key)
        if columns is None:
            return
        sideless: frozenset[str] = frozenset()
        if key == self.decision.policy.roles.get(Role.SIDE_UNKNOWN):
            sideless = self.decision.policy.advice.sideless_regions(self.decision.choices.readings)
        for row, instances in self.line.model.rows[key].items():
            values: dict[str, object] = dict(zip(titles, row, strict=True))
            if values.get("line", self.line.side) != self.line.side:
                continue
            entry = next(
                str(value)
                for value, column in zip(row, columns, strict=True)
                if column.type is Type.ENTRY
            )
            study = self.decision.entries[entry]
            if isinstance(study, ImagingStudy) and study.region in sideless:
                continue
            names = {name: values[name] for name in _NAMED if name in values}
            yield names, entry, list(self._reasons(instances))

    def _reasons(self, instances: Sequence[Instance]) -> Iterator[Reason]:
        said = None
        for instance in instances[:MOST_TOLD]:
            said = self._sentences.reason(instance)
            yield Reason(said.text, instance, said.place, said.plain)
        if said is not None and len(instances) > MOST_TOLD:
            slots = {"count": len(instances) - MOST_TOLD}
            yield Reason(fill(phrases()["uncounted"]["more"], slots), place=said.place)

    def _chosen(self, reading: tuple[str, str] | None) -> bool:
        """Whether a reading has this value; of none it has not."""
        return reading is not None and self.decision.choices.readings[reading[0]] == reading[1]

    def _seen_apart(self, entry: Entry) -> Iterator[Reason]:
        """Reasons that follow from how an entry is written, not from a rule against it."""
        side, advice = getattr(entry, "side", None), self.decision.policy.advice
        sided = not isinstance(entry, ImagingStudy) or entry.region not in REGIONS_WITHOUT_SIDES
        other_side = sided and side not in (None, "bilateral", self.line.side)
        if other_side and not self._chosen(advice.any_side_counts_under):
            yield self._apart("other_side", "counts", side=str(side))
        examined = isinstance(entry, Measurement) or (
            isinstance(entry, Finding) and VOCABULARY.findings[entry.finding].examination
        )
        if examined and getattr(entry, "context", None) in _RESULTS:
            yield self._apart("result_of_procedure", "baseline_entry")
        if isinstance(entry, Therapy) and entry.region == "other":
            yield self._apart("other_part", "therapy_for_joint")
        undated = not isinstance(entry, Therapy) and getattr(entry, "date", None) is None
        if undated and self._chosen(advice.undated_never_counts_under):
            yield self._apart("undated", "usable")

    def _apart(self, name: str, lacks: str, **slots: str) -> Reason:
        words, line = phrases()["uncounted"], self.line.side
        slots = {"line": line, "asked": self._sentences.asked, **slots}
        plain = fill(words[f"plain_{name}"], slots)
        return Reason(fill(words[name], slots), plain=plain, lacks=lacks)


_RESULTS = ("post_injection", "post_operative")
_NAMED = ("finding", "condition", "result", "role")
"""Columns that name what a clause asks for."""


def _concerns(used: Uses, kinds: set[Term], entry: Entry) -> bool:
    """Whether the clause asks for such entries."""
    names = used.names
    match entry:
        case Finding():
            return entry.finding in names.get("finding", ())
        case Measurement():
            return entry.measure in names.get("measure", ())
        case Therapy():
            # Where no kinds are named that count alike, any does.
            return (not kinds or entry.kind in kinds) and "therapy_end" in used.relations
        case TherapyInability():
            return "inability" in used.relations and "therapy_end" not in used.relations
        case Injection():
            asked = set(names.get("role", ()) or names.get("purpose", ()))
            told = "injection" in used.relations and bool(asked)
            return told and (not entry.purposes or bool(asked & set(entry.purposes)))
        case ImagingStudy():
            return entry.region in names.get("region", ())
        case Visit():
            return entry.visit in names.get("visit", ())
        case _:
            return False


def _silent(used: Uses, entry: Entry) -> bool:
    """Whether a study reports nothing of what the clause asks for; the rules say of those that
    should, that they do not."""
    asked = used.names.get("result", ())
    return isinstance(entry, ImagingStudy) and bool(asked) and not {*asked} & {*entry.results}


def _modalities(rules: Iterable[Rule], label: str) -> Iterator[str]:
    """The modalities that a leaf itself asks for; none when it takes any."""
    for rule in rules:
        if rule.head.key == f"told_met[{label}]":
            for atom, _ in rule.atoms():
                for column, term in zip(atom.columns, atom.arguments, strict=True):
                    if column == "modality" and isinstance(term, str):
                        yield term
