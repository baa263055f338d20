"""Rule: one point of proofreading as data. Finding: where a text fails it, with clause and fix."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from itertools import islice
from typing import Any

from documents.proofreading.facts import Facts
from documents.proofreading.text import WORDS, Line, Text

MOST = 100  # findings of one rule that are told: a text with more is of another kind
IN_FORCE = dt.date(2012, 7, 1)  # 条例 and GB/T 9704-2012


class Severity(StrEnum):
    """E blocks; E* may be overridden with a reason; W is advice."""

    ERROR = "E"
    UNLESS = "E*"
    WARNING = "W"


class Basis(StrEnum):
    """What a rule stands on: 条例, GB/T 9704, another standard, a law, or practice."""

    REGULATION = "R"
    LAYOUT = "G"
    STANDARD = "S"
    LAW = "L"
    PRACTICE = "P"


@dataclass(frozen=True)
class Hit:
    """A place that fails, and what to write there when that is certain."""

    place: str
    start: int = 0
    end: int = 0
    suggestion: str | None = None
    words: Mapping[str, object] = field(default_factory=dict)
    severity: Severity | None = None


@dataclass(frozen=True)
class Finding:
    """One remark on a text: the rule, the place, why, and the fix when it is certain.

    `paragraph` is the path of the element and line (`title`, `body/3`, `attachments/0/body/2`,
    from 0); `start` and `end` are characters of that line; `found` is what stands there.
    """

    rule: str
    severity: str
    paragraph: str
    start: int
    end: int
    clause: str
    basis: str
    message: str
    suggestion: str | None
    found: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return the finding as it is handed out."""
        return {key: value for key, value in asdict(self).items() if key != "found"}


Check = Callable[..., Iterable[Hit]]  # of the text; and of the facts, when the rule asks for some
Example = str | Mapping[str, Any]


@dataclass(frozen=True)
class Rule:
    """A point of proofreading. Its examples are its test.

    An example in words stands for the first element the rule looks at; else it is what differs
    from a sound document, with the facts under `facts`.
    """

    id: str
    severity: Severity
    basis: Basis
    clause: str
    looks_at: tuple[str, ...]
    message: Any
    check: Check
    fails: tuple[Example, ...]
    passes: tuple[Example, ...]
    since: dt.date | None = None
    until: dt.date | None = None
    asks: tuple[str, ...] = ()  # the facts it consults

    def is_in_force(self, day: dt.date) -> bool:
        """Tell whether the rule bound whoever wrote on that day."""
        since = self.since
        if since is None and self.basis in (Basis.REGULATION, Basis.LAYOUT):
            since = IN_FORCE
        return (since is None or since <= day) and (self.until is None or day < self.until)

    def findings(self, text: Text, facts: Facts) -> Iterator[Finding]:
        """Yield the places of a text that fail this rule, the first hundred."""
        hits = self.check(text, facts) if self.asks else self.check(text)
        for hit in islice(hits, MOST):
            found = text.at(hit.place)[hit.start : hit.end]
            yield Finding(
                self.id, str(hit.severity or self.severity), hit.place, hit.start, hit.end,
                self.clause, str(self.basis), str(self.message) % {"found": found, **hit.words},
                hit.suggestion, found,
            )  # fmt: skip


def whole(line: Line, suggestion: str | None = None, **words: object) -> Hit:
    """A hit on all of a line."""
    return Hit(line.place, 0, len(line.text), suggestion, words)


def pattern(
    regex: str,
    fix: str | Callable[[re.Match[str]], str | None] | None = None,
    *,
    on: tuple[str, ...] = WORDS,
    unless: str = "",
) -> Check:
    """A check for one form of words, outside quotations.

    The hit is the group `bad` where there is one. `fix` is a template or makes the words. `unless`
    is a form that, found in the whole text of the line, makes the line blameless.
    """
    compiled = re.compile(regex)
    excuse = re.compile(unless) if unless else None
    group = "bad" if "bad" in compiled.groupindex else 0

    def check(text: Text) -> Iterator[Hit]:
        for line in text.lines(*on):
            for found in compiled.finditer(line.own):
                if excuse and excuse.search(line.text):
                    continue
                words = found.expand(fix) if isinstance(fix, str) else fix(found) if fix else None
                yield Hit(line.place, *found.span(group), words)

    return check


def both(*checks: Check) -> Check:
    """A check that is several."""

    def check(text: Text) -> Iterator[Hit]:
        for each in checks:
            yield from each(text)

    return check
