"""Files of branches: what comes in, and what is said of what does not."""

import pytest

from api.branches.errors import BranchFileError
from api.branches.importer import FitRow, RowError, read_branches

HEAD = "id,bank,name,address,region,lat,lon,crs,phone,hours,services,data_date,source,is_sample\n"
GOOD = (
    "a1,演示银行,演示支行,演示路1号,370811,35.41,116.59,gcj02,,"
    "Mo-Fr 09:00-17:00,personal|enterprise,2026-01-02,演示,true\n"
)


def read(tmp_path, text: str, encoding: str = "utf-8"):
    path = tmp_path / "branches.csv"
    path.write_bytes(text.encode(encoding))
    return list(read_branches(path))


def test_rows_in_error_are_told_by_line_and_the_rest_come_in(tmp_path):
    swapped = GOOD.replace("35.41,116.59", "116.59,35.41").replace("a1", "a2")
    nowhere = GOOD.replace("370811", "亚特兰蒂斯").replace("a1", "a3")
    hours = GOOD.replace("Mo-Fr 09:00-17:00", "九点到五点").replace("a1", "a4")
    half = GOOD.replace("35.41,116.59,gcj02", "35.41,,gcj02").replace("a1", "a5")
    dateless = GOOD.replace("2026-01-02", "去年").replace("a1", "a6")
    again = GOOD
    last = GOOD.replace("a1", "a7")

    rows = read(tmp_path, HEAD + GOOD + swapped + nowhere + hours + half + dateless + again + last)

    assert [row.record.id for row in rows if isinstance(row, FitRow)] == ["a1", "a7"]
    errors = {row.line: row.message for row in rows if isinstance(row, RowError)}
    assert list(errors) == [3, 4, 5, 6, 7, 8]
    assert "经纬度写反" in errors[3]
    assert "没有这个地区" in errors[4]
    assert "营业时间" in errors[5]
    assert "一起填" in errors[6]
    assert "2026-01-31" in errors[7]
    assert "重复" in errors[8]


@pytest.mark.parametrize("id_", ["../x", "a/b", "a?b", "网点 1", "..", "x" * 81])
def test_a_row_whose_number_is_no_id_is_told_what_one_looks_like(tmp_path, id_):
    (row,) = read(tmp_path, HEAD + GOOD.replace("a1", id_, 1))

    assert isinstance(row, RowError)
    assert row.message.startswith("id：编号只能用")


def test_what_is_empty_stays_unknown(tmp_path):
    row = read(tmp_path, HEAD + "b,演示银行,演示支行,某路,370811,,,,,,personal,2026-01-02,演示,\n")[
        0
    ]

    assert isinstance(row, FitRow)
    row = row.record
    assert (row.lat, row.phone, row.hours, row.is_sample) == (None, None, None, False)


@pytest.mark.parametrize(
    ("text", "encoding"), [("id,bank\n1,2\n", "utf-8"), (HEAD + GOOD, "utf-16"), ("", "utf-8")]
)
def test_a_file_that_is_not_one_of_branches_is_refused(tmp_path, text, encoding):
    with pytest.raises(BranchFileError):
        read(tmp_path, text, encoding)
