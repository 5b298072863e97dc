"""The dependency graph of the criteria as a networkx graph, derived from the loaded clauses.

An arrow leads from what depends to what it depends on, so that ``networkx.descendants`` are the
things a clause rests on and ``networkx.ancestors`` those that a fact, a parameter or a reading can
touch. Nothing is drawn or listed by hand.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from functools import cache
from io import BytesIO
from typing import Any

import networkx as nx

from clausewise.facts.schema import SCHEMA
from clausewise.facts.text import in_words
from clausewise.logic.language.notation import Clause
from clausewise.logic.language.rules import Atom, Rule, Variable
from clausewise.logic.program.dependencies import (
    NAME_COLUMNS,
    rules_by_key,
    uses,
    uses_of_rules,
)
from clausewise.logic.program.program import Program
from clausewise.viz.errors import UnknownNodeError

NEGATIVE_ANSWERS = frozenset({"documented_absent", "study_excludes"})
"""Relations of facts that say of what they name that it is not there."""
OUTCOME = "determination"
_SAME = {"condition": "result", "role": "purpose"}
"""What a definition is asked about, and the column of facts that has the same names."""


class PolicyGraph:
    """The graph of one program, with the questions an auditor puts to it.

    Nodes have ``node`` ("clause", "definition", "fact", "parameter" or "reading"), ``label``,
    ``name`` and ``paraphrase``; clauses and definitions also ``kind``, ``gate``, ``section`` and
    tuples ``parameters``, ``readings`` and ``facts`` of what their own rules use. Edges have
    ``polarity``: "positive" when what is depended on speaks for it, "negative" when against,
    "mixed" when it depends.
    """

    def __init__(self, program: Program) -> None:
        self.program = program
        self.graph: nx.DiGraph[str] = nx.DiGraph(policy=program.policy.number)
        self._by_key = rules_by_key(program)
        self._own: dict[str, list[Rule]] = {}
        for rule in program.rules:
            self._own.setdefault(rule.label, []).append(rule)
        self._sections = {
            clause.label: section.label
            for section in program.policy.sections
            for clause in section.clauses
        }
        self._node_of = self._nodes_of_keys()
        self._add_clauses()
        self._add_edges()

    def depends_on(self, name: str) -> tuple[str, ...]:
        """Everything that a node rests on, clauses first, in the policy's order."""
        return self._sorted(nx.descendants(self.graph, self.find(name)))

    def touches(self, name: str) -> tuple[str, ...]:
        """The clauses and determinations that a change of this node could affect."""
        return self._sorted(self._reaching(self.find(name)))

    def _reaching(self, node: str) -> set[str]:
        """The nodes that depend on this one.

        Definitions such as ``told`` serve all findings, so that a way through them may lead from a
        clause to another clause's finding; such clauses are left out.
        """
        return {
            each
            for each in nx.ancestors(self.graph, node)
            if self.graph.nodes[each]["node"] != "clause" or self._may_reach(each, node)
        }

    def _may_reach(self, clause: str, node: str) -> bool:
        """Whether the rules of a clause, its names put in, ask for a fact or a choice at all."""
        label = clause.partition("/")[0]
        if not node.startswith(("fact.", "parameter.", "reading.")) or "/" in clause:
            return True
        if label not in self.program.policy.clauses or label == OUTCOME:
            return True
        used = uses(self.program, label, through_clauses=True)
        kind, _, name = node.partition(".")
        if kind == "parameter":
            return name in used.parameters
        if kind == "reading":
            return name in used.readings
        word = name.partition(".")[2]
        if not word:
            return name in used.relations
        return any(word in words for words in used.names.values())

    def find(self, name: str) -> str:
        """The node with this name, or the only one that ends in it: ``thigh_thrust``.

        Raises UnknownNodeError when there is none or more than one.
        """
        if name in self.graph:
            return name
        found = [node for node in self.graph if node.endswith(f".{name}") and _is_item(node)]
        if len(found) == 1:
            return str(found[0])
        if found:
            raise UnknownNodeError(
                f"{name!r} could be {', '.join(sorted(found))}; name one of them"
            )
        near = get_close_matches(name, [*self.graph, *map(_last, self.graph)], 1)
        near = near or [node for node in self.graph if name and name in node][:1]
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise UnknownNodeError(f"{name!r} is no clause, fact, parameter or reading here{hint}")

    def data(self) -> dict[str, Any]:
        """The graph as plain data in networkx's node-link form."""
        found: dict[str, Any] = nx.node_link_data(self.graph, edges="edges")
        return found

    def json(self) -> str:
        """The graph as JSON, in networkx's node-link form."""
        return json.dumps(self.data(), indent=1, ensure_ascii=False) + "\n"

    def graphml(self) -> str:
        """The graph as GraphML; tuples become comma-separated text, which GraphML can hold."""
        flat = self.graph.copy()
        for _, data in flat.nodes(data=True):
            for key, value in data.items():
                if isinstance(value, tuple):
                    data[key] = ", ".join(value)
        stream = BytesIO()
        nx.write_graphml_xml(flat, stream)
        return stream.getvalue().decode("utf-8")

    # --- building -----------------------------------------------------------------------------

    def _add_clauses(self) -> None:
        clauses = self.program.policy.clauses
        for label, clause in clauses.items():
            if not _only_defines(clause):  # else its relations are nodes of their own
                self._add_rules(
                    label,
                    clause,
                    self._own.get(label, []),
                    node="clause",
                    name=clause.name,
                    paraphrase=clause.paraphrase,
                    kind=clause.kind,
                    gate=clause.gate,
                )
        for key, node in self._node_of.items():
            if node.startswith("definition."):
                rules = self._by_key[key]
                self._add_rules(
                    node,
                    clauses[rules[0].label],
                    rules,
                    node="definition",
                    name=key,
                    paraphrase=rules[0].head.relation.meaning,
                    kind="definition",
                    gate="",
                )

    def _add_rules(
        self, identity: str, clause: Clause, rules: Sequence[Rule], **about: str
    ) -> None:
        """A node that rules define: what is said of it, where it stands, what its rules use."""
        used = uses_of_rules(rules, clause.label)
        self.graph.add_node(
            identity,
            **about,
            label=clause.label,
            section=self._sections[clause.label],
            published=clause.published,
            parameters=used.parameters,
            readings=used.readings,
            facts=_without_kind(fact for rule in rules for fact in _facts(rule)),
        )

    def _nodes_of_keys(self) -> dict[str, str]:
        """The node that stands for each defined relation.

        A clause stands for its statuses and for what only its own rules use; what several clauses
        share is a definition, with a node of its own. So the graph is exact and has no circle.
        """
        users: dict[str, set[str]] = {}
        for rule in self.program.rules:
            for atom, _ in rule.atoms():
                users.setdefault(atom.key, set()).add(rule.label)
        found: dict[str, str] = {}
        clauses = self.program.policy.clauses
        for key, rules in self._by_key.items():
            labels = dict.fromkeys(rule.label for rule in rules)
            label = next(iter(labels))
            plain = _only_defines(clauses[label])
            shared = not users.get(key, set()) <= set(labels)
            status = rules[0].head.relation.by_clause is not None or key == OUTCOME
            folded = len(labels) == 1 and not plain and (status or not shared)
            found[key] = label if folded else f"definition.{key}"
        return found

    def _add_edges(self) -> None:
        signs: dict[tuple[str, str], set[int]] = {}
        keys: dict[str, list[str]] = {}
        for key, node in self._node_of.items():
            keys.setdefault(node, []).append(key)
        for node, own in keys.items():
            for target, sign in self._uses_with_sign(node, own):
                signs.setdefault((node, target), set()).add(sign)
        for (node, target), found in signs.items():
            if target not in self.graph:
                self._add_item(target)
            plain = found - {0}
            polarity = "mixed" if len(plain) != 1 else "positive" if plain == {1} else "negative"
            self.graph.add_edge(node, target, polarity=polarity)

    def _add_item(self, node: str) -> None:
        kind, _, name = node.partition(".")
        policy = self.program.policy
        if kind == "parameter":
            parameter = policy.parameter[name]
            meaning = parameter.with_value(parameter.value)
        elif kind == "reading":
            meaning = policy.reading[name].spot
        else:
            meaning = SCHEMA[name].meaning if name in SCHEMA else in_words(_last(node))
        self.graph.add_node(node, node=kind, label=node, name=_last(node), paraphrase=meaning)

    def _uses_with_sign(self, node: str, own: list[str]) -> Iterator[tuple[str, int]]:
        """What a node uses, with 1 (for it), -1 (against it) or 0 (neither).

        The sign is that of a way from the favourable atoms through the node's own rules: each
        negation on the way turns it, and so does asking whether a clause is not met.
        """
        reached: set[tuple[str, int]] = set()
        waiting = [(key, 1) for key in _favourable(node, own)]
        while waiting:
            key, sign = waiting.pop()
            if (key, sign) in reached:
                continue
            reached.add((key, sign))
            for rule in self._by_key[key]:
                if not _counts(rule):
                    continue
                answer = sign * _answer_sign(rule)
                denied = {
                    fact
                    for atom, way in rule.atoms()
                    if way != "positive"
                    for fact in _facts_of(atom)
                }
                for fact in _facts(rule):
                    named = fact.count(".") > 1
                    # That nothing is said of a finding speaks neither for nor against it.
                    silent = fact in denied or (named and not _answers(rule))
                    yield fact, 0 if silent and named else answer
                for atom, polarity in rule.atoms():
                    below = -sign if polarity == "negative" else sign
                    target = self._target(atom)
                    if target == node:
                        waiting.append((atom.key, below))
                    elif target is not None:
                        yield target, below * _turn(atom)
        for key in own:  # what only other statuses use is depended on all the same
            for rule in self._by_key[key]:
                for fact in _facts(rule):
                    yield fact, 0
                for atom, _ in rule.atoms():
                    target = self._target(atom)
                    if target is not None and target != node:
                        yield target, 0

    def _target(self, atom: Atom) -> str | None:
        """The node that stands for an atom: what defines it, or a choice; None for a plain fact."""
        if atom.relation.name in ("parameter", "reading"):
            return f"{atom.relation.name}.{atom.terms[0]}"
        return self._node_of.get(atom.key)

    def _sorted(self, nodes: Iterable[str]) -> tuple[str, ...]:
        order = {node: place for place, node in enumerate(self.graph)}
        return tuple(sorted(nodes, key=order.__getitem__))


def _only_defines(clause: Clause) -> bool:
    """Whether a clause has no status and no outcome of its own."""
    return clause.kind == "definition" and not clause.decides and clause.label != OUTCOME


def _is_item(node: str) -> bool:
    return node.partition(".")[0] in ("fact", "parameter", "reading", "definition")


def _last(node: str) -> str:
    return node.rpartition(".")[2] if _is_item(node) else node


def _without_kind(facts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact.removeprefix("fact.") for fact in facts))


def _favourable(node: str, own: Iterable[str]) -> Iterator[str]:
    """The atoms that are good for a node: met, an approval, or what a definition defines."""
    wanted = {f"met[{node}]", f"approvable[{node.partition('/')[0]}]", OUTCOME}
    keys = list(own)
    yield from [key for key in keys if key in wanted] or keys


def _counts(rule: Rule) -> bool:
    """Of the rules for the determination only those for an approval show what is for it."""
    return rule.head.key != OUTCOME or rule.head.terms[1] == "medically_necessary"


def _turn(atom: Atom) -> int:
    """Asking whether a clause is not met turns the sign; a conflict has none."""
    return {"not_met": -1, "not_met_part": -1, "deniable": -1, "conflicting": 0}.get(
        atom.relation.name, 1
    )


def _answers(rule: Rule) -> bool:
    names = {atom.relation.name for atom, _ in rule.atoms()}
    return not names.isdisjoint(
        {"documented_present", "study_shows", *NEGATIVE_ANSWERS}
    ) or names.isdisjoint({"finding", "imaging"})


def _answer_sign(rule: Rule) -> int:
    """1 when a rule asks for a presence, -1 for an absence, 0 for both or either."""
    atoms = [atom for atom, _ in rule.atoms()]
    if any(
        column == "value" and isinstance(term, Variable) and not atom.relation.is_input
        for atom in atoms
        for column, term in zip(atom.columns, atom.arguments, strict=True)
    ):
        return 0  # whatever is said of it
    said = {term for atom in atoms for term in atom.terms if term in ("present", "absent")}
    if len(said) == 2:
        return 0
    denied = any(atom.relation.name in NEGATIVE_ANSWERS for atom in atoms)
    return -1 if denied or "absent" in said else 1


def _facts(rule: Rule) -> Iterator[str]:
    """The facts that a rule asks for: vocabulary names where it names one, else the relation."""
    for atom in (rule.head, *(atom for atom, _ in rule.atoms())):
        yield from _facts_of(atom)


def _facts_of(atom: Atom) -> Iterator[str]:
    named = False
    for column, term in zip(atom.columns, atom.arguments, strict=True):
        if isinstance(term, str) and column in NAME_COLUMNS:
            named = True
            yield f"fact.{_SAME.get(column, column)}.{term}"
    if atom.relation.is_input and not named and atom.relation.name not in ("parameter", "reading"):
        yield f"fact.{atom.relation.name}"


@cache
def policy_graph(program: Program) -> PolicyGraph:
    """The graph of a program, made once a process."""
    return PolicyGraph(program)
