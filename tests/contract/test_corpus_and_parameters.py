"""The shipped corpus keeps its own rules and every figure rests on a clause that holds it."""

from importlib.resources import files

from knowledge.corpus.loader import load_corpus
from knowledge.kit.yaml import read_yaml
from knowledge.rules.parameters import find_clause_breaches, load_parameters


def test_every_parameter_rests_on_a_clause_that_contains_its_figure():
    assert find_clause_breaches(load_parameters(), load_corpus()) == []


def test_a_name_that_stands_for_a_place_is_written_there_and_nowhere_else():
    homes = read_yaml(files("knowledge.rules").joinpath("local_names.yaml").read_text("utf-8"))
    found = {
        name: {
            f"{document.region[:2]}0000"
            for document in load_corpus().values()
            if any(name in clause.text for clause in document.clauses)
        }
        for names in homes.values()
        for name in names
    }

    assert found == {name: {home} for home, names in homes.items() for name in names}
