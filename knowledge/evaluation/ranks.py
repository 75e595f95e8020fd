"""What a list of ranks amounts to."""

from collections.abc import Sequence
from dataclasses import dataclass

DEPTH = 10


@dataclass(frozen=True, slots=True)
class RankShares:
    """Shares from 0 to 1: right answer first, among the first five, mean reciprocal rank @10."""

    hit_1: float
    hit_5: float
    mrr: float


def rank_shares(ranks: Sequence[int | None]) -> RankShares:
    """Sum up ranks that count from 1; None stands for not found."""
    found = [rank for rank in ranks if rank is not None and rank <= DEPTH]
    total = max(len(ranks), 1)
    return RankShares(
        hit_1=sum(rank == 1 for rank in found) / total,
        hit_5=sum(rank <= 5 for rank in found) / total,
        mrr=sum(1 / rank for rank in found) / total,
    )
