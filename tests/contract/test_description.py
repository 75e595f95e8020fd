"""The description of the API is true: valid schemas, fitting examples, all that is refused."""

from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from api.error_handlers import STATUS
from bot.app import build_house
from tests.e2e.conftest import house_settings

PROBLEM = {"$ref": "#/components/schemas/Problem"}
WRITES = {"post", "put", "patch", "delete"}


@pytest.fixture(scope="module")
def described(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("described")
    house = build_house(house_settings(folder), with_web=False, with_telegram=False)
    return house.openapi()


def operations(described) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in described["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def schemas(node: Any) -> Iterator[dict[str, Any]]:
    """Whatever has a schema, or is one, and examples."""
    if isinstance(node, dict):
        if node.keys() & {"example", "examples"} and node.keys() & {"schema", "type", "anyOf"}:
            yield node
        for inner in node.values():
            yield from schemas(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from schemas(inner)


def test_every_schema_is_one(described):
    for schema in described["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_every_example_fits_its_schema(described):
    tried = 0
    for node in schemas(described):
        schema = {**node.get("schema", node), "components": described["components"]}
        own = [node["example"]] if "example" in node else []
        for example in [*node.get("examples", []), *own]:
            Draft202012Validator(schema).validate(example)
            tried += 1

    assert tried > 100


def test_every_refusal_is_a_problem_and_nothing_else(described):
    for path, method, operation in operations(described):
        for status, response in operation["responses"].items():
            if status.startswith(("4", "5")):
                content = response["content"]
                assert list(content) == ["application/problem+json"], f"{method} {path} {status}"
                assert content["application/problem+json"]["schema"] == PROBLEM


def test_what_holds_for_all_routes_is_told_of_all(described):
    for path, method, operation in operations(described):
        told, where = set(operation["responses"]), f"{method} {path}"
        if path.startswith("/v1/"):
            assert {"422", "429", "503"} <= told, where
        if "security" in operation:
            assert {"401", "403"} <= told, where
        if "requestBody" in operation:
            assert "413" in told, where
        if method in WRITES and 507 in STATUS.values():
            assert "507" in told, where


def test_a_header_that_is_needed_is_told(described):
    submission = described["paths"]["/v1/applications/{application_id}/submission"]["post"]
    headers = [one for one in submission["parameters"] if one["in"] == "header"]

    assert [(one["name"].lower(), one["required"]) for one in headers] == [
        ("idempotency-key", True)
    ]
    assert "400" in submission["responses"]


def test_what_needs_a_token_says_so(described):
    schemes = described["components"]["securitySchemes"]
    open_to_all = {
        path
        for path, _, operation in operations(described)
        if "security" not in operation and path.startswith("/v1/staff/")
    }

    assert [(one["type"], one["scheme"]) for one in schemes.values()] == [("http", "bearer")]
    assert open_to_all == {"/v1/staff/login"}
