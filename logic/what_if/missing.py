"""What documentation is missing: abduction over the loaded clauses, clause by clause.

The clauses that stand in the way are looked at each by itself: what could be documented for it
(``logic.what_if.candidates``) is put beside the record, each part under a condition of its own, the
rules are evaluated once for every combination, and the smallest combinations that settle the clause
are read off. Clauses that could use the same documents are settled together. What is found is made
smaller inside (``logic.what_if.least``), and one alternative of each clause together is verified by
deciding the case with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import combinations_with_replacement, compress, islice, product
from typing import Any

from clausewise.facts.case.editing import edited
from clausewise.logic.decision.decide import Decision, LineDecision, decide_case
from clausewise.logic.derivation.model import Model
from clausewise.logic.explain.because import clauses_in_the_way, relevant, to_send
from clausewise.logic.explain.clauses import Explainer, label_in_words
from clausewise.logic.language.status import Status
from clausewise.logic.readings.conditional_model import Worlds
from clausewise.logic.readings.decision_diagram import NONE, Diagrams, TooManyStepsError
from clausewise.logic.what_if.asked_entries import latest_days
from clausewise.logic.what_if.candidate import Candidate, said_simply
from clausewise.logic.what_if.candidates import Proposals, documentation_for, open_leaves
from clausewise.logic.what_if.factored import alike_together, any_will_do, days_together
from clausewise.logic.what_if.further import further_records
from clausewise.logic.what_if.least import least
from clausewise.logic.what_if.trial import (
    MOST_ASKED,
    OutOfTrialsError,
    Trials,
    Work,
    determination_with,
    edits_of,
)
from clausewise.logic.what_if.words import described
from clausewise.logic.what_if.worlds import in_order, most_variables, possible_worlds

MOST_SETS = 1000
"""How many alternatives are told in data, smallest first."""
MOST_OF_A_NEED = 12
"""How many alternatives are looked for to settle one clause, smallest first."""
MOST_SHOWN = 12
"""Alternatives that are shown to a person; data hold all."""
APPROVED = "medically_necessary"
_OPEN = (Status.UNDOCUMENTED, Status.CONFLICTING)


@dataclass(frozen=True, slots=True)
class MissingSet:
    """Documentation that together would settle what it is told for; verified."""

    candidates: tuple[Candidate, ...]


@dataclass(frozen=True, slots=True)
class Need:
    """Clauses in the way of an approval, and the alternatives of which each settles them all.

    ``send`` are the documents that would hold it, in the words of the policy; ``labels`` is what
    the clauses are called before a person, by the alternative that the request leaves.
    """

    clauses: tuple[str, ...]
    alternatives: tuple[MissingSet, ...]
    send: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()

    @property
    def in_all(self) -> tuple[Candidate, ...]:
        """What stands in each alternative, or all of it where they are told as one; entries that
        differ in their day alone are one."""
        ways = self._ways
        return days_together((*self._always, *(ways[0] if len(ways) == 1 else ())))

    @property
    def _always(self) -> tuple[Candidate, ...]:
        first, *others = (each.candidates for each in self.alternatives)
        return tuple(each for each in first if all(each in other for other in others))

    @property
    def ways(self) -> tuple[tuple[Candidate, ...], ...]:
        """The alternatives without what stands in each; none where there is only one. What would
        do as well beside the same is told as one, and so is what differs in its day alone."""
        ways = self._ways
        return tuple(map(days_together, ways)) if len(ways) > 1 else ()

    @property
    def _ways(self) -> tuple[tuple[Candidate, ...], ...]:
        always = self._always
        several = len(self.alternatives) > 1
        return any_will_do(
            alike_together(
                tuple(each for each in one.candidates if each not in always)
                for one in (self.alternatives if several else ())
            )
        )

    @property
    def documents(self) -> tuple[str, ...]:
        """The documents that show all of it."""
        return documents(each for one in self.alternatives for each in one.candidates)

    @property
    def number_of(self) -> tuple[int, tuple[Candidate, ...]] | None:
        """How many of which are enough, where the ways are any so many of some: two of three. What
        may be new more than once, such as an injection on another day, is told once."""
        ways = self._ways
        size = len(ways[0]) if len(ways) > 1 else 0
        every = {each.name: each for way in ways for each in way}
        # One that has to come after another of its kind is a further one of that kind.
        first = {name: _first_of_its_kind(name, every) for name in every}
        among = [name for name in every if first[name] == name]
        if size < 2 or len(every) > MOST_SHOWN or len({*every.values()}) < len(every):
            return None
        again = {first[name] for name in every if first[name] != name}
        enough = {
            each
            for each in combinations_with_replacement(among, size)
            if all(each.count(name) == 1 or name in again for name in each)
        }
        found = {tuple(sorted((first[c.name] for c in way), key=among.index)) for way in ways}
        if enough != found or len(found) != len(ways):
            return None
        told = (
            replace(every[name], text=f"{every[name].text}; or more than one such")
            if name in again
            else every[name]
            for name in among
        )
        return size, tuple(told)


def _first_of_its_kind(name: str, every: Mapping[str, Candidate]) -> str:
    """The candidate that one has to come after, if any of these, or the one before that."""
    while (before := every[name].after) is not None and before in every:
        name = before
    return name


def documents(candidates: Iterable[Candidate]) -> tuple[str, ...]:
    """The documents that show what is asked for, each with the last day that it can be of."""
    told = (
        f"{each.document}, dated {each.by} or earlier" if each.by else each.document
        for each in candidates
        if each.document
    )
    return tuple(dict.fromkeys(told))


@dataclass(frozen=True)
class Missing:
    """The documentation that is missing for one line; ``clauses`` are those that decide.

    One alternative of each of the ``needs`` together makes the line medically necessary;
    ``alternatives`` are these combinations, written out. ``further`` are single records that would
    approve a denied line, though none is missing: what they say is documented otherwise.
    ``not_searched`` are sentences on what was not looked at, empty when all was.
    """

    side: str
    determination: str
    clauses: tuple[str, ...]
    alternatives: tuple[MissingSet, ...]
    needs: tuple[Need, ...] = ()
    not_searched: tuple[str, ...] = ()
    further: tuple[str, ...] = ()

    @property
    def shown(self) -> tuple[MissingSet, ...]:
        """The first alternatives, as many as a person will read."""
        return self.alternatives[:MOST_SHOWN]


def missing(
    decision: Decision,
    line: LineDecision,
    most: int = MOST_SETS,
    *,
    explainer: Explainer | None = None,
) -> Missing:
    """The least documentation that would make the line medically necessary.

    Empty for a line that is approved or not governed. For a denial there may be none: what is told
    not met is not undone by adding documents. ``explainer`` is one of the line that is there
    already.
    """
    if line.path is None or line.determination in (APPROVED, "not_governed"):
        return Missing(line.side, line.determination, line.decisive, ())
    search = _Search(decision, line, explainer or Explainer(decision, line))
    needs: tuple[Need, ...] = ()
    for latest in latest_days(decision):
        needs = search.needs(latest)
        if needs or search.work.left <= 0:
            break
    alternatives = tuple(islice(_written_out(needs), most))
    return Missing(
        line.side,
        line.determination,
        line.decisive,
        tuple(sorted(alternatives, key=lambda each: len(each.candidates))),
        needs,
        tuple(dict.fromkeys(search.not_searched)),
        () if needs else further_records(decision, line, search.work),
    )


def _written_out(needs: Sequence[Need]) -> Iterator[MissingSet]:
    if needs:
        for chosen in product(*(need.alternatives for need in needs)):
            together = dict.fromkeys(each for one in chosen for each in one.candidates)
            yield MissingSet(tuple(together))


class _Search:
    """The search for one line; ``not_searched`` are sentences on what was left out."""

    def __init__(self, decision: Decision, line: LineDecision, explainer: Explainer) -> None:
        self.decision, self.line = decision, line
        self.policy = line.program.policy
        self.not_searched: list[str] = []
        self.work = Work(decision)
        self._explainer = explainer

    def needs(self, latest: date) -> tuple[Need, ...]:
        """One need for each group of clauses that can use the same documents; none when one of
        them cannot be settled by documents."""
        self.not_searched.clear()
        groups = self._groups(latest)
        found: list[Need] = []
        for labels, proposals in groups:
            self.not_searched += proposals.left_out
            need = self._settled(labels, proposals)
            if need is None:
                return ()
            found.append(need)
        if not found:
            return ()
        verified = self._verified(found)
        if verified is not None or len(groups) == 1:
            return verified or ()
        # Together they get in each other's way: they are settled as one.
        every = tuple(label for labels, _ in groups for label in labels)
        joint = self._settled(every, self._proposals(every, latest))
        return (joint,) if joint is not None else ()

    def _proposals(self, labels: Iterable[str], latest: date) -> Proposals:
        leaves = dict.fromkeys(leaf for label in labels for leaf in self.policy.labels_below(label))
        status = {True: "not_met", False: "met"}
        found = Proposals()
        for exclusion in (False, True):
            wanted = [
                leaf
                for leaf in open_leaves(self.line, leaves)
                if (self.policy.clauses[leaf].kind == "exclusion") is exclusion
            ]
            more = documentation_for(
                self.decision, self.line, wanted, status=status[exclusion], latest=latest
            )
            for subject, candidates in more.by_subject.items():
                for each in candidates:
                    found.add(subject, each)
            found.left_out += more.left_out
        return found

    def _groups(self, latest: date) -> list[tuple[tuple[str, ...], Proposals]]:
        """The clauses in the way, those together that could use the same documents."""
        groups: list[tuple[tuple[str, ...], Proposals]] = []
        for label in clauses_in_the_way(self.line):
            labels: tuple[str, ...] = (label,)
            proposals = self._proposals((label,), latest)
            for other in [*groups]:
                if set(other[1].by_subject) & set(proposals.by_subject):
                    groups.remove(other)
                    labels = (*other[0], *labels)
                    proposals = self._proposals(labels, latest)
            groups.append((labels, proposals))
        return groups

    # --- one need -----------------------------------------------------------------------------

    def _settles(self, labels: tuple[str, ...]) -> Callable[[Model], bool]:
        row = (self.line.side,)

        def holds(model: Model) -> bool:
            for label in labels:
                if self.policy.clauses[label].kind != "exclusion":
                    if row not in model.rows[f"met[{label}]"]:
                        return False
                elif (
                    row in model.rows[f"met[{label}]"] or row in model.rows[f"conflicting[{label}]"]
                ):
                    return False
            return True

        return holds

    def _wanted(self, labels: tuple[str, ...], diagrams: Diagrams, worlds: Worlds) -> int:
        row, wanted = (self.line.side,), 1
        for label in labels:
            if self.policy.clauses[label].kind != "exclusion":
                wanted = diagrams.both(wanted, worlds[f"met[{label}]"].get(row, NONE))
                continue
            for status in (Status.MET, Status.CONFLICTING):
                held = worlds[f"{status}[{label}]"].get(row, NONE)
                wanted = diagrams.both(wanted, diagrams.without(held))
        return wanted

    def _settled(self, labels: tuple[str, ...], proposals: Proposals) -> Need | None:
        """The alternatives that settle these clauses; None when documents cannot."""
        candidates = {each.name: each for each in proposals}
        if not candidates:
            return None
        trials = Trials(self.decision, self.line, self._settles(labels), self.work)
        name = " ".join(labels)
        try:
            sets = self._smallest(labels, candidates)
        except (TooManyStepsError, OutOfTrialsError):
            self.not_searched.append(f"{name}: combinations besides the one that is told")
            sets = self._one_by_one(list(candidates.values()), trials, name)
        found: list[tuple[Candidate, ...]] = []
        for chosen in compress(sets, said_simply(sets)):
            try:
                small = least(chosen, trials)
            except OutOfTrialsError:
                self.not_searched.append(
                    f"{name}: further alternatives, and what of them is needed"
                )
                if found:
                    break
                small = chosen
            small = tuple(described(self.decision.case, each) for each in small)
            if small not in found:
                found.append(small)
        alternatives = _without_larger(found)
        if not alternatives:
            return None
        told = tuple(map(MissingSet, alternatives))
        return Need(labels, told, self._documents(labels), tuple(map(self._called, labels)))

    def _called(self, label: str) -> str:
        """What a clause is called: of one without a label, the one alternative that the request
        leaves of it, else its name."""
        if not self.policy.clauses[label].published:
            label = relevant(self._explainer.view(label)).label
        return label_in_words(self.policy, label)

    def _documents(self, labels: tuple[str, ...]) -> tuple[str, ...]:
        """What to send for clauses that are undocumented or contested, in the words of the policy
        where it has such."""
        open_ones = (each for each in labels if self.line.statuses[each] in _OPEN)
        views = [self._explainer.view(each) for each in open_ones]
        said = to_send(views, completed=False)
        return tuple(dict.fromkeys(send for _, send in said))

    def _smallest(
        self, labels: tuple[str, ...], candidates: dict[str, Candidate]
    ) -> list[tuple[Candidate, ...]]:
        if len(candidates) > most_variables(self.decision):
            raise TooManyStepsError
        diagrams, worlds = possible_worlds(self.decision, self.line, candidates)
        with self.work.combined(worlds):
            wanted = self._wanted(labels, diagrams, worlds)
        sets = [
            tuple(each for name, each in candidates.items() if name in names)
            for names in diagrams.smallest_sets(wanted, MOST_OF_A_NEED * 8)
        ]
        return [chosen for chosen in sets if in_order(chosen)][:MOST_OF_A_NEED]

    def _one_by_one(
        self, candidates: list[Candidate], trials: Trials, name: str
    ) -> list[tuple[Candidate, ...]]:
        """One set that is enough, found by leaving out what is not needed of them all."""
        chosen = list(candidates)
        try:
            if not trials(edit for each in chosen for edit in each.edits.items()):
                return []
            for each in reversed(candidates):
                fewer = [other for other in chosen if other is not each]
                if trials(edit for other in fewer for edit in other.edits.items()):
                    chosen = fewer
        except OutOfTrialsError:
            self.not_searched.append(f"{name}: combinations; there are too many")
            return []
        return [tuple(chosen)]

    # --- all needs together -------------------------------------------------------------------

    def _verified(self, needs: list[Need]) -> tuple[Need, ...] | None:
        """The needs with the alternatives that approve together with the first of all others; None
        when the first ones do not."""
        first = [need.alternatives[0] for need in needs]
        try:
            if not self._approves(first):
                return None
        except OutOfTrialsError:
            self.not_searched.append("documents that could not be verified in time")
            return ()
        approved = Trials(self.decision, self.line, self._is_approved, self.work)
        if self._has_superfluous(_together(first), approved):
            return None
        found: list[Need] = []
        asked = 1
        for position, need in enumerate(needs):
            kept = [need.alternatives[0]]
            for other in need.alternatives[1:]:
                together = [*first[:position], other, *first[position + 1 :]]
                edits = [edit for each in _together(together) for edit in each.edits.items()]
                try:
                    if approved(edits):
                        kept.append(other)
                        if asked < MOST_ASKED:
                            asked += 1
                            self._approves(together)
                except OutOfTrialsError:
                    self.not_searched.append("alternatives that could not be verified in time")
                    break
            found.append(replace(need, alternatives=tuple(kept)))
        return tuple(found)

    def _has_superfluous(self, chosen: Sequence[Candidate], approved: Trials) -> bool:
        """Whether the clauses together need less than each by itself, as far as can be tried."""
        try:
            return len(chosen) > 1 and any(
                approved(edits_of(other for other in chosen if other is not each))
                for each in chosen
            )
        except OutOfTrialsError:
            return False

    def _is_approved(self, model: Model) -> bool:
        return (self.line.side, APPROVED) in model.rows["determination"]

    def _approves(self, chosen: Sequence[MissingSet]) -> bool:
        outcome = determination_with(self.decision, self.line.side, _together(chosen), self.work)
        return outcome == APPROVED


def _together(chosen: Iterable[MissingSet]) -> tuple[Candidate, ...]:
    return tuple(dict.fromkeys(each for one in chosen for each in one.candidates))


def _without_larger(sets: list[tuple[Candidate, ...]]) -> list[tuple[Candidate, ...]]:
    """The sets of which no other is a part."""
    parts = [{(each.name, str(each.edits)) for each in chosen} for chosen in sets]
    return [
        chosen
        for chosen, own in zip(sets, parts, strict=True)
        if not any(other < own for other in parts)
    ]


def decided_with(decision: Decision, edits: Iterable[tuple[str, Any]]) -> Decision:
    """The decision of the case with these edits made, under the same choices."""
    return decide_case(
        edited(decision.case, edits),
        decision.policy,
        readings=decision.choices.readings,
        parameters=decision.choices.parameters,
    )
