"""Paths of requests are made by api.contract.paths.path, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MAKER = ROOT / "api/contract/paths.py"
SENDERS = {
    *("request", "_request", "_send", "_read", "stream", "build_request"),
    *("get", "post", "put", "patch", "delete", "head", "options"),
}


def violations(source: str) -> Iterator[int]:
    """Lines that make a path by hand."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.expr) and _is_made(node) and _beginning(node).startswith("/v1"):
            yield node.lineno
        if not isinstance(node, ast.Call):
            continue
        if isinstance(node.func, ast.Name) and node.func.id == "ApiPath":
            yield node.lineno
        if _sends(node.func):
            made = {name for name in _made_names(tree)}
            for given in [*node.args, *(keyword.value for keyword in node.keywords)]:
                is_name_of_one = isinstance(given, ast.Name) and given.id in made
                if _is_made(given) or is_name_of_one or _is_path(given):
                    yield node.lineno


def _is_made(node: ast.AST) -> bool:
    """Whether an expression puts a text together."""
    match node:
        case ast.JoinedStr(values=parts):
            return any(isinstance(part, ast.FormattedValue) for part in parts)
        case ast.BinOp(op=ast.Add() | ast.Mod()):
            return any(_is_text(side) or _is_made(side) for side in (node.left, node.right))
        case ast.Call(func=ast.Attribute(attr="format" | "join" | "replace", value=value)):
            return _is_text(value)
    return False


def _is_text(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, str)


def _is_path(node: ast.AST) -> bool:
    return _is_text(node) and str(node.value).startswith("/")


def _beginning(node: ast.AST) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=[first, *_]):
            return _beginning(first)
        case ast.BinOp(left=left):
            return _beginning(left)
        case ast.Call(func=ast.Attribute(value=value)):
            return _beginning(value)
    return ""


def _sends(function: ast.expr) -> bool:
    """Whether a call goes to a client of HTTP: ``http.get``, ``self._http.request``, ``_send``."""
    if not isinstance(function, ast.Attribute) or function.attr not in SENDERS:
        return False
    receiver = ast.unparse(function.value)
    return function.attr.startswith("_") or receiver.endswith(("http", "client", "_client"))


def _made_names(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and _is_made(node.value):
            yield from (target.id for target in node.targets if isinstance(target, ast.Name))


def test_no_path_is_made_by_hand():
    found = [
        f"{path.relative_to(ROOT)}:{line}"
        for package in ("bot", "api")
        for path in (ROOT / package).rglob("*.py")
        if path != MAKER
        for line in violations(path.read_text("utf-8"))
    ]

    assert found == []


@pytest.mark.parametrize(
    "planted",
    [
        'f"/v1/branches/{branch_id}"',
        '"/v1/branches/" + branch_id',
        '"/v1/branches/%s" % branch_id',
        '"/v1/branches/{}".format(branch_id)',
        "ApiPath(branch_id)",
        "self._http.request('GET', f'/{version}/branches')",
        "http.get('/' + branch_id)",
        "client.post('/v1/branches', content=b'')",
        "self._send(Model, 'GET', '/'.join(parts))",
        "where = f'{base}/{branch_id}'\nhttp.get(where)",
    ],
)
def test_a_planted_path_is_caught(planted):
    assert list(violations(planted))


def test_a_planted_path_in_the_client_is_caught():
    source = (ROOT / "api/contract/client.py").read_text("utf-8")
    by_hand = source.replace('path("v1", "branches", branch_id)', 'f"/v1/branches/{branch_id}"')

    assert by_hand != source
    assert list(violations(by_hand))
