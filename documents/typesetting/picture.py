"""A page as a picture: the outlines of its characters where the layout puts them, as SVG.

The press draws the same pages; a picture of one takes a hundredth of the time, and stays sharp.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.typesetting.pages import Page, Piece, Rule, Stamp
from documents.typesetting.press import engraved, ruled
from documents.typesetting.sheet import BLACK, HEIGHT, RED, WIDTH
from documents.typesetting.text.faces import Font

TURNED = "translate(-9 290) rotate(-90)"  # as the press turns a page set across


def svg(page: Page) -> str:
    """Return a page; it holds outlines only, no word that could be read or run."""
    shapes: dict[tuple[Font, str], int] = {}
    parts = [each for each in page.parts if each.tag != "artifact"]
    inner = "".join(_piece(piece, shapes) for part in parts for piece in part.pieces)
    inner += "".join(map(_rule, page.rules)) + "".join(map(_stamp, page.stamps))
    if page.is_turned:
        inner = f'<g transform="{TURNED}">{inner}</g>'
    number = [each for each in page.parts if each.tag == "artifact"]
    inner += "".join(_piece(piece, shapes) for part in number for piece in part.pieces)
    outlines = "".join(
        f'<path id="c{n}" d="{font.outline(char)}"/>' for (font, char), n in shapes.items()
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH:g}mm" height="{HEIGHT:g}mm" '
        f'viewBox="0 0 {WIDTH:g} {HEIGHT:g}"><defs>{outlines}</defs>{inner}</svg>'
    )


def _piece(piece: Piece, shapes: dict[tuple[Font, str], int]) -> str:
    """Draw characters of one font; inside, a length is a unit of the font."""
    scale = piece.size / piece.font.em
    drawn = "".join(
        f'<use href="#c{shapes.setdefault((piece.font, char), len(shapes))}" x="{x:.0f}"/>'
        for char, x in _placed(piece)
    )
    place = f"translate({piece.x:.3f} {piece.y:.3f}) scale({scale * piece.narrow:.6f} {-scale:.6f})"
    colour = f' fill="{RED}"' if piece.red else ""
    return f'<g transform="{place}"{colour}>{drawn}</g>' if drawn else ""


def _placed(piece: Piece) -> Iterator[tuple[str, float]]:
    font, x = piece.font, 0.0
    for char in piece.text:
        if char.strip():
            yield char, x
        x += ((font.advance(char) or 0.0) + piece.spacing / piece.size) * font.em


def _rule(rule: Rule) -> str:
    x, y, across, down = ruled(rule)
    colour = RED if rule.red else BLACK
    return (
        f'<rect x="{x:.3f}" y="{y:.3f}" width="{across:.3f}" height="{down:.3f}" fill="{colour}"/>'
    )


def _stamp(stamp: Stamp) -> str:
    middle = stamp.diameter / 2
    place = f"translate({stamp.x - middle:.3f} {stamp.y - middle:.3f})"
    return f'<g transform="{place}">{engraved(stamp)}</g>'
