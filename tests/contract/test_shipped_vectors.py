"""The vectors that ship are complete, and are what the model makes of the texts."""

import numpy as np

from knowledge.app import build_knowledge
from knowledge.index.chunks import text_digest
from knowledge.index.embedder import ReadingEmbeddings, load_vectors
from knowledge.understanding.model.message_model import MessageModel

SAMPLE = 6
MODEL = ReadingEmbeddings(MessageModel())


def test_every_clause_has_its_vector():
    shipped = load_vectors(MODEL.model_id)
    missing = [t for t in build_knowledge().shipped_texts() if text_digest(t) not in shipped]

    assert missing == [], f"{len(missing)} texts: run `make vectors`"


def test_a_sample_embedded_anew_is_the_same():
    shipped = load_vectors(MODEL.model_id)
    texts = build_knowledge().shipped_texts()
    sample = texts[:: len(texts) // SAMPLE]
    made = np.asarray(MODEL.embed_documents(sample))
    kept = np.asarray([shipped[text_digest(text)] for text in sample], np.float64)

    cosines = (made * kept).sum(axis=1) / np.linalg.norm(kept, axis=1)
    assert cosines.min() > 0.999
