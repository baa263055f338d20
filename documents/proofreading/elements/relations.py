"""R: 行文关系 (条例 第十三至十七条、第二十二条). Who stands where comes from Facts."""

from __future__ import annotations

import re
from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from documents.proofreading.facts import Facts
from documents.proofreading.rule import Basis, Hit, Rule, Severity, whole
from documents.proofreading.text import ORDERS, UPWARD, Text, squeezed

LOWER = re.compile(r"^各?(?:所属|下属|直属)")
PERSON = re.compile(
    r"(?:同志|先生|女士|书记|[局院所厅处科部校站市县省区镇乡]长|主任|主席|总理|董事长|总经理|经理)[:：]?$"
)
ASKS = re.compile(
    r"妥否|(?<!应)当否(?![决定认])|(?<![报呈提申])请给予(?:批准|批复)"
    r"|(?<![报呈提申])请(?:予)?(?:批示|批复|审批|批准)(?!部门|机关|单位|人|权|事项)"
)
VERB = (
    "申请|请求|购[买置]|采购|增加|解决|追加|成立|调整|拨付|新建|建设|招聘|聘用|更新|配备|举办|开展|修缮"
    "|维修|改造|租赁|变更|设立"
)
TWO_MATTERS = re.compile(rf"关于(?:{VERB}).{{2,30}}?(?:和|及|并|以及)(?:{VERB})")
UNIT = r"(?:单位|公司|中心|大学|学院|医院|[局委厅部院所办校站馆])"
OUTSIDE = re.compile(r"[省市县局]|委员会|政府|大学|公司|银行|医院")
OPINION = re.compile(r"我[局所院站委厅部办校馆]|我(?:单位|中心)|意见|建议|同意|认为")
COMMANDERS = re.compile(r"政府|国务院|军委|主席|人大|委员会$|部$|总局$|署$")


def several_addressees(text: Text) -> Iterator[Hit]:
    lines = list(text.lines("addressees"))
    if text.genre in UPWARD and (len(text.addressees) > 1):
        first = lines[0] if "addressees" in text.typed else lines[1]
        yield whole(first)


def copied_down(text: Text, facts: Facts) -> Iterator[Hit]:
    if text.genre not in UPWARD:
        return
    for n, name in enumerate(text.copy_to):
        if LOWER.match(name) or facts.relation(name) == "subordinate":
            yield _name(text, "copy_to", n)


def to_a_person(text: Text) -> Iterator[Hit]:
    for n, name in enumerate(text.addressees):
        if PERSON.search(name):
            yield _name(text, "addressees", n)


def two_matters(text: Text) -> Iterator[Hit]:
    found = TWO_MATTERS.search(text.heading) if text.genre == "请示" else None
    if found:
        yield Hit("title", *found.span())


def request_in_report(text: Text) -> Iterator[Hit]:
    if text.genre == "报告":
        for line in text.lines("body"):
            for found in ASKS.finditer(line.own):
                yield Hit(line.place, *found.span())


def skipped_level(text: Text, facts: Facts) -> Iterator[Hit]:
    for n, name in enumerate(text.addressees):
        between = (facts.passed_over or {}).get(name, "")
        if between and between not in text.copy_to:
            hit = _name(text, "addressees", n)
            yield Hit(hit.place, hit.start, hit.end, None, {"between": between})


def signer_named(text: Text, facts: Facts) -> Iterator[Hit]:
    # () is a draft: the name comes with the signature.
    if text.genre in UPWARD and not text.signers and facts.signatures != ():
        yield Hit("signers")


def signer_only_upward(text: Text, facts: Facts) -> Iterator[Hit]:
    upward = any(facts.relation(name) == "superior" for name in text.addressees)
    if text.genre and text.genre not in UPWARD | {"意见"} and not upward:
        for line in text.lines("signers"):
            yield whole(line)


def inner_unit(text: Text) -> Iterator[Hit]:
    outside = [name for name in text.addressees if OUTSIDE.search(name) and "各" not in name]
    for n, name in enumerate(text.institution):
        if outside and re.search(r"(?:科|股|科室)$", name) and not name.endswith("办公室"):
            yield _name(text, "institution", n)


def asks_a_stranger(text: Text, facts: Facts) -> Iterator[Hit]:
    if text.genre == "请示":
        for n, name in enumerate(text.addressees):
            if facts.relation(name) in ("peer", "other"):
                yield _name(text, "addressees", n)


def answers_a_stranger(text: Text, facts: Facts) -> Iterator[Hit]:
    if text.genre == "批复":
        for n, name in enumerate(text.addressees):
            if facts.relation(name) not in ("", "subordinate"):
                yield _name(text, "addressees", n)


def orders_a_peer(text: Text) -> Iterator[Hit]:
    if text.genre == "函":
        form = re.compile(r"请?(?:认真|严格)?(?:遵照|贯彻)执行|务必|必须(?:按时|按期|立即)")
        for line in text.lines("body"):
            for found in form.finditer(line.own):
                yield Hit(line.place, *found.span())


def how_we_address(text: Text, facts: Facts) -> Iterator[Hit]:
    relations = {facts.relation(name) for name in text.addressees}
    if text.genre in UPWARD or relations & {"superior", "peer"}:
        form = re.compile(rf"(?<![\u4e00-\u9fff]迷)你{UNIT}")
    elif text.genre in ("批复", "通报", "决定", "通知") or relations == {"subordinate"}:
        form = re.compile(rf"贵{UNIT}")
    else:
        return
    for line in text.lines("body"):
        for found in form.finditer(line.own):
            yield Hit(line.place, *found.span())


def not_ours_to_use(text: Text) -> Iterator[Hit]:
    who = "".join(text.institution)
    if text.genre in ORDERS | {"议案"} and who and not COMMANDERS.search(who):
        yield Hit("title", 0, len(text.title), None, {"kind": text.genre})


def raw_forwarding(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.forwarded is None or not text.body_lines:
        return
    theirs = squeezed(facts.forwarded)
    own = "".join(line.text for line in text.body_lines if squeezed(line.text) not in theirs)
    if not OPINION.search(own):
        yield whole(text.body_lines[-1])


def signature_each(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.signatures and len(text.institution) > 1:
        signed = {each.institution for each in facts.signatures}
        if missing := [name for name in text.institution if name not in signed]:
            yield Hit("signers", 0, 0, None, {"missing": "、".join(missing)})


def principal_signs(text: Text, facts: Facts) -> Iterator[Hit]:
    if text.genre in UPWARD and facts.signatures:
        last = facts.signatures[-1]
        if not any(each.is_principal or each.is_authorised for each in facts.signatures):
            yield Hit("signers", 0, 0, None, {"signer": last.name})


def changed_after(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.changed_since and text.body:
        yield Hit("body")


def named_twice(text: Text) -> Iterator[Hit]:
    for n, name in enumerate(text.copy_to):
        if name in text.addressees:
            yield _name(text, "copy_to", n)


def not_consulted(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.consulted is None:
        return
    others = {name for name, how in (facts.relations or {}).items() if how in ("peer", "other")}
    for name in sorted(others - facts.consulted - set(text.addressees)):
        for line in text.lines("body"):
            if (at := line.own.find(name)) >= 0:
                yield Hit(line.place, at, at + len(name))
                break


def approval_stated(text: Text, facts: Facts) -> Iterator[Hit]:
    if facts.approved_by:
        form = re.compile(rf"经{re.escape(facts.approved_by)}[^，。；]{{0,12}}(?:同意|批准|授权)")
        if not any(form.search(line.text) for line in text.lines("body")):
            yield Hit("body", 0, 0, None, {"body": facts.approved_by})


def adopted_by(text: Text) -> Iterator[Hit]:
    if text.genre == "决议":
        words = "".join(line.text for line in text.lines("title", "body"))
        if not re.search(r"\d{4}年\d{1,2}月\d{1,2}日[^。]{0,60}会议?[^。]{0,20}通过", words):
            yield Hit("body")


def _name(text: Text, element: str, n: int) -> Hit:
    """A hit on one name of a list, wherever the list stands."""
    name = getattr(text, element)[n]
    if element in text.typed:
        at = max(text.typed[element].find(name), 0)
        return Hit(element, at, at + len(name))
    return Hit(f"{element}/{n}", 0, len(name))


E, U, W = Severity.ERROR, Severity.UNLESS, Severity.WARNING
G, R, P = Basis.LAYOUT, Basis.REGULATION, Basis.PRACTICE
WE, TO, OTHER = "江川市农业科学研究所", "江川市农业农村局", "江川市财政局"
ASK = {"kind": "请示", "title": f"{WE}关于增加编制的请示", "addressees": [TO], "signers": ["李华"]}
TELL = {
    "kind": "报告",
    "title": f"{WE}关于春耕工作情况的报告",
    "addressees": [TO],
    "signers": ["李华"],
}
WRITE = {"kind": "函", "title": f"{WE}关于商请支持试验用地的函", "addressees": [OTHER]}
REPLY = {"kind": "批复", "title": f"{WE}关于同意设立试验小区的批复"}
HEAD = {"name": "李华", "on": "2026-03-05", "is_principal": True}
DEPUTY = {"name": "王明", "on": "2026-03-05"}
PAIR = ["江川市农业科学研究所", "江川市林业科学研究所"]
SIGNS = [{**HEAD, "institution": PAIR[0]}, {**HEAD, "institution": PAIR[1]}]
KNOWN = {TO: "superior", OTHER: "peer", "江川大学": "other", "所属试验站": "subordinate"}
FIELD = "我所与江川市林业局共建试验林。"

RULES = (
    Rule("R01", U, R, "条例 第十五条（一）", ("addressees",),
         _("A document to superiors has in principle one main addressee; send the others a copy."),
         several_addressees, ({**ASK, "addressees": [TO, OTHER]},),
         ({**ASK, "copy_to": [OTHER]},)),
    Rule("R02", E, R, "条例 第十五条（一）", ("copy_to",),
         _("A document to superiors is not copied to a lower body: “%(found)s”."), copied_down,
         ({**ASK, "copy_to": ["所属试验站"]},
          {**ASK, "copy_to": ["城东站"], "facts": {"relations": {"城东站": "subordinate"}}}),
         ({**ASK, "copy_to": [OTHER]},), asks=("relations",)),
    Rule("R03", U, R, "条例 第十五条（五）", ("addressees",),
         _("A document is sent to a body, not to a leader in person: “%(found)s”."), to_a_person,
         ({**ASK, "addressees": ["张局长"]},), (ASK,)),
    Rule("R04", W, R, "条例 第十五条（四）", ("title",),
         _("A request holds one matter; “%(found)s” looks like two. Write one request for each."),
         two_matters, ({**ASK, "title": f"{WE}关于增加编制和购置车辆的请示"},), (ASK,)),
    Rule("R05", E, R, "条例 第十五条（四）", ("body",),
         _("A report must not carry a request (“%(found)s”); write a request for it."),
         request_in_report,
         ({**TELL, "body": "春耕已经完成。\n妥否，请批示。"},
          {**TELL, "body": "所需经费，请予批准。\n特此报告。"}),
         ({**TELL, "body": "春耕已经完成。\n特此报告。"},
          {**TELL, "body": "应当否决的方案，请审批部门复核。"})),
    Rule("R06", U, R, "条例 第十四条", ("addressees",),
         _("A document that skips a level is copied to the body skipped: %(between)s."),
         skipped_level,
         ({**ASK, "addressees": ["江川市人民政府"],
           "facts": {"passed_over": {"江川市人民政府": TO}}},),
         ({**ASK, "addressees": ["江川市人民政府"], "copy_to": [TO],
           "facts": {"passed_over": {"江川市人民政府": TO}}},), asks=("passed_over",)),
    Rule("R07", E, R, "条例 第九条（六）", ("signers",),
         _("A document to superiors names who signed it for issue (签发人)."), signer_named,
         ({**ASK, "signers": []},), (ASK, {**ASK, "signers": [], "facts": {"signatures": []}}),
         asks=("signatures",)),
    Rule("R08", W, G, "GB/T 9704 7.2.6", ("signers",),
         _("签发人 is printed only on documents to superiors."), signer_only_upward,
         ({"signers": ["李华"]},), (ASK, {"signers": []}), asks=("relations",)),
    Rule("R09", E, R, "条例 第十七条", ("institution",),
         _("An inner unit does not write outside in its own name: “%(found)s”."), inner_unit,
         ({**WRITE, "institution": ["江川市农业科学研究所人事科"]},),
         (WRITE, {"institution": ["江川市农业科学研究所人事科"]})),
    Rule("R10", U, R, "条例 第八条（十一）（十四）", ("addressees",),
         _("%(found)s is not our superior: approval is asked of it by letter (函)."),
         asks_a_stranger, ({**ASK, "addressees": [OTHER], "facts": {"relations": KNOWN}},),
         ({**ASK, "facts": {"relations": KNOWN}},), asks=("relations",)),
    Rule("R11", U, R, "条例 第八条（十二）（十四）", ("addressees",),
         _("%(found)s is not a lower body of ours: it is answered by letter (函)."),
         answers_a_stranger,
         ({**REPLY, "addressees": ["江川大学"], "facts": {"relations": KNOWN}},),
         ({**REPLY, "addressees": ["所属试验站"], "facts": {"relations": KNOWN}},),
         asks=("relations",)),
    Rule("R12", W, P, "实务通常", ("body",),
         _("A letter goes to a body we do not command; “%(found)s” is the tone of an order."),
         orders_a_peer, ({**WRITE, "body": "请遵照执行。"}, {**WRITE, "body": "请务必支持。"}),
         ({**WRITE, "body": "请予支持为盼。"},)),
    Rule("R13", W, P, "实务通常", ("body",),
         _("“%(found)s” does not suit this addressee: 你 is said downward, 贵 on one level."),
         how_we_address,
         ({**ASK, "body": "现就你局来文请示如下。"}, {**REPLY, "body": "贵站来文收悉。"}),
         ({**ASK, "body": "现就市局来文请示如下。"}, {**REPLY, "body": "你站来文收悉。"}),
         asks=("relations",)),
    Rule("R14", U, R, "条例 第八条（三）（十三）", ("title",),
         _("%(kind)s is not a kind of document that this institution may use."), not_ours_to_use,
         ({"kind": "命令", "title": f"{WE}嘉奖命令"},),
         ({"kind": "决定", "title": f"{WE}关于表彰先进的决定"},)),
    Rule("R15", W, R, "条例 第十五条（三）", ("body",),
         _("A lower body's request that is passed up carries our own opinion."), raw_forwarding,
         ({**ASK, "body": "城东站拟增加编制2名。",
           "facts": {"forwarded": "城东站拟增加编制2名。"}},),
         ({**ASK, "body": "城东站拟增加编制2名。\n我所意见：同意增加。",
           "facts": {"forwarded": "城东站拟增加编制2名。"}},), asks=("forwarded",)),
    Rule("R16", E, R, "条例 第二十二条", ("signers",),
         _("A joint document is signed by every issuer; missing: %(missing)s."), signature_each,
         ({"institution": PAIR, "facts": {"signatures": SIGNS[:1]}},),
         ({"institution": PAIR, "facts": {"signatures": SIGNS}},), asks=("signatures",)),
    Rule("R17", U, R, "条例 第二十二条", ("signers",),
         _("A document to superiors is signed by the principal; %(signer)s signed without “代”."),
         principal_signs, ({**ASK, "facts": {"signatures": [DEPUTY]}},),
         ({**ASK, "facts": {"signatures": [HEAD]}},
          {**ASK, "facts": {"signatures": [{**DEPUTY, "is_authorised": True}]}}),
         asks=("signatures",)),
    Rule("R18", U, R, "条例 第二十五条（一）", ("body",),
         _("The text was changed in substance after signature: the same person signs again."),
         changed_after, ({"facts": {"changed_since": True}},),
         ({"facts": {"changed_since": False}},), asks=("changed_since",)),
    Rule("R19", W, P, "实务通常", ("copy_to",),
         _("“%(found)s” stands among the main addressees and among the copies."), named_twice,
         ({"addressees": [OTHER], "copy_to": [OTHER]},),
         ({"addressees": [OTHER], "copy_to": [TO]},)),
    Rule("R20", W, R, "条例 第十九条（六）、第二十条（三）", ("body",),
         _("The text touches %(found)s, whose consent is not on record."), not_consulted,
         ({"body": FIELD, "facts": {"relations": {"江川市林业局": "peer"}, "consulted": []}},),
         ({"body": FIELD,
           "facts": {"relations": {"江川市林业局": "peer"}, "consulted": ["江川市林业局"]}},),
         asks=("consulted", "relations")),
    Rule("R21", W, R, "条例 第十六条（二）", ("body",),
         _("A matter approved by the government says so: 经%(body)s同意."), approval_stated,
         ({"body": "现就有关事项通知如下。", "facts": {"approved_by": "市政府"}},),
         ({"body": "经市政府同意，现就有关事项通知如下。", "facts": {"approved_by": "市政府"}},),
         asks=("approved_by",)),
    Rule("R22", W, R, "条例 第八条（一）", ("body",),
         _("A resolution states the meeting that adopted it and the day."), adopted_by,
         ({"kind": "决议", "title": f"{WE}关于工作报告的决议", "body": "同意工作报告。"},),
         ({"kind": "决议", "title": f"{WE}关于工作报告的决议",
           "body": "（2026年3月5日职工代表大会第二次会议通过）\n同意工作报告。"},)),
)  # fmt: skip
