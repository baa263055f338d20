"""D: 成文日期, 印发日期, 署名, and the days in the text (GB/T 9704 7.3.5.4, 7.4.3)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Hit, Rule, Severity, whole
from documents.proofreading.text import Text, figures, on_paper

CHINESE = "\u3007○零一二三四五六七八九十"
SOUND = re.compile(r"\d{4}年[1-9]\d?月[1-9]\d?日")
ZERO = re.compile(r"(?:年|月)(0)\d")
OLD = re.compile(rf"([{CHINESE}]{{4}})年([{CHINESE}]{{1,3}})月([{CHINESE}]{{1,3}})日")
SHORT = re.compile(r"(\d{4})[.\-/\uff0e年](\d{1,2})[.\-/\uff0e月](\d{1,2})日?")
FULL = re.compile(r"(?<!\d)(\d{4})年(\d{1,2})月(\d{1,2})日")
WEEK = "一二三四五六日"
WEEKDAY = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日[（(](?:星期|周)(?P<w>[一二三四五六日天])[）)]"
)
DUE = re.compile(
    r"(?<!\d)(?:(?P<y>\d{4})年)?(?P<m>\d{1,2})月(?P<d>\d{1,2})日"
    r"(?=(?:下班|\d{1,2}时)?(?:之?前|以前)?[^，。；]{0,8}(?:报送|上报|报[至到]|反馈|交[至到回]|完成|报名))"
    r"|(?:报送|上报|反馈|完成|截至|截止|报名)[^，。；]{0,6}?[至到于]"
    r"(?:(?P<y2>\d{4})年)?(?P<m2>\d{1,2})月(?P<d2>\d{1,2})日"
)
ASKED = re.compile(r"请|须|应|务必|要(?!求)|截止|截至|报送至")
DONE = re.compile(r"已|曾|了|经过")


def exists(year: str, month: str, date: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(date))
    except ValueError:
        return None


def complete(text: Text) -> Iterator[Hit]:
    for line in text.lines("date"):
        typed = line.text.strip()
        if found := OLD.fullmatch(typed):
            year, month, date = (figures(part) for part in found.groups())
            day = exists(year, month, date)
            yield whole(line, on_paper(day) if day else None)
        elif not re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", typed) and not SHORT.fullmatch(typed):
            yield whole(line)


def leading_zero(text: Text) -> Iterator[Hit]:
    for line in text.lines("date"):
        for found in ZERO.finditer(line.text):
            yield Hit(line.place, *found.span(1), "")


def full_form(text: Text) -> Iterator[Hit]:
    for line in text.lines("date"):
        found = SHORT.fullmatch(line.text.strip())
        if found and not re.fullmatch(r"\d{4}年\d{1,2}月\d{1,2}日", line.text.strip()):
            day = exists(*found.groups())
            yield whole(line, on_paper(day) if day else None)


def day_of_signature(text: Text, facts: Facts) -> Iterator[Hit]:
    if len(text.institution) < 2:
        yield from _against_signatures(text, facts)


def day_of_last_signature(text: Text, facts: Facts) -> Iterator[Hit]:
    if len(text.institution) > 1:
        yield from _against_signatures(text, facts)


def _against_signatures(text: Text, facts: Facts) -> Iterator[Hit]:
    if not facts.signatures or text.day is None:
        return
    last = max(each.on for each in facts.signatures)
    if text.day not in (last, facts.adopted_on):
        for line in text.lines("date"):
            yield whole(line, on_paper(last), day=on_paper(last))


def printed_form(text: Text) -> Iterator[Hit]:
    for line in text.lines("printed_on"):
        typed = line.text.strip()
        if not re.fullmatch(rf"{SOUND.pattern}印发", typed):
            found = SHORT.match(typed)
            day = exists(*found.groups()) if found else None
            yield whole(line, f"{on_paper(day)}印发" if day else None)


def printed_after(text: Text) -> Iterator[Hit]:
    if text.day and text.printed_day and text.printed_day < text.day:
        for line in text.lines("printed_on"):
            yield whole(line)


def in_the_calendar(text: Text) -> Iterator[Hit]:
    for line in text.lines("date", "printed_on", "body", "attachments"):
        for found in FULL.finditer(line.own):
            if int(found[1]) and not exists(*found.groups()):
                yield Hit(line.place, *found.span())


def weekdays(text: Text) -> Iterator[Hit]:
    for line in text.lines("body", "attachments"):
        for found in WEEKDAY.finditer(line.own):
            years = [int(found["y"])] if found["y"] else []
            if not years and text.day:
                years = [text.day.year, text.day.year + 1, text.day.year - 1]
            days = [exists(str(year), found["m"], found["d"]) for year in years]
            real = [WEEK[day.weekday()] for day in days if day]
            if real and found["w"].replace("天", "日") not in real:
                yield Hit(line.place, *found.span("w"), None, {"weekday": real[0]})


def deadlines(text: Text) -> Iterator[Hit]:
    if text.day is None:
        return
    for line in text.lines("body", "attachments"):
        for found in DUE.finditer(line.own):
            one = "" if found["m"] else "2"
            year = found["y" + one]
            day = exists(year or str(text.day.year), found["m" + one], found["d" + one])
            start = max(line.own.rfind(sign, 0, found.start()) for sign in "。；") + 1
            stops = [at for sign in "。；" if (at := line.own.find(sign, found.end())) >= 0]
            sentence = line.own[start : min(stops, default=len(line.own))]
            if (
                day is None
                or day >= text.day
                or DONE.search(sentence)
                or not ASKED.search(sentence)
            ):
                continue
            if year or (text.day - day).days <= 180:
                yield Hit(line.place, *found.span())


def seal_is_theirs(text: Text, facts: Facts) -> Iterator[Hit]:
    names = text.signature or text.institution
    if facts.seal and names and facts.seal not in names:
        place = "signature/0" if text.signature else "institution/0"
        yield Hit(place, 0, len(names[0]), None, {"seal": facts.seal})


def full_or_registered(text: Text, facts: Facts) -> Iterator[Hit]:
    if not text.institution:
        return
    known = set(text.institution)
    for full in text.institution:
        known |= set((facts.short_names or {}).get(full, ()))
    for n, name in enumerate(text.signature):
        if re.sub(r"\s", "", name) not in {re.sub(r"\s", "", each) for each in known}:
            yield Hit(f"signature/{n}", 0, len(name))


E, W = Severity.ERROR, Severity.WARNING
G, R = Basis.LAYOUT, Basis.REGULATION
DATE, PRINTED, TRUE = "GB/T 9704 7.3.5.4", "GB/T 9704 7.4.3", "条例 第二十条（四）"
ON = ("date",)
GOOD = ("2026年3月5日",)
PAIR = ["江川市农业科学研究所", "江川市林业科学研究所"]
EARLY = {"name": "李华", "on": "2026-03-05", "institution": PAIR[0]}
LATE = {"name": "赵敏", "on": "2026-03-09", "institution": PAIR[1]}

RULES = (
    Rule("D01", E, G, DATE, ON, _("The date is complete and in Arabic digits."), complete,
         ("二\u3007二六年三月五日", "2026年3月"), GOOD),
    Rule("D02", E, G, DATE, ON, _("Month and day take no leading zero."), leading_zero,
         ("2026年03月05日",), GOOD),
    Rule("D03", E, G, DATE, ON,
         _("The date is written with 年, 月 and 日, without dots or strokes."), full_form,
         ("2026.3.5", "2026-3-5", "2026/3/5"), GOOD),
    Rule("D04", E, R, "条例 第九条（十二）", ON,
         _("The date is the day of signature or of the meeting that adopted it: %(day)s."),
         day_of_signature, ({"date": "2026年3月1日", "facts": {"signatures": [EARLY]}},),
         ({"date": "2026年3月5日", "facts": {"signatures": [EARLY]}},
          {"date": "2026年3月1日", "facts": {"signatures": [EARLY], "adopted_on": "2026-03-01"}}),
         asks=("signatures", "adopted_on")),
    Rule("D05", E, R, "条例 第九条（十二）", ON,
         _("The date of a joint document is that of the last signature: %(day)s."),
         day_of_last_signature,
         ({"institution": PAIR, "date": "2026年3月5日", "facts": {"signatures": [EARLY, LATE]}},),
         ({"institution": PAIR, "date": "2026年3月9日", "facts": {"signatures": [EARLY, LATE]}},),
         asks=("signatures", "adopted_on")),
    Rule("D06", E, G, PRINTED, ("printed_on",),
         _("The date of printing is written like 2026年3月6日印发, without leading zeros."),
         printed_form, ("2026年3月06日印发", "2026年3月6日"), ("2026年3月6日印发",)),
    Rule("D07", E, R, "条例 第九条（十二）（十七）", ("printed_on",),
         _("It cannot be printed before the day it is dated."), printed_after,
         ({"date": "2026年3月5日", "printed_on": "2026年3月4日印发"},),
         ({"date": "2026年3月5日", "printed_on": "2026年3月6日印发"},)),
    Rule("D08", E, R, TRUE, ON, _("There is no such day: %(found)s."), in_the_calendar,
         ("2026年2月30日", {"body": "请于2026年4月31日前报送。"}), ("2026年2月28日",)),
    Rule("D09", W, R, TRUE, ("body", "attachments"),
         _("Day and weekday do not agree; that day is 星期%(weekday)s."), weekdays,
         ("定于2026年3月5日（星期三）召开会议。",), ("定于2026年3月5日（星期四）召开会议。",)),
    Rule("D10", W, R, TRUE, ("body", "attachments"),
         _("The time limit “%(found)s” lies before the date of the document."), deadlines,
         ({"date": "2026年3月5日", "body": "请将材料报送至3月1日。"},
          {"date": "2026年3月5日", "body": "请于2026年3月1日前报送材料。"}),
         ({"date": "2026年3月5日", "body": "请于3月20日前报送材料。"},
          {"date": "2026年3月5日", "body": "各单位已于3月1日前完成自查。"})),
    Rule("D11", E, R, "条例 第九条（十三）", ("signature",),
         _("The seal must be that of the body that signs; it is %(seal)s."), seal_is_theirs,
         ({"signature": [PAIR[0]], "facts": {"seal": "江川市农业科学研究所办公室"}},),
         ({"signature": [PAIR[0]], "facts": {"seal": PAIR[0]}},), asks=("seal",)),
    Rule("D12", W, R, "条例 第九条（十一）", ("signature",),
         _("The signature is the full name or a registered short name, not “%(found)s”."),
         full_or_registered, ("农科所",),
         (PAIR[0], {"signature": ["市农科所"], "facts": {"short_names": {PAIR[0]: ["市农科所"]}}}),
         asks=("short_names",)),
)  # fmt: skip
