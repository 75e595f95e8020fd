"""Requests as the description of the API tells them: strict, bounded, of one base."""

from collections.abc import Iterator
from typing import Any

import pytest

from bot.all_in_one import create_app
from knowledge.kit.wire import RequestModel
from tests.e2e.conftest import app_settings

BOUNDED_BY = {
    "string": {"maxLength", "enum", "const", "pattern", "contentMediaType"},
    "array": {"maxItems"},
    "object": {"properties", "maxProperties"},
}


@pytest.fixture(scope="module")
def described(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("described")
    house = create_app(app_settings(folder), with_web=False, with_telegram=False)
    return house.openapi()


def operations(described) -> Iterator[tuple[str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path}", operation


def json_bodies(described) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, operation in operations(described):
        content = operation.get("requestBody", {}).get("content", {})
        for media_type in ("application/json", "multipart/form-data"):
            if media_type in content:
                yield where, content[media_type]["schema"]


def within(
    described, schema, where, around: tuple[str, ...] = ()
) -> Iterator[tuple[str, dict[str, Any]]]:
    """A schema and all that it holds, each with where it stands; what holds itself, once."""
    if "$ref" in schema:
        name = schema["$ref"].rsplit("/", 1)[1]
        if name in around:
            return
        schema, where = described["components"]["schemas"][name], f"{where} {name}"
        around = (*around, name)
    yield where, schema
    for key in ("properties", "patternProperties"):
        for name, inner in schema.get(key, {}).items():
            yield from within(described, inner, f"{where}.{name}", around)
    for key in ("items", "additionalProperties", "propertyNames"):
        if isinstance(schema.get(key), dict):
            yield from within(described, schema[key], f"{where}.{key}", around)
    if "properties" not in schema:
        for inner in schema.get("anyOf", []):
            yield from within(described, inner, where, around)


def is_bounded(schema: dict[str, Any]) -> bool:
    kind = schema.get("type")
    if kind in ("integer", "number"):
        ends = ({"minimum", "exclusiveMinimum"}, {"maximum", "exclusiveMaximum"})
        return all(schema.keys() & end for end in ends) or "enum" in schema
    return kind not in BOUNDED_BY or bool(schema.keys() & BOUNDED_BY[kind])


def of_base(model: type) -> Iterator[type]:
    for heir in model.__subclasses__():
        yield heir
        yield from of_base(heir)


def test_every_body_is_made_of_the_strict_base(described):
    known = {model.__name__ for model in of_base(RequestModel)}
    strangers = {
        name
        for where, schema in json_bodies(described)
        for _, inner in within(described, schema, where)
        if (name := inner.get("title", "")) in described["components"]["schemas"]
        and inner.get("type") == "object"
        and not name.startswith("Body_")  # a form, whose fields are texts and files
    } - known

    assert strangers == set()


def test_every_body_refuses_what_it_does_not_know(described):
    for where, schema in json_bodies(described):
        for place, inner in within(described, schema, where):
            if inner.get("properties") and not inner["title"].startswith("Body_"):
                assert inner.get("additionalProperties") is False, place


def test_everything_that_comes_in_has_an_end(described):
    endless = [
        place
        for where, schema in [*json_bodies(described), *parameters(described)]
        for place, inner in within(described, schema, where)
        if not is_bounded(inner)
    ]

    assert endless == []


def parameters(described) -> Iterator[tuple[str, dict[str, Any]]]:
    for where, operation in operations(described):
        for parameter in operation.get("parameters", []):
            if parameter["in"] != "path":
                yield f"{where} {parameter['name']}", parameter["schema"]
