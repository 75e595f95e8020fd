"""Legal figures over time and place; every value names the clause it rests on.

``parameters/definitions.yaml`` says what each parameter means (label, unit, subject,
topic); values stand in one file per province, ``100000.yaml`` for the nation::

    amount.personal:
      - {region: "100000", from: 2023-10-01, value: 300000, clause: caijin-2023-75#amount-personal}

Fields of a value: ``region`` (adcode), ``from`` and ``to`` (a date known to the
year, month or day; ``to`` is the first day on which the value no longer holds;
either may be left out where the material does not say), ``value`` (a number in the
parameter's unit, or a sentence for unit ``text``), ``clause``, ``tier`` (which applicants,
where one region has several values; default ``base``), ``condition`` (said together
with the value), ``min_jobs`` (from how many employees on a tier holds), ``confirmed: false``
where the material does not show that the value still holds.
"""

from collections import defaultdict
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from knowledge.documents import NATION, PartialDate, PolicyDocument, Subject, Topic
from knowledge.errors import ParameterError
from knowledge.kit.yaml import read_yaml
from knowledge.regions.belts import lies_within
from knowledge.regions.divisions import divisions

PARAMETERS = Path(__file__).parent / "parameters"

Row = dict[str, Any]


class Unit(StrEnum):
    """What a parameter counts."""

    YUAN = "yuan"
    MONTHS = "months"
    PERCENT = "percent"
    BASIS_POINTS = "bp"
    TIMES = "times"
    MULTIPLE = "multiple"
    WORKDAYS = "workdays"
    PERSONS = "persons"
    YEARS = "years"
    TEXT = "text"


class ParameterValue(BaseModel):
    """One value of a parameter: where, when, for whom, by which clause."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    parameter: str
    region: str
    starts: PartialDate | None = Field(default=None, alias="from")
    ends: PartialDate | None = Field(default=None, alias="to")
    value: Decimal | str
    clause: str = Field(pattern=r"^[a-z0-9-]+#[a-z0-9-]+$")
    tier: str = "base"
    condition: str | None = None
    min_jobs: int | None = Field(default=None, gt=0)
    confirmed: bool = True

    @field_validator("starts", "ends", mode="before")
    @classmethod
    def _read_date(cls, raw: object) -> object:
        return raw if raw is None or isinstance(raw, PartialDate) else PartialDate.parse(raw)

    @model_validator(mode="after")
    def _starts_before_it_ends(self) -> "ParameterValue":
        if self.starts and self.ends and self.ends.first <= self.starts.first:
            raise ValueError("ends before it starts")
        return self

    @property
    def document_id(self) -> str:
        """The document that the value's clause stands in."""
        return self.clause.partition("#")[0]

    def holds_on(self, day: date) -> bool:
        """Whether the value holds on ``day``; an unknown start or end does not exclude."""
        if self.starts and day < self.starts.first:
            return False
        return self.ends is None or day < self.ends.first


class Parameter(BaseModel, frozen=True, extra="forbid"):
    """A named legal figure with all its values."""

    name: str = Field(pattern=r"^[a-z_]+(\.[a-z0-9_]+)+$")
    label: str
    unit: Unit
    subject: Subject
    topic: Topic
    values: tuple[ParameterValue, ...]

    @model_validator(mode="before")
    @classmethod
    def _name_the_values(cls, raw: dict[str, object]) -> dict[str, object]:
        values = raw.get("values")
        if not isinstance(values, list):
            return raw
        kind: type[str] | type[Decimal] = str if raw.get("unit") == "text" else Decimal
        named = [
            {**row, "parameter": raw.get("name"), "value": kind(str(row.get("value")))}
            for row in values
        ]
        return {**raw, "values": named}


class Parameters:
    """Look-ups over all parameters."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        self._by_name = {parameter.name: parameter for parameter in parameters}

    def __iter__(self) -> Iterator[Parameter]:
        return iter(self._by_name.values())

    def get(self, name: str) -> Parameter:
        """The parameter of that name.

        Raises:
            ParameterError: there is none.
        """
        if name not in self._by_name:
            raise ParameterError(f"no parameter {name}")
        return self._by_name[name]

    def at(self, name: str, *, region: str, on: date, live: Container[str]) -> list[ParameterValue]:
        """Values holding in exactly that region on that day, ``base`` tier first.

        ``live`` are the ids of the documents that may be used.
        """
        if name not in self._by_name:
            return []
        held = [
            v
            for v in self._by_name[name].values
            if v.region == region and v.holds_on(on) and v.document_id in live
        ]
        return sorted(held, key=lambda v: v.tier != "base")

    def in_force(
        self, name: str, *, region: str, on: date, live: Container[str]
    ) -> list[ParameterValue]:
        """The base value of the nearest rung that has one, then the tiers up to there.

        A city may add a tier (带动就业) without touching the province's base value; a city
        whose document is withdrawn no longer hides it. A tier for a part of the country
        (东部地区) is left out elsewhere.
        """
        tiers: list[ParameterValue] = []
        for rung in divisions().ladder(region):
            found = self.at(name, region=rung, on=on, live=live)
            tiers += [v for v in found if v.tier != "base" and lies_within(region, v.tier)]
            if base := [v for v in found if v.tier == "base"]:
                return base + tiers
        return tiers

    def national(self, name: str, *, on: date, live: Container[str]) -> list[ParameterValue]:
        """Values the nation lays down for that day."""
        return self.at(name, region=NATION, on=on, live=live)


def load_parameters(roots: Sequence[Path] = (PARAMETERS,)) -> Parameters:
    """All parameters below the ``roots``, checked against themselves.

    Definitions come from the first root. Rows of a later one replace all rows of the
    same figure, region and tier of those before it.

    Raises:
        ParameterError: a file is malformed or values overlap in time.
    """
    definitions = read_yaml((roots[0] / "definitions.yaml").read_text("utf-8"))
    rows: dict[str, list[Row]] = {}
    breaches: list[str] = []
    for root in roots:
        found: defaultdict[str, list[Row]] = defaultdict(list)
        for path in sorted(root.glob("[0-9]*.yaml")):
            breaches += _read_rows(path, definitions, found)
        for name, own in found.items():
            keys = {_series(row) for row in own}
            rows[name] = [row for row in rows.get(name, []) if _series(row) not in keys] + own
    parameters: list[Parameter] = []
    for name, definition in definitions.items():
        try:
            parameter = Parameter.model_validate(
                {
                    **definition,
                    "name": name,
                    "values": rows.get(name, []),
                }
            )
        except ValidationError as error:
            breaches.append(f"{name}: {error}")
            continue
        breaches += [f"{name}: {breach}" for breach in _overlaps(parameter)]
        parameters.append(parameter)
    if breaches:
        raise ParameterError("\n".join(breaches))
    return Parameters(parameters)


def _read_rows(
    path: Path, definitions: Mapping[str, object], rows: defaultdict[str, list[Row]]
) -> Iterable[str]:
    for name, values in (read_yaml(path.read_text("utf-8")) or {}).items():
        if name not in definitions:
            yield f"{path.name}: {name} is not defined"
        for row in values:
            if str(row["region"])[:2] != path.stem[:2]:
                yield f"{path.name}: {name}: region {row['region']} belongs to another file"
        rows[name] += values


def _series(row: Row) -> tuple[str, object]:
    return str(row["region"]), row.get("tier", "base")


def _overlaps(parameter: Parameter) -> Iterable[str]:
    groups: defaultdict[tuple[str, str], list[ParameterValue]] = defaultdict(list)
    for value in parameter.values:
        if value.region not in divisions():
            yield f"unknown region {value.region}"
        groups[value.region, value.tier].append(value)
    for (region, tier), values in groups.items():
        ordered = sorted(values, key=lambda v: v.starts.first if v.starts else date.min)
        for earlier, later in pairwise(ordered):
            if (
                later.starts is None
                or earlier.ends is None
                or later.starts.first < earlier.ends.first
            ):
                yield f"values of {region} ({tier}) overlap: {earlier.clause}, {later.clause}"


def figures_in(value: ParameterValue, unit: Unit) -> tuple[str, ...]:
    """The ways in which a clause may write the value; a clause must hold one of them."""
    if isinstance(value.value, str):
        return ()
    number = value.value.normalize()
    plain = f"{number:f}"
    match unit:
        case Unit.YUAN:
            ten_thousand = f"{(number / 10000).normalize():f}"
            return (f"{ten_thousand}万", f"{plain}元")
        case Unit.PERCENT:
            return (f"{plain}%",)
        case Unit.MONTHS:
            years = number / 12
            return (
                (f"{plain}个月", f"{years.normalize():f}年")
                if years == years.to_integral_value()
                else (f"{plain}个月",)
            )
        case Unit.BASIS_POINTS:
            return (f"{plain}BP", f"{plain}个基点")
        case Unit.MULTIPLE:
            return (f"{plain}倍",)
        case Unit.TIMES:
            return (f"{plain}次",)
        case Unit.WORKDAYS:
            return (f"{plain}个工作日",)
        case Unit.PERSONS:
            return (f"{plain}人", f"{plain}名")
        case _:
            return (f"{plain}年", f"{plain}周岁")


def find_clause_breaches(
    parameters: Parameters, documents: Mapping[str, PolicyDocument]
) -> list[str]:
    """Values whose clause does not exist, or does not contain their figure."""
    clauses = {c.ref: c for d in documents.values() for c in d.clauses}
    breaches = []
    for parameter in parameters:
        for value in parameter.values:
            clause = clauses.get(value.clause)
            if clause is None:
                breaches.append(f"{parameter.name}: no clause {value.clause}")
                continue
            spellings = figures_in(value, parameter.unit)
            if spellings and not any(spelling in clause.text for spelling in spellings):
                breaches.append(f"{parameter.name}: {value.clause} does not contain {spellings[0]}")
    return breaches
