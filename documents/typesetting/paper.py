"""What is to be set: the elements of a document (条例 第九条), and FILE.json, which holds them."""

from __future__ import annotations

import datetime as dt
import json
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

FORMATS = ("general", "letter", "order", "minutes")
NEEDED = ("institution", "title", "body")
LONG = ("title", "mark", "body")  # the keys whose text may have several lines
LARGEST = 4_000_000  # bytes of a FILE.json; two hundred pages are a tenth of it
STRANGE = {"Cc", "Cf", "Cs", "Zl", "Zp"}  # characters nobody sees


class Unfit(ValueError):
    """What was given is no document; says which key is wrong and why."""


@dataclass(frozen=True)
class Attachment:
    """附件: bound with the body, its text in the same plain form."""

    title: str
    body: str


@dataclass(frozen=True)
class Paper:
    """A document as it is set. Empty is “not there”; dates are days."""

    institution: tuple[str, ...]
    title: str
    body: str
    format: str = "general"
    copy_number: str = ""
    classification: str = ""
    urgency: str = ""
    mark: str = ""
    number: str = ""
    signers: tuple[str, ...] = ()
    addressees: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    signature: tuple[str, ...] = ()
    date: dt.date | None = None
    seal: bool = False
    note: str = ""
    copy_to: tuple[str, ...] = ()
    printed_by: str = ""
    printed_on: dt.date | None = None

    @property
    def signed_by(self) -> tuple[str, ...]:
        """署名: as given, else whoever issues it."""
        return self.signature or self.institution


def day(date: dt.date) -> str:
    """Return a day as 7.3.5.4 has it: 2026年3月5日."""
    return f"{date.year}年{date.month}月{date.day}日"


def joined(names: tuple[str, ...]) -> str:
    """Return names of bodies in one line: 、 between bodies, ， between groups of them."""
    return ("，" if any("、" in name for name in names) else "、").join(names)


def mark_text(paper: Paper) -> tuple[list[str], str]:
    """Return the names of the mark and what stands behind them (7.2.4, 10.1–10.3)."""
    if paper.mark:
        names = paper.mark.splitlines()
        return names, "文件" if len(names) > 1 and paper.format == "general" else ""
    if paper.format == "letter":
        return [paper.institution[0]], ""
    if paper.format == "order":
        return [f"{paper.institution[0]}令"], ""
    if paper.format == "minutes":
        return [f"{paper.institution[0]}会议纪要"], ""
    names = list(paper.institution)
    return (names, "文件") if len(names) > 1 else ([f"{names[0]}文件"], "")


def read(text: str) -> Paper:
    """Return the document in the text of a FILE.json. Raises Unfit, which names the key."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Unfit(f"不是 JSON：{error}") from None
    return of(data)


def of(data: Any) -> Paper:
    """Return the document in the value of a FILE.json. Raises Unfit, which names the key."""
    if not isinstance(data, Mapping):
        raise Unfit("最外层应是一个对象")
    if unknown := sorted(set(data) - {field.name for field in fields(Paper)}):
        raise Unfit(f"不认识的键：{'、'.join(unknown)}")
    found: dict[str, Any] = {}
    for key, value in data.items():
        found[key] = READ[key](key, value) if key in READ else _text(key, value)
    if missing := [key for key in NEEDED if not found.get(key)]:
        raise Unfit(f"缺少：{'、'.join(missing)}")
    return Paper(**found)


def _text(key: str, value: Any) -> str:
    if not isinstance(value, str):
        raise Unfit(f"{key} 应是文字")
    text = value.replace("\r\n", "\n").replace("\t", " ").replace("\u00a0", " ")
    text = text.removeprefix("\ufeff").strip()
    for char in text:
        if unicodedata.category(char) in STRANGE and (char != "\n" or key not in LONG):
            what = "换行" if char == "\n" else f"看不见的字符 U+{ord(char):04X}"
            raise Unfit(f"{key} 里有{what}")
    return text


def _texts(key: str, value: Any) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise Unfit(f"{key} 应是文字的列表")
    return tuple(text for each in value if (text := _text(key, each)))


def _one_or_more(key: str, value: Any) -> tuple[str, ...]:
    return _texts(key, [value] if isinstance(value, str) else value)


def _format(key: str, value: Any) -> str:
    if value not in FORMATS:
        raise Unfit(f"{key} 应是 {'、'.join(FORMATS)} 之一")
    return str(value)


def _day(key: str, value: Any) -> dt.date:
    try:
        return dt.datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007  a day has no zone
    except (TypeError, ValueError):
        raise Unfit(f"{key} 应是 2026-03-05 这样的日期") from None


def _yes(key: str, value: Any) -> bool:
    if not isinstance(value, bool):
        raise Unfit(f"{key} 应是 true 或 false")
    return value


def _attachments(key: str, value: Any) -> tuple[Attachment, ...]:
    found = []
    for each in value if isinstance(value, list) else [None]:
        if not isinstance(each, Mapping) or set(each) != {"title", "body"}:
            raise Unfit(f"{key} 应是 {{title, body}} 的列表")
        title, body = _text("title", each["title"]), _text("body", each["body"])
        if not title:
            raise Unfit(f"{key} 里有一个没有 title")
        found.append(Attachment(title, body))
    return tuple(found)


READ: dict[str, Callable[[str, Any], Any]] = {
    "institution": _one_or_more, "format": _format, "signers": _texts, "addressees": _texts,
    "attachments": _attachments, "signature": _texts, "date": _day, "seal": _yes,
    "copy_to": _texts, "printed_on": _day,
}  # fmt: skip
