"""Breaking text into lines of the grid: 禁则 (GB/T 15834 5.1), words and figures kept whole.

A line that is not the last of its paragraph is filled: its characters are set a hair wider or
closer. Where a closing mark would begin the next line it may stand in the margin with its empty
half; its ink stays inside.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from documents.typesetting.sheet import CELL, EM
from documents.typesetting.text.faces import Glyph, glyph

NOT_FIRST = frozenset("，。、；：！？）》〉】〕』」”’～·—%‰℃°")
NOT_LAST = frozenset("（《〈【〔『「“‘")
HANGS = frozenset("，。、；：）》〉】〕』」”’")  # their ink is in the left half
# Words, figures with their units, the year and number of a document are not parted.
TOGETHER = re.compile(
    r"——|……|\d[\d.,]* (?:[a-zA-Zμ]{1,3}|℃)(?![a-zA-Z])|[\x21-\x7e²³]+|〔\d{4}〕\d+号"
)
LONG_WORD, AFTER = 24, "/-_?&=."  # an address is broken after one of its signs
INK = 0.45  # of a hanging mark: what must stay inside, in characters
TIGHTEST = 0.6  # characters by which a line is set closer at the most
CLOSER = 1.6  # a line that is too close looks worse than one that is too wide by as much
WIDEST = 0.16  # of a character, between two: beyond that a line stays unfilled


@dataclass(frozen=True)
class Line:
    """One line: its glyphs, where each begins in mm from the first, and how wide it came out."""

    glyphs: tuple[Glyph, ...]
    xs: tuple[float, ...]
    width: float

    @property
    def text(self) -> str:
        return "".join(each.char for each in self.glyphs)


def spans(text: str, face: str = "body", lead: tuple[str, int] = ("", 0)) -> list[Glyph]:
    """Return the glyphs of a text; the first characters may have a face of their own."""
    other, count = lead
    return [glyph(other if n < count else face, char) for n, char in enumerate(text)]


def set_line(glyphs: Sequence[Glyph], *, size: float = EM, spacing: float | None = None) -> Line:
    """Return one line as it comes, at the spacing of the grid or another (mm)."""
    between = (CELL - EM) * size / EM if spacing is None else spacing
    xs, x = [], 0.0
    for each in glyphs:
        xs.append(x)
        x += each.width * size + between
    return Line(tuple(glyphs), tuple(xs), max(x - between, 0.0))


def broken(
    glyphs: Sequence[Glyph],
    measure: float,
    *,
    indent: float = 0.0,
    size: float = EM,
    fill: bool = True,
) -> list[Line]:
    """Break a paragraph into lines `measure` mm wide, the first one shorter by `indent`."""
    found: list[Line] = []
    breaks = _breaks("".join(each.char for each in glyphs))
    start = 0
    while start < len(glyphs):
        room = measure - (0 if found else indent)
        end = _end(glyphs, start, room, size, breaks)
        line = glyphs[start:end]
        while line and line[-1].char == " ":
            line = line[:-1]
        is_short = end >= len(glyphs) and _width(line, CELL / EM * size) <= room
        found.append(
            set_line(line, size=size) if is_short or not fill else _filled(line, room, size)
        )
        start = end
        while start < len(glyphs) and glyphs[start].char == " ":
            start += 1
    return found


def _breaks(text: str) -> list[bool]:
    """Return for each place whether a line may end before it."""
    may = [False] + [b not in NOT_FIRST and a not in NOT_LAST for a, b in pairwise(text)]
    for found in TOGETHER.finditer(text):
        is_long = len(found[0]) > LONG_WORD
        for n in range(found.start() + 1, found.end()):
            may[n] = is_long and text[n - 1] in AFTER
        if found[0] in ("——", "……") and found.start():  # as a whole it may begin a line
            may[found.start()] = text[found.start() - 1] not in NOT_LAST
    return [*may, True]


def _end(
    glyphs: Sequence[Glyph], start: int, room: float, size: float, breaks: Sequence[bool]
) -> int:
    """Return where the line that begins at `start` ends best."""
    scale = CELL / EM * size
    total, fits, tight = 0.0, 0, 0
    cost = 0.0
    for n in range(start, len(glyphs)):
        total += glyphs[n].width * scale
        needed = total - _hanging(glyphs[n], scale)
        if needed > room + TIGHTEST * scale:
            break
        if not breaks[n + 1]:
            continue
        if total <= room + 1e-6:
            fits = n + 1
        elif needed <= room + TIGHTEST * scale:
            tight, cost = n + 1, CLOSER * max(needed - room, 0.0)
    if tight and (not fits or cost <= room - _width(glyphs[start:fits], scale)):
        return tight
    return fits or _anywhere(glyphs, start, room, scale)


def _anywhere(glyphs: Sequence[Glyph], start: int, room: float, scale: float) -> int:
    """A word longer than a line is broken where the line is full."""
    total = 0.0
    for n in range(start, len(glyphs)):
        total += glyphs[n].width * scale
        if total > room:
            return max(n, start + 1)
    return len(glyphs)


def _width(glyphs: Sequence[Glyph], scale: float) -> float:
    return sum(each.width for each in glyphs) * scale


def _hanging(each: Glyph, scale: float) -> float:
    return (1 - INK) * each.width * scale if each.char in HANGS else 0.0


def _filled(glyphs: Sequence[Glyph], room: float, size: float) -> Line:
    natural = sum(each.width for each in glyphs) * size
    if natural * CELL / EM > room + 1e-6:  # too much: set closer, its last mark may hang
        out = _hanging(glyphs[-1], size)
        return set_line(glyphs, size=size, spacing=(room - natural + out) / (len(glyphs) - 1))
    between = (room - natural) / len(glyphs)
    if between > WIDEST * size:
        return set_line(glyphs, size=size)
    return set_line(glyphs, size=size, spacing=between)


def runs(line: Line) -> Iterator[tuple[int, int]]:
    """Return the pieces of a line that one font draws, as places in it."""
    start = 0
    for n in range(1, len(line.glyphs) + 1):
        if n == len(line.glyphs) or line.glyphs[n].font is not line.glyphs[start].font:
            yield start, n
            start = n
