"""Pages with everything in its place: what the layout makes and the press draws."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from documents.typesetting.sheet import EM, PITCH, TOP
from documents.typesetting.text.faces import Font, Glyph, glyph
from documents.typesetting.text.lines import Line, runs, set_line


@dataclass(frozen=True)
class Piece:
    """Characters that one font draws in a row; `x` and `y` of their baseline, in mm."""

    x: float
    y: float
    text: str
    font: Font
    size: float  # mm
    spacing: float  # mm, after each character
    red: bool = False
    narrow: float = 1.0  # how much it is squeezed across

    @property
    def end(self) -> float:
        """Where the next character would stand."""
        wide = sum(self.font.advance(char) or 0.0 for char in self.text) * self.size
        return self.x + (wide + self.spacing * len(self.text)) * self.narrow


@dataclass(frozen=True)
class Rule:
    """A straight line."""

    x: float
    y: float
    length: float
    thickness: float
    red: bool = False
    down: bool = False


@dataclass(frozen=True)
class Stamp:
    """A round seal of a body, by its middle."""

    x: float
    y: float
    diameter: float
    name: str


@dataclass
class Part:
    """What belongs together for who has the page read out: a heading, a paragraph, a cell."""

    tag: str = "p"
    pieces: list[Piece] = field(default_factory=list)
    of: object = None  # the paragraph it is, or goes on with overleaf


@dataclass
class Page:
    """One page."""

    parts: list[Part] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    stamps: list[Stamp] = field(default_factory=list)
    is_numbered: bool = True
    is_turned: bool = False  # what lies on it is set across, its head at the left edge (8)
    first: int = 0  # the line of the grid on which its text begins
    pitch: float = PITCH  # from one of its lines to the next; 7.3.5.5 lets it be adjusted

    def top(self, row: int) -> float:
        """Return where the characters of one of its lines begin."""
        return row_top(self.first) + (row - self.first) * self.pitch

    def part(self, tag: str, of: object) -> Part:
        """Return the part of a paragraph on this page."""
        if not self.parts or self.parts[-1].of is not of:
            self.parts.append(Part(tag, of=of))
        return self.parts[-1]


def row_top(row: float) -> float:
    """Return where the characters of a line of the grid begin; lines count from 0."""
    return TOP + row * PITCH


def rows_below(y: float) -> int:
    """Return the first line of the grid that begins below y."""
    return max(int(-(-(y - TOP) // PITCH)), 0)


def ink(glyphs: Sequence[Glyph], size: float) -> tuple[float, float]:
    """Return how far the black of a line reaches above and below its baseline, in mm."""
    found = [each.font.ink(each.char) for each in glyphs if each.char.strip()]
    return max(top for *_rest, top in found) * size, -min(low for _l, low, *_r in found) * size


def width(glyphs: Sequence[Glyph], size: float, spacing: float = 0.0) -> float:
    """Return how wide glyphs are as they come."""
    return sum(each.width for each in glyphs) * size + spacing * max(len(glyphs) - 1, 0)


def baseline(top: float, face: str = "body", size: float = EM) -> float:
    """Return the baseline of characters whose square begins at `top`."""
    return top + glyph(face, "国").font.baseline * size


def pieces(
    line: Line, x: float, y: float, *, size: float = EM, red: bool = False, narrow: float = 1.0
) -> Iterator[Piece]:
    """Put a line on the page, its first character at x, its baseline at y."""
    for start, end in runs(line):
        part = line.glyphs[start:end]
        after = 0.0
        if len(line.xs) > 1:
            n = min(start, len(line.xs) - 2)
            after = line.xs[n + 1] - line.xs[n] - line.glyphs[n].width * size
        yield Piece(
            x + line.xs[start] * narrow, y, "".join(each.char for each in part), part[0].font,
            size, after, red, narrow,
        )  # fmt: skip


def written(
    text: str,
    x: float,
    y: float,
    *,
    face: str = "body",
    size: float = EM,
    red: bool = False,
    spacing: float | None = None,
) -> list[Piece]:
    """Return a short text of one face, as it comes, from x on."""
    line = set_line([glyph(face, char) for char in text], size=size, spacing=spacing)
    return list(pieces(line, x, y, size=size, red=red))


def across(text: str, *, face: str = "body", size: float = EM) -> float:
    """Return how wide a short text of one face comes out on the grid."""
    return set_line([glyph(face, char) for char in text], size=size).width


def fitted(
    text: str, x: float, y: float, room: float, *, face: str = "body", size: float = EM
) -> list[Piece]:
    """Return a short text that is squeezed when it is wider than its room."""
    line = set_line([glyph(face, char) for char in text], size=size)
    return list(pieces(line, x, y, size=size, narrow=min(1.0, room / (line.width or room))))
