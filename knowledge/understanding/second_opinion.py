"""What another reader makes of a message whose reading is unsure, and what is done with it.

The other reader is a language model, so nothing it says is taken as it is: its labels are those
of the reading, its words must stand in the message and are read by code, its clauses are among
those it was shown. Where it agrees it settles the doubt; where not, the person is asked.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from pydantic import BaseModel, ConfigDict, Field

from knowledge.understanding.entities import read_words
from knowledge.understanding.interpretation import Ask, Doubt, Interpretation
from knowledge.understanding.labels import Act, Form, Matter, Role, Who

# Below this, from 0 to 1, an act or what is asked is unsure.
SURE_ACT, SURE_MATTER = 0.6, 0.6
# From here on, from 0 to 1, the first reader thinks a matter of the second possible as well.
POSSIBLE = 0.1
CLAUSES_SHOWN = 5
MOST_ASKS, MOST_STRETCHES = 4, 20
_ASKING = (Act.ASK, Act.DISPUTE)


class OpinionAsk(BaseModel):
    """One thing asked."""

    model_config = ConfigDict(extra="forbid")

    matter: Matter
    form: Form


class OpinionStretch(BaseModel):
    """Words of the message with their role."""

    model_config = ConfigDict(extra="forbid")

    role: Role
    text: str = Field(min_length=1, max_length=40)


class Opinion(BaseModel):
    """What the second reader may say of a message: labels, words of it, clauses it was shown."""

    model_config = ConfigDict(extra="forbid")

    act: Act
    asks: list[OpinionAsk] = Field(max_length=MOST_ASKS)
    subject: Who | None
    entities: list[OpinionStretch] = Field(default_factory=list, max_length=MOST_STRETCHES)
    clauses: list[str] = Field(default_factory=list, max_length=CLAUSES_SHOWN)

    def keeps_to(self, doubtful: "Doubtful") -> bool:
        """Whether all its words stand in the message and all its clauses were shown."""
        return all(one.text in doubtful.text for one in self.entities) and all(
            clause in doubtful.clauses for clause in self.clauses
        )


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A message to be read again, without personal data, and the clauses found, by reference."""

    text: str
    clauses: Mapping[str, str]


def is_unsure(reading: Interpretation) -> bool:
    """Whether another reader should read the message as well."""
    if reading.doubts or reading.confidence < SURE_ACT:
        return True
    if reading.act not in _ASKING:
        return False
    return not any(ask.confidence >= SURE_MATTER for ask in reading.asks)


def settle(reading: Interpretation, opinion: Opinion, today: date) -> Interpretation:
    """The reading as both have it; where they disagree, what is asked is in doubt."""
    if not _agrees(reading, opinion):
        rivals = [ask.matter for ask in reading.asks[:1]] + [ask.matter for ask in opinion.asks[:1]]
        likely = dict.fromkeys(rivals, 0.5)
        return replace(reading, matters=likely, doubts=(Doubt.MATTER,))
    words = [(one.role, one.text) for one in opinion.entities]
    further = read_words(reading.text, words, reading.entities, today)
    asks = tuple(Ask(ask.matter, ask.form, 1.0) for ask in opinion.asks)
    return replace(
        reading,
        act=opinion.act if reading.confidence < SURE_ACT else reading.act,
        asks=asks or reading.asks,
        matters=reading.matters | {ask.matter: 1.0 for ask in asks},
        subject=reading.subject or opinion.subject,
        entities=(*reading.entities, *further),
        doubts=(),
    )


def _agrees(reading: Interpretation, opinion: Opinion) -> bool:
    """Whether the first reader thought of what the second says, or of nothing at all."""
    if opinion.act not in _ASKING or not reading.asks:
        return True
    return any(reading.matters.get(ask.matter, 0.0) >= POSSIBLE for ask in opinion.asks)
