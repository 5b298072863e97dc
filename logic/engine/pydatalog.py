"""The only module that talks to pyDatalog: it loads rules, asserts facts, asks and cleans up.

No text of a policy or a case is ever evaluated: clauses and facts are built as pyDatalog's own
objects, and ``load`` and ``ask`` of its parser are not used. Constants go in as ``Const``, so
neither '??' nor 'True' nor a long decimal is reinterpreted. Each engine owns a ``Logic`` of its own
and is used by one thread at a time; whatever the caller keeps in pyDatalog stays untouched.

Every relation is a primitive of pyDatalog, as its comparisons are: a function that gives a question
what may answer it (``logic.engine.primitives``). What facts and former answers leave of the
clauses,
pyDatalog resolves, tables, negates and counts. When it searched among all clauses by itself, a
decision took almost twice the work, for the same answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cached_property
from typing import Any, TypeAlias

from clausewise.logic.engine.fact_table import FactTable
from clausewise.logic.engine.loaded_clauses import NEGATED, predicate_name, rule_of, variable_name
from clausewise.logic.engine.primitives import Primitive, Primitives
from clausewise.logic.engine.settled_rules import Left, Possible, SettledRules
from clausewise.logic.language.notation import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    PolicyError,
    Relation,
    Row,
    Rule,
    Term,
    Variable,
)
from clausewise.logic.language.totals import own_variables

with warnings.catch_warnings():
    # Python 3.12 and newer warn of old escapes in pyDatalog's sources when they compile them.
    warnings.simplefilter("ignore", SyntaxWarning)
    from pyDatalog import Logic, pyEngine


class _Predicate(pyEngine.Pred):  # type: ignore[misc]
    """A predicate that no class of Python objects has, so that pyDatalog need not look for one."""

    __slots__ = ()

    def parent_classes(self) -> tuple[None]:
        return (None,)


class _Clause(pyEngine.Clause):  # type: ignore[misc]
    """A pyDatalog clause whose variables are its own already.

    pyDatalog renames a clause apart at each use, a third of its time. Here each rule is loaded with
    variable names that no other rule has, and no relation depends on itself, so that no two uses
    of one name can ever meet.
    """

    __slots__ = ()

    def rename(self) -> Any:
        return self


class _LabelledClause(_Clause):
    """A clause that remembers which rule of the policy it is."""

    __slots__ = ("cite", "rid")


class _TotalOfRows:
    """pyDatalog's protocol for aggregates, for ``Total``: a sum or a count over distinct rows.

    pyDatalog's own ``sum_`` gives no row over nothing and runs groups in threads.
    """

    def __init__(self, value_position: int | None, own_positions: tuple[int, ...]) -> None:
        self.value_position = value_position
        self.slice_to_variabilize = own_positions

    def complete(self, rows: Any, waiting: Any) -> None:
        """Called by pyDatalog once all rows of the aggregated atom are known."""
        facts = rows.facts
        if facts is True or not isinstance(facts, dict):
            # An atom without own columns is a plain yes: one row.
            found = 1 if facts is True else 0
        elif self.value_position is None:
            found = len(facts)
        else:
            found = sum(fact.terms[self.value_position].id for fact in facts.values())
        terms = list(waiting.literal.terms)
        for position in self.slice_to_variabilize:
            terms[position] = pyEngine.Const("")
        terms[-1] = pyEngine.Const(found)
        waiting.fact(pyEngine.Literal(waiting.literal.pred, terms))


_Question: TypeAlias = tuple[Any, Row | None, frozenset[Constant | None]]
"""The literal of a question, its row when it has no variables, and its values with None."""

MOST_QUESTIONS = 2000
"""How many questions are kept as pyDatalog's literals; a policy asks some hundred of two sides."""


class Engine:
    """One program loaded into one ``Logic`` of pyDatalog.

    ``with engine.facts(facts), engine.questions() as ask: rows = ask(atom)``

    ``rules`` must have passed the checks of ``logic.language.well_formed``; ``asked`` are atoms
    whose relations may be asked for although no rule derives them.
    """

    def __init__(
        self, rules: Iterable[Rule], relations: Iterable[Relation], asked: Iterable[Atom] = ()
    ) -> None:
        self._rules = {rule.identifier: rule for rule in rules}
        self._keys: dict[str, tuple[Relation, str | None]] = {}
        self._predicates: dict[str, Any] = {}
        self._dirty = False
        self._owner = ""
        self._questions: dict[tuple[str, tuple[Term, ...]], _Question] = {}
        with self._own_logic(fresh=True):
            self._primitives = Primitives(pyEngine, self._logic)
            for relation in relations:
                if relation.by_clause is None:
                    self._declare(relation(*(Variable("X") for _ in relation.columns)))
            for atom in asked:
                self._declare(atom)
            for rule in self._rules.values():
                self._declare(rule.head)
                for atom, _ in rule.atoms():
                    self._declare(atom)
            clauses: dict[str, list[Any]] = {}
            for rule in self._rules.values():
                self._owner = rule.identifier
                clause = _LabelledClause(
                    self._literal(rule.head), [self._body_literal(rule, each) for each in rule.body]
                )
                clause.rid, clause.cite = rule.identifier, rule.label
                clauses.setdefault(rule.head.key, []).append(clause)
                pyEngine.assert_(clause)  # noqa: PT009
            for key, found in clauses.items():
                settled = SettledRules([self._rules[clause.rid] for clause in found])
                answer = self._primitives.rules_of(key, settled, found)
                self._predicates[predicate_name(key)].prim = answer
            if self._count_clauses() != len(self._rules):
                raise PolicyError("two rules of the program are the same clause")

    # --- isolation ----------------------------------------------------------------------------

    @contextmanager
    def _own_logic(self, *, fresh: bool = False) -> Iterator[None]:
        """Make this engine's Logic the thread's current one, and put the former one back."""
        storage = Logic.tl
        former = getattr(storage, "logic", None)
        counter = getattr(pyEngine.Fresh_var.tl, "counter", 0)
        if fresh:
            Logic()
            self._logic = storage.logic
        else:
            storage.logic = self._logic
        pyEngine.Fresh_var.tl.counter = counter
        try:
            yield
        finally:
            if former is None:
                del storage.logic
            else:
                storage.logic = former

    @cached_property
    def _possible(self) -> Possible:
        return Possible(self._rules.values())

    # --- building -----------------------------------------------------------------------------

    def _declare(self, atom: Atom) -> None:
        name = predicate_name(atom.key)
        known = self._keys.get(name)
        if known is None:
            self._keys[name] = (atom.relation, atom.label)
            arity = len(atom.arguments)
            predicate = self._predicates[name] = pyEngine.insert(_Predicate(name, arity))
            predicate.prearity = arity
            if atom.relation.given:
                predicate.prim = self._primitives.facts_of(atom.key)
        elif known != (atom.relation, atom.label):
            raise PolicyError(f"two relations share the name {name}")

    def _term(self, term: Term) -> Any:
        if isinstance(term, Variable):
            return pyEngine.Var(variable_name(term.name, self._owner))
        if isinstance(term, Expression):
            return pyEngine.Operation(self._term(term.left), term.symbol, self._term(term.right))
        return pyEngine.Const(term)

    def _literal(self, atom: Atom) -> Any:
        terms = [self._term(term) for term in atom.arguments]
        return pyEngine.Literal(self._predicates[predicate_name(atom.key)], terms)

    def _body_literal(self, rule: Rule, literal: Literal) -> Any:
        if isinstance(literal, Atom):
            return self._literal(literal)
        if isinstance(literal, Comparison):
            terms = [self._term(literal.left), self._term(literal.right)]
            return pyEngine.Literal(literal.symbol, terms)
        atom, primitives = literal.atom, self._primitives
        terms = [self._term(term) for term in atom.arguments]
        name = predicate_name(atom.key)
        if isinstance(literal, Negation):
            answer = (
                primitives.absence_of_facts(atom.key)
                if atom.relation.given
                else primitives.absence_of_rows(atom.key, self._predicates[name])
            )
            return pyEngine.Literal(self._predicate(NEGATED + name, atom, answer), terms)
        own = own_variables(rule, literal)
        positions = tuple(place for place, term in enumerate(atom.arguments) if term in own)
        value = None if literal.value is None else atom.arguments.index(literal.value)
        # pyDatalog files an aggregate under relation and bindings alone, so that a sum and a count
        # over the same rows would be taken for one another: each kind of total has a name.
        answer = primitives.total_of_rows(self._predicates[name])
        predicate = self._predicate(f"{name}·total·{value}·{positions}", atom, answer, further=1)
        terms.append(self._term(literal.result))
        return pyEngine.Literal(predicate, terms, aggregate=_TotalOfRows(value, positions))

    def _predicate(self, name: str, atom: Atom, answer: Primitive, further: int = 0) -> Any:
        """A predicate of its own for what is asked about the rows of an atom's relation."""
        if name not in self._predicates:
            self._keys[name] = (atom.relation, atom.label)
            predicate = _Predicate(name, len(atom.arguments) + further)
            predicate.prearity, predicate.prim = predicate.arity, answer
            self._predicates[name] = predicate
        return self._predicates[name]

    # --- reading back -------------------------------------------------------------------------

    def _count_clauses(self) -> int:
        return sum(len(predicate.db) for predicate in self._logic.Db.values())

    def loaded_rules(self) -> tuple[Rule, ...]:
        """The rules as pyDatalog holds them, read back from its clauses, in the policy's order.

        Graph, proofs and checks are derived from these, not from what was meant to be loaded.
        """
        found: dict[str, Rule] = {}
        with self._own_logic():
            for predicate in self._logic.Db.values():
                for clause in predicate.db.values():
                    found[clause.rid] = rule_of(clause, self._keys)
        return tuple(found[identifier] for identifier in self._rules)

    # --- facts and questions ------------------------------------------------------------------

    @contextmanager
    def facts(self, rows: Mapping[str, Iterable[Row]]) -> Iterator[None]:
        """Hold the facts of one case inside the block; afterwards no trace of them is left.

        They are rows by relation.
        """
        with self._own_logic():
            self._dirty, known = True, self._primitives.known
            try:
                known.tables = {key: FactTable(found) for key, found in rows.items() if found}
                known.possible = self._possible.given(known.tables)
                yield
                self._dirty = False
            finally:
                known.tables, known.possible = {}, set()

    @property
    def usable(self) -> bool:
        """False after a question was interrupted: its state inside pyDatalog is unknown then."""
        return not self._dirty

    @contextmanager
    def questions(self) -> Iterator[Callable[[Atom], list[Row]]]:
        """A function that answers questions about the facts held now.

        It gives all rows of an atom that follow; constants in the atom restrict the rows, and each
        row holds all columns but the clause label. pyDatalog keeps a table of each question and its
        answers but begins a new one with every query; the questions of one block share theirs, so
        that what one needs is not derived again for the next.
        """
        logic = self._logic
        logic.Tasks, logic.Recursive_Tasks = pyEngine.TaskList(), pyEngine.TaskDeque()
        logic.Subgoals, logic.Recursive, logic.gc_uncollected = {}, False, True
        # pyDatalog stops as soon as the goal is known to hold, with other tables half filled. A
        # goal that never holds keeps it going until all are complete.
        endless = pyEngine.Literal("==", [pyEngine.Var("X"), pyEngine.Var("Y")])
        logic.Goal = pyEngine.Subgoal(endless)
        try:
            yield self._answers
        finally:
            logic.Tasks = logic.Recursive_Tasks = logic.Goal = None
            logic.Subgoals = {}
            self._primitives.known.forget_answers()

    def _answers(self, atom: Atom) -> list[Row]:
        literal, row, self._primitives.asked = self._question(atom)
        if row is None:
            facts = self._table(literal).facts.values()
            return [tuple(term.id for term in fact.terms) for fact in facts]
        holds = self._primitives.known.answers[atom.key].get(row)
        if holds is None:
            holds = self._holds(atom.key, row, literal)
        return [row] if holds else []

    def _holds(self, key: str, row: Row, literal: Any) -> bool:
        """Whether a row holds. Where that is settled, pyDatalog need not make a table for it."""
        left: list[Left] = []
        known = self._primitives.known
        if key in known.rules and literal.get_tag() not in self._logic.Subgoals:
            settled = known.left(key, row)
            if isinstance(settled, bool):
                return settled
            left = settled
        holds = bool(self._table(literal, left).facts)
        known.note(key, row, holds)
        return holds

    def _table(self, literal: Any, left: Sequence[Left] = ()) -> Any:
        """The table of pyDatalog with the answers to a question, complete.

        ``left`` is what is left of the clauses that may answer, where that is known.
        """
        table = self._logic.Subgoals.get(literal.get_tag())
        if table is None:
            table = self._logic.Subgoals[literal.get_tag()] = pyEngine.Subgoal(literal)
            if left:
                self._primitives.hand_over(literal, table, left, ground=True)
                step, about = table.next_step()
            else:
                step, about = pyEngine.SEARCH, (table,)
            while step is not None:
                step, about = step(*about)
        return table

    def _question(self, atom: Atom) -> _Question:
        """A question made ready; those that were asked before are kept."""
        known = (atom.key, atom.arguments)
        made = self._questions.get(known)
        if made is None:
            if len(self._questions) > MOST_QUESTIONS:
                self._questions.clear()
                self._primitives.forget_literals()
            literal = self._literal(atom)
            values = _values(literal)
            row = None if None in values else values
            made = self._questions[known] = literal, row, frozenset((*values, None))
        return made


def _values(literal: Any) -> tuple[Any, ...]:
    """The values of a literal's terms, None for a variable."""
    return tuple(term.id if isinstance(term, pyEngine.Const) else None for term in literal.terms)
