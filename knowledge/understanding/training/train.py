"""Trains the model file from labelled messages and from questions with their clauses.

The trunk's states are made once and kept in ``work``; so is the branch after every pass, from
which a run that was stopped goes on.
"""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.model.inputs import Layout
from knowledge.understanding.normaliser import fold
from knowledge.understanding.training.adapter import (
    FEATURES,
    Adapter,
    AdapterPlan,
    Asked,
    train_adapter,
)
from knowledge.understanding.training.dataset import LabelledMessage, Pair, folded
from knowledge.understanding.training.export import Whole, export
from knowledge.understanding.training.fit import Plan, Sample, prepare, train
from knowledge.understanding.training.network import Branch, Trunk
from knowledge.understanding.training.pieces import build_tokenizer, choose_pieces
from knowledge.understanding.training.weights import default_path, read_model

WINDOW = 512
Progress = Callable[[str, int, int], None]  # what is done, how far, of how much


@dataclass(frozen=True, slots=True)
class Clauses:
    """What questions are answered from: a text for each clause, and where each pair may look.

    ``ladders`` has the numbers of the clauses that hold where a pair is asked, ``features`` a row
    of :data:`~.adapter.FEATURES` for each of those, ``right`` the numbers of those that answer it.
    """

    texts: Sequence[str]
    ladders: Sequence[np.ndarray]
    features: Sequence[np.ndarray]
    right: Sequence[frozenset[int]]


class Trainer:
    """One training: holds the encoder, and files what takes long in ``work``."""

    def __init__(self, work: Path, on_progress: Progress = lambda what, done, total: None) -> None:
        work.mkdir(parents=True, exist_ok=True)
        self._work, self._tell = work, on_progress
        self._file = read_model(default_path())
        kept = choose_pieces(self._file)
        self._tokenizer = build_tokenizer(self._file, kept)
        self._layout = Layout(self._tokenizer)
        self.trunk = Trunk(self._file, kept).eval()

    def samples(self, messages: Sequence[LabelledMessage]) -> list[Sample]:
        """The messages with the trunk's states; a message seen before is not run again."""
        path = self._work / "samples.pt"
        known: dict[str, Sample] = torch.load(path, weights_only=False) if path.exists() else {}
        read = [folded(message) for message in messages]
        keys = [hashlib.sha256(repr(message).encode()).hexdigest() for message in read]
        missing = [m for m, key in zip(read, keys, strict=True) if key not in known]
        made = prepare(
            missing, self._layout, self.trunk, lambda done, of: self._tell("读消息", done, of)
        )
        for message, sample in zip(missing, made, strict=True):
            known[hashlib.sha256(repr(message).encode()).hexdigest()] = sample
        if missing:
            torch.save(known, path)
        return [known[key] for key in keys]

    def branch(self, samples: Sequence[Sample], plan: Plan, name: str = "branch") -> Branch:
        """Train a branch, or go on with one whose training was stopped."""
        branch = Branch(self._file)
        train(
            branch,
            samples,
            plan,
            self._work / f"{name}.pt",
            lambda epoch, loss: self._tell(f"学理解（loss {loss:.2f}）", epoch, plan.epochs),
        )
        return branch

    def vectors(self, texts: Sequence[str], *, passages: bool) -> np.ndarray:
        """Unit sentence vectors, one row each; kept by their texts."""
        path = self._work / ("passages.npz" if passages else "questions.npz")
        known = dict(np.load(path)) if path.exists() else {}
        keys = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for done, (key, text) in enumerate(missing.items(), start=1):
            known[key] = self._vector(fold(text).text, passages)
            self._tell("读条文" if passages else "读问题", done, len(missing))
        if missing:
            np.savez(path, **known)
        return np.stack([known[key] for key in keys]).astype(np.float32)

    def asked(self, pairs: Sequence[Pair], clauses: Clauses) -> tuple[list[Asked], np.ndarray]:
        """All pairs as asked, and the clauses' vectors, a row for each."""
        rows = self.vectors(clauses.texts, passages=True)
        questions = self.vectors([pair.text for pair in pairs], passages=False)
        looked_up = zip(questions, clauses.ladders, clauses.features, clauses.right, strict=True)
        return [Asked(*one) for one in looked_up], rows

    def adapter(self, asked: Sequence[Asked], rows: np.ndarray, plan: AdapterPlan) -> Adapter:
        """Train on those of the pairs that one of their clauses may answer where they are asked."""
        usable = [one for one in asked if one.right & set(one.ladder.tolist())]
        return train_adapter(
            usable, rows, plan, lambda epoch, loss: self._tell("学找条文", epoch, plan.epochs)
        )

    def write(
        self,
        branch: Branch,
        adapter: Adapter,
        version: str,
        scale: Mapping[str, float],
        out: Path,
    ) -> None:
        """Write the model file; ``scale`` lays its scores on those of answers."""
        labels = {"acts": Act, "matters": Matter, "forms": Form, "roles": Role, "who": Who}
        about = {name: " ".join(label.value for label in kind) for name, kind in labels.items()}
        weights = dict(zip(FEATURES, map(float, adapter.features), strict=True))
        about |= {"version": version, "scoring": json.dumps({**weights, **scale})}
        sample = self._layout.message("想贷二十万开面馆", ["我在济宁"])
        export(Whole(self.trunk, branch, adapter), self._tokenizer, sample, about, out)

    @torch.no_grad()
    def _vector(self, text: str, passages: bool) -> np.ndarray:
        laid = self._layout.passage(text, WINDOW) if passages else [self._layout.message(text)]
        states = [self.trunk(torch.from_numpy(one.pieces))[1].mean(0) for one in laid]
        units = [state / state.norm() for state in states]
        mean = torch.stack(units).mean(0)
        return (mean / mean.norm()).numpy().astype(np.float16)
