"""The engine: isolation of cases, policies, threads and tasks, memory, exactness, no evaluation."""

from __future__ import annotations

import ast
import asyncio
import gc
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import pytest
from pyDatalog import Logic, pyDatalog

from clausewise.facts.case.validation import case_from_data
from clausewise.facts.columns import Row
from clausewise.logic.decision.decide import decide_case
from clausewise.logic.engine.pydatalog import Engine, EnginePool
from clausewise.logic.language.faults import PolicyError
from clausewise.logic.language.notation import Section, count, relation, total
from clausewise.logic.language.rules import Atom, Rule, Variable
from clausewise.logic.mm_1508 import POLICY
from clausewise.logic.program.program import program_of
from tests.support.generator import complete_percutaneous, random_case
from tests.support.places import ROOT

X, Y, Z, N = (Variable(name) for name in "XYZN")
edge = relation("edge", "from to", "an edge", is_input=True)
weight = relation("weight", "node grams", "a weight", is_input=True)
pair = relation("pair", "from to", "two edges in a row")
lonely = relation("lonely", "node", "no edge goes out")
heavy = relation("heavy", "grams", "the weight of all nodes")
degree = relation("degree", "node number", "edges that go out")


Fact = tuple[str, Row]


def by_relation(facts: list[Fact]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for name, row in facts:
        found.setdefault(name, []).append(row)
    return found


@contextmanager
def asking(engine: Engine, rows: dict[str, list[Row]]) -> Iterator[Callable[[Atom], list[Row]]]:
    """A function that answers one question about these facts."""
    with engine.facts(rows):
        yield lambda atom: engine.ask([atom])[0]


def small_rules() -> tuple[Rule, ...]:
    section = Section("S", "small")
    with section.clause("S.1", "a small program"):
        pair(X, Z) <= edge(X, Y) & edge(Y, Z)
        lonely(X) <= weight(X, N) & ~edge(X, X)
        heavy(N) <= weight(X, Y) & total(N, Z, weight(X, Z))
        degree(X, N) <= weight(X, Y) & count(N, edge(X, Z))
    return tuple(section.clauses[0].rules)


def test_it_answers_joins_negation_sums_and_counts() -> None:
    engine = Engine(small_rules(), (edge, weight))
    facts: list[Fact] = [
        ("edge", ("a", "b")),
        ("edge", ("b", "c")),
        ("weight", ("a", 90)),
        ("weight", ("c", 0)),
    ]
    with asking(engine, by_relation(facts)) as ask:
        assert ask(pair(X, Y)) == [("a", "c")]
        assert sorted(ask(lonely(X))) == [("a",), ("c",)]
        assert sorted(ask(degree(X, N))) == [("a", 1), ("c", 0)]
        assert ask(pair("a", "c")) == [("a", "c")]
        assert ask(pair("c", "a")) == []


def test_equal_addends_are_not_merged_and_nothing_adds_up_to_zero() -> None:
    section = Section("S", "sum")
    whole = relation("whole", "grams", "all")
    with section.clause("S.1", "a sum"):
        whole(N) <= edge("s", "t") & total(N, Z, weight(X, Z))
    engine = Engine(section.clauses[0].rules, (edge, weight))
    start: Fact = ("edge", ("s", "t"))
    equal: list[Fact] = [start, ("weight", ("a", 90)), ("weight", ("b", 90))]
    with asking(engine, by_relation(equal)) as ask:
        assert ask(whole(N)) == [(180,)]
    with asking(engine, by_relation([start])) as ask:
        assert ask(whole(N)) == [(0,)]


def test_a_sum_and_a_count_over_the_same_rows_are_not_taken_for_one_another() -> None:
    section = Section("S", "both")
    both = relation("both", "sum number", "sum and number")
    with section.clause("S.1", "both"):
        both(X, Y) <= total(X, N, weight("a", N)) & count(Y, weight("a", Z))
    engine = Engine(section.clauses[0].rules, (edge, weight))
    rows: list[Fact] = [("weight", ("a", 40)), ("weight", ("a", 2))]
    with asking(engine, by_relation(rows)) as ask:
        assert ask(both(X, Y)) == [(42, 2)]
    assert engine.loaded_rules() == tuple(section.clauses[0].rules)


@pytest.mark.slow
def test_a_hundred_single_visits_are_counted_day_by_day() -> None:
    data = complete_percutaneous()
    visits = [date(2025, 7, 20) + timedelta(days=2 * number) for number in range(100)]
    data["therapies"] = [
        {"kind": "physical_therapy", "start": day.isoformat(), "end": day.isoformat()}
        for day in visits
    ]
    data["record_complete"] = ["therapies"]
    (line,) = decide_case(case_from_data(data), POLICY).lines
    assert ("left", "documented", "active", 100) in line.model.rows["covered_days"]
    assert line.statuses["D.I.B.4.a"] == "not_met"


def test_a_variable_that_stands_twice_wants_the_same_value_twice() -> None:
    section = Section("S", "loop")
    loop = relation("loop", "node", "an edge goes back to its node")
    with section.clause("S.1", "loop"):
        loop(X) <= edge(X, X)
    engine = Engine(section.clauses[0].rules, (edge, weight))
    with asking(engine, {"edge": [("a", "b"), ("c", "c")]}) as ask:
        assert ask(loop(X)) == [("c",)]
        assert ask(edge(X, X)) == [("c", "c")]
        assert ask(loop("a")) == []


def test_facts_are_gone_after_the_block_even_after_an_error() -> None:
    engine = Engine(small_rules(), (edge, weight))
    with pytest.raises(RuntimeError, match="in between"), engine.facts({"edge": [("a", "b")]}):
        raise RuntimeError("in between")
    with asking(engine, {"edge": [("a", "b")]}) as ask:
        assert ask(edge(X, Y)) == [("a", "b")]
    with asking(engine, {}) as ask:
        assert ask(edge(X, Y)) == []


def test_an_engine_left_by_an_exception_is_not_lent_again() -> None:
    pool = EnginePool(small_rules(), (edge, weight))
    with pool.engine() as first:
        pass
    with pool.engine() as again:
        assert again is first
    with pytest.raises(RuntimeError, match="in between"), pool.engine():
        raise RuntimeError("in between")
    with pool.engine() as other:
        assert other is not first


def test_many_questions_are_answered_together_each_for_itself() -> None:
    engine = Engine(small_rules(), (edge, weight))
    with engine.facts({"edge": [("a", "b"), ("b", "c")], "weight": [("a", 2)]}):
        assert engine.ask([]) == []
        found = engine.ask([pair("a", Y), edge("b", "c"), degree(X, N), edge("c", X), heavy(2)])
        assert found == [[("a", "c")], [("b", "c")], [("a", 1)], [], [(2,)]]
        assert engine.ask([edge("a", "b")]) == [[("a", "b")]]


def test_the_collector_is_on_again_after_a_question_and_off_if_it_was() -> None:
    engine = Engine(small_rules(), (edge, weight))
    for switch, enabled in ((gc.disable, False), (gc.enable, True)):
        switch()
        engine.ask([pair(X, Y)])
        assert gc.isenabled() is enabled


def test_numbers_keep_every_digit_and_text_is_not_reinterpreted() -> None:
    engine = Engine(small_rules(), (edge, weight))
    long = Decimal("49.99999999999999999")
    facts: list[Fact] = [("weight", ("True", long)), ("weight", ("??", 50)), ("edge", ("X", "_"))]
    with asking(engine, by_relation(facts)) as ask:
        assert sorted(ask(weight(X, Y)), key=str) == [("??", 50), ("True", long)]
        assert ask(edge("X", Y)) == [("X", "_")]
        assert ask(edge("Z", Y)) == []


def test_loaded_rules_equal_the_written_ones() -> None:
    assert Engine(small_rules(), (edge, weight)).loaded_rules() == small_rules()
    assert program_of(POLICY).rules == tuple(POLICY.rules())


def test_the_same_clause_twice_is_refused() -> None:
    section = Section("S", "twice")
    with section.clause("S.1", "twice"):
        pair(X, Z) <= edge(X, Z)
        pair(X, Z) <= edge(X, Z)
    rules = section.clauses[0].rules
    with pytest.raises(PolicyError):
        program_of(POLICY).check([*POLICY.rules(), *rules])


def test_the_callers_own_pydatalog_stays_untouched() -> None:
    pyDatalog.assert_fact("mine", 1)
    before = Logic(True)
    decide_case(case_from_data(complete_percutaneous()), POLICY)
    assert Logic(True) is before
    assert pyDatalog.ask("mine(X)") == {(1,)}
    pyDatalog.clear()


def test_two_policies_in_one_process_do_not_see_each_other() -> None:
    first, second = Engine(small_rules(), (edge, weight)), Engine(small_rules(), (edge, weight))
    one: list[Fact] = [("edge", ("a", "b"))]
    two: list[Fact] = [("edge", ("c", "d"))]
    with asking(first, by_relation(one)), asking(second, by_relation(two)) as ask:
        assert ask(edge(X, Y)) == [("c", "d")]


def _outcome(seed: int) -> list[tuple[str, dict[str, str]]]:
    decision = decide_case(case_from_data(random_case(seed)), POLICY)
    return [(line.determination, dict(line.statuses)) for line in decision.lines]


@pytest.mark.slow
def test_threads_do_not_see_each_others_facts() -> None:
    seeds = list(range(24))
    expected = [_outcome(seed) for seed in seeds]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(_outcome, seeds * 2)) == expected * 2


def test_a_new_thread_can_decide() -> None:
    found: list[object] = []
    thread = threading.Thread(target=lambda: found.append(_outcome(1)))
    thread.start()
    thread.join()
    assert found == [_outcome(1)]


def test_tasks_do_not_see_each_others_facts() -> None:
    async def task(seed: int) -> list[tuple[str, dict[str, str]]]:
        await asyncio.sleep(0)
        outcome = _outcome(seed)
        await asyncio.sleep(0)
        return outcome

    async def run() -> list[list[tuple[str, dict[str, str]]]]:
        return await asyncio.gather(*(task(seed) for seed in range(12)))

    assert asyncio.run(run()) == [_outcome(seed) for seed in range(12)]


def _resident_kilobytes() -> int:
    status = Path("/proc/self/status")
    if not status.exists():
        pytest.skip("resident memory is read from /proc, which this system lacks")
    for line in status.read_text(encoding="utf-8").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1])
    raise AssertionError("no VmRSS line")


@pytest.mark.slow
def test_two_thousand_cases_leave_no_memory_behind() -> None:
    cases = [case_from_data(random_case(seed)) for seed in range(100)]
    for case in cases:
        decide_case(case, POLICY)
    after_100 = _resident_kilobytes()
    for number in range(1900):
        decide_case(cases[number % 100], POLICY)
    grown = _resident_kilobytes() - after_100
    assert grown < 4000, f"{grown} kB more than after the first 100"


def test_only_the_engine_imports_pydatalog_and_never_its_evaluating_functions() -> None:
    root = ROOT
    for folder in ("facts", "logic", "viz", "clausewise"):
        for path in (root / folder).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            for node in ast.walk(tree):
                names: list[str] = []
                if isinstance(node, ast.Import):
                    names = [alias.name for alias in node.names]
                elif isinstance(node, ast.ImportFrom):
                    names = [node.module or ""]
                if any(name.split(".")[0] == "pyDatalog" for name in names):
                    assert path.parent.name == "engine", path
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                    assert node.func.id not in {"eval", "exec", "compile"}, path
    engine = (root / "logic" / "engine" / "pydatalog.py").read_text(encoding="utf-8")
    assert "pyParser" not in engine
    assert "import pyDatalog\n" not in engine
