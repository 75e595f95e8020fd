"""What may happen in a conversation. A channel says it in these types, and only these.

What people send is text or the id of a button; a type that does more is made by our own code
alone, so that nothing a person sends can be read as one.
"""

from dataclasses import dataclass

from knowledge.regions.coordinates import Coordinates


@dataclass(frozen=True, slots=True)
class Said:
    """Words were written."""

    text: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A button was pressed, or somebody sent what could be its id."""

    choice: str


@dataclass(frozen=True, slots=True)
class Located:
    """A position was shared."""

    point: Coordinates


@dataclass(frozen=True, slots=True)
class Attached:
    """A file was sent."""


@dataclass(frozen=True, slots=True)
class BranchPicked:
    """A branch was chosen on the map that was opened from this conversation."""

    branch_id: str


Event = Said | Tapped | Located | Attached | BranchPicked
