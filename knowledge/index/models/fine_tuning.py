"""Trains a sentence-transformers model on questions and the clauses that answer them.

The other clauses of a batch are what a question must stay away from (multiple negatives
ranking loss). A clause that is near but wrong, from the same document at best, teaches more:
a place name alone tells most clauses of a batch apart.

Word embeddings stay as they are: they are four fifths of the weights, and a few thousand
pairs would only unlearn the words that do not occur in them.
"""

import json
import random
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from knowledge.errors import ModelError
from knowledge.index.models.libraries import need

SEED = 7
GRADIENT_LIMIT = 1.0
WARM_UP_SHARE = 0.1


class Pair(NamedTuple):
    """A question, the text that answers it, and if known one that is near but wrong."""

    question: str
    clause: str
    wrong: str | None = None


class Schedule(NamedTuple):
    """How long and how hard to train; ``most_steps`` ends it early."""

    epochs: int = 1
    batch_size: int = 16
    rate: float = 2e-5
    most_steps: int | None = None
    most_tokens: int = 192


ONE_EPOCH = Schedule()


def read_pairs(path: Path) -> list[Pair]:
    """Read JSON lines with ``question``, ``clause`` and optionally ``wrong``.

    Raises:
        ModelError: a line is none of that, or there are not two different clauses.
    """
    try:
        lines = path.read_text("utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ModelError(f"cannot read {path.name}: {error}") from error
    pairs = [
        _read_pair(line, f"{path.name}, line {number}")
        for number, line in enumerate(lines, start=1)
        if line.strip()
    ]
    if len({pair.clause for pair in pairs}) < 2:
        raise ModelError(f"{path.name}: two different clauses at least are needed")
    return pairs


def _read_pair(line: str, place: str) -> Pair:
    try:
        row = json.loads(line)
        wrong = row.get("wrong")
        return Pair(str(row["question"]), str(row["clause"]), str(wrong) if wrong else None)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ModelError(f"{place}: not an object with question and clause") from error


def fine_tune(
    base: Path,
    pairs: Sequence[Pair],
    out: Path,
    schedule: Schedule = ONE_EPOCH,
    on_progress: Callable[[int, int, float], None] = lambda done, total, loss: None,
) -> None:
    """Train the model in ``base`` and write it to ``out``; ``on_progress`` hears the loss.

    Raises:
        ModelError: ``base`` holds no model, or the extra ``models`` is missing.
    """
    need("torch", "sentence_transformers")
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.losses import MultipleNegativesRankingLoss

    torch.manual_seed(SEED)
    try:
        model = SentenceTransformer(str(base), device="cpu", local_files_only=True)
    except (OSError, ValueError) as error:
        raise ModelError(f"cannot load the model in {base.name}: {error}") from error
    most_tokens, model.max_seq_length = model.max_seq_length, schedule.most_tokens
    for name, weight in model.named_parameters():
        weight.requires_grad = "word_embeddings" not in name
    loss_of = MultipleNegativesRankingLoss(model)
    trained = [weight for weight in model.parameters() if weight.requires_grad]
    optimizer = torch.optim.AdamW(trained, lr=schedule.rate, weight_decay=0.01)
    batches = list(_batches(pairs, schedule))[: schedule.most_steps]
    warm_up = max(int(WARM_UP_SHARE * len(batches)), 1)
    slope = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / warm_up, 1 - step / (len(batches) + 1))
    )
    model.train()
    for done, batch in enumerate(batches, start=1):
        sides = [model.preprocess(column) for column in _columns(batch, model.prompts)]
        loss = loss_of(sides, None)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(trained, GRADIENT_LIMIT)
        optimizer.step()
        slope.step()
        optimizer.zero_grad()
        on_progress(done, len(batches), float(loss.detach()))
    model.max_seq_length = most_tokens
    model.save(str(out), create_model_card=False)


def _columns(batch: Sequence[Pair], prompts: dict[str, str]) -> list[list[str]]:
    """Questions, right clauses and, where all have one, wrong clauses, as the model wants them."""
    front, behind = prompts.get("query", ""), prompts.get("document", "")
    columns = [
        [front + pair.question for pair in batch],
        [behind + pair.clause for pair in batch],
    ]
    wrong = [behind + pair.wrong for pair in batch if pair.wrong]
    return [*columns, wrong] if len(wrong) == len(batch) else columns


def _batches(pairs: Sequence[Pair], schedule: Schedule) -> Iterator[list[Pair]]:
    """Shuffled batches in which no clause occurs twice: it would count as wrong for itself."""
    dice = random.Random(SEED)
    for _ in range(schedule.epochs):
        waiting = dice.sample(pairs, len(pairs))
        while waiting:
            batch: dict[str, Pair] = {}
            later = []
            for pair in waiting:
                if len(batch) < schedule.batch_size and pair.clause not in batch:
                    batch[pair.clause] = pair
                else:
                    later.append(pair)
            waiting = later
            if len(batch) > 1:
                yield list(batch.values())
