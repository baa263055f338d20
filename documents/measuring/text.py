"""The page, the lines of the text and its headings: L01–L07, L18–L22."""

from __future__ import annotations

import re
import statistics
from collections.abc import Iterator
from itertools import pairwise

from documents.measuring.bench import CELL, INDENTED, Bench, Verdict
from documents.measuring.elements import LEFT, RIGHT, TOP, TYPE3, Found
from documents.measuring.reading import Line

NOT_FIRST = "，。、；：！？）》〉】〕』」”’～·—…%"
NOT_LAST = "（《〈【〔『「“‘"
HEADINGS = {
    "L20": (re.compile(r"^[一二三四五六七八九十百]+、"), "HT"),
    "L21": (re.compile(r"^（[一二三四五六七八九十百]+）"), "KT"),
    "L22": (re.compile(r"^(?:\d{1,3}[.．](?!\d)|（\d{1,3}）)"), "FS"),
}
PEOPLE = re.compile(r"^(?:出席|请假|列席)：")
CHAPTER = re.compile(r"^第[一二三四五六七八九十百]+[编章节]")
ARTICLE = re.compile(r"^第[一二三四五六七八九十百]+条")
RARE = {"ST"}  # characters that a 仿宋 lacks
CELLS, MIDDLE = 28, 106.0


def sheets(found: Found) -> Iterator[Verdict]:
    for n, page in enumerate(found.pages, 1):
        bench = Bench("L01", "纸张", "5.1", n)
        yield bench.near("宽", page.width, 210, 0.5)
        yield bench.near("高", page.height, 297, 0.5)


def edges(found: Found) -> Iterator[Verdict]:
    lines = [each for prose in found.prose for each in prose]
    for n, line in [*lines, *((0, line) for line in found.to)]:
        if line.start < (LEFT + INDENTED) / 2:
            yield Bench("L02", "正文左边", "5.2.1", n + 1).near("x", line.start, LEFT, 1.0)
        yield Bench("L03", "正文右边", "5.2.1", n + 1).between("x", line.right, 0, RIGHT + 0.5)
    for n, page in enumerate(found.pages, 1):
        body = found.lines_of(n - 1)
        if (
            body
            and n > 1
            and not page.sealed(body[0])
            and not page.in_table(page.lines[0].top, page.lines[0].bottom)
        ):
            yield Bench("L04", "首行上边", "5.2.1", n).between("y", body[0].top, TOP, 41.0)
        if body:
            yield Bench("L05", "末行下边", "5.2.1", n).between("y", body[-1].bottom, 0, 262.5)


def across(found: Found) -> Iterator[Verdict]:
    """A table laid across stays inside the 版心 like everything else (8)."""
    for n, page in enumerate(found.pages, 1):
        if laid := [each for each in page.turned if not each.is_red]:
            left, right = min(g.left for g in laid), max(g.right for g in laid)
            yield Bench("L03", "横排表格", "8", n).between("x", right, left, RIGHT + 0.5)
            yield Bench("L02", "横排表格", "8", n).between("x", left, LEFT - 1, RIGHT)


def grid(found: Found) -> Iterator[Verdict]:
    """A page is full when the text goes on overleaf; one may be spread for a signature."""
    for prose in found.prose:
        begins, ends = (prose[0][0], prose[-1][0]) if prose else (0, 0)
        for n in range(begins + 1, ends):
            if not found.pages[n].tables and not found.pages[n + 1].tables:
                yield from _full_page(found, n, may_differ=n == ends - 1)


def _full_page(found: Found, n: int, *, may_differ: bool) -> Iterator[Verdict]:
    lines = found.lines_of(n)
    gaps = [b.y - a.y for a, b in pairwise(lines) if b.y - a.y > 1]
    if not gaps:
        return
    pitch = statistics.median(gaps)
    count = round((lines[-1].y - lines[0].y) / pitch) + 1
    bench = Bench("L06", "每页行数、行距", "5.2.3", n + 1)
    if may_differ and _makes_room(found, n + 1):
        yield bench.true("行距可调整（7.3.5.5）", f"{count} 行", ok=count >= 12)
        return
    yield bench.true("22 行", f"{count} 行", ok=count == 22)
    yield bench.between("行距（磅）", pitch / 25.4 * 72, 28.4, 29.65)


def _makes_room(found: Found, page: int) -> bool:
    """Tell whether the next page holds little but the signature."""
    return found.date_page == page and sum(n == page for n, _line in found.text) <= 5


def full_lines(found: Found) -> Iterator[Verdict]:
    """A line that goes on below and holds nothing but Chinese has its 28 characters."""
    for prose in found.prose:
        for (n, line), (_m, after) in pairwise(prose):
            goes_on = after.start < (LEFT + INDENTED) / 2
            if goes_on and all(g.char >= "\u2000" for g in line.glyphs):
                yield from _full_line(Bench("L07", "整行字数、字距", "5.2.3", n + 1), line, after)


def _full_line(bench: Bench, line: Line, after: Line) -> Iterator[Verdict]:
    indent = 2 if line.start > (LEFT + INDENTED) / 2 else 0
    places = [indent]  # of the characters on the grid; a blank one has no glyph
    for one, other in pairwise(line.glyphs):
        places.append(places[-1] + (round((other.x - one.x) / CELL) or 1))
    count = places[-1] + 1 if len(line.words()) > 1 else len(line.glyphs) + indent
    if count != CELLS and _kinsoku(line.text, after.text, count):
        return
    yield bench.true("28 字", f"{count} 字：{line.text[:6]}…", ok=count == CELLS)
    if count == CELLS:
        first, last = line.glyphs[0].x, line.glyphs[-1].x
        step = (last - first) / (count - indent - 1) / 25.4 * 72
        yield bench.between("字距（磅）", step, 15.70, 15.90)
        off = max(abs(g.x - LEFT - n * CELL) for n, g in zip(places, line.glyphs, strict=True))
        yield bench.between("离格（毫米）", off, 0, 0.3)


def _kinsoku(line: str, after: str, count: int) -> bool:
    """Tell whether a line has a character more or less because a mark may not stand there."""
    whole = line + after
    if count > 28:
        return line[-1] in NOT_FIRST
    for n in range(len(line) + 1, len(line) + 1 + 28 - count):
        if n < len(whole) and whole[n] not in NOT_FIRST and whole[n - 1] not in NOT_LAST:
            ascii_run = whole[n - 1] < "\u2000" and whole[n] < "\u2000"
            pair = whole[n - 1 : n + 1] in ("——", "……")
            number = re.search(r"〔\d{4}〕\d+号", whole[max(0, n - 12) : n + 12])
            if not (ascii_run or pair or number):
                return False
    return True


def headings(found: Found) -> Iterator[Verdict]:
    bench = Bench("L18", "首页显示正文", "7.3.3")
    count = sum(n == 0 for n, _line in found.text)
    shown = count or bool(found.first.tables)
    yield bench.true("有正文", f"{count} 行", ok=bool(shown))
    for prose in found.prose:
        named = _of_people(found, prose)
        for place, (n, line) in enumerate(prose):
            yield Bench("L19", "正文", "7.3.3", n + 1).near("磅", line.points, TYPE3, 0.2)
            before = prose[place - 1][1] if place else None
            if place not in named and _is_new(line, before) and not _is_chapter(line):
                yield from _begins(line, n + 1)


def _begins(line: Line, page: int) -> Iterator[Verdict]:
    """Judge the first line of a paragraph: its indent, the face of its heading."""
    key, mark, family = next(
        ((key, match.end(), family) for key, (mark, family) in HEADINGS.items()
         if (match := mark.match(line.text))), ("L19", 0, "FS"),
    )  # fmt: skip
    bench = Bench(key, "层次标题" if mark else "段落", "7.3.3", page)
    yield bench.near("x", line.start, INDENTED, 1.0)
    seen = line.families(0, mark) or line.families() - RARE
    if seen and not ARTICLE.match(line.text):
        yield bench.true(f"字体 {family}", "、".join(sorted(seen)), ok=seen == {family})


def _is_new(line: Line, before: Line | None) -> bool:
    """Tell whether a line begins a paragraph: it is indented, or the one above ends early.

    The year of a number is kept whole, whatever room is left above it.
    """
    if line.start > (LEFT + INDENTED) / 2:
        return True
    if line.text.startswith("〔"):
        return False
    return before is not None and before.right < RIGHT - 4 * CELL and line.text[0] > "\u2000"


def people(found: Found) -> Iterator[Verdict]:
    """出席、请假、列席 of 纪要 (10.3)."""
    before = None
    for n, line in found.text:
        if found.format == "minutes" and PEOPLE.match(line.text):
            bench = Bench("L44", line.text[:2], "10.3", n + 1)
            yield bench.near("x", line.start, INDENTED, 1.0)
            label, names = line.families(0, 2), line.families(3) - RARE
            seen = "、".join([*label, *names])
            yield bench.true("标识 HT，姓名 FS", seen, ok=label == {"HT"} and names <= {"FS"})
            if line.text.startswith("出席") and before and before[0] == n:
                yield bench.between("正文以下空一行", line.y - before[1].y, 18.0, 22.0)
        before = n, line


def _of_people(found: Found, prose: list[tuple[int, Line]]) -> set[int]:
    """Return which lines of the text hold names of people: they hang behind their label."""
    places: set[int] = set()
    for place, (_n, line) in enumerate(prose):
        hangs = place - 1 in places and abs(line.start - INDENTED - 3 * CELL) < 1
        if found.format == "minutes" and (PEOPLE.match(line.text) or hangs):
            places.add(place)
    return places


def _is_chapter(line: Line) -> bool:
    """Tell whether a line is 第一章 of regulations, which is centred."""
    return bool(CHAPTER.match(line.text)) and abs(line.middle - MIDDLE) < 2
