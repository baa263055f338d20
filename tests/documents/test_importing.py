"""An old register, or a list of documents, into the book."""

import datetime as dt
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from openpyxl import Workbook, load_workbook

from documents.book import importing, tables, workbook
from documents.book.forms import RowForm
from documents.receipt.forms.intake import DocumentForm
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.services import intake
from documents.receipt.workflow import State
from documents.reference.models import Relation, Sender
from office import clock
from office.errors import NotAllowed, Refused
from office.exporting import write_xlsx
from office.files.models import Attachment
from office.search.services import hits
from tests.documents.factories import Office, paper, signed_for

REAL = Path(settings.BASE_DIR).parent / "shared" / "data" / "state_council_documents.json"
TEXTS = {"s", "inlineStr", "n", "d"}  # every type of cell but the formula
HEADING = [column.heading for column in workbook.COLUMNS]
ROW = {
    "来文单位": "江川省财政厅", "来文字号": "江财预[2026]12号",
    "标题": "江川省财政厅关于编制预算的通知", "成文日期": "2026年3月5日",
}  # fmt: skip


def book(*rows: dict[str, Any], heading: list[str] | None = None) -> io.BytesIO:
    """Return a workbook as a clerk might have typed it."""
    heading = heading or HEADING
    made = Workbook()
    sheet = made.worksheets[0]
    sheet.append(heading)
    for row in rows:
        sheet.append([row.get(name) for name in heading])
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    file.name = "旧登记簿.xlsx"
    return file


def rows_of(content: bytes) -> list[list[Any]]:
    sheet = load_workbook(io.BytesIO(content)).worksheets[0]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def listed(*entries: Any) -> io.BytesIO:
    return io.BytesIO(json.dumps(list(entries), ensure_ascii=False).encode())


def entry(**given: Any) -> dict[str, Any]:
    usual = {
        "issuer": "国务院办公厅", "doc_no": "国办发〔2019〕4号", "date": "2019年01月16日",
        "title": "国务院办公厅关于加强三级公立医院绩效考核工作的意见",
        "paragraphs": ["一、总体要求", "各省、自治区人民政府："],
    }  # fmt: skip
    return usual | given


@pytest.mark.skipif(not REAL.exists(), reason="the real documents lie beside the working copy")
def test_the_real_documents_are_registered_once(office: Office, capsys) -> None:
    call_command("import_incoming", str(REAL))
    assert not IncomingDocument.objects.exists()
    call_command("import_incoming", str(REAL), "--commit")
    wanted = json.loads(REAL.read_text())
    rows = list(IncomingDocument.objects.select_related("sender").order_by("serial"))
    assert len(rows) == len(wanted) == 24
    for row, real in zip(rows, wanted, strict=True):
        assert row.doc_number == real["doc_no"]
        assert row.sender.name == real["issuer"]
        assert row.title == real["title"]
        assert f"{row.written_on:%Y年%m月%d日}" == real["date"]
        assert row.kind
        assert row.state == State.REGISTERED
        assert row.sender.relation == Relation.SUPERIOR
        text = Attachment.objects.about(row).get().text
        assert all(part.strip() in text for part in real["paragraphs"])
    assert [row.serial for row in rows] == list(range(1, 25))
    found = hits(IncomingDocument.objects.visible_to(office.clerk), "湖北省巴东县")
    assert [hit.pk for hit in found.hits] == [r.pk for r in rows if "巴东县" in r.title]
    body = hits(IncomingDocument.objects.visible_to(office.clerk), "全口义齿")
    assert body.total == 0
    call_command("import_incoming", str(REAL), "--commit")
    assert IncomingDocument.objects.count() == 24
    capsys.readouterr()


def test_words_of_the_body_are_found(office: Office) -> None:
    importing.read(listed(entry(paragraphs=["深入推进医耗联动改革。"]))).commit(office.clerk)
    found = hits(IncomingDocument.objects.visible_to(office.clerk), "医耗联动")
    assert len(found.hits) == 1


def test_an_imported_document_waits_for_screening(office: Office) -> None:
    row = importing.read(listed(entry())).commit(office.clerk)[0]
    assert row.channel == "e_exchange"
    assert [item.step for item in row.open_items] == ["screen"]
    assert row.signed_for_by == row.registered_by == office.clerk
    intake.screen(row.pk, actor=office.screener, points=POINTS)


def test_a_trial_writes_nothing(office: Office) -> None:
    report = importing.read(listed(entry()))
    assert (len(report.rows), report.errors, report.duplicates) == (1, [], [])
    assert not IncomingDocument.objects.exists()
    assert not Sender.objects.exists()


@pytest.mark.parametrize(("title", "number", "kind"), [
    ("国务院关于印发暂行办法的通知", "国发〔2018〕41号", "通知"),
    ("关于质量工作的指导意见（试行）", "江市监发〔2026〕1号", "意见"),
    ("关于同意申办运动会的复函", "国办函〔2004〕36号", "函"),
    ("对第7264号建议的答复", "国办函〔2006〕69号", "函"),
    ("关于规划（2018—2035年）的批复", "国函〔2018〕159号", "批复"),
    ("某某情况汇总", "江市监发〔2026〕2号", ""),
])  # fmt: skip
def test_the_kind_is_read_from_the_title(
    title: str, number: str, kind: str, office: Office
) -> None:
    report = importing.read(listed(entry(title=title, doc_no=number)))
    assert report.rows[0].values["kind"] == kind


def test_a_telegram_is_known_by_its_code(office: Office) -> None:
    report = importing.read(listed(entry(doc_no="国办发明电〔2018〕15号")))
    assert report.rows[0].values["is_telegram"]


@pytest.mark.parametrize(
    "date", ["2026年3月5日", "2026-03-05", "20260305", 20260305, dt.date(2026, 3, 5), "2026/3/5"]
)
def test_dates_are_read_in_every_usual_form(date: Any, office: Office) -> None:
    report = importing.read(book(ROW | {"成文日期": date}))
    assert [str(wrong) for wrong in report.errors] == []
    assert report.rows[0].values["written_on"] == dt.date(2026, 3, 5)


@pytest.mark.parametrize("date", ["2026年13月5日", "昨天", "20261340", 3.5, "2999-01-01"])
def test_a_wrong_date_is_said_with_its_row(date: Any, office: Office) -> None:
    report = importing.read(
        book(ROW, ROW | {"标题": "另一件通知", "来文字号": "", "成文日期": date})
    )
    assert [wrong.number for wrong in report.errors] == [3]
    assert "成文日期" in str(report.errors[0])


def test_one_wrong_row_and_none_is_written(office: Office) -> None:
    report = importing.read(book(ROW, {"来文单位": "江川省审计厅"}))
    assert len(report.errors) == 1
    with pytest.raises(Refused):
        report.commit(office.clerk)
    assert not IncomingDocument.objects.exists()


def test_the_error_book_can_be_mended_and_imported(office: Office) -> None:
    report = importing.read(
        book(ROW, {"来文单位": "江川省审计厅", "来文字号": "江审通〔2026〕3号"})
    )
    wrong = load_workbook(importing.error_book(report))
    sheet = wrong.worksheets[0]
    heading = [cell.value for cell in sheet[1]]
    assert sheet.cell(3, len(heading)).value
    sheet.cell(3, heading.index("标题") + 1, "江川省审计厅关于开展审计的通知")
    sheet.cell(3, heading.index("成文日期") + 1, "2026-03-09")
    file = io.BytesIO()
    wrong.save(file)
    file.seek(0)
    again = importing.read(file)
    assert [str(each) for each in again.errors] == []
    assert len(again.commit(office.clerk)) == 2


def test_duplicates_are_skipped_and_named(office: Office) -> None:
    first = importing.read(book(ROW)).commit(office.clerk)[0]
    report = importing.read(book(
        ROW,
        ROW | {"来文字号": "", "标题": "江川省财政厅  关于编制预算的通知"},
        ROW | {"来文字号": "江财预〔2026〕13号", "标题": "江川省财政厅关于批复预算的通知"},
        ROW | {"来文字号": "江财预（2026）013号", "标题": "江川省财政厅关于批复预算的通知（重发）"},
        ROW | {"来文字号": "江财预〔2026〕99号"},
    ))  # fmt: skip
    assert [twin.line.number for twin in report.duplicates] == [2, 3, 5]
    assert first.reference in str(report.duplicates[0])
    assert [line.number for line in report.rows] == [4, 6]
    report.commit(office.clerk)
    assert IncomingDocument.objects.count() == 3
    assert importing.read(book(ROW)).commit(office.clerk) == []


def test_a_document_registered_since_the_trial_is_not_written_twice(office: Office) -> None:
    report = importing.read(book(ROW))
    importing.read(book(ROW)).commit(office.clerk)
    assert report.commit(office.clerk) == []
    assert IncomingDocument.objects.count() == 1


def test_a_void_document_does_not_stand_in_the_way(office: Office) -> None:
    row = importing.read(book(ROW)).commit(office.clerk)[0]
    intake.void(row.pk, actor=office.clerk, reason="登错了。")
    assert len(importing.read(book(ROW)).commit(office.clerk)) == 1


def test_columns_of_an_old_register(office: Office) -> None:
    row = importing.read(book(ROW | {
        "来文类别": "下级", "紧急程度": "加急", "收文日期": "2026-03-09", "原收文号": 118,
        "份数": 2, "页数": "12", "份号": "000012", "备注": "附光盘", "正文": "第一段\n第二段",
    })).commit(office.clerk)[0]  # fmt: skip
    assert row.reference == f"收下〔{clock.today().year}〕1号"
    assert (row.urgency, row.copies, row.sheet_count) == ("加急", 2, 12)
    assert row.copy_number == "000012"
    assert row.note == "原收文号 118；附光盘"
    assert row.received_on == dt.date(2026, 3, 9)
    assert Attachment.objects.about(row).get().text == "第一段\n第二段"


def test_other_headings_and_another_order_are_understood(office: Office) -> None:
    heading = ["日期", "文号", "题名", "来文机关", "发文日期", "经手"]
    file = book({"文号": "江财预〔2026〕12号", "题名": ROW["标题"], "来文机关": "江川省财政厅",
                 "发文日期": "2026.3.5", "经手": "某"}, heading=heading)  # fmt: skip
    report = importing.read(file)
    assert len(report.rows) == 1
    assert report.sheet is not None
    assert report.sheet.unknown == ["经手"]


def test_known_sender_keeps_its_class_and_short_names_are_known(office: Office) -> None:
    Sender.objects.create(name="江川省财政厅", short_name="省财政厅", relation=Relation.PEER)
    row = importing.read(book(ROW | {"来文单位": "省财政厅"})).commit(office.clerk)[0]
    assert row.sender.name == "江川省财政厅"
    assert row.receipt_class == Relation.PEER


def test_a_new_sender_stands_as_the_command_says(office: Office) -> None:
    row = importing.read(listed(entry()), relation=Relation.OTHER).commit(office.clerk)[0]
    assert row.receipt_class == Relation.OTHER


def test_only_who_may_import_imports(office: Office) -> None:
    report = importing.read(book(ROW))
    with pytest.raises(NotAllowed):
        report.commit(office.staff)


@pytest.mark.parametrize("content", [
    b"", b"PK\x03\x04broken", b"not json", b"{}", b"[]", b"[1]", b"[" * 100_000, b"\xff\xfe\x00",
    b'[{"issuer": {"a": 1}, "title": [], "date": 5}]', b'[{"title": null}]',
])  # fmt: skip
def test_a_damaged_file_is_refused_in_words(content: bytes, office: Office) -> None:
    report = importing.read(io.BytesIO(content))
    assert report.errors
    assert str(report.errors[0])
    assert importing.error_book(report)
    with pytest.raises(Refused):
        report.commit(office.clerk)


def test_a_classified_title_is_refused(office: Office) -> None:
    report = importing.read(listed(entry(title="机密★关于某事的通知")))
    assert len(report.errors) == 1


def test_the_template_is_read_back_and_explains_itself(office: Office) -> None:
    made = load_workbook(io.BytesIO(importing.template()))
    sheet, help_sheet = made.worksheets
    assert [str(cell.value).rstrip("*") for cell in sheet[1]] == HEADING
    told = {row[0].value for row in help_sheet.iter_rows(min_row=2)}
    assert set(HEADING) <= told
    lists = {str(rule.sqref): rule.formula1 for rule in sheet.data_validations.dataValidation}
    assert any("通知" in words for words in lists.values())
    for name, value in ROW.items():
        sheet.cell(2, HEADING.index(name) + 1, value)
    file = io.BytesIO()
    made.save(file)
    file.seek(0)
    assert len(importing.read(file).rows) == 1


def test_export_and_import_are_a_round_trip(office: Office) -> None:
    Sender.objects.create(name="江川省财政厅", relation=Relation.SUPERIOR)
    importing.read(book(*(
        ROW | {"来文字号": f"江财预〔2026〕{n}号", "标题": f"关于第{n}号事项的通知"}
        for n in range(1, 6)
    ))).commit(office.clerk)  # fmt: skip
    heading = [str(column.heading) for column in tables.COLUMNS]
    found = IncomingDocument.objects.order_by("pk")
    lines = ([column.of(row) for column in tables.COLUMNS] for row in tables.rows(found))
    read = rows_of(write_xlsx(heading, lines, "收文登记簿").read())
    assert read[0] == heading
    assert [row[4] for row in read[1:]] == [f"关于第{n}号事项的通知" for n in range(1, 6)]
    assert [row[0] for row in read[1:]] == [row.reference for row in found]
    assert all(isinstance(row[1], dt.datetime) for row in read[1:])


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t=", "\r=", "\uff1d"])
def test_a18_formulas_are_inert_in_every_sheet(start: str, office: Office) -> None:
    evil = f'{start}HYPERLINK("http://example.org","点我")的通知'
    row = intake.register(signed_for(office).pk, actor=office.clerk, **paper(title=evil, note=evil))
    lines = [[column.of(each) for column in tables.COLUMNS] for each in tables.rows(
        IncomingDocument.objects.filter(pk=row.pk))]  # fmt: skip
    sheet = load_workbook(write_xlsx(["x"] * 12, lines, "簿")).worksheets[0]
    assert {cell.data_type for line in sheet.iter_rows() for cell in line} <= TEXTS
    assert not str(sheet.cell(2, 5).value).startswith(("=", "+", "-", "@", "\t", "\r"))
    report = importing.read(book(ROW | {"来文单位": "", "备注": evil}))
    for line in load_workbook(importing.error_book(report)).worksheets[0].iter_rows():
        assert all(cell.data_type in TEXTS for cell in line)


def test_a18_a_formula_in_an_import_is_text_or_nothing(office: Office) -> None:
    report = importing.read(book(ROW | {"备注": '=cmd|"/c calc"!A1', "份数": "=1+1"}))
    assert [str(wrong) for wrong in report.errors] == []
    assert report.rows[0].values["note"] == ""
    assert report.rows[0].values["copies"] == 1


def test_a18_long_figures_stay_text_or_are_refused(office: Office) -> None:
    identity = "110101199003074518"
    report = importing.read(book(ROW | {"原收文号": identity}))
    assert identity in report.rows[0].values["note"]
    lost = importing.read(book(ROW | {"原收文号": float(identity)}))
    assert len(lost.errors) == 1


def test_the_command_reports_and_fails_on_a_wrong_row(office: Office, tmp_path: Path) -> None:
    file = tmp_path / "list.json"
    file.write_bytes(listed(entry(), entry(date="", doc_no="国办发〔2019〕5号")).getvalue())
    mended = tmp_path / "mend.xlsx"
    said, wrong = io.StringIO(), io.StringIO()
    with pytest.raises(CommandError):
        call_command("import_incoming", str(file), "--commit", "--errors", str(mended),
                     stdout=said, stderr=wrong)  # fmt: skip
    assert "成文日期" in wrong.getvalue()
    assert len(rows_of(mended.read_bytes())) == 3
    with pytest.raises(CommandError):
        call_command("import_incoming", str(file), "--as", "nobody")
    with pytest.raises(CommandError):
        call_command("import_incoming", str(tmp_path / "missing.json"))


def test_a_sender_is_read_from_a_sheet_as_from_the_form(office: Office) -> None:
    Sender.objects.create(name="江川省财政厅", short_name="省财政厅", relation=Relation.PEER)
    Sender.objects.create(
        name="江川省旧厅", short_name="旧厅", relation=Relation.PEER, is_active=False
    )
    row = RowForm()
    for typed in (" 省 财政厅 ", "江川省财政厅", "旧厅", "新厅", " "):
        given = paper(sender=typed)
        row.take(given)
        one = DocumentForm(given)
        one.is_valid()
        assert row.cleaned_data.get("sender") == one.cleaned_data.get("sender")
    assert "clean_sender" not in vars(RowForm)  # one rule
