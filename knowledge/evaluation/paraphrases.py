"""Scores questions generated from the parameters.

Every base figure in force, asked for in words that take no part in training, must be
found, said and cited.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from importlib.resources import files

from knowledge.answering.models import Answer, Question
from knowledge.documents import NATION, Clause, PolicyDocument
from knowledge.kit.yaml import read_yaml
from knowledge.regions.divisions import divisions
from knowledge.retrieval.hybrid import Hit
from knowledge.rules.parameters import Parameter, Parameters, ParameterValue, figures_in

Search = Callable[[str, str], Sequence[Hit]]


@dataclass(frozen=True, slots=True)
class Paraphrase:
    """A question generated for a figure, with the figure it asks for.

    ``wording`` is what it was made from.
    """

    text: str
    wording: str
    region: str
    parameter: Parameter
    value: ParameterValue


@dataclass(frozen=True, slots=True)
class Score:
    """How one question fared; ``rank`` of the first right clause from 1, None beyond the search."""

    paraphrase: Paraphrase
    rank: int | None
    is_said: bool
    is_cited: bool


def generate_paraphrases(
    parameters: Parameters, documents: Mapping[str, PolicyDocument], on: date
) -> list[Paraphrase]:
    """Every wording for every base figure in force on a day."""
    wordings: dict[str, list[str]] = read_yaml(
        files("knowledge.evaluation").joinpath("paraphrases.yaml").read_text("utf-8")
    )
    return [
        Paraphrase(
            wording.format(place=_name(value.region)), wording, value.region, parameter, value
        )
        for parameter in parameters
        for value in parameter.values
        if value.tier == "base"
        and value.holds_on(on)
        and value.clause.partition("#")[0] in documents
        for wording in wordings.get(parameter.name, [])
    ]


def score_paraphrases(
    paraphrases: Sequence[Paraphrase],
    answer: Callable[[Question], Answer],
    search: Search,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Score]:
    """Ask each question and search for it; ``search`` takes words and a region."""
    scores = []
    for done, paraphrase in enumerate(paraphrases, start=1):
        asked = answer(Question(question=paraphrase.text))
        hits = search(paraphrase.text, paraphrase.region)
        rank = next(
            (
                n
                for n, hit in enumerate(hits, 1)
                if answers(hit.chunk.clause, hit.chunk.document.region, paraphrase)
            ),
            None,
        )
        scores.append(
            Score(
                paraphrase,
                rank,
                is_said=_says(asked.text, paraphrase),
                is_cited=any(
                    f"{c.document_id}#{c.clause}" == paraphrase.value.clause
                    for c in asked.citations
                ),
            )
        )
        on_progress(done, len(paraphrases))
    return scores


def answers(clause: Clause, region: str, paraphrase: Paraphrase) -> bool:
    """The clause of the figure, or another of the same region and topic that holds it."""
    if clause.ref == paraphrase.value.clause:
        return True
    same_place = region == paraphrase.region
    return (
        same_place
        and paraphrase.parameter.topic in clause.topics
        and _says(clause.text, paraphrase)
    )


def _says(text: str, paraphrase: Paraphrase) -> bool:
    value = paraphrase.value.value
    spellings = figures_in(paraphrase.value, paraphrase.parameter.unit)
    return any(s in text for s in spellings) if spellings else str(value) in text


def _name(region: str) -> str:
    if region == NATION:
        return "全国"
    return divisions().full_name(region)
