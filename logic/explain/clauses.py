"""Clauses as a person reads them: status, evidence, numbers compared, and what is lacking.

Built from the derivations and proofs of a decision; the terminal, the letters and the report all
show these. Nothing here knows a clause.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from clausewise.facts.case.days import date_of, last_day_of
from clausewise.facts.text import all_of
from clausewise.facts.vocabulary.phrases import phrases
from clausewise.logic.decision.decide import Decision, LineDecision, status_word
from clausewise.logic.decision.events import duplicates
from clausewise.logic.decision.evidence import (
    DAYS_STATED,
    describe,
    id_of,
    kind_of,
    show_source,
    stated_in,
    statement_text,
)
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.explain.ledger import (
    AGAINST,
    CONTESTED,
    FALLS_SHORT,
    SAME_EVENT,
    SAYS_SO_TOO,
    SUPPORTS,
    TOLD,
    Claim,
    Ledger,
)
from clausewise.logic.language.policy import Policy
from clausewise.logic.program.gates import gate_of
from clausewise.logic.proof.build import Prover

REQUEST = "request"
"""The key of what the request itself states."""
UNCOUNTED = "does not count: "
"""How a reason begins why an entry does not count."""
LEAST_ALIKE = 4
"""Entries of which the same is said that are told as one."""
NOTHING_FOUND = "nothing is documented, and the record is said to be complete"
"""How a criterion stands that no entry speaks of, in a record that is said to be complete."""


@dataclass(frozen=True, slots=True)
class EvidenceLine:
    """One entry of the record in a clause: ``mark`` is "for", "against", "open" or "uncounted".

    ``notes`` say why it does not count or what it lacks, ``plain`` the same to a member, ``source``
    where it was read. What the
    request itself states has the key ``REQUEST``, and the relation of the fact as its name.
    ``place`` is where the ledger has it, ``left_out`` whether only what it does not say keeps it
    from counting. ``kind`` is what it is without its numbers, ``days`` the
    first and the last that it tells of; ``event`` are the entries of the event that it is a note
    of, where that has several; ``count`` is greater than 1 where it stands for several alike
    (``together``).
    """

    mark: str
    key: str
    name: str
    text: str
    notes: tuple[str, ...] = ()
    source: str = ""
    plain: tuple[str, ...] = ()
    day: str = ""
    kind: str = ""
    days: tuple[date, ...] = ()
    event: tuple[str, ...] = ()
    count: int = 1
    place: str = AGAINST
    left_out: bool = False

    @property
    def stated(self) -> bool:
        """Whether the request itself states it, and no document of the record."""
        return self.key == REQUEST

    @property
    def states_completeness(self) -> bool:
        """Whether it is the statement that the record is complete."""
        return self.stated and self.name == "record_complete"


@dataclass(frozen=True, slots=True)
class ClauseView:
    """A clause with its status in this case.

    ``paraphrase`` says what it asks for under the chosen numbers and readings, ``word`` is the
    status as it is called for its kind, ``sentence`` says how the clause stands where its entries
    alone do not, ``reason`` the same apart from the clause, ``send`` what documents would show what
    is undocumented. ``whole`` is false where parts are left out.
    """

    label: str
    name: str
    paraphrase: str
    kind: str
    gate: str
    published: bool
    status: str
    word: str
    sentence: str
    evidence: tuple[EvidenceLine, ...]
    send: str
    reason: str
    parts: tuple[ClauseView, ...] = field(default=())
    whole: bool = True

    @property
    def silent(self) -> bool:
        """Whether the record has no entry about the clause, nor the request a statement."""
        return self.status == "undocumented" and not any(each.evidence for each in self.leaves())

    @property
    def told_as_one(self) -> bool:
        """Whether the clause says enough of its parts: nothing speaks of any, and it has words."""
        words = bool(self.sentence or self.send)
        return bool(self.parts) and self.whole and self.silent and words

    def leaves(self) -> Iterator[ClauseView]:
        """The leaves at or below this clause."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


def published_label(policy: Policy, label: str) -> str:
    """The label of a clause, or of the nearest one above that the policy itself labels."""
    while not policy.clauses[label].published and label.rpartition(".")[0] in policy.clauses:
        label = label.rpartition(".")[0]
    return label


def label_in_words(policy: Policy, label: str) -> str:
    """The label of a clause; of a part that the policy itself does not label, its name after the
    label of the clause it is a part of, if that has one."""
    above, clause = published_label(policy, label), policy.clauses[label]
    if above == label:
        return label if clause.published else clause.name
    return f"{above} {clause.name}"


class Explainer:
    """Views of the clauses of one line; proofs are shared between them.

    With ``in_any_case`` they say what to send also where that cannot change the determination,
    because another clause denies.
    """

    def __init__(
        self, decision: Decision, line: LineDecision, *, in_any_case: bool = False
    ) -> None:
        self.decision = decision
        self.line = line
        self._in_any_case = in_any_case
        self.prover = Prover(line.model)
        self.ledger = Ledger(decision, line)
        self.sentences = self.ledger.sentences
        self._views: dict[str, ClauseView] = {}

    @cached_property
    def _irrelevant(self) -> frozenset[str]:
        return frozenset(self.ledger.certain.irrelevant)

    @cached_property
    def _events(self) -> Mapping[str, tuple[str, ...]]:
        """By entry the entries of its event, of events that have several."""
        found: dict[str, tuple[str, ...]] = {}
        for keys in duplicates(self.decision, self.line):
            for key in keys:
                found.setdefault(key, keys)
        return found

    def view(self, label: str) -> ClauseView:
        """The clause and all its parts."""
        found = self._views.get(label)
        if found is None:
            found = self._views[label] = self._view(label)
        return found

    def _view(self, label: str) -> ClauseView:
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
            paraphrase=self.sentences.asks(label),
            kind=clause.kind,
            gate=clause.gate,
            published=clause.published,
            status=status,
            word=status_word(clause, status),
            sentence=(sentence := self._sentence(label, status, leaf=leaf)),
            reason=sentence and (self.sentences.of_clause(label, "reason") or sentence),
            evidence=tuple(self._evidence(label)) if leaf else (),
            send=self._send(label, parts),
            parts=parts,
        )

    def _sentence(self, label: str, status: str, *, leaf: bool) -> str:
        """How the clause stands; of a criterion that nothing speaks of, that it is not there."""
        said = self.sentences.of_clause(label, status)
        exclusion = self.line.program.policy.clauses[label].kind == "exclusion"
        if said or not leaf or exclusion or status not in ("not_met", "undocumented"):
            return said
        if any(True for _ in self._speaking(label)) or not self._rests_on_completeness(label):
            return ""
        return NOTHING_FOUND

    def _send(self, label: str, parts: Sequence[ClauseView]) -> str:
        """What to send, where the policy has no words for it a record of what a leaf asks for;
        nothing where no answer can change the determination."""
        undocumented = self.line.statuses[label] == "undocumented"
        wanted = undocumented and (self._in_any_case or label not in self._irrelevant)
        not_met = [part for part in parts if part.status != "met"]
        by_parts = bool(not_met) and all(part.send for part in not_met)
        if wanted or by_parts or self._rests_on_completeness(label):
            own = self.sentences.of_clause(label, "send")
            if own or parts:
                return own
            # More records never show that a limit is kept.
            clause = self.line.program.policy.clauses[label]
            what = "a record that shows this"
            if clause.limit:
                what = "a statement that the record is complete on this"
            elif clause.kind == "exclusion":
                what = "a record that says whether this holds"
            return f"{what}: {self.sentences.asks(label)}"
        return ""

    def _rests_on_completeness(self, label: str) -> bool:
        """Whether the clause is not met only because the record is said to be complete."""
        told = f"told_not_met[{label}]"
        if self.line.statuses[label] != "not_met" or label not in self.ledger.leaves:
            return False
        return any(atom.key == "record_complete" for atom in stated_in(self.line, told))

    def _speaking(self, label: str) -> Iterator[Claim]:
        return (claim for claim in self.ledger.claims[label].values() if claim.speaks)

    def _evidence(self, label: str) -> Iterator[EvidenceLine]:
        claims = self.ledger.claims[label]
        first = [key for key, claim in claims.items() if claim.speaks]
        for key in first:
            yield self._line(key, claims[key], claims[key].speaks)
        for mark, atom in self._stated(label):
            place = SUPPORTS if mark == "for" else AGAINST
            yield EvidenceLine(mark, REQUEST, atom.key, statement_text(atom), place=place)
        for atom, claim in self.ledger.stated_in_vain(label):
            text, place = statement_text(atom), claim.place
            notes, plain = claim.reasons, claim.plain
            yield EvidenceLine(
                "uncounted", REQUEST, atom.key, text, notes, plain=plain, place=place
            )
        for key, claim in claims.items():
            if claim.place == SUPPORTS and not first:
                yield replace(self._line(key, claim, "for"), notes=(SAYS_SO_TOO,))
            if claim.speaks or claim.place == SUPPORTS:
                continue
            short = claim.place == FALLS_SHORT and not (claim.rule or claim.plain)
            yield self._line(key, claim, "open" if short else "uncounted")

    def _stated(self, label: str) -> Iterator[tuple[str, GroundAtom]]:
        """What the request itself states and the status rests on, and whether for or against."""
        scope = self.line.program.policy.clauses[label].kind == "scope"
        marks: dict[GroundAtom, str] = {}
        for told in TOLD[self.line.statuses[label]]:
            for atom in stated_in(self.line, f"{told}[{label}]"):
                if scope or atom.key not in DAYS_STATED:
                    marks.setdefault(atom, "for" if told == "told_met" else "against")
        return ((mark, atom) for atom, mark in marks.items())

    def _line(self, key: str, claim: Claim, mark: str) -> EvidenceLine:
        entry = self.decision.entries[key]
        day = getattr(entry, "date", None)
        side = getattr(entry, "side", None)
        words = [describe(entry), str(day) if day else "", str(side) if side else ""]
        text = ", ".join(word for word in words if word)
        for reason in claim.reasons:
            # What the reason says of the entry's own number is not said twice.
            text = text.replace(f", {reason.partition(';')[0]}", "")
        notes = () if claim.place == CONTESTED and claim.speaks else _said_once(claim.reasons)
        if mark == "open":
            notes = (claim.reasons[0].partition(":")[0],)  # the clause says by how much
        days = (date_of(entry), last_day_of(entry))
        return EvidenceLine(
            mark,
            key,
            id_of(entry),
            text,
            notes,
            show_source(entry),
            claim.plain,
            day=str(day or ""),
            kind=kind_of(entry),
            days=tuple(each for each in days if each is not None),
            event=self._events.get(key, ()),
            place=claim.place,
            left_out=claim.left_out,
        )


def _said_once(reasons: Sequence[str]) -> tuple[str, ...]:
    """Reasons one after the other, with "does not count" before the first alone."""
    first, *others = reasons or ("",)
    found = (first, *(each.removeprefix(UNCOUNTED) for each in others))
    return found if first.startswith(UNCOUNTED) else tuple(reasons)


def together(evidence: Iterable[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    """The notes of one event as one, and the entries with many of one kind, of which the same is
    said, as one: 26 visits of therapy.

    It stands where the first of them does, with the sources of the first and the last.
    """
    alike: dict[tuple[object, ...], list[EvidenceLine]] = {}
    for each in events_as_one(evidence):
        key = (each.key,) if each.stated else (each.mark, each.kind, each.notes, each.plain)
        alike.setdefault(key, []).append(each)
    return tuple(
        line
        for several in alike.values()
        for line in ([_as_one(several)] if len(several) >= LEAST_ALIKE else several)
    )


def events_as_one(evidence: Iterable[EvidenceLine]) -> tuple[EvidenceLine, ...]:
    """The notes of one event, of which the same is said, as one line that names them all, with
    those that only repeat it; a note that tells something else of the event than the fullest one
    stands apart."""
    notes: dict[tuple[object, ...], list[EvidenceLine]] = {}
    first: dict[tuple[str, ...], list[EvidenceLine]] = {}
    lines = sorted(evidence, key=lambda each: each.place == SAME_EVENT)
    for number, each in enumerate(lines):
        if each.place == SAME_EVENT and each.event in first:
            first[each.event].append(each)
            continue
        key = (each.event, each.mark, each.notes) if each.event else (number,)
        several = notes.setdefault(key, [])
        several.append(each)
        if each.event:
            first.setdefault(each.event, several)
    return tuple(line for several in notes.values() for line in _of_one_event(several))


def _of_one_event(several: Sequence[EvidenceLine]) -> Iterator[EvidenceLine]:
    own = [each for each in several if each.notes == several[0].notes]
    fullest = max(own, key=lambda each: len(_said(each)))
    told = _said(fullest) | {part for note in fullest.notes for part in note.split("; ")}
    agreeing = [each for each in several if _said(each) <= told]
    names = [each.name for each in agreeing if each.name]
    sources = "; ".join(dict.fromkeys(each.source for each in agreeing if each.source))
    for each in several:
        if each is agreeing[0]:
            several_notes = f"{fullest.text}, one event in {len(agreeing)} notes"
            text = several_notes if len(agreeing) > 1 else fullest.text
            yield replace(fullest, name=all_of(names), text=text, source=sources)
        elif each not in agreeing:
            yield each


def _said(each: EvidenceLine) -> frozenset[str]:
    """What an entry says, apart."""
    return frozenset(re.split(", |: ", each.text))


def _as_one(several: Sequence[EvidenceLine]) -> EvidenceLine:
    first, last = several[0], several[-1]
    days = sorted(day for each in several for day in each.days)
    words = phrases()["entry"]["several" if days else "several_undated"]
    slots = {"first": days[0], "last": days[-1]} if days else {}
    sources = dict.fromkeys(filter(None, (re.sub(r'\s*"[^"]*"', "", e.source) for e in several)))
    ends = [*sources][:: max(len(sources) - 1, 1)]
    return replace(
        first,
        name=f"{first.name} to {last.name}" if first.name and last.name else "",
        text=str(words).format(kind=first.kind, count=len(several), **slots),
        source=" to ".join(ends),
        day="",
        days=tuple(days),
        count=len(several),
    )
