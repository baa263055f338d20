"""M: 版头, 主送, 附注 and 版记 (GB/T 9704 7.2 to 7.4; 保密法)."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Hit, Rule, Severity, pattern, whole
from documents.proofreading.text import ORDERS, PUBLIC, Text
from office.files.names import CLASSIFIED

GRADES = {"绝密": 30, "机密": 20, "秘密": 10}
MARK = re.compile(r"(绝密|机密|秘密)★(\S{1,40})")
TERM = re.compile(r"(绝密|机密|秘密)★(\d{1,3})年")
LOOSE = re.compile(r"(绝密|机密|秘密)\s*[☆*\uff0a·\-—]?\s*(\d{1,3}(?:年|个月))")
PAPER, TELEGRAM = ("特急", "加急"), ("特提", "特急", "加急", "平急")
BODY = r"[\u4e00-\u9fff]{2,30}(?:[局委厅部院所办室处科站校馆队会府]|中心|单位|公司|学校)"
BODIES = re.compile(rf"{BODY}(?:[、，]{BODY}){{0,20}}\s*[:;；,，。]?\s*")
SECRET_LAW = dt.date(2024, 5, 1)


def copies_numbered(text: Text) -> Iterator[Hit]:
    if text.classification and not text.copy_number:
        yield Hit("copy_number")
    for line in text.lines("copy_number"):
        if not re.fullmatch(r"\d{6}", line.text.strip()):
            yield Hit(line.place, 0, len(line.text), None, {}, Severity.WARNING)


def level_and_term(text: Text) -> Iterator[Hit]:
    for line in text.lines("classification"):
        typed = line.text.strip()
        if not MARK.fullmatch(typed):
            found = LOOSE.fullmatch(typed)
            yield whole(line, f"{found[1]}★{found[2]}" if found else None)


def term_within(text: Text) -> Iterator[Hit]:
    for line in text.lines("classification"):
        found = TERM.fullmatch(line.text.strip())
        if found and int(found[2]) > GRADES[found[1]]:
            yield whole(line, None, grade=found[1], most=GRADES[found[1]])


def not_in_this_system(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.is_accredited:
        return
    for line in text.lines("classification"):
        yield whole(line)
    for line in text.lines("title", "body", "attachments"):
        for found in CLASSIFIED.finditer(line.own):
            yield Hit(line.place, *found.span())


def urgency(text: Text) -> Iterator[Hit]:
    legal = TELEGRAM if "电" in text.number else PAPER
    for line in text.lines("urgency"):
        if line.text.strip() not in legal:
            yield whole(line, None, legal="、".join(legal))


def addressees_colon(text: Text) -> Iterator[Hit]:
    lines = list(text.lines("addressees"))
    for line in lines:
        if found := re.search(r"[:;；，,。.]\s*$", line.text):
            yield Hit(line.place, *found.span(), "：" if "addressees" in text.typed else "")
        elif "addressees" in text.typed and not line.text.rstrip().endswith("："):
            yield Hit(line.place, len(line.text), len(line.text), "：")
    expected = text.genre not in PUBLIC | ORDERS | {"纪要", "决定", "决议"}
    if expected and not lines and text.body_lines and BODIES.fullmatch(text.body_lines[0].text):
        yield whole(text.body_lines[0], text.body_lines[0].text.rstrip(" :;；，,。") + "：")


def copies_stop(text: Text) -> Iterator[Hit]:
    if "copy_to" in text.typed:
        for line in text.lines("copy_to"):
            if not line.text.rstrip().endswith("。"):
                at = len(line.text.rstrip("；;，,.、 "))
                yield Hit(line.place, at, len(line.text), "。")
    else:
        for line in text.lines("copy_to"):
            if found := re.search(r"[;；，,.、]\s*$", line.text):
                yield Hit(line.place, *found.span(), "")


def note_in_brackets(text: Text) -> Iterator[Hit]:
    for line in text.lines("note"):
        typed = line.text.strip()
        if not (typed.startswith("（") and typed.endswith("）")):
            inner = typed.strip("()（）")
            yield whole(line, f"（{inner}）" if inner else None)


def signer_colon(text: Text) -> Iterator[Hit]:
    for line in text.lines("signers"):
        found = re.match(r"\s*签\s*发\s*人([\s\u3000]*[:;；]?[\s\u3000]*|$)", line.text)
        if found and not re.match(r"\s*签\s*发\s*人：", line.text):
            yield Hit(line.place, *found.span(1), "：")


def contact(text: Text) -> Iterator[Hit]:
    if text.genre == "请示" and not re.search(r"联系人|联系电话|电话", text.note):
        yield Hit("note", 0, len(text.note))


def letter_without_imprint(text: Text) -> Iterator[Hit]:
    if text.format == "letter":
        for line in text.lines("printed_by", "printed_on"):
            yield whole(line)


def separators(text: Text) -> Iterator[Hit]:
    for name in ("addressees", "copy_to"):
        alike = all(re.fullmatch(r"各[^各]{1,4}", each) for each in getattr(text, name))
        for line in text.lines(name):
            flat = alike and "、" not in line.text and line.text.count("，") > 1
            if flat or re.search(r"[,;；]", line.text[:-1]):
                yield whole(line)


def attendance(text: Text) -> Iterator[Hit]:
    named = any("出席" in line.text or "参加" in line.text[:6] for line in text.lines("body"))
    if text.genre == "纪要" and text.body_lines and not named:
        yield Hit("body")


E, U, W = Severity.ERROR, Severity.UNLESS, Severity.WARNING
G, R, L, P = Basis.LAYOUT, Basis.REGULATION, Basis.LAW, Basis.PRACTICE
WE = "江川市农业科学研究所"
ASK = {"kind": "请示", "title": f"{WE}关于增加编制的请示", "addressees": ["江川市农业农村局"],
       "signers": ["李华"]}  # fmt: skip

RULES = (
    Rule("M01", E, R, "条例 第九条（一）、GB/T 9704 7.2.1", ("copy_number",),
         _("Copies of a classified document are numbered, normally with six digits."),
         copies_numbered, ({"classification": "机密★5年"}, {"copy_number": "12"}),
         ({"classification": "机密★5年", "copy_number": "000012"}, {"copy_number": ""})),
    Rule("M02", E, L, "保密法 第二十二条、条例 第九条（二）", ("classification",),
         _("A classification is written as level, star and term: 机密★5年."), level_and_term,
         ("机密 5年", "秘密"), ("机密★5年", "秘密★6个月"), SECRET_LAW),
    Rule("M03", U, L, "保密法 第二十条", ("classification",),
         _("The term of %(grade)s is at most %(most)s years unless otherwise provided."),
         term_within, ("秘密★20年",), ("秘密★10年", "机密★20年"), SECRET_LAW),
    Rule("M04", E, L, "保密法 第三十一条", ("classification",),
         _("Classified text may not be kept in this system: hand the paper to the confidential "
           "clerk."), not_in_this_system,
         ("机密★5年", {"body": "机密★5年\n现将有关情况通报如下。"}), ("",),
         asks=("is_accredited",)),
    Rule("M05", E, R, "条例 第九条（三）", ("urgency",),
         _("“%(found)s” is no degree of urgency; there are %(legal)s."), urgency, ("急件", "紧急"),
         ("加急", {"urgency": "特提", "number": "江农发电〔2026〕3号"})),
    Rule("M06", E, G, "GB/T 9704 7.3.2", ("addressees",),
         _("After the last main addressee stands a colon of full width."), addressees_colon,
         ({"addressees": ["各试验站:"]}, {"addressees": "各试验站、各科室:"},
          {"addressees": [], "body": "江川市财政局\n现将有关事项函告如下。"}),
         ({"addressees": ["各试验站"]}, {"addressees": "各试验站、各科室："})),
    Rule("M07", E, G, "GB/T 9704 7.4.2", ("copy_to",),
         _("After the last copy stands a full stop."), copies_stop,
         ({"copy_to": "抄送：市财政局"}, {"copy_to": "抄送：市财政局；"}),
         ({"copy_to": "抄送：市财政局。"}, {"copy_to": ["市财政局"]})),
    Rule("M08", E, G, "GB/T 9704 7.3.6", ("note",), _("A note stands in brackets of full width."),
         note_in_brackets, ("此件公开发布", "(此件公开发布)"), ("（此件公开发布）",)),
    Rule("M09", E, G, "GB/T 9704 7.2.6", ("signers",), _("“签发人” takes a colon of full width."),
         signer_colon, ({**ASK, "signers": "签发人 李华"}, {**ASK, "signers": "签发人:李华"}),
         ({**ASK, "signers": "签发人：李华"}, ASK)),
    Rule("M10", W, G, "GB/T 9704", ("body", "attachments", "note"),
         _("Subject words (主题词) have not been printed since July 2012."),
         pattern(r"^\s*主\s*题\s*词\s*[:：].*", on=("body", "attachments", "note")),
         ("请按要求报送。\n主题词：农业 科研 通知",), ("请按要求报送。",)),
    Rule("M11", W, P, "实务通常", ("note",),
         _("A request gives a contact and telephone in its note."), contact,
         ({**ASK, "note": ""},), ({**ASK, "note": "（联系人：王五，电话：8321000）"},)),
    Rule("M12", W, G, "GB/T 9704 10.1", ("printed_by", "printed_on"),
         _("In the format of a letter, printing office and date are not printed."),
         letter_without_imprint, ({"format": "letter", "printed_by": f"{WE}办公室"},),
         ({"format": "letter"}, {"printed_by": f"{WE}办公室"})),
    Rule("M13", W, P, "实务通常", ("addressees",),
         _("Bodies of one kind are parted by 、, kinds by ，."), separators,
         ({"addressees": "各试验站，各科室，各基地："},),
         ({"addressees": "各试验站、各科室："},
          {"addressees": "各县、区人民政府，市政府各部门，各直属单位："},
          {"addressees": "各市（州）市场监督管理局，省直有关部门，各直属单位："})),
    Rule("M14", W, G, "GB/T 9704 10.3", ("body",), _("Minutes list who was present (出席)."),
         attendance,
         ({"kind": "纪要", "title": f"{WE}所长办公会议纪要", "body": "会议议定如下事项。"},),
         ({"kind": "纪要", "title": f"{WE}所长办公会议纪要",
           "body": "会议议定如下事项。\n出席：李华、王明"},)),
)  # fmt: skip
