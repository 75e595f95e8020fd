"""Joins the parts of the branch registry."""

from collections.abc import Callable
from datetime import datetime
from importlib.resources import as_file, files

from api.branches.geocoders import GeocoderName, OnlineGeocoder
from api.branches.importing import BranchImporter
from api.branches.service import BranchService
from api.db.engine import Database
from api.settings import ApiSettings
from api.work import WorkPool


def branch_service(
    database: Database, settings: ApiSettings, now: Callable[[], datetime], work: WorkPool
) -> BranchService:
    """The look-ups; they go online only when a geocoder and its key are set."""
    geocoder = None
    if settings.geocoder and settings.geocoder_key:
        geocoder = OnlineGeocoder(
            GeocoderName(settings.geocoder), settings.geocoder_key, url=settings.geocoder_url
        )
    return BranchService(
        database, now, work, geocoder=geocoder, stale_days=settings.branch_stale_days
    )


async def load_branches(
    branches: BranchService, database: Database, settings: ApiSettings, now: Callable[[], datetime]
) -> None:
    """Make the look-ups ready; an empty registry shows the samples unless these are off."""
    if settings.load_sample_branches and await branches.is_empty():
        with as_file(files("api.branches").joinpath("data/branches_sample.csv")) as sample:
            await BranchImporter(database, now).import_file(sample)
    await branches.load()
