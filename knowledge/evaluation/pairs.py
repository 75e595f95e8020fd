"""Questions paired with clauses, for training, and others held back to see what it brought.

Both come from the generated paraphrases. A question held back is worded as none that was
trained on. Its clause may have been seen: an office trains on the clauses it answers from.
"""

import random
from collections.abc import Mapping, Sequence
from typing import NamedTuple
from zlib import crc32

from knowledge.documents import PolicyDocument
from knowledge.evaluation.paraphrases import Paraphrase, answers
from knowledge.index.chunks import chunk_documents

SEED = 7
HELD_BACK = 3  # of so many wordings one


class Pairs(NamedTuple):
    """Triples of a question, the text that answers it and one that does not; what is held back."""

    training: list[tuple[str, str, str]]
    held_back: list[Paraphrase]


def split_pairs(
    paraphrases: Sequence[Paraphrase], documents: Mapping[str, PolicyDocument]
) -> Pairs:
    """Share the paraphrases out by their wording."""
    chunks = chunk_documents(documents.values())
    texts, dice = {chunk.id: chunk.text for chunk in chunks}, random.Random(SEED)
    training, held_back = [], []
    for paraphrase in paraphrases:
        if crc32(paraphrase.wording.encode()) % HELD_BACK == 0:
            held_back.append(paraphrase)
        else:
            ref = paraphrase.value.clause
            home = documents[ref.partition("#")[0]]
            near = [c.ref for c in home.clauses if not answers(c, home.region, paraphrase)]
            wrong = dice.choice(near) if near else dice.choice([id_ for id_ in texts if id_ != ref])
            training.append((paraphrase.text, texts[ref], texts[wrong]))
    return Pairs(training, held_back)


def ranks_of(
    held_back: Sequence[Paraphrase],
    documents: Mapping[str, PolicyDocument],
    order: Mapping[str, Sequence[str]],
) -> list[int | None]:
    """Place of the first right clause, from the clause ids that ``order`` has for each text."""
    clauses = {
        clause.ref: (clause, document.region)
        for document in documents.values()
        for clause in document.clauses
    }
    return [
        next(
            (
                place
                for place, id_ in enumerate(order[paraphrase.text], 1)
                if answers(*clauses[id_], paraphrase)
            ),
            None,
        )
        for paraphrase in held_back
    ]
