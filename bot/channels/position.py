"""Asks the browser where the person is."""

from typing import Any

from nicegui import ui

from knowledge.regions.coordinates import Coordinates, Crs

_SCRIPT = """
return await new Promise(resolve => {
  if (!navigator.geolocation) { resolve(null); return; }
  navigator.geolocation.getCurrentPosition(
    p => resolve({lat: p.coords.latitude, lon: p.coords.longitude}),
    () => resolve(null), {enableHighAccuracy: true, timeout: 10000});
});
"""


async def ask_position() -> Coordinates | None:
    """The position in WGS-84, or None where the person or the browser does not give it."""
    here: Any = await ui.run_javascript(_SCRIPT, timeout=15)
    return Coordinates(lat=here["lat"], lon=here["lon"], crs=Crs.WGS84) if here else None
