"""One branch as the registry holds it, in a form that takes little room."""

import json
import marshal
from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from api.branches.hours import in_chinese, opening_at, today_in_chinese
from api.branches.moments import Moment
from api.branches.navigation import navigation_links
from api.branches.vocabulary import known_codes, labels
from api.contract.branches import BranchState
from api.contract.crs import to_wgs84
from knowledge.regions.coordinates import Coordinates, Crs

# The id of a branch and its columns in a third of the room that objects take; only for this
# process. A registry is loaded in this form, and only the few that are shown become facts.
Packed = tuple[str, bytes]


class BranchFacts(NamedTuple):
    """The columns of a branch in the order of :data:`COLUMNS`."""

    id: str
    bank: str
    name: str
    address: str
    region: str
    lat: float | None
    lon: float | None
    crs: str | None
    phone: str | None
    hours: str | None
    services: list[str]
    state: str
    moved_to: str | None
    data_date: date
    source: str
    is_sample: bool

    @property
    def point(self) -> Coordinates | None:
        """Where it is, in the system it was imported in."""
        if self.lat is None or self.lon is None or self.crs is None:
            return None
        return Coordinates(lat=self.lat, lon=self.lon, crs=Crs(self.crs))


COLUMNS = BranchFacts._fields


def pack(row: Sequence[Any]) -> Packed:
    """The columns of a branch, services as JSON and the date in ISO format."""
    return row[0], marshal.dumps(tuple(row), 2)


def columns_of(packed: bytes) -> tuple[Any, ...]:
    """The columns again, as they were packed."""
    columns: tuple[Any, ...] = marshal.loads(packed)
    return columns


def facts_of(packed: bytes) -> BranchFacts:
    """The facts of a packed branch."""
    facts = BranchFacts._make(columns_of(packed))
    day = date.fromisoformat(str(facts.data_date))
    return facts._replace(services=services_of(str(facts.services)), data_date=day)


def services_of(stored: str) -> list[str]:
    """The services of a row."""
    services: list[str] = json.loads(stored)
    return services


def view_fields(facts: BranchFacts, moment: Moment) -> dict[str, Any]:
    """The fields of a :class:`BranchView` at a moment."""
    point, opening = facts.point, opening_at(facts.hours, moment.at)
    return {
        "id": facts.id,
        "bank": facts.bank,
        "name": facts.name,
        "address": facts.address,
        "region": facts.region,
        "coordinates": to_wgs84(point) if point else None,
        "phone": facts.phone,
        "hours": facts.hours,
        "hours_text": in_chinese(facts.hours),
        "today_text": today_in_chinese(facts.hours, moment.at),
        "open_now": opening.open_now,
        "next_opening": opening.next_opening,
        "services": labels(facts.services),
        "service_codes": known_codes(facts.services),
        "state": BranchState(facts.state),
        "moved_to": facts.moved_to,
        "data_date": facts.data_date,
        "is_stale": facts.data_date < moment.stale_before,
        "source": facts.source,
        "is_sample": facts.is_sample,
        "navigation": navigation_links(facts.name, point) if point else None,
    }
