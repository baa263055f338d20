"""Pages into a PDF: every piece of text at its place, tagged, fonts embedded, PDF/A."""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import groupby, pairwise

from documents.typesetting.pages import Page, Part, Piece, Rule, Stamp
from documents.typesetting.sheet import BLACK, RED
from documents.typesetting.text.faces import glyph
from office import printing

STYLE = """
@page { size: A4; margin: 0 }
html, body, p, h1, h2, div { margin: 0; padding: 0; font-weight: 400 }
.page { position: relative; width: 210mm; height: 296.9mm; break-after: page; overflow: hidden }
.page:last-child { break-after: auto }
.turned { position: absolute; left: 0; top: 0; width: 297mm; height: 210mm;
  transform-origin: 0 0; transform: translate(-9mm, 290mm) rotate(-90deg) }
i, b, .b { position: absolute; width: 297mm; white-space: pre; line-height: 1;
  font-style: normal; font-kerning: none; font-variant-ligatures: none; transform-origin: 0 0 }
span { line-height: 0 }
b { font-size: 0 }
svg { position: absolute }
"""
FINE = 0.005  # mm: two places that are the same


def pdf(pages: Sequence[Page], *, title: str) -> bytes:
    """Return the document as PDF/A, in Chinese, with its title."""
    return printing.document(markup(pages, title))


def markup(pages: Sequence[Page], title: str) -> str:
    """Return the pages as the press reads them.

    What many pieces share is said once, in a class: a press reads a style of its own slowly.
    """
    looks: dict[str, int] = {}
    body = "".join(_page(page, looks) for page in pages)
    name = escape(title.replace("\n", ""))
    style = STYLE + "".join(f".l{n} {{ {look} }}\n" for look, n in looks.items())
    return (
        f'<!doctype html><html lang="zh-Hans"><head><meta charset="utf-8">'
        f"<title>{name}</title><style>{style}</style></head><body>{body}</body></html>"
    )


def _page(page: Page, looks: dict[str, int]) -> str:
    inner = "".join(_part(part, looks) for part in page.parts if part.tag != "artifact")
    inner += "".join(map(_rule, page.rules)) + "".join(map(_stamp, page.stamps))
    if page.is_turned:  # 8: the head of a table lies at the left edge, on every page
        inner = f'<div class="turned">{inner}</div>'
    number = "".join(_part(part, looks) for part in page.parts if part.tag == "artifact")
    return f'<div class="page">{inner}{number}</div>'


def _part(part: Part, looks: dict[str, int]) -> str:
    tag = part.tag if part.tag in ("p", "h1", "h2") else "div"
    lines = [list(line) for _y, line in groupby(part.pieces, key=lambda piece: piece.y)]
    if len(lines) > 1 and _is_plain(lines):
        return _paragraph(lines, looks)
    return f"<{tag}>{''.join(_piece(piece, looks) for piece in part.pieces)}</{tag}>"


def _is_plain(lines: Sequence[Sequence[Piece]]) -> bool:
    """Tell whether lines are a paragraph: one size, one pitch, each whole and below the other."""
    first, step = lines[0][0], lines[1][0].y - lines[0][0].y
    return all(
        abs(line[0].y - first.y - n * step) < FINE
        and (n == 0 or abs(line[0].x - lines[1][0].x) < FINE)
        and all(piece.size == first.size and piece.narrow == 1 for piece in line)
        and all(abs(one.end - other.x) < FINE for one, other in pairwise(line))
        for n, line in enumerate(lines)
    )


def _paragraph(lines: Sequence[Sequence[Piece]], looks: dict[str, int]) -> str:
    """Set a paragraph as one block: a press places one box sooner than all its pieces."""
    most = [piece for line in lines for piece in line]
    own = max(most, key=lambda piece: len(piece.text))
    n, high = looks.setdefault(_look(own), len(looks)), lines[1][0].y - lines[0][0].y
    left, first = lines[1][0].x, lines[0][0]
    top = first.y - own.font.baseline * own.size - (high - own.size) / 2
    words = "\n".join("".join(_run(piece, n, looks) for piece in line) for line in lines)
    return (
        f'<p class="b l{n}" style="left:{left:.3f}mm;top:{top:.3f}mm;line-height:{high:.4f}mm;'
        f'text-indent:{first.x - left:.3f}mm">{words}</p>'
    )


def _run(piece: Piece, own: int, looks: dict[str, int]) -> str:
    n = looks.setdefault(_look(piece), len(looks))
    text = escape(piece.text)
    return text if n == own else f'<span class="l{n}">{text}</span>'


def _piece(piece: Piece, looks: dict[str, int]) -> str:
    n = looks.setdefault(_look(piece), len(looks))
    top = piece.y - piece.font.baseline * piece.size
    place = f"left:{piece.x:.3f}mm;top:{top:.3f}mm"
    return f'<i class="l{n}" style="{place}">{escape(piece.text)}</i>'


def _look(piece: Piece) -> str:
    look = [
        f'font-family: "{piece.font.family}"', f"font-weight: {piece.font.weight}",
        f"font-size: {piece.size:.4f}mm", f"letter-spacing: {piece.spacing:.4f}mm",
    ]  # fmt: skip
    if piece.red:
        look.append(f"color: {RED}")
    if piece.narrow < 1:
        look.append(f"transform: scaleX({piece.narrow:.4f})")
    return "; ".join(look)


def ruled(rule: Rule) -> tuple[float, float, float, float]:
    """Return left, top, width and height of a line, in mm."""
    across, down = (rule.thickness, rule.length) if rule.down else (rule.length, rule.thickness)
    x = rule.x - (rule.thickness / 2 if rule.down else 0)
    y = rule.y - (0 if rule.down else rule.thickness / 2)
    return x, y, across, down


def _rule(rule: Rule) -> str:
    x, y, across, down = ruled(rule)
    colour = RED if rule.red else BLACK
    return (
        f'<b style="left:{x:.3f}mm;top:{y:.3f}mm;width:{across:.3f}mm;height:{down:.3f}mm;'
        f'background:{colour}"></b>'
    )


def _stamp(stamp: Stamp) -> str:
    size, middle = stamp.diameter, stamp.diameter / 2
    return (
        f'<svg style="left:{stamp.x - middle:.3f}mm;top:{stamp.y - middle:.3f}mm" '
        f'width="{size}mm" height="{size}mm" viewBox="0 0 {size} {size}">{engraved(stamp)}</svg>'
    )


def engraved(stamp: Stamp) -> str:
    """Draw the sample of a seal, in mm: ring, star, name along the ring, 样章 below."""
    middle = stamp.diameter / 2
    star = " ".join(
        f"{middle + r * math.sin(a):.2f},{middle - r * math.cos(a):.2f}"
        for k in range(10)
        for r, a in [((6.0 if k % 2 == 0 else 2.3), k * math.pi / 5)]
    )
    return (
        f'<circle cx="{middle}" cy="{middle}" r="{middle - 0.6}" fill="none" stroke="{RED}" '
        f'stroke-width="1.2"/><polygon points="{star}" fill="{RED}"/>{_along(stamp)}'
    )


def _along(stamp: Stamp) -> str:
    """Return the name along the upper ring, read from the left, and 样章 below the star."""
    middle = stamp.diameter / 2
    step = min(math.radians(27), math.radians(250) / max(len(stamp.name) - 1, 1))
    size = min(4.6, (middle - 4.4) * step * 0.92)
    ring, found = middle - 1.8 - size * 0.88, []
    for n, char in enumerate(stamp.name):
        angle = (n - (len(stamp.name) - 1) / 2) * step
        x, y = middle + ring * math.sin(angle), middle - ring * math.cos(angle)
        found.append(_letter(char, x, y, size, math.degrees(angle)))
    for n, char in enumerate("样章"):
        found.append(_letter(char, middle + (n - 0.5) * 8.4, middle + 12.0, 4.2, 0))
    return "".join(found)


def _letter(char: str, x: float, y: float, size: float, turned: float) -> str:
    """Draw a character as a shape: a seal is a picture, its words are no text of the document."""
    found = glyph("song", char)
    scale = size / found.font.em
    return (
        f'<path transform="translate({x:.3f} {y:.3f}) rotate({turned:.2f}) '
        f'scale({scale:.6f} {-scale:.6f}) translate({-found.width * found.font.em / 2:.0f} 0)" '
        f'fill="{RED}" d="{found.font.outline(char)}"/>'
    )
