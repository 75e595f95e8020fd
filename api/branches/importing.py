"""Takes files of branches into the registry, and tells what came of every row."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any

from anyio import to_thread

from api.branches.columns import ColumnMapping
from api.branches.duplicates import Candidate, Duplicate, find_duplicates
from api.branches.facts import COLUMNS, BranchFacts
from api.branches.importer import RowError, RowWarning, read_branches
from api.branches.repository import BATCH, BranchRepository
from api.branches.staging import StagedBranches
from api.contract.branches import BranchState
from api.contract.crs import to_wgs84_arrays
from api.db.engine import Database
from api.texts import row_fault_text

Progress = Callable[[int, int], None]
Changes = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class ImportReport:
    """How an import went, or would go; ``imported`` counts the rows that are fit."""

    is_dry_run: bool
    added: int
    changed: int
    unchanged: int
    errors: Sequence[RowError]
    warnings: Sequence[RowWarning]
    duplicates: Sequence[Duplicate]

    @property
    def imported(self) -> int:
        """Rows that are in the registry now."""
        return self.added + self.changed + self.unchanged


@dataclass(slots=True)
class _Plan:
    """What a file asks for; ``lines`` is where each branch stands in it."""

    branches: list[BranchFacts] = field(default_factory=list)
    lines: dict[str, int] = field(default_factory=dict)
    errors: list[RowError] = field(default_factory=list)
    warnings: list[RowWarning] = field(default_factory=list)


class BranchImporter:
    """Adds and replaces branches by id; a branch that a file leaves out stays as it is."""

    def __init__(self, database: Database, now: Callable[[], datetime]) -> None:
        self._database, self._now = database, now

    async def import_file(
        self,
        path: Path,
        mapping: ColumnMapping | None = None,
        *,
        is_dry_run: bool = False,
        on_progress: Progress = lambda done, total: None,
    ) -> ImportReport:
        """Take in a file, all of its fit rows or, when something breaks, none.

        Raises:
            BranchFileError: the file cannot be read at all.
        """
        plan = await to_thread.run_sync(_read, path, mapping)
        known = await self._known()
        duplicates = await to_thread.run_sync(_suspects, plan, known)
        ids = {row.id for row in known} | plan.lines.keys()
        plan.warnings += _lost_moves(plan, ids)
        counts = await self._write(plan, path.name, on_progress, is_dry_run=is_dry_run)
        return ImportReport(
            is_dry_run=is_dry_run,
            added=counts[0],
            changed=counts[1],
            unchanged=len(plan.branches) - sum(counts),
            errors=plan.errors,
            warnings=sorted(plan.warnings, key=lambda warning: warning.line),
            duplicates=duplicates,
        )

    async def _known(self) -> list[Any]:
        async with self._database.reading(within_s=None) as session:
            batches = BranchRepository(session).outlines()
            return [row async for batch in batches for row in batch]

    async def _write(
        self, plan: _Plan, file: str, on_progress: Progress, *, is_dry_run: bool
    ) -> tuple[int, int]:
        """How many branches are new, and how many changed.

        What changes is worked out and laid out while others write; they wait only for one
        statement that puts it in. When another import came in between, all is worked out anew.
        """
        while True:
            async with self._database.connection() as connection:
                staged = StagedBranches(connection)
                based_on, counts = await self._stage(plan, staged, on_progress)
                await connection.commit()
                if is_dry_run or staged.is_empty:
                    return counts
                try:
                    async with self._database.writing(on=connection, within_s=None) as session:
                        revision = await BranchRepository(session).next_revision()
                        if revision != based_on + 1:
                            raise _OvertakenError
                        await staged.put_in(
                            session, revision=revision, at=self._now(), file=file[:200]
                        )
                except _OvertakenError:
                    continue
                return counts

    async def _stage(
        self, plan: _Plan, staged: StagedBranches, on_progress: Progress
    ) -> tuple[int, tuple[int, int]]:
        """The revision that the registry is compared at; how many are new, how many changed."""
        added = changed = 0
        await staged.clear()
        async with self._database.reading(within_s=None) as session:
            repository = BranchRepository(session)
            revision = await repository.revision()
            for start in range(0, len(plan.branches), BATCH):
                batch = plan.branches[start : start + BATCH]
                before = await repository.by_ids([facts.id for facts in batch])
                changes = _changes(before, batch)
                touched = [b for b in batch if b.id not in before or b.id in changes]
                added += len(touched) - len(changes)
                changed += len(changes)
                await staged.add(touched, changes)
                on_progress(start + len(batch), len(plan.branches))
        return revision, (added, changed)


class _OvertakenError(Exception):
    """Another import was quicker; never leaves this module."""


def _read(path: Path, mapping: ColumnMapping | None) -> _Plan:
    plan = _Plan()
    for entry in read_branches(path, mapping):
        if isinstance(entry, RowError):
            plan.errors.append(entry)
        elif isinstance(entry, RowWarning):
            plan.warnings.append(entry)
        else:
            facts = BranchFacts(**entry.record.model_dump(mode="python"))
            facts = facts._replace(crs=facts.crs and str(facts.crs), state=str(facts.state))
            plan.branches.append(facts)
            plan.lines[facts.id] = entry.line
    return plan


def _changes(before: Mapping[str, BranchFacts], batch: Iterable[BranchFacts]) -> Changes:
    changes: Changes = {}
    for facts in batch:
        old = before.get(facts.id)
        if old is not None and old != facts:
            pairs = zip(COLUMNS, old, facts, strict=True)
            changes[facts.id] = {n: [_plain(a), _plain(b)] for n, a, b in pairs if a != b}
    return changes


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _suspects(plan: _Plan, known: Iterable[Any]) -> list[Duplicate]:
    """Look-alikes within the file, and between it and the rest of the registry."""
    rest = _candidates(row for row in known if row.id not in plan.lines)
    return list(find_duplicates(_candidates(plan.branches), known=rest))


def _candidates(rows: Iterable[Any]) -> Iterator[Candidate]:
    """Open branches on the map."""
    there = [r for r in rows if r.state == BranchState.OPEN.value and r.lat is not None]
    lats, lons = to_wgs84_arrays([(row.lat, row.lon, row.crs) for row in there])
    for row, lat, lon in zip(there, lats.tolist(), lons.tolist(), strict=True):
        yield Candidate(row.id, row.bank, row.name, row.address, lat, lon)


def _lost_moves(plan: _Plan, ids: Iterable[str]) -> Iterator[RowWarning]:
    """Branches that moved to nobody knows where."""
    there = set(ids)
    for facts in plan.branches:
        if facts.state == BranchState.MOVED.value and facts.moved_to not in there:
            yield RowWarning(plan.lines[facts.id], row_fault_text("moved_nowhere"))
