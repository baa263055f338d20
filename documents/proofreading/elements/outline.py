"""S: 结构层次, 一、（一）1.（1） (GB/T 9704 7.3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.translation import gettext_lazy as _

from documents.proofreading.rule import Basis, Check, Hit, Rule, Severity
from documents.proofreading.text import Line, Text

ONES = "一二三四五六七八九十"
GRADE = f"[{ONES}](?:[类级季线期批等]|产业)"  # 一、二类 is no heading
HEADINGS = (
    (1, re.compile(rf"^[\s\u3000]*([{ONES}]{{1,3}})[、.\uff0e，,](?!{GRADE})")),
    (2, re.compile(rf"^[\s\u3000]*[（(]([{ONES}]{{1,3}})[）)]")),
    (3, re.compile(r"^[\s\u3000]*(\d{1,3})[.\uff0e、，,](?!\d)")),
    (4, re.compile(r"^[\s\u3000]*[（(](\d{1,2})[）)]")),
)
ARTICLE = re.compile(rf"^[\s\u3000]*第[{ONES}百零\u3007\d]{{1,6}}[章节条编款]")
INLINE = re.compile(
    rf"(?<=[。；：])(?:([{ONES}]{{1,3}})、(?![{ONES}])|（([{ONES}]{{1,3}})）|(\d{{1,2}})[.\uff0e、](?!\d)|（(\d{{1,2}})）)"
)
FIFTH = re.compile(
    r"^[\s\u3000]*(?:[①-⑳]|[(（][a-z][)）]|[a-z][.)）、]|[\u2160-\u216b][.、]?|[IVX]{1,4}[.、])"
)
FIRST = r"第[一二三四五六七八九十]|首先|其次|再次|最后"


@dataclass(frozen=True)
class Heading:
    """What an ordinal begins: its level, its number, the line; `inline` when amid the line."""

    level: int
    number: int
    line: Line
    inline: bool = False


def value(words: str) -> int:
    """Return an ordinal as a number: 十二, 二十, 7."""
    if words.isdecimal():
        return int(words)
    tens, sign, ones = words.rpartition("十")
    ten = (ONES.index(tens[0]) + 1 if tens else 1) if sign else 0
    return ten * 10 + (ONES.index(ones[0]) + 1 if ones and ones != "十" else 0)


def heading(line: Line) -> Heading | None:
    """Return the heading a line is; chapters and articles are of level 0, number 0."""
    for level, form in HEADINGS:
        if found := form.match(line.text):
            return Heading(level, value(found[1]), line)
    return Heading(0, 0, line) if ARTICLE.match(line.text) else None


def outlines(text: Text) -> Iterator[list[Heading]]:
    """Yield the headings of the body, then of each attachment."""
    for lines in text.bodies:
        yield [found for line in lines if (found := heading(line))]


def series(text: Text) -> Iterator[list[Heading]]:
    """Like `outlines`, with the ordinals that run on inside a line."""
    for lines in text.bodies:
        found = []
        for line in lines:
            if first := heading(line):
                found.append(first)
            for ordinal in INLINE.finditer(line.own):
                level = next(n for n in (1, 2, 3, 4) if ordinal[n])
                found.append(Heading(level, value(ordinal[level]), line, inline=True))
        yield found


def _at(found: Heading) -> Hit:
    form = dict(HEADINGS)[found.level].match(found.line.text)
    start, end = form.span() if form else (0, 0)
    blank = len(found.line.text[:end]) - len(found.line.text[:end].lstrip())
    return Hit(found.line.place, start + blank, end)


def deeper_first(text: Text) -> Iterator[Hit]:
    """A level that comes before the first heading of a shallower one, which comes later."""
    for headings in outlines(text):
        if any(found.level == 0 for found in headings):
            continue
        first: dict[int, int] = {}
        for at, found in enumerate(headings):
            first.setdefault(found.level, at)
        for level, at in first.items():
            later = [other for other in first if other < level and first[other] > at]
            if later and headings[at].number == 1:
                yield _at(headings[at])


def level_skipped(text: Text) -> Iterator[Hit]:
    for headings in outlines(text):
        used = {found.level for found in headings} - {0}
        for before, found in pairwise(headings):
            if not before.level or found.level <= before.level + 1 or found.number != 1:
                continue
            if used == {1, 3} and found.level == 3:
                continue
            yield _at(found)


def broken_series(text: Text) -> Iterator[Hit]:
    """Each series starts at one; a level may also count on through the whole text."""
    for n, headings in enumerate(series(text)):
        last: dict[int, int] = {}
        several = n > 0 or any(found.level == 0 for found in headings)  # texts in one attachment
        for found in headings:
            if not found.level:
                continue
            expected = last.get(found.level, 0) + 1
            again = found.number == 1 and not (found.level == 1 and last.get(1) and not several)
            if found.number != expected and not (again or found.inline):
                words = {"expected": expected, "number": found.number}
                hit = _at(found)
                yield Hit(hit.place, hit.start, hit.end, None, words)
            last[found.level] = found.number


def only_one(text: Text) -> Iterator[Hit]:
    for headings in series(text):
        for at, found in enumerate(headings):
            begins = found.level and found.number == 1 and not found.inline
            if begins and not _has_next(headings, at):
                yield _at(found)


def _has_next(headings: Sequence[Heading], at: int) -> bool:
    """Tell whether a second item follows: a restart before it is another series."""
    for other in headings[at + 1 :]:
        if other.level == headings[at].level:
            return other.number == 2
        if other.level == 0:
            return False
    return False


def opening(regex: str, fix: str) -> Check:
    """A check for what a line begins with."""
    form = re.compile(rf"^[\s\u3000]*{regex}")

    def check(text: Text) -> Iterator[Hit]:
        for lines in text.bodies:
            for line in lines:
                if found := form.match(line.text):
                    yield Hit(line.place, *found.span("bad"), found.expand(fix))

    return check


def after_first(text: Text) -> Iterator[Hit]:
    form = re.compile(rf"(?:^|[。；：])[\s\u3000]*(?:{FIRST})(?P<bad>、)(?!第|[{ONES}])")
    for lines in text.bodies:
        for line in lines:
            for found in form.finditer(line.own):
                yield Hit(line.place, *found.span("bad"), "，")


def stop_after_heading(text: Text) -> Iterator[Hit]:
    """A short line with a stop, text under it and another heading to come: not an item."""
    form = re.compile(rf"^[\s\u3000]*[{ONES}]{{1,3}}、[^，；：。]{{2,20}}(?P<bad>。)\s*$")
    for lines in text.bodies:
        firsts = [n for n, line in enumerate(lines) if (at := heading(line)) and at.level == 1]
        for n, following in pairwise(firsts):
            found = form.match(lines[n].text)
            if found and following > n + 1:
                yield Hit(lines[n].place, *found.span("bad"), "")


def wrong_signs(text: Text) -> Iterator[Hit]:
    for lines in text.bodies:
        seen = False
        for line in lines:
            found = heading(line)
            seen = seen or bool(found and found.level >= 3)
            if not seen and (form := FIFTH.match(line.text)):
                yield Hit(line.place, 0, form.end())


W = Severity.WARNING
G, S, P = Basis.LAYOUT, Basis.STANDARD, Basis.PRACTICE
ON = ("body", "attachments")
LAYOUT = "GB/T 9704 7.3.3"
MARKS = "GB/T 9704 7.3.3、GB/T 15834"
SOUND = "一、提高认识\n要求如下。\n二、加强领导\n（一）明确责任。\n（二）抓好落实。"

RULES = (
    Rule("S01", W, G, LAYOUT, ON,
         _("Levels run 一、（一）1.（1）; here the deeper one comes first."), deeper_first,
         ("（一）提高认识\n（二）加强领导\n一、总体要求\n二、主要任务",), (SOUND,)),
    Rule("S02", W, G, LAYOUT, ON, _("A level is left out: levels run 一、（一）1.（1）."),
         level_skipped, ("一、提高认识\n（1）组织学习。\n（2）抓好落实。\n二、加强领导",),
         (SOUND, "一、提高认识\n1.组织学习。\n2.抓好落实。\n二、加强领导")),
    Rule("S03", W, G, MARKS, ON, _("After 一 stands 、."),
         opening(rf"[{ONES}]{{1,3}}(?P<bad>[.\uff0e，,])", "、"), ("一.提高认识\n二.加强领导",),
         (SOUND,)),
    Rule("S04", W, G, MARKS, ON, _("No mark stands after an ordinal in brackets."),
         opening(rf"[（(](?:[{ONES}]{{1,3}}|\d{{1,2}})[）)](?P<bad>[、.\uff0e，,])", ""),
         ("（一）、加强领导\n（二）、抓好落实",), (SOUND,)),
    Rule("S05", W, G, MARKS, ON, _("After 1 stands a dot."),
         opening(r"\d{1,3}(?P<bad>[、，,])(?!\d)", "."), ("1、报送材料\n2、按时参会",),
         ("1.报送材料\n2.按时参会",)),
    Rule("S06", W, S, "GB/T 15834", ON, _("Ordinals stand in brackets of full width."),
         opening(rf"(?P<bad>\((?P<n>[{ONES}]{{1,3}}|\d{{1,2}})[)）]|（(?P<m>[{ONES}]{{1,3}}|\d{{1,2}})\))",
                 r"（\g<n>\g<m>）"), ("(一)加强领导\n(二)抓好落实",), (SOUND,)),
    Rule("S07", W, P, "实务通常", ON,
         _("The numbering breaks: %(number)s stands where %(expected)s belongs."), broken_series,
         ("一、提高认识\n三、加强领导", "一、提高认识\n一、加强领导",
          "二、提高认识\n三、加强领导"),
         (SOUND, "一、总体要求\n（一）目标。\n（二）原则。\n二、任务\n（三）普查。\n（四）登记。",
          "一、二类项目由专家评审，三类项目由所务会审定。",
          "通知如下：一、按时报送。\n二、2026年底前完成。\n三、加强领导。")),
    Rule("S08", W, S, "GB/T 15834", ON, _("After 第一 or 首先 stands a comma."), after_first,
         ("第一、提高认识。第二、加强领导。",), ("第一，提高认识。", "第一、第二试验站参加。")),
    Rule("S09", W, P, "实务通常", ON, _("A heading on a line of its own takes no full stop."),
         stop_after_heading, ("一、总体要求。\n坚持问题导向。\n二、主要任务\n做好普查。",),
         (SOUND, "一、成立领导小组。\n二、制定工作方案。")),
    Rule("S10", W, P, "实务通常", ON, _("A level has at least two items; this one stands alone."),
         only_one, ("一、提高认识\n各单位要高度重视。",),
         (SOUND, "（一）更换水管；（二）加装挡板。")),
    Rule("S11", W, G, LAYOUT, ON,
         _("“%(found)s” is for the fifth level; above it run 一、（一）1.（1）."), wrong_signs,
         ("①加强领导\n②抓好落实",), (SOUND, "1.要求\n①加强领导\n②抓好落实\n2.时间")),
)  # fmt: skip
