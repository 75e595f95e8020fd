"""Reads places of China against the table of divisions.

Full names count wherever they stand, those of before and in traditional characters too. Short
names count for provinces and cities (济宁, 江西) and for counties that one place alone is called;
those that are also words (合作, 平安) only inside a place already named, and a few where a
sentence says that a place comes (在道里). What is called after a place (上海城, 南京西路) is none.

``candidates`` finds what may be a name, ``choosing`` and ``context`` tell which of them is one
and what it means, ``extending`` adds zones and towns, ``resolving`` reads a name that stands alone.
"""

from knowledge.understanding.places.finding import bare_place, find_places, without_places
from knowledge.understanding.places.mentions import PlaceMention
from knowledge.understanding.places.resolving import LONGEST_NAME, readings_of, resolve_region

__all__ = [
    "LONGEST_NAME",
    "PlaceMention",
    "bare_place",
    "find_places",
    "readings_of",
    "resolve_region",
    "without_places",
]
