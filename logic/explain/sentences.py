"""Sentences with slots: everything that is said of clauses, reasons, readings and numbers.

The texts are the words of the policy; their slots are filled from the chosen numbers of the policy,
from a rule instance, and from what the relations hold for a line.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from clausewise.facts.columns import EntryKey, Type
from clausewise.facts.relations.calendar import months_earlier
from clausewise.facts.text import in_words
from clausewise.facts.vocabulary.phrases import called, phrases
from clausewise.logic.decision.decide import LineDecision
from clausewise.logic.derivation.plan import Instance
from clausewise.logic.explain.counts import counts_that_fail
from clausewise.logic.explain.policy_words import (
    DETAILS,
    Slot,
    fill,
    long_date,
    named_terms,
    slots_in,
    words_of,
)
from clausewise.logic.explain.words_check import check_words
from clausewise.logic.language.choices import Choices
from clausewise.logic.language.policy import Policy
from clausewise.logic.language.rules import Constant, Expression, Total, Variable
from clausewise.logic.program.dependencies import rules_by_key
from clausewise.logic.proof.build import Prover


@dataclass(frozen=True, slots=True)
class Said:
    """What is said of why an entry does not count: where the ledger puts it, and in which words.

    ``plain`` is the same to a member.
    """

    place: str
    text: str
    plain: str


class Sentences:
    """The sentences of a policy under chosen numbers and readings, and of one line if given.

    ``dates`` writes a day. A clause without words of its own is told by its paraphrase. Raises
    PolicyError when the words of the policy are not complete.
    """

    def __init__(
        self,
        policy: Policy,
        choices: Choices,
        line: LineDecision | None = None,
        *,
        dates: Callable[[date], str] = str,
        name_of: Callable[[str], str] = str,
    ) -> None:
        check_words(policy)
        self.policy = policy
        self.choices = choices
        self.line = line
        self._dates = dates
        self._name_of = name_of

    # --- clauses ------------------------------------------------------------------------------

    def asks(self, label: str) -> str:
        """What a clause asks for."""
        return self.of_clause(label, "asks") or self.policy.clauses[label].paraphrase

    def of_clause(self, label: str, key: str) -> str:
        """What is said of a clause: "not_met", "undocumented", "send", "plain"; else empty."""
        text = self._words_of_clause(label).get(key, "")
        if not text and self.line is not None and key in _OPEN:
            return self._count_of(self.line, label) if self.line.statuses[label] == key else ""
        dates = long_date if key.startswith("plain") else self._dates
        return fill(text, self._slots_of_clause(label, text), dates) if text else ""

    def _count_of(self, line: LineDecision, label: str) -> str:
        """The number that keeps a leaf without words of its own from being met, if it has one."""
        rules = rules_by_key(line.program).get(f"told_met[{label}]", ())
        if not any(isinstance(each, Total) for rule in rules for each in rule.body):
            return ""
        return next((text for text, _ in counts_that_fail(line, Prover(line.model), label)), "")

    def _words_of_clause(self, label: str) -> dict[str, Any]:
        own = words_of(self.policy)["clause"].get(label, {})
        found = dict(own)
        for chosen, other in own.get("under", {}).items():
            name, value = chosen.split(" ")
            if self.choices.readings[name] == value:
                found.update(other)
        for relation, other in own.get("if", {}).items():
            if self.line is not None and any(
                self.line.side in row for row in self.line.model.rows[relation]
            ):
                found.update(other)
        return found

    def _slots_of_clause(self, label: str, text: str) -> dict[str, Slot]:
        specified = words_of(self.policy)["clause"][label].get("slots", {})
        found: dict[str, Slot] = dict(self.choices.parameters)

        def need(name: str) -> Slot:
            if name not in found:
                found[name] = self._slot(specified[name], need)
            return found[name]

        for name in slots_in(text):
            need(name)
        return found

    def _slot(self, spec: Mapping[str, Any], need: Callable[[str], Slot]) -> Slot:
        """The value of a slot that a clause names itself."""
        if self.line is None:
            return 0
        if "months_before_anchor" in spec:
            return months_earlier(self.line.anchor, int(str(need(spec["months_before_anchor"]))))
        if "from" in spec:
            return max(0, int(str(need(spec["from"]))) - int(str(need(spec["less"]))))
        key = spec.get("count") or spec["of"]
        columns = self.line.model.plan.columns.get(key, ())
        names = [column.name for column in columns]
        rows = [
            row
            for row in self.line.model.rows[key]
            if all(
                value == (self.line.side if name == "line" else spec.get(name, value))
                for name, value in zip(names, row, strict=True)
            )
        ]
        if "count" in spec:
            return len(rows)
        place = names.index(spec["value"])
        return _plain(rows[0][place], columns[place].type is Type.DAY) if rows else 0

    # --- reasons ------------------------------------------------------------------------------

    def reason(self, instance: Instance) -> Said:
        """Why the entry of a rule instance does not count; the rule defines such a relation."""
        relation = instance.rule.head.relation
        words = words_of(self.policy)["relation"].get(relation.name)
        slots = self.slots_of(instance)
        about = next((str(slots[each]) for each in DETAILS if each in slots), "")
        if words is None:
            meaning = ": ".join(filter(None, (relation.meaning, in_words(about))))
            return Said("does_not_count", meaning, meaning)
        for name, spec in words.get("slots", {}).items():
            first, last = slots[spec["less"]], slots[spec["from"]]
            if isinstance(first, date) and isinstance(last, date):
                slots[name] = (last - first).days + int(spec["plus"])
        shown = {name: self._shown(value, name) for name, value in slots.items()}
        shown |= {**self._ranges(slots), "asked": self.asked}
        plain = words.get(f"plain_{about}", words["plain"])
        return Said(
            words["place"],
            fill(words.get(about) or words["says"], shown, self._dates),
            fill(plain, shown, long_date),
        )

    @property
    def asked(self) -> str:
        """What a side that is told is asked of: the request, or one line of a request of two."""
        several = self.line is not None and len(self.line.model.rows["line"]) > 1
        return "this line is" if several else "the request is"

    def slots_of(self, instance: Instance) -> dict[str, Slot]:
        """What a rule instance binds: by the column that it stands in, and by its relation.

        ``other`` is an entry beside the one that the instance is about.
        """
        found: dict[str, Slot] = {}
        binding, days = instance.binding, instance.plan.days
        for name, term in named_terms(instance.rule):
            if isinstance(term, Expression) or name in found:
                continue
            value = binding.get(term.name) if isinstance(term, Variable) else term
            if value is not None:
                found[name] = _plain(value, isinstance(term, Variable) and term.name in days)
        entries = [value for value in binding.values() if isinstance(value, EntryKey)]
        others = [each for each in entries if each != found.get("entry")]
        if others:
            found["other"] = others[0]
        return {**self.choices.parameters, **found}

    def _ranges(self, slots: Mapping[str, Slot]) -> dict[str, Slot]:
        """The amounts of the entry that are ranges, whole; a rule instance binds the low end."""
        found: dict[str, Slot] = {}
        for name, relation in _HIGH_ENDS.items():
            if self.line is None or name not in slots:
                continue
            for entry, high in self.line.model.rows[relation]:
                if entry == slots.get("entry") and high != slots[name]:
                    found[name] = f"{slots[name]}-{high}"
        return found

    def _shown(self, value: Slot, name: str) -> Slot:
        if isinstance(value, EntryKey):
            return self._name_of(value)
        if isinstance(value, str):
            kind = _KINDS.get(name, name)
            return called(kind, value) if kind in phrases() else in_words(value)
        return value

    # --- readings -----------------------------------------------------------------------------

    def would(self, readings: Mapping[str, str]) -> str:
        """Other readings as what would have to be so: completes "It would be approved if …"."""
        words = words_of(self.policy)["reading"]
        said = [
            fill(words[name][value], self.choices.parameters, self._dates)
            if name in words
            else f"{in_words(name)} were read as {in_words(value)}"
            for name, value in readings.items()
        ]
        return " and ".join(said)


_OPEN = ("not_met", "undocumented")
_HIGH_ENDS = {"percent": "relief_up_to", "value": "measured_up_to"}
"""Columns of amounts that may be ranges, with the relations of their high ends."""
_KINDS = {"reason": "inability_reason", "kind": "therapy"}
"""Columns whose names have words under another kind."""


def _plain(value: Constant, is_day: bool) -> Slot:
    if is_day:
        return date.fromordinal(int(value))
    return value
