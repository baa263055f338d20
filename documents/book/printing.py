"""The papers of receipt: 收文处理单, 传阅单, 退文单, 收文登记簿. Words on paper are data."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from documents.book import tables
from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.sheet import Reading, Sheet, Words
from office.files.papers import joined
from office.listing import Row
from office.printing import pdf, pdfs

# What the rubrics of the slip hold; an opinion of any other step stands under 其他记载.
SCREENED = ("screen", "reject")
PROPOSED = ("propose",)
INSTRUCTED = ("instruct",)
READ = ("read",)
COURSE = ("assist", "progress", "transfer", "ask_extension", "decide_extension")
RESULT = ("handle",)
ANSWERED = ("answer",)
RUBRICS = (*SCREENED, *PROPOSED, *INSTRUCTED, *READ, *COURSE, *RESULT, *ANSWERED)
# Beside these the reader must be told which unit speaks, or which step it was.
OF_UNITS = frozenset({"assist", "progress", "transfer", "handle", "answer", "annotate"})
STEPS = {
    "assist": "协办意见", "transfer": "转交", "ask_extension": "申请延期",
    "decide_extension": "延期答复", "send_back": "退回", "void": "作废", "annotate": "补记",
    "withdraw": "撤回", "read": "阅文意见", "reject": "退文理由",
}  # fmt: skip
METHODS = {
    "document": "书面答复", "telephone": "电话答复", "visit": "当面答复", "email": "电子邮件答复",
    "none": "无需答复",
}  # fmt: skip
# 条例 §24(3), word for word, and how the return slip puts each of them.
FIVE = {
    "ours": "是否应当由本机关办理",
    "rules": "是否符合行文规则",
    "form": "文种、格式是否符合要求",
    "consulted": "涉及其他地区或者部门职权范围内的事项是否已经协商、会签",
    "drafting": "是否符合公文起草的其他要求",
}

VOLUME = 500  # rows


@dataclass(frozen=True)
class Said:
    """One opinion as the paper shows it: words, signature, time."""

    text: str
    signature: str
    at: str
    unit: str = ""
    step: str = ""


def slip(row: IncomingDocument) -> bytes:
    """收文处理单: every opinion with signature and time; frozen after closing, with its annex."""
    return slips([row])


def slips(rows: Iterable[IncomingDocument]) -> bytes:
    """Several 收文处理单 in one file; each counts its own pages."""
    return pdfs("print/incoming_slip.html", (_slip(row) for row in rows))


def circulation(row: IncomingDocument) -> bytes:
    """传阅单: the readers by rank, their signatures, days and opinions."""
    stands = sheet.build(row)
    late = [_said(words) for words in stands.annex]
    context = {
        "facts": stands.facts,
        "readers": [(n, r, _signed(r), _this_year(r)) for n, r in enumerate(stands.readers, 1)],
        "read": sum(bool(reader.read_at) for reader in stands.readers),
        "proposed": [_said(words) for words in stands.of(*PROPOSED)],
        "annex": late,
    }  # fmt: skip
    return pdf("print/circulation.html", context)


def rejection(row: IncomingDocument) -> bytes:
    """退文单: to the sender, with reasons and the five points (条例 §24(3))."""
    stands = sheet.build(row)
    reasons = [_said(words) for words in stands.of("reject")]
    met = set(row.points_met)
    context = {
        "facts": stands.facts,
        "points": [(FIVE[point], point in met) for point in POINTS],
        "reasons": reasons,
        "returned": reasons[-1] if reasons else None,
        "day": reasons[-1].at.partition(" ")[0] if reasons else "",
    }
    return pdf("print/rejection.html", context)


def register(rows: Iterable[Row], title: str) -> bytes:
    """收文登记簿 on A4 landscape, from the lean rows of `tables.rows`, for any filter.

    A long one is bound in volumes that count their own pages: laying out takes 7 ms and 0.3 MB a
    row, so memory stays that of one volume. More than a few hundred rows belong in a job.
    """
    lines = [[_cell(column.of(row)) for column in tables.COLUMNS] for row in rows]
    volumes = [lines[at : at + VOLUME] for at in range(0, len(lines), VOLUME)] or [[]]
    return joined(_volume(title, n, volumes, len(lines)) for n in range(len(volumes)))


def _volume(title: str, n: int, volumes: Sequence[list[list[str]]], total: int) -> bytes:
    context = {
        "title": title,
        "volume": f"第 {n + 1} 册 / 共 {len(volumes)} 册" if len(volumes) > 1 else "",
        "headings": tables.ON_PAPER,
        "lines": volumes[n],
        "total": total,
    }
    return pdf("print/incoming_register.html", context)


def _slip(row: IncomingDocument) -> dict[str, Any]:
    stands = sheet.build(row)
    return {
        "facts": stands.facts,
        "method": METHODS.get(stands.facts.get("answer_method", ""), ""),
        "answered_at": clock_words(stands.facts.get("answered_at", "")),
        "closed_at": clock_words(stands.facts["closed_on"]),
        "screened": _said_at(stands, SCREENED),
        "proposed": _said_at(stands, PROPOSED),
        "instructed": _said_at(stands, INSTRUCTED),
        "readers": [(_signed(r), _this_year(r)) for r in stands.readers if r.read_at],
        "unread": "、".join(reader.name for reader in stands.readers if not reader.read_at),
        "remarks": _said_at(stands, READ),
        "course": _said_at(stands, COURSE),
        "result": _said_at(stands, RESULT),
        "answered": _said_at(stands, ANSWERED),
        "others": [_said(words) for words in stands.opinions if words.step not in RUBRICS],
        "annex": [_said(words) for words in stands.annex],
        "digest": " ".join(_in_groups(stands.digest, 8)),
    }


def _said_at(stands: Sheet, steps: Sequence[str]) -> list[Said]:
    return [_said(words) for words in stands.of(*steps)]


def _said(words: Words) -> Said:
    unit = words.unit if words.step in OF_UNITS else ""
    signature = _acting(words.acting_for, words.name)
    return Said(words.text, signature, clock_words(words.at), unit, STEPS.get(words.step, ""))


def _signed(reader: Reading) -> str:
    return _acting(reader.name if reader.acting else "", reader.acting or reader.name)


def _acting(absent: str, name: str) -> str:
    """Sign as paper does when somebody acts for another: 何志远（林秀云代）."""
    return f"{absent}（{name}代）" if absent else name


def clock_words(stamp: str) -> str:
    """Write 2026-11-20 10:06 as paper does: 2026年11月20日 10:06."""
    if not stamp:
        return ""
    day, _space, time = stamp.partition(" ")
    year, month, date = day.split("-")
    return f"{year}年{int(month)}月{int(date)}日 {time}".rstrip()


def _this_year(reader: Reading) -> str:
    """Write when a copy was read; without the year when it was read in the year it was sent."""
    words = clock_words(reader.read_at)
    return words.partition("年")[2] if reader.sent_at[:4] == reader.read_at[:4] else words


def _cell(value: Any) -> str:
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)


def _in_groups(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
