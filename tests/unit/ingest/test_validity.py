"""Commencement, last day and repeal, in the words of official documents."""

import pytest

from ingest.metadata.validity import read_validity
from knowledge.documents import PartialDate

ISSUED = PartialDate.parse("2021-03-02")


@pytest.mark.parametrize(
    ("sentence", "starts", "ends"),
    [
        ("本办法自2023年10月1日起施行，有效期至2028年9月30日。", "2023-10-01", "2028-09-30"),
        ("三、本通知自印发之日起施行，有效期3年。", "2021-03-02", "2024-03-01"),
        ("第九条 本细则自发布之日起30日后施行，试行期两年。", "2021-04-01", "2023-03-31"),
        ("本办法自二〇二四年一月一日起执行，有效期五年。", "2024-01-01", "2028-12-31"),
        ("有效期自2022年1月1日至2024年12月31日。", "2022-01-01", "2024-12-31"),
        ("本通知自2020年4月起执行。", "2020-04", None),
    ],
)
def test_term_is_read_from_the_clause_of_commencement(sentence, starts, ends):
    validity = read_validity([sentence], ISSUED)
    assert validity.says_in_force
    assert validity.effective_from.text == starts
    assert (validity.effective_to.text if validity.effective_to else None) == ends


@pytest.mark.parametrize(
    "sentence",
    [
        "贷款自发放之日起3年内还清。",
        "自受理之日起10个工作日内办结。",
        "《演示办法》自2019年1月1日起施行以来，效果明显。",
        "借款人营业执照有效期至2028年9月30日。",
    ],
)
def test_other_terms_are_no_commencement(sentence):
    validity = read_validity([sentence], ISSUED)
    assert not validity.says_in_force
    assert validity.effective_from is None
    assert validity.effective_to is None


def test_from_the_day_of_issue_stays_open_when_that_day_is_unknown():
    validity = read_validity(["本通知自印发之日起施行，有效期3年。"], None)
    assert validity.says_in_force
    assert (validity.effective_from, validity.effective_to) == (None, None)


def test_two_different_commencements_are_left_to_a_person():
    validity = read_validity(
        ["本办法自2023年10月1日起施行。", "本办法自2024年1月1日起施行。"], ISSUED
    )
    assert validity.is_contradictory
    assert validity.effective_from is None
    assert not validity.says_in_force


@pytest.mark.parametrize(
    ("sentence", "repealed"),
    [
        ("《演示办法》（济演发〔2019〕3号）同时废止。", ("济演发〔2019〕3号",)),
        (
            "《甲》（财演〔2019〕96号）、《乙》（财演〔2020〕21号）同时废止。",
            ("财演〔2019〕96号", "财演〔2020〕21号"),
        ),
        ("《演示办法》（济演发〔2019〕3号）第三条同时废止。", ()),
        ("任演字〔2018〕3号文件第五条停止执行。", ()),
        ("此前规定与本办法不一致的，停止执行。", ()),
    ],
)
def test_only_the_repeal_of_whole_documents_counts(sentence, repealed):
    assert read_validity([sentence], ISSUED).repealed == repealed
