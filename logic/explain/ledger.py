"""The ledger: where every entry, document and statement of a request ends, and why.

Each stands in exactly one place for a line: it supports or speaks against a clause, falls short of
it, is contested, superseded, does not count, is the same event as another, or no clause of the path
uses it. The reason is an instance of a rule, or what does not hold. Explanations, reports and
letters draw from it; nothing here knows a clause.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any

from clausewise.facts.case.model import Document, Finding, Source
from clausewise.facts.relations.from_case import REQUEST_FIELDS
from clausewise.facts.vocabulary.phrases import phrases
from clausewise.logic.decision.decide import Decision, LineDecision, rows_for, status_word
from clausewise.logic.decision.evidence import (
    describe,
    entries_of,
    id_of,
    label_of,
    show_source,
    shown_name,
    stated_in,
    statement_text,
    value_stated,
)
from clausewise.logic.derivation.model import Model
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.derivation.successive import model_with
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.explain.supporting import carrying
from clausewise.logic.explain.uncounted import Uncounted
from clausewise.logic.language.policy import Role
from clausewise.logic.language.status import Status
from clausewise.logic.program.demand import demand
from clausewise.logic.program.dependencies import uses
from clausewise.logic.readings.completions import Certainty, certainty

SUPPORTS, AGAINST = "supports", "against"
FALLS_SHORT, CONTESTED = "falls_short", "contested"
SUPERSEDED, SAME_EVENT = "superseded", "same_event"
DOES_NOT_COUNT, UNUSED = "does_not_count", "unused"

PLACES = (
    SUPPORTS,
    AGAINST,
    CONTESTED,
    FALLS_SHORT,
    SUPERSEDED,
    SAME_EVENT,
    DOES_NOT_COUNT,
    UNUSED,
)
"""Where an account can end; of several clauses that use it, the first place here is told. What is
unused changes no status when it alone is left out."""
DECISIVE, NEEDED, NOT_NEEDED = "decisive", "needed", "not needed"
WEIGHTS = (DECISIVE, NEEDED, NOT_NEEDED, "")
"""What depends on the clause: the determination, a clause that it rests on, or nothing."""
NOT_ENOUGH = "counts, and is not enough"
NOT_SETTLED = "says otherwise, and does not settle it"
TOWARDS_LIMIT = "counts towards the limit"
SAYS_SO_TOO = "the record says so too"
BESIDE_STATED = "does not count beside what the request states"
MOST_CONTESTING = 20
"""Of so many entries that contest one each is named; of more the rest is counted."""
ENTRY, DOCUMENT, STATEMENT = "entry", "document", "statement"

TOLD = {
    Status.MET: ("told_met",),
    Status.NOT_MET: ("told_not_met",),
    Status.CONFLICTING: ("told_met", "told_not_met"),
    Status.UNDOCUMENTED: (),
}
"""The answers of the record that make a status."""


@dataclass(frozen=True, slots=True)
class Account:
    """Where one entry, document or statement ends.

    ``kind`` is "entry", "document" or "statement", ``key`` its place in the case, ``text`` what it
    says. ``clause`` is the leaf it is told for, with its ``weight``; ``also`` are further clauses
    that use it in the same way. ``reasons`` are sentences, ``rule`` names the rule an instance of
    which is the reason, ``lacks`` what does not hold where no rule is.
    """

    kind: str
    key: str
    name: str
    text: str
    place: str
    clause: str = ""
    weight: str = ""
    reasons: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    rule: str = ""
    lacks: str = ""
    also: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a leaf says of an entry, or of a statement of the request.

    ``speaks`` is "for" or "against" for what its status rests on, else empty. ``left_out`` is
    whether all that speaks against an entry is what it does not say.
    """

    place: str
    clause: str
    weight: str
    reasons: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()
    rule: str = ""
    lacks: str = ""
    speaks: str = ""
    left_out: bool = False

    @property
    def rank(self) -> tuple[int, int]:
        return WEIGHTS.index(self.weight), PLACES.index(self.place)


class Ledger:
    """The accounts of one line, made when they are asked for."""

    def __init__(self, decision: Decision, line: LineDecision) -> None:
        self.decision = decision
        self.line = line
        self.sentences = Sentences(
            decision.policy, decision.choices, line, name_of=self._label_of_other
        )
        self._uncounted = Uncounted(decision, line, self.sentences)

    def _label_of_other(self, key: str) -> str:
        """How a sentence about one entry names another."""
        entry = self.decision.entries[key]
        day = getattr(entry, "date", None)
        return ", ".join(filter(None, (shown_name(entry), str(day) if day else "")))

    @cached_property
    def accounts(self) -> tuple[Account, ...]:
        """Every entry, document and statement, each once: entries first, as the case lists them."""
        entries = [self._of_entry(key) for key in self.decision.entries]
        return (*entries, *self._of_documents(entries), *self._of_statements())

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        """The leaf clauses that have a status here."""
        clauses = self.line.program.policy.clauses
        return tuple(label for label in self.line.statuses if not clauses[label].gate)

    @cached_property
    def certain(self) -> Certainty:
        """What is certain of the line, whatever the open clauses turn out to be."""
        return certainty(self.decision, self.line)

    # --- weights ------------------------------------------------------------------------------

    @cached_property
    def _weights(self) -> Mapping[str, str]:
        line, policy = self.line, self.line.program.policy
        grounds = line.decisive or line.unmet_scope
        below = {label for ground in grounds for label in policy.labels_below(ground)}
        decisive = {label for label in below & {*self.leaves} if self._blocks(label)}
        waits = line.determination == "insufficient_information"
        needed = carrying(self.decision, line, self.certain if waits else None)
        return {
            label: DECISIVE if label in decisive else NEEDED if label in needed else NOT_NEEDED
            for label in self.leaves
        }

    def _blocks(self, label: str) -> bool:
        """Whether a leaf stands in the way: a criterion unless met, an exclusion that may apply."""
        status = self.line.statuses[label]
        if self.line.program.policy.clauses[label].kind == "exclusion":
            return status in (Status.MET, Status.CONFLICTING)
        return status != Status.MET

    # --- claims -------------------------------------------------------------------------------

    @cached_property
    def claims(self) -> Mapping[str, Mapping[str, Claim]]:
        """By leaf what it says of the entries, by their keys."""
        return {label: dict(self._claims(label)) for label in self.leaves}

    def _claims(self, label: str) -> Iterator[tuple[str, Claim]]:
        line, status = self.line, self.line.statuses[label]
        weight = self._weights[label]
        reasons = self._uncounted.of(label)
        counted: dict[str, str] = {}
        others = self._others(label) if status == Status.CONFLICTING else {}
        rule_of_status = self._rule(label)
        limit = bool(line.program.policy.clauses[label].limit)
        for told in TOLD[status]:
            key = f"{told}[{label}]"
            # What a count or a sum was made of counted, and broke a limit; what else says "not
            # met" speaks against.
            plain = entries_of(line, key, totals=limit) if told == "told_not_met" else ()
            for entry in entries_of(line, key):
                counted.setdefault(entry, "against" if entry in plain else "for")
        for key in dict.fromkeys((*counted, *reasons)):
            own = reasons.get(key, ())
            said, plain_said = tuple(each.text for each in own), tuple(each.plain for each in own)
            rule = next((each.rule for each in own if each.rule), "")
            lacks = "" if rule else next((each.lacks for each in own if each.lacks), "")
            # Of a therapy that is told only in part, that part may be what the clause is met by.
            in_part = status == Status.MET and all(each.place == FALLS_SHORT for each in own)
            speaking = in_part or not own or counted.get(key) == "against"
            speaks = counted.get(key, "") if speaking else ""
            if speaks and status == Status.CONFLICTING:
                claim = Claim(CONTESTED, label, weight, others.get(key, ()), rule=rule_of_status)
            elif speaks:
                place = AGAINST if speaks == "against" else SUPPORTS
                claim = Claim(place, label, weight, said, plain_said, rule_of_status)
            elif own:
                place = min((each.place for each in own), key=PLACES.index)
                # Of a limit the record has to say that these are all, whatever a note adds.
                left_out = not limit and all(each.is_left_out for each in own)
                claim = Claim(
                    place, label, weight, said, plain_said, rule, lacks, left_out=left_out
                )
            elif status == Status.MET and self._says_otherwise(label, key):
                lacks = f"told_not_met[{label}]"
                claim = Claim(DOES_NOT_COUNT, label, NOT_NEEDED, (BESIDE_STATED,), lacks=lacks)
            elif status == Status.MET:
                # It would count as well, and the clause is met without it.
                claim = Claim(SUPPORTS, label, NOT_NEEDED, rule=rule_of_status)
            else:
                short = self.sentences.of_clause(label, str(status))
                if status == Status.NOT_MET and counted and not short:
                    continue  # others say that it is not met; this entry has nothing to do with it
                counts = TOWARDS_LIMIT if limit else NOT_ENOUGH
                found = self.decision.entries[key]
                if isinstance(found, Finding) and says_otherwise(self.decision, line, label, found):
                    counts = NOT_SETTLED
                enough = f"{counts}: {short}" if short else counts
                lacks = f"told_met[{label}]"
                claim = Claim(FALLS_SHORT, label, weight, (enough,), lacks=lacks)
            yield key, replace(claim, speaks=speaks)

    def _says_otherwise(self, label: str, key: str) -> bool:
        """Whether a finding denies the exclusion that a statement of the request is enough for."""
        entry = self.decision.entries[key]
        exclusion = self.line.program.policy.clauses[label].kind == "exclusion"
        return exclusion and isinstance(entry, Finding) and not entry.present

    def _rule(self, label: str) -> str:
        """The rule that gives a leaf its status."""
        told = next(iter(TOLD[self.line.statuses[label]]), "")
        found = self.line.model.derivations(GroundAtom(f"{told}[{label}]", (self.line.side,)))
        return found[0].rule.identifier if found else ""

    def _others(self, label: str) -> Mapping[str, tuple[str, ...]]:
        """What stands against each entry of a clause that the record contradicts itself on."""
        line, entries = self.line, self.decision.entries
        sides = [set(entries_of(line, f"{told}[{label}]")) for told in TOLD[Status.CONFLICTING]]
        found: dict[str, tuple[str, ...]] = {}
        for own, other in (sides, sides[::-1]):
            alone, against = own - other, other - own
            named = [label_of(entry) for key, entry in entries.items() if key in against]
            said = [f"contested by {each}" for each in named[:MOST_CONTESTING]]
            if more := len(named) - len(said):
                said.append(f"contested by {more} more")
            found |= dict.fromkeys(alone, tuple(said))
        return found

    # --- accounts -----------------------------------------------------------------------------

    def _of_entry(self, key: str) -> Account:
        entry = self.decision.entries[key]
        day, side = getattr(entry, "date", None), getattr(entry, "side", None)
        text = ", ".join(filter(None, (describe(entry), str(day) if day else "", side or "")))
        blank = Account(ENTRY, key, id_of(entry), text, UNUSED, source=show_source(entry))
        return _told(blank, [of[key] for of in self.claims.values() if key in of])

    def _of_documents(self, entries: Iterable[Account]) -> Iterator[Account]:
        days = rows_for(self.line.program, self.line.model, Role.CUT_OFF)
        until = date.fromordinal(int(days[0][0])) if days else date.max
        citing: dict[str, list[Account]] = {}
        for each in entries:
            for source in self.decision.entries[each.key].sources:
                if isinstance(source, Source) and source.document:
                    citing.setdefault(source.document, []).append(each)
        for place, document in enumerate(self.decision.case.documents):
            words = [document.title or document.id, document.author or "", str(document.date or "")]
            text = ", ".join(filter(None, words))
            blank = Account(DOCUMENT, f"documents[{place}]", document.id, text, UNUSED)
            found = citing.get(document.id, [])
            if document.received is not None and document.received > until:
                late = f"does not count: received on {document.received}, after {until}"
                yield replace(blank, place=DOES_NOT_COUNT, reasons=(late,), lacks="arrived")
            elif not found and (decides := self._receipt_decides(document)):
                yield _told(blank, decides)
            elif not found:
                yield replace(blank, reasons=("no entry cites it",), lacks="an entry that cites it")
            else:
                best = min(found, key=_rank)
                cited = ", ".join(dict.fromkeys(each.name or each.text for each in found))
                yield replace(
                    blank,
                    place=best.place,
                    clause=best.clause,
                    weight=best.weight,
                    reasons=(f"cited by: {cited}",),
                    rule=best.rule,
                    lacks=best.lacks,
                )

    def _receipt_decides(self, document: Document) -> list[Claim]:
        """What leaves say of the day on which a document came, that no other document shares: it
        may be the day up to which evidence counts."""
        if document.received is None:
            return []
        if [each.received for each in self.decision.case.documents].count(document.received) > 1:
            return []
        day = document.received.toordinal()
        return list(self._changed_by(GroundAtom("document_received", (day,))))

    def stated_in_vain(self, label: str) -> Iterator[tuple[GroundAtom, Claim]]:
        """What the request states on what a criterion asks for, and the record leaves open: another
        purpose or diagnosis, or a diagnosis that no entry documents."""
        line, words = self.line, phrases()["uncounted"]
        clause = line.program.policy.clauses[label]
        if clause.kind != "criterion" or line.statuses[label] != Status.UNDOCUMENTED:
            return
        used = uses(line.program, label)
        for key in ("purpose", "stated_diagnosis"):
            for row in self.decision.rows.get(key, ()):
                diagnosed = key == "stated_diagnosis" and row[0] in used.names.get("finding", ())
                named = diagnosed and not self.claims[label]
                if named or key in used.relations:
                    name = "only_stated" if named else "stated_otherwise"
                    claim = Claim(
                        FALLS_SHORT,
                        label,
                        self._weights[label],
                        (str(words[name]),),
                        (str(words[f"plain_{name}"]),),
                        lacks=f"told_met[{label}]",
                    )
                    yield GroundAtom(key, row), claim

    def _of_statements(self) -> Iterator[Account]:
        claims: dict[GroundAtom, list[Claim]] = {}
        for label in self.leaves:
            for atom, claim in self.stated_in_vain(label):
                claims.setdefault(atom, []).append(claim)
            for told in TOLD[self.line.statuses[label]]:
                place = SUPPORTS if told == "told_met" else AGAINST
                claim = Claim(place, label, self._weights[label], rule=self._rule(label))
                for atom in stated_in(self.line, f"{told}[{label}]"):
                    claims.setdefault(atom, []).append(claim)
        for key in phrases()["statement"]:
            for row in self.decision.rows.get(key, ()):
                atom = GroundAtom(key, row)
                name = f"{REQUEST_FIELDS[key]}: {value_stated(atom)}"
                blank = Account(STATEMENT, name, "", statement_text(atom), UNUSED)
                yield _told(blank, claims.get(atom) or list(self._changed_by(atom)))

    def _status(self, model: Model, label: str) -> Status:
        """The status that a leaf has by other derivations than the line's own."""
        for status in (Status.MET, Status.NOT_MET, Status.CONFLICTING):
            if model.holds(GroundAtom(f"{status}[{label}]", (self.line.side,))):
                return status
        return Status.UNDOCUMENTED

    def _changed_by(self, atom: GroundAtom) -> Iterator[Claim]:
        """What leaves say of a statement that no status rests on, and without which some would
        have another: it decides which entries count, or a rule asks that it is not made."""
        rows = dict(self.decision.rows)
        rows[atom.key] = tuple(row for row in rows[atom.key] if row != atom.row)
        without = model_with(self.line.model, rows)
        for label in self.leaves:
            status = self.line.statuses[label]
            other = self._status(without, label)
            if other != status:
                word = status_word(self.line.program.policy.clauses[label], other)
                place = SUPPORTS if status == Status.MET else AGAINST
                reasons = (f"without it: {word}",)
                lacks = f"{other}[{label}]"
                yield Claim(place, label, self._weights[label], reasons, lacks=lacks)


def says_otherwise(decision: Decision, line: LineDecision, label: str, finding: Finding) -> bool:
    """Whether a finding has not the answer that a clause asks for: of what it asks to be absent,
    that it is present."""
    readings, parameters = decision.choices.readings, decision.choices.parameters
    chosen = tuple(readings.items()), tuple(parameters.items())
    wanted = demand(line.program, label, "met", *chosen)
    says = "documented_present" if finding.present else "documented_absent"
    return says not in {each.relation for each in wanted.facts if each.helps}


def _rank(account: Account) -> tuple[int, int]:
    return WEIGHTS.index(account.weight), PLACES.index(account.place)


def _told(blank: Account, claims: Sequence[Claim]) -> Account:
    """The account by the claim that matters most; the others of the same kind stand beside it.

    Without a claim no clause uses it.
    """
    if not claims:
        return replace(blank, reasons=("no clause of this path uses it",), lacks="any clause")
    first, *others = sorted(claims, key=lambda claim: claim.rank)
    return replace(
        blank,
        place=first.place,
        clause=first.clause,
        weight=first.weight,
        reasons=first.reasons,
        plain=first.plain,
        rule=first.rule,
        lacks=first.lacks,
        also=tuple(each.clause for each in others if each.place == first.place),
    )


def ledger_data(ledger: Ledger) -> list[dict[str, Any]]:
    """The accounts as plain data."""
    return [
        {
            "kind": each.kind,
            "key": each.key,
            "name": each.name,
            "text": each.text,
            "place": each.place,
            "clause": each.clause or None,
            "weight": each.weight or None,
            "reasons": list(each.reasons),
            "rule": each.rule or None,
            "lacks": each.lacks or None,
            "also": list(each.also),
            "source": each.source,
        }
        for each in ledger.accounts
    ]
