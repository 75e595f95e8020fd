"""Ruled tables on pages, from ruling lines and pieces of text."""

from ingest.content import Line, Table
from ingest.loaders import layout
from ingest.loaders.grid import Ruling
from ingest.loaders.layout import Fragment


def text(content, left, top):
    return Fragment(content, left, top, left + 10 * len(content), top + 10)


def lay_out(fragments, rulings):
    return layout.lay_out(fragments, rulings, most=1000)


def across(y, x0=0.0, x1=200.0):
    return Ruling(x0, y, x1, y)


def down(x, y0=20.0, y1=80.0):
    return Ruling(x, y0, x, y1)


def test_text_between_lines_is_a_table_in_its_place():
    page = lay_out(
        [
            text("表前", 0, 0),
            text("主体", 10, 25),
            text("额度", 110, 25),
            text("个人", 10, 55),
            text("30万元", 110, 55),
            text("表后", 0, 90),
        ],
        [across(20), across(50), across(80), down(0), down(100), down(200)],
    )
    before, table, after = page.items
    assert isinstance(before, Line)
    assert isinstance(after, Line)
    assert (before.text, after.text) == ("表前", "表后")
    assert table == Table((("主体", "额度"), ("个人", "30万元")))


def test_a_cell_over_two_rows_speaks_in_both():
    page = lay_out(
        [
            text("主体", 10, 25),
            text("内容", 110, 25),
            text("个人", 10, 75),
            text("30万元", 110, 55),
            text("3年", 110, 85),
        ],
        [
            *(across(20), across(50), across(80, x0=100), across(110)),
            *(down(x, y1=110) for x in (0, 100, 200)),
        ],
    )
    assert page.items == (Table((("主体", "内容"), ("个人", "30万元"), ("个人", "3年"))),)


def test_two_lines_of_one_cell_are_joined():
    page = lay_out(
        [text("小微", 10, 22), text("企业", 10, 36), text("额度", 110, 25), text("注", 10, 60)],
        [across(20), across(50), across(80), down(0), down(100), down(200)],
    )
    assert page.items[0].rows[0] == ("小微企业", "额度")


def test_a_frame_around_a_text_is_no_table():
    page = lay_out([text("提示", 10, 30)], [across(20), across(80), down(0), down(200)])
    assert [type(item) for item in page.items] == [Line]
