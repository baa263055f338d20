"""What lies on the pages of a PDF: characters with their ink, rules, red shapes; in mm."""

from __future__ import annotations

import ctypes
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise
from typing import Any

import pypdfium2
import pypdfium2.raw as pdfium

MM = 25.4 / 72
SAME = 0.3  # mm: what lies so close is on one baseline
HEAVY = r"(?:SourceHanSerif|NotoSerifCJK|FandolSong).*(?:Heavy|Bold)"
LIGHT = r"SimSun|宋|SourceHanSerif|NotoSerifCJK|FandolSong|OfficeFigures"
FAMILIES = {
    "FS": re.compile(r"FangSong|仿宋|FandolFang|STFang", re.IGNORECASE),
    "KT": re.compile(r"Kai|楷", re.IGNORECASE),
    "HT": re.compile(r"Hei|黑|SourceHanSans|NotoSansCJK", re.IGNORECASE),
    "XBS": re.compile(rf"XiaoBiaoSong|小标宋|{HEAVY}", re.IGNORECASE),
    "ST": re.compile(LIGHT, re.IGNORECASE),
}  # fmt: skip


@dataclass(frozen=True)
class Glyph:
    """A character: its origin on the baseline, its ink, its type."""

    char: str
    x: float
    y: float
    left: float
    top: float
    right: float
    bottom: float
    points: float
    family: str
    is_red: bool
    is_black: bool
    is_turned: bool = False  # it does not stand upright: a table laid across (8), a seal


@dataclass(frozen=True)
class Shape:
    """A filled or stroked shape, by what encloses it."""

    left: float
    top: float
    right: float
    bottom: float
    is_red: bool
    is_black: bool

    @property
    def across(self) -> float:
        return self.right - self.left

    @property
    def down(self) -> float:
        return self.bottom - self.top

    @property
    def is_rule(self) -> bool:
        return self.down < 2 < self.across / 5


@dataclass
class Line:
    """Characters on one baseline, from left to right."""

    glyphs: list[Glyph]

    @property
    def text(self) -> str:
        return "".join(each.char for each in self.glyphs)

    @property
    def y(self) -> float:
        return self.glyphs[0].y

    @property
    def left(self) -> float:
        return min(each.left for each in self.glyphs)

    @property
    def start(self) -> float:
        """Where the square of the first character begins: its origin."""
        return self.glyphs[0].x

    @property
    def right(self) -> float:
        return max(each.right for each in self.glyphs)

    @property
    def top(self) -> float:
        return min(each.top for each in self.glyphs)

    @property
    def bottom(self) -> float:
        return max(each.bottom for each in self.glyphs)

    @property
    def points(self) -> float:
        return self.glyphs[0].points

    @property
    def is_red(self) -> bool:
        return self.glyphs[0].is_red

    @property
    def end(self) -> float:
        """Where the square of the last character ends, had it no spacing."""
        last = self.glyphs[-1]
        return last.x + last.points * MM

    @property
    def middle(self) -> float:
        return (self.start + self.end) / 2

    def families(self, start: int = 0, end: int | None = None) -> set[str]:
        """Return the typefaces of its Chinese characters."""
        return {g.family for g in self.glyphs[start:end] if g.char > "\u2e80"}

    def words(self) -> list[Line]:
        """Return it in parts where there is white between them."""
        found = [Line([self.glyphs[0]])]
        for one, other in pairwise(self.glyphs):
            if other.x - one.x > 1.8 * one.points * MM:
                found.append(Line([]))
            found[-1].glyphs.append(other)
        return found


@dataclass
class Page:
    """One page of the document."""

    width: float
    height: float
    lines: list[Line] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    turned: list[Glyph] = field(default_factory=list)

    @cached_property
    def tables(self) -> list[Shape]:
        """The upright rules of its tables."""
        return [shape for shape in self.shapes if shape.across < 1 and shape.down > 4]

    @cached_property
    def seals(self) -> list[Shape]:
        """The seals on it, row by row."""
        round_ones = [
            s for s in self.shapes if s.is_red and 25 < s.across < 48 and 25 < s.down < 48
        ]
        return sorted(round_ones, key=lambda seal: (round(seal.top / 5), seal.left))

    def sealed(self, line: Line) -> bool:
        """Tell whether a line lies in the lower half of a seal: it is a name, or a date."""
        return any((s.top + s.bottom) / 2 - 4 < line.y < s.bottom for s in self.seals)

    def in_table(self, top: float, bottom: float) -> bool:
        """Tell whether a height of the page belongs to a table."""
        return any(rule.top - 1 <= top and bottom <= rule.bottom + 1 for rule in self.tables)


def read(content: bytes) -> list[Page]:
    """Read every page. Raises pypdfium2.PdfiumError when this is no PDF."""
    document = pypdfium2.PdfDocument(content)
    try:
        return [_page(page) for page in document]
    finally:
        document.close()


def _page(page: Any) -> Page:
    width, height = (side * MM for side in page.get_size())
    found = Page(width, height, shapes=list(_shapes(page, height)))
    glyphs = list(_glyphs(page.get_textpage(), height))
    found.turned = [each for each in glyphs if each.is_turned]
    upright = [each for each in glyphs if not each.is_turned]
    for each in sorted(upright, key=lambda each: (each.is_red, each.y)):
        last = found.lines[-1].glyphs[-1] if found.lines else None
        if last and abs(last.y - each.y) < SAME and last.is_red == each.is_red:
            found.lines[-1].glyphs.append(each)
        else:
            found.lines.append(Line([each]))
    for line in found.lines:
        line.glyphs.sort(key=lambda each: each.x)
    found.lines.sort(key=lambda line: (line.y, line.start))
    return found


def _glyphs(text: Any, height: float) -> Iterator[Glyph]:
    buffer, flags = ctypes.create_string_buffer(256), ctypes.c_int()
    x, y = ctypes.c_double(), ctypes.c_double()
    box = [ctypes.c_double() for _side in range(4)]
    colour = [ctypes.c_uint() for _part in range(4)]
    for n in range(text.count_chars()):
        char = chr(pdfium.FPDFText_GetUnicode(text, n)).encode("utf8", "replace").decode()
        if not char.strip() or pdfium.FPDFText_IsGenerated(text, n):
            continue
        pdfium.FPDFText_GetCharOrigin(text, n, x, y)
        left, right, bottom, top = box
        pdfium.FPDFText_GetCharBox(text, n, left, right, bottom, top)
        pdfium.FPDFText_GetFontInfo(text, n, buffer, 256, flags)
        pdfium.FPDFText_GetFillColor(text, n, *colour)
        points, is_turned = _points(text, n)
        red, green, blue = (part.value for part in colour[:3])
        yield Glyph(
            char, x.value * MM, height - y.value * MM, left.value * MM, height - top.value * MM,
            right.value * MM, height - bottom.value * MM, points,
            family_of(buffer.value.decode("utf8", "replace")),
            *_red_black(red, green, blue), is_turned,
        )  # fmt: skip


def _points(text: Any, n: int) -> tuple[float, bool]:
    """Return the size as it is printed, and whether it is turned: the matrix of the text says."""
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFText_GetMatrix(text, n, matrix)
    size: float = pdfium.FPDFText_GetFontSize(text, n)
    is_turned = abs(matrix.b) > 0.1 * abs(matrix.a)
    return size * math.hypot(matrix.c, matrix.d), is_turned


def _red_black(red: int, green: int, blue: int) -> tuple[bool, bool]:
    return red > 150 and green < 90 and blue < 90, max(red, green, blue) < 40


def family_of(name: str) -> str:
    """Return the class of a typeface by the name in the file, or the name itself."""
    plain = name.partition("+")[2] or name
    plain = plain.replace("-", "").replace(" ", "")
    return next((key for key, names in FAMILIES.items() if names.search(plain)), plain)


def _shapes(page: Any, height: float) -> Iterator[Shape]:
    for each in page.get_objects(max_depth=4):
        if each.type != pdfium.FPDF_PAGEOBJ_PATH:
            continue
        left, bottom, right, top = each.get_bounds()
        red, black = _colour(each.raw)
        yield Shape(left * MM, height - top * MM, right * MM, height - bottom * MM, red, black)


def _colour(shape: Any) -> tuple[bool, bool]:
    parts = [ctypes.c_uint() for _part in range(4)]
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    pdfium.FPDFPath_GetDrawMode(shape, fill, stroke)
    ask = pdfium.FPDFPageObj_GetStrokeColor if stroke.value else pdfium.FPDFPageObj_GetFillColor
    ask(shape, *parts)
    red, green, blue = (part.value for part in parts[:3])
    return _red_black(red, green, blue)
