"""Two matrices that bring questions and the clauses that answer them together.

``q' = normalise(Wq (q - mean q))``, ``p' = normalise(Wp (p - mean p))``; both begin as identity.
The score is ``q'·p' + w·coverage`` with ``w`` learnt; trained by a softmax over the clauses of
the asker's ladder, several right clauses summed.
"""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

WIDTH = 384


class Adapter(nn.Module):
    """The matrices with the means they take off."""

    def __init__(self, questions: Tensor | None = None, passages: Tensor | None = None) -> None:
        super().__init__()
        zero = torch.zeros(WIDTH)
        self.register_buffer("mean_q", zero.clone() if questions is None else questions.mean(0))
        self.register_buffer("mean_p", zero.clone() if passages is None else passages.mean(0))
        self.q, self.p = nn.Parameter(torch.eye(WIDTH)), nn.Parameter(torch.eye(WIDTH))
        self.coverage = nn.Parameter(torch.tensor(2.0))
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
    it is asked, ``coverage`` one figure for each of them, ``right`` those that answer it.
    """

    vector: np.ndarray
    ladder: np.ndarray
    coverage: np.ndarray
    right: frozenset[int]


@dataclass(frozen=True, slots=True)
class AdapterPlan:
    """How long and how boldly to train."""

    epochs: int = 8
    batch: int = 64
    rate: float = 1e-3
    decay: float = 0.05
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
    optimiser = torch.optim.AdamW(adapter.parameters(), plan.rate, weight_decay=plan.decay)
    order = list(range(len(asked)))
    for epoch in range(plan.epochs):
        random.shuffle(order)
        total, batches = 0.0, 0
        for at in range(0, len(order), plan.batch):
            batch = [asked[number] for number in order[at : at + plan.batch]]
            loss = _loss(adapter, batch, rows)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            total, batches = total + float(loss.detach()), batches + 1
        on_epoch(epoch + 1, total / batches)
    return adapter.eval()


def _loss(adapter: Adapter, batch: Sequence[Asked], rows: Tensor) -> Tensor:
    questions = adapter.question(torch.from_numpy(np.stack([a.vector for a in batch])).float())
    found = adapter.passage(rows)
    losses = []
    for question, one in zip(questions, batch, strict=True):
        scores = found[torch.from_numpy(one.ladder)] @ question
        scores = scores + 0.3 * adapter.coverage * torch.from_numpy(one.coverage).float()
        scores = adapter.heat.exp() * scores
        is_right = torch.tensor([int(n) in one.right for n in one.ladder])
        losses.append(scores.logsumexp(0) - scores[is_right].logsumexp(0))
    return torch.stack(losses).mean()
