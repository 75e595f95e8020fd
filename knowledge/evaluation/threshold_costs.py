"""What each threshold of the reading costs, on messages of authors that were held out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from knowledge.understanding.labels import Act
from knowledge.understanding.model.message_model import Said
from knowledge.understanding.thresholds import Thresholds
from knowledge.understanding.training.dataset import LabelledMessage, folded

STEPS = tuple(step / 20 for step in range(2, 19, 2))

Read = Callable[[str, Sequence[str]], Said]


@dataclass(frozen=True, slots=True)
class Cost:
    """What goes wrong at one threshold, in messages (for ``matter``: in things asked).

    ``missed`` were there and are not taken, ``taken`` are taken and were not there; ``of`` is how
    many were there.
    """

    name: str
    threshold: float
    in_use: bool
    missed: int
    taken: int
    of: int


def threshold_costs(
    messages: Sequence[LabelledMessage], read: Read, limits: Thresholds
) -> list[Cost]:
    """The cost of several values of each threshold, by name and value."""
    read_messages = [(m, read(m.text, m.before)) for m in map(folded, messages)]
    costs: list[Cost] = []
    for act, in_use in limits.acts.items():
        cases = [
            (said.acts[act] if _likeliest(said) is act else 0.0, message.act is act)
            for message, said in read_messages
        ]
        costs += _costs(act.value, in_use, cases)
    matters = [
        (sure, any(asked is matter for asked, _ in message.asks))
        for message, said in read_messages
        if message.act is Act.ASK
        for matter, sure in said.matters.items()
    ]
    costs += _costs("matter", limits.matter, matters)
    goes_on = [(said.goes_on, message.goes_on) for message, said in read_messages if message.before]
    costs += _costs("goes_on", limits.goes_on, goes_on)
    return costs


def _likeliest(said: Said) -> Act:
    return max(said.acts, key=lambda act: said.acts[act])


def _costs(name: str, in_use: float, cases: Sequence[tuple[float, bool]]) -> Iterator[Cost]:
    for threshold in sorted({*STEPS, in_use}):
        yield Cost(
            name=name,
            threshold=threshold,
            in_use=threshold == in_use,
            missed=sum(is_there and sure < threshold for sure, is_there in cases),
            taken=sum(not is_there and sure >= threshold for sure, is_there in cases),
            of=sum(is_there for _, is_there in cases),
        )
