"""Letters that are answered by a dispatch: the one place where a receipt leads to one."""

from __future__ import annotations

import re
from random import Random
from typing import TYPE_CHECKING

from documents.demo import papers
from documents.demo.letters.shape import Letter
from documents.demo.life.letters import NAMES
from documents.demo.senders import SENDERS
from documents.demo.texts import ANSWERS, WORK
from documents.demo.texts.shape import Answer, Text
from documents.demo.writing.course import Draft
from documents.drafting.models import Dispatch
from office.demo.people import INSTITUTION

if TYPE_CHECKING:
    from documents.demo.life.days import Life
    from documents.receipt.models import IncomingDocument

RELATIONS = {sender.name: sender.relation for sender in SENDERS}
# Which letters are answered with which kind.
FITS = {
    "批复": ("subordinate", ("请示",)), "函": ("peer", ("函",)),
    "报告": ("superior", ("通知",)), "通知": ("superior", ("通知",)),
}  # fmt: skip
RESULTS = {
    "批复": "经审核，拟予同意，批复已起草送审。", "函": "经研究同意，复函已起草送审。",
    "报告": "情况报告已起草送审。", "通知": "已结合实际提出贯彻意见，转发通知已起草送审。",
}  # fmt: skip
REMARK = "题名含所转发文件全称，不宜压缩。"
YOU = {"批复": "你单位", "函": "贵单位"}
FATES = ("", "", "careless", "head", "", "office", "", "suggested", "", "leader", "withdrawn")


def answer_to(letter: Letter, *, share: float = 1) -> Answer | None:
    """Return what is written to a letter, or None when it is answered in another way.

    `share` is the part of the answers that is wanted.
    """
    if letter.nature != "handling" or not letter.organ_code:
        return None
    chance = Random(letter.title)  # noqa: S311
    for answer in ANSWERS:
        relation, kinds = FITS[answer.kind]
        fits = RELATIONS[letter.sender] == relation and letter.kind in kinds
        if fits and re.search(answer.about, letter.title):
            return answer if chance.random() < answer.share * share else None
    return None


def text_of(letter: Letter, answer: Answer) -> Text:
    """Return what is written to a letter, its braces yet to be filled."""
    to = ("各科室", "各分中心") if answer.kind == "通知" else (letter.sender,)
    return Text(
        "", answer.kind, answer.title, answer.body, to=to, direction=answer.direction,
        units=answer.units, remark=REMARK,
    )  # fmt: skip


def reply(letter: Letter, answer: Answer, row: IncomingDocument, life: Life) -> Draft:
    """Return the dispatch that answers a letter, linked with its row, yet to be begun."""
    chance = Random(f"{letter.title} {row.pk}")  # noqa: S311
    return Draft(
        text_of(letter, answer), life, chance, fate=chance.choice(FATES), origin=row,
        pieces=pieces(letter, answer),
        origin_kind=Dispatch.Origin.FORWARDS if answer.kind == "通知" else Dispatch.Origin.REPLIES,
    )  # fmt: skip


def pieces(letter: Letter, answer: Answer) -> dict[str, str]:
    """Return what the braces of an answer stand for."""
    found = re.search(answer.about, letter.title)
    assert found  # noqa: S101  it was chosen by this
    body = letter.sender.removeprefix(INSTITUTION)
    title = letter.title.removeprefix(letter.sender).removeprefix(body)
    number = papers.number(letter)
    matter = re.search(r"关于(?:商请|协助)?(.+?)的函$", letter.title)
    named = found.groupdict().get("w")
    name = title if answer.kind in YOU else letter.title
    done, got, lacks = WORK[letter.lead]
    return {
        "done": done, "got": got, "lacks": lacks,
        "s": letter.sender, "b": body, "u": NAMES[letter.lead],
        "you": f"你{body[-3:]}" if body.endswith("分中心") else YOU.get(answer.kind, ""),
        "their": f"《{name.replace('《', '〈').replace('》', '〉')}》（{number}）",
        "w": named or (matter[1] if matter else ""),
    }  # fmt: skip
