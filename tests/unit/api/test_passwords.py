"""Which passwords of staff are taken."""

import pytest

from api.errors import WeakPasswordError
from api.staff.passwords import check_password


@pytest.mark.parametrize(
    "password",
    [
        "short pass!",
        "aaaaaaaaaaaaaa",
        "121212121212",
        "abcabcabcabc",
        "123456789012",
        "210987654321",
        "abcdefghijkl",
        "qwertyuiop12",
        "1qaz2wsx3edc",
        "zxcvbnm,./12",
        "password1234",
        "P@ssw0rd2026",
        "Passw0rd!!!!",
        "woaini1314520",
        "Woaini520woaini",
        "5201314woaini",
        "daikuan123456",
        "ChuangDai@2026",
        "chuangdai-2026-11",
        "jiningrensheju8",
        "admin@123456",
        "administrator1",
        "ｗｏａｉｎｉ１３１４５２０",
        "iloveyou1314520",
        "19900101woaini",
        "创业担保贷款2026！！！",
        "zhang-likes-his-tea",
        "my name is ZHANG",
    ],
)
def test_what_a_guesser_tries_first_is_refused(password):
    with pytest.raises(WeakPasswordError):
        check_password(password, "zhang")


@pytest.mark.parametrize(
    "password",
    [
        "long enough 演示",
        "correct horse battery",
        "济南的泉水冬天也是热的呢",
        "Tq7#vB2!mZ9w",
        "wo jia lou xia you ke huaishu",
        "kH8sN2dF6jR4",
        "八点半的班车从来不等我们几个",
    ],
)
def test_a_sentence_or_chance_is_taken(password):
    check_password(password, "zhang")


def test_a_login_of_one_letter_forbids_no_letter():
    check_password("correct horse battery", "a")
