"""The network that reads a message: the bundled encoder, and a branch that tells what is meant.

The *trunk* is multilingual-e5-small with the pieces that Chinese needs; its weights stay as
they are. It gives the sentence vector, which two learnt matrices turn into a vector to search
with (for questions) or to be found by (for clauses). The *branch* reads on, character by
character, from the trunk's states: a piece may reach over the end of a role (跟两|个朋友), a
character cannot. Attention of its own for each matter tells which is asked about, in what form
and in which order.

One text at a time, so nothing is padded: shapes are T (pieces), C (characters), W (width).
"""

import math
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from knowledge.understanding.labels import Act, Form, Matter, Role, Who
from knowledge.understanding.model.inputs import PLACES_IN_PIECE
from knowledge.understanding.training.weights import ModelFile

WIDTH = 384
HEADS = 12
# The branch leaves the trunk behind this layer, where meaning is there and detail not yet gone.
FORK = 7
BRANCH_LAYERS = 3
# Outside any role, and for each role its first character and those that follow.
TAGS = 1 + 2 * len(Role)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the branch gives; logits all."""

    tags: Tensor  # C × TAGS
    act: Tensor
    who: Tensor
    goes_on: Tensor
    matters: Tensor  # one per matter, independent of each other
    forms: Tensor  # matters × forms
    order: Tensor  # where in the message each matter is asked about, from 0 to 1
    first: Tensor  # matters against each other: the one asked first

    def likely_matters(self) -> Tensor:
        """How likely each matter is asked about, from 0 to 1, of two opinions the mean.

        Told each by itself, several that are asked at once are found; told apart from each other,
        neighbours such as rate and subsidy are seldom both taken.
        """
        return (self.matters.sigmoid() + self.first.softmax(-1)) / 2

    def plainness(self) -> Tensor:
        """How plain it is, from 0 to 1, that any matter is asked about: of the first opinion.

        The second always names one, even where something else is asked.
        """
        return self.matters.sigmoid().amax(-1)


class Layer(nn.Module):
    """One layer of a BERT encoder, normalised behind each half."""

    def __init__(self, width: int = WIDTH, inner: int = 4 * WIDTH) -> None:
        super().__init__()
        self.q, self.k, self.v = (nn.Linear(width, width) for _ in range(3))
        self.ao, self.fi, self.fo = (
            nn.Linear(width, width),
            nn.Linear(width, inner),
            nn.Linear(inner, width),
        )
        self.aln, self.oln = nn.LayerNorm(width, 1e-12), nn.LayerNorm(width, 1e-12)
        self.drop = nn.Dropout(0.1)

    def forward(self, x: Tensor, mask: Tensor | None = None) -> Tensor:
        """``x`` is B × T × W; ``mask`` B × T, true where there is something."""
        batch, length, width = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(batch, length, HEADS, width // HEADS).transpose(1, 2)

        q, k, v = heads(self.q(x)), heads(self.k(x)), heads(self.v(x))
        scores = q @ k.transpose(-1, -2) / math.sqrt(width // HEADS)
        if mask is not None:
            scores = scores.masked_fill(~mask[:, None, None, :], -1e4)
        mixed = (scores.softmax(-1) @ v).transpose(1, 2).reshape(batch, length, width)
        x = self.aln(x + self.drop(self.ao(mixed)))
        return self.oln(x + self.drop(self.fo(F.gelu(self.fi(x)))))

    def load(self, file: ModelFile, number: int) -> None:
        """Take the weights of the encoder's layer of that number."""
        for name in ("q", "k", "v", "ao", "fi", "fo", "aln", "oln"):
            part = getattr(self, name)
            part.weight.data = _of(file, f"l{number}.{name}.w", part.weight)
            part.bias.data = _of(file, f"l{number}.{name}.b", part.bias)


class Trunk(nn.Module):
    """The encoder; ``kept`` are the numbers of the pieces it keeps, in their new order."""

    def __init__(self, file: ModelFile, kept: list[int]) -> None:
        super().__init__()
        width = file.shape.width
        words = torch.from_numpy(file.tensors["emb.word"].reshape(-1, width)[kept])
        # One byte for each weight and a scale for each piece: a quarter of the file.
        scale = words.abs().amax(1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("words", (words / scale).round().to(torch.int8))
        self.register_buffer("scale", scale)
        positions = torch.from_numpy(file.tensors["emb.pos"].reshape(-1, width).copy())
        kind = torch.from_numpy(file.tensors["emb.type"].reshape(-1, width)[:1].copy())
        self.register_buffer("positions", positions + kind)
        self.norm = nn.LayerNorm(width, 1e-12)
        self.norm.weight.data = _of(file, "emb.ln.w", self.norm.weight)
        self.norm.bias.data = _of(file, "emb.ln.b", self.norm.bias)
        self.layers = nn.ModuleList(Layer() for _ in range(file.shape.layers))
        for number, layer in enumerate(self.layers):
            layer.load(file, number)

    def embed(self, pieces: Tensor) -> Tensor:
        """The raw vector of each piece."""
        return self.words[pieces].float() * self.scale[pieces]

    def forward(self, pieces: Tensor) -> tuple[Tensor, Tensor]:
        """States (T × W) behind the fork and behind the last layer."""
        x = self.norm(self.embed(pieces) + self.positions[: pieces.shape[0]])[None]
        fork = x
        for number, layer in enumerate(self.layers, start=1):
            x = layer(x)
            if number == FORK:
                fork = x
        return fork[0], x[0]


class Branch(nn.Module):
    """Tells what is meant, from the trunk's states laid out by character."""

    def __init__(self, file: ModelFile | None = None) -> None:
        super().__init__()
        self.mix = nn.Linear(2 * WIDTH, WIDTH)
        self.letter = nn.Linear(WIDTH, WIDTH, bias=False)
        self.place = nn.Embedding(PLACES_IN_PIECE, WIDTH)
        self.part = nn.Embedding(2, WIDTH)
        self.norm = nn.LayerNorm(WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(BRANCH_LAYERS))
        self.drop = nn.Dropout(0.2)
        self.tags = nn.Linear(WIDTH, TAGS)
        self.whole = nn.Linear(WIDTH, 3)  # attention for act, who and goes_on
        self.act = nn.Linear(WIDTH, len(Act))
        self.who = nn.Linear(WIDTH, 1 + len(Who))
        self.goes_on = nn.Linear(WIDTH, 1)
        self.look = nn.Linear(WIDTH, len(Matter))  # attention for each matter
        self.matter = nn.Parameter(torch.randn(len(Matter), WIDTH) * 0.02)
        self.matter_bias = nn.Parameter(torch.full((len(Matter),), -3.0))
        self.first = nn.Linear(WIDTH, len(Matter))
        self.form = nn.Linear(WIDTH, len(Form))
        self.form_of = nn.Parameter(torch.zeros(len(Matter), len(Form)))
        # The encoder's states lie close together; the heads see them centred and scaled.
        self.register_buffer("centre", torch.zeros(WIDTH))
        self.register_buffer("spread", torch.ones(WIDTH))
        if file is not None:
            self._begin_from(file)

    def _begin_from(self, file: ModelFile) -> None:
        with torch.no_grad():
            self.mix.weight.zero_()
            self.mix.weight[:, :WIDTH] = torch.eye(WIDTH)
            self.mix.bias.zero_()
            for embedding in (self.place, self.part):
                embedding.weight.mul_(0.02)
            self.letter.weight.mul_(0.1)
        for number, layer in enumerate(self.layers):
            layer.load(file, FORK + number)

    def forward(
        self,
        fork: Tensor,
        last: Tensor,
        letters: Tensor,
        place: Tensor,
        part: Tensor,
        mask: Tensor | None = None,
    ) -> Meaning:
        """What is meant; all inputs are B × C (× W).

        ``fork`` and ``last`` are states of the piece around each character, ``letters`` the raw
        vector of the character, ``place`` its place in the piece, ``part`` 1 for the message and
        0 for what was said before.
        """
        x = self.mix(torch.cat([fork, last], -1)) + self.letter(letters)
        x = self.norm(x + self.place(place) + self.part(part))
        for layer in self.layers:
            x = layer(x, mask)
        x = self.drop((x - self.centre) / self.spread)
        seen = torch.ones_like(place, dtype=torch.bool) if mask is None else mask
        whole = self._attend(self.whole(x), x, seen)
        look = self.look(x).masked_fill(~seen[..., None], -1e4).softmax(1)
        found = torch.einsum("bcm,bcw->bmw", look, x)
        steps = torch.arange(x.shape[1], device=x.device, dtype=x.dtype)
        return Meaning(
            tags=self.tags(x),
            act=self.act(whole[:, 0]),
            who=self.who(whole[:, 1]),
            goes_on=self.goes_on(whole[:, 2])[:, 0],
            matters=(found * self.matter).sum(-1) + self.matter_bias,
            forms=self.form(found) + self.form_of,
            order=torch.einsum("bcm,c->bm", look, steps) / x.shape[1],
            first=self.first(whole[:, 0]),
        )

    @staticmethod
    def _attend(scores: Tensor, x: Tensor, seen: Tensor) -> Tensor:
        weights = scores.masked_fill(~seen[..., None], -1e4).softmax(1)
        return torch.einsum("bch,bcw->bhw", weights, x)


def _of(file: ModelFile, name: str, like: Tensor) -> Tensor:
    return torch.from_numpy(file.tensors[name].reshape(tuple(like.shape)).copy())
