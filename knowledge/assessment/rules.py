"""The figures in force at one place on one day."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from knowledge.documents import PolicyDocument
from knowledge.rules.parameters import Parameters, ParameterValue


@dataclass(frozen=True, slots=True)
class Rules:
    """Where and when; looks parameters up there, only from documents still live."""

    parameters: Parameters
    documents: Mapping[str, PolicyDocument]
    region: str
    on: date

    def all(self, name: str) -> list[ParameterValue]:
        """All values of a figure in force, the one for everybody first, then those of tiers."""
        return self.parameters.in_force(name, region=self.region, on=self.on, live=self.documents)

    def base(self, name: str) -> ParameterValue | None:
        """The value that holds for everybody, whether confirmed or not."""
        return next((v for v in self.all(name) if v.tier == "base"), None)

    def confirmed(self, *names: str) -> ParameterValue | None:
        """The value for everybody of the first of these figures that is in force and confirmed."""
        held = (v for name in names for v in self.all(name) if v.tier == "base" and v.confirmed)
        return next(held, None)
