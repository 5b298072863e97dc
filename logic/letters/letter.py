"""What a letter about a determination has to say: reasons, evidence, records, what is needed, who.

The items follow what the rules ask of an adverse notice: the individual's facts and their sources,
the records relied on and each portion of the criteria not met (Ark. Code 20-77-121); the reviewer
with specialty and licenses, and how the criteria apply (23-99-1115); reasons, access to the
criteria, appeal, hearing, a fast appeal and care meanwhile (42 CFR 438.404); the criterion by name
(NCQA UM 7). What the case does not hold is a blank to be filled in by a person.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clausewise.facts.case.model import Case
from clausewise.facts.vocabulary.words import VOCABULARY
from clausewise.logic.decision.decide import Decision, LineDecision
from clausewise.logic.decision.evidence import said_side
from clausewise.logic.derivation.plan import GroundAtom
from clausewise.logic.explain.because import (
    blocks,
    in_the_way,
    relevant,
    telling_evidence,
    told_both_ways,
)
from clausewise.logic.explain.clauses import ClauseView, EvidenceLine, Explainer, together
from clausewise.logic.explain.policy_words import words_of
from clausewise.logic.explain.result import disclaimer_of, signed_by_physician
from clausewise.logic.letters.plain import plain_sentences
from clausewise.logic.what_if.missing import Missing, missing
from clausewise.logic.what_if.next_steps import next_steps

BLANK = "__________"
"""What a person has to fill in."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One clause that decided, with its proof step and the views of its leaves.

    ``rule`` is its label where the policy itself has it, else empty; ``both_ways`` whether sources
    contradict each other on it, ``silent`` whether the record has no entry at all about it.

    ``plain`` says what it asks for and ``plain_short`` how far the record comes, to a member;
    ``told`` are the entries behind it in sentences, ``asked`` what the parts that are not
    documented ask for.
    """

    label: str
    paraphrase: str
    word: str
    kind: str
    step: int
    leaves: tuple[ClauseView, ...]
    plain: str = ""
    plain_short: str = ""
    told: tuple[str, ...] = ()
    asked: tuple[str, ...] = ()
    rule: str = ""
    both_ways: bool = False
    silent: bool = False


@dataclass(frozen=True, slots=True)
class Reviewer:
    """Who signed, or blanks."""

    name: str
    role: str
    license: str
    signed: str
    is_physician: bool


@dataclass(frozen=True)
class Letter:
    """Everything a letter about one line says; the templates only put it into words."""

    case: str
    procedure: str
    side: str
    received: str
    determination: str
    policy: str
    effective: str
    reasons: tuple[Reason, ...]
    records: tuple[str, ...]
    missing: Missing | None
    reviewer: Reviewer
    disclaimer: str
    notice: str
    on_policy: str
    """What is to be said of the policy itself, where it is not that of the request."""
    called: str
    """What the procedure is called to a member."""
    kind: str
    """What sort of care it is, by the words of the policy."""
    steps: tuple[str, ...] = ()
    """What would change the determination, in sentences to the clinician."""
    blank: str = BLANK


def letter(decision: Decision, line: LineDecision, *, needs: bool = True) -> Letter:
    """The content of the letter about one line; with ``needs`` also what is missing, and what
    would change the determination."""
    explainer = Explainer(decision, line)
    reasons = reasons_of(decision, line, explainer)
    views = [explainer.view(each.label) for each in reasons] if needs else []
    found = missing(decision, line, explainer=explainer) if needs else None
    steps = next_steps(decision, line, views, found.further) if found is not None else ()
    called = VOCABULARY.called_procedure(line.procedure)
    name = line.path.name if line.path is not None else called
    words = words_of(decision.policy)["procedure"].get(line.procedure, {})
    return Letter(
        case=decision.case.case,
        procedure=name,
        side=said_side(line),
        received=decision.case.request.received.isoformat(),
        determination=line.determination,
        policy=f"{decision.policy.number} {decision.policy.title}",
        effective=decision.policy.effective.isoformat(),
        reasons=reasons,
        records=tuple(_records(decision.case)),
        missing=found,
        reviewer=_reviewer(decision.case),
        disclaimer=disclaimer_of(decision.policy),
        notice=decision.policy.notice,
        on_policy=decision.notice,
        called=words.get("plain", name if line.path is not None else f"a service: {called}"),
        kind=words.get("kind", "service"),
        steps=tuple(steps),
    )


def reasons_of(
    decision: Decision, line: LineDecision, explainer: Explainer | None = None
) -> tuple[Reason, ...]:
    """The clauses that a determination is explained by, each with what it rests on."""
    explainer = explainer or Explainer(decision, line)
    return tuple(_reason(decision, line, explainer, label) for label in _grounds(line))


def _grounds(line: LineDecision) -> tuple[str, ...]:
    """The clauses a letter gives as reasons: the decisive ones, or the scope's, or the root's."""
    if line.decisive:
        return line.decisive
    if line.determination == "not_governed":
        return line.unmet_scope
    return line.program.policy.clauses[line.path.root].parts if line.path is not None else ()


def _reason(decision: Decision, line: LineDecision, explainer: Explainer, label: str) -> Reason:
    view = _narrowed(relevant(explainer.view(label)))
    label = view.label
    status = "met" if view.status == "undocumented" else view.status
    step = explainer.prover.prove(GroundAtom(f"{status}[{label}]", (line.side,)))
    shown = view.status
    leaves = tuple(
        leaf
        for leaf in _told_apart(in_the_way(view) if blocks(view) else view)
        if leaf.status == shown or (shown not in ("met", "not_met") and leaf.status != "met")
    )
    shown_leaves = leaves or (view,)
    words = explainer.sentences
    short = view.status not in ("met", "conflicting")
    plain_short = words.of_clause(label, "plain_short") if short else ""
    # What a number was counted from is told whole; else what stands in the way is enough.
    evidence = [each for leaf in shown_leaves for each in leaf.evidence]
    telling = list(telling_evidence(shown_leaves)) or evidence
    if plain_short:
        telling = [each for leaf in shown_leaves for each in _counted(leaf)]
    return Reason(
        label,
        view.paraphrase,
        view.word,
        view.kind,
        step,
        shown_leaves,
        plain=words.of_clause(label, "plain") or view.paraphrase,
        plain_short=plain_short,
        told=tuple(plain_sentences(decision.case, together(telling))),
        asked=tuple(
            dict.fromkeys(
                words.of_clause(each.label, "plain") or each.paraphrase for each in _to_send(view)
            )
        ),
        rule=label if view.published else "",
        both_ways=told_both_ways(view),
        silent=not any(leaf.evidence for leaf in view.leaves()),
    )


def _counted(leaf: ClauseView) -> Iterable[EvidenceLine]:
    """The entries that a number was counted from: of a leaf that some deny, these alone."""
    denied = any(each.mark == "against" and not each.stated for each in leaf.evidence)
    return telling_evidence([leaf]) if denied else leaf.evidence


def _narrowed(view: ClauseView) -> ClauseView:
    """The one part of an ALL gate that stands in the way, where the policy labels it."""
    blocking = [each for each in view.parts if blocks(each)] if view.gate == "ALL" else []
    if len(blocking) == 1 and blocking[0].published:
        return _narrowed(blocking[0])
    return view


def _told_apart(view: ClauseView) -> Iterator[ClauseView]:
    """The leaves of a clause; of a part of which nothing is documented, the part itself."""
    if view.parts and not (view.told_as_one and view.sentence):
        for part in view.parts:
            yield from _told_apart(part)
    else:
        yield view


def _to_send(view: ClauseView) -> Iterator[ClauseView]:
    """The parts to send papers about: each of an ALL gate of which some is documented, another
    gate as one."""
    if view.status in ("met", "ruled_out"):
        return
    if view.parts and view.gate == "ALL" and not view.told_as_one:
        for part in view.parts:
            yield from _to_send(part)
    elif view.send or view.status == "conflicting" or any(each.send for each in view.leaves()):
        yield view


def _records(case: Case) -> list[str]:
    """The documents relied on, as far as the case lists them."""
    found = []
    for document in case.documents:
        words = [document.title or document.id, document.author or ""]
        words.append(document.date.isoformat() if document.date else "")
        found.append(", ".join(word for word in words if word))
    return found


def _reviewer(case: Case) -> Reviewer:
    review = case.review
    return Reviewer(
        name=(review.reviewer if review else None) or BLANK,
        role=(review.role if review else None) or BLANK,
        license=(review.license if review else None) or BLANK,
        signed=review.signed.isoformat() if review and review.signed else BLANK,
        is_physician=signed_by_physician(case),
    )
