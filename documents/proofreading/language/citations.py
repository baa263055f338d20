"""X: 引用. Z: 篇幅 and personal data. C: 结束语 (practice: no clause prescribes any)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import IN_FORCE, Basis, Hit, Rule, Severity, pattern
from documents.proofreading.text import UPWARD, WORDS, Line, Text

HAN = "\u4e00-\u9fff"
BARE = re.compile(
    rf"(?:根据|依据|按照|依照|遵照|执行)(?P<bad>[{HAN}]{{0,20}}关于[^《》“”，。；：（）\ufffc]{{2,60}}?"
    r"的(?:通知|批复|通报|复函|(?:实施|指导|若干)意见))(?=[，。；（]|要求|精神|规定|有关)"
)
# What is no longer in force, since when, and what took its place.
RULES_2012 = "《党政机关公文处理工作条例》"
REPEALED = tuple(
    (re.compile(form), since, new)
    for form, since, new in (
        (r"《国家行政机关公文处理办法》|国发[〔\[（(]2000[〕\]）)]23号", IN_FORCE, RULES_2012),
        (r"《中国共产党机关公文处理条例》", IN_FORCE, RULES_2012),
        (r"GB/T\s?9704[-—]1999|《国家行政机关公文格式》", IN_FORCE, "GB/T 9704-2012"),
        (r"DA/T\s?22[-—]2000", dt.date(2016, 6, 1), "DA/T 22-2015"),
        (r"《(?:中华人民共和国)?档案法实施办法》", dt.date(2024, 3, 1), "《档案法实施条例》"),
    )
)
SHORT = re.compile(r"以下(?:统称|简称)(《[^《》]{1,20}》)")
GENERIC = frozenset(
    {"条例", "办法", "规定", "意见", "方案", "通知", "规划", "细则", "纲要", "计划", "决定", "预案"}
)
CITED = re.compile(
    rf"(?<=[{HAN}])(?P<open>[\[(（【〔\uff3b])(?P<year>\d{{2}}|(?:19|20)\d{{2}})"
    r"(?P<shut>[\])）】〕\uff3d])(?P<th>第?)(?P<zero>0{0,5})\d{1,5}(?P<end>号?)"
)
PERSONAL = re.compile(r"(?<![\dA-Za-z])(?:\d{17}[\dXx]|1[3-9]\d{9}|\d{16}|\d{19})(?![\dA-Za-z])")
WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
LONGEST, SPECIAL = 5000, 4000
BURDEN, PRIVACY = dt.date(2024, 8, 6), dt.date(2021, 11, 1)
CLOSINGS = tuple(
    (re.compile(words), frozenset(kinds.split()))
    for words, kinds in (
        (r"特此报告|以上报告，请审[阅议]", "报告"),
        (r"特此通知", "通知"),
        (r"特此通报", "通报"),
        (r"(?:特此批复|(?<!在)此复)[。！]?$", "批复 函"),
        (r"特此函[复达告]|请予?函复|盼复|为盼", "函"),
        (r"特此公告", "公告"),
        (r"特此通告", "通告"),
        (r"[妥当]否，请[批指]示|以上请示，请予批复", "请示"),
        (r"现提请审议", "议案"),
    )
)
DOWN = re.compile(
    r"请(?:各[^，。]{0,10})?(?:认真|严格|结合实际[^，。]{0,6})?(?:遵照|贯彻)(?:执行|落实)"
)
UP = re.compile(r"请予?(?:批示|批复|审批|批准|审阅|审示)(?=[。！]|$)")
DOWNWARD = frozenset({"通知", "通报", "批复", "决定", "公告", "通告", "决议", "公报", "纪要"})


def cited_title_first(text: Text) -> Iterator[Hit]:
    form = re.compile(
        rf"(?P<number>[{HAN}]{{2,10}}[〔\[(（]\d{{4}}[〕\])）]\d{{1,5}}号)(?:文件?)?"
        r"(?P<title>《[^《》]{2,100}》)"
    )
    for line in text.lines(*WORDS):
        for found in form.finditer(line.text):
            lead = re.match(
                r"(?:[\u4e00-\u9fff]*?(?:根据|依据|按照|依照|遵照|贯彻|落实|执行|见|与|和|及))?",
                found["number"],
            )
            start = found.start() + (lead.end() if lead else 0)
            number = line.text[start : found.end("number")]
            if line.own[start] != "\ufffc":
                yield Hit(line.place, start, found.end(), f"{found['title']}（{number}）")


def repealed(text: Text) -> Iterator[Hit]:
    for line in text.lines("body", "attachments"):
        for form, since, new in REPEALED:
            if text.day is not None and text.day < since:
                continue
            for found in form.finditer(line.text):
                if not re.search(r"废止|停止执行|失效|原", line.text):
                    yield Hit(line.place, *found.span(), None, {"new": new})


def short_form(text: Text) -> Iterator[Hit]:
    """A 《short》 form used before it is introduced, or without being introduced at all."""
    for lines in text.bodies:
        defined: set[str] = set()
        reported: set[str] = set()
        for line in lines:
            at = {found.start(1): found[1] for found in SHORT.finditer(line.text)}
            for found in re.finditer(r"《([^《》]{2,12})》", line.text):
                name = found[0]
                if found.start() in at:
                    defined.add(name)
                elif name not in defined | reported and _is_short(name, found[1], lines):
                    reported.add(name)
                    yield Hit(line.place, *found.span())


def _is_short(name: str, words: str, lines: tuple[Line, ...]) -> bool:
    return words in GENERIC or any(
        name == found[1] for line in lines for found in SHORT.finditer(line.text)
    )


def answers_what(text: Text) -> Iterator[Hit]:
    if text.genre == "批复" or (text.genre == "函" and "复函" in text.title[-4:]):
        for line in text.lines("body"):
            if "收悉" in line.text:
                before = line.text[: line.text.index("收悉")]
                if not ("《" in before and re.search(r"〔\d{4}〕\d+号", before)):
                    at = line.text.index("收悉")
                    yield Hit(line.place, 0, at)
                return


def cited_number(text: Text) -> Iterator[Hit]:
    for line in text.lines(*WORDS):
        for found in CITED.finditer(line.own):
            sound = (found["open"], found["shut"]) == ("〔", "〕") and len(found["year"]) == 4
            if sound and not found["th"] and not found["zero"] and found["end"]:
                continue
            if found["end"] or found["open"] == "〔":
                yield Hit(line.place, found.start("open"), found.end())


def too_long(text: Text, facts: Facts) -> Iterator[Hit]:
    length = sum(len(re.sub(r"\s", "", line.text)) for line in text.body_lines)
    limit = SPECIAL if facts.is_special else LONGEST
    if length > limit and text.genre not in ("公报", "决议"):
        yield Hit("body", 0, 0, None, {"length": length, "limit": limit})


def personal(text: Text, facts: Facts) -> Iterator[Hit]:
    public = facts.is_public
    if public is None:
        public = "公开" in text.note and "不公开" not in text.note
        public = public or "公示" in text.title or text.genre in ("公告", "通告")
    for line in text.lines("body", "attachments") if public else ():
        for found in PERSONAL.finditer(line.text):
            if _is_personal(found[0]):
                yield Hit(line.place, *found.span())


def _is_personal(digits: str) -> bool:
    if len(digits) == 18:
        total = sum(int(sign) * weight for sign, weight in zip(digits, WEIGHTS, strict=False))
        return "10X98765432"[total % 11] == digits[-1].upper()
    if len(digits) == 11:
        return True
    doubled = [int(sign) * (2 if n % 2 else 1) for n, sign in enumerate(reversed(digits))]
    return sum(n - 9 if n > 9 else n for n in doubled) % 10 == 0


def closing_of_kind(text: Text) -> Iterator[Hit]:
    if text.last is None or not text.genre:
        return
    for form, kinds in CLOSINGS:
        for found in form.finditer(text.last.own):
            asks = text.genre == "报告" and kinds == {"请示"}  # that is R05
            if text.genre not in kinds and not asks:
                yield Hit(text.last.place, *found.span(), None, {"kind": text.genre})


def closing_of_direction(text: Text) -> Iterator[Hit]:
    if text.last is None:
        return
    form = DOWN if text.genre in UPWARD else UP if text.genre in DOWNWARD else None
    if (
        text.genre == "意见"
        and DOWN.search(text.last.own)
        and re.search(r"请批转|供参考", text.last.own)
    ):
        form = re.compile(r"请批转|供参考")
    for found in form.finditer(text.last.own) if form else ():
        yield Hit(text.last.place, *found.span(), None, {"kind": text.genre})


U, W = Severity.UNLESS, Severity.WARNING
G, R, S, P, L = Basis.LAYOUT, Basis.REGULATION, Basis.STANDARD, Basis.PRACTICE, Basis.LAW
USUAL = "实务通常"
WE = "江川市农业科学研究所"
ASK = {"kind": "请示", "title": f"{WE}关于增加编制的请示", "signers": ["李华"]}
TELL = {"kind": "报告", "title": f"{WE}关于春耕情况的报告", "signers": ["李华"]}
REPLY = {"kind": "批复", "title": f"{WE}关于同意设立小区的批复"}


def body(*lines: str) -> tuple[dict[str, str], ...]:
    return tuple({"body": line} for line in lines)


RULES = (
    Rule("X01", W, P, USUAL, WORDS,
         _("A citation gives the title first, then the number in brackets."), cited_title_first,
         body("根据江政发〔2026〕3号《关于做好防火工作的通知》，通知如下。"),
         body("根据《江川市人民政府关于做好防火工作的通知》（江政发〔2026〕3号），通知如下。")),
    Rule("X02", W, S, "GB/T 15834", WORDS,
         _("The title of a document that is cited stands in 《》."), pattern(BARE.pattern),
         body("根据市政府关于做好防火工作的通知要求，现通知如下。"),
         body("根据《市政府关于做好防火工作的通知》要求，现通知如下。")),
    Rule("X03", U, R, "条例 第二十条（一）、第四十二条", ("body", "attachments"),
         _("“%(found)s” is no longer in force; see %(new)s."), repealed,
         ("依据《国家行政机关公文处理办法》办理。", "文件格式执行GB/T 9704-1999。"),
         ("依据《党政机关公文处理工作条例》办理。",
          {"date": "2010年3月5日", "body": "依据《国家行政机关公文处理办法》办理。"})),
    Rule("X04", W, P, USUAL, ("body", "attachments"),
         _("The short form %(found)s is used before it is introduced (以下简称)."), short_form,
         ("按照《条例》规定办理。",
          "按照《总体规划》推进，实施《江川市总体规划》（以下简称《总体规划》）。"),
         ("根据《公文处理工作条例》（以下简称《条例》），按照《条例》办理。",)),
    Rule("X05", W, P, USUAL, ("body",), _("An answer cites title and number of what it answers."),
         answers_what, ({**REPLY, "body": "来文收悉。现批复如下。"},),
         ({**REPLY, "body": "你站《关于设立小区的请示》（江农站〔2026〕5号）收悉。现批复如下。"},)),
    Rule("X06", W, G, "GB/T 9704 7.2.5", WORDS,
         _("The number cited, “%(found)s”, is not written like 〔2026〕3号; check it against "
           "the original."), cited_number,
         body("根据《防火通知》（江政发(2026)3号）办理。",
              "根据《防火通知》（江政发〔2026〕第3号）办理。"),
         body("根据《防火通知》（江政发〔2026〕3号）办理。")),
    Rule("Z01", W, R, "整治形式主义为基层减负若干规定 第二条", ("body",),
         _("The body has %(length)s characters; the limit is %(limit)s (a special task: 4000)."),
         too_long, ("各单位要认真落实安全生产责任制。" * 330,),
         ("各单位要认真落实安全生产责任制。" * 200,), BURDEN, asks=("is_special",)),
    Rule("Z02", W, L, "个人信息保护法", ("body", "attachments"),
         _("“%(found)s” looks like personal data, in a text that will be published."), personal,
         ({"note": "（此件公开发布）", "body": "联系电话13800000000。"},
          {"note": "（此件公开发布）", "body": "身份证号11010519491231002X。"}),
         ({"note": "（此件公开发布）", "body": "联系电话138****0000。"},
          {"note": "", "body": "联系电话13800000000。"}), PRIVACY, asks=("is_public",)),
    Rule("C01", W, P, USUAL, ("body",), _("“%(found)s” does not close a %(kind)s."),
         closing_of_kind,
         ({**ASK, "body": "拟增加编制2名。\n特此报告。"}, {"body": "请按时参会。\n特此报告。"}),
         ({**ASK, "body": "拟增加编制2名。\n妥否，请批示。"},
          {"body": "请按时参会。\n特此通知。"})),
    Rule("C02", W, P, USUAL, ("body",), _("“%(found)s” goes the wrong way for a %(kind)s."),
         closing_of_direction,
         ({**TELL, "body": "春耕已经完成。\n请遵照执行。"}, {"body": "请按时参会。\n请批示。"}),
         ({**TELL, "body": "春耕已经完成。\n特此报告。"},
          {"body": "请按时参会。\n请认真贯彻执行。"})),
)  # fmt: skip
