"""How relations answer pyDatalog: functions that give a question the rows or clauses that matter.

A primitive is what pyDatalog calls its comparisons: it gets a literal and the table of answers that
is made for it. Here every relation has one. For facts it gives the rows that match. For rules it
gives the loaded clauses less what facts and former answers settle of them
(``logic.engine.settled_rules``); what is left of them pyDatalog resolves and tables. For the
complement of a relation and for a total it has the relation completed first.

pyDatalog itself comes from ``logic.engine.pydatalog``, which alone imports it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from clausewise.logic.engine.loaded_clauses import variable_name
from clausewise.logic.engine.settled_rules import Known, Left, SettledRule, SettledRules
from clausewise.logic.language.notation import Constant, Row

Primitive: TypeAlias = Callable[[Any, Any], None]
"""Gives a table of pyDatalog, the second argument, the answers to a literal, the first one."""


class Absence:
    """pyDatalog's protocol for aggregates, for negation: one answer when there are no rows.

    pyDatalog's own negation looks into the relation before it is known what is settled.
    """

    def complete(self, rows: Any, waiting: Any) -> None:
        """Called by pyDatalog once it is known whether the negated atom holds."""
        if not rows.facts:
            waiting.fact(waiting.literal)


class Primitives:
    """The primitives of one engine, with what is known of the case it holds.

    ``library`` is pyDatalog's engine module, ``logic`` its store of tables.
    """

    def __init__(self, library: Any, logic: Any) -> None:
        self.known = Known()
        self.asked: frozenset[Constant | None] = frozenset()
        """The values of the question that came from outside, and None."""
        self._library = library
        self._logic = logic
        self._clauses: dict[str, Any] = {}
        self._names: dict[str, list[Any]] = {}
        self._literals: dict[tuple[str, int, Row], Any] = {}

    def forget_literals(self) -> None:
        """Drop the literals that were kept for further questions with the same values."""
        self._literals.clear()

    # --- facts --------------------------------------------------------------------------------

    def facts_of(self, key: str) -> Primitive:
        """Gives the facts of a relation that match the literal."""
        library, known = self._library, self.known
        const = library.Const

        def answer(literal: Any, table: Any) -> None:
            facts = known.tables.get(key)
            if facts is None:
                return
            asked = literal.terms
            values = [term.id if type(term) is const else None for term in asked]
            # A variable that stands twice wants the same value twice.
            alike = None in values and len({term.id for term in asked}) < len(asked)
            for row in facts.like(values):
                fact = facts.rows[row]
                if fact is None:
                    terms = [const(value) for value in row]
                    fact = facts.rows[row] = library.Literal(literal.pred, terms)
                if not alike or literal.unify(fact) is not None:
                    table.fact(fact)

        return answer

    def absence_of_facts(self, key: str) -> Primitive:
        """Gives the literal, all constants, when it is no fact of the relation."""
        known = self.known

        def answer(literal: Any, table: Any) -> None:
            facts = known.tables.get(key)
            if facts is None or tuple([term.id for term in literal.terms]) not in facts.rows:
                table.fact(literal)

        return answer

    # --- rules --------------------------------------------------------------------------------

    def rules_of(self, key: str, rules: SettledRules, clauses: Sequence[Any]) -> Primitive:
        """Gives what is left of the clauses of a relation that may answer the literal."""
        known, const, add = self.known, self._library.Const, self._library.ADD_CLAUSE
        known.rules[key] = rules
        self._clauses.update((clause.rid, clause) for clause in clauses)

        def answer(literal: Any, table: Any) -> None:
            terms = literal.terms
            values: Sequence[Any] = [term.id if type(term) is const else None for term in terms]
            ground = None not in values
            if not ground and len({term.id for term in terms}) < len(terms):
                # One variable in several places, which no values tell.
                for clause in clauses:
                    if (bindings := literal.unify(clause.head)) is not None:
                        table.schedule((add, (table, clause.subst(bindings))))
                return
            left = known.left(key, tuple(values)) if ground else rules.left(values, known)
            if left is True:
                table.fact(literal)
            elif left:
                self.hand_over(literal, table, left, ground=ground)

        return answer

    def hand_over(self, literal: Any, table: Any, left: Sequence[Left], *, ground: bool) -> None:
        """Give a table what is left of the clauses that may answer its literal.

        A literal that has no values but those of the question from outside is made once.
        """
        library, asked, last = self._library, self.asked, None
        for rule, places, slots in left:
            identifier = rule.rule.identifier
            clause = self._clauses[identifier]
            bindings = None if ground else self._bindings(rule, slots)
            head = literal if ground else clause.head.subst(bindings)
            if not places:
                table.fact(head)
                continue
            if last is not None:
                table.schedule((library.ADD_CLAUSE, (table, last)))
            body = []
            for place in places:
                values = rule.values[place](slots)
                kept = self._literals if asked.issuperset(values) else {}
                made = kept.get((identifier, place, values))
                if made is None:
                    bindings = bindings or self._bindings(rule, slots)
                    made = kept[identifier, place, values] = clause.body[place].subst(bindings)
                body.append(made)
            last = library.Clause(head, body)
        if last is not None:
            # What is scheduled last would be done first.
            self._resolve(table, last)

    def _resolve(self, table: Any, clause: Any) -> None:
        """What pyDatalog does with a clause, but a primitive is asked at once and not searched for.

        The table is told to look after the one it waits for, even so: a relation whose rows are
        not all known yet must not be taken for complete.
        """
        library, first, tables = self._library, clause.body[0], self._logic.Subgoals
        if first.pred.prim is None or first.get_tag() in tables:
            table.rule(clause, first)
            return
        asked = tables[first.get_tag()] = library.Subgoal(first)
        asked.waiters.append((table, clause))
        table.schedule((library.SEARCHING, (table, asked)))
        first.pred.prim(first, asked)

    def _bindings(self, rule: SettledRule, slots: list[Any]) -> dict[Any, Any]:
        """The values that a rule's variables have, as pyDatalog's substitution."""
        names = self._names.get(rule.rule.identifier)
        if names is None:
            variables = [variable_name(name, rule.rule.identifier) for name in rule.names]
            names = [self._library.Var(name).id for name in variables]
            self._names[rule.rule.identifier] = names
        const = self._library.Const
        # Behind the slots of the variables are those of the constants.
        return {name: const(value) for name, value in zip(names, slots) if value is not None}  # noqa: B905

    # --- complements and totals ---------------------------------------------------------------

    def absence_of_rows(self, key: str, predicate: Any) -> Primitive:
        """Gives the literal, all constants, when no rule of the relation derives it."""
        library, logic, known, absence = self._library, self._logic, self.known, Absence()

        def answer(literal: Any, table: Any) -> None:
            negated = library.Literal(predicate, literal.terms)
            if negated.get_tag() in logic.Subgoals:
                table.complete(negated, absence)
                return
            left = known.left(key, tuple([term.id for term in literal.terms]))
            if left is False:
                table.fact(literal)
            elif left is not True:
                # What pyDatalog does to complete a relation, less the search.
                asked = logic.Subgoals[negated.get_tag()] = library.Subgoal(negated)
                asked.on_completion_.append((library.ON_COMPLETION, (asked, table, absence)))
                table.schedule((library.SEARCHING, (table, asked)))
                self.hand_over(negated, asked, left, ground=True)

        return answer

    def total_of_rows(self, predicate: Any) -> Primitive:
        """Has the aggregate of the literal made of the rows of a relation, when all are known."""
        library = self._library

        def answer(literal: Any, table: Any) -> None:
            table.complete(library.Literal(predicate, literal.terms[:-1]), literal.aggregate)

        return answer
