"""The shipped corpus keeps its own rules and every figure rests on a clause that holds it."""

from knowledge.corpus.loader import load_corpus
from knowledge.rules.parameters import find_clause_breaches, load_parameters


def test_every_parameter_rests_on_a_clause_that_contains_its_figure():
    assert find_clause_breaches(load_parameters(), load_corpus()) == []
