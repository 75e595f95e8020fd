"""What all answerers that say figures share."""

from decimal import Decimal

from knowledge.answering.context import Context, figure_of, spoken, token
from knowledge.answering.draft import Draft
from knowledge.answering.texts import say, say_value
from knowledge.documents import Subject
from knowledge.rules.parameters import Parameter, ParameterValue, Unit
from knowledge.understanding.labels import Role
from knowledge.understanding.values.spreads import Spread


class Sayer:
    """Writes figures into a draft: each with its citation, its basis and what it may spell."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.draft = Draft()

    def parameter(self, value: ParameterValue) -> Parameter:
        """What the value is a value of."""
        return self.context.parameters.get(value.parameter)

    def value(self, value: ParameterValue) -> str:
        """The value as people say it, with its citation behind it."""
        self._take(value)
        return f"{spoken(value, self.parameter(value))}{token(value)}"

    def plain(self, value: ParameterValue) -> str:
        """The value as people say it, cited elsewhere in the sentence."""
        self._take(value)
        return spoken(value, self.parameter(value))

    def citation(self, value: ParameterValue) -> str:
        """The citation of a value said in the same sentence."""
        self._take(value)
        return token(value)

    def computed(self, number: Decimal, like: ParameterValue) -> str:
        """A number worked out, in the unit of a value."""
        return self._allowed(say_value(number, self.parameter(like).unit))

    def told(self, amount: Decimal) -> str:
        """A sum in yuan that the asker told; in their words where these leave it open: 9万多."""
        for entity in self.context.reading.of(Role.AMOUNT_WANTED, Role.LOAN_BALANCE):
            value = entity.value
            if isinstance(value, Spread) and value.low == amount != value.high:
                return self._allowed(entity.text)
        return self._allowed(say_value(amount, Unit.YUAN))

    def told_percent(self, share: Decimal) -> str:
        """A share that the asker told."""
        return self._allowed(say_value(share, Unit.PERCENT))

    def condition(self, value: ParameterValue) -> str:
        """On what a tier hangs, without what the material remarks on it."""
        said = (value.condition or value.tier).split("；")[0].removeprefix("限")
        self.draft.allow_in(said)
        return said

    def add(self, key: str, **fields: object) -> None:
        """Append a sentence."""
        self.draft.add(say(key, **fields))

    def _allowed(self, said: str) -> str:
        self.draft.allowed |= {said, said.removesuffix("元")}
        return said

    def _take(self, value: ParameterValue) -> None:
        self.draft.figures += figure_of(value, self.parameter(value))
        self.draft.allow_in(value.condition or "")
        # A clause may write 24个月 for what is said as 2年.
        self.draft.allow_in(spoken(value, self.parameter(value)))
        if isinstance(value.value, str):
            self.draft.allow_in(value.value)
        if value not in self.draft.basis:
            self.draft.basis.append(value)


def whom(context: Context) -> str:
    """How the borrower is called who is no firm."""
    return say("whom-you" if context.subject is Subject.PERSONAL else "whom-person")
