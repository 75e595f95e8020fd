"""Runs the model file: one pass over a message gives its vectors and what it means.

The file holds the network in 8-bit integers, its tokenizer and the names of its labels; CARD.md
beside it tells what it was trained on and how well it reads authors it never saw.
"""

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.errors import ModelError
from knowledge.kit.aside import run_aside
from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.model.inputs import INPUTS, Inputs, Layout
from knowledge.understanding.model.outputs import Output

SHIPPED = Path(__file__).parent / "reading.onnx"
DIMENSIONS = 384
# In pieces. A longer passage is read in windows whose vectors are averaged.
WINDOW = 512
# In pieces or characters. What is longer keeps a core busy for a tenth of a second or more.
LONG_PASS = 160
LABELS = {
    "acts": Act,
    "matters": Matter,
    "forms": Form,
    "roles": Role,
    "who": Who,
}


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters ``start`` up to ``end`` of the message, the role they play, and how sure it is."""

    start: int
    end: int
    role: Role
    confidence: float


@dataclass(frozen=True, slots=True)
class Said:
    """What the network says of a message; likelihoods from 0 to 1.

    ``question`` is the unit vector to search with, ``question_whole`` the same with what was
    said before; ``forms`` gives for each matter its likeliest form, ``order`` where in the
    message it is asked about; ``plainness`` tells how plain it is that any matter is.
    """

    question: np.ndarray
    question_whole: np.ndarray
    acts: dict[Act, float]
    who: dict[Who | None, float]
    goes_on: float
    matters: dict[Matter, float]
    forms: dict[Matter, Form]
    order: dict[Matter, float]
    plainness: float
    stretches: tuple[Stretch, ...]


# Below this a tag counts as impossible as any.
_LEAST = 1e-6


class MessageModel:
    """The model in a file; loaded at the first use, safe to use from several threads.

    Args:
        path: the file; it may also come from ``chuangdai models train``.
    """

    def __init__(self, path: Path = SHIPPED) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._session: Any = None
        self._layout: Layout | None = None
        self._about: dict[str, str] = {}

    @property
    def version(self) -> str:
        """Tells one training from another."""
        self._loaded()
        return self._about.get("version", "")

    @property
    def scoring(self) -> str:
        """The weights with which clauses are scored, learnt with the vectors; JSON."""
        self._loaded()
        return self._about.get("scoring", "{}")

    def read(self, text: str, before: Sequence[str] = ()) -> Said:
        """What a folded message says, after what the same person said before, oldest first.

        Raises:
            ModelError: the file is missing or is no such model.
        """
        inputs = self._loaded().message(text, before)
        found = self._run(inputs, list(Output))
        return Said(
            question=found[Output.QUESTION],
            question_whole=found[Output.QUESTION_WHOLE],
            acts=dict(zip(Act, found[Output.ACT].tolist(), strict=True)),
            who=dict(zip((None, *Who), found[Output.WHO].tolist(), strict=True)),
            goes_on=float(found[Output.GOES_ON].reshape(-1)[0]) if before else 0.0,
            matters=dict(zip(Matter, found[Output.MATTERS].tolist(), strict=True)),
            forms=dict(
                zip(Matter, (list(Form)[n] for n in found[Output.FORMS].argmax(-1)), strict=True)
            ),
            order=dict(zip(Matter, found[Output.ORDER].tolist(), strict=True)),
            plainness=float(found[Output.PLAINNESS].reshape(-1)[0]),
            stretches=tuple(find_stretches(found[Output.TAGS][inputs.start :][: len(text)])),
        )

    def question(self, text: str) -> np.ndarray:
        """The unit vector to search with, of a folded question."""
        return self._run(self._loaded().message(text), [Output.QUESTION])[Output.QUESTION]

    def plain_question(self, text: str) -> np.ndarray:
        """The same as the encoder makes it, nothing learnt for this field."""
        return self._run(self._loaded().message(text), [Output.SENTENCE])[Output.SENTENCE]

    def passage(self, text: str) -> np.ndarray:
        """The unit vector by which a folded clause is found."""
        return self._passage(text, Output.PASSAGE)

    def plain_passage(self, text: str) -> np.ndarray:
        """The same as the encoder makes it, nothing learnt for this field."""
        return self._passage(text, Output.SENTENCE)

    def _passage(self, text: str, output: Output) -> np.ndarray:
        windows = self._loaded().passage(text, WINDOW)
        vectors = [self._run(window, [output])[output] for window in windows]
        mean = np.mean(vectors, axis=0)
        return np.asarray(mean / max(float(np.linalg.norm(mean)), 1e-6), np.float32)

    def _run(self, inputs: Inputs, wanted: Sequence[Output]) -> dict[Output, np.ndarray]:
        self._loaded()
        arrays = {name: getattr(inputs, name) for name in INPUTS}
        run = partial(self._session.run, [str(one) for one in wanted], arrays)
        is_long = max(len(inputs.pieces), len(inputs.owner)) > LONG_PASS
        return dict(zip(wanted, run_aside(run) if is_long else run(), strict=True))

    def _loaded(self) -> Layout:
        with self._lock:
            if self._layout is None:
                self._session, self._layout = self._open()
            return self._layout

    def _open(self) -> tuple[Any, Layout]:
        # Here and not above: a command that reads no message does not wait for them.
        import onnxruntime
        from tokenizers import Tokenizer

        options = onnxruntime.SessionOptions()
        # How many messages are read side by side is decided by those who ask.
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            session = onnxruntime.InferenceSession(
                str(self._path), options, providers=["CPUExecutionProvider"]
            )
            about = session.get_modelmeta().custom_metadata_map
            tokenizer = Tokenizer.from_str(about["tokenizer"])
        except Exception as error:  # the libraries raise what they like
            raise ModelError(f"cannot read the model {self._path.name}: {error}") from error
        for name, labels in LABELS.items():
            if about.get(name, "").split() != [label.value for label in labels]:
                raise ModelError(f"the model {self._path.name} was trained with other {name}")
        self._about = dict(about)
        return session, Layout(tokenizer)


def find_stretches(tags: np.ndarray) -> list[Stretch]:
    """Stretches from the likelihood of each tag for each character (C × tags).

    Tag 0 is outside; of each role come begin and inside. Of all ways to tag the whole message in
    which inside follows begin or inside of the same role, the likeliest is taken (Viterbi): read
    one by one, 10万 may fall apart into two sums. A stretch's confidence is the mean of what its
    characters were read with.
    """
    roles = list(Role)
    path = _likeliest_path(np.log(np.maximum(tags, _LEAST)))
    found: list[Stretch] = []
    start, role = -1, -1
    for at, tag in enumerate([*path, 0]):
        if start >= 0 and tag and tag % 2 == 0:
            continue
        if start >= 0:
            sure = float(tags[range(start, at), path[start:at]].mean())
            found.append(Stretch(start, at, roles[role], sure))
        start, role = (at, (tag - 1) // 2) if tag else (-1, -1)
    return found


def _likeliest_path(logs: np.ndarray) -> list[int]:
    """A tag for each character: begin has odd numbers, inside of the same role the next even."""
    if not len(logs):
        return []
    score = logs[0].copy()
    score[2::2] = -np.inf
    came_from = np.zeros(logs.shape, np.int64)
    inside = np.arange(2, logs.shape[1], 2)
    for at in range(1, len(logs)):
        before = score
        came_from[at] = before.argmax()
        begun, gone_on = before[1::2], before[2::2]
        came_from[at, inside] = np.where(begun > gone_on, inside - 1, inside)
        score = before[came_from[at]] + logs[at]
    path = [int(score.argmax())]
    for at in range(len(logs) - 1, 0, -1):
        path.append(int(came_from[at, path[-1]]))
    return path[::-1]
