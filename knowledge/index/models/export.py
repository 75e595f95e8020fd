"""Writes the bundled model as a sentence-transformers model.

That is the starting point for fine-tuning, and for running the same weights elsewhere.
"""

import json
import re
import tempfile
import unicodedata
from pathlib import Path
from typing import Any

import numpy as np

from knowledge.index.models.libraries import need
from knowledge.understanding.training.weights import ModelFile, default_path, read_model

# E5 was trained with these words in front.
PROMPTS = {"query": "query: ", "document": "passage: "}
MOST_TOKENS = 512
_PARTS = {
    "attention.self.query": "q",
    "attention.self.key": "k",
    "attention.self.value": "v",
    "attention.output.dense": "ao",
    "intermediate.dense": "fi",
    "output.dense": "fo",
}
_NORMS = {"attention.output.LayerNorm": "aln", "output.LayerNorm": "oln"}


def export_model(out: Path, source: Path | None = None) -> None:
    """Write the weights of ``source`` (the bundled model) to the folder ``out``.

    Raises:
        ModelError: the model cannot be read, or the extra ``models`` is missing.
    """
    need("safetensors", "sentence_transformers")
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.base.modules import Transformer
    from sentence_transformers.sentence_transformer.modules import Normalize, Pooling

    model = read_model(source or default_path())
    with tempfile.TemporaryDirectory() as scratch:
        _write_bert(model, Path(scratch))
        words = Transformer(scratch, max_seq_length=MOST_TOKENS)
        parts = [words, Pooling(model.shape.width, "mean"), Normalize()]
        SentenceTransformer(modules=parts, prompts=PROMPTS, device="cpu").save(
            str(out), create_model_card=False
        )


def _write_bert(model: ModelFile, folder: Path) -> None:
    from safetensors.numpy import save_file

    save_file(_tensors(model), folder / "model.safetensors", metadata={"format": "pt"})
    shape = model.shape
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": shape.width,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "intermediate_size": shape.inner,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "type_vocab_size": 1,
        "layer_norm_eps": round(model.epsilon, 14),
        "hidden_act": "gelu",
        "pad_token_id": model.special["<pad>"],
    }
    (folder / "config.json").write_text(json.dumps(config))
    _write_tokenizer(model, folder)


def _tensors(model: ModelFile) -> dict[str, np.ndarray]:
    """The tensors under the names that transformers gives them."""
    width, inner, held = model.shape.width, model.shape.inner, model.tensors
    named = {
        "embeddings.word_embeddings.weight": held["emb.word"].reshape(-1, width),
        "embeddings.position_embeddings.weight": held["emb.pos"].reshape(-1, width),
        "embeddings.token_type_embeddings.weight": held["emb.type"].reshape(-1, width)[:1],
        "embeddings.LayerNorm.weight": held["emb.ln.w"],
        "embeddings.LayerNorm.bias": held["emb.ln.b"],
        # No part of sentence vectors; a cross-encoder trained from here starts with it.
        "pooler.dense.weight": np.eye(width, dtype=np.float32),
        "pooler.dense.bias": np.zeros(width, np.float32),
    }
    for layer in range(model.shape.layers):
        for name, part in _PARTS.items():
            rows = inner if part == "fi" else width
            front = f"encoder.layer.{layer}.{name}"
            named[f"{front}.weight"] = held[f"l{layer}.{part}.w"].reshape(rows, -1)
            named[f"{front}.bias"] = held[f"l{layer}.{part}.b"]
        for name, part in _NORMS.items():
            front = f"encoder.layer.{layer}.{name}"
            named[f"{front}.weight"] = held[f"l{layer}.{part}.w"]
            named[f"{front}.bias"] = held[f"l{layer}.{part}.b"]
    return {name: np.ascontiguousarray(tensor) for name, tensor in named.items()}


def _write_tokenizer(model: ModelFile, folder: Path) -> None:
    from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, processors

    special = model.special
    tokenizer = Tokenizer(models.Unigram(model.pieces, unk_id=special["<unk>"]))
    tokenizer.normalizer = _normalizer(model.characters)
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        pair="<s> $A </s> </s> $B </s>",
        special_tokens=[("<s>", special["<s>"]), ("</s>", special["</s>"])],
    )
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in special]
    )
    tokenizer.save(str(folder / "tokenizer.json"))
    config = {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "bos_token": "<s>",
        "eos_token": "</s>",
        "cls_token": "<s>",
        "sep_token": "</s>",
        "pad_token": "<pad>",
        "unk_token": "<unk>",
        "model_max_length": MOST_TOKENS,
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(config))


def _normalizer(characters: dict[str, str]) -> Any:
    """NFKC, after the few characters that the model folds in another way."""
    from tokenizers import Regex, normalizers

    other = {
        one: folded
        for one, folded in characters.items()
        if not "\ud800" <= one <= "\udfff" and unicodedata.normalize("NFKC", one) != folded
    }
    steps = []
    for folded in sorted(set(other.values())):
        ones = "".join(re.escape(one) for one, its in other.items() if its == folded)
        steps.append(normalizers.Replace(Regex(f"[{ones}]"), folded))
    spaces = normalizers.Replace(Regex(" {2,}"), " ")
    return normalizers.Sequence([*steps, normalizers.NFKC(), spaces])
