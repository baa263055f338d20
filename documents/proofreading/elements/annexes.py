"""A: 附件说明 and the attachments themselves (GB/T 9704 7.3.4, 7.3.7)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from documents.proofreading.rule import Basis, Hit, Rule, Severity
from documents.proofreading.text import Line, Text, squeezed

CHINESE = "一二三四五六七八九十"
LABEL = re.compile(rf"^\s*(?P<label>附\s*件(?P<no>[{CHINESE}\d]{{0,3}}))\s*(?P<colon>[:：;；]?)\s*")
NUMBER = re.compile(r"(?P<no>\d{1,2})(?P<dot>[.\uff0e、,，])\s*")
ANOTHER = re.compile(rf"[；;]\s*附\s*件[{CHINESE}\d]")
SEEN = re.compile(r"(?:见|详见|按照?|填写|填报)附件\s*(\d{1,2})")


@dataclass(frozen=True)
class Entry:
    """One attachment as it is listed: the line, where its number and its name stand."""

    line: Line
    label: re.Match[str] | None
    number: re.Match[str] | None
    start: int

    @property
    def name(self) -> str:
        return self.line.text[self.start :].strip()


def entries(text: Text) -> list[Entry]:
    """The names as listed at the end of the body, else the titles of the attachments."""
    lines = text.listed or tuple(
        Line(f"attachments/{n}/title", each.title) for n, each in enumerate(text.attachments)
    )
    found = []
    for line in lines:
        label = LABEL.match(line.text)
        if label and not text.listed and not (label["no"] or label["colon"]):
            label = None  # a title that merely begins with the word
        at = label.end() if label else len(line.text) - len(line.text.lstrip())
        number = NUMBER.match(line.text, at)
        found.append(Entry(line, label, number, number.end() if number else at))
    return found


def names(text: Text) -> list[Entry]:
    """Entries that name something: a bare “附件：” on a line of its own does not."""
    return [each for each in entries(text) if each.name]


def colon(text: Text) -> Iterator[Hit]:
    for each in entries(text):
        if each.label and each.label["colon"] != "：":
            start, end = each.label.span("colon")
            yield Hit(each.line.place, start, end, "：")


def lone_number(text: Text) -> Iterator[Hit]:
    listed = names(text)
    if len(listed) == 1 and listed[0].number:
        yield Hit(listed[0].line.place, *listed[0].number.span(), "")
    elif len(listed) == 1 and not ANOTHER.search(listed[0].line.text):
        label = listed[0].label
        if label and label["no"]:
            yield Hit(listed[0].line.place, *label.span("no"), "")


def several(text: Text) -> Iterator[Hit]:
    listed = names(text)
    if len(listed) < 2 and not any(ANOTHER.search(each.line.text) for each in listed):
        return
    for n, each in enumerate(listed, 1):
        if each.label and (each.label["no"] or n > 1):
            yield Hit(each.line.place, *each.label.span("label"))
        elif each.number and each.number["dot"] not in ".\uff0e":
            yield Hit(each.line.place, *each.number.span("dot"), ".")
        elif text.listed and (each.number or {"no": 0})["no"] != str(n):
            yield Hit(each.line.place, each.start, each.start + 1)


def no_mark_after(text: Text) -> Iterator[Hit]:
    for each in names(text):
        if found := re.search(r"[；;。，,、.]\s*$", each.line.text):
            yield Hit(each.line.place, *found.span(), "")


def no_title_marks(text: Text) -> Iterator[Hit]:
    for each in names(text):
        if found := re.fullmatch(
            r"《([^《》]{1,200})》([；;。，,]?)\s*", each.line.text[each.start :]
        ):
            inner = found[1].replace("〈", "《").replace("〉", "》")
            yield Hit(each.line.place, each.start, each.start + len(found[0].rstrip()), inner)


def list_equals_pages(text: Text) -> Iterator[Hit]:
    if not text.listed or not text.attachments:
        return
    listed = names(text)
    for each, page in zip(listed, text.attachments, strict=False):
        if squeezed(each.name) != squeezed(page.title):
            end = each.start + len(each.name)
            yield Hit(each.line.place, each.start, end, None, {"page": page.title})
    if len(listed) != len(text.attachments):
        line = text.listed[-1]
        words = {"page": f"{len(listed)} ≠ {len(text.attachments)}"}
        yield Hit(line.place, 0, len(line.text), None, words)


def label_on_page(text: Text) -> Iterator[Hit]:
    for n, each in enumerate(text.attachments):
        if found := re.fullmatch(r"附件\d{0,2}([:：])", each.label):
            yield Hit(f"attachments/{n}/label", *found.span(1), "")
        elif found := re.match(r"附件\d{0,2}([:：])\s*(?:\n|$)", each.body):
            yield Hit(f"attachments/{n}/body/0", *found.span(1), "")


def exists(text: Text) -> Iterator[Hit]:
    most = max(len(text.attachments), len(names(text)))
    for line in text.lines("body"):
        for found in SEEN.finditer(line.own):
            if int(found[1]) > most:
                yield Hit(line.place, *found.span(), None, {"most": most})


def issued_text(text: Text) -> Iterator[Hit]:
    found = re.search(r"(?:印发|转发|批转)《([^《》]{1,100})", text.title)
    for each in names(text) if found and text.listed else []:
        if squeezed(each.name) and squeezed(found[1] if found else "").endswith(
            squeezed(each.name)
        ):
            yield Hit(each.line.place, each.start, each.start + len(each.name))


E, W = Severity.ERROR, Severity.WARNING
G, R, P = Basis.LAYOUT, Basis.REGULATION, Basis.PRACTICE
LIST, PAGE = "GB/T 9704 7.3.4", "GB/T 9704 7.3.7"
ON = ("body", "attachments")
WORDS = "请按要求报送。\n"
TWO = [{"title": "预算表", "body": "略"}, {"title": "名单", "body": "略"}]
LISTED = f"{WORDS}附件：1.预算表\n2.名单"
ISSUE = "江川市农业科学研究所关于印发《考勤办法》的通知"

RULES = (
    Rule("A01", E, G, LIST, ON, _("“附件” takes a colon of full width."), colon,
         (f"{WORDS}附件:预算表", f"{WORDS}附件 预算表"), (f"{WORDS}附件：预算表",)),
    Rule("A02", W, P, "实务通常", ON, _("A single attachment takes no number."), lone_number,
         (f"{WORDS}附件：1.预算表", {"attachments": [{"title": "1.预算表", "body": "略"}]}),
         (f"{WORDS}附件：预算表", {"attachments": TWO})),
    Rule("A03", E, G, LIST, ON,
         _("Several attachments stand after one “附件：”, numbered 1. 2. 3."), several,
         (f"{WORDS}附件一：预算表；附件二：名单", f"{WORDS}附件1：预算表\n附件2：名单",
          f"{WORDS}附件：1、预算表\n2、名单"), (LISTED,)),
    Rule("A04", E, G, LIST, ON, _("No mark stands after the name of an attachment."),
         no_mark_after,
         (f"{WORDS}附件：1.预算表；\n2.名单。",
          {"attachments": [{"title": "预算表。", "body": "略"}]}), (LISTED,)),
    Rule("A05", W, P, "实务通常", ON, _("The name of an attachment stands without 《》."),
         no_title_marks, (f"{WORDS}附件：《预算表》",), (f"{WORDS}附件：预算表",)),
    Rule("A06", E, G, PAGE, ON,
         _("The list of attachments and the attachments differ in number, order or title: "
           "%(page)s."), list_equals_pages,
         ({"body": LISTED, "attachments": TWO[:1]}, {"body": LISTED, "attachments": TWO[::-1]}),
         ({"body": LISTED, "attachments": TWO},)),
    Rule("A07", W, G, PAGE, ON, _("The label on the page of an attachment takes no colon."),
         label_on_page,
         ({"attachments": [{"title": "预算表", "body": "略", "label": "附件1："}]},),
         ({"attachments": [{"title": "预算表", "body": "略", "label": "附件1"}]},)),
    Rule("A08", W, R, "条例 第二十条（四）", ON,
         _("The text refers to an attachment that is not there; there are %(most)s."), exists,
         ({"body": "名额分配见附件3。", "attachments": TWO},),
         ({"body": "名额分配见附件2。", "attachments": TWO},)),
    Rule("A09", W, P, "实务通常（各地做法不一）", ON,
         _("The text that is issued or passed on follows the notice; it is not listed as an "
           "attachment."), issued_text, ({"title": ISSUE, "body": f"{WORDS}附件：考勤办法"},),
         ({"title": ISSUE, "body": WORDS}, {"title": ISSUE, "body": f"{WORDS}附件：预算表"})),
)  # fmt: skip
