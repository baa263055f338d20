"""The papers of receipt: 收文处理单, 传阅单, 退文单, 收文登记簿. Words on paper are data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from documents.book import tables
from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.sheet import Reading, Sheet, Words
from documents.receipt.workflow import State
from documents.volumes import bound, cell
from office.listing import Row
from office.printing import pdf, pdfs
from office.titles import title_lines

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
SILENT = {"screen": "初审通过", "read": "已阅"}  # how the slip names a step without words
METHODS = {
    "document": "书面答复", "telephone": "电话答复", "visit": "当面答复", "email": "电子邮件答复",
    "none": "无须答复",
}  # fmt: skip
# 条例 §24(3), word for word, and how the return slip puts each of them.
FIVE = {
    "ours": "是否应当由本机关办理",
    "rules": "是否符合行文规则",
    "form": "文种、格式是否符合要求",
    "consulted": "涉及其他地区或者部门职权范围内的事项是否已经协商、会签",
    "drafting": "是否符合公文起草的其他要求",
}

# What is no opinion: it says no more than that it was read, and takes one short line.
BARE = re.compile(r"[已圈]?阅[知悉]?[。.！!]?")
POSTS = re.compile(r"[^、]+、?")  # several posts of one person: a line breaks between them
# How a document ended that was not closed: which words, what the slip calls it.
ENDED_BY = {State.REJECTED: ("reject", "退文"), State.VOID: ("void", "作废")}

HANDLED_BY = tables.ON_PAPER.index("承办")
# The columns of the book whose lines part no word, and how many characters a line takes.
SET_IN_LINES = {
    tables.ON_PAPER.index(name): most
    for name, most in (("来文单位", 9), ("来文字号", 12), ("标题", 17))
}
# Heights in mm: blanks to write in by hand are as high as one page allows.
BLANKS = (33, 24, 16)
PAGE, PADDING, LINE, ROW = 158.0, 3.2, 7.2, 9.6
LINE_CHARACTERS, TITLE_CHARACTERS = 30, 29
WHOLE = 6  # lines that are never parted by the end of a page


@dataclass(frozen=True)
class Said:
    """One opinion as the paper shows it: words, signature, time; without words it is one line."""

    text: str
    signature: str
    at: str
    unit: str = ""
    step: str = ""

    @property
    def lines(self) -> int:
        parts = self.text.splitlines() if self.text else []
        return 1 + sum(len(part) // LINE_CHARACTERS + 1 for part in parts)

    @property
    def is_whole(self) -> bool:
        return self.lines <= WHOLE

    @property
    def alone(self) -> list[Said]:
        return [self]


@dataclass(frozen=True)
class Rubric:
    """What stands in one rubric of the slip: one row, or a row for each opinion of a long one."""

    said: Sequence[Said]
    more: int = 0  # lines before the opinions

    def __bool__(self) -> bool:
        return bool(self.said)

    @property
    def lines(self) -> int:
        return self.more + sum(each.lines for each in self.said)

    @property
    def is_whole(self) -> bool:
        return self.lines <= WHOLE

    @property
    def height(self) -> float:
        return PADDING + LINE * self.lines


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
        "readers": [
            (n, r, POSTS.findall(r.title), _signed(r), _moment_of(r))
            for n, r in enumerate(stands.readers, 1)
        ],
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

    A long one is bound in volumes.
    """
    return bound("print/incoming_register.html", title, tables.ON_PAPER, map(_line, rows))


def _line(row: Row) -> list[str]:
    """Return the cells of one row; who handles it stands under his unit, his name in one piece."""
    cells = [cell(column.of(row)) for column in tables.COLUMNS]
    for at, most in SET_IN_LINES.items():
        cells[at] = "\n".join(title_lines(cells[at], most))
    cells[HANDLED_BY] = cells[HANDLED_BY].replace(" ", "\n")
    return cells


def _slip(row: IncomingDocument) -> dict[str, Any]:
    stands = sheet.build(row)
    facts = stands.facts
    written = {
        "proposed": _rubric(stands, PROPOSED),
        "instructed": _rubric(stands, INSTRUCTED),
        "read": _reading(stands),
        "result": _rubric(stands, RESULT),
    }
    beside = {
        "screened": _rubric(stands, SCREENED),
        "course": _rubric(stands, COURSE),
        "answered": _rubric(stands, ANSWERED, bool(facts.get("answer_method"))),
        "others": Rubric([_said(w) for w in stands.opinions if w.step not in RUBRICS]),
    }
    end = (written["result"], beside["answered"], beside["others"])
    ended = _ended(row, stands)
    is_over = bool(ended or facts["closed_on"])
    return {
        "facts": facts,
        "method": METHODS.get(facts.get("answer_method", ""), ""),
        "answered_at": clock_words(facts.get("answered_at", "")),
        "closed_at": clock_words(facts["closed_on"]),
        "ended": ended,
        **written,
        **beside,
        "end_is_whole": sum(rubric.lines for rubric in end) <= 2 * WHOLE,
        "blank": 0 if is_over else _blank(facts, written.values(), beside.values()),
        "circle": [(_signed(r), _day_of(r)) for r in _silent(stands)],
        "unread": "、".join(reader.name for reader in stands.readers if not reader.read_at),
        "annex": Rubric([_said(words) for words in stands.annex]),
        "digest": " ".join(_in_groups(stands.digest, 8)),
    }


def _ended(row: IncomingDocument, stands: Sheet) -> dict[str, str] | None:
    """Say how a document ended that was returned or voided: what, when, by whom."""
    step, name = ENDED_BY.get(State(row.state), ("", ""))
    if not (words := stands.of(step)):
        return None
    last = _said(words[-1])
    return {"name": name, "at": last.at, "by": last.signature}


def _blank(facts: dict[str, str], written: Iterable[Rubric], beside: Iterable[Rubric]) -> int:
    """Return how high the blanks of an open slip are: it stays on one page when it can."""
    used = sum(rubric.height for rubric in beside if rubric)
    used += LINE * (len(title_lines(facts["title"], TITLE_CHARACTERS)) - 1)
    used += ROW if facts["assist_units"] else 0
    heights = [rubric.height for rubric in written]
    fits = (each for each in BLANKS if used + sum(max(each, h) for h in heights) <= PAGE)
    return next(fits, BLANKS[-1])


def _silent(stands: Sheet) -> list[Reading]:
    """Return who has read without an opinion that the slip shows in full."""
    spoken = {words.text for words in stands.of(*READ) if not _is_bare(words)}
    return [each for each in stands.readers if each.read_at and each.opinion not in spoken]


def _reading(stands: Sheet) -> Rubric:
    opinions = [_said(words) for words in stands.of(*READ) if not _is_bare(words)]
    rows = -(-len(_silent(stands)) // 4)
    return Rubric(opinions, rows + any(not reader.read_at for reader in stands.readers))


def _is_bare(words: Words) -> bool:
    return words.step in READ and BARE.fullmatch(words.text.strip()) is not None


def _rubric(stands: Sheet, steps: Sequence[str], more: int = 0) -> Rubric:
    return Rubric(_said_at(stands, steps), more)


def _said_at(stands: Sheet, steps: Sequence[str]) -> list[Said]:
    return [_said(words) for words in stands.of(*steps)]


def _said(words: Words) -> Said:
    unit = words.unit if words.step in OF_UNITS else ""
    signature = _acting(words.acting_for, words.name)
    text, step = words.text, STEPS.get(words.step, "")
    if _is_bare(words) or not text:
        text, step = "", SILENT.get(words.step, step)
    return Said(text, signature, clock_words(words.at), unit, step)


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


def _day_of(reader: Reading) -> str:
    """Write the day a copy was read; without the year when it was read in the year it was sent."""
    words = clock_words(reader.read_at.partition(" ")[0])
    return words.partition("年")[2] if reader.sent_at[:4] == reader.read_at[:4] else words


def _moment_of(reader: Reading) -> str:
    """Write the day a copy was read as `_day_of`, and the time."""
    return f"{_day_of(reader)} {reader.read_at.partition(' ')[2]}".strip()


def _in_groups(text: str, size: int) -> list[str]:
    return [text[at : at + size] for at in range(0, len(text), size)]
