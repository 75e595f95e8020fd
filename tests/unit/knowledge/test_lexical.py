from knowledge.retrieval.lexical import CoverageIndex, terms


def test_terms_are_characters_bigrams_numbers_and_words():
    assert terms("LPR减150") == ["lpr", "减", "150"]
    assert terms("贷款") == ["贷", "款", "贷款"]


def test_the_text_sharing_most_of_the_query_scores_highest():
    index = CoverageIndex(["展期内不予贴息", "个人最高额度30万元", "担保基金放大倍数"])

    scores = index.coverage("展期贴息吗")

    assert scores.argmax() == 0
    assert 0.3 < scores[0] < 1.5
    assert scores[0] > 2 * scores[1]


def test_an_unrelated_query_covers_nothing():
    index = CoverageIndex(["展期内不予贴息", "个人最高额度30万元"])

    assert index.coverage("今天下雨").max() < 0.2
    assert index.coverage("").max() == 0


def test_an_empty_index_answers_with_nothing():
    assert CoverageIndex([]).coverage("贴息").shape == (0,)
