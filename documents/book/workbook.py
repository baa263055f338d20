"""The workbook of an old register: its columns, and the empty one people fill in."""

from __future__ import annotations

import datetime as dt
import unicodedata
from io import BytesIO
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from documents.receipt.models.choices import Kind
from documents.reference.models import Relation, Urgency
from office.files.names import seen
from office.importing import Column, choice, text, whole
from office.importing import day as any_day

LONGEST_BODY = 500_000
ROWS = 5000  # as far as the empty workbook is prepared
RELATIONS = {
    "上级": Relation.SUPERIOR, "平级": Relation.PEER, "下级": Relation.SUBORDINATE,
    "其他": Relation.OTHER,
}  # fmt: skip
URGENCIES = {
    "加急": Urgency.URGENT, "特急": Urgency.EXTRA, "特提": Urgency.FIRST, "平急": Urgency.ORDINARY,
}  # fmt: skip
# Old registers write these for “no mark”; they are no values of the mark (条例 §9(3)).
NO_URGENCY = {"无": Urgency.NONE, "平件": Urgency.NONE, "一般": Urgency.NONE}
COMPACT_DAY = 8
FIRST_DAY = dt.date(1949, 10, 1)  # an earlier one is a figure that slipped into the column


def day(cell: Any) -> dt.date:
    """Read a date in any form of `office.importing.day`, or as eight figures: 20260305."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    figures = unicodedata.normalize("NFKC", str(cell)).strip()
    if len(figures) == COMPACT_DAY and figures.isascii() and figures.isdigit():
        cell = f"{figures[:4]}-{figures[4:6]}-{figures[6:]}"
    found = any_day(cell)
    if found < FIRST_DAY:
        raise ValidationError(_("Not a date: write 2026-11-23."))
    return found


def body(cell: Any) -> str:
    """Read a text with its paragraphs."""
    lines = str(cell).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    words = "\n".join(seen(line).rstrip() for line in lines).strip()
    if len(words) > LONGEST_BODY:
        raise ValidationError(_("More than %(n)s characters.") % {"n": LONGEST_BODY})
    return words


COLUMNS: tuple[Column, ...] = (
    Column("sender", "来文单位", text(100), required=True, width=30,
           also=("来文机关", "发文机关", "发文单位"),
           hint="写发文机关标志上的全称；来文单位表里没有的，导入时自动加入。"),
    Column("relation", "来文类别", choice(RELATIONS), width=10,
           hint="上级、平级、下级、其他。只对新的来文单位有用；不填按上级。"),
    Column("doc_number", "来文字号", text(60), also=("文号", "发文字号", "来文号"), width=24,
           hint="如 江市监质〔2026〕86号；括号写成别的样式会自动改正。没有字号可以不填。"),
    Column("title", "标题", text(300), required=True, also=("文件标题", "题名"), width=60,
           hint="照原件写全，不要缩写。"),
    Column("kind", "文种", choice({str(kind): kind for kind in Kind.values}), width=8,
           hint="十五种文种之一；不填则看标题的末尾。"),
    Column("urgency", "紧急程度", choice(URGENCIES | NO_URGENCY), also=("缓急",), width=10,
           hint="原件上标注的加急、特急；电报用特提、特急、加急、平急。没有标注就不填（条例第九条第三项）。"),
    Column("written_on", "成文日期", day, required=True, also=("发文日期",), width=14,
           hint="2026年3月5日、2026-03-05、20260305 都可以。"),
    Column("received_on", "收文日期", day, also=("日期", "收到日期"), width=14,
           hint="当年签收的日期；不填按导入当天。"),
    Column("old_number", "原收文号", text(60), also=("收文号", "收文编号"), width=18,
           hint="旧登记簿上的号，写入备注。导入时按来文类别另给新号，号码连续，不留空号。"),
    Column("copies", "份数", whole(1, 9999), width=8, hint="整数，不填按 1。"),
    Column("sheet_count", "页数", whole(1, 9999), width=8, hint="整数。"),
    Column("copy_number", "份号", text(20), width=12, hint="按文本写，前面的 0 会保留。"),
    Column("note", "备注", text(200), width=30, hint="二百字以内。"),
    Column("body", "正文", body, also=("全文",), width=40,
           hint="可以不填；填了就存为文本附件，能在检索里找到。"),
)  # fmt: skip
TEXTS = ("doc_number", "old_number", "copy_number")  # columns whose figures are no numbers
LISTS = {"relation": [*RELATIONS], "kind": Kind.values, "urgency": [*URGENCIES]}


def template() -> bytes:
    """Return the empty workbook: headings, lists to choose from, and a sheet that explains."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  a new workbook has one
    sheet.title = "收文登记簿"
    for number, column in enumerate(COLUMNS, 1):
        heading = f"{column.heading}*" if column.required else column.heading
        cell = sheet.cell(1, number, heading)
        cell.font = Font(bold=True)
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = column.width
        if column.name in TEXTS:
            sheet.column_dimensions[letter].number_format = "@"
        if rule := _rule(column):
            sheet.add_data_validation(rule)
            rule.add(f"{letter}2:{letter}{ROWS}")
    sheet.freeze_panes = "A2"
    _explain(book.create_sheet("填写说明"))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _rule(column: Column) -> DataValidation | None:
    """Return what a spreadsheet program may check while somebody types."""
    if words := LISTS.get(column.name):
        rule = DataValidation("list", formula1=f'"{",".join(words)}"', allow_blank=True)
    elif column.name in ("copies", "sheet_count"):
        rule = DataValidation(
            "whole", operator="between", formula1="1", formula2="9999", allow_blank=True
        )
    elif column.name == "title":
        rule = DataValidation("textLength", operator="between", formula1="4", formula2="300")
    else:
        return None
    rule.showErrorMessage = True
    rule.errorTitle, rule.error = column.heading, column.hint
    return rule


def _explain(sheet: Worksheet) -> None:
    sheet.append(["栏目", "必填", "怎样填"])
    for column in COLUMNS:
        sheet.append([column.heading, "必填" if column.required else "", column.hint])
    for line in (
        "先试读，不写入；有一行不对，全部不写入，并给出带错误说明的表，改好后可以直接再导入。",
        "来文单位和来文字号都相同，或者标题相同的，视为已经登记，跳过并列出。",
        "涉密文件不得录入本系统（保密法第三十一条），请交机要员登记载体。",
    ):
        sheet.append([])
        sheet.append([line])
    for cell in sheet[1]:
        cell.font = Font(bold=True)
    sheet.column_dimensions["A"].width = 14
    sheet.column_dimensions["B"].width = 8
    sheet.column_dimensions["C"].width = 90
    for row in sheet.iter_rows(min_row=2, max_row=len(COLUMNS) + 1, min_col=3, max_col=3):
        row[0].alignment = Alignment(wrap_text=True, vertical="top")
