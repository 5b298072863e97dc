"""What stands in a picture: boxes for clauses, with their words, and the trees they form.

A published clause is a box; parts that the policy itself does not label are lines inside it, so
that the picture has the policy's own grain. Gates, numbers and parts come from the loaded rules.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from clausewise.facts.text import in_words
from clausewise.logic.explain.clauses import label_in_words
from clausewise.logic.explain.sentences import Sentences
from clausewise.logic.language.notation import Clause, Section
from clausewise.logic.language.policy import Path, Policy
from clausewise.logic.language.specialise import specialise_rule
from clausewise.logic.program.gates import Gate, gate_of, parameter_rules
from clausewise.logic.program.program import Program
from clausewise.viz.graph import policy_graph
from clausewise.viz.picture.looks import LOOKS
from clausewise.viz.picture.overlay import Overlay, Shown
from clausewise.viz.picture.words import (
    Line,
    Words,
    height_of,
    readable,
    spelled,
    width_of,
    wrapped,
)

PADDING, BADGE, MARK = 9.0, 48.0, 15.0
"""Points: above and below the text together, width of a badge and of a mark."""
ITEM_COLOUR = "#5B3A8C"
USED_BY_MANY = 5
"""A fact that so many leaves ask for (dates, sides) says nothing about one of them."""


@dataclass(frozen=True, slots=True)
class Spot:
    """An unlabelled part inside a box: its label, what it says, how it looks, and which lines are
    its own."""

    label: str
    tip: str
    look: str
    first: int
    lines: int


@dataclass(frozen=True)
class Box:
    """A clause in a picture: its words, its badge, how it looks, and the boxes below it."""

    label: str
    lines: tuple[Line, ...]
    badge: str
    gate: str
    shown: Shown
    width: float
    height: float
    tip: str
    children: tuple[Box, ...] = field(default=())
    spots: tuple[Spot, ...] = field(default=())

    def walk(self) -> Iterator[Box]:
        """This box and all below it."""
        yield self
        for child in self.children:
            yield from child.walk()


class Boxes:
    """Makes the boxes of one picture. ``facts`` adds what each leaf asks for, ``depth`` says how
    many levels of unlabelled parts are listed."""

    def __init__(
        self, program: Program, overlay: Overlay, *, facts: bool = False, depth: int = 9
    ) -> None:
        self.program = program
        self.policy = program.policy
        self.overlay = overlay
        self.facts = facts
        self.depth = depth
        self.sentences = Sentences(program.policy, overlay.choices)

    def clause(self, label: str, width: float, indent: float = 0.0, own: float = 0.0) -> Box:
        """The box of a clause with the boxes of its published parts, each narrower by ``indent``.

        Widths are points; ``own`` makes the box itself wider than its parts go by.
        """
        clause = self.policy.clauses[label]
        gate = gate_of(self.program, label, self.overlay.choices)
        parts = gate.parts or clause.parts
        listed = [part for part in parts if part in clause.parts]
        children = tuple(
            self.clause(part, width - indent, indent) for part in listed if self._boxed(part)
        )
        # Parts of another clause that a reading lets this gate count stand in that clause's box.
        borrowed = [
            part for part in parts if part not in listed and not part.startswith(f"{label}.")
        ]
        details = [
            part
            for part in parts
            if part not in borrowed and not (part in listed and self._boxed(part))
        ]
        return self._box(clause, gate, details, borrowed, children, own or width)

    def _boxed(self, label: str) -> bool:
        """Whether a part has a box of its own: the policy labels it, or something below it."""
        clause = self.policy.clauses[label]
        return clause.published or any(map(self._boxed, clause.parts))

    def question(self, path: Path, width: float) -> Box:
        """The box of the determination of a path."""
        shown = self.overlay.outcome
        runs = [Words(f"{readable(path.name)} medically necessary?", 11.0)]
        if shown.word:
            runs.append(Words(shown.word.upper(), 11.0, bold=True, whole=True))
        lines = wrapped(runs, width - 12 - (MARK if shown.word else 0))
        return Box(
            f"{path.root}/determination",
            lines,
            "",
            "",
            shown,
            width,
            height_of(lines) + PADDING,
            f"{path.name}: IF the criteria are met, UNLESS an exclusion applies",
        )

    def exclusions(self, path: Path, width: float, indent: float) -> Box | None:
        """The box of the exclusions of a path, none of which may apply; None where it has none."""
        if not path.exclusions:
            return None
        in_force = self.overlay.exclusions
        labels = [
            label
            for label in (*path.exclusions, *path.further_exclusions)
            if (label in path.exclusions if in_force is None else label in in_force)
        ]
        children = tuple(self.clause(label, width - indent, indent) for label in labels)
        section = section_of(self.policy, path.exclusions[0])
        shown = self._of_exclusions(labels)
        badge = f"NONE OF {len(labels)}"
        runs = [Words(section.label, bold=True), Words("Exclusions")]
        if shown.word:
            runs.append(Words(shown.word, bold=True, whole=True))
        lines = wrapped(runs, width - self._beside(shown, badge))
        return Box(
            section.label,
            lines,
            badge,
            "NONE",
            shown,
            width,
            height_of(lines) + PADDING,
            section.title,
            children,
        )

    def _of_exclusions(self, labels: list[str]) -> Shown:
        """How the list of exclusions stands as a whole, from its members."""
        each = [self.overlay.of(label) for label in labels]
        if not any(shown.word for shown in each):
            return Shown()
        for look, word in (("changed", "changed"), ("bad", "applies"), ("conflict", "conflicting")):
            hits = [shown for shown in each if shown.look == look]
            if hits:
                return Shown(look, word, lit=any(shown.lit for shown in hits))
        if any(shown.look in ("new", "gone") for shown in each):
            return Shown()
        faded = all(shown.faded for shown in each)
        return Shown("aside_good" if faded else "good", "none applies", faded=faded)

    def _beside(self, shown: Shown, badge: str) -> float:
        return 12.0 + (MARK if shown.word else 0.0) + (BADGE + 4 if badge else 0.0)

    def _box(
        self,
        clause: Clause,
        gate: Gate,
        details: list[str],
        borrowed: list[str],
        children: tuple[Box, ...],
        width: float,
    ) -> Box:
        shown = self.overlay.of(clause.label)
        badge = gate.words if len(gate.parts) > 1 or gate.kind == "AT MOST" else ""
        title_room = width - self._beside(shown, badge)
        room = width - self._beside(shown, "")
        label = clause.label if clause.published else ""
        runs = [Words(label, bold=True), Words(self._name(clause))]
        if shown.word:
            runs.append(Words(shown.word, bold=True, whole=True))
        lines = [*wrapped(runs, title_room)]
        for text in self._numbers(clause.label):
            # A badge reaches down to the second line.
            lines += wrapped([Words(text, 8.0)], title_room if len(lines) == 1 else room)
        for text in shown.notes:
            beside = title_room if len(lines) == 1 else room
            lines += wrapped([Words(text, 8.0, bold=shown.look != "good")], beside)
        spots: list[Spot] = []
        for part in details:
            beside = title_room if len(lines) == 1 else room
            for own, found in self._detail(part, room, 1, beside):
                tip = f"{self._called(own)}: {self.sentences.asks(own)}"
                look = self.overlay.of(own).look
                spots.append(Spot(own, tip, look, len(lines), len(found)))
                lines += found
        if borrowed:
            lines += wrapped([Words(f"and {', '.join(borrowed)}", 8.0)], room)
        if self.facts and not clause.gate:
            lines += self._items(clause.label, room)
        height = height_of(lines) + PADDING
        tip = f"{self._called(clause.label)}: {self.sentences.asks(clause.label)}"
        return Box(
            clause.label,
            tuple(lines),
            badge,
            gate.kind,
            shown,
            width,
            height,
            tip,
            children,
            tuple(spots),
        )

    def _name(self, clause: Clause) -> str:
        """What the clause is called in a box, with the numbers that are chosen."""
        return readable(self.sentences.of_clause(clause.label, "short") or clause.name)

    def _called(self, label: str) -> str:
        """The label of a clause, or of a part the name after the label above it: "D.I.B.9.a CT"."""
        return spelled(label_in_words(self.policy, label))

    def _numbers(self, label: str) -> Iterator[str]:
        """The policy's numbers that belong to this clause, as they are chosen."""
        for parameter in self.policy.parameters:
            if parameter.label == label and parameter.name in self._asked:
                value = self.overlay.choices.parameters[parameter.name]
                changed = "" if value == parameter.value else f" (policy: {parameter.value})"
                yield f"{in_words(parameter.with_value(value))}{changed}"

    @cached_property
    def _asked(self) -> frozenset[str]:
        """The numbers that some rule asks for under the chosen readings."""
        return frozenset(
            str(atom.terms[0])
            for rule in parameter_rules(self.program)
            if specialise_rule(rule, self.overlay.choices) is not None
            for atom, _ in rule.atoms()
            if atom.relation.name == "parameter"
        )

    def _detail(
        self, label: str, room: float, depth: int, beside: float
    ) -> Iterator[tuple[str, tuple[Line, ...]]]:
        """An unlabelled part as lines inside its clause's box, and the parts below it; ``beside``
        is the room that a badge leaves to its first line."""
        clause = self.policy.clauses[label]
        gate = gate_of(self.program, label, self.overlay.choices)
        shown = self.overlay.of(label)
        mark = LOOKS[shown.look].mark if shown.word else "·"
        text = self._name(clause)
        if gate.kind == "AT MOST":
            text += f", {gate.words}"
        elif gate.words:
            text += f", {'any' if gate.kind == 'ANY' else gate.kind.lower()} of"
            text += "" if depth < self.depth else f" {len(gate.parts)}"
        strong = shown.lit and shown.look != "good"
        below = room - width_of(_indent(depth + 1))
        own = below + beside - room
        found = wrapped([Words(f"{mark} {text}", 8.0, bold=strong)], own)
        lines = [(_indent(depth + (number > 0)), *line) for number, line in enumerate(found)]
        for note in shown.notes:
            said = wrapped([Words(note, 8.0, bold=strong)], below)
            lines += [(_indent(depth + 1), *line) for line in said]
        if self.facts and not clause.gate:
            items = self._items(label, below)
            lines += [(_indent(depth + 1), *line) for line in items]
        yield label, tuple(lines)
        if depth < self.depth:
            for part in gate.parts:
                yield from self._detail(part, room, depth + 1, room)

    def _items(self, label: str, room: float) -> Iterator[Line]:
        """The facts and readings that the leaf's own rules ask for, and who else asks for them."""
        graph = policy_graph(self.program).graph
        node = graph.nodes[label]
        leaves = [each for each, data in graph.nodes(data=True) if _is_leaf(data)]
        facts: dict[str, str] = {}
        for fact in node["facts"]:
            others = [each for each in leaves if fact in graph.nodes[each]["facts"]]
            if len(others) < USED_BY_MANY:
                shared = ", ".join(self._called(each) for each in others if each != label)
                name = spelled(fact.rpartition(".")[2])
                facts[name] = f"{name} (also {shared})" if shared else name
        readings = [spelled(each) for each in node["readings"]]
        for kind, found in (("facts", facts.values()), ("readings", readings)):
            if found:
                text = f"{kind}: {', '.join(found)}"
                yield from wrapped([Words(text, 7.5, colour=ITEM_COLOUR)], room)


def _indent(depth: int) -> Words:
    return Words("\u00a0" * (3 * depth - 2), 8.0)


def section_of(policy: Policy, label: str) -> Section:
    """The section of the policy that a clause stands in."""
    return next(
        section
        for section in policy.sections
        if any(clause.label == label for clause in section.clauses)
    )


def _is_leaf(data: dict[str, object]) -> bool:
    return data["node"] == "clause" and not data["gate"] and data["kind"] != "definition"
