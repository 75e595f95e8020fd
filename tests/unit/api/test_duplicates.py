"""Branches that are probably one."""

import pytest

from api.branches.duplicates import Candidate, find_duplicates

FIRST = Candidate("a", "中国演示银行股份有限公司", "演示银行太白支行", "太白路1号", 35.41, 116.59)


@pytest.mark.parametrize(
    ("bank", "name", "address", "lat", "is_suspect"),
    [
        pytest.param(
            "演示银行", "演示银行太白支行（新）", "太白路1号", 35.4101, True, id="renamed"
        ),
        pytest.param("演示银行", "别的名字", "太白路1号", 35.4101, True, id="same-door"),
        pytest.param("演示银行", "演示银行太白支行", "太白路1号", 35.42, False, id="a-km-away"),
        pytest.param("别家银行", "别家银行太白支行", "太白路1号", 35.41, False, id="other-bank"),
        pytest.param("演示银行", "自助网点", "太白路12号", 35.41, False, id="other-door"),
        pytest.param("演示银行", "演示银行第二支行", "运河路2号", 35.41, False, id="second-branch"),
    ],
)
def test_look_alikes_nearby_are_suspected(bank, name, address, lat, is_suspect):
    other = Candidate("b", bank, name, address, lat, 116.59)

    assert bool(list(find_duplicates([FIRST, other]))) is is_suspect
    assert bool(list(find_duplicates([other], known=[FIRST]))) is is_suspect


def test_what_was_there_already_is_not_told_again():
    again = Candidate("b", FIRST.bank, FIRST.name, FIRST.address, FIRST.lat, FIRST.lon)

    assert list(find_duplicates([], known=[FIRST, again])) == []
