"""The description of the API is true: valid schemas, fitting examples, all that is refused."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import TypeAdapter, ValidationError

from api.contract.applications import DraftChange
from api.contract.ids import IdempotencyKey
from api.contract.messages import ConversationState
from api.error_handlers import STATUS
from api.incoming import UnfitJsonError, clean_json
from bot.all_in_one import create_app
from tests.e2e.conftest import app_settings

PROBLEM = {"$ref": "#/components/schemas/Problem"}
WRITES = {"post", "put", "patch", "delete"}
# Bodies whose names or values are the caller's own, and whether they are taken.
FREE_BODIES = [
    *(
        (DraftChange, {"answers": answers}, is_taken)
        for answers, is_taken in (
            ({"name": "张演示", "employees": 3, "married": False, "own_loans": ["a"]}, True),
            ({"name": None}, True),
            ({"": {}}, False),
            ({"\u0010b": "x"}, False),
            ({"Name": "x"}, False),
            ({"name": {}}, False),
            ({"employees": 1.5}, False),
        )
    ),
    *(
        (ConversationState, {"version": 1, "state": {"a": value}}, is_taken)
        for value, is_taken in (
            ([None, True, -1.5, "贷", {"": [2**53 - 1, 1 - 2**53]}], True),
            (2**53, False),
            ([{"b": [-(2**53)]}], False),
            ({"b": 21369455873576063063865745185857077248}, False),
            (1e30, False),
            ([0] * 1001, False),
            ({str(number): 0 for number in range(1001)}, False),
        )
    ),
]


@pytest.fixture(scope="module")
def described(tmp_path_factory) -> dict[str, Any]:
    folder = tmp_path_factory.mktemp("described")
    house = create_app(app_settings(folder), with_web=False, with_telegram=False)
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


@pytest.fixture(scope="module")
def submission(described) -> dict[str, Any]:
    return described["paths"]["/v1/applications/{application_id}/submission"]["post"]


def test_a_header_that_is_needed_is_told(submission):
    headers = [one for one in submission["parameters"] if one["in"] == "header"]

    assert [(one["name"].lower(), one["required"]) for one in headers] == [
        ("idempotency-key", True)
    ]
    assert "400" in submission["responses"]
    assert not Draft202012Validator(headers[0]["schema"]).is_valid("")


@pytest.mark.parametrize(
    ("key", "is_taken"),
    [
        *((key, True) for key in ("k1", "~", "~" * 255)),
        *((key, False) for key in ("~" * 256, "a b", "a\tb", "\x7f", "\xa0", "é", "贷")),
    ],
)
def test_the_key_of_a_submission_is_described_as_it_is_checked(submission, key, is_taken):
    schema = next(one["schema"] for one in submission["parameters"] if one["in"] == "header")

    assert Draft202012Validator(schema).is_valid(key) == is_taken
    assert is_fit(IdempotencyKey, key) == is_taken


def test_what_needs_a_token_says_so(described):
    schemes = described["components"]["securitySchemes"]
    open_to_all = {
        path
        for path, _, operation in operations(described)
        if "security" not in operation and path.startswith("/v1/staff/")
    }

    assert [(one["type"], one["scheme"]) for one in schemes.values()] == [("http", "bearer")]
    assert open_to_all == {"/v1/staff/login"}


@pytest.mark.parametrize(("model", "body", "is_taken"), FREE_BODIES)
def test_the_schema_of_a_free_body_takes_what_the_api_takes(described, model, body, is_taken):
    schema = {"$ref": f"#/components/schemas/{model.__name__}"}
    validator = Draft202012Validator({**schema, "components": described["components"]})

    assert validator.is_valid(body) == is_taken
    assert is_fit(model, body) == is_taken


def is_fit(kind, value) -> bool:
    """Whether the door and the model let a value in."""
    try:
        TypeAdapter(kind).validate_python(json.loads(clean_json(json.dumps(value).encode())))
    except (UnfitJsonError, ValidationError):
        return False
    return True
