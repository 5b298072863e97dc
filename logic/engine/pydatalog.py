"""The only room that talks to pyDatalog: it loads rules, asserts facts, asks and cleans up.

pyDatalog holds the clauses as they are written and the facts of one case, and answers by its own
resolution. No text of a policy or a case is ever evaluated: clauses and facts are built as
pyDatalog's own objects, and ``load`` and ``ask`` of its parser are not used. Constants go in as
``Const``, so neither '??' nor 'True' nor a long decimal is reinterpreted. Each engine owns a
``Logic`` of its own and is used by one thread at a time; whatever the caller keeps in pyDatalog
stays untouched.
"""

from __future__ import annotations

import threading
import warnings
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from clausewise.facts.columns import Row
from clausewise.logic.engine.loaded_clauses import NEGATED, predicate_name, rule_of, variable_name
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Constant,
    Expression,
    Literal,
    Negation,
    Relation,
    Rule,
    Term,
    Total,
    Variable,
)
from clausewise.logic.language.totals import own_variables

with warnings.catch_warnings():
    # Python 3.12 and newer warn of old escapes in pyDatalog's sources when they compile them.
    warnings.simplefilter("ignore", SyntaxWarning)
    from pyDatalog import Logic, pyEngine


class _Clause(pyEngine.Clause):  # type: ignore[misc]
    """A clause that remembers which rule of the policy it is.

    pyDatalog renames the variables of a clause at each use, which takes a third of its time. Each
    rule is loaded with variable names that no other rule has, and no relation depends on itself,
    so that two uses of one name never meet: the clause is used as it is.
    """

    __slots__ = ("cite", "rid")

    def rename(self) -> Any:
        return self


_QUESTION = "·question"
"""The relation of what is asked; no relation of a policy can have this name."""


class _TotalOfRows:
    """pyDatalog's protocol for aggregates, for ``Total``: a sum or a count over distinct rows.

    pyDatalog's own ``sum_`` gives no row over nothing and merges equal addends.
    """

    def __init__(self, value_position: int | None, own_positions: tuple[int, ...]) -> None:
        self.value_position = value_position
        self.slice_to_variabilize = own_positions

    def complete(self, rows: Any, waiting: Any) -> None:
        """Called by pyDatalog once all rows of the aggregated atom are known."""
        if rows.facts is True:  # an atom without variables that holds: one row
            found = 1
        elif self.value_position is None:
            found = len(rows.facts)
        else:
            found = sum(fact.terms[self.value_position].id for fact in rows.facts.values())
        terms = list(waiting.literal.terms)
        for position in self.slice_to_variabilize:
            terms[position] = pyEngine.Const("")
        terms[-1] = pyEngine.Const(found)
        waiting.fact(pyEngine.Literal(waiting.literal.pred, terms))


class Engine:
    """One program loaded into one ``Logic`` of pyDatalog.

    ``with engine.facts(rows): answers = engine.ask([atom, ...])``

    ``rules`` must have passed the checks of ``logic.language.well_formed``; ``relations`` are the
    input relations. Raises PolicyError when two rules are the same clause.
    """

    def __init__(self, rules: Iterable[Rule], relations: Iterable[Relation]) -> None:
        self._rules = {rule.identifier: rule for rule in rules}
        self._relations: dict[str, tuple[Relation, str | None]] = {}
        """For the name of a predicate its relation and, in a family, the clause label."""
        self._aliases: set[str] = set()
        with self._own_logic(fresh=True):
            for relation in relations:
                self._declare(relation(*(Variable("X") for _ in relation.columns)))
            for rule in self._rules.values():
                for atom in (rule.head, *(atom for atom, _ in rule.atoms())):
                    self._declare(atom)
            for rule in self._rules.values():
                body = [self._body_literal(rule, each) for each in rule.body]
                clause = _Clause(self._literal(rule.head, rule.identifier), body)
                clause.rid, clause.cite = rule.identifier, rule.label
                pyEngine.assert_(clause)  # noqa: PT009
            if len(self._loaded_clauses()) != len(self._rules):
                raise PolicyError("two rules of the program are the same clause")

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

    # --- loading ------------------------------------------------------------------------------

    def _declare(self, atom: Atom) -> None:
        """A predicate for the relation of an atom; it can be asked even without clauses."""
        name = predicate_name(atom.key)
        known = self._relations.setdefault(name, (atom.relation, atom.label))
        if known != (atom.relation, atom.label):
            raise PolicyError(f"two relations share the name {name}")
        predicate = pyEngine.insert(pyEngine.Pred(name, len(atom.arguments)))
        predicate.prearity = len(atom.arguments)

    def _term(self, term: Term, owner: str) -> Any:
        if isinstance(term, Variable):
            return pyEngine.Var(variable_name(term.name, owner))
        if isinstance(term, Expression):
            left, right = self._term(term.left, owner), self._term(term.right, owner)
            return pyEngine.Operation(left, term.symbol, right)
        return pyEngine.Const(term)

    def _literal(self, atom: Atom, owner: str, negation: str = "") -> Any:
        terms = [self._term(term, owner) for term in atom.arguments]
        return pyEngine.Literal(negation + predicate_name(atom.key), terms)

    def _body_literal(self, rule: Rule, literal: Literal) -> Any:
        owner = rule.identifier
        match literal:
            case Atom():
                return self._literal(literal, owner)
            case Negation(atom):
                return self._literal(atom, owner, NEGATED)
            case Comparison(symbol, left, right):
                terms = [self._term(left, owner), self._term(right, owner)]
                return pyEngine.Literal(symbol, terms)
            case Total(result, value, atom):
                own = own_variables(rule, literal)
                places = tuple(place for place, term in enumerate(atom.arguments) if term in own)
                value_place = None if value is None else atom.arguments.index(value)
                terms = [self._term(term, owner) for term in (*atom.arguments, result)]
                return pyEngine.Literal(
                    self._alias(atom, value_place, places),
                    terms,
                    aggregate=_TotalOfRows(value_place, places),
                )

    def _alias(self, atom: Atom, value: int | None, own: tuple[int, ...]) -> str:
        """A second name of a relation, for one kind of total over it.

        pyDatalog files an aggregate under relation and bindings alone, so that a sum and a count
        over the same rows would be taken for one another.
        """
        name = predicate_name(atom.key)
        alias = f"{name}·total·{value}·{own}"
        if alias not in self._aliases:
            self._aliases.add(alias)
            self._relations[alias] = (atom.relation, atom.label)
            terms = [pyEngine.Var(f"{alias}·{place}") for place in range(len(atom.arguments))]
            head, body = pyEngine.Literal(alias, terms), pyEngine.Literal(name, list(terms))
            pyEngine.assert_(_Clause(head, [body]))  # noqa: PT009
        return alias

    def _loaded_clauses(self) -> list[Any]:
        """The clauses that pyDatalog holds, except those of second names."""
        return [
            clause
            for predicate in self._logic.Db.values()
            if predicate.name not in self._aliases
            for clause in predicate.db.values()
        ]

    def loaded_rules(self) -> tuple[Rule, ...]:
        """The rules as pyDatalog holds them, read back from its clauses, in the policy's order.

        Graph, proofs and checks are derived from these, not from what was meant to be loaded.
        """
        with self._own_logic():
            found = {each.rid: rule_of(each, self._relations) for each in self._loaded_clauses()}
        return tuple(found[identifier] for identifier in self._rules)

    # --- facts and questions ------------------------------------------------------------------

    @contextmanager
    def facts(self, rows: Mapping[str, Iterable[Row]]) -> Iterator[None]:
        """Hold the facts of one case, rows by relation, inside the block; afterwards none is left.

        Rows of a relation have to be distinct.
        """
        held = []
        with self._own_logic():
            try:
                for key, found in rows.items():
                    for row in found:
                        terms = [pyEngine.Const(value) for value in row]
                        fact = _Clause(pyEngine.Literal(predicate_name(key), terms), [])
                        held.append(fact)
                        pyEngine.assert_(fact)  # noqa: PT009
                yield
            finally:
                for fact in held:
                    pyEngine.retract(fact)

    def ask(self, atoms: Sequence[Atom]) -> list[list[Row]]:
        """For each atom the rows that follow from the facts held now, in no order.

        Constants in an atom restrict its rows; each row holds all columns but the clause label.
        pyDatalog forgets with each query what it has derived. So all atoms become clauses of one
        relation for the time of one query: ``question(number, values)``.
        """
        width = max((len(_variables(atom)) for atom in atoms), default=0)
        clauses = []
        try:
            for number, atom in enumerate(atoms):
                owner = f"question {number}"
                found: list[Term] = [*_variables(atom)]
                values = [self._term(term, owner) for term in found]
                blank = [pyEngine.Const("")] * (width - len(values))
                head = pyEngine.Literal(_QUESTION, [pyEngine.Const(number), *values, *blank])
                clause = _Clause(head, [self._literal(atom, owner)])
                clauses.append(clause)
                pyEngine.assert_(clause)  # noqa: PT009
            wanted = [pyEngine.Var(f"question·{place}") for place in range(width + 1)]
            rows = pyEngine.Literal(_QUESTION, wanted).ask() if clauses else []
        finally:
            for clause in clauses:
                pyEngine.retract(clause)
        answers: list[list[Row]] = [[] for _ in atoms]
        for number, *values in rows:
            answers[number].append(_row(atoms[number], values))
        return answers


def _variables(atom: Atom) -> list[Variable]:
    """The variables of an atom, each once, in order."""
    return list(dict.fromkeys(atom.variables()))


def _row(atom: Atom, values: Sequence[Constant]) -> Row:
    """The row of an atom whose variables have these values."""
    bound = dict(zip(_variables(atom), values, strict=False))
    return tuple(bound[term] if isinstance(term, Variable) else term for term in atom.arguments)  # type: ignore[misc]


class EnginePool:
    """The idle engines of one program, lent to one caller at a time, so that threads share none.

    pyDatalog's store of facts is not collected with its Logic, so engines are used again. One that
    was left by an exception is not: what it holds is unknown.
    """

    def __init__(self, rules: Iterable[Rule], relations: Iterable[Relation]) -> None:
        self._rules = tuple(rules)
        self._relations = tuple(relations)
        self._idle: list[Engine] = []
        self._lock = threading.Lock()

    @contextmanager
    def engine(self) -> Iterator[Engine]:
        """An engine for the block; no other caller has it meanwhile."""
        with self._lock:
            lent = self._idle.pop() if self._idle else None
        lent = lent or Engine(self._rules, self._relations)
        yield lent
        with self._lock:
            self._idle.append(lent)
