"""Branches in words: what is known is said, what is not known is said to be unknown."""

from api.contract.branches import (
    ApplicantKind,
    BranchDistance,
    BranchState,
    BranchView,
    NearestBranches,
    PlaceCandidate,
)
from api.contract.messages import ChoiceView, Reply
from bot.dialogue.show import card
from bot.dialogue.texts import say
from knowledge.regions.divisions import divisions


def notes_on(found: NearestBranches) -> list[str]:
    """What a list of branches is, and how far it is to be trusted."""
    here = say("branch-say-found-here")
    notes = [say("branch-say-found", place=found.place) if found.place else here]
    if found.unresolved:
        notes.append(say("branch-say-unresolved", landmark=found.unresolved, place=found.place))
    elif found.measured_from != found.place_kind:
        above = say(f"branch-above-{found.measured_from}")
        notes.append(say("branch-say-from-above", place=found.place, above=above))
    elif found.measured_from in ("province", "city"):
        notes.append(say("branch-say-wide", place=found.place))
    elif found.approximate:
        notes.append(say("branch-say-approximate", place=found.place))
    if any(branch.is_sample for branch in found.branches):
        notes.append(say("branch-say-sample"))
    return notes


def gone_words(branch: BranchView, successor: BranchView | None) -> str:
    """That a branch has closed or moved, and where to as far as it is known."""
    if branch.state is BranchState.CLOSED:
        return say("branch-say-gone", branch=branch.name, day=branch.data_date)
    if successor is None:
        return say("branch-say-moved-away", branch=branch.name, day=branch.data_date)
    told = {"successor": successor.name, "address": successor.address}
    return say("branch-say-moved", branch=branch.name, day=branch.data_date, **told)


def loan_words(kind: ApplicantKind | None) -> str:
    """The loan that was asked about."""
    return say(f"branch-loan-{kind or 'any'}")


def place_label(place: PlaceCandidate) -> str:
    """A place as it is offered; a branch's name alone would not tell two apart."""
    county = divisions().full_name(place.code)
    return place.full_name if place.full_name.startswith(county) else f"{county} {place.full_name}"


def branch_card(branch: BranchView, *, is_about: bool = False) -> Reply:
    """What is known of a branch; ``is_about`` when its distance is not from where one is."""
    lines = [
        say("branch-line-address", address=branch.address),
        *_hours(branch),
        _known("phone", branch.phone),
        say("branch-line-services", services="、".join(branch.services)),
        say("branch-line-data", day=branch.data_date, source=branch.source),
    ]
    if isinstance(branch, BranchDistance):
        key = "branch-line-about" if is_about else "branch-line-distance"
        lines.insert(0, say(key, distance=_distance(branch.distance_m)))
    if branch.is_stale:
        lines.append(say("branch-line-stale"))
    links = []
    if branch.navigation:
        links = [
            ChoiceView(id=branch.navigation.amap, label=say("branch-link-amap")),
            ChoiceView(id=branch.navigation.baidu, label=say("branch-link-baidu")),
            ChoiceView(id=branch.navigation.tencent, label=say("branch-link-tencent")),
        ]
    return card(branch.name, lines, links)


def _hours(branch: BranchView) -> list[str]:
    lines = [_known("hours", branch.hours_text)]
    if branch.open_now:
        return [*lines, say("branch-line-open")]
    if branch.open_now is False:
        lines.append(say("branch-line-closed"))
    elif branch.hours_text:
        lines.append(say("branch-line-open-unknown"))
    if branch.next_opening:
        lines.append(say("branch-line-next", day=branch.next_opening))
    return lines


def _known(field: str, value: str | None) -> str:
    if value is None:
        return say(f"branch-line-{field}-unknown")
    return say(f"branch-line-{field}", value=value)


def _distance(metres: float) -> str:
    if metres < 1000:
        return say("branch-unit-m", n=round(metres))
    return say("branch-unit-km", n=f"{metres / 1000:.1f}")
