"""版头 and the title: L08–L17, L38–L44."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from documents.measuring.bench import CELL, Bench, Verdict
from documents.measuring.elements import EM3, LEFT, RIGHT, Found
from documents.measuring.reading import Shape


def marks(found: Found) -> Iterator[Verdict]:
    tops = [(37, 43), (47, 54), (57, 66)]
    if found.format == "letter":
        return
    for place, line in enumerate(found.marks[:3]):
        key, name, family, clause = _mark_of(line.text)
        bench = Bench(key, name, clause)
        yield bench.near("x", line.start, LEFT, 1.0)
        yield bench.between("上边", line.top, *tops[place])
        seen = line.families() or {"FS"}
        yield bench.true(f"字体 {family}", "、".join(seen), ok=seen == {family})
        if key == "L08":
            yield bench.true("六位数字", line.text, ok=bool(re.fullmatch(r"\d{6}", line.text)))


def _mark_of(text: str) -> tuple[str, str, str, str]:
    if re.fullmatch(r"\d+", text):
        return "L08", "份号", "FS", "7.2.1"
    if text[:2] in ("绝密", "机密", "秘密"):
        return "L09", "密级和保密期限", "HT", "7.2.2"
    return "L10", "紧急程度", "HT", "7.2.3"


def mark(found: Found) -> Iterator[Verdict]:
    keys = {"general": ("L11", 72.0), "letter": ("L38", 30.0), "order": ("L43", 57.0),
            "minutes": ("L44", 72.0)}  # fmt: skip
    key, top = keys[found.format]
    bench = Bench(key, "发文机关标志", "7.2.4" if found.format == "general" else "10")
    if not found.mark:
        yield bench.true("有，红色", "没有红色的标志", ok=False)
        return
    yield bench.near("上边", min(line.top for line in found.mark), top, 1.5)
    left, right = min(x.left for x in found.mark), max(x.right for x in found.mark)
    yield bench.near("中线", (left + right) / 2, 106, 1.5)
    families = set().union(*(line.families() for line in found.mark))
    yield bench.true("字体 XBS", "、".join(families), ok=families == {"XBS"})
    yield bench.true("比标题大", f"{found.mark[0].points:.1f} 磅", ok=found.mark[0].points > 22)
    if found.format == "letter":
        words = "".join(line.text for line in found.mark)
        yield bench.true("没有“文件”", words, ok="文件" not in words)


def number(found: Found) -> Iterator[Verdict]:
    if not found.number or not found.mark or found.format == "order":
        return
    left, right = found.number[0], found.number[-1]
    top = min(each.top for each in found.number)
    if found.format == "letter":
        bench = Bench("L41", "发文字号", "10.1")
        yield bench.near("右边", right.x + EM3, RIGHT, 1.5)
        if found.red_rules:
            line = [rule for rule in found.red_rules if rule.top < 150][-1]
            yield bench.near("上边", top, line.bottom + 4.94, 1.5)
        return
    if found.signers:
        bench = Bench("L13", "发文字号（上行文）", "7.2.5")
        yield bench.near("x", left.x, LEFT + CELL, 1.5)
        yield bench.near("与末行签发人同一基线", left.y, found.signers[-1].y, 0.5)
        return
    bench = Bench("L12", "发文字号", "7.2.5")
    yield bench.near("中线", (left.x + right.x + EM3) / 2, 106, 1.5)
    bottom = max(line.bottom for line in found.mark)
    yield bench.between("标志以下空二行", top - bottom, 17.5, 24.2)


def signers(found: Found) -> Iterator[Verdict]:
    if not found.signers:
        return
    line = found.signers[0]
    at = line.text.index("签发人")
    bench = Bench("L14", "签发人", "7.2.6")
    label, names = line.families(at, at + 3), line.families(at + 4)
    yield bench.true("“签发人”字体 FS", "、".join(label), ok=label == {"FS"})
    yield bench.true("姓名字体 KT", "、".join(names), ok=names == {"KT"})
    yield bench.near("右边", line.glyphs[-1].x + EM3, RIGHT - CELL, 1.5)


def red_line(found: Found) -> Iterator[Verdict]:
    if found.format == "letter":
        yield from _double_lines(found)
        return
    if found.format != "general" or not found.number:
        return
    bench = Bench("L15", "红线", "7.2.7")
    yield bench.true("一条红线", f"{len(found.red_rules)} 条", ok=len(found.red_rules) == 1)
    for rule in found.red_rules[:1]:
        bottom = max(each.bottom for each in found.number)
        yield bench.near("左端", rule.left, LEFT, 1.0)
        yield bench.near("长", rule.across, 156, 1.0)
        yield bench.near("距发文字号", (rule.top + rule.bottom) / 2 - bottom, 4.0, 1.0)


def _double_lines(found: Found) -> Iterator[Verdict]:
    rules = [rule for rule in found.red_rules if rule.across > 165]
    upper, lower = [r for r in rules if r.top < 150], [r for r in rules if r.top > 150]
    bench = Bench("L39", "第一条红色双线", "10.1")
    yield bench.true(
        "上粗下细", _thick(upper), ok=len(upper) == 2 and upper[0].down > upper[1].down
    )
    if upper and found.mark:
        bottom = max(line.bottom for line in found.mark)
        yield bench.near("距标志", (upper[0].top + upper[0].bottom) / 2 - bottom, 4.0, 1.0)
        yield bench.near("长", upper[0].across, 170, 1.5)
    bench = Bench("L40", "第二条红色双线", "10.1")
    yield bench.true(
        "上细下粗", _thick(lower), ok=len(lower) == 2 and lower[0].down < lower[1].down
    )
    if lower:
        yield bench.near("y", (lower[0].top + lower[0].bottom) / 2, 277.0, 1.0)
        yield bench.near("长", lower[0].across, 170, 1.5)
    others = [s for page in found.pages[1:] for s in page.shapes if s.is_red and s.across > 165]
    yield bench.true("只在首页", f"其他页 {len(others)} 条", ok=not others)


def _thick(rules: Sequence[Shape]) -> str:
    return "、".join(f"{rule.down:.2f}" for rule in rules) or "没有"


def title(found: Found) -> Iterator[Verdict]:
    if found.format == "order":
        return
    bench = Bench("L16", "标题", "7.3.1")
    if not found.title:
        yield bench.true("2号小标宋", "没有", ok=False)
        return
    for line in found.title:
        yield bench.near("磅", line.points, 22, 0.3)
        yield bench.near("中线", line.middle, 106, 1.5)
    if found.red_rules and found.format == "general":
        below = found.title[0].top - found.red_rules[0].bottom
        yield bench.between("红线以下空二行", below, 17.5, 24.2)
    shape = [round((line.right - line.left) / 7.76) for line in found.title]
    waist = any(a > b < c for a, b, c in zip(shape, shape[1:], shape[2:], strict=False))
    yield bench.true("梯形或菱形", "、".join(map(str, shape)), ok=not waist)


def addressees(found: Found) -> Iterator[Verdict]:
    if not found.to:
        return
    bench = Bench("L17", "主送机关", "7.3.2")
    for line in found.to:
        yield bench.near("x", line.start, LEFT, 1.0)
    end = found.to[-1].text
    yield bench.true("以“：”结束", end[-4:], ok=end.endswith("："))
    if found.title:
        gap = found.to[0].top - found.title[-1].bottom
        yield bench.between("标题以下空一行", gap, 12.0, 18.5)
