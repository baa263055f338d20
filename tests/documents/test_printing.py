"""收文处理单、传阅单、退文单、收文登记簿: read back from the PDF."""

import datetime as dt
import re
import time
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from django.core.exceptions import SuspiciousFileOperation
from django.test import override_settings
from django.utils import timezone

from documents import volumes
from documents.book import printing, tables
from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.services import circulation, closing, handling, intake
from documents.receipt.workflow import State
from documents.reference.models import Sender
from office import clock, fonts
from office import printing as press
from office.press import STATIC, allowed
from tests.documents.factories import (
    Office,
    day,
    fresh,
    paper,
    signed_for,
    walk,
)
from tests.documents.papers import faces, pages, squeezed, text

S = State
FONT_DIRS = tuple(configured.FONT_DIRS)
XSS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<svg/onload=alert(1)>",
    "&lt;b&gt;已转义&lt;/b&gt;",
    "</td></table><h1>伪造的标题</h1>",
]
OUTSIDE = [
    "file:///etc/passwd",
    "file:/etc/passwd",
    "http://127.0.0.1:9/x.png",
    "https://example.org/x.css",
    "ftp://127.0.0.1/x",
    "data:image/svg+xml,<svg/>",
    "data:text/css;base64,QGltcG9ydA==",
    f"{STATIC.as_uri()}/../manage.py",
    f"{STATIC.as_uri()}/%2e%2e/manage.py",
    f"{STATIC.as_uri()}/..%2f..%2fetc/passwd",
    f"file://localhost{STATIC}/icon.svg",
    "//example.org/x.css",
    "javascript:alert(1)",
]


def closed(row: IncomingDocument, office: Office) -> IncomingDocument:
    return fresh(closing.close(row.pk, actor=office.clerk))


def test_slip_has_every_opinion_with_signature_and_time(
    told: IncomingDocument, office: Office
) -> None:
    words = text(printing.slip(told))
    spoken = list(told.opinions.select_related("author", "on_behalf_of"))
    assert len(spoken) == 9
    for opinion in spoken:
        assert squeezed(opinion.text) in words
        assert opinion.author.name in words
        when = timezone.localtime(opinion.written_at)
        stamp = f"{when.year}年{when.month}月{when.day}日{when:%H:%M}"
        assert f"{opinion.author.name}{stamp}" in words or f"代）{stamp}" in words
    assert f"{office.deputy.name}（{office.other_head.name}代）" in words
    for fact in (told.reference, "江市监质〔2026〕86号", "加急", told.title, told.sender.name):
        assert squeezed(fact) in words
    assert f"未阅：{office.head.name}" in words
    assert "书面答复省局质量处" in words


def test_frozen_slip_reprints_the_same_text_and_digest_after_late_opinions(
    told: IncomingDocument, office: Office
) -> None:
    row = closed(told, office)
    with clock.at(dt.datetime(2026, 11, 30, 9, 0, tzinfo=dt.UTC)):
        before = pages(printing.slip(row))
        closing.annotate(row.pk, actor=office.staff, opinion="省局来电，材料拟在全省推广。")
        circulation.read(row.pk, actor=office.head, opinion="迟到的阅文意见。")
        row = fresh(row)
        after = pages(printing.slip(row))
    assert row.sheet_digest in "".join(before)
    assert row.frozen_sheet is not None
    assert sheet.digest(row.frozen_sheet) == row.sheet_digest
    whole = [re.sub(r"共\d+页", "", page) for page in before]
    assert [re.sub(r"共\d+页", "", page) for page in after[: len(before)]] == whole
    assert len(after) == len(before) + 1
    assert "收文处理单附页" in after[-1]
    for late in ("省局来电，材料拟在全省推广。", "迟到的阅文意见。"):
        assert late in after[-1]
        assert late not in "".join(after[:-1])


def test_extension_stands_on_the_slip_with_both_days(office: Office) -> None:
    row = walk(None, S.HANDLING, office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(20), reason="口径需再核对。")
    handling.decide_extension(row.pk, actor=office.principal, granted=True, opinion="抓紧。")
    words = text(printing.slip(fresh(row)))
    assert "申请延期" in words
    assert "口径需再核对。" in words
    assert f"同意延至{day(20).year}年{day(20).month}月{day(20).day}日。抓紧。" in words


def test_opinion_of_an_unforeseen_step_is_printed(told: IncomingDocument, office: Office) -> None:
    closing.annotate(told.pk, actor=office.clerk, opinion="原件由标准信息科保存。")
    words = text(printing.slip(told))
    assert "其他记载补记原件由标准信息科保存。" in words


def test_long_slip_repeats_its_head_and_counts_its_pages(
    told: IncomingDocument, office: Office
) -> None:
    for n in range(30):
        closing.annotate(told.pk, actor=office.clerk, opinion=f"第{n}条说明，" + "内容较长" * 40)
    read = pages(printing.slip(told))
    assert len(read) > 3
    assert all("收文处理单（续）" in page for page in read[1:])
    assert all(f"第{n}页/共{len(read)}页" in page for n, page in enumerate(read, 1))
    assert all(f"第{n}条说明，" in "".join(read) for n in range(30))


def test_several_slips_count_their_own_pages(told: IncomingDocument, office: Office) -> None:
    other = walk(None, S.PROPOSED, office)
    alone = len(pages(printing.slip(told)))
    read = pages(printing.slips([told, other]))
    assert f"第1页/共{alone}页" in read[0]
    assert "第1页/共1页" in read[alone]
    assert squeezed(other.title) in read[alone]
    assert "（续）" not in read[alone]


def test_circulation_lists_readers_by_rank(told: IncomingDocument, office: Office) -> None:
    words = text(printing.circulation(told))
    assert words.index(office.head.name) < words.index(office.other_head.name)
    assert "已阅，我科积极配合。" in words
    assert "应阅2人，已阅1人" in words


def test_circulation_of_sixty_readers_repeats_its_headings(office: Office) -> None:
    row = walk(None, S.SCREENED, office)
    people = [person for person in office.people if person.has_perm("documents.read_incoming")]
    circulation.circulate(row.pk, actor=office.director, readers=people)
    frozen = sheet.build(row)
    read = pages(press.pdf("print/circulation.html", {
        "facts": frozen.facts, "read": 0,
        "readers": [
            (n, r, [r.title], r.name, "") for n, r in enumerate(frozen.readers * 5, 1)
        ][:60],
    }))  # fmt: skip
    assert len(read) > 1
    assert all("序号阅文人签名职务阅文日期意见" in page for page in read)


def test_rejection_names_sender_reasons_and_the_five_points(office: Office) -> None:
    row = walk(None, S.REGISTERED, office)
    intake.reject(row.pk, actor=office.screener, points=["ours", "rules", "form"],
                  opinion="未与省财政厅会签。\n请补办后重新行文。")  # fmt: skip
    row = fresh(row)
    words = text(printing.rejection(row))
    assert f"{row.sender.name}：" in words
    assert "未与省财政厅会签。" in words
    assert "第二十四条第（三）项" in words
    assert all(squeezed(point) in words for point in printing.FIVE.values())
    assert words.count("√") == 3
    assert words.count("×") == 2
    assert f"经办人：{office.screener.name}" in words


def test_register_prints_any_filter_on_landscape(office: Office) -> None:
    rows = [walk(None, S.REGISTERED, office) for _ in range(24)]
    found = IncomingDocument.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    content = printing.register(tables.rows(found), "收文登记簿")
    read = pages(content)
    assert len(read) > 1
    assert all("收文编号收文日期来文单位来文字号标题" in page for page in read)
    assert all(squeezed(row.reference) in "".join(read) for row in rows)
    assert "共24件" in read[0]


def test_a_long_register_is_bound_in_volumes(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [walk(None, S.REGISTERED, office) for _ in range(5)]
    monkeypatch.setattr(volumes, "VOLUME", 2)
    found = tables.rows(IncomingDocument.objects.order_by("pk"))
    read = pages(printing.register(found, "收文登记簿"))
    assert len(read) == 3
    assert ["第1页/共1页" in page for page in read] == [True] * 3
    assert [f"第{n}册/共3册" in page for n, page in enumerate(read, 1)] == [True] * 3
    assert all(squeezed(row.reference) in "".join(read) for row in rows)
    assert "共5件" in read[2]


def test_an_empty_register_says_so(db: None) -> None:
    found = tables.rows(IncomingDocument.objects.none())
    assert "没有符合条件的收文" in text(printing.register(found, "收文登记簿"))


def test_the_check_warns_without_fonts(settings: Any, tmp_path: Path) -> None:
    settings.FONT_DIRS = [tmp_path]
    fonts.found.cache_clear()
    try:
        ids = {warning.id for warning in fonts.check_paper()}
    finally:
        settings.FONT_DIRS = [*FONT_DIRS]
        fonts.found.cache_clear()
    assert "office.W002" in ids


def test_sealed_envelope_shows_nothing_of_its_content_in_the_register(office: Office) -> None:
    row = walk(None, S.SEALED, office)
    found = IncomingDocument.objects.filter(pk=row.pk)
    words = text(printing.register(tables.rows(found), "登记簿"))
    assert "（涉密件，只登信封）" in words


def test_paper_speaks_chinese_whatever_the_screen_speaks(told: IncomingDocument) -> None:
    words = text(printing.slip(told))  # the tests run in English
    for english in ("Opinion", "Urgent", "Received", "page"):
        assert english not in words


def test_rare_characters_are_printed(office: Office) -> None:
    row = intake.register(signed_for(office).pk, actor=office.clerk,
                          **paper(title="关于㵘𠅤镇𬭚矿普查的通知"))  # fmt: skip
    assert "㵘𠅤镇𬭚矿" in text(printing.slip(row))


def test_a14_templates_in_typed_text_are_printed_as_typed(office: Office) -> None:
    title = "关于{{ settings.SECRET_KEY }}{% include 'base.html' %}${7*7}#{7*7}的通知"
    row = intake.register(signed_for(office).pk, actor=office.clerk, **paper(title=title))
    assert squeezed(title) in text(printing.slip(row))


@pytest.mark.parametrize("attack", XSS)
def test_a15_markup_in_every_text_is_printed_as_typed(attack: str, office: Office) -> None:
    sender = Sender.objects.create(name=f"省厅{attack}")
    facts = paper(title=f"关于{attack}的通知", doc_number=attack, note=attack)
    row = intake.register(signed_for(office, sender=sender).pk, actor=office.clerk, **facts)
    intake.reject(row.pk, actor=office.screener, points=[], opinion=f"退：{attack}")
    row = fresh(row)
    row.refresh_from_db()
    for content in (printing.slip(row), printing.rejection(row), printing.circulation(row)):
        words = text(content)
        assert squeezed(f"省厅{attack}") in words
        assert squeezed(f"关于{attack}的通知") in words
    assert squeezed(f"退：{attack}") in text(printing.rejection(row))
    book = text(printing.register(tables.rows(IncomingDocument.objects.all()), attack))
    assert squeezed(f"关于{attack}的通知") in book


@pytest.mark.parametrize("url", OUTSIDE)
def test_a16_nothing_outside_static_and_fonts_is_read(url: str) -> None:
    assert allowed(url) is None


@pytest.mark.parametrize("markup", [
    '<img src="{}">',
    '<link rel="stylesheet" href="{}">',
    '<link rel="attachment" href="{}">',
    '<style>@import url("{}");</style>',
    '<style>p {{ background: url("{}") }}</style>',
    '<style>@font-face {{ font-family: x; src: url("{}") }}</style><p style="font-family: x">x</p>',
    '<svg xmlns="http://www.w3.org/2000/svg"><image href="{}" width="9" height="9"/></svg>',
    '<object data="{}"></object>',
    '<embed src="{}">',
    '<base href="{}"><img src="x.png">',
])  # fmt: skip
@pytest.mark.parametrize("url", ["file:///etc/hostname", "http://127.0.0.1:9/x", "data:,x"])
def test_a16_a_template_that_asks_for_more_is_refused(
    markup: str, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = f"<html><head></head><body><p>文</p>{markup.format(url)}</body></html>"
    monkeypatch.setattr(press, "markup", lambda _template, _context: page)
    got: list[str] = []
    monkeypatch.setattr("office.press.URLFetcherResponse", lambda url, *_rest: got.append(url))
    if "<svg" in markup:  # WeasyPrint drops such a picture by itself, and draws nothing
        assert text(press.pdf("", {})) == "文"
    else:
        with pytest.raises(SuspiciousFileOperation):
            press.pdf("", {})
    assert got == []


def test_a16_links_out_of_the_font_folders_are_not_followed(tmp_path: Path) -> None:
    folder = tmp_path / "fonts"
    folder.mkdir()
    secret = tmp_path / "secret.ttf"
    secret.write_text("x")
    (folder / "inside.ttf").symlink_to(secret)
    (folder / "key.txt").write_text("x")
    (folder / "own.ttf").write_text("x")
    with override_settings(FONT_DIRS=[folder]):
        assert allowed((folder / "inside.ttf").as_uri()) is None
        assert allowed((folder / "key.txt").as_uri()) is None
        assert allowed((folder / "own.ttf").as_uri()) is not None


def test_fonts_are_embedded_as_subsets(told: IncomingDocument) -> None:
    content = printing.slip(told)
    assert len(content) < 500_000
    names = faces(content)
    for each in fonts.found():
        if each.family.startswith("office-"):
            assert any(each.family in name and "+" in name for name in names)


@pytest.mark.skipif(not fonts.can_subset(), reason="libharfbuzz-subset is not installed")
def test_two_pages_come_within_the_request(told: IncomingDocument) -> None:
    printing.slip(told)
    took = []
    for _ in range(5):
        begun = time.process_time()  # whatever else the machine does
        content = printing.slip(told)
        took.append(time.process_time() - begun)
    assert len(pages(content)) <= 2
    assert min(took) < 0.6  # the goal is 0.15 s; script/bench measures it, this catches a slip back
