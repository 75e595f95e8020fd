"""The map itself: what is drawn on it, in the system that its tiles are drawn in."""

import json
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from nicegui import ui
from nicegui.events import GenericEventArguments

from api.contract.branch_map import MapBox, MapCluster, MapPlace
from api.contract.branches import UncoveredCentre
from api.contract.crs import convert
from bot.channels.emap.texts import text
from bot.settings import MapSettings
from knowledge.regions.coordinates import Coordinates, Crs

LAND = "/map/land.json"
SCRIPT = "/map/emap.js"
CHINA = MapBox(south=15, west=72, north=54, east=136)
CHINA_ZOOM = 4
# Beyond these there is nothing to show.
OPTIONS = {
    "minZoom": 3,
    "maxZoom": 18,
    "maxBounds": [[-5, 60], [60, 150]],
    "zoomControl": False,
}

OnView = Callable[[MapBox, int], Awaitable[None]]
OnPick = Callable[[str], Awaitable[None]]


def corners(box: MapBox) -> list[Coordinates]:
    """The points that a map must hold to hold a box."""
    return [
        Coordinates(lat=box.south, lon=box.west),
        Coordinates(lat=box.north, lon=box.east),
    ]


class MapCanvas:
    """A Leaflet map; all points given to it are in whatever system, and converted here."""

    def __init__(self, settings: MapSettings, *, on_view: OnView, on_pick: OnPick) -> None:
        self._crs = settings.tiles_crs if settings.tiles_url else Crs.WGS84
        self._settings, self._on_view = settings, on_view
        ui.add_body_html(f'<script src="{SCRIPT}"></script>')
        self._map = ui.leaflet(center=(36.0, 104.0), zoom=CHINA_ZOOM, options=OPTIONS)
        self._map.clear_layers()  # the tiles that it would ask a foreign server for
        self._map.classes("emap-map")
        ui.on("emap_view", self._tell_view)
        ui.on("emap_pick", lambda event: on_pick(str(event.args)))

    @property
    def needs_names(self) -> bool:
        """Whether names of places are not on the tiles already."""
        return not self._settings.tiles_url

    def start(self, points: Sequence[Coordinates]) -> None:
        """Show a part of the map that holds the points, the whole country if there are none."""
        settings = {
            "tiles": self._settings.tiles_url,
            "attribution": self._settings.tiles_attribution or text("backdrop"),
            "land": LAND,
            "points": [self._pair(point) for point in points],
            "words": {
                "label": text("map-label"),
                "zoomIn": text("zoom-in"),
                "zoomOut": text("zoom-out"),
            },
        }
        self._run("start", self._map.id, settings)

    def draw(self, clusters: Sequence[MapCluster]) -> None:
        """Show branches and clusters of them instead of those before."""
        self._run(
            "draw",
            [
                [
                    *self._pair(Coordinates(lat=c.lat, lon=c.lon)),
                    c.count,
                    c.branch_id,
                    c.name or text("cluster", count=c.count),
                ]
                for c in clusters
            ],
        )

    def label(self, places: Sequence[MapPlace]) -> None:
        """Show names of places instead of those before."""
        self._run("label", [[p.lat, p.lon, p.level, p.name] for p in places])

    def gap(self, centres: Sequence[UncoveredCentre]) -> None:
        """Ring centres that have no branch nearby."""
        self._run("gap", [[*self._pair(c.coordinates), c.full_name] for c in centres])

    def choose(self, point: Coordinates | None, name: str) -> None:
        """Point out a branch, or none."""
        self._run("choose", point and self._pair(point), name)

    def stand(self, point: Coordinates | None, name: str) -> None:
        """Show where distances start from, or nothing."""
        self._run("stand", point and self._pair(point), name)

    def fit(self, points: Sequence[Coordinates]) -> None:
        """Move so that all the points are seen."""
        self._run("fit", [self._pair(point) for point in points])

    async def _tell_view(self, event: GenericEventArguments) -> None:
        seen: dict[str, Any] = event.args
        south_west = self._from_screen(seen["south"], seen["west"])
        north_east = self._from_screen(seen["north"], seen["east"])
        box = MapBox(
            south=south_west.lat, west=south_west.lon, north=north_east.lat, east=north_east.lon
        )
        await self._on_view(box, int(seen["zoom"]))

    def _from_screen(self, lat: float, lon: float) -> Coordinates:
        return convert(Coordinates(lat=lat, lon=lon, crs=self._crs), Crs.WGS84)

    def _pair(self, point: Coordinates) -> tuple[float, float]:
        shown = convert(point, self._crs)
        return round(shown.lat, 6), round(shown.lon, 6)

    def _run(self, name: str, *arguments: object) -> None:
        told = ", ".join(json.dumps(argument, ensure_ascii=False) for argument in arguments)
        ui.run_javascript(f"emap.{name}({told})")
