"""Who knows what the material does not say; see ``doors.yaml``."""

from functools import cache
from importlib.resources import files

from knowledge.documents import Matter
from knowledge.kit.yaml import read_yaml


def door_of(matter: Matter) -> str:
    """The sentence that names whom to ask about a matter."""
    doors = _doors()
    return doors.get(matter.value, doors["default"])


def door_for(reason: str) -> str | None:
    """The sentence that names the office for another affair, where it is known."""
    return _doors().get(f"affair-{reason}")


@cache
def _doors() -> dict[str, str]:
    text = files("knowledge.answering.answerers").joinpath("doors.yaml").read_text("utf-8")
    return {key: str(sentence) for key, sentence in read_yaml(text).items()}
