"""P: 标点 (GB/T 15834). Brackets and quotation marks are paired in one pass over a line."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from documents.proofreading.elements.outline import heading
from documents.proofreading.rule import Basis, Check, Hit, Rule, Severity, both, pattern
from documents.proofreading.text import WORDS, Line, Text

HAN = "\u4e00-\u9fff"
WIDE = dict(zip(",;:?!", "，；：？！", strict=True))
SHUT = {"》": "《", "〉": "〈", "”": "“", "’": "‘", "）": "(", ")": "(", "〕": "〔", "】": "【"}
OPEN = {"《": "《", "〈": "〈", "“": "“", "‘": "‘", "（": "(", "(": "(", "〔": "〔", "【": "【"}
ITEM = re.compile(r"(?:^|[。；：，、\s])[一二三四五六七八九十a-zA-Z\d①-⑳]{1,3}$")
LONGEST = 200  # characters of a name or quotation
HYPHEN, SWUNG, LONG = "\\-\u2013\uff0d", "~\uff5e", "——"
YEAR = r"(?:19|20)\d{2}"
UNITS = (
    r"%|人|元|万|亿|个|天|岁|名|项|次|米|公里|千米|公顷|亩|吨|千克|公斤|小时|分钟|倍|户|家|件|台|套|周"
    r"|年(?!代)|厘米|毫米|平方|立方|℃|度"
)
NEXT = "一二|二三|三四|四五|五六|六七|七八|八九"
ESTIMATE = "|".join(f"{pair[0]}、{pair[1]}" for pair in NEXT.split("|"))
PARALLEL = dt.date(2012, 6, 1)  # GB/T 15834-2011
COUNTS = {sign: n for n, sign in enumerate("零一二三四五六七八九十")} | {"两": 2}
ANNOUNCED = re.compile(
    r"(?P<n>[二两三四五六七八九十]|\d{1,2})(?:点|项|条|个方面|方面|个|件)[\u4e00-\u9fff]{0,8}：\s*$"
)
INLINE = re.compile(
    r"(?P<n>[二两三四五六七八九十]|\d{1,2})(?:点|项|条|个方面|方面)[\u4e00-\u9fff]{0,8}[：:]一是"
)


@lru_cache(maxsize=1024)
def paired(text: str) -> tuple[tuple[tuple[int, int, int], ...], tuple[int, ...]]:
    """Return the pairs of a line (start, end, how many of its kind are around it), and the rest."""
    opened: list[tuple[int, str]] = []
    around: dict[str, int] = {}
    pairs: list[tuple[int, int, int]] = []
    alone: list[int] = []
    for at, sign in enumerate(text):
        if sign in OPEN:
            opened.append((at, OPEN[sign]))
            around[OPEN[sign]] = around.get(OPEN[sign], 0) + 1
        elif sign in SHUT:
            kind = SHUT[sign]
            if not around.get(kind):
                alone.append(at)
                continue
            while opened[-1][1] != kind:
                other, lost = opened.pop()
                around[lost] -= 1
                alone.append(other)
            start, _kind = opened.pop()
            around[kind] -= 1
            pairs.append((start, at, around[kind]))
    return tuple(pairs), tuple(sorted([*alone, *(at for at, _kind in opened)]))


def prose(text: Text) -> Iterator[Line]:
    yield from text.lines(*WORDS)


def unpaired(text: Text) -> Iterator[Hit]:
    """Marks alone in their line; a pair over two neighbouring lines is a pair."""
    lines = list(prose(text))
    alone = [list(_alone(line)) for line in lines]
    kinds = [
        ({SHUT.get(line.text[at]) for at in found}, {OPEN.get(line.text[at]) for at in found})
        for line, found in zip(lines, alone, strict=True)
    ]
    nothing: set[str | None] = set()
    for n, line in enumerate(lines):
        shut_below = kinds[n + 1][0] if n + 1 < len(lines) else nothing
        opened_above = kinds[n - 1][1] if n else nothing
        goes_on = n + 1 < len(lines) and lines[n + 1].text.startswith("“")
        for at in alone[n]:
            sign = line.text[at]
            if sign == "“" and at == 0 and goes_on:  # a quotation of several paragraphs
                continue
            if OPEN.get(sign, "") not in shut_below and SHUT.get(sign, "") not in opened_above:
                yield Hit(line.place, at, at + 1)


def _alone(line: Line) -> Iterator[int]:
    for at in paired(line.text)[1]:
        before = line.text[max(at - 4, 0) : at]
        apostrophe = line.text[at] == "’" and before[-1:].isascii()
        ordinal = line.text[at] in ")）" and ITEM.search(before)
        if not (apostrophe or ordinal):
            yield at


def half_brackets(text: Text) -> Iterator[Hit]:
    """Half-width brackets round Chinese; an ordinal at the start of a line is S06."""
    for line in text.lines("title", "body", "attachments"):
        ordinal = len(line.text) - len(line.text.lstrip()) if heading(line) else -1
        for first, last, _around in paired(line.text)[0]:
            if first != ordinal and _round_chinese(line, first, last):
                wide = f"（{line.text[first + 1 : last]}）"
                if line.text[first] + line.text[last] == "()":
                    yield Hit(line.place, first, last + 1, wide)
                else:
                    at = first if line.text[first] == "(" else last
                    yield Hit(line.place, at, at + 1, "（" if at == first else "）")


def _round_chinese(line: Line, first: int, last: int) -> bool:
    signs = line.text[first] + line.text[last]
    if signs not in ("()", "（)", "(）") or "\ufffc" in line.own[first] + line.own[last]:
        return False
    inside = line.text[first + 1 : min(last, first + 200)]
    near = line.text[max(first - 1, 0) : first]
    level = re.search(rf"[{HAN}]", near) and re.search("[\u2160-\u216b]", inside)
    return bool(signs != "()" or re.search(rf"[{HAN}]", inside) or level)


def half_width(found: re.Match[str]) -> str:
    return WIDE[found[0]]


def straight_quotes(text: Text) -> Iterator[Hit]:
    for line in prose(text):
        at = [n for n, sign in enumerate(line.own) if sign == '"']
        for first, last in zip(at[::2], at[1::2], strict=False):
            inner = line.text[first + 1 : last]
            if re.search(rf"[{HAN}]", line.text[max(first - 1, 0) : last + 2]):
                yield Hit(line.place, first, last + 1, f"“{inner}”")
        if len(at) % 2 and re.search(rf"[{HAN}]", line.text[max(at[-1] - 1, 0) : at[-1] + 2]):
            yield Hit(line.place, at[-1], at[-1] + 1)


def nested(outer: str, shut: str, inner: str, inner_shut: str) -> Check:
    """A check for a mark inside the same mark."""

    def check(text: Text) -> Iterator[Hit]:
        for line in prose(text):
            for first, last, around in paired(line.text)[0]:
                same = (line.text[first], line.text[last]) == (outer, shut)
                if around % 2 and same and last - first < LONGEST:
                    words = line.text[first + 1 : last]
                    yield Hit(line.place, first, last + 1, f"{inner}{words}{inner_shut}")

    return check


def between(shut: str, opened: str) -> Check:
    """A check for 、 between two quotations; silent where a note stands between others."""

    def check(text: Text) -> Iterator[Hit]:
        for line in prose(text):
            for found in re.finditer(rf"{shut}(、)(?={opened})", line.own):
                start = max(line.own.rfind(sign, 0, found.start()) for sign in "，。；：") + 1
                stops = [line.own.find(sign, found.end()) for sign in "，。；："]
                stop = min([at for at in stops if at >= 0], default=len(line.own))
                if f"{shut}（" not in line.own[start:stop]:
                    yield Hit(line.place, *found.span(1), "")

    return check


def announced(text: Text) -> Iterator[Hit]:
    """A number that is announced, and the items that follow."""
    for lines in text.bodies:
        for at, line in enumerate(lines):
            if found := ANNOUNCED.search(line.own[-24:]):
                first = heading(lines[at + 1]) if at + 1 < len(lines) else None
                if first is None or first.number != 1 or not first.level:
                    continue
                items = _items(lines[at + 1 :], first.level)
                shift = max(len(line.own) - 24, 0)
                yield from _counted(line, found, items, shift)
            elif inline := INLINE.search(line.own):
                items = len(re.findall(r"[一二三四五六七八九十]是", line.own[inline.end() - 2 :]))
                yield from _counted(line, inline, items, 0)


def _items(lines: tuple[Line, ...], level: int) -> int:
    count = 0
    for line in lines:
        found = heading(line)
        if found and found.level < level:
            break
        if found and found.level == level:
            if found.number != count + 1:
                break
            count = found.number
    return count


def _counted(line: Line, found: re.Match[str], items: int, shift: int) -> Iterator[Hit]:
    said = COUNTS.get(found["n"]) or int(found["n"])
    if said != items:
        words = {"said": said, "items": items}
        yield Hit(line.place, found.start("n") + shift, found.end("n") + shift, None, words)


E, W = Severity.ERROR, Severity.WARNING
R, S, P = Basis.REGULATION, Basis.STANDARD, Basis.PRACTICE
MARKS, BOTH = "GB/T 15834", "GB/T 15834、GB/T 15835"
QUOTE = rf"[{HAN}》”）%]"
STOPS = "，、；：。？！"
AFTER = "级待候额效值同离距价"  # 等级, 等待 …

RULES = (
    Rule("P01", W, S, MARKS, WORDS, _("In Chinese text “%(found)s” is written with full width."),
         both(pattern(rf"(?<={QUOTE})[,;?!]|[,;?!](?=[{HAN}“《（])", half_width),
              pattern(rf"(?<={QUOTE}):(?!//)|:(?=[{HAN}“《])", half_width)),
         ({"body": "请于周五前报送,逾期不候。"}, {"body": "现将有关事项通知如下:"}),
         ({"body": "请于周五前报送，逾期不候。"}, {"body": "比例为1:2，12:30开会。"})),
    Rule("P02", W, S, MARKS, WORDS, _("Brackets round Chinese have full width."), half_brackets,
         ({"body": "研究所(以下简称本所)负责。"}, {"body": "高等教育（本科教育)负责。"}),
         ({"body": "研究所（以下简称本所）负责。"}, {"body": "函数f(x)的值。"})),
    Rule("P03", W, S, MARKS, WORDS, _("A Chinese sentence ends with 。"),
         pattern(rf"(?<={QUOTE})(?<!^[一二三四五六七八九十])\.(?=\s*$|[{HAN}“《（])(?!\d)", "。"),
         ({"body": "特此通知."},), ({"body": "特此通知。"}, {"body": "1.提高认识\n2.加强领导"})),
    Rule("P04", W, S, MARKS, WORDS, _("Chinese quotation marks are “ and ”."), straight_quotes,
         ({"body": '落实"三会一课"制度。'},), ({"body": "落实“三会一课”制度。"},)),
    Rule("P05", W, S, "GB/T 15834 4.5.3.5", WORDS, _("Between titles in 《》 stands no 、."),
         between("》", "《"), ({"body": "根据《档案法》、《保密法》办理。"},),
         ({"body": "根据《档案法》《保密法》办理。"},
          {"body": "根据《档案法》（修订）、《保密法》办理。"}), PARALLEL),
    Rule("P06", W, S, "GB/T 15834 4.5.3.5", WORDS, _("Between words in “” stands no 、."),
         between("”", "“"), ({"body": "守住“红线”、“底线”。"},), ({"body": "守住“红线”“底线”。"},),
         PARALLEL),
    Rule("P07", E, R, "条例 第二十条（四）", WORDS, _("“%(found)s” has no counterpart."), unpaired,
         ({"body": "按照《档案法规定办理。"}, {"body": "各单位（含直属单位应当报送。"}),
         ({"body": "按照《档案法》规定办理。"}, {"body": "1）提高认识；2）加强领导。"})),
    Rule("P08", W, S, MARKS, WORDS, _("Inside 《》 a title stands in 〈〉."),
         nested("《", "》", "〈", "〉"), ({"body": "根据《关于执行《办法》的通知》办理。"},),
         ({"body": "根据《关于执行〈办法〉的通知》办理。"},)),
    Rule("P09", W, S, MARKS, WORDS, _("Inside “” words are quoted in ‘’."),
         nested("“", "”", "‘", "’"), ({"body": "会议提出“强调“安全”第一”。"},),
         ({"body": "会议提出“强调‘安全’第一”。"},)),
    Rule("P10", W, S, MARKS, WORDS, _("（试行） that is part of a name belongs inside 《》."),
         pattern(r"》[（(]试行[）)]"), ({"body": "按照《考勤办法》（试行）执行。"},),
         ({"body": "按照《考勤办法（试行）》执行。"},)),
    Rule("P11", W, S, MARKS, WORDS, _("An ellipsis is ……, six dots in two places."),
         pattern(rf"(?<=[{HAN}，、])(?:\.{{2,6}}|。{{3,6}}|·{{3,6}}|(?<!…)…(?!…))", "……"),
         ({"body": "包括经费、人员..."}, {"body": "包括经费、人员…"}),
         ({"body": "包括经费、人员……"},)),
    Rule("P12", W, S, MARKS, WORDS, _("…… and 等 say the same; keep one."), pattern(r"…{1,2}等"),
         ({"body": "包括经费、人员……等。"},), ({"body": "包括经费、人员等。"},)),
    Rule("P13", W, S, MARKS, WORDS, _("Before 等 stands no 、."),
         pattern(rf"(?P<bad>、)等(?![{AFTER}])", ""), ({"body": "包括经费、人员、等。"},),
         ({"body": "包括经费、人员等。"}, {"body": "采用分级授权、等级评价等方式。"})),
    Rule("P14", W, S, BOTH, WORDS, _("An estimate of two neighbouring numbers takes no 、."),
         pattern(rf"(?<!第)(?<!^)(?:{ESTIMATE})(?=[个天人次倍名项百千万成种周]|年(?!级|制)|十[个天人名])",
                 lambda found: found[0].replace("、", "")), ({"body": "约需三、四个月。"},),
         ({"body": "约需三四个月。"}, {"body": "第三、四次会议。"})),
    Rule("P15", W, S, MARKS, WORDS,
         _("Time and places from one to another are joined by a long dash —."),
         both(pattern(rf"(?<!\d)(?P<a>{YEAR}年?)(?:[{HYPHEN}{SWUNG}]{{1,2}}|{LONG})(?P<b>{YEAR}年)",
                      r"\g<a>—\g<b>"),
              pattern(rf"(?<!\d)(?P<a>\d{{1,2}}[月日])[{HYPHEN}{SWUNG}](?P<b>\d{{1,2}}[月日])",
                      r"\g<a>—\g<b>"),
              pattern(rf"(?P<a>[{HAN}])[{HYPHEN}](?P<b>[{HAN}]{{1,4}}(?:铁路|高铁|公路|高速|航线|列车|航班))",
                      r"\g<a>—\g<b>")),
         ({"body": "实施2026-2030年规划。"}, {"body": "定于3月5日-8日召开。"}),
         ({"body": "实施2026—2030年规划。"},)),
    Rule("P16", W, S, BOTH, WORDS,
         _("Quantities from one to another are joined by the wave mark."),
         pattern(rf"(?<![\d.\-A-Za-z])(?!{YEAR}[^\d%])(?P<a>\d{{1,9}}(?:\.\d{{1,6}})?%?)[{HYPHEN}~]"
                 rf"(?P<b>\d{{1,9}}(?:\.\d{{1,6}})?)(?={UNITS})", "\\g<a>\uff5e\\g<b>"),
         ({"body": "每组10-20人。"},),
         ({"body": "每组10\uff5e20人。"}, {"body": "每组10—20人。"})),
    Rule("P17", E, R, "条例 第二十条（四）", WORDS, _("“%(found)s”: one mark too many."),
         pattern(rf"(?<![{STOPS}])(?:([{STOPS}])\1|[，、；。][。；、，])(?![{STOPS}])",
                 lambda found: found[0][0] if found[0][0] == found[0][1] else None),
         ({"body": "特此通知。。"}, {"body": "请各单位，，认真落实。"},
          {"body": "请认真落实，。"}), ({"body": "特此通知。"},)),
    Rule("P19", W, S, MARKS, ("body", "attachments"),
         _("A caption that is a phrase takes no full stop."),
         pattern(r"^[\s\u3000]*[表图]\s?\d{1,2}[\s\u3000][^。，；]{1,40}(?P<bad>。)\s*$", "",
                 on=("body", "attachments")), ("表1 经费预算。",), ("表1 经费预算",)),
    Rule("P20", W, R, "条例 第二十条（四）", ("body", "attachments"),
         _("%(said)s are announced, and %(items)s follow."), announced,
         ("现提出三点要求：\n一、提高认识\n二、加强领导",
          "提出三点要求：一是提高认识；二是加强领导。"),
         ("现提出两点要求：\n一、提高认识\n二、加强领导",)),
)  # fmt: skip
