"""How well messages are read, on authors that took no part in the training."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import torch

from knowledge.understanding.labels import Role
from knowledge.understanding.training.fit import Sample, decode_tags, run
from knowledge.understanding.training.network import Branch

COUNTS_AND_AMOUNTS = {
    Role.EMPLOYEES, Role.NEW_HIRES, Role.LEAVERS, Role.PARTNERS_TOTAL, Role.PARTNERS_OTHERS,
    Role.AMOUNT_WANTED, Role.AMOUNT_HEARD, Role.LOAN_BALANCE, Role.OTHER_MONEY,
}  # fmt: skip


@dataclass
class Scores:
    """Counts of what was right; each share is between 0 and 1."""

    messages: int = 0
    right: Counter[str] = field(default_factory=Counter)
    of: Counter[str] = field(default_factory=Counter)
    hit: Counter[Role] = field(default_factory=Counter)
    said: Counter[Role] = field(default_factory=Counter)
    marked: Counter[Role] = field(default_factory=Counter)

    def share(self, what: str) -> float:
        """The share that was right of ``act``, ``matter``, ``matters``, ``form`` or ``who``."""
        return self.right[what] / max(self.of[what], 1)

    def f1(self, roles: Sequence[Role] | set[Role] = tuple(Role)) -> float:
        """Harmonic mean of precision and recall of exact stretches."""
        hit, said, marked = (
            sum(count[role] for role in roles) for count in (self.hit, self.said, self.marked)
        )
        return 2 * hit / max(said + marked, 1)

    def add(self, what: str, is_right: bool) -> None:
        """Count one more."""
        self.of[what] += 1
        self.right[what] += is_right


@torch.no_grad()
def score(branch: Branch, samples: Sequence[Sample], sure: float = 0.5) -> Scores:
    """Read the samples and compare."""
    branch.eval()
    scores = Scores(messages=len(samples))
    for at in range(0, len(samples), 32):
        batch = samples[at : at + 32]
        said, _ = run(branch, batch)
        for row, sample in enumerate(batch):
            length = len(sample.owner)
            own = sample.tags >= 0
            found = set(decode_tags(said.tags[row, :length].argmax(-1)[own].numpy()))
            meant = set(decode_tags(sample.tags[own].numpy()))
            for stretch in found:
                scores.said[stretch[2]] += 1
                scores.hit[stretch[2]] += stretch in meant
            for stretch in meant:
                scores.marked[stretch[2]] += 1
            scores.add("act", int(said.act[row].argmax()) == sample.act)
            scores.add(f"act:{sample.act}", int(said.act[row].argmax()) == sample.act)
            scores.add("who", int(said.who[row].argmax()) == sample.who)
            scores.add("goes_on", (said.goes_on[row] > 0) == (sample.goes_on > 0.5))
            if sample.first >= 0:
                likely = said.matters[row].sigmoid()
                best = int(likely.argmax())
                scores.add("matter", bool(sample.matters[best]))
                chosen = likely >= sure
                chosen[best] = True
                scores.add("matters", bool((chosen == (sample.matters > 0)).all()))
                for matter in sample.matters.nonzero()[:, 0].tolist():
                    right = int(said.forms[row, matter].argmax()) == int(sample.forms[matter])
                    scores.add("form", right)
    return scores
