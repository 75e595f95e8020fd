"""Reads which place a person means: division, township, and what they stand near.

Only what the shipped tables know; the registry of branches and a geocoder go further.
"""

import re
from dataclasses import dataclass, replace
from typing import Literal

from knowledge.regions.coordinates import Coordinates, Crs
from knowledge.regions.divisions import Division, divisions
from knowledge.regions.gazetteer import LONGEST, Town, TownMention, abroad, find_towns
from knowledge.regions.names import short_name
from knowledge.understanding.places import PlaceMention, find_places

MOST_CANDIDATES = 8
_LANDMARK = re.compile(
    r"[\u4e00-\u9fffA-Za-z0-9]{0,12}?(?:大道|大街|步行街|路|街(?!道)|胡同|巷|广场|火车站|高铁站|汽车站|"
    r"客运站|地铁站|车站|机场|码头|医院|大学|学院|中学|小学|一中|二中|公园|商场|市场|超市|万达|小区|花园|"
    r"大厦|社区|村|大桥|桥|景区|博物馆|体育馆|图书馆|政务中心|政务大厅|县政府|区政府|市政府|开发区|工业园|产业园|科技园|"
    r"支行|分行|分理处|营业部|营业所|储蓄所|信用社|农商行|农商银行|银行)(?:\d+号)?"
)
_FILLER = re.compile(
    r"^(?:请问|你好|您好|我们|咱们|我|俺|咱|人|现在|目前|就|家|老家|住|是|在|到|离|从|靠|靠近|搁|"
    r"想|找|去|的|这边|那边|附近|旁边|啊|呢|，|,|。|\s)+"
)
_TAIL = re.compile(
    r"(?:附近|旁边|边上|跟前|周围|周边|一带|这儿|那儿|这里|那里|这边|那边|里面|里|人|的|有|哪些|哪个|网点|"
    r"银行|能办|可以办|办理|贷款|吗|呢|啊|吧|，|,|。|？|\?|\s)+$"
)


PlaceKind = Literal["province", "city", "county", "town", "branch", "address"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A place to measure from that was recognised.

    ``centre`` is the middle of what ``measured_from`` says; ``landmark`` is a street or
    the like that the tables do not know; ``gone`` is the id of a branch that was named and
    has closed or moved.
    """

    name: str
    region: str
    kind: PlaceKind
    measured_from: PlaceKind
    centre: Coordinates | None
    landmark: str | None = None
    gone: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A place that a name may mean; ``code`` is the adcode of the division it lies in."""

    code: str
    full_name: str


@dataclass(frozen=True, slots=True)
class Unclear:
    """No single place; ``candidates`` may be empty when there are too many to list."""

    outcome: Literal["unknown_place", "ambiguous_place", "outside_china"]
    name: str
    landmark: str | None = None
    candidates: tuple[Candidate, ...] = ()


def read_spot(text: str, region: str | None = None) -> Spot | Unclear:
    """The most exact place in a text; ``region`` is where the person is known to be."""
    mentions = _divisions_in(text, region) or _whole(text)
    codes = mentions[-1].codes if mentions else ()
    town = _town(text, mentions, region)
    if town is not None and len(town.towns) > 1:
        some = town.towns if len(town.towns) <= MOST_CANDIDATES else ()
        listed = tuple(Candidate(code=t.region, full_name=t.full_name) for t in some)
        return Unclear("ambiguous_place", town.text, candidates=listed)
    spans = [(m.start, len(m.text)) for m in mentions] + (
        [(town.start, len(town.text))] if town else []
    )
    landmark = _landmark(text, spans)
    if town is not None:
        return _in_town(town.towns[0], landmark)
    if len(codes) > 1:
        some_codes = codes[:MOST_CANDIDATES]
        listed = tuple(Candidate(code=c, full_name=divisions().full_name(c)) for c in some_codes)
        return Unclear("ambiguous_place", mentions[-1].text, landmark, listed)
    if codes:
        return _in_division(divisions().get(codes[0]), landmark)
    if _is_abroad(text):
        return Unclear("outside_china", text)
    if landmark and region:
        return _in_division(divisions().get(region), landmark)
    return Unclear("unknown_place", text, landmark)


def middle_of(region: str) -> Spot:
    """The middle of a division."""
    return _in_division(divisions().get(region), None)


def _divisions_in(text: str, region: str | None) -> list[PlaceMention]:
    """The divisions named, without towns and zones behind them: these are told more exactly."""
    return [
        replace(mention, text=mention.text.removesuffix(mention.tail), tail="")
        for mention in find_places(text, within=region)
        if mention.text != mention.tail
    ]


def _whole(text: str) -> list[PlaceMention]:
    """A name that is also an everyday word (南山) is a place when nothing else is said."""
    start = found.end() if (found := _FILLER.match(text)) else 0
    name = _TAIL.sub("", text[start:])
    codes = tuple(d.code for d in divisions() if name and short_name(d.name) == name)
    return [PlaceMention(name, start, codes)] if codes else []


def _town(text: str, mentions: list[PlaceMention], region: str | None) -> TownMention | None:
    """The township meant, cut down to those that agree with the divisions named."""
    named = [code for mention in mentions if len(mention.codes) == 1 for code in mention.codes]
    several = [code for mention in mentions for code in mention.codes]
    best: TownMention | None = None
    for found in find_towns(text):
        if any(_covers(mention, found) for mention in mentions):
            continue
        inside = _inside(found.towns, named) or _inside(found.towns, several)
        if not inside and not several:
            inside = _behind_its_county(found, text)
            inside = inside or (_inside(found.towns, [region]) if region else ())
            inside = inside or (found.towns if found.is_full else ())
        better = best is None or (found.is_full, len(found.text)) >= (best.is_full, len(best.text))
        if inside and better:
            best = replace(found, towns=inside)
    return best and replace(best, towns=_one_of_a_kind(best.towns))


def _one_of_a_kind(towns: tuple[Town, ...]) -> tuple[Town, ...]:
    """回龙观街道 and 回龙观镇 of one county are one place before and after a reform."""
    if len({town.region for town in towns}) > 1:
        return towns
    newest = min(towns, key=lambda town: "街道" not in town.name)
    points = (town.point for town in towns if town.point is not None)
    return (replace(newest, point=newest.point or next(points, None)),)


def _behind_its_county(found: TownMention, text: str) -> tuple[Town, ...]:
    """中山小榄: those whose county or city is named before, though it is an everyday word."""
    before = text[: found.start]

    def is_behind(town: Town) -> bool:
        above = (divisions().get(code).name for code in divisions().ladder(town.region)[:-1])
        return any(short_name(name) in before for name in above)

    return tuple(town for town in found.towns if is_behind(town))


def _inside(towns: tuple[Town, ...], regions: list[str]) -> tuple[Town, ...]:
    """The townships in the most exact of the regions that holds any."""
    for region in sorted(regions, key=lambda code: len(code.rstrip("0")), reverse=True):
        if inside := tuple(t for t in towns if region in divisions().ladder(t.region)):
            return inside
    return ()


def _covers(mention: PlaceMention, town: TownMention) -> bool:
    """Whether the words of a township say no more than a division's name does."""
    end = mention.start + len(mention.text)
    return mention.start <= town.start < end >= town.start + len(town.text)


def _landmark(text: str, spans: list[tuple[int, int]]) -> str | None:
    """A street, station or the like in what the known names leave of a text."""
    rest = list(text)
    for start, length in spans:
        rest[start : start + length] = "\n" * length
    for piece in "".join(rest).split("\n"):
        if found := _LANDMARK.search(_FILLER.sub("", piece)):
            return found[0]
    return None


def _in_town(town: Town, landmark: str | None) -> Spot:
    if town.point is not None:
        return Spot(town.full_name, town.region, "town", "town", town.point, landmark)
    county = _in_division(divisions().get(town.region), landmark)
    return Spot(town.full_name, town.region, "town", county.measured_from, county.centre, landmark)


def _in_division(division: Division, landmark: str | None) -> Spot:
    """Measured from its middle, or from that of the next one above whose middle is known."""
    name, kind = divisions().full_name(division.code), _kind(division)
    for above in map(divisions().get, divisions().ladder(division.code)):
        if above.lat is not None and above.lon is not None:
            centre = Coordinates(lat=above.lat, lon=above.lon, crs=Crs.GCJ02)
            return Spot(name, division.code, kind, _kind(above), centre, landmark)
    return Spot(name, division.code, kind, kind, None, landmark)


def _kind(division: Division) -> PlaceKind:
    match division.level:
        case "city":
            return "city"
        case "county":
            return "county"
    return "province"


def _is_abroad(text: str) -> bool:
    names = abroad()
    pieces = (
        (text[start : start + length], text[start + length : start + length + 1])
        for start in range(len(text) - 1)
        for length in range(2, LONGEST)
    )
    return any(piece in names and behind not in ("路", "街", "城") for piece, behind in pieces)
