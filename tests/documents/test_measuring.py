"""The ruler: what is right passes, and every wrong measure is found under its own row."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pypdfium2
import pytest

from documents.measuring.judge import Unreadable, measure
from documents.typesetting.pages import Page, Part, Piece, Rule, written
from documents.typesetting.sheet import CELL, EM, LEFT, MM, TOP
from documents.typesetting.text.faces import glyph
from tests.documents.official import SOURCE, WHY_NOT, documents
from tests.documents.samples import (
    ALL,
    JOINT,
    LETTER,
    MINUTES,
    ORDER,
    PAGES,
    UNSEALED,
    UPWARD,
    failed,
    judged,
    pages_of,
    printed,
)

Change = Callable[[list[Page]], None]


# Rows which a sample must be judged by; what is not listed must not be there.
def rows(words: str) -> set[str]:
    return set(words.split())


ALWAYS = rows("L01 L02 L03 L05 L12 L15 L16 L18 L19 L36 L45")
ROWS = {
    "upward": ALWAYS - {"L12"} | rows("L04 L07 L08 L10 L11 L13 L14 L17 L20 L21 L22 L23 L24 L25 L26")
              | rows("L30 L31 L32 L33 L34 L35 L37"),
    "joint": ALWAYS | rows("L04 L07 L08 L09 L10 L11 L17 L20 L21 L22 L26 L33 L34 L35 L37"),
    "letter": ALWAYS - {"L12", "L15", "L36"}
              | rows("L17 L24 L25 L26 L34 L38 L39 L40 L41 L42"),
    "order": ALWAYS - {"L12", "L15", "L16"} | rows("L29 L43"),
    "minutes": ALWAYS - {"L15"} | rows("L20 L33 L34 L35 L44"),
    "unsealed": ALWAYS | rows("L11 L17 L27 L28 L30 L33 L34 L35"),
    "pages": ALWAYS | rows("L04 L06 L07 L11 L24 L25 L26 L37"),
}  # fmt: skip


@pytest.mark.parametrize("name", ALL)
def test_every_format_passes_and_only_the_rows_that_apply_are_there(name: str) -> None:
    verdicts = measure(printed(ALL[name]))

    assert [verdict for verdict in verdicts if not verdict.passed] == []
    assert {verdict.id for verdict in verdicts} - {"L37"} == ROWS[name] - {"L37"}


@pytest.mark.skipif(SOURCE is None, reason=WHY_NOT)
@pytest.mark.parametrize("number", range(24))
def test_the_published_documents_pass(number: int) -> None:
    verdicts = measure(printed(documents()[number]))

    assert [verdict for verdict in verdicts if not verdict.passed] == []
    assert {"L02", "L11", "L12", "L15", "L16", "L19"} <= {verdict.id for verdict in verdicts}


# --- Faults: each a small change of pages that were right --------------------


def change(
    pages: list[Page], wanted: Callable[[Part], bool], alter: Callable[[Piece], Piece]
) -> None:
    """Alter every piece of the parts that are wanted."""
    found = False
    for page in pages:
        for part in page.parts:
            if part.pieces and wanted(part):
                part.pieces = [alter(piece) for piece in part.pieces]
                found = True
    assert found


def has(*words: str) -> Callable[[Part], bool]:
    return lambda part: any(word in text_of(part) for word in words)


def begins(*words: str) -> Callable[[Part], bool]:
    return lambda part: text_of(part).startswith(words)


def text_of(part: Part) -> str:
    return "".join(piece.text for piece in part.pieces)


def everything(part: Part) -> bool:
    return part.tag != "artifact"


def is_label(part: Part) -> bool:
    return text_of(part) == "附件1"


def number_of_page(part: Part) -> bool:
    return part.tag == "artifact"


def is_mark(part: Part) -> bool:
    return part.pieces[0].red and part.pieces[0].size > 9


def is_text(part: Part) -> bool:
    """The plain text of a document: 3号, black, not a table nor the foot."""
    return part.of is not None and part.tag == "p"


def moved(x: float = 0.0, y: float = 0.0) -> Callable[[Piece], Piece]:
    return lambda piece: replace(piece, x=piece.x + x, y=piece.y + y)


def sized(points: float) -> Callable[[Piece], Piece]:
    return lambda piece: replace(piece, size=points / MM)


def faced(face: str) -> Callable[[Piece], Piece]:
    return lambda piece: replace(piece, font=glyph(face, "国").font)


def reworded(old: str, new: str) -> Callable[[Piece], Piece]:
    return lambda piece: replace(piece, text=piece.text.replace(old, new))


def blackened(piece: Piece) -> Piece:
    return replace(piece, red=False)


def wider(piece: Piece) -> Piece:
    return replace(piece, spacing=piece.spacing + 0.12)


def parts(wanted: Callable[[Part], bool], alter: Callable[[Piece], Piece]) -> Change:
    return lambda pages: change(pages, wanted, alter)


def lined(alter: Callable[[Rule], Rule | None], *, red: bool = False, at: int = 0) -> Change:
    """Alter one of the rules across the page, red ones or those of the foot."""

    def apply(pages: list[Page]) -> None:
        page = pages[0 if red else -1]
        flat = [rule for rule in page.rules if not rule.down and rule.red == red]
        new = alter(flat[at])
        page.rules = [rule for rule in page.rules if rule is not flat[at]]
        page.rules += [new] if new else []

    return apply


def stamps(**to: float) -> Change:
    """Move the seals by so many millimetres."""

    def apply(pages: list[Page]) -> None:
        for page in pages:
            page.stamps = [
                replace(each, x=each.x + to.get("x", 0.0), y=each.y + to.get("y", 0.0))
                for each in page.stamps
            ]

    return apply


def lines(count: int) -> Change:
    """Set so many lines where there are 22."""

    def apply(pages: list[Page]) -> None:
        for page in pages[1:]:
            for part in page.parts:
                if is_text(part):
                    part.pieces = [
                        replace(each, y=TOP + 4.8 + (each.y - TOP - 4.8) * 21 / (count - 1))
                        for each in part.pieces
                        if count >= 22 or each.y < TOP + 10.43 * (count - 0.2)
                    ]
            if count > 22 and (last := [p for p in page.parts if is_text(p)]):
                lowest = max((piece for part in last for piece in part.pieces), key=lambda p: p.y)
                step = 10.43 * 21 / (count - 1)
                last[-1].pieces.append(replace(lowest, y=lowest.y + step))

    return apply


def without(wanted: Callable[[Part], bool]) -> Change:
    def apply(pages: list[Page]) -> None:
        for page in pages:
            page.parts = [part for part in page.parts if not (part.pieces and wanted(part))]

    return apply


def number_on_page_one(pages: list[Page]) -> None:
    label = written("— 1 —", 165.0, 270.6, face="song", size=14 / MM, spacing=0.0)
    pages[0].parts.append(Part("artifact", label))


def second_double_line(pages: list[Page]) -> None:
    pages.append(Page(rules=[rule for rule in pages[0].rules if rule.y > 200]))


def lower_double_line(pages: list[Page]) -> None:
    pages[0].rules = [replace(r, y=r.y + 2) if r.y > 200 else r for r in pages[0].rules]


NUMBER = has("〔2026〕1", "〔2026〕8")
FAULTS: list[tuple[str, str, dict[str, Any], Change]] = [
    ("L02", "left margin 30 mm", PAGES, parts(everything, moved(x=2))),
    ("L03", "lines beyond the 版心", PAGES, parts(is_text, wider)),
    ("L04", "text 6 mm too low", PAGES, parts(is_text, moved(y=6))),
    ("L05", "text below the 版心", PAGES, parts(is_text, moved(y=3))),
    ("L06", "20 lines", PAGES, lines(20)),
    ("L06", "21 lines", PAGES, lines(21)),
    ("L06", "23 lines", PAGES, lines(23)),
    ("L07", "characters too far apart", PAGES, parts(is_text, wider)),
    ("L08", "份号 indented", UPWARD, parts(begins("000012"), moved(x=CELL))),
    ("L09", "密级 in 仿宋", JOINT, parts(begins("机密"), faced("body"))),
    ("L10", "紧急程度 a line lower", UPWARD, parts(begins("特急"), moved(y=10.4))),
    ("L11", "black 标志", UPWARD, parts(is_mark, blackened)),
    ("L11", "标志 5 mm too low", UPWARD, parts(is_mark, moved(y=5))),
    ("L11", "标志 off the middle", UPWARD, parts(is_mark, moved(x=3))),
    ("L12", "发文字号 off the middle", JOINT, parts(NUMBER, moved(x=4))),
    ("L12", "发文字号 too near the 标志", JOINT, parts(NUMBER, moved(y=-6))),
    ("L13", "发文字号 in the middle", UPWARD, parts(NUMBER, moved(x=40))),
    ("L14", "签发人 in 仿宋", UPWARD, parts(begins("签发人"), faced("body"))),
    ("L14", "签发人 at the margin", UPWARD, parts(begins("签发人"), moved(x=CELL))),
    ("L15", "red line 6 mm below", JOINT, lined(lambda r: replace(r, y=r.y + 2), red=True)),
    ("L15", "short red line", JOINT, lined(lambda r: replace(r, length=150), red=True)),
    ("L15", "no red line", JOINT, lined(lambda _r: None, red=True)),
    ("L16", "title off the middle", JOINT, parts(lambda p: p.tag == "h1", moved(x=3))),
    ("L16", "title too near the red line", JOINT, parts(lambda p: p.tag == "h1", moved(y=-6))),
    ("L16", "title in 三号", JOINT, parts(lambda p: p.tag == "h1", sized(20))),
    ("L16", "title in 黑体", JOINT, parts(lambda p: p.tag == "h1", faced("hei"))),
    ("L17", "主送 without its colon", JOINT, parts(begins("各市"), reworded("：", "。"))),
    ("L18", "no text on page 1", UNSEALED, without(begins("现就"))),
    ("L19", "paragraph without indent", UPWARD, parts(begins("坚持过紧日子"), moved(x=-CELL))),
    ("L19", "text in 小四", JOINT, parts(is_text, sized(15))),
    ("L19", "text in 宋体's bold", JOINT, parts(begins("坚持过紧日子"), faced("title"))),
    ("L20", "一、 in 仿宋", JOINT, parts(begins("一、总体"), faced("body"))),
    ("L21", "（一） in 黑体", JOINT, parts(begins("（一）"), faced("hei"))),
    ("L22", "1. in 黑体", JOINT, parts(begins("1.公务"), faced("hei"))),
    ("L23", "附件说明 without indent", UPWARD, parts(begins("附件：1"), moved(x=-CELL))),
    ("L23", "second attachment not aligned", UPWARD, parts(begins("2.数据库"), moved(x=-CELL))),
    ("L24", "sealed date at the margin", PAGES, parts(begins("2026年11月24日"), moved(x=3 * CELL))),
    ("L25", "署名 not over the date", PAGES, parts(lambda p: text_of(p) == "江川省质量技术信息中心",
                                                moved(x=-4))),
    ("L26", "seal beside the date", PAGES, stamps(x=-40)),
    ("L26", "seal below the name", PAGES, stamps(y=20)),
    ("L26", "seals of a joint document moved", JOINT, stamps(x=5)),
    ("L27", "unsealed names at the margin", UNSEALED,
     parts(begins("江川省标准化", "江川省质量技术信息中心", "2026年11月24日"), moved(x=CELL))),
    ("L28", "unsealed date under the name", UNSEALED, parts(
        begins("2026年11月24日"), moved(x=-2 * CELL))),
    ("L29", "签名章 at the margin", ORDER, parts(has("王海平"), moved(x=4 * CELL))),
    ("L30", "附注 without indent", UPWARD, parts(begins("（联系人"), moved(x=-2 * CELL))),
    ("L30", "附注 without brackets", UPWARD, parts(begins("（联系人"), reworded("（", "注"))),
    ("L31", "附件 with a colon", UPWARD, parts(is_label, reworded("1", "1："))),
    ("L31", "附件 in 仿宋", UPWARD, parts(is_label, faced("body"))),
    ("L32", "attachment title on line 2", UPWARD, parts(begins("设备购置预算表"), moved(y=-10.4))),
    ("L33", "short line", JOINT, lined(lambda r: replace(r, length=150), at=-1)),
    ("L33", "thick middle line", JOINT, lined(lambda r: replace(r, thickness=0.7), at=-2)),
    ("L33", "no first line", JOINT, lined(lambda _r: None, at=-3)),
    ("L33", "last line 3 mm high", JOINT, lined(lambda r: replace(r, y=r.y - 3), at=-1)),
    ("L34", "抄送 without a full stop", JOINT, parts(begins("抄送"), reworded("。", ""))),
    ("L34", "抄送 at the margin", JOINT, parts(begins("抄送"), moved(x=-5))),
    ("L34", "抄送 in 三号", JOINT, parts(begins("抄送"), sized(16))),
    ("L35", "印发 at the margin", JOINT, parts(has("印发"), moved(x=5))),
    ("L36", "page number at the left", JOINT, parts(number_of_page, moved(x=-130))),
    ("L36", "page number 5 mm too low", JOINT, parts(number_of_page, moved(y=5))),
    ("L36", "no page number", JOINT, without(number_of_page)),
    ("L37", "even number at the right", PAGES, parts(number_of_page, moved(x=8))),
    ("L38", "标志 of a letter too low", LETTER, parts(is_mark, moved(y=3))),
    ("L39", "double line turned over", LETTER,
     lined(lambda r: replace(r, thickness=0.3), red=True)),
    ("L40", "second line 2 mm too low", LETTER, lower_double_line),
    ("L40", "second line on page 2", LETTER, second_double_line),
    ("L41", "number of a letter at the left", LETTER, parts(NUMBER, moved(x=-80))),
    ("L42", "number on page 1 of a letter", LETTER, number_on_page_one),
    ("L42", "line above the foot of a letter", LETTER,
     lambda pages: pages[-1].rules.append(Rule(LEFT, 262.0, 156.0, 0.35))),
    ("L43", "标志 of an order too low", ORDER, parts(is_mark, moved(y=5))),
    ("L44", "标志 of minutes too high", MINUTES, parts(is_mark, moved(y=-5))),
    ("L44", "出席 in 仿宋", MINUTES, parts(begins("出席"), faced("body"))),
    ("L44", "no blank line above 出席", MINUTES, parts(begins("出席"), moved(y=-EM * 1.7))),
    ("L45", "red text", PAGES, parts(is_text, lambda piece: replace(piece, red=True))),
]  # fmt: skip


@pytest.mark.parametrize(
    ("row", "sample", "fault"),
    [pytest.param(row, sample, fault, id=f"{row}-{name}") for row, name, sample, fault in FAULTS],
)
def test_a_fault_is_found(row: str, sample: dict[str, Any], fault: Change) -> None:
    pages = pages_of(sample)
    fault(pages)

    assert row in failed(judged(pages))


def test_every_row_can_fail() -> None:
    every = {f"L{n:02}" for n in range(1, 46)}
    assert every - {row for row, *_rest in FAULTS} == {"L01"}


def test_text_must_be_black_and_paper_a4() -> None:
    from documents.typesetting import press
    from office import printing

    text = press.markup(pages_of(UNSEALED), "样稿")
    grey = printing.document(text.replace("</style>", "i { color: #777 }</style>"))
    small = printing.document(text.replace("size: A4", "size: 200mm 280mm"))

    assert "L45" in failed(measure(grey))
    assert "L01" in failed(measure(small))


@pytest.mark.parametrize("sizes", [[(595, 842)], [(595, 842)] * 4, [(842, 1191), (10, 10)]])
def test_blank_pages_are_judged_too(sizes: list[tuple[int, int]]) -> None:
    document, content = pypdfium2.PdfDocument.new(), io.BytesIO()
    for width, height in sizes:
        document.new_page(width, height)
    document.save(content)

    assert {"L11", "L16", "L18"} <= failed(measure(content.getvalue()))


@pytest.mark.parametrize("content", [b"", b"%PDF-1.7 nothing", b"\x00" * 100])
def test_what_is_no_pdf_is_refused(content: bytes) -> None:
    with pytest.raises(Unreadable):
        measure(content)
