"""Other models, for real and without network: `make test-models`."""

import json
import random
import socket
from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from typer.testing import CliRunner

from bot.cli import app
from knowledge.app import build_knowledge, open_model
from knowledge.evaluation.pairs import ranks_of, split_pairs
from knowledge.evaluation.paraphrases import generate_paraphrases
from knowledge.evaluation.ranks import rank_shares
from knowledge.index.embedder import ReadingEmbeddings
from knowledge.retrieval.hybrid import Scope
from knowledge.settings import KnowledgeSettings
from knowledge.understanding.model.message_model import MessageModel

pytestmark = [
    pytest.mark.models,
    pytest.mark.filterwarnings("default"),  # what torch warns of is not ours to mend
]
TODAY = date(2026, 11, 23)
STEPS = 16
QUESTIONS = 60
CANDIDATES = 150


@pytest.fixture(autouse=True)
def _no_network(monkeypatch):
    def refuse(*_):
        raise AssertionError("a model reached for the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("models") / "e5"
    result = CliRunner().invoke(app, ["models", "export", str(folder)])
    assert result.exit_code == 0, result.output
    return folder


@pytest.fixture(scope="module")
def knowledge():
    return build_knowledge()


def few(knowledge):
    """A corpus that a slow model reads in seconds."""
    small = replace(knowledge, chunks=knowledge.chunks[:40], examples=knowledge.examples[::40])
    small.retriever.use_chunks(small.chunks)
    return small


def test_the_exported_model_gives_the_vectors_of_the_bundled_one(exported, knowledge):
    texts = [chunk.text for chunk in knowledge.chunks[::60]]
    bundled, other = ReadingEmbeddings(MessageModel()), open_model(exported)

    ours, theirs = (np.array(model.embed_documents(texts)) for model in (bundled, other))
    questions = [np.array(model.embed_query("济宁个人最多能贷多少")) for model in (bundled, other)]

    assert (ours * theirs).sum(axis=1).min() >= 0.999
    assert questions[0] @ questions[1] >= 0.999


def test_a_folder_of_ones_own_model_answers_questions(exported, tmp_path):
    knowledge = few(build_knowledge())
    settings = KnowledgeSettings(data_dir=tmp_path, embedding_model=exported)

    report = knowledge.load_vectors(settings)
    hit = knowledge.search("个人创业担保贷款最高多少", None, 5)[0]

    assert report.written == len(knowledge.chunks)
    assert knowledge.retriever.has_vectors
    assert hit.cosine is not None
    kept = list((tmp_path / "vectors").glob("st-e5-*.npz"))
    assert len(kept) == 1
    assert knowledge.load_vectors(settings).written == 0


def test_a_reranker_puts_the_first_hits_into_its_order(exported, tmp_path):
    from sentence_transformers import CrossEncoder

    folder = tmp_path / "reranker"
    CrossEncoder(str(exported), num_labels=1, device="cpu").save(str(folder))
    knowledge = few(build_knowledge())
    words, scope = "展期以后还贴息吗", Scope(regions=None, on=TODAY, past=True)
    before = knowledge.retriever.find(words, None, scope, top_k=12)

    reranker = open_reranker(folder)
    knowledge.retriever.use_reranker(reranker)
    after = knowledge.retriever.find(words, None, scope, top_k=12)

    scores = reranker(words, [hit.chunk.text for hit in after[:10]])
    assert scores == sorted(scores, reverse=True)
    assert len(set(scores)) > 1
    assert [hit.score for hit in after] == [hit.score for hit in before]
    assert after[10:] == before[10:]


def test_a_few_steps_of_training_help_with_wordings_never_seen(exported, knowledge, tmp_path):
    documents = knowledge.documents
    asked = generate_paraphrases(knowledge.parameters, documents, TODAY)
    held_back = random.Random(7).sample(split_pairs(asked, documents).held_back, QUESTIONS)
    right = {paraphrase.value.clause for paraphrase in held_back}
    wrong = [chunk.id for chunk in knowledge.chunks if chunk.id not in right]
    kept = right | set(wrong[:: max(len(wrong) // CANDIDATES, 1)])
    candidates = {c.id: c.text for c in knowledge.chunks if c.id in kept}
    pairs, tuned = tmp_path / "pairs.jsonl", tmp_path / "tuned"
    run = CliRunner().invoke
    assert run(app, ["models", "pairs", str(pairs)]).exit_code == 0
    trained_on = {json.loads(line)["question"] for line in pairs.read_text().splitlines()}

    options = ["--base", str(exported), "--steps", str(STEPS)]
    training = run(app, ["models", "fine-tune", str(pairs), str(tuned), *options])

    assert training.exit_code == 0, training.output
    assert not trained_on & {paraphrase.text for paraphrase in held_back}
    before, after = (
        rank_shares(
            ranks_of(held_back, documents, order(open_model(folder), held_back, candidates))
        )
        for folder in (exported, tuned)
    )
    print(f"\n{len(held_back)} questions, {len(candidates)} clauses: {before} -> {after}")
    assert after.mrr >= before.mrr
    assert open_model(tuned).model_id != open_model(exported).model_id


def order(model, questions, candidates):
    """Candidates from nearest to farthest, for each question."""
    ids, vectors = list(candidates), np.array(model.embed_documents(list(candidates.values())))
    return {
        question.text: [
            ids[n] for n in np.argsort(-vectors @ np.array(model.embed_query(question.text)))
        ]
        for question in questions
    }


def open_reranker(folder):
    from knowledge.index.models.local import CrossEncoderReranker

    return CrossEncoderReranker(folder)
