"""识别: what the head, the title and the foot of a paper say about it (GB/T 9704-2012 §7).

Pure: lines go in, facts come out, each with the place it was read from. Nothing is guessed: what
can be read in two ways is left out.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from documents.receipt import numbers

MOST_LINES = 60  # of a first page that are looked at
LONGEST = 300  # characters of a line that are looked at
MOST_TITLE_LINES = 5
HEAD_LINES = 25  # the head of a paper ends within these
URGENCIES = ("特提", "特急", "加急", "平急")
# Words a title may end with beside the kinds of 条例 §8.
ALSO = ("答复", "方案", "办法", "规定", "细则", "规则", "安排", "计划", "规划", "要点", "条例")
NUMBER = re.compile(
    r"(?<![\u4e00-\u9fff（《(])[\u4e00-\u9fffA-Za-z]{1,20}\s?[\[(（【〔\uff3b]\s*(?:19|20)\d{2}\s*"
    r"[\])）】〕\uff3d]\s*第?\s*\d{1,6}\s*号"
)
CHINESE = re.compile(r"(?<=[^\x00-\xff])\s+|\s+(?=[^\x00-\xff])")  # spaces beside a wide sign
DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_ONES = "一二三四五六七八九"
OLD_DAY = re.compile(
    rf"([\u3007○零{_ONES}]{{4}})年(十[一二]?|[{_ONES}])月([二三]?十[{_ONES}]?|[{_ONES}])日"
)
ANNEX = re.compile(r"附件[\d一二三四五六七八九十]*[:：]?|抄送[:：].*|.*\d日印发")
FOLIO = re.compile(r"[—\-–]*\s*\d+\s*[—\-–]*")
BODY = re.compile(r"[\u4e00-\u9fff（）·]{3,40}")  # how the name of a body looks
ABOUT = re.compile(r"关于|印发|转发|批转")
TELEGRAM_SENDER = re.compile(r"发电(?:单位|机关)[:：]?([\u4e00-\u9fff]{4,40}?)(?:签批|$)")
TELEGRAM_URGENCY = re.compile(r"等级\s*[:：]?\s*(特提|特急|加急|平急)")
FIGURES = {"\u3007": 0, "○": 0, "零": 0, **{sign: n for n, sign in enumerate(_ONES, 1)}}


class Line(Protocol):
    """A line of the first page, from the top; `size` is its type's, 0 when nobody knows."""

    @property
    def text(self) -> str: ...
    @property
    def size(self) -> float: ...


@dataclass(frozen=True)
class Found:
    """One fact: the field it belongs to, what it is, and where it stood on the paper."""

    name: str
    value: str
    source: str


@dataclass(frozen=True)
class _Head:
    """The first page taken apart: what stands above the title, the title, the number."""

    above: list[str]
    title: str
    number: str
    begins: int  # the index at which the title begins


def read(
    lines: Sequence[Line], text: str, *, pages: int | None, kinds: Sequence[str]
) -> list[Found]:
    """Return what a paper says about itself; `text` is all its words, page after page."""
    head = _head(lines, [*kinds, *ALSO])
    sender, place = _sender(head, _signatures(text))
    telegram = _is_telegram(head)
    found = [
        Found("title", head.title, "page"),
        Found("sender", sender, place),
        Found("doc_number", head.number, "head"),
        Found("kind", numbers.kind_of(head.title, list(kinds)), "title"),
        Found("written_on", _written_on(text, sender), "foot"),
        Found("urgency", _urgency(head.above), "head"),
        Found("is_telegram", "on" if telegram else "", "head"),
        Found("copy_number", _copy_number(head.above), "head"),
        Found("sheet_count", str(pages or ""), "paper"),
    ]
    return [each for each in found if each.value]


def squeezed(text: str) -> str:
    """Return a line without the spaces that only set Chinese signs apart."""
    return CHINESE.sub("", text[:LONGEST].strip())


def _head(lines: Sequence[Line], ends: Sequence[str]) -> _Head:
    page = [line for line in lines[:MOST_LINES] if line.text.strip()]
    words = [squeezed(line.text) for line in page]
    at, number = _number([line.text[:LONGEST] for line in page])
    to = next((n for n in range(at + 1, len(words)) if words[n].endswith(("：", ":"))), len(words))
    begins, title = _title(page, words, at, to, ends)
    upto = min(at if at >= 0 else len(words), begins if title else len(words), HEAD_LINES)
    above = words[:upto] + ([words[at]] if at >= 0 else [])
    return _Head(above, title, number, begins)


def _number(lines: list[str]) -> tuple[int, str]:
    """Return where the document number stands and what it is; -1 when there is none, or two."""
    seen: dict[str, int] = {}
    for n, line in enumerate(lines[:HEAD_LINES]):
        if line.strip().endswith(("：", ":")) and n:
            break
        for match in NUMBER.finditer(line):
            rest = line.replace(match[0], "")
            if (parsed := numbers.parse(match[0])) and len(rest) <= 40 and "。" not in rest:
                seen.setdefault(str(parsed), n)
    if len(seen) != 1:
        return -1, ""
    number, at = next(iter(seen.items()))
    return at, number


def _title(
    page: Sequence[Line], words: list[str], at: int, to: int, ends: Sequence[str]
) -> tuple[int, str]:
    """Return where the title begins and what it is: below the number, above it, or without one."""
    if at >= 0:
        below = _largest(page, words, at + 1, to) or _grown(words, at + 1, to, ends)
        if below[1]:
            return below
    last = at if at >= 0 else min(to, len(words))
    for end in range(last, 0, -1) if at < 0 else (last,):
        if found := _grown_up(page, words, end, ends):
            return found
    return 0, ""


def _largest(page: Sequence[Line], words: list[str], start: int, to: int) -> tuple[int, str] | None:
    """Return the lines below the number that are set larger than the text."""
    sizes = [line.size for line in page[start:to]]
    if not any(sizes):
        return None
    usual = Counter(round(line.size, 1) for line in page[start:]).most_common(1)[0][0]
    if to < len(page):
        usual = page[to].size  # the addressee is set as the text is
    largest = max(sizes[: MOST_TITLE_LINES + 1])
    if largest < usual * 1.1:
        return None
    first = next(n for n in range(start, to) if page[n].size == largest)
    last = first
    while last < to and abs(page[last].size - largest) < 0.5:
        last += 1
    title = _joined(words[first:last])
    return (first, title) if len(title) >= 6 and last - first <= MOST_TITLE_LINES + 1 else None


def _grown(words: list[str], start: int, to: int, ends: Sequence[str]) -> tuple[int, str]:
    """Return the lines from `start` on that together end as a title does."""
    for stop in range(start + 1, min(start + MOST_TITLE_LINES, to) + 1):
        title = _joined(words[start:stop])
        if _is_title(title, ends):
            return start, title
    return start, ""


def _grown_up(
    page: Sequence[Line], words: list[str], end: int, ends: Sequence[str]
) -> tuple[int, str] | None:
    """Return the lines before `end` that are one title: of one size, and no marks among them."""
    start, size = end, page[end - 1].size
    while start > 0 and end - start < MOST_TITLE_LINES and not _is_mark(words[start - 1]):
        if abs(page[start - 1].size - size) > 0.5:
            break
        start -= 1
    title = _joined(words[start:end])
    return (start, title) if start < end and _is_title(title, ends) else None


def _is_title(title: str, ends: Sequence[str]) -> bool:
    bare = re.sub(r"（[^（）]*）$", "", title)
    asks = ABOUT.search(title) or "对" in title
    return bool(asks) and bare.endswith(tuple(ends)) and "。" not in title and len(title) >= 6


def _is_mark(line: str) -> bool:
    """Tell whether a line belongs to the head of a paper, not to its title."""
    return (
        line in URGENCIES
        or line.endswith(("文件", "：", ":"))
        or bool(re.fullmatch(r"\d{6}", line))
        or bool(NUMBER.search(line))
    )


def _joined(parts: Sequence[str]) -> str:
    whole = ""
    for part in parts:
        gap = " " if whole and whole[-1].isascii() and part[:1].isascii() else ""
        whole += gap + part
    return whole


def _sender(head: _Head, signatures: list[str]) -> tuple[str, str]:
    """Return who sent it and where that was read; of several, the one named first."""
    wire = next((m[1] for line in head.above if (m := TELEGRAM_SENDER.search(line))), "")
    if wire:
        return wire, "issuer"
    marks = [line for line in head.above if not NUMBER.search(line)]
    names = [line.removesuffix("文件") for line in marks if line not in URGENCIES]
    names = [name for name in names if BODY.fullmatch(name.replace("、", ""))]
    red = any(line.endswith("文件") for line in marks)
    if names and (red or names[0] in (*signatures, _prefix(head.title))):
        return names[0].partition("、")[0], "issuer"
    prefix = _prefix(head.title).partition("、")[0]
    signers = {line for line in signatures if BODY.fullmatch(line) and line.endswith(prefix)}
    if prefix in signers:
        return prefix, "title"
    if len(signers) == 1 and len(fuller := signers.pop()) >= 4:  # a person's name is shorter
        return fuller, "foot"
    return (prefix, "title") if len(prefix) >= 4 else ("", "")


def _prefix(title: str) -> str:
    """Return what stands in a title before 关于: who wrote it."""
    about = ABOUT.search(title)
    prefix = title[: about.start()] if about else ""
    return prefix if BODY.fullmatch(prefix.replace("、", "")) else ""


def _is_telegram(head: _Head) -> bool:
    return "明电" in head.number or any("发电" in line or "明电" in line for line in head.above)


def _urgency(above: list[str]) -> str:
    marked = {line for line in above if line in URGENCIES}
    marked |= {m[1] for line in above if (m := TELEGRAM_URGENCY.search(line))}
    return marked.pop() if len(marked) == 1 else ""


def _copy_number(above: list[str]) -> str:
    return next((line for line in above[:2] if re.fullmatch(r"\d{6}", line)), "")


def _signatures(text: str) -> list[str]:
    """Return the lines that stand above a day of their own."""
    lines = _letter(text)
    return [lines[n - 1] for n, line in enumerate(lines) if n and _day(line)]


def _letter(text: str) -> list[str]:
    """Return the lines of the letter itself, without folios, and nothing of its annexes."""
    lines = [squeezed(line) for line in text.splitlines()]
    lines = [line for line in lines if line and not FOLIO.fullmatch(line)]
    end = next((n for n, line in enumerate(lines) if n > 2 and ANNEX.fullmatch(line)), len(lines))
    return lines[:end]


def _written_on(text: str, sender: str) -> str:
    """Return the day below the signature; of several days, the one its sender signed."""
    lines = _letter(text)
    days = [(n, day) for n, line in enumerate(lines) if (day := _day(line))]
    signed = {day for n, day in days if sender and sender in "".join(lines[max(n - 3, 0) : n])}
    each = signed or {day for _n, day in days}
    return each.pop().isoformat() if len(each) == 1 else ""


def _day(line: str) -> dt.date | None:
    """Return the day a line is, if it is nothing else."""
    plain, old = DAY.fullmatch(line), OLD_DAY.fullmatch(line)
    try:
        if plain:
            return dt.date(*(int(part) for part in plain.groups()))
        if old:
            year = int("".join(str(FIGURES[sign]) for sign in old[1]))
            return dt.date(year, _small(old[2]), _small(old[3]))
    except ValueError:
        return None
    return None


def _small(words: str) -> int:
    """Return a number below a hundred written in Chinese."""
    tens, ten, ones = words.rpartition("十")
    if not ten:
        return FIGURES[words]
    return (FIGURES[tens] if tens else 1) * 10 + (FIGURES[ones] if ones else 0)
