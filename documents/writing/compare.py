"""两个版本的差别: what was taken out and what was put in, word by word."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

PARTS = (
    ("title", _("Title")), ("addressees", _("Addressees")), ("body", _("Text")),
    ("attachments", _("Attachments")), ("copy_to", _("Copies to")),
    ("note", _("Note below the date")),
)  # fmt: skip
MOST = 4_000_000  # characters times characters: beyond that a passage is shown as replaced
SHORTEST = 2  # characters that stay as they are between two changes
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
    """Return what stayed, what went and what came, in the order of reading.

    Paragraphs are compared first, then the words inside those that differ.
    """
    old, new = before.splitlines(keepends=True), after.splitlines(keepends=True)
    for kind, a, b, c, d in _steps(old, new):
        gone, come = "".join(old[a:b]), "".join(new[c:d])
        if kind == "equal":
            yield "same", gone
        elif len(gone) * len(come) > MOST:
            yield from _changed([gone], [come])
        else:
            yield from _in_words(WORDS.findall(gone), WORDS.findall(come))


def _in_words(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """Compare words; a single one that happens to stay between two changes changes with them."""
    gone: list[str] = []
    come: list[str] = []
    for kind, a, b, c, d in _steps(old, new):
        is_inside = bool(gone or come) and b < len(old) and d < len(new)
        if kind == "equal" and not (is_inside and b - a < SHORTEST):
            yield from _changed(gone, come)
            gone, come = [], []
            yield "same", "".join(old[a:b])
        else:
            gone += old[a:b]
            come += new[c:d]
    yield from _changed(gone, come)


def _steps(old: list[str], new: list[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes()


def _changed(gone: list[str], come: list[str]) -> Iterator[tuple[str, str]]:
    if any(gone):
        yield "out", "".join(gone)
    if any(come):
        yield "in", "".join(come)


def _plain(value: Any) -> str:
    if isinstance(value, list):
        return "\n".join(f"{v['title']}\n{v['body']}" if isinstance(v, dict) else v for v in value)
    return str(value)
