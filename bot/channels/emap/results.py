"""What stands above the list: what was found, or why nothing was."""

from api.contract.branch_map import MapView
from api.contract.branches import NearestBranches
from bot.channels.emap.texts import text


def near_words(near: NearestBranches, *, called: str, is_empty: bool) -> str:
    """On a search around a point; ``called`` is its name where the search knows none.

    ``is_empty``: nothing is registered anywhere.
    """
    place = near.place or called
    match near.outcome:
        case "ambiguous_place":
            return text("ambiguous" if near.candidates else "ambiguous-many", place=place)
        case "unknown_place":
            return text("unknown-place", place=place)
        case "outside_china":
            return text("outside")
        case "no_branches" if is_empty:
            return text("none-imported")
        case "no_branches":
            return text("near-none", place=place or text("here"))
    count = len(near.branches)
    return text("near", place=place, count=count) if place else text("near-here", count=count)


def view_words(view: MapView, *, is_filtered: bool) -> str:
    """On what is in sight."""
    if not view.registered:
        return text("none-imported")
    if not view.total:
        return text("none-fitting" if is_filtered else "none-here")
    return text("in-view" if view.branches else "too-many", total=view.total)
