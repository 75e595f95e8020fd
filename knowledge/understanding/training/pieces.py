"""The pieces of the encoder's vocabulary that Chinese messages need, and their tokenizer."""

import re

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from knowledge.understanding.model.inputs import PASSAGE, QUESTION
from knowledge.understanding.training.weights import ModelFile

_CHINESE = re.compile(r"▁?[\u3400-\u9fff\d%A-Za-z]*[\u3400-\u9fff]+[\u3400-\u9fff\d%A-Za-z]*")
_SHORT = re.compile(r"▁?[ -~\u00b7\u2010-\u2027\u3000-\u303f\uff00-\uffef℃°]{0,2}")
_MARKS = re.compile(r"▁?[^\w\s]{3}")
_ANY = "贷款"
_NUMBER = re.compile(r"▁?\d{1,4}[年%]?")


def choose_pieces(file: ModelFile) -> list[int]:
    """Numbers of the pieces kept: those with Chinese, short Latin ones, marks and figures.

    And those of the words that E5 wants in front: cut otherwise than it was trained with, they
    cost a public task of law three questions in a hundred.
    """
    whole = build_tokenizer(file, list(range(len(file.pieces))))
    always = set(file.special.values())
    for words in (QUESTION, PASSAGE):
        always |= set(whole.encode(words + _ANY, add_special_tokens=False).ids)
    return [
        number
        for number, (piece, _) in enumerate(file.pieces)
        if number in always
        or _CHINESE.fullmatch(piece)
        or _SHORT.fullmatch(piece)
        or _MARKS.fullmatch(piece)
        or _NUMBER.fullmatch(piece)
    ]


def build_tokenizer(file: ModelFile, kept: list[int]) -> Tokenizer:
    """Cuts a text as the encoder's own tokenizer does, where all its pieces are kept.

    Texts come folded (NFKC); it adds no marks for begin and end, which the reader puts there.
    """
    new = {old: number for number, old in enumerate(kept)}
    pieces = [file.pieces[old] for old in kept]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=new[file.special["<unk>"]]))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="always", split=False)
    tokenizer.decoder = decoders.Metaspace(prepend_scheme="always")
    tokenizer.add_special_tokens(
        [AddedToken(name, special=True, normalized=False) for name in file.special]
    )
    return tokenizer
