"""What people call their files never decides where they lie."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.documents.ingestion.spool import UploadSpool

NAMES = [
    "../../etc/passwd.pdf",
    "..\\..\\windows.pdf",
    "/etc/passwd.pdf",
    "a\x00b.pdf",
    "half \ud83d.pdf",
    "two\nlines.pdf",
    ".pdf",
    "..",
    "",
    "字" * 300 + ".pdf",
    "😀" * 300 + ".pdf",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_file_is_kept_in_its_own_folder_under_a_name_that_disks_take(tmp_path, name):
    path = UploadSpool(tmp_path).new_path(name)
    path.write_bytes(b"%PDF-")

    assert path.resolve().parent.parent == tmp_path.resolve()
    assert path.name.isprintable()
    assert path.suffix in (".pdf", "")


@given(name=st.text(max_size=400))
def test_any_name_is_one_that_disks_take(tmp_path_factory, name):
    spool = UploadSpool(tmp_path_factory.getbasetemp())
    path = spool.new_path(f"{name}.pdf")
    path.write_bytes(b"%PDF-")

    assert path.parent.parent == tmp_path_factory.getbasetemp()


def test_a_name_that_does_no_harm_stays_as_it_is(tmp_path):
    assert UploadSpool(tmp_path).new_path("济财金〔2026〕1号.pdf").name == "济财金〔2026〕1号.pdf"
