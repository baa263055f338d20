"""What is read out of a paper, and what is left alone."""

from __future__ import annotations

import datetime as dt
import json
import os
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from weasyprint import HTML

from documents.demo.letters import LETTERS
from documents.demo.papers import number, papers, scan
from documents.receipt import reading
from documents.receipt.models.choices import Kind
from office.files.inspection import inspect
from office.files.papers import Line
from office.printing import pdf
from tests.office.papers import docx

TITLE = "江川省市场监督管理局关于开展2026年质量基础设施“一站式”服务成效评估的通知"
REAL = Path(
    os.environ.get("OFFICE_REAL_DOCUMENTS")
    or settings.BASE_DIR.parent / "shared/data/state_council_documents.json"
)


def read(text: str, pages: int | None = None) -> dict[str, str]:
    lines = [Line(line) for line in text.splitlines()]
    return {f.name: f.value for f in reading.read(lines, text, pages=pages, kinds=Kind.values)}


def read_file(data: bytes, name: str) -> dict[str, str]:
    what = inspect(ContentFile(data, name))
    found = reading.read(what.lines, what.text, pages=what.pages, kinds=Kind.values)
    return {fact.name: fact.value for fact in found}


def test_a_letter_with_a_red_head() -> None:
    text = f"""000123
特 急
江川省市场监督管理局文件
江市监质[2026]86号
{TITLE[:13]}
{TITLE[13:27]}
{TITLE[27:]}
各市（州）市场监督管理局，各直属单位：
经研究，决定开展评估（江市监质〔2025〕12号同时废止）。现通知如下：
江川省市场监督管理局
2026年11月18日
附件
2025年1月1日"""
    assert read(text, pages=6) == {
        "title": TITLE, "sender": "江川省市场监督管理局", "doc_number": "江市监质〔2026〕86号",
        "kind": "通知", "written_on": "2026-11-18", "urgency": "特急", "copy_number": "000123",
        "sheet_count": "6",
    }  # fmt: skip


def test_of_a_joint_issue_the_first_body_is_the_sender() -> None:
    head = "江川省财政厅\n江川省教育厅文件\n江财教〔2026〕7号\n关于下达2026年经费的通知\n各市："
    assert read(head)["sender"] == "江川省财政厅"
    split = head.replace("文件", "\n文件")
    assert read(split)["sender"] == "江川省财政厅"
    one_line = (
        "国务院办公厅、中央军委办公厅文件\n国办发〔1996〕25号\n关于加强管理工作的通知\n各省："
    )
    assert read(one_line)["sender"] == "国务院办公厅"


def test_the_letter_format_has_a_bare_name_for_its_head() -> None:
    text = (
        "江川大学\n江大函〔2026〕92号\n江川大学关于商请接收学生实习的函\n贵中心：\n盼复。\n"
        "江川大学\n二○二六年十一月二日"
    )
    found = read(text)
    assert (found["sender"], found["kind"]) == ("江川大学", "函")
    assert found["written_on"] == "2026-11-02"


def test_an_upward_letter_names_its_signer_beside_the_number() -> None:
    text = (
        "平川县人民政府文件\n平政〔2026〕14号　　　签发人：王大年\n"
        "平川县人民政府关于解决检测经费的请示\n省局："
    )
    found = read(text)
    assert (found["doc_number"], found["kind"]) == ("平政〔2026〕14号", "请示")
    assert found["sender"] == "平川县人民政府"


def test_a_telegram_carries_its_own_urgency() -> None:
    text = (
        "发 电\n发电单位　江川省人民政府办公厅　签批盖章　李某\n"
        "等级　特提·明电　江府办发明电〔2026〕15号\n关于做好寒潮防范工作的紧急通知\n各市："
    )
    found = read(text)
    assert (found["urgency"], found["is_telegram"]) == ("特提", "on")
    assert found["sender"] == "江川省人民政府办公厅"
    assert found["doc_number"] == "江府办发明电〔2026〕15号"
    assert found["title"] == "关于做好寒潮防范工作的紧急通知"


@pytest.mark.parametrize(
    ("text", "field"),
    [
        ("甲办〔2026〕1号\n乙办〔2026〕2号\n关于做好工作的通知\n各市：", "doc_number"),
        ("特急\n加急\n江川省厅文件\n江办〔2026〕1号\n关于做好工作的通知\n各市：", "urgency"),
        ("关于做好工作的通知\n各市：\n甲\n2026年1月2日\n乙\n2026年1月3日", "written_on"),
        ("关于做好工作的通知\n各市：\n某局\n2026年2月30日", "written_on"),
        ("会议签到表\n张三\n李四", "title"),
    ],
)
def test_what_can_be_read_two_ways_is_left_empty(text: str, field: str) -> None:
    assert field not in read(text)


def test_a_scan_or_a_table_says_no_more_than_its_pages() -> None:
    assert read("", pages=3) == {"sheet_count": "3"}
    assert read("序号,项目,数值\n1,甲,2") == {}


def test_a_docx_is_read_by_its_paragraphs() -> None:
    lines = ["江川省统计局文件", "江统〔2026〕3号", "关于布置统计", "年报的通知", "各市：", "略。",
             "江川省统计局", "2026年3月4日"]  # fmt: skip
    body = "".join(f"<w:p><w:r><w:t>{line}</w:t></w:r></w:p>" for line in lines)
    file = docx(parts={"word/document.xml": f"<w:document>{body}</w:document>"})
    found = read_file(file, "来文.docx")
    assert (found["title"], found["sender"]) == ("关于布置统计年报的通知", "江川省统计局")
    assert (found["doc_number"], found["written_on"]) == ("江统〔2026〕3号", "2026-03-04")


@pytest.mark.parametrize("hostile", [" " * 300_000 + "a", "一" * 300_000, "〔2026〕" * 50_000,
                                     "关于\n" * 60_000])  # fmt: skip
def test_a20_no_text_makes_the_reader_slow(hostile: str) -> None:
    """Linear in the text: these took minutes with a naive pattern."""
    read(hostile)


@pytest.mark.parametrize("mark", ["机密★5年", "秘 密 ★", "绝密"])
def test_a_classified_paper_is_refused_before_anything_is_read(mark: str) -> None:
    head = f"000001\n{mark}\n江川省某局文件\n".encode()
    with pytest.raises(ValidationError, match="第三十一条"):
        inspect(ContentFile(head, "来文.txt"))


def test_a_mark_drawn_last_still_stands_at_the_head() -> None:
    """A stamp put over a finished page comes last in its stream."""
    page = f"<p>{'正文' * 300}</p><p style='position:absolute;top:0;left:0'>机密★1年</p>"
    data: bytes = HTML(string=page).write_pdf()
    with pytest.raises(ValidationError, match="第三十一条"):
        inspect(ContentFile(data, "来文.pdf"))


def test_every_letter_of_the_demonstration_is_read() -> None:
    """Printed and as text: numbers and urgency always, the rest at the rate measured."""
    right: Counter[str] = Counter()
    files = 0
    for letter in LETTERS:
        for file in papers(letter, dt.date(2026, 11, 18)):
            files += 1
            found = read_file(file.read(), file.name)
            wanted = {"title": letter.title, "sender": letter.sender, "doc_number": number(letter)}
            right.update(name for name, value in wanted.items() if found.get(name, "") == value)
    for letter in LETTERS[::6]:
        found = read_file(scan(letter), "来文.pdf")
        assert found.get("urgency", "") == letter.urgency
        assert found.get("doc_number", "") == number(letter)
    assert right["doc_number"] == files
    assert right["title"] >= 0.98 * files
    assert right["sender"] >= 0.95 * files


def real() -> list[dict[str, Any]]:
    if not REAL.exists():
        pytest.skip(f"no {REAL.name} beside the working copy (OFFICE_REAL_DOCUMENTS names it)")
    documents: list[dict[str, Any]] = json.loads(REAL.read_text(encoding="utf8"))
    return documents


def printed(document: dict[str, Any]) -> tuple[bytes, str]:
    at = next(n for n, line in enumerate(document["paragraphs"]) if document["doc_no"] in line)
    to, *lines = document["paragraphs"][at + 1 :]
    red = "" if "函" in document["doc_no"] else "文件"
    context = {
        "issuer": document["issuer"] + red, "issuer_size": "", "urgency": "", "addressee": to,
        "number": document["doc_no"], "title": document["title"], "sender": "", "day": "",
        "lines": [{"text": line, "level": ""} for line in lines],
    }  # fmt: skip
    return pdf("print/letter.html", context), "来文.pdf"


def plain(document: dict[str, Any]) -> tuple[bytes, str]:
    return "\n".join(document["paragraphs"]).encode(), "正文.txt"


@pytest.mark.parametrize("way", [printed, plain])
def test_published_documents_are_read_back(way: Any) -> None:
    """24 of 24 titles, numbers and senders; one day differs: the index says 17, the paper 27."""
    documents = real()
    right: Counter[str] = Counter()
    wrong = []
    for document in documents:
        found = read_file(*way(document))
        year, month, day = re.findall(r"\d+", document["date"])
        wanted = {
            "title": reading.squeezed(document["title"]),
            "sender": document["issuer"].partition("、")[0],  # of several, the first
            "doc_number": document["doc_no"],
            "written_on": f"{year}-{month}-{day}",
        }
        right.update(name for name, value in wanted.items() if found.get(name) == value)
        wrong += [
            (document["doc_no"], name, found.get(name))
            for name, value in wanted.items()
            if name in found and found[name] != value
        ]
    total = len(documents)
    least = {"title": total, "doc_number": total, "sender": total - 1, "written_on": total - 1}
    assert {name: right[name] for name in least if right[name] < least[name]} == {}, wrong
    assert wrong == [("国办函〔2004〕36号", "written_on", "2004-04-27")]  # as its foot says


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("二〇二六年十二月二十一日", "2026-12-21"),
        ("二○二六年三月十日", "2026-03-10"),
        ("二〇二六年十二月三十一日", "2026-12-31"),
        ("二〇二六年十二月二一日", None),
        ("二〇二六年一二月三日", None),
        ("二〇二六年十月十十日", None),
        ("二〇二六年二月三十日", None),
    ],
)
def test_a_day_in_chinese_signs_is_a_day_or_nothing(words: str, day: str | None) -> None:
    found = read(f"江川省财政厅文件\n{TITLE}\n各单位：\n现通知如下。\n江川省财政厅\n{words}")
    assert found.get("written_on") == day


@pytest.mark.parametrize("rare", ["𠮷", "𬱖"])
def test_a_rare_character_in_a_title_is_one_character(rare: str) -> None:
    style = "@page{size:A4;margin:37mm 26mm 35mm 28mm}body{font-family:'Noto Serif CJK SC'}"
    words = f"<p>江川省财政厅文件</p><p>江财会〔2026〕3号</p><p>关于{rare}县报送决算的通知</p>"
    page = f"<style>{style}</style>{words}<p>各单位：</p>"
    found = read_file(HTML(string=page).write_pdf(), "来文.pdf")
    json.dumps(found).encode()
    assert "报送决算的通知" in found["title"]
    assert all(not "\ud800" <= sign <= "\udfff" for sign in found["title"])
