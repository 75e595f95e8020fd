"""Trains the model file from the project's data, or with an office's own beside it.

What is held out takes no part in the training and is what the figures are of: authors of
messages, authors of pairs, and every fourth document of the pairs.
"""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from knowledge.documents import NATION, PolicyDocument
from knowledge.evaluation.finding import Places, look_up, ranks
from knowledge.evaluation.ranks import RankShares, rank_shares
from knowledge.index.chunks import Chunk, chunk_documents
from knowledge.retrieval.scoring import BEST, OTHER
from knowledge.understanding.thresholds import thresholds
from knowledge.understanding.training.adapter import Adapter, AdapterPlan, scorer
from knowledge.understanding.training.dataset import (
    HELD_OUT_MESSAGES,
    HELD_OUT_PAIRS,
    MESSAGES,
    PAIRS,
    Pair,
    read_messages,
    read_pairs,
)
from knowledge.understanding.training.fit import Plan
from knowledge.understanding.training.scores import score
from knowledge.understanding.training.tally import Scores
from knowledge.understanding.training.train import Clauses, Progress, Trainer
from knowledge.understanding.training.varying import after_others, varied

SEED = 3
DOCUMENTS_HELD_OUT = 4  # of so many one


@dataclass(frozen=True, slots=True)
class Found:
    """How well clauses are found, by what was held out; shares from 0 to 1."""

    name: str
    questions: int
    shares: RankShares
    national: int
    national_shares: RankShares


@dataclass(frozen=True, slots=True)
class Report:
    """What a training reached on what took no part in it; ``messages`` by author."""

    messages: Mapping[str, Scores]
    found: Sequence[Found]


def train_model(
    documents: Mapping[str, PolicyDocument],
    out: Path,
    work: Path,
    *,
    own: Path | None = None,
    version: str,
    plan: Plan | None = None,
    on_progress: Progress = lambda what, done, total: None,
) -> Report:
    """Train, write the file, and tell how well it reads and finds.

    Args:
        documents: the corpus whose clauses the pairs name.
        out: where the model file is written.
        work: keeps what takes long; a stopped training goes on from there.
        own: a folder with an office's own ``messages/`` and ``pairs/``, added to the project's.
        version: tells this training from others.
        plan: how long to train the branch.
        on_progress: hears what is done, how far, of how much.
    """
    trainer = Trainer(work, on_progress)
    extra = [own] if own else []
    messages = read_messages([MESSAGES, *(folder / "messages" for folder in extra)])
    samples = trainer.samples([*messages, *varied(messages, SEED), *after_others(messages, SEED)])
    branch = trainer.branch(samples, plan or Plan())
    held_out = read_messages([HELD_OUT_MESSAGES])
    authors = sorted({message.author for message in held_out})
    sure = thresholds().matter
    by_author = {
        author: score(branch, trainer.samples([m for m in held_out if m.author == author]), sure)
        for author in authors
    }
    finder = Finder(trainer, documents, extra)
    found = [finder.without_documents(), finder.without_authors()]
    adapter = finder.train(range(len(finder.pairs)))
    trainer.write(branch, adapter, version, finder.scale(adapter), out)
    return Report(by_author, found)


class Finder:
    """Trains and tries adapters on the pairs."""

    def __init__(
        self,
        trainer: Trainer,
        documents: Mapping[str, PolicyDocument],
        extra: Sequence[Path] = (),
    ) -> None:
        self._chunks: list[Chunk] = chunk_documents(documents.values())
        trained = read_pairs([PAIRS, *(folder / "pairs" for folder in extra)])
        self.pairs: list[Pair] = [*trained, *read_pairs([HELD_OUT_PAIRS])]
        self._unseen = range(len(trained), len(self.pairs))
        self._places: Places = look_up(self.pairs, self._chunks)
        texts = [chunk.text for chunk in self._chunks]
        clauses = Clauses(texts, self._places.ladders, self._places.features, self._places.right)
        self._trainer = trainer
        self._asked, self._rows = trainer.asked(self.pairs, clauses)

    def train(self, only: Sequence[int]) -> Adapter:
        """An adapter trained on the pairs of these numbers."""
        return self._trainer.adapter([self._asked[n] for n in only], self._rows, AdapterPlan())

    def without_documents(self) -> Found:
        """Trained without every fourth document, tried on the questions about those."""
        names = sorted({c.partition("#")[0] for pair in self.pairs for c in pair.clauses})
        random.Random(SEED).shuffle(names)
        held = set(names[: len(names) // DOCUMENTS_HELD_OUT])

        def is_held(number: int) -> bool:
            return any(c.partition("#")[0] in held for c in self.pairs[number].clauses)

        numbers = range(len(self.pairs))
        adapter = self.train([n for n in numbers if not is_held(n)])
        return self._found("documents never trained on", adapter, list(filter(is_held, numbers)))

    def without_authors(self) -> Found:
        """Trained without the authors held out, tried on their questions."""
        adapter = self.train(range(self._unseen.start))
        return self._found("authors never trained on", adapter, self._unseen)

    def scale(self, adapter: Adapter) -> dict[str, float]:
        """What lays the best score of usual questions, and of another clause, on the scale."""
        best, other = [], []
        scores_of = self._scores(adapter)
        for number in range(0, len(self.pairs), 5):
            scores = np.sort(scores_of(number))
            best.append(scores[-1])
            other.append(np.median(scores))
        top, usual = float(np.median(best)), float(np.median(other))
        slope = (BEST - OTHER) / (top - usual)
        return {"slope": slope, "shift": BEST - slope * top}

    def _found(self, name: str, adapter: Adapter, only: Sequence[int]) -> Found:
        national = [n for n in only if self._is_national(n)]
        shares, of_nation = (
            rank_shares(ranks(self._places, self._scores(adapter), numbers))
            for numbers in (only, national)
        )
        return Found(name, len(only), shares, len(national), of_nation)

    def _is_national(self, number: int) -> bool:
        return any(self._chunks[n].document.region == NATION for n in self._places.right[number])

    def _scores(self, adapter: Adapter) -> Callable[[int], np.ndarray]:
        return scorer(adapter, self._asked, self._rows)
