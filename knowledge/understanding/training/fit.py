"""Trains the branch on labelled messages, from states of the trunk that are made once."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional as F  # noqa: N812
from torch.nn.utils.rnn import pad_sequence

from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.model.inputs import Layout
from knowledge.understanding.training.dataset import LabelledMessage
from knowledge.understanding.training.network import Branch, Meaning, Trunk

ACTS, MATTERS, FORMS, ROLES = list(Act), list(Matter), list(Form), list(Role)
NOBODY, WHOS = 0, [None, *Who]


@dataclass(frozen=True, slots=True)
class Sample:
    """A message with the trunk's states by piece, and its labels as numbers."""

    fork: Tensor
    last: Tensor
    owner: Tensor
    letters: Tensor
    place: Tensor
    part: Tensor
    tags: Tensor  # -1 outside of the message
    act: int
    who: int
    goes_on: float
    matters: Tensor
    forms: Tensor  # -1 for a matter that is not asked about
    first: int  # the matter asked first, -1 where none is


@dataclass(frozen=True, slots=True)
class Plan:
    """How long and how boldly to train."""

    epochs: int = 12
    batch: int = 16
    rate: float = 1.5e-3
    layers_rate: float = 2e-4
    seed: int = 7


def prepare(
    messages: Sequence[LabelledMessage],
    layout: Layout,
    trunk: Trunk,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
) -> list[Sample]:
    """Run the trunk over each message; about 15 ms each on one core."""
    trunk.eval()
    samples = []
    for done, message in enumerate(messages, start=1):
        samples.append(_sample(message, layout, trunk))
        on_progress(done, len(messages))
    return samples


@torch.no_grad()
def _sample(message: LabelledMessage, layout: Layout, trunk: Trunk) -> Sample:
    laid = layout.message(message.text, message.before)
    fork, last = trunk(torch.from_numpy(laid.pieces))
    tags = torch.full((len(laid.owner),), -1)
    tags[laid.start :] = 0
    for span in message.spans:
        role = 1 + 2 * ROLES.index(span.role)
        tags[laid.start + span.start] = role
        tags[laid.start + span.start + 1 : laid.start + span.end] = role + 1
    matters, forms = torch.zeros(len(MATTERS)), torch.full((len(MATTERS),), -1)
    for matter, form in message.asks:
        matters[MATTERS.index(matter)] = 1
        forms[MATTERS.index(matter)] = FORMS.index(form)
    return Sample(
        fork=fork.half(),
        last=last.half(),
        owner=torch.from_numpy(laid.owner),
        letters=trunk.embed(torch.from_numpy(laid.letters)).half(),
        place=torch.from_numpy(laid.place),
        part=torch.from_numpy(laid.part),
        tags=tags,
        act=ACTS.index(message.act),
        who=WHOS.index(message.who),
        goes_on=float(message.goes_on),
        matters=matters,
        forms=forms,
        first=MATTERS.index(message.asks[0][0]) if message.asks else -1,
    )


def train(
    branch: Branch,
    samples: Sequence[Sample],
    plan: Plan,
    checkpoint: Path | None = None,
    on_epoch: Callable[[int, float], None] = lambda epoch, loss: None,
) -> None:
    """Fit the branch; ``on_epoch`` hears the number of passes done and the mean loss.

    After every pass the state is written to ``checkpoint``; a training that finds one of its own
    there goes on from it.
    """
    random.seed(plan.seed)
    torch.manual_seed(plan.seed)
    _centre(branch, samples[: plan.batch * 20])
    layers = list(branch.layers.parameters())
    known = {id(p) for p in layers}
    heads = [p for p in branch.parameters() if id(p) not in known]
    optimiser = torch.optim.AdamW(
        [{"params": layers, "lr": plan.layers_rate}, {"params": heads, "lr": plan.rate}],
        weight_decay=0.02,
    )
    steps = plan.epochs * -(-len(samples) // plan.batch)
    peaks = [group["lr"] for group in optimiser.param_groups]
    step, done = 0, 0
    if checkpoint is not None and checkpoint.exists():
        held = torch.load(checkpoint, weights_only=True)
        if held["of"] == [plan.epochs, len(samples)]:
            branch.load_state_dict(held["branch"])
            optimiser.load_state_dict(held["optimiser"])
            step, done = held["step"], held["done"]
    for epoch in range(done, plan.epochs):
        branch.train()
        total = 0.0
        batches = _batches(samples, plan.batch)
        for batch in batches:
            for group, peak in zip(optimiser.param_groups, peaks, strict=True):
                group["lr"] = peak * min(
                    (step + 1) / (0.08 * steps), (steps - step) / (0.92 * steps)
                )
            loss = _loss(branch, batch)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(branch.parameters(), 1.0)
            optimiser.step()
            total += float(loss.detach())
            step += 1
        if checkpoint is not None:
            state = {
                "branch": branch.state_dict(),
                "optimiser": optimiser.state_dict(),
                "step": step,
                "done": epoch + 1,
                "of": [plan.epochs, len(samples)],
            }
            torch.save(state, checkpoint.with_suffix(".part"))
            checkpoint.with_suffix(".part").replace(checkpoint)
        on_epoch(epoch + 1, total / len(batches))
    branch.eval()


@torch.no_grad()
def _centre(branch: Branch, samples: Sequence[Sample]) -> None:
    """Centre and scale what the heads see, by the states before training."""
    states: list[Tensor] = []
    hook = branch.layers[-1].register_forward_hook(lambda _, __, out: states.append(out))
    branch.eval()
    for batch in _batches(samples, 16):
        _, mask = run(branch, batch)
        states[-1] = states[-1][mask]
    hook.remove()
    seen = torch.cat(states)
    branch.centre.copy_(seen.mean(0))
    branch.spread.copy_(seen.std(0).clamp(min=1e-3))


def _batches(samples: Sequence[Sample], size: int) -> list[list[Sample]]:
    """Batches of messages about as long as each other, in another order each time."""
    order = sorted(samples, key=lambda s: len(s.owner) + random.random() * 8)
    batches = [order[at : at + size] for at in range(0, len(order), size)]
    random.shuffle(batches)
    return batches


def run(branch: Branch, batch: Sequence[Sample]) -> tuple[Meaning, Tensor]:
    """What the branch says of several messages, and where each has characters (B × C)."""
    owner = [s.owner for s in batch]
    mask = pad_sequence([torch.ones_like(o, dtype=torch.bool) for o in owner], batch_first=True)
    fork = pad_sequence([s.fork[s.owner].float() for s in batch], batch_first=True)
    last = pad_sequence([s.last[s.owner].float() for s in batch], batch_first=True)
    letters = pad_sequence([s.letters.float() for s in batch], batch_first=True)
    place = pad_sequence([s.place for s in batch], batch_first=True)
    part = pad_sequence([s.part for s in batch], batch_first=True)
    return branch(fork, last, letters, place, part, mask), mask


def _loss(branch: Branch, batch: Sequence[Sample]) -> Tensor:
    said, _ = run(branch, batch)
    tags = pad_sequence([s.tags for s in batch], batch_first=True, padding_value=-1)
    matters = torch.stack([s.matters for s in batch])
    forms = torch.stack([s.forms for s in batch])
    first = torch.tensor([s.first for s in batch])
    loss = 4 * F.cross_entropy(said.tags.flatten(0, 1), tags.flatten(), ignore_index=-1)
    loss = loss + F.cross_entropy(said.act, torch.tensor([s.act for s in batch]))
    loss = loss + F.cross_entropy(said.who, torch.tensor([s.who for s in batch]))
    goes_on = torch.tensor([s.goes_on for s in batch])
    loss = loss + 0.3 * F.binary_cross_entropy_with_logits(said.goes_on, goes_on)
    loss = loss + 12 * F.binary_cross_entropy_with_logits(said.matters, matters)
    if bool((forms >= 0).any()):
        loss = loss + 0.5 * F.cross_entropy(
            said.forms.flatten(0, 1), forms.flatten(), ignore_index=-1
        )
        loss = loss + 0.5 * F.cross_entropy(said.first, first, ignore_index=-1)
    return loss
