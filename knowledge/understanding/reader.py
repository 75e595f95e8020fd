"""Reads a question: what it wants, about whom, where and when."""

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from importlib.resources import files

import numpy as np

from knowledge.documents import Subject, Topic
from knowledge.kit.yaml import read_yaml
from knowledge.rules.local_names import find_home
from knowledge.understanding.classifier import Guess, QuestionClassifier
from knowledge.understanding.followups import is_follow_up, own_words
from knowledge.understanding.homes import Embed, HomeVectors, home_of
from knowledge.understanding.normaliser import normalise
from knowledge.understanding.periods import asks_about_before, find_period
from knowledge.understanding.places import PlaceMention, find_places, without_places
from knowledge.understanding.quantities import Quantities, find_quantities
from knowledge.understanding.values.times import Period

_NO_SIGN = Guess(((Topic.OTHER.value, 0.0),))
# Scores of the classifier run from about 0 to 1.
SURE_TOPIC = 0.30
# Words left of a follow-up are few, and none of them is about where, who or how much.
SURE_OWN_TOPIC = 0.22
SURE_INTENT = 0.5
_SPLIT = re.compile(r"[?？;；\n]+")
_PAUSE = re.compile(r"[,，、 ]+")
_BOTH = re.compile(r"(.{2,6})(?:和|跟|以及|还有)(.{2,6})")
_ASKS = re.compile(r"多少|什么|啥|几|哪|怎么|咋|吗|能不能|可不可以|要不要|是不是|谁|多久|多长")
_SUBJECT_WORDS = {
    Subject.PARTNERS: re.compile(
        r"合伙|合夥|搭伙|入股|几个人一起|[两俩三四五]个?人(?:一起|合)|[两三四五]口子"
    ),
    Subject.ENTERPRISE: re.compile(r"小微|企业|公司|工厂|厂子|合作社|对公"),
    Subject.PERSONAL: re.compile(r"(?<![几两三四五六七八九十\d多每])个人|我自己|个体|本人"),
}


@dataclass(frozen=True, slots=True)
class Reading:
    """What was understood of one question.

    ``plain`` is the text without the places it names; for a follow-up without a topic of
    its own it carries the question it follows; ``vector`` is of it. ``search_text`` and
    ``search_vector`` are what clauses are searched with: the question put where the nearest
    rules are from, see :mod:`.homes`.
    """

    text: str
    plain: str
    search_text: str
    guesses: dict[str, Guess]
    places: tuple[PlaceMention, ...]
    region: str | None
    period: Period | None
    asks_before: bool
    subject: Subject | None
    quantities: Quantities
    vector: np.ndarray | None = None
    search_vector: np.ndarray | None = None
    follows: "Reading | None" = field(default=None, repr=False)

    @property
    def intent(self) -> Guess:
        """Scores of the intents."""
        return self.guesses["intent"]

    @property
    def topics(self) -> list[Topic]:
        """Topics in question, likeliest first; those of the question followed where unsure."""
        guess = self.guesses["topic"]
        settled = self.settled_topics
        if self.follows and not settled and guess.confidence < SURE_OWN_TOPIC:
            return self.follows.topics
        near = [name for name, score in guess.scores if score >= max(0.2, guess.confidence - 0.12)]
        return list(dict.fromkeys([*settled, *(Topic(name) for name in near[:3])]))[:3]

    @property
    def settled_topics(self) -> list[Topic]:
        """Topics that a decisive word names, whatever else the question says."""
        return [topic for topic, words in _decisive() if any(w in self.text for w in words)]


class QuestionReader:
    """Turns words into a :class:`Reading`."""

    def __init__(self, classifier: QuestionClassifier) -> None:
        self.classifier = classifier
        self._at_home = HomeVectors()

    def topics_of(self, text: str, vector: np.ndarray | None, *, at_least: float) -> list[Topic]:
        """What a piece of policy text is about, surest first; empty without a sign."""
        named = [topic for topic, words in _decisive() if any(word in text for word in words)]
        scores = self.classifier.guess(text, vector)["topic"].scores
        return list(dict.fromkeys([*named, *(Topic(n) for n, s in scores if s >= at_least)]))

    def read(
        self,
        raw: str,
        *,
        earlier: Sequence[str],
        region: str | None,
        today: date,
        homes: Set[str] = frozenset(),
        embed: Embed = lambda text: None,
    ) -> Reading:
        """Read one question; ``earlier`` are the person's earlier messages, oldest first.

        ``region`` is known from the context and yields to one named in the question;
        ``homes`` are the divisions that have rules of their own.
        """
        text = normalise(raw).text
        places = tuple(find_places(text, within=region))
        follows: Reading | None = None
        named = next((p.codes[0] for p in reversed(places) if len(p.codes) == 1), None)
        plain = without_places(text, places)
        vector = embed(plain)
        guesses = self.classifier.guess(plain, vector)
        is_plain = guesses["intent"].confidence >= SURE_INTENT
        quantities = find_quantities(text)
        # 我们公司30人 answers what the sum before lacked.
        tells_numbers = quantities != Quantities() and not asks_something(text)
        if earlier and (is_follow_up(text, is_plain=is_plain) or tells_numbers):
            before = earlier[:-1]
            follows = self.read(earlier[-1], earlier=before, region=region, today=today)
        where = named or (follows.region if follows else None) or region or find_home(text)
        if follows:
            own = own_words(text, places)
            topic = self.classifier.guess(own, embed(own))["topic"] if own else _NO_SIGN
            guesses = {**guesses, "topic": topic}
            if topic.confidence < SURE_OWN_TOPIC:
                plain = f"{follows.plain} {plain}"
                vector = embed(plain)
        home = "" if len(places) > 1 else home_of(where, homes)
        reading = Reading(
            text=text,
            plain=plain,
            search_text=text if len(places) > 1 else f"{home}{plain}",
            search_vector=self._at_home(vector, home, embed),
            guesses=guesses,
            places=places,
            region=where,
            period=find_period(text, today),
            asks_before=asks_about_before(text),
            subject=_subject(text),
            quantities=quantities,
            vector=vector,
            follows=follows,
        )
        return _inherit(reading) if follows else reading


def asks_something(text: str) -> bool:
    """Whether words ask, rather than tell something: 想开个面馆 does not."""
    return bool(_ASKS.search(text) or re.search(r"[?？呢不没]$|(\w)不\1|[是能可]否", text))


def split_questions(text: str) -> list[str]:
    """The single questions of a message, at most four; the whole when it is one."""
    parts = [part.strip(" ,，。") for part in _SPLIT.split(text)]
    whole = [part for part in parts if len(part) >= 4]
    return whole[:4] if len(whole) >= 2 else [text]


def split_at_pauses(text: str) -> list[str]:
    """The parts between commas where each of them asks something; else the whole."""
    parts = [part for part in _PAUSE.split(text) if part]
    asking = len(parts) >= 2 and all(len(p) >= 4 and _ASKS.search(p) for p in parts)
    return parts[:4] if asking else [text]


def split_at_and(text: str) -> list[str]:
    """The two things of a short message that names both: 额度和利息; else the whole."""
    both = _BOTH.fullmatch(text)
    return [both[1], both[2]] if both else [text]


@cache
def _decisive() -> list[tuple[Topic, list[str]]]:
    text = files("knowledge.understanding").joinpath("decisive_words.yaml").read_text("utf-8")
    return [(Topic(topic), list(words)) for topic, words in read_yaml(text).items()]


def _subject(text: str) -> Subject | None:
    found = [subject for subject, words in _SUBJECT_WORDS.items() if words.search(text)]
    return found[0] if len(found) == 1 or Subject.PARTNERS in found else None


def _inherit(reading: Reading) -> Reading:
    before = reading.follows
    if before is None:
        return reading
    guesses = reading.guesses
    if reading.intent.confidence < SURE_INTENT:
        guesses = {**guesses, "intent": before.intent}
    own, old = reading.quantities, before.quantities
    quantities = Quantities(
        amounts=own.amounts or old.amounts,
        rate=own.rate if own.rate is not None else old.rate,
        months=own.months if own.months is not None else old.months,
        partners=own.partners if own.partners is not None else old.partners,
        staff=own.staff if own.staff is not None else old.staff,
        hired=own.hired if own.hired is not None else old.hired,
    )
    return replace(
        reading,
        guesses=guesses,
        subject=reading.subject or before.subject,
        period=reading.period or before.period,
        quantities=quantities,
    )
