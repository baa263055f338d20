"""Workbooks made to hold a thread, to fill the memory, or to hide a sign (A20, A29)."""

from __future__ import annotations

import io
import json
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from documents.book import importing
from office.importing import refuse_classified
from tests.documents.factories import Office, signed_for
from tests.documents.test_importing import ROW, book, entry, listed
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
SHEET = "xl/worksheets/sheet1.xml"
SPACE = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
KIND = "application/vnd.openxmlformats-officedocument.spreadsheetml"
STRINGS = "xl/sharedStrings.xml"
PARTS = (
    "xl/styles.xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "docProps/core.xml",
    "[Content_Types].xml", SHEET,
)  # fmt: skip
FAR = '<row r="{n}"><c r="A{n}" t="inlineStr"><is><t>x</t></is></c></row></sheetData>'


def rewritten(file: io.BytesIO, part: str, change: Callable[[str], str]) -> bytes:
    """Return a workbook of which one part reads otherwise."""
    out = io.BytesIO()
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, change(data.decode()).encode() if name == part else data)
    return out.getvalue()


def tried(office: Office, data: bytes) -> Any:
    client = signed_in(office.clerk)
    client.raise_request_exception = False
    file = SimpleUploadedFile("旧登记簿.xlsx", data)
    return client.post(reverse("documents:incoming-import"), {"file": file})


@pytest.mark.parametrize("number", ["12000000", "1048576", "1e308"])
def test_a20_a_row_far_below_costs_nothing(office: Office, number: str) -> None:
    far = FAR.format(n=number)
    data = rewritten(book(ROW), SHEET, lambda xml: xml.replace("</sheetData>", far))
    began = time.process_time()
    for read in (importing.is_long, importing.read):
        read(io.BytesIO(data))
    assert tried(office, data).status_code == 422
    assert time.process_time() - began < 8


def test_a20_one_text_used_by_every_row_does_not_fill_the_memory(office: Office) -> None:
    rows = [ROW | {"标题": f"关于第{n}号事项的通知", "正文": "BIG"} for n in range(200)]
    shared = f'<sst xmlns="{SPACE}"><si><t>{"字" * 499_000}</t></si></sst>'
    inline = 't="inlineStr"><is><t>BIG</t></is>'
    data = rewritten(book(*rows), SHEET, lambda xml: xml.replace(inline, 't="s"><v>0</v>'))
    part = f'<Override PartName="/{STRINGS}" ContentType="{KIND}.sharedStrings+xml"/></Types>'
    data = rewritten(
        io.BytesIO(data), "[Content_Types].xml", lambda xml: xml.replace("</Types>", part)
    )
    file = io.BytesIO(data)
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(STRINGS, shared)
    data = file.getvalue()
    assert len(data) < 20_000
    tracemalloc.start()
    report = importing.read(io.BytesIO(data))
    held, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "characters" in str(report.errors[0])
    assert held < 60 * 2**20
    assert importing.is_long(io.BytesIO(data))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("words", ["", "<a/>", "<a>"])
def test_a20_a_part_that_is_empty_or_forged_is_answered_in_words(
    office: Office, part: str, words: str
) -> None:
    assert tried(office, rewritten(book(ROW), part, lambda _xml: words)).status_code in (200, 422)


@pytest.mark.parametrize("figures", ["1" + "0" * 400, "1e400", "nan", "-1", "1e15"])
def test_a20_a_day_in_endless_figures(office: Office, figures: str) -> None:
    data = rewritten(
        book(ROW | {"成文日期": 46086}), SHEET, lambda xml: xml.replace("46086", figures)
    )
    assert tried(office, data).status_code == 422


def test_a29_an_invisible_sign_hides_no_mark(office: Office) -> None:
    title = "机\u200b密★5年关于某事项的通知"
    assert importing.read(listed(entry(title=title))).errors
    with pytest.raises(ValidationError, match=r"classif|密"):
        refuse_classified(book(ROW | {"标题": title}))


def test_a29_a_title_keeps_no_sign_that_turns_the_line_round(office: Office) -> None:
    hostile = entry(title="关于\x01\u202e某事项\ud800的通知")
    report = importing.read(io.BytesIO(json.dumps([hostile]).encode()))
    assert [line.values["title"] for line in report.rows] == ["关于某事项的通知"]


def test_what_the_trial_passes_is_written(office: Office) -> None:
    """A text that the storage would refuse is an error of its row, before anything is written."""
    assert tried(office, book(ROW | {"正文": "机密\n第一段"}).getvalue()).status_code == 422


@pytest.mark.parametrize("day", ["2300-01-02", "9990-06-01", "9999-12-31"])
def test_a26_a_limit_in_another_century_is_refused(office: Office, day: str) -> None:
    row = signed_for(office)
    client = signed_in(office.clerk)
    client.raise_request_exception = False
    given = {
        "title": "关于某事项的通知", "sender": row.sender.name, "relation": "superior",
        "written_on": "2026-03-05", "copies": 1, "nature": "handling", "due_on": day,
    }  # fmt: skip
    answer = client.post(reverse("documents:incoming-register", args=[row.pk]), given)
    assert answer.status_code == 422
