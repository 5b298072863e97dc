"""The walk over literals: each kind gives its terms, and takes other terms."""

from __future__ import annotations

import pytest

from clausewise.logic.language.literals import (
    map_terms,
    positive_atoms,
    putting_in,
    terms_of,
)
from clausewise.logic.language.notation import count, relation, total, variables
from clausewise.logic.language.rules import Literal

X, Y, N = variables("X Y N")
edge = relation("edge", "from to", "an edge", is_input=True)
status = relation("status", "line clause", "a status", by_clause=1)

KINDS: list[tuple[Literal, str, str]] = [
    (edge(X, Y), "X Y", "edge(3, Y)"),
    (~edge(X, "b"), "X b", '~edge(3, "b")'),
    (status(X, "D.1"), "X", 'status(3, "D.1")'),
    (X + 1 < Y * X, "(X + 1) (Y * X)", "((3 + 1) < (Y * 3))"),
    (count(N, edge(X, Y)), "X Y", "(N == number of edge(3, Y))"),
    (total(N, Y, edge(X, Y)), "X Y", "(N == sum of Y in edge(3, Y))"),
]


@pytest.mark.parametrize(("literal", "terms", "changed"), KINDS, ids=lambda each: str(each))
def test_each_kind_of_literal(literal: Literal, terms: str, changed: str) -> None:
    assert " ".join(map(str, terms_of(literal))) == terms
    assert str(map_terms(literal, putting_in({"X": 3}))) == changed


def test_only_what_is_asked_for_is_positive() -> None:
    literals = [literal for literal, *_ in KINDS]
    assert list(positive_atoms(literals)) == [edge(X, Y), status(X, "D.1")]


def test_the_variables_of_a_total_are_renamed_but_not_replaced_by_a_constant() -> None:
    literal = total(N, Y, edge(X, Y))
    renamed = map_terms(literal, putting_in({"N": X, "Y": N, "X": Y}))
    assert str(renamed) == "(X == sum of N in edge(Y, N))"
    assert str(map_terms(literal, putting_in({"N": 1}))) == str(literal)
