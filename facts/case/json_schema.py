"""The case format as JSON Schema, with every name that a case may use.

It is read off the model, so that it cannot fall behind. What it says, an editor can complete and
check; rules between several keys, such as an end after a start, are checked by ``validate`` alone.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from clausewise.facts.case.model import FORMAT, Case
from clausewise.facts.case.values import FORMS, listed
from clausewise.facts.vocabulary.words import VOCABULARY

FILE_NAME = f"{FORMAT.replace('/', '-')}.schema.json"
"""What the file is called that templates refer to."""


def case_schema() -> dict[str, Any]:
    """The JSON Schema (draft 2020-12) of a case of format ``clausewise-case/1``."""
    schema = Case.model_json_schema(schema_generator=_Generator)
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = FORMAT
    codes = [code.code for name in VOCABULARY.procedures.values() for code in name.codes]
    procedure = schema["$defs"]["Request"]["properties"]["procedure"]
    # Another procedure is allowed, and not governed; these are what an editor offers.
    procedure["examples"] = [*VOCABULARY.procedures, *dict.fromkeys(codes)]
    return schema


class _Generator(GenerateJsonSchema):
    """Says of a value that a check of ours takes what is noted beside the check."""

    def function_before_schema(
        self, schema: core_schema.BeforeValidatorFunctionSchema
    ) -> JsonSchemaValue:
        check: Any = schema["function"]["function"]
        if check in FORMS:
            return dict(FORMS[check])
        inner = self.generate_inner(schema["schema"])
        # One name stands for a list of one.
        return {"anyOf": [inner["items"], inner]} if check is listed else inner

    def decimal_schema(self, _: core_schema.DecimalSchema) -> JsonSchemaValue:
        return {"type": "number"}

    def tagged_union_schema(self, schema: core_schema.TaggedUnionSchema) -> JsonSchemaValue:
        forms = [self.generate_inner(each) for each in schema["choices"].values()]
        return {"anyOf": forms}
