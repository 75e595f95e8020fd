import pytest

from ingest.content import FileKind
from ingest.errors import Reason, UnreadableFileError
from ingest.loaders.sniffer import sniff
from tests.fakes import office_files, paper_files
from tests.fakes.sample_policy import SamplePolicy


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        pytest.param(office_files.word_file(SamplePolicy()), FileKind.DOCX, id="docx"),
        pytest.param(office_files.legacy_word_file(SamplePolicy()), FileKind.DOC, id="doc"),
        pytest.param(paper_files.ofd(SamplePolicy()), FileKind.OFD, id="ofd"),
        pytest.param(b"\n%PDF-1.7\n...", FileKind.PDF, id="pdf-behind-an-empty-line"),
        pytest.param(office_files.portal_page(SamplePolicy()).encode(), FileKind.HTML, id="html"),
        pytest.param("# 标题\n\n正文".encode(), FileKind.MARKDOWN, id="markdown"),
        pytest.param("第一条 正文".encode("gb18030"), FileKind.TEXT, id="gb18030-text"),
    ],
)
def test_kind_is_told_by_content(data, kind):
    assert sniff(data) is kind


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        pytest.param(b"", Reason.EMPTY, id="nothing"),
        pytest.param(b"\xef\xbb\xbf \r\n\t", Reason.EMPTY, id="white-space-only"),
        pytest.param(b"\xff\xd8\xff\xe0" + bytes(99), Reason.UNSUPPORTED_KIND, id="photo"),
        pytest.param(b"{\\rtf1 text}", Reason.UNSUPPORTED_KIND, id="rtf"),
        pytest.param(b"PK\x03\x04broken", Reason.DAMAGED, id="half-a-zip"),
        pytest.param(bytes(range(256)) * 9, Reason.UNKNOWN_KIND, id="machine-code"),
        pytest.param(
            office_files.encrypted_word_file(), Reason.ENCRYPTED, id="docx-with-a-password"
        ),
    ],
)
def test_what_is_no_document_is_refused_with_its_reason(data, reason):
    with pytest.raises(UnreadableFileError) as refused:
        sniff(data)
    assert refused.value.reason is reason
