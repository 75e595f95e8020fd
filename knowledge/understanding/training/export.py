"""Writes the trained network as the one file that the reader runs."""

import json
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer
from tokenizers import Tokenizer
from torch import Tensor, nn

from knowledge.understanding.model.inputs import INPUTS, Inputs
from knowledge.understanding.model.outputs import Output
from knowledge.understanding.training.adapter import Adapter
from knowledge.understanding.training.network import Branch, Trunk

LAYERS = 12  # of the trunk
PRODUCTS_IN_LAYER = 6
BLOCK = 32
INTEGERS = 4  # products are reckoned in 8-bit integers, with a scale for each block


class Whole(nn.Module):
    """Trunk, branch and adapter in one pass over one text."""

    def __init__(self, trunk: Trunk, branch: Branch, adapter: Adapter) -> None:
        super().__init__()
        self.trunk, self.branch, self.adapter = trunk, branch, adapter

    def forward(
        self,
        pieces: Tensor,
        own: Tensor,
        owner: Tensor,
        letters: Tensor,
        place: Tensor,
        part: Tensor,
    ) -> tuple[Tensor, ...]:
        fork, last = self.trunk(pieces)
        whole, alone = last.mean(0), (last * own[:, None]).sum(0) / own.sum()
        said = self.branch(
            fork[owner][None],
            last[owner][None],
            self.trunk.embed(letters)[None],
            place[None],
            part[None],
        )
        return (
            nn.functional.normalize(whole, dim=0),
            self.adapter.question(alone),
            self.adapter.question(whole),
            self.adapter.passage(whole),
            said.tags[0].softmax(-1),
            said.act[0].softmax(-1),
            said.who[0].softmax(-1),
            said.goes_on.sigmoid(),
            said.likely_matters()[0],
            said.forms[0].softmax(-1),
            said.order[0],
            said.plainness(),
        )


def export(
    whole: Whole, tokenizer: Tokenizer, sample: Inputs, about: dict[str, str], out: Path
) -> None:
    """Write the network in few bits with its tokenizer and what is told about it."""
    whole.eval()
    arrays = tuple(torch.from_numpy(getattr(sample, name)) for name in INPUTS)
    pieces, characters = (
        torch.export.Dim("T", min=2, max=512),
        torch.export.Dim("C", min=2, max=512),
    )
    shapes = [pieces, pieces, characters, characters, characters, characters]
    with tempfile.TemporaryDirectory() as scratch, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        plain, small = Path(scratch) / "plain.onnx", Path(scratch) / "small.onnx"
        program = torch.onnx.export(
            whole,
            arrays,
            dynamo=True,
            input_names=list(INPUTS),
            output_names=[output.value for output in Output],
            dynamic_shapes=tuple({0: size} for size in shapes),
            opset_version=18,
            verbose=False,
        )
        program.save(str(plain), external_data=False)
        _pack(onnx.load(plain), small)
        model = onnx.load(small)
        for key, value in {**about, "tokenizer": _compact(tokenizer)}.items():
            entry = model.metadata_props.add()
            entry.key, entry.value = key, value
        onnx.save(model, out)


def _pack(model: onnx.ModelProto, out: Path) -> None:
    """Write the trunk's weights in 4 bits, in the blocks they came in, all others in 8.

    Each block of 32 has a scale of its own, so the trunk loses nothing and the branch next to
    nothing; one scale for a whole column cost up to three points of the roles.
    """
    weights = {tensor.name for tensor in model.graph.initializer}
    learnt = [
        node.name
        for node in model.graph.node
        if node.op_type == "MatMul" and node.input[1] in weights
    ]
    trunk = learnt[: LAYERS * PRODUCTS_IN_LAYER]
    for names, bits in ((trunk, 4), (learnt[len(trunk) :], 8)):
        others = [node.name for node in model.graph.node if node.name not in names]
        quantizer = MatMulNBitsQuantizer(
            model, bits=bits, block_size=BLOCK, accuracy_level=INTEGERS, nodes_to_exclude=others,
            is_symmetric=True,
        )  # fmt: skip
        quantizer.process()
        model = quantizer.model.model
    onnx.save(model, out)


def _compact(tokenizer: Tokenizer) -> str:
    raw = json.loads(tokenizer.to_str())
    raw["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in raw["model"]["vocab"]]
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
