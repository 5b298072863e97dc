"""The only module that talks to pyDatalog: it loads rules, asserts facts, asks and cleans up.

No text is ever evaluated: clauses and facts are built as pyDatalog's own objects, and ``load`` and
``ask`` of its parser are not used. Constants go in as ``Const``, so neither '??' nor 'True' nor a
long decimal is reinterpreted. Each engine owns a ``Logic`` of its own and is used by one thread at
a time; whatever the caller keeps in pyDatalog stays untouched.

Every relation is a primitive of pyDatalog, as its comparisons are: a function of the engine that
gives a question what may answer it. For facts these are the rows that match. For rules they are the
loaded clauses less what facts and former answers settle of them (``logic.settled_rules``); what is
left pyDatalog resolves, tables, negates and counts. When it searched among all clauses by itself, a
decision took almost half as much work again, for the same answers.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import Any

from logic.fact_table import FactTable
from logic.loaded_clauses import NEGATED, NOT_HELD, predicate_name, rule_of, variable_name
from logic.notation import (
    Atom,
    Comparison,
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
from logic.settled_rules import Known, Possible, SettledRules
from logic.totals import own_variables

with warnings.catch_warnings():
    # Python 3.12 and newer warn of old escapes in pyDatalog's sources when they compile them.
    warnings.simplefilter("ignore", SyntaxWarning)
    from pyDatalog import Logic, pyEngine


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


MOST_QUESTIONS = 2000
"""How many questions are kept as pyDatalog's literals; a policy asks some hundred of two sides."""


class Engine:
    """One program loaded into one ``Logic`` of pyDatalog.

    ``with engine.facts(facts), engine.questions() as ask: rows = ask(atom)``

    ``rules`` must have passed the checks of ``logic.checks``; ``asked`` are atoms whose relations
    may be asked for although no rule derives them.
    """

    def __init__(
        self, rules: Iterable[Rule], relations: Iterable[Relation], asked: Iterable[Atom] = ()
    ) -> None:
        self._rules = {rule.identifier: rule for rule in rules}
        self._keys: dict[str, tuple[Relation, str | None]] = {}
        self._aliases: dict[str, str] = {}
        self._predicates: dict[str, Any] = {}
        self._dirty = False
        self._owner = ""
        self._questions: dict[tuple[str, tuple[Term, ...]], tuple[Any, Row | None]] = {}
        self._known = Known()
        with self._own_logic(fresh=True):
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
                clauses.setdefault(predicate_name(rule.head.key), []).append(clause)
                pyEngine.assert_(clause)  # noqa: PT009
            for name, found in clauses.items():
                self._predicates[name].prim = self._clauses_for(found)
            if self._count_clauses() != len(self._rules) + len(self._aliases):
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
            predicate = self._predicates[name] = pyEngine.insert(pyEngine.Pred(name, arity))
            predicate.prearity = arity
            if atom.relation.given:
                predicate.prim = self._rows_held(atom.key)
        elif known != (atom.relation, atom.label):
            raise PolicyError(f"two relations share the name {name}")

    def _term(self, term: Term) -> Any:
        if isinstance(term, Variable):
            return pyEngine.Var(variable_name(term.name, self._owner))
        if isinstance(term, Expression):
            return pyEngine.Operation(self._term(term.left), term.symbol, self._term(term.right))
        return pyEngine.Const(term)

    def _literal(self, atom: Atom, prefix: str = "") -> Any:
        terms = [self._term(term) for term in atom.arguments]
        name = predicate_name(atom.key)
        return pyEngine.Literal(prefix + name if prefix else self._predicates[name], terms)

    def _body_literal(self, rule: Rule, literal: Literal) -> Any:
        if isinstance(literal, Atom):
            return self._literal(literal)
        if isinstance(literal, Negation):
            if not literal.atom.relation.given:
                return self._literal(literal.atom, NEGATED)
            negated = self._literal(literal.atom, NOT_HELD)
            negated.pred.prim = self._rows_not_held(literal.atom.key)
            return negated
        if isinstance(literal, Comparison):
            terms = [self._term(literal.left), self._term(literal.right)]
            return pyEngine.Literal(literal.symbol, terms)
        own = own_variables(rule, literal)
        arguments = literal.atom.arguments
        positions = tuple(place for place, term in enumerate(arguments) if term in own)
        value = None if literal.value is None else arguments.index(literal.value)
        return pyEngine.Literal(
            self._alias(literal.atom, value, positions),
            [*(self._term(term) for term in arguments), self._term(literal.result)],
            aggregate=_TotalOfRows(value, positions),
        )

    def _alias(self, atom: Atom, value: int | None, positions: tuple[int, ...]) -> str:
        """A second name of a relation, for one kind of total over it.

        pyDatalog files an aggregate under relation and bindings alone, so that a sum and a count
        over the same rows would be taken for one another.
        """
        name = predicate_name(atom.key)
        alias = f"{name}·total·{value}·{positions}"
        if alias not in self._aliases:
            self._aliases[alias] = name
            self._keys[alias] = (atom.relation, atom.label)
            terms = [
                pyEngine.Var(variable_name(f"X{place}", alias))
                for place in range(len(atom.arguments))
            ]
            clause = _Clause(pyEngine.Literal(alias, terms), [pyEngine.Literal(name, list(terms))])
            pyEngine.assert_(clause)  # noqa: PT009
        return alias

    def _rows_held(self, key: str) -> Callable[[Any, Any], None]:
        """A primitive of pyDatalog that gives a question the facts that match its literal."""
        const = pyEngine.Const

        def answer(literal: Any, question: Any) -> None:
            table = self._known.tables.get(key)
            if table is None:
                return
            asked = literal.terms
            values = [term.id if type(term) is const else None for term in asked]
            # A variable that stands twice wants the same value twice.
            alike = None in values and len({term.id for term in asked}) < len(asked)
            for row in table.like(values):
                fact = table.rows[row]
                if fact is None:
                    terms = [const(value) for value in row]
                    fact = table.rows[row] = pyEngine.Literal(literal.pred, terms)
                if not alike or literal.unify(fact) is not None:
                    question.fact(fact)

        return answer

    def _clauses_for(self, clauses: list[Any]) -> Callable[[Any, Any], None]:
        """A primitive of pyDatalog that gives a question the clauses that may answer it.

        They are less what is settled of them, and without those that cannot hold.
        """
        known, rules = self._known, SettledRules([self._rules[each.rid] for each in clauses])
        add, resolvent, const = pyEngine.ADD_CLAUSE, pyEngine.Clause, pyEngine.Const
        names: dict[int, list[Any]] = {}

        def answer(literal: Any, question: Any) -> None:
            terms = literal.terms
            values = [term.id if type(term) is const else None for term in terms]
            ground, last = None not in values, None
            if not ground and len({term.id for term in terms}) < len(terms):
                # One variable in several places, which no values tell.
                for clause in clauses:
                    if (bindings := literal.unify(clause.head)) is not None:
                        question.schedule((add, (question, clause.subst(bindings))))
                return
            possible = known.possible
            for rule in rules.asked_for(values):
                if not rule.needs <= possible:
                    continue
                settled = rule.settled(values, known)
                if settled is None:
                    continue
                left, slots = settled
                if ground and not left:
                    question.fact(literal)
                    return
                clause, own = clauses[rule.number], names.get(rule.number)
                if own is None:
                    own = names[rule.number] = [
                        pyEngine.Var(variable_name(each, clause.rid)).id for each in rule.names
                    ]
                bindings = {
                    name: const(value)
                    for name, value in zip(own, slots, strict=False)
                    if value is not None
                }
                head = literal if ground else clause.head.subst(bindings)
                if not left:
                    question.fact(head)
                    continue
                if last is not None:
                    question.schedule((add, (question, last)))
                last = resolvent(head, [clause.body[place].subst(bindings) for place in left])
            if last is not None:
                # What is scheduled last would be done first.
                question.rule(last, last.body[0])

        return answer

    def _rows_not_held(self, key: str) -> Callable[[Any, Any], None]:
        """A primitive of pyDatalog that holds when its literal, all constants, is no fact."""

        def answer(literal: Any, question: Any) -> None:
            table = self._known.tables.get(key)
            if table is None or tuple([term.id for term in literal.terms]) not in table.rows:
                question.fact(literal)

        return answer

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
                if predicate.name in self._aliases:
                    continue
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
            self._dirty, known = True, self._known
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
            logic.Subgoals, self._known.answers = {}, {}

    def _answers(self, atom: Atom) -> list[Row]:
        literal, row = self._question(atom)
        table = self._logic.Subgoals.get(literal.get_tag())
        if table is None:
            table = self._logic.Subgoals[literal.get_tag()] = pyEngine.Subgoal(literal)
            if literal.pred.prim is None:
                step, about = pyEngine.Subgoal.search, (table,)
            else:
                # What a search comes to in the end, for a relation with a primitive.
                literal.pred.prim(literal, table)
                step, about = table.next_step()
            while step is not None:
                step, about = step(*about)
        if row is None:
            return [tuple(term.id for term in fact.terms) for fact in table.facts.values()]
        holds = bool(table.facts)
        self._known.answers.setdefault(atom.key, {})[row] = holds
        return [row] if holds else []

    def _question(self, atom: Atom) -> tuple[Any, Row | None]:
        """The literal of a question, and its row when it has no variables."""
        known = (atom.key, atom.arguments)
        made = self._questions.get(known)
        if made is None:
            if len(self._questions) > MOST_QUESTIONS:
                self._questions.clear()
            literal = self._literal(atom)
            ground = all(isinstance(term, pyEngine.Const) for term in literal.terms)
            row = tuple(term.id for term in literal.terms) if ground else None
            made = self._questions[known] = literal, row
        return made
