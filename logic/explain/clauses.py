"""Clauses as a person reads them: status, evidence, numbers compared, and what is lacking.

Built from the derivations and proofs of a decision; the terminal, the letters and the report all
show these. Nothing here knows a clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from clausewise.logic.decision.decide import Decision, LineDecision, status_word
from clausewise.logic.decision.evidence import (
    describe,
    entries_of,
    name_of,
    show_source,
    stated_in,
)
from clausewise.logic.derivation.plan import GroundAtom, Instance
from clausewise.logic.explain.uncounted import Uncounted, compared_in
from clausewise.logic.language.notation import Clause
from clausewise.logic.program.gates import gate_of
from clausewise.logic.proof.build import Prover
from clausewise.logic.readings.completions import certainty

TOLD = {
    "met": ("told_met",),
    "not_met": ("told_not_met",),
    "conflicting": ("told_met", "told_not_met"),
    "undocumented": (),
}
"""The answers of the record that make a status."""

REQUEST = "request"
"""The key of what the request itself states."""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One entry of the record in a clause: ``mark`` is "for", "against", "open" or "uncounted".

    ``notes`` say why it does not count or what it lacks, ``source`` where it was read. What the
    request itself states has the key ``REQUEST``.
    """

    mark: str
    key: str
    name: str
    text: str
    notes: tuple[str, ...] = ()
    source: str = ""

    @property
    def stated(self) -> bool:
        """Whether the request itself states it, and no document of the record."""
        return self.key == REQUEST


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with its status in this case.

    ``word`` is the status as it is called for its kind; ``comparisons`` are the numbers compared,
    ``question`` asks a provider for what is undocumented, ``readings`` are those its rules used.
    """

    label: str
    name: str
    paraphrase: str
    kind: str
    gate: str
    published: bool
    status: str
    word: str
    comparisons: tuple[str, ...]
    evidence: tuple[EvidenceLine, ...]
    question: str
    parts: tuple[ClauseView, ...] = field(default=())

    def leaves(self) -> Iterator[ClauseView]:
        """The leaves at or below this clause."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


class Explainer:
    """Views of the clauses of one line; proofs are shared between them."""

    def __init__(self, decision: Decision, line: LineDecision) -> None:
        self.decision = decision
        self.line = line
        self.prover = Prover(line.model)
        self._uncounted = Uncounted(decision, line)

    @cached_property
    def _irrelevant(self) -> frozenset[str]:
        return frozenset(certainty(self.decision, self.line).irrelevant)

    def view(self, label: str) -> ClauseView:
        """The clause and all its parts."""
        line = self.line
        clause = line.program.policy.clauses[label]
        status = line.statuses[label]
        # Those that the chosen readings ask for: a reading may ask for further parts.
        parts = tuple(
            self.view(part)
            for part in gate_of(line.program, label, self.decision.choices).parts
            if part in line.statuses
        )
        leaf = not clause.gate
        return ClauseView(
            label=label,
            name=clause.name,
            paraphrase=clause.paraphrase,
            kind=clause.kind,
            gate=clause.gate,
            published=clause.published,
            status=status,
            word=status_word(clause, status),
            comparisons=tuple(self._comparisons(label, status)) if leaf else (),
            evidence=tuple(self._evidence(label, status)) if leaf else (),
            question=self._question(clause) if leaf and status == "undocumented" else "",
            parts=parts,
        )

    def _question(self, clause: Clause) -> str:
        """What to ask a provider; nothing where no answer can change the determination."""
        if clause.label in self._irrelevant:
            return ""
        return clause.question or f"Is it documented: {clause.paraphrase}?"

    def _instances(self, label: str, status: str) -> Iterator[Instance]:
        for told in TOLD[status]:
            yield from self.line.model.derivations(
                GroundAtom(f"{told}[{label}]", (self.line.side,))
            )

    def _comparisons(self, label: str, status: str) -> Iterator[str]:
        seen: set[str] = set()
        for instance in self._instances(label, status):
            for text in compared_in(instance):
                if text not in seen:
                    seen.add(text)
                    yield text

    def _evidence(self, label: str, status: str) -> Iterator[EvidenceLine]:
        reasons = {
            key: tuple(reason.text for reason in each)
            for key, each in self._uncounted.of(label).items()
        }
        shown: set[str] = set()
        for told in TOLD[status]:
            atom = f"{told}[{label}]"
            # What a count or a sum was made of counted; what else says "not met" speaks against.
            plain = entries_of(self.line, atom, totals=False) if told == "told_not_met" else ()
            for key in entries_of(self.line, atom):
                if key not in shown:
                    shown.add(key)
                    mark = "against" if key in plain else "for"
                    yield self._line(key, mark, reasons.get(key, ()))
        for words in self._stated(label, status):
            yield EvidenceLine("for", REQUEST, "request", words)
        for key, notes in reasons.items():
            if key in shown:
                continue
            if notes:
                yield self._line(key, "uncounted", notes)
            elif status == "undocumented":
                yield self._line(key, "open", ("counts, and is not enough",))

    def _stated(self, label: str, status: str) -> Iterator[str]:
        """What the request itself states and the status rests on."""
        keys = [f"{told}[{label}]" for told in TOLD[status]]
        yield from dict.fromkeys(words for key in keys for words in stated_in(self.line, key))

    def _line(self, key: str, mark: str, notes: tuple[str, ...]) -> EvidenceLine:
        entry = self.decision.entries[key]
        day = getattr(entry, "date", None)
        side = getattr(entry, "side", None)
        words = [describe(entry), str(day) if day else "", str(side) if side else ""]
        text = ", ".join(word for word in words if word)
        return EvidenceLine(mark, key, name_of(entry, key), text, notes, show_source(entry))
