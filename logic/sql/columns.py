"""Which relations of a program hold of a whole line or case, and so can be columns of one table.

A rule for such a relation has two parts: literals that join rows (entries, days), which come to one
bit a line, and literals that only ask for other columns. Most rules have only the second.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from clausewise.logic.language import input_relations as given
from clausewise.logic.language.rules import (
    Atom,
    Comparison,
    Expression,
    Literal,
    Negation,
    Rule,
    Term,
    Total,
    Variable,
    atoms_of,
)

Row = tuple[Term, ...]
Parts = tuple[tuple[Literal, ...], tuple[Literal, ...]]


def line_of(atom: Atom) -> str | None:
    """The variable in the column ``line``: None without that column, "" for a constant."""
    for term, column in zip(atom.arguments, atom.columns, strict=True):
        if column == "line":
            return term.name if isinstance(term, Variable) else ""
    return None


def constants_of(atom: Atom) -> Row:
    """The terms of an atom, without its line."""
    return tuple(
        term for term, column in zip(atom.arguments, atom.columns, strict=True) if column != "line"
    )


def _is_fixed(atom: Atom) -> bool:
    """Whether the atom's terms are constants, but for its line."""
    return line_of(atom) != "" and not any(
        isinstance(term, Variable | Expression) for term in constants_of(atom)
    )


class LineColumns:
    """The relations that become columns: ``rows`` has the constants that each can hold for.

    ``rules`` are all rules by the key of their head; ``no_columns`` the keys of facts that are of
    no case.
    """

    def __init__(self, rules: Mapping[str, Sequence[Rule]], no_columns: Collection[str]) -> None:
        self._no_columns = frozenset(no_columns)
        self.rows = self._found(rules)
        self._parts = {
            rule: self._split(rule, self.rows) for key in self.rows for rule in rules[key]
        }

    def parts(self, rule: Rule) -> Parts:
        """The literals of a rule for a column that join, and those that only ask for columns.

        The rule holds for a line where both do.
        """
        return self._parts[rule]

    def _found(self, rules: Mapping[str, Sequence[Rule]]) -> dict[str, list[Row]]:
        """What a joining rule asks for has to be a table, so it cannot be a column."""
        joined: set[str] = set()
        while True:
            found = {
                key: list(dict.fromkeys(constants_of(rule.head) for rule in own))
                for key, own in rules.items()
                if own and key not in joined
                if all(_is_fixed(rule.head) for rule in own)
            }
            asked = {
                atom.key
                for own in rules.values()
                for rule in own
                for atom, _ in atoms_of(self._split(rule, found)[0])
            }
            if asked.isdisjoint(found):
                return found
            joined |= asked

    def _split(self, rule: Rule, found: Mapping[str, list[Row]]) -> Parts:
        if rule.head.key not in found:
            return rule.body, ()
        if self._asks_columns(rule, found):
            return (), rule.body
        line = line_of(rule.head)
        joined: list[Literal] = []
        columns: list[Literal] = []
        for literal in rule.body:
            atom = literal.atom if isinstance(literal, Negation) else literal
            own = (
                isinstance(atom, Atom)
                and atom.key in found
                and _is_fixed(atom)
                and line_of(atom) in (None, line)
            )
            (columns if own else joined).append(literal)
        return self._with_line(joined, line), tuple(columns)

    def _with_line(self, joined: Sequence[Literal], line: str | None) -> tuple[Literal, ...]:
        """What joins, with the line beside it only where that is needed to say of which line."""
        if not line:
            return tuple(joined)
        own = given.line(Variable(line))
        rest = [literal for literal in joined if literal != own]
        atoms = [literal for literal in rest if isinstance(literal, Atom)]
        if any(Variable(line) in atom.terms for atom in atoms):
            return tuple(rest)
        used = {each.name for literal in rest for each in literal.variables()}
        of_the_case = any(atom.key not in self._no_columns for atom in atoms)
        # A count or a negation alone would be of all lines of the case, or of all cases.
        return tuple(rest) if not rest or (of_the_case and line not in used) else (own, *rest)

    def _asks_columns(self, rule: Rule, found: Mapping[str, list[Row]]) -> bool:
        """Whether a rule only combines what is true of the line, so that it is an expression."""
        line = line_of(rule.head)
        counted: set[str] = set()
        for literal in rule.body:
            if isinstance(literal, Total):
                own = constants_of(literal.atom)
                if literal.value is not None or literal.atom.key not in found:
                    return False
                if line_of(literal.atom) != line:
                    return False
                if not all(isinstance(term, Variable) for term in own):
                    return False
                counted.add(literal.result.name)
            elif isinstance(literal, Comparison):
                if not {each.name for each in literal.variables()} <= counted:
                    return False
            else:
                atom = literal.atom if isinstance(literal, Negation) else literal
                if not _is_fixed(atom) or line_of(atom) not in (None, line):
                    return False
                if atom.key in self._no_columns:
                    return False
        return True
