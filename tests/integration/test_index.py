"""The index on a real embedded Chroma: brought up to date, and no more than that."""

from dataclasses import replace

import pytest

from knowledge.app import build_knowledge
from knowledge.index.builder import build_index
from knowledge.index.embedder import CachedEmbeddings, ReadingEmbeddings, load_vectors
from knowledge.index.store import ChunkStore
from knowledge.understanding.model.message_model import MessageModel

PLACE, OTHER = "370800", "370900"
MODEL = ReadingEmbeddings(MessageModel())


@pytest.fixture
def chunks():
    return build_knowledge().chunks[:12]


@pytest.fixture
def embeddings():
    return CachedEmbeddings(MODEL, load_vectors(MODEL.model_id))


@pytest.fixture
def store(tmp_path, embeddings):
    return ChunkStore(embeddings, "test", directory=tmp_path)


def in_region(chunks, region):
    return [
        replace(chunk, document=chunk.document.model_copy(update={"region": region}))
        for chunk in chunks
    ]


def test_a_second_build_writes_nothing_and_what_is_gone_is_dropped(chunks, store):
    first, second = build_index(chunks, store), build_index(chunks, store)
    third = build_index(chunks[2:], store)

    assert (first.written, second.written, third.written) == (12, 0, 0)
    assert third.dropped == 2
    assert set(store.held()) == {chunk.id for chunk in chunks[2:]}


def test_a_document_whose_division_was_renumbered_is_found_at_its_new_place(
    chunks, store, embeddings
):
    build_index(in_region(chunks, OTHER), store)
    build_index(in_region(chunks, PLACE), store)
    vector = embeddings.embed_documents([chunks[0].text])[0]

    assert chunks[0].id in store.search(vector, top_k=5, regions=[PLACE])
    assert store.search(vector, top_k=5, regions=[OTHER]) == {}
