"""Which division a name means, or which ones it may mean."""

from collections.abc import Iterator

from knowledge.documents import NATION
from knowledge.errors import UnknownRegionError
from knowledge.regions.divisions import divisions
from knowledge.understanding.normaliser import fold
from knowledge.understanding.places.finding import find_places
from knowledge.understanding.places.table import Named, most_general, name_table
from knowledge.understanding.places.tails import zones_named

LONGEST_NAME = 60  # characters; what is longer names no region
_NATION = ("全国", "国家", "中国")


def resolve_region(name: str) -> str:
    """The adcode of a region given by name, full, short, former or traditional, or by code.

    Raises:
        UnknownRegionError: it names no place, or several; :func:`readings_of` tells which.
    """
    if len(name) > LONGEST_NAME:
        raise UnknownRegionError(f"{len(name)} characters are no name")
    plain = fold(name).text
    if plain.isdigit():
        return divisions().get(plain[:6].ljust(6, "0")).code
    for codes in _readings(plain):
        if len(codes) == 1:
            return codes[0]
        if codes:
            break
    raise UnknownRegionError(f"no single division is named {name[:20]!r}")


def readings_of(name: str) -> list[str]:
    """The adcodes of all divisions that a name may mean, likeliest first; none if nobody has it.

    ``divisions().full_name(code)`` tells one from the other.
    """
    if len(name) > LONGEST_NAME:
        return []
    plain = fold(name).text
    if plain.isdigit():
        code = plain[:6].ljust(6, "0")
        return [divisions().get(code).code] if code in divisions() else []
    return list(dict.fromkeys(code for codes in _readings(plain) for code in codes))


def _readings(plain: str) -> Iterator[tuple[str, ...]]:
    """What a folded name may mean, groups of like probability, likeliest first."""
    if plain in _NATION:
        yield (NATION,)
        return
    table = name_table()
    named = table.full.get(plain, Named())
    yield named.codes
    yield named.once
    found = find_places(plain)
    if found and not named.codes:
        yield found[-1].codes
    short = table.short.get(plain, ())
    yield most_general(short)
    yield short
    yield zones_named(plain)
