"""What is known of a branch, in words; what is not known is said to be unknown."""

from collections.abc import Iterator

from api.contract.branches import BranchDistance, BranchState, BranchView
from bot.channels.emap.texts import text


def distance(branch: BranchView) -> str | None:
    """How far it is, where that was measured."""
    return spoken_distance(branch.distance_m) if isinstance(branch, BranchDistance) else None


def spoken_distance(metres: float) -> str:
    """Metres as people say them."""
    if metres < 1000:
        return text("metres", n=round(metres))
    return text("kilometres", n=f"{metres / 1000:.1f}")


def opening(branch: BranchView) -> tuple[str, str]:
    """Whether it is open now: ``open``, ``shut`` or ``unknown``, and how that is said."""
    if branch.open_now:
        return "open", text("open")
    if branch.open_now is False:
        if branch.next_opening:
            return "shut", text("shut-next", opening=branch.next_opening)
        return "shut", text("shut")
    return "unknown", text("opening-holiday-unknown" if branch.hours else "opening-hours-unknown")


def warnings(branch: BranchView) -> Iterator[str]:
    """What one must know before going there, the gravest first."""
    if branch.is_sample:
        yield text("sample-card")
    if branch.state is BranchState.CLOSED:
        yield text("closed")
    elif branch.state is BranchState.MOVED:
        yield text("moved")
    if not branch.service_codes:
        yield text("services-unknown")
    if branch.is_stale:
        yield text("stale", day=branch.data_date)


def facts(branch: BranchView) -> Iterator[str]:
    """The lines of its card that need no link."""
    yield text("bank-line", bank=branch.bank)
    yield text("address", address=branch.address)
    if branch.coordinates is None:
        yield text("no-point")
    if measured := distance(branch):
        yield text("distance", distance=measured)
    if branch.services:
        yield text("services", services="、".join(branch.services))


def hours(branch: BranchView) -> Iterator[str]:
    """When it is open; nothing of a branch where nobody is any more."""
    if branch.state is not BranchState.OPEN:
        return
    if branch.today_text:
        yield text("today", hours=branch.today_text)
    if branch.hours_text:
        yield text("hours", hours=branch.hours_text)
    if branch.open_now is None:
        yield text("ask-first")
