"""The nearest branches, by position or by a place in words."""

from api.contract.branches import (
    ApplicantKind,
    BranchDistance,
    BranchState,
    BranchView,
    NearestBranches,
)
from api.contract.geo import Coordinates
from api.contract.messages import ChoiceView, Reply, ReplyKind
from bot.dialogue.ports import Assistant
from bot.dialogue.session import BranchOption, Session
from bot.dialogue.show import card, offer, words
from bot.dialogue.texts import say
from knowledge.regions.divisions import divisions

PLACE = "place:"
CHOOSE = "choose:"
BRANCH = "branch:"


class BranchFlow:
    """Looks branches up and shows them; says so when nothing is known."""

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    @staticmethod
    def ask(session: Session) -> list[Reply]:
        """Ask for a position or a place."""
        session.awaiting = "place"
        return [Reply(kind=ReplyKind.LOCATION_REQUEST, text=say("branch-ask-place"))]

    async def near_words(self, session: Session, text: str) -> list[Reply]:
        """Branches near a place named in words."""
        region = session.region or _home(session)
        found = await self._assistant.nearest_branches(
            place=text[:200], region=region, kind=_kind(session)
        )
        return self._show(session, found)

    async def near_code(self, session: Session, code: str) -> list[Reply]:
        """Branches near the division picked among several of one name."""
        found = await self._assistant.nearest_branches(region=code, kind=_kind(session))
        return self._show(session, found)

    async def near_point(self, session: Session, here: Coordinates) -> list[Reply]:
        """Branches near a shared position, which is used and forgotten.

        While a form is open, those of the place of business come first: applications
        belong there.
        """
        kind, home = _kind(session), _home(session)
        found = await self._assistant.nearest_branches(here=here, region=home, kind=kind)
        if home and found.outcome == "no_branches":
            found = await self._assistant.nearest_branches(here=here, kind=kind)
        return self._show(session, found)

    async def one(self, session: Session, branch_id: str) -> list[Reply]:
        """A branch picked on the map; one where nobody is any more cannot be chosen."""
        branch = await self._assistant.branch(branch_id)
        session.awaiting = None
        if branch.state is not BranchState.OPEN:
            return [branch_card(branch), words(say("branch-say-gone"))]
        notes = [words(say("branch-say-sample"))] if branch.is_sample else []
        session.branches = [BranchOption(id=branch.id, name=branch.name)]
        return [*notes, branch_card(branch), *_venue(branch)]

    def _show(self, session: Session, found: NearestBranches) -> list[Reply]:
        session.awaiting = None if found.outcome == "found" else "place"
        match found.outcome:
            case "ambiguous_place":
                choices = [
                    ChoiceView(id=f"{PLACE}{place.code}", label=place.full_name)
                    for place in found.candidates
                ]
                return [offer(say("branch-ask-which", place=found.place), choices)]
            case "unknown_place":
                unplaced = found.unresolved
                text = say("branch-say-unplaced", words=unplaced) if unplaced else ""
                text += say("branch-say-unknown")
                return [Reply(kind=ReplyKind.LOCATION_REQUEST, text=text)]
            case "outside_china":
                return [words(say("branch-say-outside"))]
            case "no_branches":
                session.awaiting = None
                return [words(say("branch-say-none"))]
        return self._list(session, found)

    def _list(self, session: Session, found: NearestBranches) -> list[Reply]:
        title = (
            say("branch-say-found", place=found.place)
            if found.place
            else say("branch-say-found-here")
        )
        notes = [title, *_where_from(found)]
        home = _home(session)
        if home and not all(home in divisions().ladder(b.region) for b in found.branches):
            notes.append(say("branch-warn-elsewhere", place=divisions().full_name(home)))
        if any(branch.is_sample for branch in found.branches):
            notes.append(say("branch-say-sample"))
        replies = [words("\n".join(notes)), *map(branch_card, found.branches)]
        replies += _venue(found.branches[0])
        session.branches = [BranchOption(id=b.id, name=b.name) for b in found.branches]
        return replies

    @staticmethod
    def choices(session: Session) -> list[ChoiceView]:
        """Buttons to take one of the branches for the application."""
        return [
            ChoiceView(id=f"{CHOOSE}{n}", label=say("branch-button-choose", name=option.name))
            for n, option in enumerate(session.branches)
        ]


def _kind(session: Session) -> ApplicantKind | None:
    """Who applies, known once a form is open; the one form there is is for persons."""
    return ApplicantKind.PERSONAL if session.is_filling else None


def _home(session: Session) -> str | None:
    return session.business_region if session.is_filling else None


def _where_from(found: NearestBranches) -> list[str]:
    """From where the distances count, where that is not the person's own position."""
    notes = []
    if found.unresolved:
        notes.append(say("branch-say-unplaced", words=found.unresolved))
    if found.approximate and found.place_kind == "town" and found.measured_from != "town":
        notes.append(say("branch-say-from-county", place=found.place))
    elif found.approximate:
        notes.append(say("branch-say-approximate", place=found.place))
    return notes


def _venue(branch: BranchView) -> list[Reply]:
    """The branch on a map, where its coordinates are known."""
    if branch.coordinates is None:
        return []
    text = f"{branch.name}\n{branch.address}"
    return [Reply(kind=ReplyKind.VENUE, text=text, coordinates=branch.coordinates)]


def branch_card(branch: BranchView) -> Reply:
    """What is known of a branch; what is not known is said to be unknown."""
    hours = (
        say("branch-line-hours", hours=branch.hours_text)
        if branch.hours_text
        else say("branch-line-hours-unknown")
    )
    lines = [say("branch-line-address", address=branch.address), hours]
    if isinstance(branch, BranchDistance):
        lines.insert(0, say("branch-line-distance", distance=_distance(branch.distance_m)))
    if branch.open_now is True:
        lines.append(say("branch-line-open"))
    elif branch.open_now is False and branch.next_opening:
        lines.append(say("branch-line-closed", day=branch.next_opening))
    phone = branch.phone
    lines.append(
        say("branch-line-phone", phone=phone) if phone else say("branch-line-phone-unknown")
    )
    lines.append(say("branch-line-services", services="、".join(branch.services)))
    lines.append(say("branch-line-data", day=branch.data_date, source=branch.source))
    if branch.is_stale:
        lines.append(say("branch-warn-stale"))
    links = []
    if branch.navigation:
        links = [
            ChoiceView(id=branch.navigation.amap, label=say("branch-link-amap")),
            ChoiceView(id=branch.navigation.baidu, label=say("branch-link-baidu")),
            ChoiceView(id=branch.navigation.tencent, label=say("branch-link-tencent")),
        ]
    return card(branch.name, lines, links)


def _distance(metres: float) -> str:
    if metres < 1000:
        return say("branch-unit-m", n=round(metres))
    return say("branch-unit-km", n=f"{metres / 1000:.1f}")
