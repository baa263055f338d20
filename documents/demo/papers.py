"""The papers of a demonstration letter: its text as a file, and for some a printed page."""

import datetime as dt
import re

from django.core.files.base import ContentFile

from documents.demo.letters import Letter
from office.printing import pdf

SCANNED = {
    ("江市监质", 86), ("江市监标", 79), ("江审通", 47), ("江网信办", 17), ("江政办发", 41),
    ("江大函", 92),
}  # fmt: skip
# What is printed behind a letter, a page each: its head and its lines.
ANNEXES = {
    ("江市监质", 86): (
        ("附件1", "服务成效评估指标表（一）", (
            "一、服务供给（40分）", "1.服务事项数量，10分。以平台公布的事项清单为准。",
            "2.办理时限压缩率，15分。与法定时限相比，压缩50%以上得满分。",
            "3.线上可办率，15分。可以全程网办的事项占事项总数的比例。",
        )),
        ("附件1", "服务成效评估指标表（二）", (
            "二、服务成效（40分）", "4.服务企业家次，10分。同一企业同一事项只计一次。",
            "5.解决技术难题数，15分。须附企业书面确认。",
            "6.为企业降低成本金额，15分。须附测算依据。",
        )),
        ("附件1", "服务成效评估指标表（三）", (
            "三、协同机制（20分）", "7.数据共享，8分。8.专家资源统筹，6分。",
            "9.投诉处理和评价整改，6分。超期未办结的，每件扣1分。",
        )),
        ("附件2", "自评报告参考提纲", (
            "一、平台建设和运行的基本情况", "二、各项指标自评得分及依据",
            "三、典型案例（不少于2个）", "四、存在的问题和下一步打算",
        )),
    ),
}  # fmt: skip
SHORT = 24  # a numbered line no longer than this is a heading
HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。]*$")
SUB_HEADING = re.compile(r"^（[一二三四五六七八九十]+）[^。]*$")
HEADS = {"通知": "文件", "意见": "文件", "通报": "文件"}  # what the red head adds to the name
LONG, LONGEST = 12, 16  # characters of the red head in each size


def papers(letter: Letter, day: dt.date) -> list[ContentFile]:
    """Return the files that the registry takes in with a letter, the page to look at first.

    The day printed below it is the day it was written, wherever the demonstration begins.
    """
    written = f"{day.year}年{day.month}月{day.day}日"
    letter = letter._replace(paragraphs=(*letter.paragraphs[:-1], written))
    text = "\n".join([letter.title, number(letter), *letter.paragraphs]).encode()
    files = [ContentFile(text, "正文.txt")]
    if (letter.organ_code, letter.serial) in SCANNED:
        files.insert(0, ContentFile(scan(letter), "正文（扫描件）.pdf"))
    return files


def number(letter: Letter) -> str:
    """Return the document number as it is printed, or nothing."""
    if not letter.organ_code:
        return ""
    return f"{letter.organ_code}〔{letter.year}〕{letter.serial}号"


def scan(letter: Letter) -> bytes:
    """Print a letter as its sender would have (GB/T 9704)."""
    addressee, *body, sender, day = letter.paragraphs
    issuer = f"{letter.sender}{HEADS.get(letter.kind, '')}"
    context = {
        "issuer": issuer,
        "issuer_size": ""
        if len(issuer) <= LONG
        else "long"
        if len(issuer) <= LONGEST
        else "longest",
        "urgency": letter.urgency,
        "number": number(letter),
        "title": letter.title,
        "addressee": addressee,
        "lines": [{"text": line.strip(), "level": _level(line)} for line in body],
        "sender": sender,
        "day": day,
        "annexes": ANNEXES.get((letter.organ_code, letter.serial), ()),
    }
    return pdf("print/letter.html", context)


def _level(line: str) -> str:
    if len(line) <= SHORT and HEADING.match(line):
        return "l1"
    if len(line) <= SHORT and SUB_HEADING.match(line):
        return "l2"
    return "more" if line.startswith("\u3000") else ""
