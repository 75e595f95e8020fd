"""Files as banks and bureaus have them: other columns, Excel, GeoJSON."""

import json
from datetime import date

import pytest
from openpyxl import Workbook

from api.branches.columns import ColumnMapping
from api.branches.errors import BranchFileError, BranchMappingError
from api.branches.importer import FitRow, RowWarning, read_branches

LICENCES = (
    "机构编码,机构名称,机构住所,批准日期\n"
    "B0001,演示农商银行任城支行,山东省济宁市任城区演示路1号,2019/3/5\n"
)


def only(path, mapping=None):
    (row,) = (entry for entry in read_branches(path, mapping) if isinstance(entry, FitRow))
    return row.record


def doubts(path, mapping=None) -> str:
    entries = read_branches(path, mapping)
    return "\n".join(entry.message for entry in entries if isinstance(entry, RowWarning))


def test_a_licence_list_comes_in_with_what_it_lacks_told_once_for_all_rows(tmp_path):
    path = tmp_path / "许可证.csv"
    path.write_bytes(LICENCES.encode("gb18030"))
    mapping = ColumnMapping(
        columns={"data_date": "批准日期"},
        constants={"bank": "演示农商银行", "source": "演示：许可证信息", "services": "个人"},
    )

    record = only(path, mapping)

    assert (record.id, record.region) == ("B0001", "370811")
    assert record.data_date == date(2019, 3, 5)
    assert record.services == ["personal"]
    assert "没有坐标" in doubts(path, mapping)


def test_a_list_without_services_comes_in_and_is_said_not_to_be_recommended(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LICENCES, "utf-8")
    mapping = ColumnMapping(
        columns={"data_date": "批准日期"}, constants={"bank": "演示", "source": "演示"}
    )

    assert "不会推荐" in doubts(path, mapping)


def test_a_spreadsheet_is_read_by_its_usual_names(tmp_path):
    book = Workbook()
    page = book.active
    page.title = "网点"
    page.append(["银行名称", "网点名称", "地址", "区县", "经度（高德）", "纬度（高德）", "坐标系"])
    page["H1"], page["I1"], page["J1"] = "业务范围", "数据日期", "来源"
    page["K1"] = "状态"
    page.append(["演示银行", "演示支行", "演示路1号", "任城区", 116.59, 35.41, "高德"])
    page["H2"], page["I2"], page["J2"] = "个人、小微企业、存款", date(2026, 1, 2), "演示"
    page["K2"] = "已搬迁"
    path = tmp_path / "网点.xlsx"
    book.save(path)

    record = only(path, ColumnMapping(sheet="网点"))

    assert (record.crs, record.lat, record.lon) == ("gcj02", 35.41, 116.59)
    assert record.services == ["personal", "enterprise", "存款"]
    assert record.state == "moved"
    assert record.id.startswith("auto-")
    assert "存款" in doubts(path)


def test_geojson_has_its_points_in_wgs84(tmp_path):
    properties = {
        "bank": "演示银行",
        "name": "演示支行",
        "address": "演示路1号",
        "region": "370811",
        "services": ["personal"],
        "data_date": "2026-01-02",
        "source": "演示",
    }
    feature = {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [116.59, 35.41]},
        "properties": properties,
    }
    path = tmp_path / "b.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}), "utf-8")

    record = only(path)

    assert (record.lat, record.lon, record.crs) == (35.41, 116.59, "wgs84")


def test_coordinates_far_from_the_county_are_pointed_out(tmp_path):
    path = tmp_path / "far.csv"
    head = "bank,name,address,region,lat,lon,crs,services,data_date,source\n"
    path.write_text(
        head + "演示,演示,演示路,370811,30.57,104.06,gcj02,个人,2026-01-02,演示\n", "utf-8"
    )

    assert "离所填区县很远" in doubts(path)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("a.xlsx", b"no zip"),
        ("a.geojson", b"{"),
        ("a.geojson", b"[]"),
        ("a.geojson", b'{"features": [1]}'),
        ("a.pdf", b"%PDF"),
        ("a.csv", b"\xff\xfe\x00\x81"),
    ],
)
def test_what_is_no_file_of_branches_is_refused_with_a_code(tmp_path, name, content):
    path = tmp_path / name
    path.write_bytes(content)

    with pytest.raises(BranchFileError) as caught:
        list(read_branches(path))

    assert caught.value.code == "branch_file_invalid"


def test_a_mapping_is_a_file_an_office_can_keep(tmp_path):
    path = tmp_path / "mapping.yaml"
    path.write_text("columns: {name: 机构}\nconstants: {source: 演示}\n", "utf-8")

    assert ColumnMapping.from_file(path).columns == {"name": "机构"}


@pytest.mark.parametrize("text", ["columns: {colour: 颜色}", "- 1", "columns: [", "colums: {}"])
def test_a_mapping_with_what_is_not_ours_is_refused(tmp_path, text):
    path = tmp_path / "mapping.yaml"
    path.write_text(text, "utf-8")

    with pytest.raises(BranchMappingError):
        ColumnMapping.from_file(path)


def test_a_mapped_column_that_the_file_lacks_is_named(tmp_path):
    path = tmp_path / "list.csv"
    path.write_text(LICENCES, "utf-8")

    with pytest.raises(BranchFileError, match="电话号"):
        list(read_branches(path, ColumnMapping(columns={"phone": "电话号"})))
