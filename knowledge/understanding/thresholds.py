"""How sure a reading must be; see ``thresholds.yaml``."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from knowledge.kit.yaml import read_yaml
from knowledge.understanding.labels import Act


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Likelihoods from 0 to 1; what each is for stands in the file."""

    acts: Mapping[Act, float]
    goes_on: float
    matter: float
    matter_aside: float
    no_matter: float
    other_where_no_matter: float
    subject: float
    plain_matter: float
    asks_between: float
    role: float
    rival: float
    when: float


@cache
def thresholds() -> Thresholds:
    """Those that ship."""
    text = files("knowledge.understanding").joinpath("thresholds.yaml").read_text("utf-8")
    raw = read_yaml(text)
    acts = {Act(name): float(value) for name, value in raw.pop("acts").items()}
    return Thresholds(acts=acts, **{name: float(value) for name, value in raw.items()})
