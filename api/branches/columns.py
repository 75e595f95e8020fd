"""Which column of a file holds which field of a branch."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from api.branches.errors import BranchFileError, BranchMappingError
from knowledge.kit.yaml import read_yaml

FIELDS = (
    "id",
    "bank",
    "name",
    "address",
    "region",
    "lat",
    "lon",
    "crs",
    "phone",
    "hours",
    "services",
    "state",
    "moved_to",
    "data_date",
    "source",
    "is_sample",
)
REQUIRED = ("bank", "name", "address", "data_date", "source")
_NOISE = re.compile(r"[（(].*?[)）]|\s|[*：:]")

Row = Mapping[str, str]


class ColumnMapping(BaseModel, extra="forbid"):
    """``columns``: field → column of the file; ``constants``: field → value for every row.

    Columns not mapped are found by their usual names (``data/columns.yaml``).
    """

    columns: dict[str, str] = {}
    constants: dict[str, str] = {}
    sheet: str | None = None

    @classmethod
    def from_file(cls, path: Path) -> "ColumnMapping":
        """A mapping kept in a YAML file.

        Raises:
            BranchMappingError: it cannot be read, or has fields that are not ours.
        """
        try:
            return cls.model_validate(read_yaml(path.read_text("utf-8")) or {}).checked()
        except (OSError, ValueError, yaml.YAMLError, ValidationError) as error:
            raise BranchMappingError(f"{path.name}: {type(error).__name__}") from error

    def with_changes(
        self, columns: Mapping[str, str], constants: Mapping[str, str], sheet: str | None
    ) -> "ColumnMapping":
        """The same with some entries replaced.

        Raises:
            BranchMappingError: a field is not ours.
        """
        return ColumnMapping(
            columns={**self.columns, **columns},
            constants={**self.constants, **constants},
            sheet=sheet or self.sheet,
        ).checked()

    def checked(self) -> "ColumnMapping":
        """Itself, when every field is one of ours.

        Raises:
            BranchMappingError: a field is not ours.
        """
        strange = sorted({*self.columns, *self.constants} - set(FIELDS))
        if strange:
            raise BranchMappingError(f"no such field: {', '.join(strange)}")
        return self

    def bind(self, header: Sequence[str]) -> "BoundMapping":
        """Ready to read rows of a file with that header.

        Raises:
            BranchFileError: columns are missing.
        """
        usual = {_plain(name): name for name in reversed(header) if name}
        found = {}
        for field in FIELDS:
            if (column := self.columns.get(field)) is not None:
                if column not in header:
                    raise BranchFileError(f"column missing: {column} (for {field})")
                found[field] = column
                continue
            names = (field, *_aliases()[field])
            if column := next((usual[name] for name in names if name in usual), None):
                found[field] = column
        missing = [f for f in REQUIRED if f not in found and f not in self.constants]
        if missing:
            raise BranchFileError(f"columns missing: {', '.join(missing)}")
        return BoundMapping(found, self.constants)


class BoundMapping:
    """A mapping tied to the columns of one file."""

    def __init__(self, columns: Mapping[str, str], constants: Mapping[str, str]) -> None:
        self._columns = tuple((f, c, _values().get(f, {})) for f, c in columns.items())
        self._constants = dict(constants)

    def read(self, row: Row) -> dict[str, str]:
        """The fields of a row, words in cells turned into ours, empty cells left out."""
        fields = dict(self._constants)
        for field, column, words in self._columns:
            if value := (row.get(column) or "").strip():
                fields[field] = words.get(value.lower(), value) if words else value
        return fields


def _plain(header: str) -> str:
    return _NOISE.sub("", header).lower()


@cache
def _aliases() -> dict[str, list[str]]:
    return {field: [_plain(a) for a in _data().get(field, [])] for field in FIELDS}


def _values() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = _data()["values"]
    return found


@cache
def _data() -> dict[str, Any]:
    text = files("api.branches").joinpath("data/columns.yaml").read_text("utf-8")
    found: dict[str, Any] = read_yaml(text)
    return found
