import gzip
import json

import pytest

from knowledge.evaluation.public_tasks import (
    TaskError,
    find_tasks,
    first_rank,
    index_task,
    load_task,
    score_task,
)
from knowledge.evaluation.ranks import rank_shares
from tests.fakes.embeddings import HashEmbeddings

PASSAGES = [
    {"id": "p0", "doc": "d0", "title": "梵文", "text": "在歐洲，梵語的學術研究由德國學者開創。"},
    {"id": "p1", "doc": "d1", "title": "笛鲷", "text": "黄足笛鲷的上颌前端具有2至4颗犬齿。"},
]
QUERIES = [
    {"id": "q0", "text": "梵语研究由哪国学者开创", "rel": ["p0"]},
    {"id": "q1", "text": "黃足笛鯛有多少顆犬齒", "rel": ["p1"]},
]


def write_task(folder, passages=PASSAGES):
    folder.mkdir(parents=True)
    with gzip.open(folder / "passages.jsonl.gz", "wt", encoding="utf-8") as lines:
        lines.write("\n".join(json.dumps(row) for row in passages))
    (folder / "queries.jsonl").write_text("\n".join(json.dumps(row) for row in QUERIES))


def test_a_task_is_searched_in_either_script(tmp_path):
    write_task(tmp_path / "tasks" / "small")
    [folder] = find_tasks(tmp_path)
    task, model = load_task(folder), HashEmbeddings()

    retriever = index_task(task, model, "hash", tmp_path / "data")
    score = score_task(task, retriever, model)

    assert score.ranks == (1, 1)
    assert len(score.seconds) == 2


def test_vectors_once_made_are_not_made_again(tmp_path):
    write_task(tmp_path / "small")
    task, model = load_task(tmp_path / "small"), HashEmbeddings()
    index_task(task, model, "hash", tmp_path / "data")
    made = model.passages

    index_task(task, model, "hash", tmp_path / "data")

    assert model.passages == made == 2


def test_a_sample_keeps_the_passages_and_is_the_same_each_time(tmp_path):
    write_task(tmp_path / "small")
    task = load_task(tmp_path / "small")

    assert task.sample(1) == task.sample(1)
    assert len(task.sample(1).queries) == 1
    assert task.sample(1).chunks == task.chunks
    assert task.sample(5) is task


@pytest.mark.parametrize("passages", [[{"id": "p0"}], [3]])
def test_a_broken_task_is_named(tmp_path, passages):
    write_task(tmp_path / "broken", passages)

    with pytest.raises(TaskError, match="broken"):
        load_task(tmp_path / "broken")


def test_a_folder_without_tasks_is_said_to_hold_none(tmp_path):
    with pytest.raises(TaskError, match="no passages"):
        find_tasks(tmp_path)


def test_shares_count_what_is_not_found_as_wrong():
    shares = rank_shares([1, 2, None, 11])

    assert (shares.hit_1, shares.hit_5, shares.mrr) == (0.25, 0.5, 0.375)
    assert first_rank(["a", "b"], frozenset("b")) == 2
    assert first_rank(["a"], frozenset("z")) is None
