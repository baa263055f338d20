"""Which line is what: the elements of a document, found by what a reader sees."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from documents.measuring.reading import Glyph, Line, Page, Shape

NUMBER = re.compile(r"[\u4e00-\u9fff]{1,12}〔\d{4}〕\d+号|^(?:〔\d{4}〕|（?第)\d+[号期]）?$")
DAY = re.compile(r"^\d{4}年\d{1,2}月\d{1,2}日$")
PAGE_NUMBER = re.compile(r"^—\d+—$")
LABEL = re.compile(r"^附件\d*[：:]?$")
ENDS = re.compile(r"^(?:主送：|抄送：)|印发$")
LEFT, RIGHT, TOP, BOTTOM = 28.0, 184.0, 37.0, 262.0
TYPE3, TYPE2, TYPE4 = 16.0, 22.0, 14.0
EM3 = 5.644


@dataclass
class Found:
    """The elements of a document; what is not there is None or empty."""

    pages: list[Page]
    format: str = "general"
    mark: list[Line] = field(default_factory=list)
    number: list[Glyph] = field(default_factory=list)
    number_line: Line | None = None
    signers: list[Line] = field(default_factory=list)
    title: list[Line] = field(default_factory=list)
    to: list[Line] = field(default_factory=list)
    text: list[tuple[int, Line]] = field(default_factory=list)
    note: list[Line] = field(default_factory=list)
    date: Line | None = None
    date_page: int = 0
    names: list[Line] = field(default_factory=list)
    remark: list[Line] = field(default_factory=list)
    attached: list[int] = field(default_factory=list)

    @cached_property
    def first(self) -> Page:
        return self.pages[0]

    @cached_property
    def red_rules(self) -> list[Shape]:
        rules = [s for s in self.first.shapes if s.is_rule and s.is_red and s.across > 100]
        return sorted(rules, key=lambda rule: rule.top)

    @cached_property
    def imprint_rules(self) -> list[Shape]:
        """The rules at the foot of the last page that belong to no table."""
        page = self.pages[-1]
        rules = [s for s in page.shapes if s.is_rule and s.is_black and s.across > 100]
        at_foot = [rule for rule in rules if not page.in_table(rule.top, rule.bottom)]
        return sorted(at_foot, key=lambda rule: rule.top)

    @cached_property
    def imprint(self) -> list[Line]:
        """The lines of 版记: below its first rule, or from 抄送 on when it has none."""
        last = [line for line in self.pages[-1].lines if line.y < BOTTOM]
        tops = [rule.top for rule in self.imprint_rules[:1] if len(self.imprint_rules) > 1]
        tops += [line.top - 1 for line in last if ENDS.search(line.text) and _is(line, TYPE4)]
        return [line for line in last if line.y > min(tops)] if tops else []

    @property
    def seals(self) -> list[Shape]:
        """The seals where the date is."""
        return self.pages[self.date_page].seals

    @cached_property
    def marks(self) -> list[Line]:
        """份号, 密级, 紧急程度: what stands above the 标志."""
        limit = min((line.top for line in self.mark), default=72.0)
        return [line for line in self.first.lines if line.y < limit and not line.is_red]

    @cached_property
    def prose(self) -> list[list[tuple[int, Line]]]:
        """The lines of the text, and those of each attachment, with their pages."""
        ends = [*self.attached[1:], len(self.pages)]
        return [self.text, *(
            [(n, line) for n in range(begin, end) for line in self.lines_of(n)
             if not (n == begin and LABEL.match(line.text))]
            for begin, end in zip(self.attached, ends, strict=False)
        )]  # fmt: skip

    def lines_of(self, n: int) -> list[Line]:
        """Return the lines of text of a page; pages count from 0."""
        return [line for line in self.pages[n].lines if _is_text(self, n, line)]

    def body_end(self) -> Line | None:
        """Return the last line above the signature on its page, when there is one."""
        if self.date is None or not self.names:
            return None
        above = [line for n, line in _main(self) if n == self.date_page
                 and line.y < min(name.y for name in self.names) - 1]  # fmt: skip
        return above[-1] if above else None


def _is(line: Line, points: float) -> bool:
    return abs(line.points - points) < 0.6


def find(pages: list[Page]) -> Found:
    """Find the elements of a document."""
    found = Found(pages)
    first = pages[0]
    found.mark = [line for line in first.lines if line.is_red and line.points > TYPE2 + 1]
    found.attached = [
        n for n, page in enumerate(pages[1:], 1) if page.lines and LABEL.match(page.lines[0].text)
    ]
    found.title = [
        line for line in first.lines
        if abs(line.points - TYPE2) < 3 and not line.is_red and "XBS" in line.families()
    ]  # fmt: skip
    found.format = _format(found)
    _number(found)
    _signature(found)
    _text(found)
    return found


def _format(found: Found) -> str:
    words = "".join(line.text for line in found.mark)
    if any(rule.across > 165 for rule in found.red_rules):
        return "letter"
    if words.endswith("令"):
        return "order"
    return "minutes" if words.endswith("纪要") else "general"


def _number(found: Found) -> None:
    limit = found.title[0].top if found.title else 150.0
    for line in found.first.lines:
        if line.y < limit and (match := NUMBER.search(line.text)):
            found.number_line = line
            found.number = line.glyphs[match.start() : match.end()]
            break
    found.signers = _signers(found)


def _signers(found: Found) -> list[Line]:
    """Return the row that begins with 签发人 and those below it, down to the red line."""
    lines = [line for line in found.first.lines if not line.is_red]
    at = next((n for n, line in enumerate(lines) if "签发人" in line.text), None)
    if at is None:
        return []
    limit = found.red_rules[0].top if found.red_rules else lines[at].y + 1
    return [line for line in lines[at:] if line.y < limit]


def _main(found: Found) -> Iterator[tuple[int, Line]]:
    """Return the lines of the text and what follows it, in order, without the head."""
    end = found.attached[0] if found.attached else len(found.pages)
    below = found.title[-1].y if found.title else (
        found.number_line.y if found.number_line else 0.0)  # fmt: skip
    for n, page in enumerate(found.pages[:end]):
        for line in page.lines:
            if (n or line.y > below + 1) and _is_text(found, n, line):
                yield n, line


def _is_text(found: Found, n: int, line: Line) -> bool:
    """Tell whether a line is text: no number of a page, no cell of a table, no 版记."""
    if line.is_red or not 11 < line.points < 20 or PAGE_NUMBER.match(line.text):
        return False
    if found.pages[n].in_table(line.top, line.bottom):
        return False
    return n != len(found.pages) - 1 or line not in found.imprint


def _signature(found: Found) -> None:
    """Find the date, who signs above it, and the note below it."""
    lines = list(_main(found))
    for place in range(len(lines) - 1, -1, -1):
        n, line = lines[place]
        words = line.words()
        if not DAY.match(words[-1].text):
            continue
        found.date, found.date_page = words[-1], n
        above = [other for m, other in lines[:place] if m == n]
        found.names = _sealed(found, above) if found.seals else _unsealed(above)
        found.remark = [line for _n, line in lines[place + 1 :]]
        return


def _sealed(found: Found, above: list[Line]) -> list[Line]:
    """Return the names in the lower half of the seals, in order; the last line if none is."""
    page = found.pages[found.date_page]
    names = [line for line in above if page.sealed(line)] or above[-1:]
    return [word for line in names for word in line.words()]


def _unsealed(above: list[Line]) -> list[Line]:
    """Return the names that begin below each other, further in than a paragraph does."""
    names: list[Line] = []
    for line in reversed(above):
        if names and (abs(line.start - names[0].start) > 1 or line.start < 50):
            break
        names.insert(0, line)
    return names


def _text(found: Found) -> None:
    first = found.names[0].y if found.names else None
    in_note = is_body = False
    for n, line in _main(found):
        if n == found.date_page and first is not None and line.y > first - 1:
            break
        if found.pages[n].sealed(line):
            continue
        if not is_body and abs(line.start - LEFT) < 4 and found.title:  # 主送: no indent
            found.to.append(line)
            is_body = line.text.endswith("：")
            continue
        is_body = True
        in_note = in_note or line.text.startswith("附件：")
        if in_note:
            found.note.append(line)
        else:
            found.text.append((n, line))
