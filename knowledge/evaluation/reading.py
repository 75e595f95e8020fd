"""How well messages are read: labelled messages through the production path, by author."""

from collections.abc import Callable, Sequence

from knowledge.understanding.interpretation import Interpretation
from knowledge.understanding.labels import Act
from knowledge.understanding.training.dataset import LabelledMessage, folded
from knowledge.understanding.training.tally import Scores

Read = Callable[[str, Sequence[str]], Interpretation]


def score_readings(messages: Sequence[LabelledMessage], read: Read) -> dict[str, Scores]:
    """Scores by author; ``read`` reads a message after what was said before it."""
    found: dict[str, Scores] = {}
    for message in map(folded, messages):
        scores = found.setdefault(message.author, Scores())
        scores.messages += 1
        _compare(message, read(message.text, message.before), scores)
    return found


def _compare(message: LabelledMessage, reading: Interpretation, scores: Scores) -> None:
    scores.add("act", reading.act is message.act)
    scores.add("who", reading.subject is message.who)
    meant = {matter for matter, _ in message.asks}
    said = [ask.matter for ask in reading.asks]
    if meant and message.act is not Act.OTHER_MATTER:
        surest = max(reading.asks, key=lambda ask: ask.confidence, default=None)
        scores.add("matter", surest is not None and surest.matter in meant)
        scores.add("matters", set(said) == meant)
        forms = {ask.matter: ask.form for ask in reading.asks}
        for matter, form in message.asks:
            scores.add("form", forms.get(matter) is form)
    marked = {(span.start, span.end, span.role) for span in message.spans}
    found = {(e.start, e.end, e.role) for e in reading.entities if not e.is_earlier}
    for *_, role in marked:
        scores.marked[role] += 1
    for stretch in found:
        scores.said[stretch[2]] += 1
        scores.hit[stretch[2]] += stretch in marked
