import pytest

from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.encoding import decode_text, is_plausible_chinese

SIMPLIFIED = "个人创业担保贷款最高额度为30万元，期限最长3年（演示）。"
TRADITIONAL = "個人創業擔保貸款最高額度為30萬元，期限最長3年（演示）。"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030", "gbk"])
def test_simplified_text_is_read_in_every_encoding(encoding):
    assert decode_text(SIMPLIFIED.encode(encoding)) == SIMPLIFIED


def test_big5_is_not_mistaken_for_gb18030():
    assert decode_text((TRADITIONAL * 3).encode("big5hkscs")) == TRADITIONAL * 3


def test_line_ends_of_every_system_become_one():
    assert decode_text(b"a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_text_broken_off_inside_a_character_is_still_read():
    broken = (SIMPLIFIED * 20).encode()[:-1]
    assert SIMPLIFIED * 19 in decode_text(broken)


def test_bytes_that_are_no_text_are_refused():
    with pytest.raises(UnreadableFileError) as refused:
        decode_text(bytes(range(128, 256)) * 20)
    assert refused.value.reason is Reason.UNKNOWN_KIND


def test_junk_of_a_font_without_characters_is_not_plausible():
    assert is_plausible_chinese(SIMPLIFIED)
    assert not is_plausible_chinese("\ue123\ue456鼲龗麤灪爩\ue789齉")
