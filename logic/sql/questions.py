"""A question as SQL: its rules over what the rules of the program derive, for many cases at once.

What the query asks of the policy is translated as for an audit, but only that: relations of whole
lines are columns of one wide table, which become tables again for the query to join.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from clausewise.logic.language.choices import Choices
from clausewise.logic.language.column_types import ColumnTypes, column_types
from clausewise.logic.language.rules import Rule, Term
from clausewise.logic.program.program import Program
from clausewise.logic.sql.columns import LineColumns
from clausewise.logic.sql.query import Queries, column_type, quoted, table_of
from clausewise.logic.sql.rewrite import rules_for_sql
from clausewise.logic.sql.translate import Translator, column_name

ANSWERS = "answers"
"""The table that the statements of a question make."""
_LINES = "wide"


def question_script(
    program: Program,
    choices: Choices,
    rules: Sequence[Rule],
    own: Collection[str],
    *,
    most: int,
    own_numbers: bool = False,
) -> tuple[str, ...]:
    """The statements that answer a question, in order; the last one makes the table ``answers``.

    ``rules`` are those of the program that the question depends on, each after what it asks for,
    and behind them the question's own, whose relations are ``own``; the last rule is for what is
    asked. The table has the number of the case, ``c``, and the columns ``v0``, ``v1``, … of the
    answers, the same one perhaps several times; a limit of ``most`` rows and one more keeps few
    rows from being put together to very many. Raises TranslationError.
    """
    translator = _Question(program, choices, rules, own, own_numbers)
    return translator.question(rules[-1].head.key, most)


class _Question(Translator):
    """Relations of the question's own come last, over tables of all that they ask for."""

    def __init__(
        self,
        program: Program,
        choices: Choices,
        rules: Sequence[Rule],
        own: Collection[str],
        own_numbers: bool,
    ) -> None:
        asked = {atom.key for rule in rules if rule.head.key in own for atom, _ in rule.atoms()}
        translated = rules_for_sql(rules, choices, {*own, *asked})
        super().__init__(program, translated, own_numbers=own_numbers)
        self.own = {key: self.rules.pop(key) for key in [*self.rules] if key in own}
        self.asked = asked
        keys = dict.fromkeys(rule.head.key for rule in rules)
        known = column_types(rules, keys).columns
        self.types = ColumnTypes({**known, **self.types.columns}, ())
        self.whole = LineColumns(self.rules, {*self.without_case, *self.constants})
        self.queries = Queries(
            self.types, self.without_case, self.whole.rows, own_numbers=own_numbers
        )

    def question(self, goal: str, most: int) -> tuple[str, ...]:
        whole = [key for key in self.rules if key in self.whole.rows]
        source = self.lines()
        if whole:
            self._lines_as_tables([key for key in whole if key in self.asked], source)
        self.queries = Queries(
            self.types, self.without_case, (), own_numbers=self.queries.own_numbers
        )
        for key, rules in self.own.items():
            if key != goal:
                self.table(key, rules)
        self._answers(goal, most)
        return tuple(self.statements)

    def _lines_as_tables(self, keys: Iterable[str], source: str) -> None:
        """A table for each relation of whole lines that the query asks for."""
        rows = [(key, row) for key in keys for row in self.whole.rows[key]]
        columns = ", ".join(
            f"{column_name(key, row)} AS h{number}" for number, (key, row) in enumerate(rows)
        )
        if not rows:
            return
        self.statements.append(f"CREATE TABLE {_LINES} AS SELECT c, line, {columns} FROM {source}")
        selects: dict[str, list[str]] = {}
        for number, (key, row) in enumerate(rows):
            picked = self._picked(key, row)
            selects.setdefault(key, []).append(f"SELECT {picked} FROM {_LINES} WHERE h{number}")
        for key, parts in selects.items():
            body = " UNION ALL ".join(parts)
            self.statements.append(
                f"CREATE TABLE {table_of(key)} AS SELECT DISTINCT * FROM ({body})"
            )

    def _picked(self, key: str, row: Iterable[Term]) -> str:
        """The columns of a row: the line and the constants for which the relation holds."""
        constants = iter(row)
        picked = ["c"]
        for column, name in zip(
            self.types.columns[key], self.rules[key][0].head.columns, strict=True
        ):
            value = "line" if name == "line" else quoted(next(constants))
            picked.append(f'CAST({value} AS {column_type(column)}) AS "{name}"')
        return ", ".join(picked)

    def _answers(self, goal: str, most: int) -> None:
        columns = self.types.columns[goal]
        rules = self.own.get(goal, [])
        if not rules:
            nothing = "".join(
                f', CAST(NULL AS {column_type(each)}) AS "v{place}"'
                for place, each in enumerate(columns)
            )
            picked = f"CAST(NULL AS INTEGER) AS c{nothing}"
            self.statements.append(f"CREATE TABLE {ANSWERS} AS SELECT {picked} WHERE FALSE")
            return
        parts = [f"({self._select(rule, columns, static=False)})" for rule in rules]
        body = f"SELECT * FROM ({' UNION ALL '.join(parts)}) LIMIT {most + 1}"
        self.statements.append(f"CREATE TABLE {ANSWERS} AS {body}")
