"""版记 and page numbers: L33–L37, L42."""

from __future__ import annotations

from collections.abc import Iterator

from documents.measuring.bench import Bench, Verdict
from documents.measuring.elements import BOTTOM, LEFT, PAGE_NUMBER, RIGHT, TYPE4, Found
from documents.measuring.reading import Line

EM4 = 4.939
NAMES = ("主送：", "抄送：")


def imprint(found: Found) -> Iterator[Verdict]:
    """版记 (7.4, 10.1)."""
    page = len(found.pages)
    if found.format == "letter":
        count = len(found.imprint_rules)
        bench = Bench("L42", "信函版记", "10.1", page)
        yield bench.true("没有分隔线", f"{count} 条", ok=not count)
    elif found.imprint or found.imprint_rules:
        yield from _rules(found, Bench("L33", "版记分隔线", "7.4.1", page))
    yield from _words(found, page)


def _rules(found: Found, bench: Bench) -> Iterator[Verdict]:
    rules = found.imprint_rules
    has_names = any(line.text[:3] in NAMES for line in found.imprint)
    is_printed = any(map(_is_printed, found.imprint))
    wanted = 3 if has_names and is_printed else 2
    yield bench.true(f"{wanted} 条", f"{len(rules)} 条", ok=len(rules) == wanted)
    for n, rule in enumerate(rules):
        is_outer = n in (0, len(rules) - 1)
        yield bench.near("左端", rule.left, LEFT, 1.0)
        yield bench.near("长", rule.across, 156, 1.0)
        yield bench.near("粗细", rule.down, 0.35 if is_outer else 0.25, 0.08)
    for rule in rules[-1:]:
        middle = (rule.top + rule.bottom) / 2
        yield bench.near("末条与版心下边缘重合", middle, BOTTOM, 0.7)


def _is_printed(line: Line) -> bool:
    """Tell whether a line names who had it printed: such a line hangs behind no label."""
    starts = abs(line.start - LEFT - EM4) < 1.5 and line.text[:3] not in NAMES
    return line.text.endswith("印发") or starts


def _words(found: Found, page: int) -> Iterator[Verdict]:
    named: Line | None = None
    for line in found.imprint:
        is_printed = _is_printed(line)
        bench = Bench("L34", "抄送机关", "7.4.2", page)
        if is_printed:
            bench = Bench("L35", "印发机关、印发日期", "7.4.3", page)
            if line.text.endswith("印发"):
                yield bench.near("右端", line.end, RIGHT - EM4, 1.0)
        if line.text[:3] in NAMES or is_printed:
            yield bench.near("x", line.start, LEFT + EM4, 1.0)
        elif named:
            yield bench.near("回行与首字对齐", line.start, named.glyphs[3].x, 1.0)
        yield bench.near("4号", line.points, TYPE4, 0.3)
        yield bench.between("右边", line.right, 0, RIGHT - EM4 + 0.5)
        named = line if line.text[:3] in NAMES else named
    if named:
        last = [line for line in found.imprint if not _is_printed(line)][-1].text
        yield Bench("L34", "抄送机关", "7.4.2", page).true(
            "以“。”结束", last[-4:], ok=last.endswith("。")
        )


def page_numbers(found: Found) -> Iterator[Verdict]:
    """页码 (7.5)."""
    bare = _unnumbered(found)
    for n, page in enumerate(found.pages, 1):
        labels = [line for line in page.lines if PAGE_NUMBER.match(line.text)]
        if found.format == "letter" and n == 1:
            yield Bench("L42", "信函首页页码", "10.1").true("不显示", f"{len(labels)} 个",
                                                       ok=not labels)  # fmt: skip
            continue
        bench = Bench("L36" if n % 2 else "L37", "页码", "7.5", n)
        if n in bare:
            yield bench.true("空白页和版记页不编页码", f"{len(labels)} 个", ok=not labels)
            continue
        yield bench.true(f"— {n} —", labels[0].text if labels else "没有",
                         ok=bool(labels) and labels[0].text == f"—{n}—")  # fmt: skip
        for line in labels[:1]:
            yield bench.near("4号", line.points, TYPE4, 0.3)
            seen = {glyph.family for glyph in line.glyphs}
            yield bench.true("宋体", "、".join(sorted(seen)), ok=seen == {"ST"})
            dash = line.glyphs[0]
            yield bench.near("一字线", (dash.top + dash.bottom) / 2, BOTTOM + 7, 1.0)
            if n % 2:
                yield bench.near("右端", line.end, RIGHT - EM4, 1.5)
            else:
                yield bench.near("x", line.start, LEFT + EM4, 1.5)


def _unnumbered(found: Found) -> set[int]:
    """Return the pages that bear no number: a blank one before 版记, and that of 版记."""
    count = len(found.pages)
    if count < 3 or found.pages[-2].turned or found.pages[-2].shapes:
        return set()
    shown = [line for line in found.pages[-2].lines if not PAGE_NUMBER.match(line.text)]
    return set() if shown else {count - 1, count}
