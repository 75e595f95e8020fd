"""What a new or withdrawn document touches among the figures."""

import re
from dataclasses import dataclass

from knowledge.documents import PolicyDocument
from knowledge.rules.parameters import Parameter, Parameters, ParameterValue


@dataclass(frozen=True, slots=True)
class TouchedFigure:
    """A value to look at again.

    ``rests_on`` is true where the value cites the document, false where the document
    speaks in figures about the same matter in the same place.
    """

    parameter: Parameter
    value: ParameterValue
    rests_on: bool


def find_touched(parameters: Parameters, document: PolicyDocument) -> list[TouchedFigure]:
    """Values that rest on the document, then those it may change."""
    with_figures = [clause for clause in document.clauses if re.search(r"\d", clause.text)]
    topics = {topic for clause in with_figures for topic in clause.topics}
    found = [
        TouchedFigure(parameter, value, value.document_id == document.id)
        for parameter in parameters
        for value in parameter.values
        if value.document_id == document.id
        or (value.region == document.region and value.ends is None and parameter.topic in topics)
    ]
    return sorted(found, key=lambda touched: not touched.rests_on)
