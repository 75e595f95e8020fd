"""A place named in a text."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PlaceMention:
    """A place named in a text; several codes when the name is ambiguous.

    ``tail`` is the zone or town at the end of ``text`` that is no division of its own: 高新区 in
    济宁高新区, whose code is that of 济宁.
    """

    text: str
    start: int
    codes: tuple[str, ...]
    tail: str = ""

    @property
    def end(self) -> int:
        """Where it ends in the text."""
        return self.start + len(self.text)
