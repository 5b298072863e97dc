"""Why not: for every clause in the way, each gap with a code from a small closed list.

The codes are in the manner of the Da Vinci DEQM gap reasons, so that gaps can be counted. Gaps are
what entries say otherwise, why others do not count, and the counts that fall short. Nothing here
knows a clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from clausewise.facts.case.model import Finding
from clausewise.facts.columns import EntryKey
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import (
    entries_of,
    label_of_entry,
    reasons_stated,
    statement_text,
)
from clausewise.logic.derivation.plan import Instance
from clausewise.logic.explain.because import (
    clauses_in_the_way,
    grounds,
    in_the_way,
    is_contested,
)
from clausewise.logic.explain.clauses import ClauseView, Explainer
from clausewise.logic.explain.counts import counts_that_fail
from clausewise.logic.explain.ledger import says_otherwise
from clausewise.logic.explain.uncounted import Reason, Uncounted, states_what_is_missing
from clausewise.logic.language.rules import Comparison
from clausewise.logic.proof.build import Prover

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
    """A leaf clause in the way, below the clause ``ground``, with its gaps."""

    ground: str
    label: str
    name: str
    status: str
    gaps: tuple[Gap, ...]


def why_not(decision: Decision, line: LineDecision) -> tuple[Blocking, ...]:
    """Every clause in the way of an approval, with its gaps; empty for an approval.

    First come the grounds, which are the decisive clauses or those of the scope that are not met,
    then what else has to be settled for an approval. Each is followed to the leaves that are not
    met (for an exclusion that applies: that are met).
    """
    policy = line.program.policy
    prover, uncounted = Prover(line.model), Uncounted(decision, line)
    explainer = Explainer(decision, line)
    sentences = explainer.sentences
    found: list[Blocking] = []
    others = clauses_in_the_way(line) if line.decisive else ()
    for ground in dict.fromkeys((*grounds(line), *others)):
        exclusion = policy.clauses[ground].kind == "exclusion"
        leaves = [each.label for each in in_the_way(explainer.view(ground)).leaves()]
        for label in dict.fromkeys(leaves):
            clause, status = policy.clauses[label], line.statuses[label]
            blocking = status in ("met", "conflicting") if exclusion else status != "met"
            if not blocking:
                continue
            if status == "conflicting":
                gaps = list(_told_both_ways(decision, line, explainer.view(label)))
            elif status == "met":
                said = sentences.of_clause(label, status) or sentences.asks(label)
                gaps = list(_told(decision, line, label)) or [Gap(INVALID_ATTRIBUTE, None, said)]
            else:
                said = sentences.of_clause(label, status)
                gaps = list(_lacking(decision, line, prover, uncounted, label, said))
                silent = status == "undocumented" and _is_silent(decision, line, label, gaps)
                if not gaps or silent:
                    text = said or f"not documented: {sentences.asks(label)}"
                    code = INVALID_ATTRIBUTE if clause.kind == "scope" else NOT_FOUND
                    gaps.append(Gap(code, None, text))
                gaps += _stated_in_vain(explainer, label)
            found.append(Blocking(ground, label, clause.name, status, tuple(dict.fromkeys(gaps))))
    return tuple(found)


def _stated_in_vain(explainer: Explainer, label: str) -> Iterator[Gap]:
    """What the request states, and the clause leaves open all the same."""
    for atom, claim in explainer.ledger.stated_in_vain(label):
        yield Gap(INVALID_ATTRIBUTE, None, f"{statement_text(atom)}: {'; '.join(claim.reasons)}")


def _is_silent(decision: Decision, line: LineDecision, label: str, gaps: Sequence[Gap]) -> bool:
    """Whether the record lacks what a clause asks for, whatever the entries of its gaps say: it
    does not say of a limit that these are all, or they are findings that say otherwise."""
    if line.program.policy.clauses[label].limit:
        return True
    entries = [decision.entries[each.entry] for each in gaps if each.entry is not None]
    findings = [each for each in entries if isinstance(each, Finding)]
    if not findings or len(findings) < len(gaps):
        return False
    return all(says_otherwise(decision, line, label, each) for each in findings)


def _told_both_ways(decision: Decision, line: LineDecision, view: ClauseView) -> Iterator[Gap]:
    """What contradicts each other: the entries that others contest, else those that speak."""
    entries = [each for each in view.evidence if not each.stated]
    contested = [each for each in entries if is_contested(each)]
    for each in contested or [each for each in entries if each.mark in ("for", "against")]:
        yield Gap(CONFLICTING, each.key, label_of_entry(decision.case, each.key))
    for told in ("told_met", "told_not_met"):
        for words in reasons_stated(line, f"{told}[{view.label}]"):
            yield Gap(CONFLICTING, None, words)


def _told(decision: Decision, line: LineDecision, label: str) -> Iterator[Gap]:
    """An exclusion that applies: what is documented is what stands in the way."""
    for key in entries_of(line, f"met[{label}]"):
        yield Gap(INVALID_ATTRIBUTE, key, label_of_entry(decision.case, key))
    for words in reasons_stated(line, f"met[{label}]"):
        yield Gap(INVALID_ATTRIBUTE, None, words)


def _lacking(
    decision: Decision,
    line: LineDecision,
    prover: Prover,
    uncounted: Uncounted,
    label: str,
    said: str,
) -> Iterator[Gap]:
    """Why a criterion is not met: what it says otherwise, what does not count, what is too few.

    ``said`` is how the clause stands, in the words of the policy. Entries that do not count have
    nothing to do with a clause that others say is not met.
    """
    reasons = {
        key: [_of_reason(key, reason) for reason in each]
        for key, each in uncounted.of(label).items()
    }
    otherwise = list(_otherwise(decision, line, label))
    for gap in otherwise:
        known = reasons.pop(gap.entry, []) if gap.entry is not None else []
        yield from [each for each in known if each.code == VALUE_OUT_OF_RANGE] or [gap]
    if not otherwise:
        yield from (gap for each in reasons.values() for gap in each)
    for text, rule in counts_that_fail(line, prover, label):
        yield Gap(COUNT_OUT_OF_RANGE, None, said or text, rule)


def _otherwise(decision: Decision, line: LineDecision, label: str) -> Iterator[Gap]:
    """The entries, and what the request states, that say that the clause is not met."""
    told = f"told_not_met[{label}]"
    for key in entries_of(line, told, totals=False):
        yield Gap(INVALID_ATTRIBUTE, key, label_of_entry(decision.case, key))
    for words in reasons_stated(line, told):
        yield Gap(INVALID_ATTRIBUTE, None, words)


def _of_reason(key: str, reason: Reason) -> Gap:
    """A reason why an entry does not count, as a gap."""
    instance = reason.instance
    if instance is None:
        return Gap(INVALID_ATTRIBUTE, key, reason.text)
    rule, columns = instance.rule, instance.rule.head.relation.columns
    kinds = list(_codes(instance))
    dated = "day" in columns or any(
        polarity == "negative"
        and "day" in atom.columns
        and set(atom.columns) <= {"line", "entry", "day"}
        for atom, polarity in rule.atoms()
    )
    if states_what_is_missing(rule):
        code = MISSING_ATTRIBUTE
    elif kinds:
        code = kinds[0]
    elif dated and "detail" not in columns:
        code = DATE_OUT_OF_RANGE
    else:
        code = INVALID_ATTRIBUTE
    return Gap(code, key, reason.text, rule.identifier)


def _codes(instance: Instance) -> Iterator[str]:
    """The kinds of gap that the comparisons of a rule instance tell."""
    for place, literal in enumerate(instance.rule.body):
        if isinstance(literal, Comparison) and literal.symbol not in ("==", "!="):
            values = [instance.binding.get(each.name) for each in literal.variables()]
            if any(isinstance(value, EntryKey) for value in values):
                continue
            yield _OF_COMPARISON[instance.plan.compares(place)]
