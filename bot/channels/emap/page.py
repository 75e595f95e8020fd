"""The page with the map of branches.

A person's position is used for the search at hand and kept nowhere but in the open page.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol
from urllib.parse import quote

from fastapi import Response
from nicegui import app, ui

from api.contract.branch_map import BranchMatches, MapBox, MapView
from api.contract.branches import BranchView, NearestBranches, PlaceCandidate
from api.contract.client import ApiClient
from api.contract.paths import UnsafeSegmentError
from api.contract.problem import ApiProblemError, ApiUnreachableError
from bot.channels.emap.canvas import CHINA, CHINA_ZOOM, LAND, SCRIPT, MapCanvas, corners
from bot.channels.emap.card import OnBranch, show_card
from bot.channels.emap.filters import Filters
from bot.channels.emap.gaps import show_gaps
from bot.channels.emap.listing import show_list
from bot.channels.emap.results import near_words, view_words
from bot.channels.emap.searching import SearchBox
from bot.channels.emap.texts import resource, text
from bot.channels.position import ask_position
from bot.settings import MapSettings
from knowledge.kit.clock import CHINA as CHINA_TIME
from knowledge.kit.clock import utc_now
from knowledge.kit.errors import ChuangdaiError
from knowledge.regions.coordinates import Coordinates

MOST_NEAR = 20
DAY_S = 86_400
# Telegram appends what it knows of the person to the address; its own script is not needed.
_INIT_DATA_SCRIPT = "return new URLSearchParams(location.hash.slice(1)).get('tgWebAppData')"


class Chat(Protocol):
    """A chat that the map may have been opened from."""

    def person(self, init_data: str) -> int: ...

    async def take_branch(self, init_data: str, branch_id: str) -> None: ...


def register_map_page(client: ApiClient, settings: MapSettings, chat: Chat | None = None) -> None:
    """Serve the map; ``chat`` is where what is chosen goes when Telegram opened it."""

    @app.get(LAND, include_in_schema=False)
    async def land() -> Response:
        try:
            outline = await client.land_outline()
        except ChuangdaiError:
            return Response(status_code=503)
        return Response(
            outline.model_dump_json(),
            media_type="application/geo+json",
            headers={"Cache-Control": f"public, max-age={DAY_S}"},
        )

    @app.get(SCRIPT, include_in_schema=False)
    async def script() -> Response:
        return Response(resource("emap.js"), media_type="text/javascript")

    @ui.page("/map", title=text("title"))
    async def show(
        branch: str = "",
        place: str = "",
        lat: str = "",
        lon: str = "",
        crs: str = "wgs84",
        coverage: str = "",
        within: str = "5",
        tg: str = "",
    ) -> None:
        page = MapPage(client, settings)
        await ui.context.client.connected(timeout=20)
        if tg and chat is not None:
            await page.join(chat)
        await page.open(branch=branch, place=place)
        if lat or lon:
            await page.open_at({"lat": lat, "lon": lon, "crs": crs})
        if coverage:
            await page.open_gaps(coverage, within)


@dataclass(frozen=True, slots=True)
class Origin:
    """Where distances start from: a point with the name it goes by, or a place in words."""

    point: Coordinates | None = None
    called: str = ""
    place: str | None = None
    region: str | None = None


class MapPage:
    """One person's view of the map."""

    def __init__(self, client: ApiClient, settings: MapSettings) -> None:
        self._client = client
        self._box, self._zoom = CHINA, CHINA_ZOOM
        self._origin: Origin | None = None
        self._view: MapView | None = None
        self._near: NearestBranches | None = None
        self._chosen: BranchView | None = None
        self._shown: object = None
        self._take: OnBranch | None = None
        self._draw_frame(settings)

    def _draw_frame(self, settings: MapSettings) -> None:
        ui.add_head_html(f"<style>{resource('emap.css')}</style>")
        ui.query("html").props('lang="zh-CN"')
        ui.colors(primary="#1f6f54")
        with ui.header().classes("emap-header"):
            ui.link(text("skip"), "#emap-results").classes("emap-skip")
            ui.label(text("title")).classes("emap-title").props('role="heading" aria-level="1"')
            ui.label(text("subtitle")).classes("emap-subtitle")
            ui.link(text("to-chat"), "/").classes("emap-to-chat")
        # What handlers draw belongs here: the button that was pressed may be gone by then.
        self._main = ui.element("main").classes("emap")
        with self._main:
            with ui.element("section").classes("emap-ask"):
                self._search = SearchBox(
                    self._find, on_place=self._go_to_place, on_branch=self._pick
                )
                with ui.element("div").classes("emap-row"):
                    ui.button(text("position"), icon="my_location", on_click=self._locate).props(
                        "outline no-caps dense"
                    ).classes("emap-position")
                    ui.label(text("position-note")).classes("emap-soft")
                self._filters = Filters(self._look)
            self._canvas = MapCanvas(settings, on_view=self._moved, on_pick=self._pick)
            with ui.element("section").classes("emap-results").props('id="emap-results"'):
                self._card = ui.element("div")
                with ui.element("div").classes("emap-row"):
                    self._status = ui.element("div").classes("emap-status")
                    self._status.props('role="status" aria-live="polite"')
                    ui.button(icon="print", on_click=lambda: ui.run_javascript("print()")).props(
                        f'flat round dense aria-label="{text("print")}"'
                    ).tooltip(text("print")).classes("emap-screen")
                self._notes = ui.element("div").classes("emap-notes")
                self._list = ui.element("div")
                day = f"{utc_now().astimezone(CHINA_TIME):%Y-%m-%d %H:%M}"
                ui.label(text("printed", day=day)).classes("emap-printed")

    async def open(self, *, branch: str, place: str) -> None:
        """Start with all branches in sight, or with what a link asks for."""
        with _told():
            everything = (await self._client.branch_map(CHINA, CHINA_ZOOM, limit=0)).extent
            self._canvas.start(corners(everything) if everything else [])
        if branch:
            await self._pick(branch)
            if self._chosen is not None and self._chosen.coordinates is not None:
                self._canvas.fit([self._chosen.coordinates])
        elif place:
            await self._go_to_place(place, None)

    async def join(self, chat: Chat) -> None:
        """Let branches be brought to the chat, if Telegram says in the address whose it is."""
        init_data = str(await ui.run_javascript(_INIT_DATA_SCRIPT, timeout=5) or "")
        _remember_address("/map")
        try:
            chat.person(init_data)
        except ChuangdaiError:
            ui.notify(text("chat-refused"), type="warning", multi_line=True)
            return

        async def take(branch_id: str) -> None:
            try:
                await chat.take_branch(init_data, branch_id)
            except ChuangdaiError:
                ui.notify(text("chat-refused"), type="warning", multi_line=True)
            else:
                ui.notify(text("taken"), type="positive")

        self._take = take

    async def open_at(self, point: dict[str, str]) -> None:
        """Start with a position from a link, which is taken out of the address at once."""
        _remember_address("/map")
        try:
            here = Coordinates.model_validate_strings(point)
        except ValueError:
            ui.notify(text("bad-link"), type="warning", multi_line=True)
            return
        await self._go(Origin(point=here, called=text("link-place")))

    async def open_gaps(self, region: str, within_km: str) -> None:
        """Show which centres of a region have no branch within some kilometres."""
        try:
            within_m = 1000 * float(within_km)
        except ValueError:
            ui.notify(text("bad-distance"), type="warning", multi_line=True)
            return
        with self._main, _told():
            found = await self._client.coverage(region, within_m=within_m)
            with self._card:
                show_gaps(found, lambda point: self._canvas.fit([point]))
            self._canvas.gap(found.uncovered)
            self._canvas.fit([centre.coordinates for centre in found.uncovered])

    async def _find(self, words: str) -> BranchMatches | None:
        with _told():
            return await self._client.find_branches(words)
        return None

    async def _locate(self) -> None:
        here = await ask_position()
        if here is None:
            ui.notify(text("position-denied"), type="warning", multi_line=True)
            return
        await self._go(Origin(point=here))

    async def _go_to_place(self, place: str, region: str | None) -> None:
        await self._go(Origin(place=place, region=region))

    async def _go(self, origin: Origin) -> None:
        self._origin = origin
        with self._main:
            self._close_card()
            await self._look_near()
            if self._near is not None and self._near.origin is not None:
                points = [branch.coordinates for branch in self._near.branches[:5]]
                self._canvas.fit([self._near.origin, *(point for point in points if point)])

    async def _moved(self, box: MapBox, zoom: int) -> None:
        self._box, self._zoom = box, zoom
        await self._look_around()

    async def _look(self) -> None:
        """Ask again for everything that is shown."""
        with self._main:
            await self._look_near()
            await self._look_around()

    async def _look_near(self) -> None:
        origin, filters = self._origin, self._filters.chosen
        if origin is None:
            self._near = None
            return
        with _told():
            near = await self._client.nearest_branches(
                here=origin.point,
                place=origin.place,
                region=origin.region,
                limit=MOST_NEAR,
                kind=self._filters.kind,
                bank=self._filters.bank,
                open_at=self._open_at(),
            )
            if (origin, filters) != (self._origin, self._filters.chosen):
                return  # somebody looks from elsewhere by now, or filters otherwise
            self._near = near
            start = near.origin
            self._canvas.stand(start, near.place or origin.called or text("here"))
        self._show_results()

    async def _look_around(self) -> None:
        asked, filters = (self._box, self._zoom), self._filters.chosen
        with _told():
            view = await self._client.branch_map(
                *asked,
                kind=self._filters.kind,
                bank=self._filters.bank,
                open_at=self._open_at(),
            )
            names = await self._client.map_places(*asked) if self._canvas.needs_names else None
            if (asked, filters) != ((self._box, self._zoom), self._filters.chosen):
                return  # the map was moved on meanwhile, or the filters set otherwise
            self._view = view
            self._canvas.draw(view.clusters)
            if names is not None:
                self._canvas.label(names.places)
            self._filters.offer_banks(view.banks)
        self._show_results()

    async def _pick(self, branch_id: str) -> None:
        with self._main, _told():
            listed = self._near.branches if self._near else []
            # The list knows the distance.
            known = next((branch for branch in listed if branch.id == branch_id), None)
            self._chosen = known or await self._client.branch(branch_id)
            self._show_card(self._chosen)

    def _show_card(self, branch: BranchView) -> None:
        _remember_address(f"/map?branch={quote(branch.id, safe='')}")
        self._card.clear()
        with self._card:
            show_card(branch, on_close=self._close_card, on_branch=self._pick, on_take=self._take)
        self._canvas.choose(branch.coordinates, branch.name)
        self._show_results()
        ui.run_javascript(
            "const title = document.querySelector('.emap-card-title');"
            "title.focus({preventScroll: true}); title.scrollIntoView({block: 'nearest'});"
        )

    def _close_card(self) -> None:
        if self._chosen is None:
            return
        self._chosen = None
        with self._main:
            _remember_address("/map")
            self._card.clear()
            self._canvas.choose(None, "")
            self._show_results()

    async def _leave_origin(self) -> None:
        self._origin = None
        with self._main:
            self._canvas.stand(None, "")
            await self._look()

    def _open_at(self) -> datetime | None:
        return utc_now() if self._filters.is_open_now else None

    def _show_results(self) -> None:
        """Draw status, notes and list anew, if anything of them has changed."""
        chosen = self._chosen.id if self._chosen else None
        words, branches = self._results()
        results = (words, branches, chosen, self._near, self._filters.is_open_now)
        if results == self._shown:
            return  # whoever goes through the list with keys keeps the place
        self._shown = results
        for part in (self._status, self._notes, self._list):
            part.clear()
        with self._status:
            ui.label(words)
        with self._notes:
            self._show_notes(branches)
        with self._list:
            if branches:
                show_list(branches, chosen, self._pick)

    def _results(self) -> tuple[str, list[BranchView]]:
        if self._near is not None:
            called = self._origin.called if self._origin else ""
            is_empty = self._view is not None and not self._view.registered
            words = near_words(self._near, called=called, is_empty=is_empty)
            return words, list(self._near.branches)
        if self._view is not None:
            words = view_words(self._view, is_filtered=self._filters.are_set)
            return words, self._view.branches
        return "", []

    def _show_notes(self, branches: list[BranchView]) -> None:
        near = self._near
        if any(branch.is_sample for branch in branches):
            ui.label(text("sample-note")).classes("emap-warning")
        if near is not None:
            if near.approximate:
                ui.label(text("approximate", place=near.place))
            if near.unresolved:
                ui.label(text("unresolved", landmark=near.unresolved))
            for candidate in near.candidates:
                self._offer_candidate(candidate)
        if self._filters.is_open_now:
            ui.label(text("open-now-note"))
        if self._filters.are_set and not branches:
            _small_button(text("reset-filters"), self._filters.reset)
        if near is not None:
            _small_button(text("show-view"), self._leave_origin)

    def _offer_candidate(self, candidate: PlaceCandidate) -> None:
        async def take() -> None:
            await self._go_to_place(candidate.full_name, candidate.code)

        _small_button(candidate.full_name, take)


def _small_button(words: str, on_click: Any) -> None:
    ui.button(words, on_click=on_click).props("outline no-caps dense").classes("emap-screen")


def _remember_address(address: str) -> None:
    """What the address bar shows: a branch at most, never a position."""
    ui.run_javascript(f"history.replaceState(history.state, '', {json.dumps(address)})")


@contextmanager
def _told() -> Iterator[None]:
    """Tells a refusal of the API; what was shown stays."""
    try:
        yield
    except UnsafeSegmentError:
        ui.notify(text("bad-link"), type="warning", multi_line=True)
    except ApiProblemError as error:
        ui.notify(f"{error.problem.title}。{error.problem.detail}", type="warning", multi_line=True)
    except ApiUnreachableError:
        ui.notify(text("offline"), type="negative")
