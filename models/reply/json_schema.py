"""The JSON schema that an answer is asked to keep to."""

from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema


class _StrictSchema(GenerateJsonSchema):
    """The subset of JSON schema that strict servers take: all fields required, none besides, no defaults."""

    def default_schema(self, schema: Any) -> dict[str, Any]:
        return self.generate_inner(schema["schema"])

    def field_is_required(self, field: Any, total: bool) -> bool:
        return True

    def model_schema(self, schema: Any) -> dict[str, Any]:
        return {**super().model_schema(schema), "additionalProperties": False}


@cache
def strict_schema(schema: type[BaseModel]) -> dict[str, Any]:
    """Return the JSON schema of a pydantic model in the form that servers with strict schemas accept."""
    made: dict[str, Any] = _bare_references(schema.model_json_schema(schema_generator=_StrictSchema))
    return made


def _bare_references(node: Any) -> Any:
    # Strict servers refuse a `$ref` that has a description beside it.
    if isinstance(node, list):
        return [_bare_references(item) for item in node]
    if not isinstance(node, dict):
        return node
    if "$ref" in node:
        return {"$ref": node["$ref"]}
    return {key: _bare_references(value) for key, value in node.items()}
