"""T: 标题 (条例 第九条（七）: 发文机关名称, 事由, 文种)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Hit, Rule, Severity, pattern, whole
from documents.proofreading.text import KINDS, TAIL, Text, kind_at_end, squeezed

E, U, W = Severity.ERROR, Severity.UNLESS, Severity.WARNING
UNLISTED = (
    "办法", "规定", "细则", "规则", "制度", "方案", "规划", "计划", "预案", "要点", "总结", "汇报",
    "简报", "申请", "申请书", "条例", "准则", "章程",
)  # fmt: skip
SHORT = frozenset({"公告", "通告", "令", "命令", "纪要", "公报"})
ABOUT = re.compile(r"关于|印发|转发|批转|对")
BODY = re.compile(
    r"(?:政府|国务院|[局委厅部院所办室处科站校馆队会社府署]|中心|大学|学院|医院|集团|公司|基地|总队)$"
)
MERGED = re.compile(r"(?:请示|报告|通知|通报|决定)(?:报告|请示|通知|通报|函|意见|批复)$")
EVENTS = (
    "活动|行动|宣传周|活动周|活动月|生产月|宣传月|宣传日|论坛|大会|会议|培训班|竞赛|大赛|比赛|工程"
    "|博览会"
)
LEFT = (
    r"(?<![A-Za-z])(?:X{2,}|x{3,})(?![A-Za-z])|\uff38{2,}|(?<!\d)×{2,}(?!\d)|\{\{|\}\}"
    r"|[（(【]?待补(?:充|全|正)?(?=[）)】。，；]|$)"
)


def ends_with_kind(text: Text) -> Iterator[Hit]:
    for line in text.lines("title"):
        bare = TAIL.sub("", line.text.rstrip("。，、；：！？.,;:!? "))
        if not kind_at_end(bare) and not bare.endswith(UNLISTED):
            yield Hit(line.place, max(len(bare) - 2, 0), len(bare))


def kind_as_chosen(text: Text) -> Iterator[Hit]:
    at_end = kind_at_end(text.title)
    if text.kind and at_end and not at_end.endswith(text.kind) and not text.kind.endswith(at_end):
        at = text.title.rindex(at_end)
        words = {"kind": text.kind, "other": at_end}
        yield Hit("title", at, at + len(at_end), text.kind if text.kind in KINDS else None, words)


def three_parts(text: Text) -> Iterator[Hit]:
    title = text.heading
    if not title or text.genre in SHORT or title.endswith(UNLISTED):
        return
    about = ABOUT.search(title)
    if not about or "的" not in title[about.end() :]:
        yield Hit("title", 0, len(title))
    elif about.start() == 0:
        only = text.institution[0] if len(text.institution) == 1 else None
        yield Hit("title", 0, 0, only)


def one_kind(text: Text) -> Iterator[Hit]:
    found = MERGED.search(TAIL.sub("", text.heading))
    if found and "征求意见" not in text.heading:
        yield Hit("title", *found.span())


def listed_kind(text: Text) -> Iterator[Hit]:
    bare = TAIL.sub("", text.title)
    name = next((name for name in UNLISTED if bare.endswith(name)), "")
    if name:
        yield Hit("title", len(bare) - len(name), len(bare))


def events(text: Text) -> Iterator[Hit]:
    form = re.compile(rf"《([^《》]{{1,40}}(?:{EVENTS}))》")
    for line in text.lines("title", "body"):
        for found in form.finditer(line.text):
            yield Hit(line.place, *found.span(), f"“{found[1]}”")


def lines_by_meaning(text: Text) -> Iterator[Hit]:
    lengths = [len(line.strip()) for line in text.typed.get("title_lines", "").split("\n")]
    if len(lengths) < 2:
        return
    stump = min(lengths[0], lengths[-1]) * 3 < max(lengths)
    waist = any(
        before > middle < after
        for before, middle, after in zip(lengths, lengths[1:], lengths[2:], strict=False)
    )
    if stump or waist:
        yield Hit("title", 0, len(text.title))


def placeholders(text: Text) -> Iterator[Hit]:
    everywhere = re.compile(LEFT)
    places = (
        "number",
        "institution",
        "title",
        "addressees",
        "body",
        "signature",
        "note",
        "copy_to",
    )
    for line in text.lines(*places):
        for found in everywhere.finditer(line.own):
            # In a body 王×× may be meant.
            level = U if line.place.startswith("body") and "{" not in found[0] else None
            yield Hit(line.place, *found.span(), severity=level)
    for line in text.lines("title"):
        for found in re.finditer(r"【(?!特急|加急|特提|平急|急件)[^【】]{0,40}】|_{2,}", line.own):
            yield Hit(line.place, *found.span())
    for line in text.lines("attachments"):
        for found in re.finditer(r"\{\{|\}\}|[（【]待补(?:充|全)?[）】]", line.own):
            yield Hit(line.place, *found.span())


def too_long(text: Text, facts: Facts) -> Iterator[Hit]:
    for line in text.lines("title"):
        if len(line.text) > facts.title_limit:
            yield whole(line, length=len(line.text), limit=facts.title_limit)


def same_issuer(text: Text, facts: Facts) -> Iterator[Hit]:
    about = ABOUT.search(text.title)
    issuers = text.institution or text.signature
    if not about or not about.start() or not issuers:
        return
    named = re.sub(r"^[【\[（(].{1,6}[】\]）)]", "", text.title[: about.start()])
    if not BODY.search(named):
        return
    names = [squeezed(name) for name in (*text.institution, *text.signature)]
    for full in issuers:
        names += [squeezed(name) for name in (facts.short_names or {}).get(full, ())]
    given = squeezed(named)
    for name in sorted(names, key=len, reverse=True):
        given = given.replace(name, "")
    if given not in ("", "和", "与"):
        short = _shortens(given, squeezed("".join(issuers)))
        words = {"issuer": "、".join(issuers)}
        yield Hit("title", 0, about.start(), None, words, W if short else None)


def _shortens(short: str, full: str) -> bool:
    """Tell whether a name is the other one with some characters left out."""
    rest = iter(full)
    return all(sign in rest for sign in short)


G, R, S, P = Basis.LAYOUT, Basis.REGULATION, Basis.STANDARD, Basis.PRACTICE
ON = ("title",)
WE = "江川市农业科学研究所"
GOOD = (f"{WE}关于做好春季防火工作的通知",)

RULES = (
    Rule("T01", U, R, "条例 第八条、第九条（七）", ON,
         _("The title does not end with one of the fifteen kinds of document."), ends_with_kind,
         (f"{WE}关于春季防火的工作安排",), GOOD),
    Rule("T02", E, R, "条例 第八条、第二十条（四）", ON,
         _("The document was begun as a %(kind)s, but its title ends with %(other)s."),
         kind_as_chosen, ({"kind": "请示", "title": f"{WE}关于增加编制的报告"},),
         ({"kind": "请示", "title": f"{WE}关于增加编制的请示"},
          {"kind": "函", "title": f"{WE}关于合作办学的复函"})),
    Rule("T03", W, R, "条例 第九条（七）", ON,
         _("A title has three parts: the issuing body, the matter, and the kind of document."),
         three_parts, ("放假通知", "关于做好春季防火工作的通知"), GOOD),
    Rule("T04", U, R, "条例 第八条", ON,
         _("One document has one kind; “%(found)s” runs two together."), one_kind,
         (f"{WE}关于增加编制的请示报告",), (f"{WE}关于增加编制的请示",)),
    Rule("T05", W, R, "条例 第八条", ON,
         _("“%(found)s” is not a kind of document; it is issued under a notice: "
           "关于印发《…》的通知."), listed_kind, (f"{WE}考勤管理办法",),
         (f"{WE}关于印发《考勤管理办法》的通知",)),
    Rule("T06", W, S, "GB/T 15834", ON, _("A title takes no mark at its end."),
         pattern(r"[。，、；：！？.,;:!?]+\s*$", "", on=ON), (f"{GOOD[0]}。",), GOOD),
    Rule("T07", W, P, "实务通常", ON,
         _("Inside a title only quotation marks, brackets and a needed 、 are used, no "
           "“%(found)s”."), pattern(r"[，。；：！？,;:!?](?=.)", on=ON),
         (f"{WE}关于加强人事，资产管理的通知",), (f"{WE}关于加强人事和资产管理的通知",)),
    Rule("T08", W, S, "GB/T 15834", ("title", "body"),
         _("《》 is for documents, rules, books and papers; an activity takes “”."), events,
         (f"{WE}关于开展《安全生产月》活动的通知", f"{WE}关于组织参加《春雨行动》的通知"),
         (f"{WE}关于开展“安全生产月”活动的通知",)),
    Rule("T09", W, P, "实务通常", ON,
         _("Notices are not stacked: name the document that is passed on in 《》."),
         pattern(r"通知的通知$|转发[^《]*转发", on=ON),
         (f"{WE}转发市农业农村局关于做好春耕工作的通知的通知",),
         (f"{WE}转发《市农业农村局关于做好春耕工作的通知》的通知",)),
    Rule("T10", W, G, "GB/T 9704 7.2.3", ON,
         _("Urgency is marked at the head of the page, not in the title."),
         pattern(r"[【\[（(]?(?:特急|特提|加急|急件|平急)[】\]）)]?", "", on=ON),
         (f"【特急】{WE}关于报送数据的通知",), (f"{WE}关于报送数据的通知",)),
    Rule("T11", W, G, "GB/T 9704 7.3.1", ON,
         _("The lines of a title form a trapezium or a diamond, and words are kept whole."),
         lines_by_meaning, ({"typed": {"title_lines": f"{WE}关于做好春季森林防火工作\n的通知"}},),
         ({"typed": {"title_lines": f"{WE}\n关于做好春季森林防火工作的通知"}},)),
    Rule("T12", E, P, "实务通常", ON,
         _("“%(found)s” is left over from a model; write what belongs here."), placeholders,
         (f"{WE}关于XXX的通知", f"{WE}关于【事由】的通知", {"body": "请于×××前报送材料。"},
          {"body": "联系人{{name}}。"}),
         (f"{WE}关于换届的通知", {"body": "完成率为90%×1.2，见第XXI卷。"})),
    Rule("T13", W, P, "实务通常（没有规定限制字数）", ON,
         _("The title has %(length)s characters, more than the %(limit)s the office allows "
           "itself; no clause sets a limit."), too_long,
         (f"{WE}关于{'进一步加强和改进' * 5}春季防火工作的通知",), GOOD, asks=("title_limit",)),
    Rule("T14", E, R, "条例 第九条（七）（十一）", ON,
         _("The title names “%(found)s”, but the document is issued by %(issuer)s."), same_issuer,
         ("江川市农科院关于做好春季防火工作的通知", "农业研究所关于做好防火工作的通知"), GOOD,
         asks=("short_names",)),
)  # fmt: skip
