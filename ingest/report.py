"""What became of each file, and how far the work is."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from ingest.errors import Reason
from ingest.texts import say


class Ending(StrEnum):
    """How a file ended; exactly one for each."""

    INDEXED = "indexed"
    UNCHANGED = "unchanged"
    WITHDRAWN = "withdrawn"
    NEW_VERSION = "new-version"
    NEAR_DUPLICATE = "near-duplicate"
    QUARANTINED = "quarantined"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class FileOutcome:
    """What became of one file.

    ``document_id`` is the document made of it, or for an unchanged file and a duplicate the
    one that holds its text already; ``withdrawn`` says that this one is out of use.
    ``other_id`` is the version before, or a document of another number that reads much alike.
    ``quarantined_as`` is the copy, where one is kept.
    """

    path: Path
    ending: Ending
    document_id: str | None = None
    other_id: str | None = None
    reason: Reason | None = None
    quarantined_as: Path | None = None

    @property
    def message(self) -> str:
        """What happened, in a sentence for a clerk."""
        return say(f"reason-{self.reason}") if self.reason else say(f"ending-{self.ending}")

    @property
    def advice(self) -> str | None:
        """What to do about it; None when there is nothing to do."""
        if self.ending is Ending.WITHDRAWN:
            return say("advice-withdrawn")
        return say(f"advice-{self.reason}") if self.reason else None


@dataclass(frozen=True, slots=True)
class IngestReport:
    """What became of all files of a run, in the order in which they were given."""

    outcomes: tuple[FileOutcome, ...]

    def count(self, ending: Ending) -> int:
        """How many files ended so."""
        return Counter(outcome.ending for outcome in self.outcomes)[ending]

    @property
    def summary(self) -> str:
        """How it all ended, in a sentence for a clerk; endings without a file are left out."""
        parts = [
            say(f"count-{ending}", n=count) for ending in Ending if (count := self.count(ending))
        ]
        return say(
            "summary", total=len(self.outcomes), parts="，".join(parts or [say("count-none")])
        )


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is; ``page`` of ``pages`` of the scan just being read, if any."""

    done: int
    total: int
    path: Path
    page: int | None = None
    pages: int | None = None
