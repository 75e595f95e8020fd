"""Writes the trained network as the one file that the reader runs."""

import json
import tempfile
import warnings
from pathlib import Path

import onnx
import torch
from onnxruntime.quantization import QuantType, quantize_dynamic
from tokenizers import Tokenizer
from torch import Tensor, nn

from knowledge.understanding.model.inputs import INPUTS, Inputs
from knowledge.understanding.model.outputs import Output
from knowledge.understanding.training.adapter import Adapter
from knowledge.understanding.training.network import Branch, Trunk


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
            said.matters[0].sigmoid(),
            said.forms[0].softmax(-1),
            said.order[0],
        )


def export(
    whole: Whole, tokenizer: Tokenizer, sample: Inputs, about: dict[str, str], out: Path
) -> None:
    """Write the network in 8-bit integers with its tokenizer and what is told about it."""
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
        # Seven bits of eight: processors without the newer instructions add up in sixteen, and
        # the same message must read alike everywhere.
        quantize_dynamic(
            plain,
            small,
            op_types_to_quantize=["MatMul"],
            per_channel=True,
            reduce_range=True,
            weight_type=QuantType.QInt8,
        )
        model = onnx.load(small)
        for key, value in {**about, "tokenizer": _compact(tokenizer)}.items():
            entry = model.metadata_props.add()
            entry.key, entry.value = key, value
        onnx.save(model, out)


def _compact(tokenizer: Tokenizer) -> str:
    raw = json.loads(tokenizer.to_str())
    raw["model"]["vocab"] = [[piece, round(score, 3)] for piece, score in raw["model"]["vocab"]]
    return json.dumps(raw, ensure_ascii=False, separators=(",", ":"))
