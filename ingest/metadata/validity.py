"""From when until when a document says it holds, and what it repeals."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from ingest.metadata.dates import find_dates, is_whole, of_day
from ingest.metadata.number import find_numbers
from knowledge.documents import PartialDate
from knowledge.understanding.values.numerals import exact

_SENTENCE = re.compile(r"[^。！？\n]+")
_MARK = re.compile(
    r"^(?:第[^条]{1,6}条(?:之.)?|[一二三四五六七八九十]+、|[（(].{1,3}[)）]|\d+[.、．])? *"
)
_OWN = r"(?:本[\u4e00-\u9fff]{1,12}|上述(?:政策|规定))?"
_START = re.compile(
    rf"^{_OWN}(?:的)?(?:有效期)?自(?P<day>[^起，,。]{{2,20}}?)(?:之日|日)?起(?:正式)?(?P<delay>[\d一二三四五六七八九十]{{1,3}}个?(?:工作)?日后)?"
    r"(?:正式)?(?:施行|实施|执行|生效|试行)"
)
_FROM_TO = re.compile(rf"^{_OWN}(?:的)?有效期(?:为|:|：)?(?:自|从)(?P<span>[^。，,]{{8,50}})")
_ISSUED = re.compile(r"^(?:发布|印发|公布|颁布|发文|下发|通知印发|本通知印发|文件印发)(?:之)?$")
_YEARS = re.compile(
    r"(?:有效期|试行期|执行期|实施期限|执行期限)(?:限)?(?:为|暂定|:|：)?"
    r"(?P<years>[\d一二两三四五六七八九十]{1,2}) ?年"
)
_UNTIL = re.compile(r"(?:有效期|执行|施行|实施)(?:截止)?(?:至|到)(?P<until>[^，。；;]{6,20})")
_REPEAL = re.compile(r"(?:同时废止|予以废止|即行废止|自行废止|一并废止|停止执行|同时失效|不再执行)")
_CITED = re.compile(
    r"《[^《》]*(?:《[^《》]*》[^《》]*)*》|[\u4e00-\u9fff]{1,12}[〔\[［][^号]{4,12}号"
)
_PARTIAL = re.compile(r"(?:》(?:（[^（）]*）)?|号(?:文件?)?)(?:中)?(?:的)?第[^，。]{1,8}[条款项]")


@dataclass(frozen=True, slots=True)
class Validity:
    """What the text itself says; nothing is filled in.

    ``says_in_force`` tells that a clause of commencement was found, ``is_contradictory``
    that the text names several, which is a matter for a person. ``repeal`` quotes the
    sentences that repeal other documents, ``repealed`` holds the numbers in them.
    """

    effective_from: PartialDate | None = None
    effective_to: PartialDate | None = None
    says_in_force: bool = False
    is_contradictory: bool = False
    repeal: str | None = None
    repealed: tuple[str, ...] = ()


def read_validity(paragraphs: Sequence[str], issued: PartialDate | None) -> Validity:
    """Read 施行, 有效期 and 废止 clauses; ``issued`` settles 自印发之日起."""
    starts: list[PartialDate | None] = []
    ends: list[PartialDate] = []
    years: list[int] = []
    repeals: list[str] = []
    for sentence in _sentences(paragraphs):
        started, start, end, lasting = _read_sentence(sentence, issued)
        if started:
            starts.append(start)
        ends += [end] if end else []
        years += [lasting] if lasting else []
        if _REPEAL.search(sentence) and _CITED.search(sentence) and not _PARTIAL.search(sentence):
            repeals.append(sentence)
    known = {start.text for start in starts if start}
    start = next((start for start in starts if start), None)
    if not ends and years and start is not None and is_whole(start):
        ends = [_after_years(start.first, lasting) for lasting in years]
    contradictory = len(known) > 1 or len({end.text for end in ends}) > 1
    return Validity(
        effective_from=None if contradictory else start,
        effective_to=None if contradictory or not ends else ends[0],
        says_in_force=bool(starts) and not contradictory,
        is_contradictory=contradictory,
        repeal="。".join(repeals) + "。" if repeals else None,
        repealed=repealed_numbers("。".join(repeals)),
    )


def repealed_numbers(repeal: str | None) -> tuple[str, ...]:
    """Numbers of the documents that a repealing sentence names."""
    return tuple(dict.fromkeys(find_numbers(repeal or "")))


def _sentences(paragraphs: Sequence[str]) -> Iterable[str]:
    for paragraph in paragraphs:
        for match in _SENTENCE.finditer(paragraph):
            yield _MARK.sub("", match[0].strip())


def _read_sentence(
    sentence: str, issued: PartialDate | None
) -> tuple[bool, PartialDate | None, PartialDate | None, int | None]:
    """Whether it is a commencement, its first day, its last day, its years."""
    if span := _FROM_TO.match(sentence):
        found = [item.date for item in find_dates(span["span"])]
        if len(found) == 2:
            return True, found[0], found[1], None
    match = _START.match(sentence)
    start = _start(match, issued) if match else None
    own = match is not None or bool(re.match(r"^(?:本|有效期|试行期)", sentence))
    end = lasting = None
    if own and (until := _UNTIL.search(sentence)):
        end = next((item.date for item in find_dates(until["until"])), None)
    if own and (duration := _YEARS.search(sentence)):
        lasting = int(exact(duration["years"]) or 0) or None
    is_start = match is not None and (start is not None or bool(_ISSUED.match(match["day"])))
    return is_start, start, end, lasting


def _start(match: re.Match[str], issued: PartialDate | None) -> PartialDate | None:
    if found := next(find_dates(match["day"] + "日"), None):
        return found.date
    if not _ISSUED.match(match["day"]) or issued is None:
        return None
    if not match["delay"]:
        return issued
    days = exact(re.sub(r"[个工作日后]", "", match["delay"]))
    if days is None or "工作" in match["delay"] or not is_whole(issued):
        return None
    return of_day(issued.first + timedelta(days=int(days)))


def _after_years(start: date, years: int) -> PartialDate:
    """The last day of a term of that many years."""
    try:
        anniversary = start.replace(year=start.year + years)
    except ValueError:
        anniversary = date(start.year + years, 3, 1)
    return of_day(anniversary - timedelta(days=1))
