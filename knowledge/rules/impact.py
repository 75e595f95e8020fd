"""The impact of a new or withdrawn document on the figures."""

import re
from collections.abc import Container
from dataclasses import dataclass
from datetime import date

from knowledge.documents import PolicyDocument
from knowledge.rules.parameters import Parameter, Parameters, ParameterValue


@dataclass(frozen=True, slots=True)
class AffectedFigure:
    """A value to look at again.

    ``rests_on`` is true where the value cites the document, false where the value is in force
    in the document's region and the document speaks in figures about the same matter.
    """

    parameter: Parameter
    value: ParameterValue
    rests_on: bool


def affected_figures(
    parameters: Parameters, document: PolicyDocument, *, live: Container[str], on: date
) -> list[AffectedFigure]:
    """Values that rest on the document, then those in force on a day that it may change."""
    with_figures = [clause for clause in document.clauses if re.search(r"\d", clause.text)]
    topics = {topic for clause in with_figures for topic in clause.topics}
    resting = [
        AffectedFigure(parameter, value, rests_on=True)
        for parameter in parameters
        for value in parameter.values
        if value.document_id == document.id
    ]
    beside = [
        AffectedFigure(parameter, value, rests_on=False)
        for parameter in parameters
        if parameter.topic in topics
        for value in parameters.in_force(parameter.name, region=document.region, on=on, live=live)
        if value.document_id != document.id
    ]
    return resting + beside
