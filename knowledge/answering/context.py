"""What every composer of an answer needs: the question read, and the knowledge to use."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property

from knowledge.answering.draft import SaidFigure, cite
from knowledge.answering.facts import Facts, facts_of
from knowledge.answering.texts import say, say_value
from knowledge.assessment.limits import Traits
from knowledge.assessment.rules import Rules
from knowledge.documents import NATION, Clause, PolicyDocument, Subject
from knowledge.regions.divisions import divisions
from knowledge.rules.parameters import Parameter, Parameters, ParameterValue
from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Role, Who

_SUBJECTS = {
    Who.PERSONAL: Subject.PERSONAL,
    Who.PARTNERS: Subject.PARTNERS,
    Who.ENTERPRISE: Subject.ENTERPRISE,
}


@dataclass(frozen=True)
class Context:
    """One question with what it may be answered from; what follows from it is worked out once.

    ``chosen`` are clauses, by reference, that a second reader took from those found.
    """

    reading: Interpretation
    today: date
    parameters: Parameters
    documents: Mapping[str, PolicyDocument]
    chosen: Set[str] = frozenset()

    @cached_property
    def facts(self) -> Facts:
        """The numbers of the question."""
        return facts_of(self.reading)

    @cached_property
    def subject(self) -> Subject | None:
        """Whom the question is about, where it shows."""
        return subject_of(self.reading)

    @property
    def region(self) -> str:
        """The region asked about; the nation when none is known."""
        return self.reading.region or NATION

    @property
    def asks_of_the_past(self) -> bool:
        """Whether what held once is asked for, which no figure of today answers."""
        return self.reading.period is not None or self.reading.asks_before

    @property
    def on(self) -> date:
        """The day whose rules apply; the last day of a period asked about."""
        return self.reading.period.last if self.reading.period else self.today

    @property
    def region_name(self) -> str:
        """How to call the region in an answer."""
        return "国家规定" if self.region == NATION else divisions().get(self.region).name

    @cached_property
    def query(self) -> str:
        """The words to search with: the place as its rules call it, and what is asked.

        A clause names its city; a question may name the county, or the place only be known.
        """
        homes = regions_of(self.documents) - {NATION}
        home = next((code for code in self.ladder if code in homes), None)
        words = self.reading.text
        if home is None:
            return words
        for place in self.reading.places:
            if place.role is Role.PLACE_BUSINESS and not place.is_earlier:
                words = words.replace(place.mention.text, "")
        return divisions().get(home).name + words

    @cached_property
    def ladder(self) -> Sequence[str]:
        """Region codes whose rules apply, nearest first."""
        return divisions().ladder(self.region)

    @cached_property
    def rules(self) -> Rules:
        """The figures in force there and then."""
        return self.rules_at(self.region)

    def rules_at(self, region: str) -> Rules:
        """The figures in force then at another place; none of rules for others than the asker."""
        return Rules(self.parameters, self._for_the_asker, region, self.on)

    @cached_property
    def _for_the_asker(self) -> Mapping[str, PolicyDocument]:
        return {
            id_: document
            for id_, document in self.documents.items()
            if not is_for_others(document, self.reading)
        }

    @cached_property
    def traits(self) -> Traits:
        """What of the asker decides on a tier."""
        words = [word for group in self.reading.groups for word in group.written]
        return Traits(words, self.facts.staff)


def of_no_time(reading: Interpretation, today: date) -> Interpretation:
    """The reading without its times where these are but today: 今年, 这一年, 现在.

    What was asked of the past beside today stays compared with it.
    """
    now = (time.period.first <= today <= time.period.last for time in reading.times)
    return replace(reading, times=()) if reading.times and all(now) else reading


def is_for_others(document: PolicyDocument, reading: Interpretation) -> bool:
    """Whether a document is laid down for groups alone of which the message names none."""
    return bool(document.only_for) and not any(
        group.name in document.only_for for group in reading.groups
    )


def subject_of(reading: Interpretation) -> Subject | None:
    """Whom a reading is about; who names partners means them, whatever else is said."""
    if facts_of(reading).partners:
        return Subject.PARTNERS
    return _SUBJECTS[reading.subject] if reading.subject else None


def regions_of(documents: Mapping[str, PolicyDocument]) -> Set[str]:
    """The divisions that documents are of."""
    return {document.region for document in documents.values()}


def place_of(code: str) -> str:
    """How a value's region is called at the head of a sentence."""
    return "国家规定的" if code == NATION else divisions().get(code).name


def spoken(value: ParameterValue, parameter: Parameter) -> str:
    """The value as people say it."""
    return say_value(value.value, parameter.unit)


def condition_of(value: ParameterValue) -> str:
    """The value's condition in brackets, or nothing."""
    return say("figure-condition", condition=value.condition) if value.condition else ""


def figure_of(value: ParameterValue, parameter: Parameter) -> list[SaidFigure]:
    """The figure for the answer's list of figures; sentences have none."""
    if not isinstance(value.value, Decimal):
        return []
    return [SaidFigure(parameter.name, value.value, parameter.unit.value, value.clause)]


def token(value: ParameterValue) -> str:
    """The citation of a value."""
    return cite(value.clause)


def fits(rule: Parameter | Clause, subject: Subject | None) -> bool:
    """Whether a parameter or a clause speaks about the subject asked about."""
    return subject in (None, Subject.ANY) or rule.subject in (subject, Subject.ANY)
