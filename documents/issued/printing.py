"""发文稿纸: the sheet that goes with a draft: who said what and signed when, then the text.

The boxes of the form stand side by side; what does not fit a box is signed there and goes on in
full on a further sheet. Words of the form are data.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from documents.drafting.models import Dispatch, Remark
from documents.drafting.services.issuing import typeset
from documents.drafting.workflow import State
from documents.issued.tables import acting
from office.desk.models import WorkItem
from office.files.papers import joined
from office.printing import pdf

# Which box of the sheet the words of a step stand in; words of any other step go to the annex.
BOXES = (
    ("签发", ("sign", "note_signature")), ("会签", ("countersign", "note_countersign")),
    ("核稿", ("check",)), ("审核", ("review",)),
)  # fmt: skip
OUTSIDE = frozenset({"note_signature", "note_countersign"})
# How the annex calls the steps whose words stand in no box.
STEPS = {
    "send_back": "退回", "withdraw": "撤回", "refuse": "不予发文", "void": "作废",
    "annotate": "补记", "recheck": "复核", "revise": "复核改动", "sign": "此前签发",
    "note_signature": "此前签发", "countersign": "会签", "check": "核稿", "review": "审核",
}  # fmt: skip
BOX_CHARACTERS, BOX_LINES = 14, 8  # of an opinion in a box; two lines more for who and when
ENDED = {State.VOID: "作废", State.NOT_ISSUED: "不予发文"}


@dataclass(frozen=True)
class Said:
    """One opinion as the sheet shows it: words, unit, signature, day."""

    text: str
    signature: str
    at: str
    unit: str = ""
    step: str = ""
    is_whole: bool = True

    @property
    def lines(self) -> int:
        parts = self.text.splitlines() or [""]
        return 1 + sum(len(part) // BOX_CHARACTERS + 1 for part in parts)

    @property
    def alone(self) -> list[Said]:
        return [self]


@dataclass(frozen=True)
class Box:
    """One box of the form. When it overflows, its opinions are on the annex in full."""

    name: str
    said: Sequence[Said]

    @property
    def overflows(self) -> bool:
        return sum(each.lines for each in self.said) > BOX_LINES


@dataclass(frozen=True)
class Rubric:
    """One rubric of the annex, as `print/rubric.html` draws it: a row for each opinion."""

    name: str
    said: Sequence[Said]
    more: int = 0
    is_whole: bool = False


def drafting_sheet(row: Dispatch) -> bytes:
    """Return 发文稿纸 as PDF, the text as it prints bound behind it.

    Raises Refused, which names a character without a font.
    """
    sheet = pdf("print/dispatch_sheet.html", _facts(row))
    return joined([sheet, typeset(row)]) if row.title and row.body else sheet


def _facts(row: Dispatch) -> dict[str, Any]:
    remarks: list[Remark] = row.papers(Remark, "author", "on_behalf_of", "unit")
    boxes = [Box(name, _in_box(row, remarks, steps)) for name, steps in BOXES]
    others = [_said(row, remark) for remark in _others(row, remarks)]
    annex = [Rubric(box.name, box.said) for box in boxes if box.overflows]
    if others:
        annex.append(Rubric("其他记载", others))
    return {
        "row": row,
        "rows_of_boxes": [boxes[:2], boxes[2:]],
        "annex": annex,
        "annexes": [annex.title for annex in row.annex_list],
        "copies": _copies(row),
        "ended": ENDED.get(State(row.state), ""),
        "begun": _day(row.begun_at),
        "dated": _written(row.dated_on),
        "work": {step: _who_did(row, step) for step in ("recheck", "print", "seal")},
        "digest": " ".join(row.signed_digest[at : at + 8] for at in range(0, 64, 8)).strip(),
    }


def _in_box(row: Dispatch, remarks: Iterable[Remark], steps: Sequence[str]) -> list[Said]:
    return [_said(row, each) for each in remarks if each.step in steps and _holds(row, each)]


def _others(row: Dispatch, remarks: Iterable[Remark]) -> list[Remark]:
    boxed = {step for _name, steps in BOXES for step in steps}
    return [each for each in remarks if each.step not in boxed or not _holds(row, each)]


def _holds(row: Dispatch, remark: Remark) -> bool:
    """Tell whether a signature still holds: a changed text is signed anew."""
    if remark.step not in BOXES[0][1]:
        return True
    return any(each.remark_id == remark.pk for each in row.signature_list)


def _said(row: Dispatch, remark: Remark) -> Said:
    signature = acting(remark.author.name, getattr(remark.on_behalf_of, "name", None))
    is_outside = remark.step in OUTSIDE
    part = next((p for p in row.countersign_list if p.remark_id == remark.pk), None)
    step = STEPS.get(remark.step, "")
    if part is not None and part.agrees is False:
        step = "会签：不同意"
    return Said(
        remark.text, f"{signature}录入" if is_outside else signature, _day(remark.written_at),
        "" if is_outside else remark.unit.short_name, step,
    )  # fmt: skip


def _who_did(row: Dispatch, step: str) -> str:
    """Return who did a step last, and on which day."""
    last = None
    for item in row.items:
        if item.step == step and item.outcome == WorkItem.Outcome.DONE:
            last = item
    if last is None or last.done_by is None:
        return ""
    name = acting(last.done_by.name, getattr(last.on_behalf_of, "name", None))
    return f"{name}　{_day(last.done_at)}"


def _copies(row: Dispatch) -> str:
    """Say how many copies were printed, and under which numbers."""
    if row.copies_printed is None:
        return ""
    firsts = [copy.first_number for copy in row.copy_list if copy.first_number is not None]
    if not firsts:
        return f"{row.copies_printed} 份"
    return f"{row.copies_printed} 份（份号 {min(firsts)}–{min(firsts) + row.copies_printed - 1}）"


def _day(moment: Any) -> str:
    return _written(timezone.localtime(moment).date()) if moment else ""


def _written(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""
