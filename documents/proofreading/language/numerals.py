"""U: 数字、计量单位、时间 (GB/T 15835, GB 3100)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.rule import Basis, Hit, Rule, Severity, both, pattern
from documents.proofreading.text import WORDS, Text, figures

HAN, CHINESE = "\u4e00-\u9fff", "\u3007○零一二三四五六七八九十"
DASH = "\uff5e~—\\-\u2013"
SHORT_YEAR = re.compile(
    r"(?<![\d.第近过满达共约])(?P<bad>\d{2})年(?=[01]?\d月(?!份?以上|左右)|度|初|底)"
)
FIGURE = r"\d{1,9}(?:\.\d{1,6})?"
LEGAL: dict[str, str | None] = {
    "公分": "厘米", "公尺": "米", "市斤": None, "斤": None, "华里": None, "里": None,
    "市尺": None, "尺": None, "寸": None, "马力": None, "英寸": None,
}  # fmt: skip
TOTAL = re.compile(
    r"(?:共计?|合计|总计)(?P<n>\d{1,6})(?P<unit>[人名个项件户家台辆])[^。\n]{0,12}?其中(?P<rest>[^。；\n]{1,80})"
)
PART = re.compile(
    r"(?P<who>[男女]?)[^\d，、；。%]{0,10}?(?P<n>\d{1,6})(?P<unit>[人名个项件户家台辆%]?)"
)
GROUPED = re.compile(r"(?<![\d.,])\d{1,3}(?:,\d{3}){1,4}(?!\d)")
PLAIN = re.compile(r"(?<![\d.,〔])\d{4,12}(?=[元人吨户件亩]|万元|平方|公里|公顷)")
MIXED = re.compile(
    rf"(?<!\d)\d{{4}}年[{CHINESE}]{{1,3}}月(?:\d{{1,2}}日|[{CHINESE}]{{1,3}}日)?|[\u3007○零一二三四五六七八九]{{4}}年\d{{1,2}}月(?:\d{{1,2}}日)?"
    rf"|(?<!\d)\d{{1,2}}月[{CHINESE}]{{1,3}}日"
)


def short_year(text: Text) -> Iterator[Hit]:
    for line in text.lines(*WORDS):
        for found in SHORT_YEAR.finditer(line.own):
            year = 2000 + int(found["bad"])
            sure = text.day is not None and abs(year - text.day.year) <= 1
            yield Hit(line.place, *found.span("bad"), str(year) if sure else None)


def one_system(found: re.Match[str]) -> str:
    return re.sub(rf"[{CHINESE}]+", lambda part: figures(part[0]), found[0])


def old_units(text: Text) -> Iterator[Hit]:
    names = "|".join(LEGAL)
    form = re.compile(
        rf"\d\s?(?P<bad>{names})(?!程|[面外间头])|[一二三四五六七八九十百](?P<too>公分|公尺|市斤|华里)"
    )
    for line in text.lines(*WORDS):
        for found in form.finditer(line.own):
            group = "bad" if found["bad"] else "too"
            yield Hit(line.place, *found.span(group), LEGAL[found[group]])


def adds_up(text: Text) -> Iterator[Hit]:
    for line in text.lines("body", "attachments"):
        for found in TOTAL.finditer(line.own):
            parts = [
                part for part in PART.finditer(found["rest"]) if part["unit"] in ("", found["unit"])
            ]
            total, added = int(found["n"]), sum(int(part["n"]) for part in parts)
            sexes = {part["who"] for part in parts} >= {"男", "女"}
            if len(parts) > 1 and (added > total or (sexes and added != total)):
                yield Hit(line.place, *found.span(), None, {"total": total, "added": added})


def one_grouping(text: Text) -> Iterator[Hit]:
    lines = list(text.lines("body", "attachments"))
    if any(PLAIN.search(line.own) for line in lines):
        for line in lines:
            for found in GROUPED.finditer(line.own):
                yield Hit(line.place, *found.span())
                return


W = Severity.WARNING
R, S, P = Basis.REGULATION, Basis.STANDARD, Basis.PRACTICE
FIGURES = "GB/T 15835"
NARROW = str.maketrans("\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19", "0123456789")


def body(*lines: str) -> tuple[dict[str, str], ...]:
    """Examples that are bodies."""
    return tuple({"body": line} for line in lines)


RULES = (
    Rule("U01", W, S, FIGURES, WORDS, _("A year is written in full."), short_year,
         body("计划于26年3月完成。"), body("计划于2026年3月完成。", "历时10年3个月。")),
    Rule("U02", W, S, FIGURES, WORDS, _("Both ends of a range keep their %%."),
         pattern(rf"(?<![\d.])(?P<a>{FIGURE})(?P<dash>[{DASH}])(?P<b>{FIGURE}%)",
                 r"\g<a>%\g<dash>\g<b>"), body("增长5\uff5e10%。"), body("增长5%\uff5e10%。")),
    Rule("U03", W, S, FIGURES, WORDS, _("Both ends of a range keep their 万 or 亿."),
         pattern(rf"(?<![\d.])(?P<a>{FIGURE})(?P<dash>[{DASH}])(?P<b>{FIGURE}(?P<unit>[万亿]))",
                 r"\g<a>\g<unit>\g<dash>\g<b>"), body("补助3\uff5e5万元。"),
         body("补助3万\uff5e5万元。")),
    Rule("U04", W, S, FIGURES, WORDS, _("Before a decimal point stands a figure, be it 0."),
         pattern(rf"(?<=[{HAN}])(?<!件)(?P<bad>\.)(?=\d{{1,6}}(?:%|[个万亿元米倍]))", "0."),
         body("同比增长.5%。"), body("同比增长0.5%。")),
    Rule("U05", W, S, FIGURES, WORDS, _("One date keeps to one kind of numerals."),
         pattern(MIXED.pattern, one_system), body("定于2026年三月5日召开。"),
         body("定于2026年3月5日召开。")),
    Rule("U06", W, S, FIGURES, WORDS, _("Digits have half width."),
         pattern("[\uff10-\uff19]{1,20}", lambda found: found[0].translate(NARROW)),
         body("计划于\uff12\uff10\uff12\uff16年完成。"), body("计划于2026年完成。")),
    Rule("U07", W, P, "实务通常", WORDS, _("A date is written with 日, not 号."),
         pattern(r"(?<!\d)\d{1,2}月\d{1,2}(?P<bad>号)", "日"), body("请于3月5号前报送。"),
         body("请于3月5日前报送。")),
    Rule("U08", W, S, "GB 3100", WORDS, _("“%(found)s” is not a legal unit of measurement."),
         old_units, body("厚3公分。", "每袋5斤。"),
         body("厚3厘米。", "每袋2.5千克。", "全程5公里。")),
    Rule("U09", W, R, "条例 第二十条（四）", ("body", "attachments"),
         _("The total is %(total)s, the parts make %(added)s."), adds_up,
         ("全所共10人，其中男6人、女3人。", "本次共10项，其中甲类7项、乙类5项。"),
         ("全所共10人，其中男6人、女4人。", "本次共10项，其中甲类3项、乙类5项。")),
    Rule("U10", W, P, "实务通常", WORDS, _("“%(found)s” says “about” twice."),
         both(pattern(rf"(?:大?约|接近|将近|近(?=\d{{1,9}}余))\d{{1,9}}[多余](?!年)[{HAN}]{{1,3}}"),
              pattern(rf"(?<![约近\d])\d{{1,9}}[多余][{HAN}]{{1,2}}(?:左右|上下)"),
              pattern(rf"(?:大?约|接近|将近){FIGURE}[万亿]?[{HAN}%]{{1,2}}(?:左右|上下)")),
         body("约100余人左右参加。", "约100人左右参加。"), body("约100人参加。", "100余人参加。")),
    Rule("U11", W, P, "实务通常", WORDS,
         _("A decrease is not counted in 倍; give a fraction or percentage."),
         pattern(rf"(?:下降|减少|降低|缩短|缩小)[了至到]?\s?(?:{FIGURE}|[一二两三四五六七八九十])倍"),
         body("事故下降2倍。"), body("事故下降三分之二。")),
    Rule("U12", W, S, FIGURES, WORDS,
         _("In running text, month and day do without the leading zero."),
         both(pattern(r"(?<!\d)(?P<bad>0)\d月", ""), pattern(r"(?<=月)(?P<bad>0)\d日", "")),
         body("定于03月05日召开。", "定于3月05日召开。"), body("定于3月5日召开。")),
    Rule("U13", W, P, "实务通常", WORDS,
         _("“%(found)s” depends on the day it is read; give the date."),
         pattern(r"近日|(?<![\d一二三四五六七八九十])日前|昨[日天]|今[日天](?!后)|明[日天](?!确)|今年|去年|明年|上[个]?月(?!份?末)|下[个]?月|上周|下周"),
         body("近日将召开会议。", "去年已经完成。"), body("2026年3月5日召开会议。")),
    Rule("U14", W, S, FIGURES, ("body", "attachments"),
         _("Thousands are grouped in all figures or in none."), one_grouping,
         ("购置费12,000元，维修费13000元。",),
         ("购置费12000元，维修费13000元。", "购置费12,000元。")),
)  # fmt: skip
