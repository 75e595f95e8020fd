"""What clauses are on for each matter that can be asked about; see ``matters.yaml``."""

from functools import cache
from importlib.resources import files

from knowledge.documents import Topic
from knowledge.kit.yaml import read_yaml
from knowledge.understanding.labels import Matter


def topics_of(matter: Matter) -> tuple[Topic, ...]:
    """The topics of a matter, nearest first."""
    return _topics()[matter]


@cache
def _topics() -> dict[Matter, tuple[Topic, ...]]:
    text = files("knowledge.understanding").joinpath("matters.yaml").read_text("utf-8")
    raw = read_yaml(text)
    return {matter: tuple(Topic(topic) for topic in raw[matter.value]) for matter in Matter}
