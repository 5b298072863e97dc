"""The tables of facts that the statements read: their columns, and the SQL type of names."""

from __future__ import annotations

from collections.abc import Iterable

from clausewise.facts.columns import Kind
from clausewise.facts.schema import OF_CASES, SCHEMA
from clausewise.logic.program.program import Program
from clausewise.logic.sql.query import NAME_TYPE, column_type, quoted


def fact_tables() -> dict[str, tuple[tuple[str, str], ...]]:
    """The tables of facts that a cohort has to fill: their columns (name, SQL type), by table.

    Choices and policy facts are no tables, nor is what follows from other facts of the case;
    the calendar holds days of no case.
    """
    tables: dict[str, tuple[tuple[str, str], ...]] = {}
    for name, schema in SCHEMA.items():
        if name in OF_CASES or schema.kind is Kind.CALENDAR:
            columns = tuple((column.name, column_type(column)) for column in schema.columns)
            tables[name] = (("c", "INTEGER"), *columns) if name in OF_CASES else columns
    return tables


def name_type(programs: Iterable[Program], further: Iterable[str] = ()) -> str:
    """The statement that makes the type of names, with further ones; the fact tables need it."""
    names = set(further)
    for schema in SCHEMA.values():
        names |= {name for column in schema.columns for name in column.domain or ()}
    for program in programs:
        names |= set(program.policy.plans)
        for rule in program.rules:
            for atom in (rule.head, *(atom for atom, _ in rule.atoms())):
                names |= {term for term in atom.arguments if isinstance(term, str)}
        for _, row in program.policy.static_facts:
            names |= {value for value in row if isinstance(value, str)}
    return f"CREATE TYPE {NAME_TYPE} AS ENUM ({', '.join(quoted(each) for each in sorted(names))})"
