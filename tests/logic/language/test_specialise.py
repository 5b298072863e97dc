"""Rules under chosen readings and parameters, without what these settle or another rule says."""

from __future__ import annotations

from clausewise.logic.language.choices import Choices
from clausewise.logic.language.input_relations import parameter, reading
from clausewise.logic.language.notation import Section, relation, variables
from clausewise.logic.language.rules import Rule
from clausewise.logic.language.specialise import specialise, specialise_rule, without_subsumed

X, Y, N, M = variables("X Y N M")
edge = relation("edge", "from to", "an edge", is_input=True)
weight = relation("weight", "node grams", "a weight", is_input=True)
marked = relation("marked", "node", "a mark", is_input=True)
open_node = relation("open_node", "node", "a node that counts")
heavy = relation("heavy", "node", "a node of at least so many grams")
strict = relation("strict", "", "marks are asked for")
CHOICES = Choices({"least": 5, "none": 0}, {"marks": "needed"})


def rules_of_small_program() -> list[Rule]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        heavy(X) <= weight(X, N) & parameter("least", M) & (N >= M)
        heavy(X) <= weight(X, N) & reading("marks", "unneeded")
        heavy(X) <= weight(X, N) & parameter("none", M) & (M * 2 > 1)
        strict() <= reading("marks", "needed")
        open_node(X) <= heavy(X) & marked(X) & strict()
        open_node(X) <= heavy(X) & ~strict()
        open_node(X) <= marked(X) & ~reading("marks", "unneeded")
    return section.clauses[0].rules


def test_choices_are_put_in_and_comparisons_of_constants_evaluated() -> None:
    rules = rules_of_small_program()
    assert [str(each) for each in (specialise_rule(rule, CHOICES) for rule in rules)] == [
        "heavy(X) <= weight(X, N) & (N >= 5)",
        "None",
        "None",
        "+strict()",
        "open_node(X) <= heavy(X) & marked(X) & strict()",
        "open_node(X) <= heavy(X) & ~strict()",
        "open_node(X) <= marked(X)",
    ]


def test_what_holds_everywhere_or_nowhere_is_not_asked_for() -> None:
    found = [str(rule) for rule in specialise(rules_of_small_program(), CHOICES)]
    assert found == [
        "heavy(X) <= weight(X, N) & (N >= 5)",
        "+strict()",
        "open_node(X) <= marked(X)",
    ]
    other = Choices({"least": 5, "none": 1}, {"marks": "unneeded"})
    assert [str(rule) for rule in specialise(rules_of_small_program(), other)] == [
        "heavy(X) <= weight(X, N)",
        "open_node(X) <= heavy(X)",
    ]


def test_what_is_not_chosen_is_still_asked_for() -> None:
    rule = rules_of_small_program()[1]
    assert specialise_rule(rule, Choices({}, {})) == rule


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
