"""Text: what is proofread. The elements of a document (条例 第九条) and the places in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

KINDS = (
    "决议", "决定", "命令", "令", "公报", "公告", "通告", "意见", "通知", "通报", "报告", "请示",
    "批复", "议案", "函", "纪要",
)  # fmt: skip
UPWARD = frozenset({"请示", "报告"})
ORDERS = frozenset({"命令", "令"})
PUBLIC = frozenset({"公告", "通告", "公报"})
WORDS = ("title", "body", "attachments", "note")  # where the drafter's own sentences stand
ORDER = (
    "copy_number", "classification", "urgency", "mark", "number", "signers", "institution", "kind",
    "title", "addressees", "body", "signature", "date", "note", "attachments", "copy_to",
    "printed_by", "printed_on",
)  # fmt: skip
BLANK = "\ufffc"
DAY = re.compile(r"^(\d{4})年(\d{1,2})月(\d{1,2})日")
OLD_DAY = re.compile(
    r"^([\u3007○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
ONES = {sign: n for n, sign in enumerate("零一二三四五六七八九")} | {"\u3007": 0, "○": 0}
LISTED = re.compile(r"^\s*附\s*件[一二三四五六七八九十\d]{0,3}\s*(?:[:：;；]|[\s\u3000]\s*\S)")
LISTED_ON = re.compile(r"^\s*(?:附件[一二三四五六七八九十\d]{0,3}[:：]|\d{1,2}\s*[.\uff0e、])\s*\S")
TAIL = re.compile(r"（[^（）]{0,20}）$")
ADDRESS = re.compile(
    r"https?://[!-~]{1,500}|(?<![!-~])www\.[!-~]{1,200}"
    r"|(?<![A-Za-z0-9._+-])[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,100}"
)
QUOTES = {"》": "《", "”": "“"}
MOST_TITLE_TAIL = 200


@dataclass(frozen=True)
class Attachment:
    """附件: its title, its text, and the label on its page where it was typed (“附件1”)."""

    title: str
    body: str = ""
    label: str = ""


@dataclass(frozen=True)
class Line:
    """One line of an element: where it stands, and what was typed there."""

    place: str
    text: str

    @cached_property
    def own(self) -> str:
        """The line with quotations and addresses blanked: what may be corrected."""
        return _blanked(self.text)


@dataclass(frozen=True)
class Text:
    """A document as it is read. Empty is “not there”; dates are as they stand on paper.

    `typed` holds whole lines where marks belong to the line (主送, 抄送, 签发人), as they were
    typed; from a form, which has no such marks, it is empty.
    """

    institution: tuple[str, ...] = ()
    kind: str = ""
    title: str = ""
    number: str = ""
    addressees: tuple[str, ...] = ()
    body: str = ""
    attachments: tuple[Attachment, ...] = ()
    signature: tuple[str, ...] = ()
    date: str = ""
    note: str = ""
    copy_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: str = ""
    signers: tuple[str, ...] = ()
    urgency: str = ""
    classification: str = ""
    copy_number: str = ""
    format: str = "general"
    mark: str = ""
    typed: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def genre(self) -> str:
        """文种: as chosen, else the one the title ends with; “” when it ends with none."""
        return self.kind or kind_at_end(self.title)

    @cached_property
    def day(self) -> dt.date | None:
        """成文日期 as a day, where it is one."""
        return day_of(self.date)

    @cached_property
    def printed_day(self) -> dt.date | None:
        """印发日期 as a day, where it is one."""
        return day_of(self.printed_on)

    @cached_property
    def heading(self) -> str:
        """The title without quotations."""
        return _blanked(self.title)

    @cached_property
    def _body(self) -> tuple[Line, ...]:
        lines = self.body.split("\n")
        return tuple(Line(f"body/{n}", line) for n, line in enumerate(lines))

    @cached_property
    def listed(self) -> tuple[Line, ...]:
        """附件说明 where it was typed at the end of the body."""
        lines = [line for line in self._body if line.text.strip()]
        for at in range(len(lines) - 1, -1, -1):
            if LISTED.match(lines[at].text):
                before = at > 0 and LISTED.match(lines[at - 1].text)
                if not before:
                    return tuple(lines[at:])
            elif not LISTED_ON.match(lines[at].text):
                return ()
        return ()

    @cached_property
    def body_lines(self) -> tuple[Line, ...]:
        """The lines of the body that are not empty, without the 附件说明."""
        listed = {line.place for line in self.listed}
        return tuple(line for line in self._body if line.text.strip() and line.place not in listed)

    @cached_property
    def last(self) -> Line | None:
        """The last paragraph of the body: where a closing formula stands."""
        return self.body_lines[-1] if self.body_lines else None

    @cached_property
    def bodies(self) -> tuple[tuple[Line, ...], ...]:
        """The body and each attachment, line by line: what has headings and numbers of its own."""
        return (self.body_lines, *(self._attached(n) for n in range(len(self.attachments))))

    def _attached(self, n: int) -> tuple[Line, ...]:
        lines = self.attachments[n].body.split("\n")
        return tuple(
            Line(f"attachments/{n}/body/{m}", line) for m, line in enumerate(lines) if line.strip()
        )

    def lines(self, *elements: str) -> Iterator[Line]:
        """Yield the lines of elements, in the order given."""
        for name in elements:
            yield from self._lines[name]

    @cached_property
    def _lines(self) -> dict[str, tuple[Line, ...]]:
        return {name: tuple(self._element(name)) for name in ORDER}

    def _element(self, name: str) -> Iterator[Line]:
        if name == "body":
            yield from self.body_lines
        elif name == "attachments":
            for n, attachment in enumerate(self.attachments):
                yield Line(f"attachments/{n}/title", attachment.title)
                yield from self.bodies[n + 1]
        elif name in self.typed:
            yield Line(name, self.typed[name])
        else:
            value = getattr(self, name)
            if isinstance(value, str):
                yield from [Line(name, value)] if value else []
            else:
                yield from (Line(f"{name}/{n}", each) for n, each in enumerate(value))

    def at(self, place: str) -> str:
        """Return what is typed at a place; “” where nothing is."""
        name, _, rest = place.partition("/")
        if name == "body":
            return self._body[int(rest)].text if rest else self.body
        if name == "attachments" and rest:
            number, _, part = rest.partition("/")
            value: str = getattr(self.attachments[int(number)], part.partition("/")[0])
            line = part.partition("/")[2]
            return value.split("\n")[int(line)] if line else value
        if not rest:
            value = self.typed.get(name) or getattr(self, name)
            return value if isinstance(value, str) else "、".join(value)
        return str(getattr(self, name)[int(rest)])

    def mended(self, place: str, start: int, end: int, words: str) -> Text:
        """Return the text with the characters of one place replaced."""
        line = self.at(place)
        line = line[:start] + words + line[end:]
        name, _, rest = place.partition("/")
        if name == "body":
            return replace(self, body=_with_line(self.body, int(rest), line))
        if name == "attachments":
            number, _, part = rest.partition("/")
            key, _, at = part.partition("/")
            old = self.attachments[int(number)]
            value = _with_line(old.body, int(at), line) if at else line
            new = replace(old, **{key: value})
            return replace(self, attachments=_with(self.attachments, int(number), new))
        if rest:
            values: Any = _with(getattr(self, name), int(rest), line)
            return replace(self, **{name: values})
        if name in self.typed:
            return replace(self, typed={**self.typed, name: line})
        return replace(self, **{name: line})  # type: ignore[arg-type]


def _with(values: tuple, at: int, value: object) -> tuple:
    return (*values[:at], value, *values[at + 1 :])


def _with_line(body: str, at: int, line: str) -> str:
    return "\n".join(_with(tuple(body.split("\n")), at, line))


def kind_at_end(title: str) -> str:
    """Return the 文种 a title ends with, but for marks and a remark in brackets; “” when none."""
    bare = TAIL.sub("", title[-MOST_TITLE_TAIL:].rstrip("。，、；：！？.,;:!? "))
    return next((kind for kind in KINDS if bare.endswith(kind)), "")


def day_of(words: str) -> dt.date | None:
    """Return the day that words begin with, in either numerals; None when there is no such day."""
    found = DAY.match(words) or OLD_DAY.match(words)
    try:
        return dt.date(*(int(figures(part)) for part in found.groups())) if found else None
    except ValueError:
        return None


def figures(words: str) -> str:
    """Return a numeral in half-width Arabic digits: 十二 and 二六 become 12 and 26."""
    if words.isdecimal():
        return str(int(words)) if not words.startswith("0") else words
    if "百" in words or "十" in words:
        hundreds, _sign, rest = words.rpartition("百")
        tens, sign, ones = rest.rpartition("十")
        ten = ONES.get(tens[-1:], 1) if sign else 0
        return str(ONES.get(hundreds[-1:], 0) * 100 + ten * 10 + ONES.get(ones[-1:], 0))
    return "".join(str(ONES.get(sign, sign)) for sign in words)


def on_paper(day: dt.date) -> str:
    """Return a day as GB/T 9704 7.3.5.4 has it: 2026年3月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def squeezed(words: str) -> str:
    """Return words without space and punctuation: for telling whether two names are one."""
    return re.sub(r"[\W_]", "", words)


def _blanked(text: str) -> str:
    """Blank what stands in 《》 and “”; in one pass, however deeply it is nested."""
    if "《" in text or "“" in text:
        depth = [0] * (len(text) + 1)
        opened: list[int] = []
        for at, sign in enumerate(text):
            if sign in "《“":
                opened.append(at)
            elif sign in QUOTES and opened and text[opened[-1]] == QUOTES[sign]:
                depth[opened.pop() + 1] += 1
                depth[at] -= 1
        level, signs = 0, []
        for at, sign in enumerate(text):
            level += depth[at]
            signs.append(BLANK if level > 0 else sign)
        text = "".join(signs)
    return ADDRESS.sub(lambda found: BLANK * len(found[0]), text)
