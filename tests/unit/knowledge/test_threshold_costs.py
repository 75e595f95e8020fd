"""What a threshold costs is counted in messages."""

from types import SimpleNamespace

from knowledge.evaluation.threshold_costs import threshold_costs
from knowledge.understanding.labels import Act, Matter
from knowledge.understanding.thresholds import thresholds
from knowledge.understanding.training.dataset import LabelledMessage


def message(text: str, act: Act) -> LabelledMessage:
    return LabelledMessage(text, act, (), None, (), (), "演示", goes_on=False)


def test_a_lower_threshold_takes_more_and_misses_less():
    sure = {"查社保": 0.9, "能贷吗": 0.6, "查医保": 0.3}
    messages = [
        message("查社保", Act.OTHER_MATTER),
        message("能贷吗", Act.ASK),
        message("查医保", Act.OTHER_MATTER),
    ]

    def read(text, before):
        acts = {act: 0.0 for act in Act} | {Act.OTHER_MATTER: sure[text]}
        return SimpleNamespace(acts=acts, matters={m: 0.0 for m in Matter}, goes_on=0.0)

    costs = {
        cost.threshold: (cost.missed, cost.taken, cost.of)
        for cost in threshold_costs(messages, read, thresholds())
        if cost.name == "other_matter"
    }

    assert costs[0.2] == (0, 1, 2)
    assert costs[0.5] == (1, 1, 2)
    assert costs[0.7] == (1, 0, 2)
