"""两个版本的差别: what was taken out and what was put in, character by character."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PARTS = (
    ("title", _("Title")), ("addressees", _("Addressees")), ("body", _("Text")),
    ("attachments", _("Attachments")), ("copy_to", _("Copies to")),
    ("note", _("Note below the date")),
)  # fmt: skip
BESIDE = 24  # characters of what stayed that are shown on either side
WORDS = re.compile(r"[\x21-\x7e]+|.", re.DOTALL)


@dataclass(frozen=True)
class Change:
    """One part that differs: runs of (same | out | in, text)."""

    label: Any
    runs: list[tuple[str, str]]


def between(old: dict[str, Any], new: dict[str, Any]) -> list[Change]:
    """Return the parts in which two versions differ."""
    found = []
    for name, label in PARTS:
        before, after = _plain(old.get(name, "")), _plain(new.get(name, ""))
        if before != after:
            found.append(Change(label, list(runs(before, after))))
    return found


def brief(changes: list[Change]) -> list[Change]:
    """Return changes with what stayed the same cut down to the words beside what differs."""
    return [
        Change(each.label, [(kind, _cut(kind, text)) for kind, text in each.runs])
        for each in changes
    ]


def _cut(kind: str, text: str) -> str:
    return (
        f"{text[:BESIDE]}……{text[-BESIDE:]}" if kind == "same" and len(text) > 3 * BESIDE else text
    )


def runs(before: str, after: str) -> Iterator[tuple[str, str]]:
    """Return what stayed, what went and what came, in the order of reading."""
    old, new = WORDS.findall(before), WORDS.findall(after)
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            yield "same", "".join(old[a:b])
            continue
        if b > a:
            yield "out", "".join(old[a:b])
        if d > c:
            yield "in", "".join(new[c:d])


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(f"{v['title']}\n{v['body']}" if isinstance(v, dict) else v for v in value)
    return str(value)
