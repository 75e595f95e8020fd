"""Ends what is no question on the rules, by what its reading says it does."""

from dataclasses import replace

from knowledge.answering.answerers.doors import door_for
from knowledge.answering.asking_back import ask_back
from knowledge.answering.chance import chance
from knowledge.answering.finding import ClauseFinder
from knowledge.answering.models import ActionKind, Answer, AnswerStatus, AskedBack, Intent
from knowledge.answering.state import State
from knowledge.answering.steps.replies import actions, asking, plain
from knowledge.answering.texts import say
from knowledge.answering.triage import decide, only_tells
from knowledge.documents import Matter, Topic
from knowledge.regions.divisions import divisions
from knowledge.understanding.interpretation import Doubt
from knowledge.understanding.labels import Act

# From here on the corpus has something to say on a question about branches too.
ON_TOPIC = 1.05
# So likely, from 0 to 1, the best clause answers, whichever of two matters is meant.
ANSWERS_ANYWAY = 0.5
_CONVERSATIONAL = (Intent.SMALLTALK, Intent.APPLY, Intent.STATUS, Intent.HANDOFF)
# Who does this may ask something beside it.
_MAY_ASK = (Act.APPLY, Act.STATUS, Act.COMPLAIN)
# What is answered from rules, though a branch is spoken of.
_ON_RULES = (Matter.PROCESS, Matter.HOURS, Matter.ONLINE, Matter.MATERIALS, Matter.TIME_LIMIT)


class Route:
    """Answers what needs no clause; all else goes on with its intent."""

    def __init__(self, finder: ClauseFinder) -> None:
        self._finder = finder

    def __call__(self, state: State) -> State:
        """A greeting, an application, a branch, another affair; or a question back."""
        reading = state.context.reading
        if state.reply is not None:
            return state
        intent = decide(reading)
        state = replace(state, intent=intent)
        if reading.only_place and not reading.asks:
            return state.answered("route", _invite(state), "only a place")
        if intent is Intent.OUT_OF_SCOPE:
            return state.answered("route", _out_of_scope(state), reading.reason or "out of scope")
        if intent in _CONVERSATIONAL:
            goes_on = state.replied if reading.act in _MAY_ASK else state.answered
            return goes_on("route", _conversational(state), intent.value)
        if intent is Intent.BRANCH and not self._says_where(state):
            return state.answered("route", branch_answer(state), intent.value)
        if only_tells(reading):
            return state.answered("route", _invite(state), "tells only")
        if asked := self._asked_back(state):
            return state.answered("route", asking(state.context, asked), "asks back")
        return state.noting("route", intent.value)

    def _asked_back(self, state: State) -> AskedBack | None:
        """A question back; not which matter is meant where a clause answers the words anyway."""
        context = state.context
        asked = ask_back(context)
        if asked is None or context.reading.doubts != (Doubt.MATTER,):
            return asked
        return None if chance(context, self._finder.find(context)) >= ANSWERS_ANYWAY else asked

    def _says_where(self, state: State) -> bool:
        """Whether rules tell something on a question about branches."""
        context = state.context
        asks_rules = context.reading.asks_about(*_ON_RULES)
        says_where = Topic.WHERE in context.reading.topics and context.rules.base("where.apply")
        return asks_rules or bool(says_where) or self._finder.best_score(context) >= ON_TOPIC


def branch_answer(state: State) -> Answer:
    """That the nearest branch is looked for."""
    named = [place.mention.text for place in state.context.reading.places]
    text = say("branch-near", place=named[-1]) if named else say("branch")
    answer = plain(state.context, AnswerStatus.ANSWERED, Intent.BRANCH, text)
    answer.ask_region = state.context.reading.region is None
    answer.actions = actions(ActionKind.FIND_BRANCH)
    answer.topic = None
    return answer


def _invite(state: State) -> Answer:
    """What can be asked, to one who has told something but asked nothing."""
    context = state.context
    region = context.reading.region
    text = say("invite-where", region=divisions().get(region).name) if region else say("invite")
    answer = plain(context, AnswerStatus.ANSWERED, Intent.SMALLTALK, text)
    answer.ask_region = region is None
    answer.actions = actions(ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH)
    return answer


def _conversational(state: State) -> Answer:
    context, intent = state.context, state.intent
    is_thanks = intent is Intent.SMALLTALK and context.reading.reason == "thanks"
    is_complaint = context.reading.act is Act.COMPLAIN
    key = "smalltalk-thanks" if is_thanks else "complaint" if is_complaint else intent.value
    text = say(key)
    status = AnswerStatus.HANDOFF if intent is Intent.HANDOFF else AnswerStatus.ANSWERED
    answer = plain(context, status, intent, text)
    answer.ask_region = intent is Intent.APPLY and context.reading.region is None
    if intent is Intent.APPLY:
        answer.actions = actions(ActionKind.START_APPLICATION, ActionKind.CHECK_ELIGIBILITY)
    if intent is Intent.SMALLTALK:
        answer.actions = actions(ActionKind.START_APPLICATION, ActionKind.FIND_BRANCH)
    return answer


def _out_of_scope(state: State) -> Answer:
    reason = state.context.reading.reason
    text = say("out-of-scope-investment" if reason == "investment" else "out-of-scope")
    door = door_for(reason) if reason else None
    text = say("out-of-scope-door", door=door) if door else text
    answer = plain(state.context, AnswerStatus.OUT_OF_SCOPE, Intent.OUT_OF_SCOPE, text)
    answer.actions = actions(ActionKind.ASK_STAFF)
    return answer
