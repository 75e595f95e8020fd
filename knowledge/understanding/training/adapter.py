"""Two matrices that bring questions and the clauses that answer them together.

``q' = normalise(Wq (q - mean q))``, ``p' = normalise(Wp (p - mean p))``; both begin as identity.
The score is ``q'·p' + w·features`` with ``w`` learnt (see :data:`FEATURES`); trained by a softmax
over the clauses of the asker's ladder, several right clauses summed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

WIDTH = 384
# What share of the question's words a clause covers, and whether it is of the very place asked
# about, of one around it, or of the nation.
FEATURES = ("coverage", "own", "above", "nation")
_AT_FIRST = (0.6, 0.0, 0.0, 0.0)


class Adapter(nn.Module):
    """The matrices with the means they take off."""

    def __init__(self, questions: Tensor | None = None, passages: Tensor | None = None) -> None:
        super().__init__()
        zero = torch.zeros(WIDTH)
        self.register_buffer("mean_q", zero.clone() if questions is None else questions.mean(0))
        self.register_buffer("mean_p", zero.clone() if passages is None else passages.mean(0))
        self.q, self.p = nn.Parameter(torch.eye(WIDTH)), nn.Parameter(torch.eye(WIDTH))
        self.features = nn.Parameter(torch.tensor(_AT_FIRST))
        self.heat = nn.Parameter(torch.tensor(3.0))

    def question(self, pooled: Tensor) -> Tensor:
        """Vector to search with, of states averaged over a question (… × W)."""
        unit = nn.functional.normalize(pooled, dim=-1)
        return nn.functional.normalize((unit - self.mean_q) @ self.q.T, dim=-1)

    def passage(self, pooled: Tensor) -> Tensor:
        """Vector to be found by, of states averaged over a clause."""
        unit = nn.functional.normalize(pooled, dim=-1)
        return nn.functional.normalize((unit - self.mean_p) @ self.p.T, dim=-1)


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with what it may be answered by.

    ``vector`` is its unit sentence vector, ``ladder`` the numbers of the clauses that hold where
    it is asked, ``features`` a row of :data:`FEATURES` for each, ``right`` those that answer it.
    """

    vector: np.ndarray
    ladder: np.ndarray
    features: np.ndarray
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class AdapterPlan:
    """How long and how boldly to train."""

    epochs: int = 10
    batch: int = 64
    rate: float = 1e-3
    features_rate: float = 1e-2
    # Noise on the questions' vectors, which keeps the matrices from learning them by heart.
    noise: float = 0.04
    decay: float = 0.2
    seed: int = 7


def train_adapter(
    asked: Sequence[Asked],
    passages: np.ndarray,
    plan: AdapterPlan,
    on_epoch: Callable[[int, float], None] = lambda epoch, loss: None,
) -> Adapter:
    """Fit an adapter; ``passages`` are unit sentence vectors, one row for each clause."""
    random.seed(plan.seed)
    torch.manual_seed(plan.seed)
    rows = torch.from_numpy(passages).float()
    adapter = Adapter(torch.from_numpy(np.stack([a.vector for a in asked])).float(), rows)
    optimiser = torch.optim.AdamW(
        [
            {"params": [adapter.q, adapter.p], "weight_decay": plan.decay},
            {
                "params": [adapter.features, adapter.heat],
                "weight_decay": 0.0,
                "lr": plan.features_rate,
            },
        ],
        plan.rate,
    )
    order = list(range(len(asked)))
    for epoch in range(plan.epochs):
        random.shuffle(order)
        total, batches = 0.0, 0
        for at in range(0, len(order), plan.batch):
            batch = [asked[number] for number in order[at : at + plan.batch]]
            loss = _loss(adapter, batch, rows, plan.noise)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total, batches = total + float(loss.detach()), batches + 1
        on_epoch(epoch + 1, total / batches)
    return adapter.eval()


def scorer(
    adapter: Adapter, asked: Sequence[Asked], passages: np.ndarray
) -> Callable[[int], np.ndarray]:
    """Gives for the question of a number a score for each clause of its ladder."""
    with torch.no_grad():
        rows = adapter.passage(torch.from_numpy(passages)).numpy()
        vectors = torch.from_numpy(np.stack([one.vector for one in asked])).float()
        questions, weights = adapter.question(vectors).numpy(), adapter.features.numpy()

    def scores(number: int) -> np.ndarray:
        one = asked[number]
        return np.asarray(rows[one.ladder] @ questions[number] + one.features @ weights)

    return scores


def _loss(adapter: Adapter, batch: Sequence[Asked], rows: Tensor, noise: float) -> Tensor:
    vectors = torch.from_numpy(np.stack([a.vector for a in batch])).float()
    questions = adapter.question(vectors + noise * torch.randn_like(vectors))
    found = adapter.passage(rows)
    losses = []
    for question, one in zip(questions, batch, strict=True):
        scores = found[torch.from_numpy(one.ladder)] @ question
        scores = scores + torch.from_numpy(one.features).float() @ adapter.features
        scores = adapter.heat.exp() * scores
        is_right = torch.tensor([int(n) in one.right for n in one.ladder])
        losses.append(scores.logsumexp(0) - scores[is_right].logsumexp(0))
    return torch.stack(losses).mean()
