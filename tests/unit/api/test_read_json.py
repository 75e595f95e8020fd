"""Texts that were kept before half characters were refused open, with ``?`` in their place."""

from api.db.engine import read_json


def test_half_a_character_becomes_a_question_mark_and_whole_ones_stay():
    assert read_json(r'["a\ud800b", "\ud83d\ude00"]') == ["a?b", "😀"]
