import json
from datetime import date

import numpy as np
import pytest

from knowledge.app import build_knowledge, open_model
from knowledge.errors import ModelError
from knowledge.evaluation.pairs import ranks_of, split_pairs
from knowledge.evaluation.paraphrases import generate_paraphrases
from knowledge.index.models.export import export_model
from knowledge.index.models.fine_tuning import fine_tune, read_pairs
from knowledge.retrieval.cosine_scale import BEST, TYPICAL, CosineScale, spread
from knowledge.retrieval.hybrid import Scope
from knowledge.understanding.training.weights import default_path, read_model

TODAY = date(2026, 11, 23)
EVERYWHERE = Scope(regions=None, on=TODAY, past=True)


@pytest.fixture(scope="module")
def knowledge():
    return build_knowledge()


@pytest.fixture
def retriever():
    return build_knowledge().retriever


def unit_rows(rng, rows):
    vectors = rng.normal(size=(rows, 8))
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_a_model_of_any_spread_is_laid_on_the_scale_of_the_bundled_one():
    rng = np.random.default_rng(1)
    questions, clauses = unit_rows(rng, 50), unit_rows(rng, 40)

    scale = CosineScale.fit(questions, clauses)

    typical, best = spread(questions, clauses)
    assert scale(typical) == pytest.approx(TYPICAL)
    assert scale(best) == pytest.approx(BEST)
    assert CosineScale()(0.9) == 0.9


def test_a_reranker_orders_the_first_ten_and_leaves_each_place_its_score(retriever):
    before = retriever.find("展期以后还贴息吗", None, EVERYWHERE, top_k=12)

    retriever.use_reranker(lambda words, texts: range(len(texts)))
    after = retriever.find("展期以后还贴息吗", None, EVERYWHERE, top_k=12)

    assert [h.chunk.id for h in after[:10]] == [h.chunk.id for h in before[:10]][::-1]
    assert [h.score for h in after] == [h.score for h in before]
    assert after[10:] == before[10:]


def test_a_reranker_is_not_asked_about_a_single_hit(retriever):
    def fail(words, texts):
        raise AssertionError

    retriever.use_reranker(fail)

    assert len(retriever.find("展期以后还贴息吗", None, EVERYWHERE, top_k=1)) == 1


def test_the_bundled_model_file_is_read_whole():
    model = read_model(default_path())

    shape = model.shape
    assert (shape.width, shape.layers) == (384, 12)
    assert len(model.pieces) <= shape.vocabulary
    assert model.tensors["emb.word"].size == shape.vocabulary * shape.width
    assert model.tensors["l11.fo.w"].size == shape.width * shape.inner
    assert all(np.isfinite(tensor).all() for tensor in model.tensors.values())


@pytest.mark.parametrize("content", [b"", b"\0" * 400])
def test_another_file_is_no_model(tmp_path, content):
    path = tmp_path / "other.bin"
    path.write_bytes(content)

    with pytest.raises(ModelError, match=r"other\.bin"):
        read_model(path)


def test_pairs_are_read_and_a_broken_line_is_named(tmp_path):
    path = tmp_path / "pairs.jsonl"
    rows = [{"question": "问", "clause": clause} for clause in ("甲", "乙")]
    path.write_text("\n\n".join(json.dumps(row) for row in rows))
    assert [pair.clause for pair in read_pairs(path)] == ["甲", "乙"]

    path.write_text('{"question": "问", "clause": "甲"}\n{"question": "问"}')
    with pytest.raises(ModelError, match="line 2"):
        read_pairs(path)
    path.write_text('{"question": "问", "clause": "甲"}')
    with pytest.raises(ModelError, match="two different clauses"):
        read_pairs(path)
    with pytest.raises(ModelError, match="cannot read"):
        read_pairs(tmp_path / "none.jsonl")


def test_what_is_held_back_is_worded_as_nothing_that_is_trained_on(knowledge):
    asked = generate_paraphrases(knowledge.parameters, knowledge.documents, TODAY)

    pairs = split_pairs(asked, knowledge.documents)

    held_back = {paraphrase.text for paraphrase in pairs.held_back}
    trained = [p for p in asked if p.text in {question for question, *_ in pairs.training}]
    assert len(pairs.held_back) >= 30
    assert len(pairs.training) >= 200
    assert not {p.wording for p in trained} & {p.wording for p in pairs.held_back}
    assert not held_back & {question for question, *_ in pairs.training}


def test_ranks_come_from_the_order_of_clauses(knowledge):
    asked = generate_paraphrases(knowledge.parameters, knowledge.documents, TODAY)[:1]
    right = asked[0].value.clause
    order = {asked[0].text: ["yinfa-2002-394#amount-personal", right]}

    assert ranks_of(asked, knowledge.documents, order) == [2]
    assert ranks_of(asked, knowledge.documents, {asked[0].text: []}) == [None]


def test_without_the_extra_it_is_said_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)

    with pytest.raises(ModelError, match="first install torch, then the extra 'models'"):
        export_model(tmp_path)
    with pytest.raises(ModelError, match="torch"):
        fine_tune(tmp_path, [], tmp_path)


def test_a_folder_without_a_model_is_named(tmp_path):
    with pytest.raises(ModelError, match="no model in"):
        open_model(tmp_path)
