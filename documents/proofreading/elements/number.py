"""N: 发文字号 (GB/T 9704 7.2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Hit, Rule, Severity, whole
from documents.proofreading.text import ORDERS, PUBLIC, Line, Text, figures

FIGURES = "\u3007○零一二三四五六七八九十百\uff10-\uff19"
YEAR = re.compile(
    rf"(?P<open>[\[(（【\uff3b{{\uff5b〈<〔])\s*(?P<year>[\d{FIGURES}]{{1,8}})\s*"
    r"(?P<shut>[\])）】\uff3d}\uff5d〉>〕])"
)
SERIAL = re.compile(
    rf"[\])）】\uff3d}}\uff5d〉>〕]\s*(?P<th>第?)\s*(?P<serial>[\d{FIGURES}]{{1,8}})"
)
SOUND = re.compile(r"(?P<code>[\u4e00-\u9fff]{1,12})〔(?P<year>\d{4})〕(?P<serial>[1-9]\d{0,5})号")
SERIAL_ONLY = PUBLIC | {"纪要"}
IN_SERIES = re.compile(r"(?:\d{4}年)?第\d{1,5}[号期次]")


def numbered(text: Text) -> Iterator[Line]:
    """Yield the number, unless an order, announcement or minutes has a form of its own."""
    series = text.genre in SERIAL_ONLY and IN_SERIES.fullmatch(text.number)
    if text.genre not in ORDERS and text.format != "order" and not series:
        yield from text.lines("number")


def brackets(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        found = None
        for found in YEAR.finditer(line.text):
            if (found["open"], found["shut"]) != ("〔", "〕"):
                yield Hit(line.place, *found.span(), f"〔{found['year']}〕")
        if found is None:
            yield whole(line)


def year_in_full(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        for found in YEAR.finditer(line.text):
            year = figures(found["year"])
            if len(year) != 4:
                day = text.day
                sure = day is not None and len(year) == 2 and f"{day.year}".endswith(year)
                yield Hit(line.place, *found.span("year"), str(day.year) if day and sure else None)


def without_ordinal(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        for found in SERIAL.finditer(line.text):
            if found["th"]:
                yield Hit(line.place, *found.span("th"), "")


def leading_zero(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        for found in SERIAL.finditer(line.text):
            start, end = found.span("serial")
            bare = found["serial"].lstrip("0\uff10")
            if bare != found["serial"] and found["serial"][0] not in "零\u3007○":
                yield Hit(line.place, start, end, bare or None)


def ends_in_hao(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        if not line.text.rstrip().endswith("号"):
            at = len(line.text.rstrip())
            yield Hit(line.place, at, at, "号" if line.text[at - 1 : at].isdecimal() else None)


def arabic(text: Text) -> Iterator[Hit]:
    for line in numbered(text):
        for form, group in ((YEAR, "year"), (SERIAL, "serial")):
            for found in form.finditer(line.text):
                if not (found[group].isascii() and found[group].isdigit()):
                    yield Hit(line.place, *found.span(group), figures(found[group]))


def one_number(text: Text) -> Iterator[Hit]:
    for line in text.lines("number"):
        found = list(YEAR.finditer(line.text))
        if len(found) > 1:
            first = re.search(r"号[\s、，,;；]*", line.text)
            yield Hit(line.place, first.end() if first else 0, len(line.text))


def taken(text: Text, facts: Facts) -> Iterator[Hit]:
    for line in text.lines("number"):
        if facts.registered is not None and line.text.strip() in facts.registered:
            yield whole(line)


def too_early(text: Text, facts: Facts) -> Iterator[Hit]:
    for line in text.lines("number"):
        if facts.signatures is None:
            continue
        last = max((each.on for each in facts.signatures), default=None)
        if last is None or (facts.numbered_on and facts.numbered_on < last):
            yield whole(line)


def order_number(text: Text) -> Iterator[Hit]:
    if text.genre in ORDERS or text.format == "order":
        for line in text.lines("number"):
            if not re.fullmatch(r"第[\d一二三四五六七八九十百\u3007零]{1,9}号", line.text.strip()):
                yield whole(line)


def gap(text: Text, facts: Facts) -> Iterator[Hit]:
    for line in text.lines("number"):
        found = SOUND.search(line.text)
        if found is None or facts.previous_serial is None:
            continue
        missing = set(range(facts.previous_serial + 1, int(found["serial"]))) - facts.voided
        if missing:
            names = "、".join(f"{n}号" for n in sorted(missing)[:5])
            yield Hit(line.place, *found.span("serial"), None, {"missing": names})


E, W = Severity.ERROR, Severity.WARNING
G, R, P = Basis.LAYOUT, Basis.REGULATION, Basis.PRACTICE
CLAUSE = "GB/T 9704 7.2.5"
GOOD = ("江农研〔2026〕12号",)
SERIES = {"kind": "公告", "number": "2026年第12号"}
SIGNED = ({"name": "李华", "on": "2026-03-05", "is_principal": True},)

RULES = (
    Rule("N01", E, G, CLAUSE, ("number",),
         _("The year of a document number stands in six-corner brackets."), brackets,
         ("江农研[2026]12号", "江农研（2026）12号", "江农研【2026】12号", "江农研2026-12号"),
         (*GOOD, SERIES)),
    Rule("N02", E, G, CLAUSE, ("number",),
         _("The year of a document number is written with all four digits."), year_in_full,
         ("江农研〔26〕12号",), GOOD),
    Rule("N03", E, G, CLAUSE, ("number",), _("The serial of a document number takes no 第."),
         without_ordinal, ("江农研〔2026〕第12号",), GOOD),
    Rule("N04", E, G, CLAUSE, ("number",),
         _("The serial of a document number is not filled up with zeros."), leading_zero,
         ("江农研〔2026〕012号",), GOOD),
    Rule("N05", E, G, CLAUSE, ("number",), _("A document number ends with 号."), ends_in_hao,
         ("江农研〔2026〕12",), GOOD),
    Rule("N06", E, G, CLAUSE, ("number",),
         _("Year and serial of a document number are Arabic digits of half width."), arabic,
         ("江农研〔二\u3007二六〕十二号", "江农研〔2026〕\uff11\uff12号"), GOOD),
    Rule("N07", E, R, "条例 第九条（五）", ("number",),
         _("A document issued jointly bears one number, that of the leading body."), one_number,
         ("江农研〔2026〕12号 江林研〔2026〕8号",), GOOD),
    Rule("N08", E, R, "条例 第二十五条（二）", ("number",),
         _("This number is in the register already: “%(found)s”."), taken,
         ({"number": GOOD[0], "facts": {"registered": [GOOD[0]]}},),
         ({"number": GOOD[0], "facts": {"registered": ["江农研〔2026〕13号"]}},),
         asks=("registered",)),
    Rule("N09", E, R, "条例 第二十五条（一）（二）", ("number",),
         _("A number is given only after signature and recheck."), too_early,
         ({"number": GOOD[0], "facts": {"signatures": []}},
          {"number": GOOD[0], "facts": {"signatures": SIGNED, "numbered_on": "2026-03-04"}}),
         ({"number": GOOD[0], "facts": {"signatures": SIGNED, "numbered_on": "2026-03-05"}},),
         asks=("numbered_on", "signatures")),
    Rule("N10", W, G, "GB/T 9704 10.2", ("number",),
         _("An order is numbered “第N号”, without code and year."), order_number,
         ({"kind": "令", "format": "order", "number": "江府令〔2026〕3号"},),
         ({"kind": "令", "format": "order", "number": "第3号"},)),
    Rule("N11", W, P, "实务通常", ("number",),
         _("The series of the year has a gap without an explanation: %(missing)s."), gap,
         ({"number": "江农研〔2026〕13号", "facts": {"previous_serial": 11}},),
         ({"number": "江农研〔2026〕13号", "facts": {"previous_serial": 11, "voided": [12]}},),
         asks=("previous_serial", "voided")),
)  # fmt: skip
