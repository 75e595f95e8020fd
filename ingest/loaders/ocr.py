"""Reads pictures of pages with RapidOCR (PP-OCR models that lie in its wheel).

The extra ``ocr`` brings it; without it scans are refused with that advice.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ingest.content import Page
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.grid import Ruling
from ingest.loaders.layout import Fragment, lay_out

if TYPE_CHECKING:
    from rapidocr import RapidOCR

Image = NDArray[np.uint8]

_LOWEST_MEAN_SCORE = 0.75
_INK, _BLANK_SHARE = 50, 0.005
# Recognition cannot tell the widths of marks; between Chinese characters they are wide.
_WIDE = str.maketrans("(),:;?!", "（），：；？！")
_NARROW_MARK = re.compile(r"(?<=[\u3400-\u9fff》”）〕])[(),:;?!]|[(),:;?!](?=[\u3400-\u9fff《“（])")
_YEAR_OF_NUMBER = re.compile(r"[\[【［〔(（]((?:19|20)\d\d)[\]】］〕)）](?= ?\d{1,5} ?号)")
_SHORTEST_RULING = 40  # of the page's longer side


@dataclass(frozen=True, slots=True)
class _Found:
    """What was recognised on a page that was turned by ``turns`` quarters."""

    image: Image
    turns: int
    boxes: NDArray[np.float32]
    texts: tuple[str, ...]
    scores: tuple[float, ...]

    @property
    def mean_score(self) -> float:
        return sum(self.scores) / len(self.scores) if self.scores else 0.0

    @property
    def is_upright(self) -> bool:
        """Whether its lines run across; the engine reads lines that run down as well."""
        tall = [_height(box) > 1.5 * _width(box) for box in self.boxes]
        return sum(tall) <= 0.5 * len(tall)

    @property
    def is_sure(self) -> bool:
        return self.is_upright and self.mean_score >= _LOWEST_MEAN_SCORE


class PageReader:
    """Recognises pages one after another and keeps account of how sure it was.

    ``unread`` are the numbers of pages that bear something that could not be read.
    """

    def __init__(self, most: int) -> None:
        """``most`` characters of a table."""
        self._most = most
        self._engine = _make_engine()
        self._turns = 0
        self._scores: list[float] = []
        self.unread: list[int] = []

    def read(self, image: Image, number: int) -> Page:
        """Lines and ruled tables of one page; grey levels, shape (height, width)."""
        found = self._recognise(image, self._turns)
        if found.texts and not found.is_sure:
            found = self._recognise_turned(image, found)
        if not found.is_sure and _bears_something(image):
            self.unread.append(number)
        if not found.texts:
            return Page(())
        self._scores += found.scores
        slope = _slope(found.boxes)
        fragments = [
            _fragment(text, box, slope) for text, box in zip(found.texts, found.boxes, strict=True)
        ]
        return lay_out(fragments, list(_find_rulings(found.image, slope)), self._most)

    def check_legibility(self) -> None:
        """Call when all pages were read.

        Raises:
            UnreadableFileError: what was recognised is mostly guesswork, or nothing.
        """
        mean = sum(self._scores) / len(self._scores) if self._scores else 0.0
        if self._scores and mean < _LOWEST_MEAN_SCORE:
            raise UnreadableFileError(Reason.ILLEGIBLE_SCAN)

    def _recognise(self, image: Image, turns: int) -> _Found:
        turned = np.ascontiguousarray(np.rot90(image, turns))
        found: Any = self._engine(turned, use_cls=False)
        if found.boxes is None or found.txts is None:
            return _Found(turned, turns, np.zeros((0, 4, 2), np.float32), (), ())
        return _Found(turned, turns, found.boxes, tuple(found.txts), tuple(found.scores))

    def _recognise_turned(self, image: Image, first: _Found) -> _Found:
        """Pages fed sideways or upside down; the turn that helped is tried first from then on."""
        best = first
        for turns in (2,) if first.is_upright else (1, 3):
            found = self._recognise(image, (first.turns + turns) % 4)
            if found.is_sure:
                self._turns = found.turns
                return found
            best = max(best, found, key=lambda each: (each.is_upright, each.mean_score))
        return best


def _make_engine() -> "RapidOCR":
    # One thread: two files are read side by side, and answers need a core.
    threads = "EngineConfig.onnxruntime"
    try:
        from rapidocr import RapidOCR

        return RapidOCR(
            params={
                "Global.log_level": "critical",
                f"{threads}.intra_op_num_threads": 1,
                f"{threads}.inter_op_num_threads": 1,
            }
        )
    except ImportError as error:
        raise UnreadableFileError(Reason.OCR_MISSING) from error


def _bears_something(image: Image) -> bool:
    """Whether there is more on a page than paper and dust."""
    return float((image < np.percentile(image, 95) - _INK).mean()) > _BLANK_SHARE


def _width(box: NDArray[np.float32]) -> float:
    return float(np.ptp(box[:, 0]))


def _height(box: NDArray[np.float32]) -> float:
    return float(np.ptp(box[:, 1]))


def _slope(boxes: NDArray[np.float32]) -> float:
    """How far lines fall per unit of width, for a page that lies askew."""
    wide = [box for box in boxes if box[1][0] - box[0][0] > 4 * (box[3][1] - box[0][1])]
    slopes = [(box[1][1] - box[0][1]) / (box[1][0] - box[0][0]) for box in wide]
    return float(np.median(slopes)) if slopes else 0.0


def _fragment(text: str, box: NDArray[np.float32], slope: float) -> Fragment:
    """The text in an upright box, the page's slope taken out."""
    xs, ys = box[:, 0], box[:, 1] - slope * box[:, 0]
    left, right = float(xs.min()), float(xs.max())
    return Fragment(_printed(text), left, float(ys.min()), right, float(ys.max()))


def _printed(text: str) -> str:
    """Marks in the width in which official documents print them."""
    text = _NARROW_MARK.sub(lambda match: match[0].translate(_WIDE), text.strip())
    return _YEAR_OF_NUMBER.sub(r"〔\1〕", text)


def _find_rulings(image: Image, slope: float) -> Iterable[Ruling]:
    """Long dark strokes, found by opening the picture with long thin shapes."""
    import cv2

    if abs(slope) > 1e-3:
        height, width = image.shape
        shear = np.array([[1.0, slope, 0.0], [-slope, 1.0, 0.0]])
        image = cv2.warpAffine(image, shear, (width, height), borderValue=255).astype(np.uint8)
    dark = cv2.adaptiveThreshold(
        image, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 15
    )
    length = max(math.ceil(max(image.shape) / _SHORTEST_RULING), 20)
    for shape in ((length, 1), (1, length)):
        kernel = cv2.getStructuringElement(cv2.MORPH_RECT, shape)
        strokes = cv2.dilate(cv2.morphologyEx(dark, cv2.MORPH_OPEN, kernel), np.ones((3, 3)))
        count, _, stats, _ = cv2.connectedComponentsWithStats(strokes)
        for left, top, width, height, _area in stats[1:count]:
            # Strokes of characters are as thick as long pieces of frames are thin.
            if min(width, height) <= 12:
                yield Ruling(float(left), float(top), float(left + width), float(top + height))
