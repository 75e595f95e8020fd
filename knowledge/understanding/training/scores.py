"""How well a branch reads the messages that it was not trained on, while it is trained.

The shares are those of :mod:`knowledge.evaluation.reading`, which goes through the production
path; here the logits are compared, many messages at a time.
"""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import one_hot

from knowledge.understanding.labels import Role
from knowledge.understanding.model.message_model import find_stretches
from knowledge.understanding.training.fit import Sample, run
from knowledge.understanding.training.network import TAGS, Branch
from knowledge.understanding.training.tally import Scores


@torch.no_grad()
def score(branch: Branch, samples: Sequence[Sample], sure: float = 0.5) -> Scores:
    """Read the samples and compare."""
    branch.eval()
    scores = Scores(messages=len(samples))
    for at in range(0, len(samples), 32):
        batch = samples[at : at + 32]
        said, _ = run(branch, batch)
        likely_matters = said.likely_matters()
        for row, sample in enumerate(batch):
            length = len(sample.owner)
            own = sample.tags >= 0
            found = _stretches(said.tags[row, :length][own].softmax(-1))
            meant = _stretches(one_hot(sample.tags[own], TAGS))
            for stretch in found:
                scores.said[stretch[2]] += 1
                scores.hit[stretch[2]] += stretch in meant
            for stretch in meant:
                scores.marked[stretch[2]] += 1
            scores.add("act", int(said.act[row].argmax()) == sample.act)
            scores.add("who", int(said.who[row].argmax()) == sample.who)
            scores.add("goes_on", (said.goes_on[row] > 0) == (sample.goes_on > 0.5))
            if sample.first >= 0:
                likely = likely_matters[row]
                best = int(likely.argmax())
                scores.add("matter", bool(sample.matters[best]))
                chosen = likely >= sure
                chosen[best] = True
                scores.add("matters", bool((chosen == (sample.matters > 0)).all()))
                for matter in sample.matters.nonzero()[:, 0].tolist():
                    right = int(said.forms[row, matter].argmax()) == int(sample.forms[matter])
                    scores.add("form", right)
    return scores


def _stretches(tags: Tensor) -> set[tuple[int, int, Role]]:
    return {(one.start, one.end, one.role) for one in find_stretches(tags.float().numpy())}
