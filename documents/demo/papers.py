"""The papers of a demonstration letter: its text as a file, and for some a printed page."""

import re

from django.core.files.base import ContentFile

from documents.demo.letters import Letter
from office.printing import pdf

SCANNED = {
    ("江市监质", 86), ("江市监标", 79), ("江审通", 47), ("江网信办", 17), ("江政办发", 41),
    ("江大函", 92),
}  # fmt: skip
SHORT = 24  # a numbered line no longer than this is a heading
HEADING = re.compile(r"^[一二三四五六七八九十]+、[^。]*$")
SUB_HEADING = re.compile(r"^（[一二三四五六七八九十]+）[^。]*$")
HEADS = {"通知": "文件", "意见": "文件", "通报": "文件"}  # what the red head adds to the name
LONG, LONGEST = 12, 16  # characters of the red head in each size


def papers(letter: Letter) -> list[ContentFile]:
    """Return the files that the registry takes in with a letter, the page to look at first."""
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
    }
    return pdf("print/letter.html", context)


def _level(line: str) -> str:
    if len(line) <= SHORT and HEADING.match(line):
        return "l1"
    if len(line) <= SHORT and SUB_HEADING.match(line):
        return "l2"
    return "more" if line.startswith("\u3000") else ""
