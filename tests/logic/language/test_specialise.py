"""With the choices put in, rules that say no more than another one are left out."""

from __future__ import annotations

from clausewise.logic.language.notation import Section, Variable, relation
from clausewise.logic.language.specialise import without_subsumed

X, Y = Variable("X"), Variable("Y")
edge = relation("edge", "from to", "an edge", given=True)
marked = relation("marked", "node", "a mark", given=True)
open_node = relation("open_node", "node", "a node that counts")


def test_a_rule_that_asks_for_more_than_another_one_is_left_out() -> None:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        open_node(X) <= edge(X, Y) & ~marked(X)
        open_node(X) <= edge(X, Y)
        open_node(X) <= marked(X) & edge(X, X)
        open_node(Y) <= edge(X, Y) & marked(Y)
    rules = section.clauses[0].rules
    assert [rule.identifier for rule in without_subsumed(rules)] == ["S.1/2", "S.1/3", "S.1/4"]
    assert without_subsumed([rules[0], rules[2]]) == [rules[0], rules[2]]
