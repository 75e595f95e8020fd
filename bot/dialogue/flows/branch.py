"""The nearest branches that can take the application, by position or by a place in words."""

from collections.abc import Sequence
from dataclasses import dataclass

from api.contract.branches import ApplicantKind, BranchState, BranchView, NearestBranches
from api.contract.forms.models import FieldKind
from api.contract.messages import ChoiceView, Reply, ReplyKind
from api.contract.problem import ApiProblemError
from bot.dialogue.flows.branch_words import (
    branch_card,
    gone_words,
    loan_words,
    notes_on,
    place_label,
)
from bot.dialogue.ports import LoanApi
from bot.dialogue.session import Session, token_of
from bot.dialogue.show import offer, words
from bot.dialogue.texts import say
from knowledge.regions.coordinates import Coordinates
from knowledge.regions.divisions import divisions
from knowledge.understanding.labels import Who

PLACE = "place:"
CHOOSE = "choose:"
# A tap on an older list still means the branch that its button stood under.
OFFERS_KEPT = 12
_KINDS = {
    Who.PERSONAL: ApplicantKind.PERSONAL,
    Who.PARTNERS: ApplicantKind.PERSONAL,
    Who.ENTERPRISE: ApplicantKind.ENTERPRISE,
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a branch must serve, and the division in which the draft's business lies."""

    kind: ApplicantKind | None
    county: str | None


class BranchFlow:
    """Looks branches up and shows them; says so when nothing is known."""

    def __init__(self, api: LoanApi) -> None:
        self._api = api

    @staticmethod
    def ask(session: Session, subject: Who | None = None) -> list[Reply]:
        """Ask for a position or a place; ``subject`` is who applies, where it was said."""
        session.awaiting = "place"
        session.sought_kind = _KINDS[subject] if subject else None
        return [Reply(kind=ReplyKind.LOCATION_REQUEST, text=say("branch-ask-place"))]

    async def near_words(
        self, session: Session, text: str, subject: Who | None = None
    ) -> list[Reply]:
        """Branches near a place named in words; ``subject`` is who applies, where it was said."""
        if subject is not None:
            session.sought_kind = _KINDS[subject]
        return await self._search(session, place=text[:200], region=session.region)

    async def near_offered(self, session: Session, token: str) -> list[Reply]:
        """Branches near the place picked among several of one name."""
        place = next((p for p in session.places if token_of(p.code, p.full_name) == token), None)
        if place is None:
            return self.ask(session)
        return await self._search(session, place=place.full_name, region=place.code)

    async def near_point(self, session: Session, here: Coordinates) -> list[Reply]:
        """Branches near a shared position, which is used and forgotten."""
        return await self._search(session, here=here)

    async def one(self, session: Session, branch_id: str) -> list[Reply]:
        """A branch picked on the map; where nobody is any more, those around it."""
        branch = await self._api.branch(branch_id)
        session.awaiting = None
        if branch.state is not BranchState.OPEN:
            gone = words(await self._gone(branch))
            around = branch.coordinates
            return [gone, *(await self._search(session, here=around) if around else [])]
        notes = [words(say("branch-say-sample"))] if branch.is_sample else []
        _offer(session, [branch])
        return [*notes, _choosable(session, branch), *_venue(branch)]

    async def near_business(self, session: Session) -> list[Reply]:
        """Branches for the draft where its business is; without one, ask for a place."""
        county = (await self._wanted(session)).county
        return await self._search(session, region=county) if county else self.ask(session)

    async def name_of(self, branch_id: str) -> str:
        """A branch's name; its id when the registry has lost it."""
        branch = await self._branch(branch_id)
        return branch.name if branch else branch_id

    async def _wanted(self, session: Session) -> Wanted:
        if not session.is_filling or session.application_id is None:
            return Wanted(session.sought_kind, None)
        view = await self._api.application(session.application_id)
        form = await self._api.form(view.form)
        places = [view.answers.get(f.id) for f in form.fields if f.kind is FieldKind.REGION]
        return Wanted(form.branch_kind, next((str(place) for place in places if place), None))

    async def _search(
        self,
        session: Session,
        *,
        here: Coordinates | None = None,
        place: str | None = None,
        region: str | None = None,
    ) -> list[Reply]:
        wanted = await self._wanted(session)
        found = await self._api.nearest_branches(
            here=here, place=place, region=region, within=wanted.county, kind=wanted.kind
        )
        gone = [words(await self._gone(found.gone))] if found.gone else []
        return [*gone, *self._show(session, found, wanted)]

    def _show(self, session: Session, found: NearestBranches, wanted: Wanted) -> list[Reply]:
        session.awaiting = "place"
        match found.outcome:
            case "ambiguous_place":
                return [_which(session, found)]
            case "unknown_place":
                named = found.unresolved
                text = say("branch-say-unknown-landmark", landmark=named) if named else None
                text = text or say("branch-say-unknown")
                return [Reply(kind=ReplyKind.LOCATION_REQUEST, text=text)]
            case "outside_china":
                return [words(say("branch-say-outside"))]
        session.awaiting = None
        if not found.branches:
            return [words(_none(wanted))]
        return _list(session, found, wanted)

    async def _gone(self, branch: BranchView) -> str:
        successor = await self._branch(branch.moved_to) if branch.moved_to else None
        return gone_words(branch, successor)

    async def _branch(self, branch_id: str) -> BranchView | None:
        try:
            return await self._api.branch(branch_id)
        except ApiProblemError as error:
            if error.code != "branch_not_found":
                raise
            return None


def _which(session: Session, found: NearestBranches) -> Reply:
    """Ask back which place is meant; without a list of them, for its county."""
    if not found.candidates:
        return words(say("branch-ask-county", place=found.place))
    session.places = found.candidates
    choices = [
        ChoiceView(id=f"{PLACE}{token_of(p.code, p.full_name)}", label=place_label(p))
        for p in found.candidates
    ]
    return offer(say("branch-ask-which", place=found.place), choices)


def _none(wanted: Wanted) -> str:
    loan = loan_words(wanted.kind)
    if wanted.county is None:
        return say("branch-say-none", loan=loan)
    return say("branch-say-none-in", county=divisions().full_name(wanted.county), loan=loan)


def _list(session: Session, found: NearestBranches, wanted: Wanted) -> list[Reply]:
    """What to know of the list, a card for each, and the first on a map."""
    notes = notes_on(found)
    if wanted.county:
        notes.append(say("branch-say-county-only", county=divisions().full_name(wanted.county)))
    replies = [words("\n".join(notes))]
    for branch in found.branches:
        replies.append(_choosable(session, branch, is_about=found.approximate))
    replies[2:2] = _venue(found.branches[0])
    _offer(session, found.branches)
    return replies


def _choosable(session: Session, branch: BranchView, *, is_about: bool = False) -> Reply:
    """A card, with a button to take the branch while a form is open."""
    shown = branch_card(branch, is_about=is_about)
    if not session.is_filling:
        return shown
    taking = ChoiceView(id=f"{CHOOSE}{token_of(branch.id)}", label=say("branch-button-choose"))
    return shown.model_copy(update={"choices": [taking]})


def _venue(branch: BranchView) -> list[Reply]:
    """The branch on a map, where its coordinates are known."""
    if branch.coordinates is None:
        return []
    text = f"{branch.name}\n{branch.address}"
    return [Reply(kind=ReplyKind.VENUE, text=text, coordinates=branch.coordinates)]


def _offer(session: Session, branches: Sequence[BranchView]) -> None:
    """Remember what was offered, for the taps to come."""
    offered = [branch.id for branch in branches]
    older = [branch_id for branch_id in session.branches if branch_id not in offered]
    session.branches = [*older, *offered][-OFFERS_KEPT:]
