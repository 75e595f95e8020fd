"""The one place where paths of requests are made.

Every segment is quoted, so that what a caller hands over stays one segment: it can neither end
the path (``?``, ``#``) nor climb out of it (``/``, ``..``). The type is what the clients demand,
so the type checker refuses a path made anywhere else; a test looks for those made by hand.
"""

from typing import NewType
from urllib.parse import quote

from knowledge.kit.errors import ChuangdaiError

ApiPath = NewType("ApiPath", str)


class UnsafeSegmentError(ChuangdaiError):
    """A text that no path may carry came where an id was expected."""

    code = "invalid_request"


def path(*segments: str) -> ApiPath:
    """The path of those segments.

    Args:
        segments: names of resources and ids, none of them quoted.

    Raises:
        UnsafeSegmentError: a segment is empty, a step (``.``, ``..``), or holds a slash or
            what cannot be printed. Quoting does not help with these: servers and proxies
            decode a path before they take it apart.
    """
    for segment in segments:
        if segment in ("", ".", "..") or not segment.isprintable() or set(segment) & set("/\\"):
            raise UnsafeSegmentError("no id")
    return ApiPath("".join(f"/{quote(segment, safe='')}" for segment in segments))
