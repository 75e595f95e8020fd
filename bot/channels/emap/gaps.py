"""The centres of a region that have no branch nearby, as a list beside the map."""

from collections.abc import Callable

from nicegui import ui

from api.contract.branches import Coverage, UncoveredCentre
from bot.channels.emap.branch_words import spoken_distance
from bot.channels.emap.texts import text
from knowledge.regions.coordinates import Coordinates

OnCentre = Callable[[Coordinates], None]


def show_gaps(found: Coverage, on_centre: OnCentre) -> None:
    """Draw what was checked, and each centre without a branch as a button."""
    counts = {"towns": found.towns_checked, "counties": found.counties_checked}
    within = spoken_distance(found.within_m)
    with ui.element("section").classes("emap-gaps"):
        ui.label(text("gaps-title", place=found.full_name)).classes("emap-card-title")
        ui.label(text("gaps-count", count=found.uncovered_count, within=within, **counts))
        ui.label(found.centres_text).classes("emap-soft")
        if found.towns_without_coordinates:
            ui.label(text("gaps-unknown", count=found.towns_without_coordinates))
        with ui.element("ul").classes("emap-list").props(f'aria-label="{text("gaps-label")}"'):
            for centre in found.uncovered:
                with ui.element("li"):
                    _show_item(centre, on_centre)


def _show_item(centre: UncoveredCentre, on_centre: OnCentre) -> None:
    item = ui.element("button").classes("emap-item").props('type="button"')
    item.on("click", lambda: on_centre(centre.coordinates), [])
    with item:
        with ui.element("span").classes("emap-item-head"):
            ui.label(centre.full_name).classes("emap-item-name")
            if centre.distance_m is not None:
                ui.label(spoken_distance(centre.distance_m)).classes("emap-item-distance")
        nearest = centre.nearest_name
        words = text("gaps-nearest", branch=nearest) if nearest else text("gaps-none")
        ui.label(words).classes("emap-item-address")
