"""Decision diagrams: sets of combinations of choices, exactly and compactly.

A set of combinations (which value each reading has) is a reduced, ordered, multi-valued decision
diagram. Equal sets are the same node, so a question about all combinations is a comparison of two
numbers. After R. E. Bryant, Graph-Based Algorithms for Boolean Function Manipulation (1986).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import reduce
from itertools import zip_longest
from typing import Any

from clausewise.facts.errors import ClausewiseError

NONE, ALL = 0, 1
"""The empty set and the set of all combinations."""


MOST_STEPS = 2_000_000
"""Sets that are worked out where nothing else is said: some hundred MB."""


class TooManyStepsError(ClausewiseError):
    """The sets have become too large to work out within the steps that are allowed."""


class Diagrams:
    """Nodes over named variables, each with its values, in a fixed order.

    After ``most`` steps (sets worked out) TooManyStepsError is raised.
    Steps are counted and no time is measured, so that a question has the same answer anywhere.
    """

    def __init__(self, variables: Mapping[str, Sequence[str]], most: int = MOST_STEPS) -> None:
        self.most = most
        self.names = tuple(variables)
        self.values = tuple(tuple(values) for values in variables.values())
        self._position = {name: number for number, name in enumerate(self.names)}
        self._nodes: list[tuple[int, tuple[int, ...]]] = [
            (len(self.names), ()),
            (len(self.names), ()),
        ]
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}
        self._both: dict[tuple[int, int], int] = {}
        self._not: dict[int, int] = {NONE: ALL, ALL: NONE}
        self._shares: dict[int, float] = {NONE: 0.0, ALL: 1.0}

    def _node(self, variable: int, children: tuple[int, ...]) -> int:
        if children.count(children[0]) == len(children):
            return children[0]
        key = (variable, children)
        known = self._known.get(key)
        if known is None:
            known = self._known[key] = len(self._nodes)
            self._nodes.append(key)
        return known

    def where(self, name: str, value: str) -> int:
        """All combinations in which the variable has the value."""
        variable = self._position[name]
        return self._node(
            variable, tuple(ALL if each == value else NONE for each in self.values[variable])
        )

    def both(self, left: int, right: int) -> int:
        """The combinations in both sets."""
        if left == right or right == ALL:
            return left
        if left == ALL:
            return right
        if left == NONE or right == NONE:
            return NONE
        key = (left, right) if left < right else (right, left)
        known = self._both.get(key)
        if known is not None:
            return known
        (first, first_children), (second, second_children) = self._nodes[left], self._nodes[right]
        variable = min(first, second)
        count = len(self.values[variable])
        ones = first_children if first == variable else (left,) * count
        others = second_children if second == variable else (right,) * count
        if len(self._both) > self.most:
            raise TooManyStepsError(
                f"this takes more than {self.most:,} steps; ask about less, such as one path"
            )
        # Many values of a variable have the same children: each pair of them is worked out once.
        # A loop, not a comprehension: one call a variable, however many variables there are.
        pairs = tuple(zip(ones, others, strict=True))
        found = {}
        for pair in set(pairs):
            one, other = pair
            if one == other or other == ALL:
                found[pair] = one
            elif one == ALL:
                found[pair] = other
            elif one == NONE or other == NONE:
                found[pair] = NONE
            else:
                found[pair] = self.both(one, other)
        children = tuple([found[pair] for pair in pairs])
        result = self._both[key] = self._node(variable, children)
        return result

    @contextmanager
    def passing(self, most: int) -> Iterator[None]:
        """Sets that are made within this context are given back at its end; nothing may use them
        afterwards. What was worked out before stays known. After ``most`` further steps
        TooManyStepsError is raised."""
        allowed, self.most = self.most, len(self._both) + most
        kept = len(self._nodes)
        dictionaries: tuple[dict[Any, Any], ...] = (self._both, self._not, self._shares)
        worked_out = [(known, len(known)) for known in dictionaries]
        try:
            yield
        finally:
            self.most = allowed
            # Dictionaries keep their order: what came last goes first.
            for known, before in worked_out:
                while len(known) > before:
                    known.popitem()
            for key in self._nodes[kept:]:
                del self._known[key]
            del self._nodes[kept:]

    def without(self, node: int) -> int:
        """The combinations that are not in the set."""
        known = self._not.get(node)
        if known is None:
            variable, children = self._nodes[node]
            others = {}
            for child in set(children):
                others[child] = self.without(child)
            known = self._node(variable, tuple([others[child] for child in children]))
            self._not[node] = known
            self._not[known] = node
        return known

    def either(self, left: int, right: int) -> int:
        """The combinations in one of the sets or in both."""
        if left == ALL or right == ALL:
            return ALL
        if left in (NONE, right):
            return right
        if right == NONE:
            return left
        return self.without(self.both(self.without(left), self.without(right)))

    def apart(self, left: int, right: int) -> int:
        """The combinations in one of the sets and not in the other."""
        only_left = self.both(left, self.without(right))
        return self.either(only_left, self.both(right, self.without(left)))

    def put_into(self, other: Diagrams, node: int, sets: Mapping[str, Mapping[str, int]]) -> int:
        """The combinations of ``other`` whose values here are in the set; ``sets`` says for each
        variable here which combinations there have which value."""
        known = {NONE: NONE, ALL: ALL}

        def find(current: int) -> int:
            if current not in known:
                variable, children = self._nodes[current]
                name = self.names[variable]
                values: dict[int, list[int]] = {}
                for value, child in zip(self.values[variable], children, strict=True):
                    values.setdefault(child, []).append(sets[name][value])
                known[current] = other.any_of(
                    other.both(other.any_of(held), find(child))
                    for child, held in values.items()
                    if child != NONE
                )
            return known[current]

        return find(node)

    def totals(self, rows: Iterable[tuple[int, int]]) -> dict[int, int]:
        """Each total that rows of (amount, the combinations in which the row is there) can have,
        with the combinations in which they have it."""
        totals: dict[int, int] = {0: ALL}
        for amount, held in rows:
            following: dict[int, int] = {}
            absent = self.without(held)
            for before, so_far in totals.items():
                for total, world in (
                    (before + amount, self.both(so_far, held)),
                    (before, self.both(so_far, absent)),
                ):
                    if world != NONE:
                        following[total] = self.either(following.get(total, NONE), world)
            totals = following
        return totals

    def any_of(self, nodes: Iterable[int]) -> int:
        """The combinations in at least one of the sets."""
        return reduce(self.either, self._deepest_first(nodes), NONE)

    def any_of_many(self, nodes: Iterable[int]) -> int:
        """The combinations in at least one of the sets, neighbours first: quicker where there are
        many over the same variables, those that stand together being similar."""
        found = list(dict.fromkeys(nodes))
        while len(found) > 1:
            pairs = zip_longest(found[::2], found[1::2], fillvalue=NONE)
            found = [self.either(one, other) for one, other in pairs]
        return found[0] if found else NONE

    def all_of(self, nodes: Iterable[int]) -> int:
        """The combinations in all of the sets."""
        return reduce(self.both, self._deepest_first(nodes), ALL)

    def _deepest_first(self, nodes: Iterable[int]) -> list[int]:
        """Sets over the last variables first: what is put on top of them leaves them as they are,
        so that the work is the sum of the sizes."""
        return sorted(nodes, key=lambda node: self._nodes[node][0], reverse=True)

    def support(self, node: int) -> tuple[str, ...]:
        """The variables that the set depends on, in order."""
        seen: set[int] = set()
        found: set[int] = set()
        waiting = [node]
        while waiting:
            current = waiting.pop()
            if current in seen or current in (NONE, ALL):
                continue
            seen.add(current)
            variable, children = self._nodes[current]
            found.add(variable)
            waiting += children
        return tuple(self.names[variable] for variable in sorted(found))

    def smallest_sets(
        self, node: int, most: int, largest: int | None = None
    ) -> list[frozenset[str]]:
        """The smallest sets of variables that, switched from their first value, lead into the set.

        Only sets without a superfluous member, smallest first, at most ``most`` and of at most
        ``largest`` members; every variable has two values. Keeping the ``most`` smallest at each
        node loses none of the smallest at the top: what is dropped is never smaller than what is
        kept.
        """
        known: dict[int, list[frozenset[str]]] = {NONE: [], ALL: [frozenset()]}

        def find(current: int) -> list[frozenset[str]]:
            if current not in known:
                variable, (without, switched) = self._nodes[current]
                name = self.names[variable]
                kept = list(find(without))
                for each in find(switched):
                    larger = each | {name}
                    small = largest is None or len(larger) <= largest
                    if small and not any(smaller <= larger for smaller in kept):
                        kept.append(larger)
                known[current] = sorted(kept, key=lambda each: (len(each), sorted(each)))[:most]
            return known[current]

        return find(node)

    def contains(self, node: int, combination: Mapping[str, str]) -> bool:
        """Whether the combination (a value for each variable in the support) is in the set."""
        while node not in (NONE, ALL):
            variable, children = self._nodes[node]
            node = children[self.values[variable].index(combination[self.names[variable]])]
        return node == ALL

    def share(self, node: int) -> float:
        """Which share of all combinations is in the set, each counted alike."""
        known = self._shares
        waiting = [node]
        while node not in known:
            current = waiting[-1]
            _, children = self._nodes[current]
            missing = [child for child in set(children) if child not in known]
            if missing:
                waiting += missing
                continue
            waiting.pop()
            known[current] = sum(map(known.__getitem__, children)) / len(children)
        return known[node]

    def nearest(self, node: int, start: Mapping[str, str]) -> dict[str, str] | None:
        """The fewest changes to ``start`` that lead into the set; None when it is empty.

        Among equally few changes the first in the order of variables and values.
        """
        never = len(self.names) + 1
        fewest = {NONE: never, ALL: 0}

        def find(current: int) -> int:
            known = fewest.get(current)
            if known is None:
                variable, children = self._nodes[current]
                own = start[self.names[variable]]
                known = find(children[self.values[variable].index(own)])
                for child in set(children):
                    known = min(known, find(child) + 1)
                fewest[current] = known
            return known

        if find(node) == never:
            return None
        changes = {}
        while node != ALL:
            variable, children = self._nodes[node]
            name = self.names[variable]
            for value, child in zip(self.values[variable], children, strict=True):
                if fewest[node] == fewest[child] + (value != start[name]):
                    break
            if value != start[name]:
                changes[name] = value
            node = child
        return changes
