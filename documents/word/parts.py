"""What WordprocessingML needs said that python-docx has no words for: faces, grid, rules."""

from __future__ import annotations

from typing import Any

from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Pt, RGBColor

# The names under which Word asks for the typeface classes of the standard.
FACES = {
    "title": "方正小标宋简体", "body": "仿宋_GB2312", "kai": "楷体_GB2312", "hei": "黑体",
    "song": "宋体",
}  # fmt: skip
TWIP = 1440 / 25.4  # in a millimetre
CELL = 15.794  # points: 156 mm of 28 characters
LINE = 580  # twips: 225 mm of 22 lines
RED = "E60012"


def mm(length: float) -> int:
    """Return millimetres in twips."""
    return round(length * TWIP)


def element(tag: str, **attributes: object) -> Any:
    """Return an element of WordprocessingML with its attributes."""
    made: Any = OxmlElement(f"w:{tag}")
    for name, value in attributes.items():
        made.set(qn(f"w:{name}"), str(value))
    return made


def face(run: Any, role: str, points: float, *, red: bool = False, narrow: float = 1.0) -> None:
    """Give a run, or a style, the typeface of a role."""
    run.font.size = Pt(points)
    properties = run._element.get_or_add_rPr()
    names = properties.find(qn("w:rFonts"))
    if names is None:
        names = element("rFonts")
        properties.insert(0, names)
    for script in ("ascii", "hAnsi", "eastAsia", "cs"):
        names.set(qn(f"w:{script}"), FACES[role])
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        names.attrib.pop(qn(f"w:{theme}"), None)
    names.set(qn("w:hint"), "eastAsia")
    if red:
        run.font.color.rgb = RGBColor.from_string(RED)
    if narrow < 1:
        squeezed = element("w", val=round(narrow * 100))
        properties.insert_element_before(squeezed, "w:kern", "w:position", "w:sz")


def indent(paragraph: Any, *, first: float = 0, left: float = 0, right: float = 0) -> None:
    """Indent a paragraph by characters; a negative first line hangs."""
    ind = element("ind", left=_twips(left), right=_twips(right))
    ind.set(qn("w:leftChars"), str(round(left * 100)))
    ind.set(qn("w:rightChars"), str(round(right * 100)))
    way = "firstLine" if first >= 0 else "hanging"
    ind.set(qn(f"w:{way}Chars"), str(round(abs(first) * 100)))
    ind.set(qn(f"w:{way}"), str(_twips(abs(first))))
    properties = paragraph._p.get_or_add_pPr()
    old = properties.find(qn("w:ind"))
    if old is not None:
        properties.remove(old)
    properties._insert_ind(ind)


def _twips(characters: float) -> int:
    return round(characters * CELL * 20)


def border(paragraph: Any, side: str, kind: str, *, eighths: int, space: float) -> None:
    """Draw a red line on one side of a paragraph; `space` in points, 31 at the most."""
    line = element(side, val=kind, sz=eighths, space=min(round(space), 31), color=RED)
    borders = element("pBdr")
    borders.append(line)
    properties = paragraph._p.get_or_add_pPr()
    later = ("shd", "tabs", "snapToGrid", "spacing", "ind", "jc", "rPr")
    properties.insert_element_before(borders, *(f"w:{tag}" for tag in later))


def cell_borders(cell: Any, **sides: int) -> None:
    """Draw black lines round a cell: side = eighths of a point, 0 for none."""
    borders = element("tcBorders")
    for side in ("top", "left", "bottom", "right"):
        if side in sides:
            size = sides[side]
            kind = {"val": "single", "sz": size} if size else {"val": "nil"}
            borders.append(element(side, color="000000", **kind))
    cell._tc.get_or_add_tcPr().append(borders)


def at_foot(table: Any) -> None:
    """Let a table stand at the foot of the type area (7.4)."""
    place = element(
        "tblpPr", leftFromText=0, rightFromText=0, vertAnchor="margin", horzAnchor="margin",
        tblpXSpec="left", tblpYSpec="bottom",
    )  # fmt: skip
    table._tbl.tblPr.insert_element_before(place, "w:tblW", "w:jc", "w:tblLayout", "w:tblLook")


def wide(table: Any, width: float) -> None:
    """Give a table its width in mm, and no other."""
    properties = table._tbl.tblPr
    for tag in ("w:tblW", "w:tblLayout"):
        if (old := properties.find(qn(tag))) is not None:
            properties.remove(old)
    size = element("tblW", w=mm(width), type="dxa")
    properties.insert_element_before(size, "w:jc", "w:tblLook")
    properties.insert_element_before(element("tblLayout", type="fixed"), "w:tblLook")


def page_field(paragraph: Any) -> None:
    """Write — 1 — with the number of the page (7.5)."""
    for text in ("— ", None, " —"):
        run = paragraph.add_run(text or "")
        face(run, "song", 14)
        if text is None:
            for part in ("begin", "PAGE", "end"):
                if part == "PAGE":
                    code = element("instrText")
                    code.text = " PAGE "
                    run._r.append(code)
                else:
                    run._r.append(element("fldChar", fldCharType=part))


def grid(section: Any) -> None:
    """Set the grid of 22 lines of 28 characters (5.2.3)."""
    old = section._sectPr.find(qn("w:docGrid"))
    if old is not None:
        section._sectPr.remove(old)
    space = round((CELL - 16) * 4096)
    section._sectPr.append(
        element("docGrid", type="linesAndChars", linePitch=LINE, charSpace=space)
    )
