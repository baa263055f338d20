"""Fill the braces of a text with what its day gives; change it as a second draft changes."""
# ruff: noqa: E501 (words)

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from random import Random

from documents.demo.texts.shape import Text
from office.workdays import calendar

ONES = "一二三四"
# What a text ends with: whatever is added to it stands before.
CLOSING = re.compile(r"^(?:特此|妥否|此复|此函|请予|出席：|列席：|以上意见|本决定)")
# What a reviewer misses, and what is then written, by kind.
MISSED: dict[str, tuple[tuple[str, str], ...]] = {
    "通知": (
        ("请补充联络员要求。", "各科室应当确定1名联络员，名单于{d6}前报办公室。"),
        ("请写明由谁汇总、向谁报告。", "工作进展由牵头科室汇总，按月向分管领导报告。"),
        ("请补充督促检查的安排。", "办公室将适时了解落实情况，结果纳入年度考核。"),
    ),
    "报告": (
        ("请补充存在的困难，不要只写成绩。", "工作中仍有人员力量不足、个别环节衔接不畅等问题，需要在下一步工作中解决。"),
        ("请写明组织保障。", "中心由分管负责同志牵头调度，责任落实到科室和个人。"),
    ),
    "请示": (
        ("请补充组织实施的安排。", "该项工作由分管负责同志牵头，相关科室按职责分工落实，完成情况及时报告。"),
        ("请写明监督措施。", "实施过程接受财务、纪检人员全程监督，重要环节留存记录。"),
    ),
    "函": (
        ("请补充具体承办科室，便于对方联系。", "我中心由质量数据科、标准信息科按职责分别对接，办理中的问题可随时联系。"),
        ("请写明对方提供材料的保管责任。", "有关材料由专人保管，仅限本项工作使用，用后按要求退还或者销毁。"),
    ),
    "批复": (
        ("请补充完成后报告的要求。", "实施完成后15日内，将有关情况书面报告中心。"),
        ("请写明纪律要求。", "实施中应当严格执行财务和采购制度，自觉接受监督。"),
    ),
    "纪要": (("请补充督办要求。", "会议议定事项由办公室列入督办台账，逐项跟踪落实。"),),
}  # fmt: skip


class Day(dict[str, str]):
    """What the braces stand for on a day, and further pieces."""

    def __init__(self, day: dt.date, pieces: Mapping[str, str]) -> None:
        last = day.replace(day=1) - calendar.ONE_DAY
        quarter = (day.month - 1) // 3
        after = day.month % 12 + 1
        super().__init__(
            y=str(day.year), y0=str(day.year - 1), y1=str(day.year + 1), m=str(day.month),
            m0=str(last.month), m1=str(after), ym=str(last.year),
            yn=str(day.year + (after == 1)), q=f"第{ONES[quarter]}季度",
            q0=f"第{ONES[quarter - 1]}季度", yq=str(day.year - (quarter == 0)), **pieces,
        )  # fmt: skip
        self.day = day

    def __missing__(self, key: str) -> str:
        if key[0] == "d":
            return spoken(calendar.after(self.day, int(key[1:])))
        low, high = (int(part) for part in key[1:].split("_"))
        return str(Random(f"{self.day:%Y-%m} {key}").randint(low, high))  # noqa: S311


def spoken(day: dt.date) -> str:
    """Return a day as it stands on paper: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def filled(text: Text, day: dt.date, pieces: Mapping[str, str], more: str = "") -> Text:
    """Return a text as it is written on a day; `more` is added before its closing words."""
    values = Day(day, pieces)
    lines = text.body.strip().splitlines()
    if more:
        at = next((n for n, line in enumerate(lines) if CLOSING.match(line)), len(lines))
        lines.insert(at, more)
    return text._replace(
        title=text.title.format_map(values), body="\n".join(lines).format_map(values),
        note=text.note.format_map(values),
        annexes=tuple((name.format_map(values), body) for name, body in text.annexes),
    )  # fmt: skip


def missed(kind: str, chance: Random) -> tuple[str, str]:
    """Return what a reviewer misses in a text of this kind, and the words that mend it."""
    return chance.choice(MISSED.get(kind, MISSED["通知"]))


def careless(text: Text) -> Text:
    """Return a filled text as a hurried first draft has it: with something that must be mended."""
    if text.kind == "报告":
        return text._replace(body=text.body.replace("特此报告。", "以上报告妥否，请批示。"))
    if text.kind == "请示":
        return text._replace(title=text.title.removesuffix("请示") + "报告")
    wrong, right = ("", "》") if "》" in text.body else ("。。", "。")
    return text._replace(body=text.body.replace(right, wrong, 1))
