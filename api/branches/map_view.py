"""What a part of the map holds."""

from dataclasses import replace

from api.branches.directory import Directory, Selection
from api.branches.facts import view_fields
from api.branches.moments import Moment
from api.contract.branch_map import BankCount, MapBox, MapCluster, MapView
from api.contract.branches import BranchView

MOST_BANKS = 40


def view_of(
    directory: Directory,
    box: MapBox,
    *,
    zoom: int,
    selection: Selection,
    limit: int,
    moment: Moment,
) -> MapView:
    """Clusters of the branches in a box that fit, and the branches when at most ``limit``."""
    of_any_bank = directory.within(box, replace(selection, bank=None))
    numbers = directory.within(box, selection) if selection.bank else of_any_bank
    clusters = []
    for found in directory.gathered(numbers, box, zoom):
        cluster = MapCluster(lat=found.lat, lon=found.lon, count=found.count)
        if found.number is not None:
            facts = directory.facts(found.number)
            cluster.branch_id, cluster.name = facts.id, facts.name
        clusters.append(cluster)
    listed = [directory.facts(number) for number in numbers] if len(numbers) <= limit else []
    listed.sort(key=lambda facts: (facts.bank, facts.name, facts.id))
    banks = directory.banks(of_any_bank)[:MOST_BANKS]
    return MapView(
        total=len(numbers),
        registered=len(directory),
        extent=directory.extent(numbers),
        clusters=clusters,
        branches=[BranchView(**view_fields(facts, moment)) for facts in listed],
        banks=[BankCount(bank=bank, count=count) for bank, count in banks],
    )
