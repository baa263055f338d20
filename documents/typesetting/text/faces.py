"""Which font draws a character, how wide it is, where its ink is. Nothing is drawn here."""

from __future__ import annotations

import shutil
import subprocess
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

from fontTools.pens.boundsPen import BoundsPen
from fontTools.pens.svgPathPen import SVGPathPen
from fontTools.ttLib import TTFont

from office import fonts

FIGURES = "figures"
LATIN = range(0x21, 0x7F)
_READING = threading.Lock()  # a font is read from its file bit by bit


class NoGlyph(ValueError):
    """No font here has a character of the document."""

    def __init__(self, char: str) -> None:
        super().__init__(f"没有字体能印“{char}”（U+{ord(char):04X}）")
        self.char = char


@dataclass
class Font:
    """One font file: advances and ink in em, measured from the baseline up."""

    family: str
    weight: int
    file: TTFont
    advances: dict[str, float | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.em = self.file["head"].unitsPerEm
        self.names: dict[int, str] = self.file.getBestCmap()
        self.metrics: dict[str, tuple[int, int]] = self.file["hmtx"].metrics
        head = self.file["hhea"]
        # Fandol's 宋体 gives its descent without the sign; Pango takes it as it should be.
        up, down = head.ascent / self.em, abs(head.descent) / self.em
        # Below the top of a line that is as high as the type.
        self.baseline: float = (1 - up - down) / 2 + up

    def advance(self, char: str) -> float | None:
        """Return how wide a character is, or None when it is not in the font."""
        if char not in self.advances:
            name = self.names.get(ord(char))
            self.advances[char] = self.metrics[name][0] / self.em if name else None
        return self.advances[char]

    @lru_cache(maxsize=4096)  # noqa: B019  a font lives as long as the process
    def ink(self, char: str) -> tuple[float, float, float, float]:
        """Return left, bottom, right and top of what is black of a character."""
        with _READING:
            glyphs = self.file.getGlyphSet()
            pen = BoundsPen(glyphs)
            glyphs[self.names[ord(char)]].draw(pen)
        left, bottom, right, top = pen.bounds or (0, 0, 0, 0)
        return left / self.em, bottom / self.em, right / self.em, top / self.em

    @lru_cache(maxsize=8192)  # noqa: B019  the same
    def outline(self, char: str) -> str:
        """Return the outline of a character as SVG writes paths, in the units of the font."""
        with _READING:
            glyphs = self.file.getGlyphSet()
            pen = SVGPathPen(glyphs, ntos=lambda number: str(round(number)))
            glyphs[self.names[ord(char)]].draw(pen)
        commands: str = pen.getCommands()
        return commands

    def __hash__(self) -> int:
        return id(self)


@dataclass(frozen=True)
class Glyph:
    """A character in the font that draws it; `width` in em."""

    char: str
    font: Font
    width: float


@lru_cache(maxsize=65536)
def glyph(role: str, char: str) -> Glyph:
    """Return how a character is drawn in a role. Raises NoGlyph."""
    for font in _candidates(role, is_latin=ord(char) in LATIN):
        width = font.advance(char)
        if width is not None:
            return Glyph(char, font, width)
    raise NoGlyph(char)


def _candidates(role: str, *, is_latin: bool) -> Iterator[Font]:
    yield from _usual(role, is_latin=is_latin)
    yield from _rare(role)  # large ones: opened when they are needed


@lru_cache(maxsize=16)
def _usual(role: str, *, is_latin: bool) -> tuple[Font, ...]:
    """Return the fonts of a role, best first; figures of a free 仿宋 come from its 宋体."""
    found = {each.role.key: each for each in fonts.found()}
    each = found[role]
    names: list[Font] = []
    if is_latin and role == "body" and each.standing == "free" and FIGURES in found:
        names += _of(found[FIGURES])
    return (*names, *_of(each))


@lru_cache(maxsize=16)
def _rare(role: str) -> tuple[Font, ...]:
    """Return the fonts that have what those of a role lack."""
    rarer = next(each.role for each in fonts.found() if each.role.key == role)
    return tuple(font for family in rarer.rare for font in _system(family, rarer.weight))


def _of(found: Any) -> list[Font]:
    face = found.face
    if face is None:
        return []
    if face.path is None:
        return _system(face.family, found.role.weight)
    return [_opened(found.family, found.role.weight, str(face.path), 0)]


@lru_cache(maxsize=16)
def _opened(family: str, weight: int, path: str, number: int) -> Font:
    return Font(family, weight, TTFont(path, fontNumber=number, lazy=True))


@lru_cache(maxsize=16)
def _system(family: str, weight: int) -> list[Font]:
    """Open a font of the system by the name under which fontconfig has it."""
    command = shutil.which("fc-match")
    if command is None:
        return []
    style = "Bold" if weight > 400 else "Regular"
    told = subprocess.run(  # noqa: S603  a fixed command, names of our own tables
        [command, "-f", "%{file}\t%{index}\t%{family}", f"{family}:style={style}"],
        capture_output=True, text=True, timeout=20, check=False,
    ).stdout  # fmt: skip
    path, _tab, rest = told.partition("\t")
    index, _tab, names = rest.partition("\t")
    if family not in names.split(","):
        return []
    return [_opened(family, weight, path, int(index) & 0xFFFF)]
