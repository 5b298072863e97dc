"""Why not: for every clause in the way, each gap with a code from a small closed list.

The codes are in the manner of the Da Vinci DEQM gap reasons, so that gaps can be counted. Gaps are
read off the proof of what is absent: the rule instances that came closest and the literal that
failed in each. Nothing here knows a clause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from clausewise.facts.schema import OPPOSITES, EntryKey, Type
from clausewise.facts.text import in_words
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import entries_of, label_of_entry
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.language.input_relations import reading
from clausewise.logic.language.notation import Atom
from clausewise.logic.program.dependencies import rules_by_key
from clausewise.logic.proof.build import Attempt, Proof, Prover, Step
from clausewise.logic.proof.text import comparison_text, show_value

NOT_FOUND = "not_found"
MISSING_ATTRIBUTE = "missing_attribute"
INVALID_ATTRIBUTE = "invalid_attribute"
DATE_OUT_OF_RANGE = "date_out_of_range"
VALUE_OUT_OF_RANGE = "value_out_of_range"
COUNT_OUT_OF_RANGE = "count_out_of_range"
CONFLICTING = "conflicting"

CODES = (
    NOT_FOUND,
    MISSING_ATTRIBUTE,
    INVALID_ATTRIBUTE,
    DATE_OUT_OF_RANGE,
    VALUE_OUT_OF_RANGE,
    COUNT_OUT_OF_RANGE,
    CONFLICTING,
)
"""Every code there is."""

_OF_COMPARISON = {
    "date": DATE_OUT_OF_RANGE,
    "value": VALUE_OUT_OF_RANGE,
    "count": COUNT_OUT_OF_RANGE,
}


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a clause is not met: the code, the entry concerned (or None), and what failed.

    ``rule`` names the rule of which an instance came that close; empty where no rule did.
    """

    code: str
    entry: str | None
    text: str
    rule: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Blocking:
    """A leaf clause in the way, below the decisive clause ``ground``, with its gaps."""

    ground: str
    label: str
    name: str
    status: str
    gaps: tuple[Gap, ...]


def why_not(decision: Decision, line: LineDecision) -> tuple[Blocking, ...]:
    """Every clause in the way of an approval, with its gaps; empty for an approval.

    The grounds are the decisive clauses; each is followed to the leaves that are not met (for an
    exclusion that applies: that are met).
    """
    policy = line.program.policy
    prover = Prover(line.model)
    found: list[Blocking] = []
    for ground in line.decisive:
        exclusion = policy.clauses[ground].kind == "exclusion"
        for label in dict.fromkeys(policy.labels_below(ground)):
            clause, status = policy.clauses[label], line.statuses.get(label, "met")
            blocking = status in ("met", "conflicting") if exclusion else status != "met"
            if clause.gate or not blocking:
                continue
            gaps = tuple(dict.fromkeys(_gaps(decision, line, prover, label, status)))
            found.append(Blocking(ground, label, clause.name, status, gaps))
    return tuple(found)


def _gaps(
    decision: Decision, line: LineDecision, prover: Prover, label: str, status: str
) -> Iterator[Gap]:
    if status == "conflicting":
        for told in ("told_met", "told_not_met"):
            for key in entries_of(line, f"{told}[{label}]"):
                yield Gap(CONFLICTING, key, label_of_entry(decision.case, key))
        return
    if status == "met":
        # An exclusion that applies: what is documented is what stands in the way.
        keys = entries_of(line, f"met[{label}]")
        for key in keys:
            yield Gap(INVALID_ATTRIBUTE, key, label_of_entry(decision.case, key))
        if not keys:
            clause = line.program.policy.clauses[label]
            yield Gap(INVALID_ATTRIBUTE, None, f"stated in the request: {clause.paraphrase}")
        return
    goal = prover.prove(GroundAtom(f"told_met[{label}]", (line.side,)))
    found = list(_Walk(line, prover.proof_of(goal)).gaps(goal))
    yield from found or [Gap(NOT_FOUND, None, line.program.policy.clauses[label].paraphrase)]


class _Walk:
    """Follows what is lacking from one absent atom down to facts and comparisons."""

    def __init__(self, line: LineDecision, proof: Proof) -> None:
        self.line = line
        self.proof = proof
        self._seen: set[int] = set()

    def gaps(self, number: int, entry: str | None = None) -> Iterator[Gap]:
        """The gaps below a step that does not hold; ``entry`` is the one that led here."""
        if number in self._seen:
            return
        self._seen.add(number)
        for attempt in self.proof.steps[number].attempts:
            if not self._of_another_reading(attempt):
                for gap in self._of(attempt, entry):
                    yield gap if gap.rule else replace(gap, rule=attempt.instance.rule.identifier)

    def _of_another_reading(self, attempt: Attempt) -> bool:
        """Whether the rule speaks only under readings that are not chosen."""
        return any(
            isinstance(each.literal, Atom) and each.literal.key == reading.name
            for each in attempt.lacking
        )

    def _of(self, attempt: Attempt, outer: str | None) -> Iterator[Gap]:
        values = attempt.instance.binding.values()
        entry = next((value for value in values if isinstance(value, EntryKey)), outer)
        for premise in attempt.lacking:
            if premise.kind in _OF_COMPARISON:
                yield Gap(_OF_COMPARISON[premise.kind], entry, _as_it_is(comparison_text(premise)))
                if premise.kind == "count":
                    yield from self._uncounted(attempt)
            for number in premise.steps:
                step = self.proof.steps[number]
                if premise.kind == "negation":
                    yield self._why_it_holds(step, entry)
                elif step.atom.key == "undated":
                    continue  # that an entry has a date is no gap
                elif self.line.model.is_given(step.atom.key):
                    yield self._of_fact(step, entry)
                elif number not in self._seen:
                    below = list(self.gaps(number, entry))
                    yield from below
                    if not below and step.kind == "absent" and None not in step.atom.row:
                        # No rule speaks of these values, such as another side than the line's.
                        unstated = "unstated" in step.atom.row
                        code = MISSING_ATTRIBUTE if unstated else INVALID_ATTRIBUTE
                        yield Gap(code, entry, f"it does not hold that {self._in_words(step.atom)}")

    def _uncounted(self, attempt: Attempt) -> Iterator[Gap]:
        """What did not count, when a count or sum falls short."""
        for premise in attempt.found:
            for number in premise.steps if premise.kind == "total" else ():
                if self.proof.steps[number].kind == "closed":
                    yield from self.gaps(number)

    def _in_words(self, atom: GroundAtom) -> str:
        """What an atom says: a fact by its name, what is derived by its meaning, with values."""
        rules = rules_by_key(self.line.program).get(atom.key)
        meaning = rules[0].head.relation.meaning if rules else in_words(atom.key)
        columns = self.line.model.plan.columns[atom.key]
        values = [
            ("" if not rules else f"{in_words(column.name)} ")
            + in_words(show_value(value, column.type is Type.DAY))
            for column, value in zip(columns, atom.row, strict=True)
            if value is not None and column.type not in (Type.ENTRY, Type.LINE)
        ]
        return f"{meaning} ({', '.join(values)})" if values else meaning

    def _of_fact(self, step: Step, entry: str | None) -> Gap:
        """A fact that is lacking: of an entry that exists an attribute, else the entry itself."""
        row, text = step.atom.row, self._in_words(step.atom)
        key = row[0] if row else None
        if not isinstance(key, EntryKey):
            return Gap(NOT_FOUND, entry, f"not documented: {text}")
        opposite = OPPOSITES.get(step.atom.key)
        if opposite is not None and self.line.model.holds(GroundAtom(opposite, row)):
            return Gap(INVALID_ATTRIBUTE, key, self._in_words(GroundAtom(opposite, row)))
        others = self.line.model.rows.index(step.atom.key, (0,)).get(key, ())
        if others:
            said = ", ".join(in_words(str(value)) for value in others[0][1:])
            return Gap(INVALID_ATTRIBUTE, key, f"{text}: documented otherwise ({said})")
        return Gap(MISSING_ATTRIBUTE, key, f"not documented: {text}")

    def _why_it_holds(self, step: Step, entry: str | None) -> Gap:
        """A negation fails because its atom holds; a comparison in it tells the kind of gap."""
        text = self._in_words(step.atom)
        for derived in step.derived:
            for premise in derived.premises:
                if premise.kind in _OF_COMPARISON:
                    compared = f"{text}: {comparison_text(premise)}"
                    return Gap(_OF_COMPARISON[premise.kind], entry, compared)
        return Gap(INVALID_ATTRIBUTE, entry, text)


_CONTRARY = {">=": "<", "<": ">=", ">": "<=", "<=": ">", "!=": "==", "==": "!="}


def _as_it_is(comparison: str) -> str:
    """A comparison that fails, as what holds in its place: 49 < 50 for 49 >= 50."""
    return " ".join(_CONTRARY.get(word, word) for word in comparison.split(" "))
