"""附件说明, signature, seals, note, attachments, colours: L23–L32, L45."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from documents.measuring.bench import CELL, INDENTED, Bench, Verdict
from documents.measuring.elements import BOTTOM, LEFT, RIGHT, TOP, Found
from documents.measuring.reading import Glyph, Line

EM4 = 4.939


def note(found: Found) -> Iterator[Verdict]:
    """附件说明 (7.3.4)."""
    if not found.note:
        return
    bench = Bench("L23", "附件说明", "7.3.4")
    yield bench.near("x", found.note[0].start, INDENTED, 1.0)
    names = _name_start(found.note[0])
    for line in found.note:
        yield bench.true("名称后不加标点", line.text[-4:], ok=line.text[-1] not in "。；，、")
        at = _name_start(line) if line.text[0].isdigit() else line.start
        if line is not found.note[0]:
            yield bench.near("与名称首字对齐", at, names, 1.0)
    before = [line for _n, line in found.text][-1:]
    if before and before[0].y < found.note[0].y:
        gap = found.note[0].y - before[0].y
        yield bench.between("正文以下空一行", gap, 17.5, 25.0)


def _name_start(line: Line) -> float:
    """Return where the name of an attachment begins behind 附件： and its number."""
    label = re.match(r"(?:附件：)?(?:\d+[.．])?", line.text)
    return line.glyphs[label.end() if label and label.end() < len(line.glyphs) else 0].x


def signature(found: Found) -> Iterator[Verdict]:
    """署名、成文日期、印章 (7.3.5)."""
    if found.date is None or found.format == "minutes":
        return
    page = found.date_page + 1
    if found.format == "order":
        yield from _stamped(found, page)
    elif found.seals and found.names:
        yield from _seals(found, page)
        yield from _sealed(found, page)
    elif found.names:
        yield from _unsealed(found, page)


def _seals(found: Found, page: int) -> Iterator[Verdict]:
    bench = Bench("L26", "印章", "7.3.5.1", page)
    date, last, seals = found.date, found.seals[-1], found.seals
    assert date is not None  # noqa: S101  the caller looked
    for seal in seals:
        inside = seal.left >= LEFT and seal.right <= RIGHT and seal.top >= TOP - 1
        found_at = f"x {seal.left:.1f}–{seal.right:.1f}，y {seal.top:.1f}–{seal.bottom:.1f}"
        yield bench.true("在版心以内", found_at, ok=inside and seal.bottom <= BOTTOM + 1)
        middle, centre = (seal.left + seal.right) / 2, (seal.top + seal.bottom) / 2
        near = [name for name in found.names if abs(name.middle - middle) <= 2]
        under = [name for name in near if centre < name.bottom < seal.bottom]
        yield bench.true("端正、居中下压署名", f"{len(under)} 个署名", ok=len(under) == 1)
    yield bench.true("与署名一一对应", f"{len(seals)} 枚", ok=len(seals) == len(found.names))
    yield bench.near("中线与日期一致", (last.left + last.right) / 2, date.middle, 2.0)
    centre = (last.top + last.bottom) / 2
    yield bench.true("署名、日期在印章中心偏下", f"{centre:.1f} / {date.top:.1f}",
                     ok=centre < date.top and date.bottom < last.bottom + 3)  # fmt: skip
    end = found.body_end()
    if end is not None:
        yield bench.between("顶端距正文一行之内", seals[0].top - end.bottom, -5.3, 10.6)
    for one, other in pairwise(seals):
        apart = other.left - one.right if abs(one.top - other.top) < 5 else other.top - one.bottom
        yield bench.true("互不相交相切", f"{apart:.1f}", ok=apart > 0)


def _sealed(found: Found, page: int) -> Iterator[Verdict]:
    date, name = found.date, found.names[-1]
    assert date is not None  # noqa: S101  the caller looked
    if len(found.seals) > 1:
        return
    if name.end - name.start <= 8 * CELL + date.end - date.start:
        bench = Bench("L24", "成文日期", "7.3.5.1", page)
        yield bench.near("右端", date.end, RIGHT - 4 * CELL, 2.0)
    bench = Bench("L25", "署名", "7.3.5.1", page)
    yield bench.near("以日期为准居中", name.middle, date.middle, 1.0)
    yield bench.between("在日期上一行", date.y - name.y, 9.2, 11.2)


def _unsealed(found: Found, page: int) -> Iterator[Verdict]:
    date, names = found.date, found.names
    assert date is not None  # noqa: S101  the caller looked
    right = max(date.end, *(name.end for name in names))
    bench = Bench("L27", "署名（不加印章）", "7.3.5.2", page)
    yield bench.near("署名或日期右空二字", right, RIGHT - 2 * CELL, 1.5)
    if end := found.body_end():
        yield bench.between("正文以下空一行", names[0].y - end.y, 18.0, 23.0)
    yield Bench("L28", "成文日期（不加印章）", "7.3.5.2", page).near(
        "首字比署名首字右移二字", date.start, names[0].start + 2 * CELL, 1.5
    )


def _stamped(found: Found, page: int) -> Iterator[Verdict]:
    red = [line for line in found.pages[found.date_page].lines if line.is_red]
    stamps = [line for line in red if line not in found.mark]
    if not stamps:
        return
    bench = Bench("L29", "签名章", "7.3.5.3", page)
    stamp = stamps[-1]
    yield bench.near("右空四字", stamp.end, RIGHT - 4 * CELL, 2)
    if found.date:
        yield bench.near("日期右空四字", found.date.end, RIGHT - 4 * CELL, 2)
    posts = [line for line in found.lines_of(found.date_page) if abs(line.y - stamp.y) < 3]
    for post in posts[:1]:
        yield bench.near("职务在左二字", stamp.start - post.end, 2 * CELL, 2.0)
        yield bench.near("与职务上下居中", (stamp.top + stamp.bottom) / 2,
                         (post.top + post.bottom) / 2, 1.5)  # fmt: skip


def remark(found: Found) -> Iterator[Verdict]:
    """附注 (7.3.6)."""
    if not found.remark or found.date is None:
        return
    first, last = found.remark[0], found.remark[-1]
    bench = Bench("L30", "附注", "7.3.6", found.date_page + 1)
    yield bench.near("x", first.start, INDENTED, 1.0)
    ok = first.text.startswith("（") and last.text.endswith("）")
    yield bench.true("加圆括号", f"{first.text[:1]}…{last.text[-1:]}", ok=ok)
    yield bench.between("在日期下一行", first.y - found.date.y, 9.2, 11.2)


def attachments(found: Found) -> Iterator[Verdict]:
    """附件 pages (7.3.7)."""
    for n in found.attached:
        lines = found.pages[n].lines
        bench = Bench("L31", "附件标识", "7.3.7", n + 1)
        yield bench.near("x", lines[0].start, LEFT, 1.0)
        yield bench.between("第一行", lines[0].top, 37.0, 41.0)
        seen = lines[0].families()
        yield bench.true("黑体，没有冒号", f"{lines[0].text} {'、'.join(seen)}",
                         ok=seen == {"HT"} and "：" not in lines[0].text)  # fmt: skip
        title = [line for line in lines[1:] if abs(line.points - 22) < 0.6]
        bench = Bench("L32", "附件标题", "7.3.7", n + 1)
        if not title:
            yield bench.true("2号小标宋，居中", "没有", ok=False)
            continue
        for line in title:
            yield bench.near("中线", line.middle, 106, 1.5)
        yield bench.true(
            "小标宋", "、".join(title[0].families()), ok=title[0].families() <= {"XBS"}
        )
        yield bench.between("第三行", title[0].top, 56.0, 66.0)


def colours(found: Found) -> Iterator[Verdict]:
    """Only mark, red lines, seals and signature stamps are red; all else is black."""
    for n, page in enumerate(found.pages, 1):
        shown = [*(g for line in page.lines for g in line.glyphs), *page.turned]
        strange = [g for g in shown if _is_strange(found, n - 1, g)]
        text = "".join(g.char for g in strange[:8])
        yield Bench("L45", "颜色", "5.2.4", n).true("只有标志、红线、印章是红的",
                                                text or "是", ok=not strange)  # fmt: skip


def _is_strange(found: Found, page: int, glyph: Glyph) -> bool:
    if glyph.is_red:
        is_mark = page == 0 and any(glyph in line.glyphs for line in found.mark)
        in_seal = any(
            seal.left <= glyph.x <= seal.right and seal.top <= glyph.y <= seal.bottom
            for seal in found.pages[page].seals
        )  # fmt: skip
        return not (is_mark or in_seal or found.format == "order")
    return not glyph.is_black
