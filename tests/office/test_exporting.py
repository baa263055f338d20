"""Sheets out and in: what is written is inert, what is read is judged."""

import datetime as dt
import io
import zipfile
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from openpyxl import Workbook, load_workbook
from openpyxl.xml import DEFUSEDXML

from office.exporting import safe, sheet_name, write_xlsx
from office.importing import (
    ERRORS,
    Column,
    choice,
    day,
    error_book,
    read_sheet,
    template,
    text,
    whole,
)
from tests.office.rows import wide

COLUMNS = (
    Column("number", "来文字号", text(60), also=("文号",)),
    Column("title", "标题", text(300), required=True, width=60),
    Column("received_on", "收文日期", day, required=True),
    Column("copies", "份数", whole(1, 999)),
    Column("urgency", "紧急程度", choice({"": "", "加急": "加急", "特急": "特急"})),
)


def read(rows, columns=COLUMNS):
    book = Workbook()
    for row in rows:
        book.active.append(row)
    file = io.BytesIO()
    book.save(file)
    return read_sheet(file, columns)


def cells(file):
    return [list(row) for row in load_workbook(file).active.iter_rows(values_only=True)]


FORMULAS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    wide("=1"),
    '=HYPERLINK("http://x")',
]


@pytest.mark.parametrize("words", FORMULAS)
def test_a18_a_formula_typed_by_somebody_stays_text(words):
    file = write_xlsx(["标题", words], [[words, words]], "收文")
    sheet = load_workbook(file).active
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type == "s"
            assert cell.value[0] not in "=+-@\t\r\n" + wide("=+-@")


def test_a18_a_formula_comes_back_from_our_own_export_as_it_was():
    file = write_xlsx(["标题", "收文日期"], [["=1+1", dt.date(2026, 1, 5)]], "收文")
    assert read_sheet(file, COLUMNS).lines[0].values["title"] == "=1+1"


def test_values_keep_their_kind():
    moment = dt.datetime(2026, 11, 23, 2, 6, tzinfo=dt.UTC)
    row = [
        "110101199001011234",
        110101199001011234,
        12,
        Decimal("3.50"),
        dt.date(2026, 11, 23),
        moment,
        None,
        True,
    ]
    (_heading, written) = cells(write_xlsx(list("abcdefgh"), [row], "表"))
    assert written[:3] == ["110101199001011234", "110101199001011234", 12]
    assert written[3] == 3.5
    assert f"{written[4]}" == "2026-11-23 00:00:00"
    assert f"{written[5]}" == "2026-11-23 10:06:00"
    assert written[6:] == [None, True]


def test_what_a_sheet_cannot_hold_is_dropped_and_not_an_error():
    assert safe("a\x00b\x0bc\ud800d\uffff") == "abcd"
    assert len(safe("长" * 40000)) < 32768
    assert sheet_name("收[文]:登*记?簿/20\\26" + "长" * 40) == "收 文  登 记 簿 20 26" + "长" * 15
    assert sheet_name("''") == "Sheet1"
    assert sheet_name("=1+1")


def test_ten_thousand_rows_are_written_from_a_generator_one_by_one():
    alive = []

    def rows():
        for number in range(10_000):
            alive.append(number)
            yield [number, "江川省数据局关于征求意见的函"]

    file = write_xlsx(["号", "标题"], rows(), "收文", [8, 60])
    book = load_workbook(file, read_only=True)
    assert sum(1 for _ in book.active.iter_rows()) == 10_001
    assert len(alive) == 10_000


def test_rows_are_read_with_their_numbers_and_types():
    report = read([
        ["2019年收文登记簿"],
        ["文号", "标 题*", "收文日期", "份数", "紧急程度", "备考"],
        ["江政发〔2019〕3号", " 关于防汛的通知 ", "2019年6月3日", 2.0, "特急", "x"],
        [],
        [None, "关于值班的通知", dt.date(2019, 6, 4), wide("3"), None],
    ])  # fmt: skip
    assert report.is_clean
    assert [line.number for line in report.lines] == [3, 5]
    assert report.lines[0].values == {
        "number": "江政发〔2019〕3号", "title": "关于防汛的通知", "copies": 2, "urgency": "特急",
        "received_on": dt.date(2019, 6, 3),
    }  # fmt: skip
    assert report.lines[1].values["copies"] == 3
    assert report.unknown == ["备考"]


@pytest.mark.parametrize(
    "written",
    ["2026-11-23", "2026/11/23", "2026.11.23", "2026年11月23日", wide("2026-11-23"), 46349,
     "2026-11-23 10:06"],
)  # fmt: skip
def test_a_day_is_read_as_it_is_written(written):
    assert day(written) == dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    "written", ["", "2026-13-01", "2026-02-30", "23/11/2026", "昨天", -4, "=NOW()"]
)
def test_a26_what_is_no_day_is_refused(written):
    with pytest.raises(ValidationError):
        day(written)


@pytest.mark.parametrize(
    "written", ["NaN", "Infinity", "1.5", "-1", "1e9", "1000", "一", "1" * 400]
)
def test_a25_what_is_no_whole_number_is_refused(written):
    with pytest.raises(ValidationError):
        whole(1, 999)(written)


def test_a_number_whose_digits_a_sheet_has_lost_is_refused():
    with pytest.raises(ValidationError):
        text()(110101199001011234.0)


def test_errors_come_back_beside_their_rows_and_the_mended_book_can_be_read():
    rows = [
        ["来文字号", "标题", "收文日期", "份数"],
        ["江〔2019〕3号", "", "昨天", 1],
        ["江〔2019〕4号", "通知", "2019-06-03", 0],
    ]
    report = read(rows)
    assert not report.is_clean
    assert [line.number for line in report.errors] == [2, 3]
    back = cells(error_book(report))
    assert back[0] == [*rows[0], ERRORS]
    assert back[1][4].count("；") == 1
    back[1][1:3], back[2][3] = ["值班通知", "2019-06-04"], 1
    again = read(back)
    assert again.is_clean
    assert again.unknown == []
    assert len(cells(error_book(report, only=True))) == 3


def test_the_template_reads_itself():
    file = template(COLUMNS, "旧登记簿")
    sheet = load_workbook(file).active
    sheet.append(["江〔2019〕3号", "通知", dt.date(2019, 6, 3), 1, ""])
    book = io.BytesIO()
    sheet.parent.save(book)
    assert read_sheet(book, COLUMNS).is_clean


@pytest.mark.parametrize("rows", [[["甲", "乙"]], [["标题", "收文日期"]], [[]]])
def test_a_sheet_without_headings_or_rows_says_so(rows):
    with pytest.raises(ValidationError):
        read(rows)


def test_a13_a_heading_is_only_ever_compared():
    rows = [
        ["标题", "收文日期", "id; drop table x", "state", "__class__"],
        ["通知", "2019-06-03", 1, "filed", "x"],
    ]
    report = read(rows)
    assert set(report.lines[0].values) == {"title", "received_on"}


def test_a20_too_many_rows_are_refused(monkeypatch):
    monkeypatch.setattr("office.importing.ROWS", 3)
    with pytest.raises(ValidationError) as caught:
        read([["标题", "收文日期"], *([["通知", "2019-06-03"]] * 4)])
    assert caught.value.code == "rows"


def patched(part, change):
    book = io.BytesIO()
    Workbook().save(book)
    made = io.BytesIO()
    with zipfile.ZipFile(book) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data) if name == part else data)
    return made


LAUGHS = b"""<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>"""
XXE = b"""<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>"""


@pytest.mark.parametrize("evil", [LAUGHS, XXE])
@pytest.mark.parametrize(
    "part", ["xl/worksheets/sheet1.xml", "xl/workbook.xml", "[Content_Types].xml"]
)
def test_a11_entities_in_a_workbook_are_refused(part, evil):
    with pytest.raises(ValidationError) as caught:
        read_sheet(patched(part, lambda data: evil + data), COLUMNS)
    assert caught.value.code == "doctype"
    assert DEFUSEDXML  # and were one missed, the parser would not resolve it


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"a,b\n1,2", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"]
)
def test_a11_what_is_no_workbook_is_refused(data):
    with pytest.raises(ValidationError):
        read_sheet(io.BytesIO(data), COLUMNS)


def test_a11_a_broken_sheet_is_refused():
    with pytest.raises(ValidationError):
        read_sheet(patched("xl/worksheets/sheet1.xml", lambda _data: b"<worksheet"), COLUMNS)
