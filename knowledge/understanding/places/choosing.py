"""Chooses among overlapping candidates, and among what a name may mean."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace

from knowledge.regions.divisions import divisions, lies_in
from knowledge.understanding.places.candidates import Candidate, Kind
from knowledge.understanding.places.context import Context
from knowledge.understanding.places.extending import has_zones
from knowledge.understanding.places.mentions import PlaceMention
from knowledge.understanding.places.tails import tail_at

# A word of the sentence that some names begin with: 那曲阜呢, 比比江阴, 和静安.
_PARTICLES = frozenset("那和从同比来会向")


def choose(text: str, candidates: Sequence[Candidate], context: Context) -> list[PlaceMention]:
    """The places that a folded text names, in order, each with the meanings it has there.

    ``context`` takes them in.
    """
    taken: set[int] = set()
    chosen: list[Candidate] = []
    read = _read_from_the_left(_without_particles(_without_shared(candidates)))
    for candidate in sorted(read, key=lambda c: (c.needs_context, c.kind, -len(c.text), c.start)):
        span = range(candidate.start, candidate.end)
        if taken.intersection(span) or (candidate.needs_context and not context.holds(candidate)):
            continue
        taken.update(span)
        if candidate.codes:
            chosen.append(candidate)
            context.add(candidate.codes, is_hint=candidate.yielding)
    chosen.sort(key=lambda candidate: candidate.start)
    return _settled(text, _without_yielding(chosen, context), context)


def _without_shared(candidates: Sequence[Candidate]) -> list[Candidate]:
    """In 乐山市中区 and 青岛市北区 the character that two names share belongs to the second."""
    starting = defaultdict(list)
    for candidate in candidates:
        if candidate.kind is Kind.FULL:
            starting[candidate.start].append(candidate)

    def is_shared(first: Candidate) -> bool:
        return first.kind is Kind.FULL and any(
            lies_in(second.all_codes, first.codes) for second in starting[first.end - 1]
        )

    return [replace(c, text=c.text[:-1]) if is_shared(c) else c for c in candidates]


def _without_particles(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leaves out names whose first character is a word before another name: 那 in 那曲阜呢."""
    starting, ending = defaultdict(list), defaultdict(list)
    for candidate in candidates:
        starting[candidate.start].append(candidate)
        ending[candidate.end].append(candidate)

    def is_particle(c: Candidate) -> bool:
        return (
            c.text[0] in _PARTICLES
            and c.kind is not Kind.FULL
            and any(n.end > c.end and not n.needs_context for n in starting[c.start + 1])
            and not any(lies_in(c.all_codes, before.codes) for before in ending[c.start])
        )

    return [c for c in candidates if not is_particle(c)]


def _read_from_the_left(candidates: Sequence[Candidate]) -> list[Candidate]:
    """Leaves out short names that begin in another or are its beginning.

    山西 in 凉山西昌 and 佛山西樵, 岳阳 in 岳阳楼. One that is also an everyday word settles nothing
    (其中山西), and names that are spelt out stay (山西省).
    """
    kept: list[Candidate] = []
    reach = 0  # where the names kept so far end
    for c in sorted(candidates, key=lambda c: (c.start, -len(c.text))):
        if c.kind is not Kind.FULL and c.start < reach:
            continue
        kept.append(c)
        if not c.loose:
            reach = max(reach, c.end)
    return kept


def _without_yielding(chosen: Sequence[Candidate], context: Context) -> list[Candidate]:
    return [c for c in chosen if not (c.yielding and context.tells_more_than(c.codes))]


def _settled(text: str, chosen: Sequence[Candidate], context: Context) -> list[PlaceMention]:
    """The places with the meanings that fit together, without what is called like another one.

    宝安区西乡, 文圣区庆阳街道: right behind a place, the short name of a county elsewhere is a
    town's or street's, and so is any name inside a town's.
    """
    mentions: list[PlaceMention] = []
    tail_end = 0
    for candidate in chosen:
        last = mentions[-1] if mentions else None
        before = last.codes if last and last.end == candidate.start else ()
        codes = context.settle(candidate, before)
        if before and candidate.kind is Kind.COUNTY and _are_far_apart(before, codes):
            continue
        if last and candidate.start < tail_end and not _is_a_place(text, candidate, last):
            continue
        context.add(codes, is_hint=candidate.yielding)
        mentions.append(PlaceMention(candidate.text, candidate.start, codes))
        tail_end = candidate.end
        if all(map(has_zones, codes)):
            tail_end += len(tail_at(text, candidate.end))
    return mentions


def _are_far_apart(before: tuple[str, ...], codes: tuple[str, ...]) -> bool:
    return not {code[:2] for code in before} & {code[:2] for code in codes}


def _is_a_place(text: str, inner: Candidate, place: PlaceMention) -> bool:
    """Whether a name that may be part of a town's is meant.

    It is in 济宁任城李营镇, and before the town in 深圳东莞长安镇.
    """
    if lies_in(inner.all_codes, place.codes):
        return True
    is_wider = inner.kind is not Kind.COUNTY and not inner.loose
    is_city = any(divisions().get(code).is_city for code in place.codes)
    return is_city and is_wider and bool(tail_at(text, inner.end))
