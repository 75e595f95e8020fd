"""Outside of knowledge/understanding no pattern is held against what a person writes."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("bot/dialogue", "knowledge/answering", "api/answers", "api/conversations")
# What these hold patterns against is not a person's sentence.
ALLOWED = {
    "bot/dialogue/commands.py": "whole messages that are commands or codes",
    "bot/dialogue/flows/status.py": "the digits of a receipt",
    "knowledge/answering/check.py": "figures of answers",
    "knowledge/answering/draft.py": "figures and citations of answers",
    "knowledge/answering/faq.py": "the marks in an approved answer",
    "knowledge/answering/answerers/clauses.py": "clauses",
    "knowledge/answering/answerers/validity.py": "clauses",
    "knowledge/answering/conditions.py": "clauses",
}
READERS = {"find_places", "find_terms", "find_lookalikes", "find_home", "read_field", "bare_place"}


def readers_in(source: str) -> Iterator[str]:
    """What a module uses to match words."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names if name.name in ("re", "regex"))
        elif isinstance(node, ast.ImportFrom):
            yield from (name.name for name in node.names if name.name in READERS)
            if node.module in ("re", "regex"):
                yield node.module


@pytest.mark.parametrize("room", ROOMS)
def test_no_room_matches_what_people_write(room):
    found = {
        path.relative_to(ROOT).as_posix(): names
        for path in sorted((ROOT / room).rglob("*.py"))
        if (names := sorted(readers_in(path.read_text("utf-8"))))
    }
    serves_it = "api/answers/interpretation_routes.py"

    assert {path for path in found if path not in ALLOWED and path != serves_it} == set()


@pytest.mark.parametrize(
    "planted",
    [
        "import re\n_FIRM = re.compile('企业|公司')",
        "from re import search",
        "from knowledge.understanding.places import find_places",
        "def f(text):\n    from knowledge.rules.vocabulary import find_terms",
    ],
)
def test_a_planted_pattern_is_found(planted):
    assert list(readers_in(planted))
