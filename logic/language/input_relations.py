"""The input relations of the rules: one for each relation of facts that the schema describes.

``from clausewise.logic.language.input_relations import finding`` gives the relation of that name;
a name that is not in the schema cannot be imported.
"""

from __future__ import annotations

from clausewise.facts.schema import SCHEMA
from clausewise.logic.language.rules import Relation

INPUT_RELATIONS: dict[str, Relation] = {
    name: Relation(
        name,
        tuple(column.name for column in schema.columns),
        schema.meaning,
        is_input=True,
        types=schema.columns,
    )
    for name, schema in SCHEMA.items()
}
"""The input relations by name."""


def __getattr__(name: str) -> Relation:
    try:
        return INPUT_RELATIONS[name]
    except KeyError:
        raise AttributeError(f"the schema of facts has no relation {name}") from None
