"""The same document as a Word file, read back."""

from __future__ import annotations

import io
import re
from typing import Any

import pytest
from docx import Document
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from documents.typesetting import paper
from documents.word.writing import docx
from tests.documents.samples import ALL, JOINT, LETTER, PAGES, UPWARD

# The order in which WordprocessingML wants what says how a thing looks; Word refuses another.
ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore widowControl pBdr shd tabs snapToGrid"
           " spacing ind jc rPr sectPr",
    "rPr": "rStyle rFonts b i color spacing w kern sz szCs lang",
    "tblPr": "tblStyle tblpPr tblW jc tblBorders tblLayout tblLook",
    "tcPr": "tcW tcBorders vAlign",
}  # fmt: skip


def opened(sample: dict[str, Any]) -> Any:
    return Document(io.BytesIO(docx(paper.of(sample))))


def face(run: Any) -> str:
    return run._element.rPr.rFonts.get(qn("w:eastAsia"))


def line(document: Any, words: str) -> Any:
    return next(each for each in document.paragraphs if words in each.text)


@pytest.mark.parametrize("name", ALL)
def test_paper_margins_and_grid(name: str) -> None:
    section = opened(ALL[name]).sections[0]

    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    margins = (section.top_margin, section.left_margin, section.right_margin, section.bottom_margin)
    assert [round(margin.mm) for margin in margins] == [37, 28, 26, 35]
    grid = section._sectPr.find(qn("w:docGrid"))
    assert grid.get(qn("w:type")) == "linesAndChars"
    assert 225 / 25.4 * 1440 / int(grid.get(qn("w:linePitch"))) == pytest.approx(22, abs=0.05)
    advance = 16 + int(grid.get(qn("w:charSpace"))) / 4096
    assert 156 / 25.4 * 72 / advance == pytest.approx(28, abs=0.05)


def test_faces_and_sizes() -> None:
    document = opened(UPWARD)
    level1, level2 = line(document, "一、总体要求"), line(document, "（一）严格")
    title = line(document, "关于购置")

    assert (face(level1.runs[0]), level1.runs[0].font.size) == ("黑体", Pt(16))
    assert face(level2.runs[0]) == "楷体_GB2312"
    assert face(level2.runs[1]) == "仿宋_GB2312"
    assert {(face(run), run.font.size) for run in title.runs} == {("方正小标宋简体", Pt(22))}
    assert face(line(document, "签发人").runs[-1]) == "楷体_GB2312"
    assert face(line(document, "附件1").runs[0]) == "黑体"
    mark = line(document, "江川省质量技术信息中心文件").runs[0]
    assert str(mark.font.color.rgb) == "E60012"
    assert mark.font.size > Pt(22)


def test_red_line_imprint_and_page_numbers() -> None:
    document = opened(UPWARD)
    number = line(document, "江质信〔2026〕12号")
    border = number._p.pPr.find(qn("w:pBdr")).find(qn("w:bottom"))
    assert border.get(qn("w:color")) == "E60012"

    imprint = document.tables[-1]
    assert imprint._tbl.tblPr.find(qn("w:tblpPr")).get(qn("w:tblpYSpec")) == "bottom"
    assert imprint.rows[0].cells[0].text == "抄送：江川省财政厅、江川省数据局。"
    assert imprint.rows[1].cells[0].text == "江川省质量技术信息中心办公室\t2026年11月25日印发"
    edges = [row.cells[0]._tc.tcPr.find(qn("w:tcBorders")) for row in imprint.rows]
    sizes = [
        edges[0].find(qn("w:top")),
        edges[0].find(qn("w:bottom")),
        edges[1].find(qn("w:bottom")),
    ]
    assert [int(each.get(qn("w:sz"))) for each in sizes] == [8, 6, 8]  # 0.35, 0.25, 0.35 mm

    assert document.settings.odd_and_even_pages_header_footer
    section = document.sections[0]
    for footer, side in ((section.footer, 2), (section.even_page_footer, 0)):
        assert footer.paragraphs[0].alignment == side
        assert "PAGE" in footer._element.xml
        assert re.sub(r"\s", "", footer.paragraphs[0].text) == "——"


def test_a_letter_has_no_number_on_its_first_page() -> None:
    section = opened(LETTER).sections[0]

    assert section.different_first_page_header_footer
    assert section.first_page_footer.paragraphs[0].text == ""
    assert section.first_page_header.paragraphs[0].text == LETTER["institution"]


def test_a_joint_mark_and_a_table() -> None:
    document = opened(JOINT)
    mark, figures = document.tables[0], document.tables[1]

    assert [each.text for each in mark.rows[0].cells[0].paragraphs] == JOINT["institution"]
    assert mark.rows[0].cells[1].text == "文件"
    assert figures.rows[0].cells[0].text == "序号"
    assert figures.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None


@pytest.mark.parametrize("name", ALL)
def test_every_word_is_in_it_and_in_an_order_word_accepts(name: str) -> None:
    sample = ALL[name]
    document = opened(sample)
    shown = re.sub(r"\s", "", "".join(each.text or "" for each in document.element.iter(qn("w:t"))))

    for text in (sample["body"], sample.get("note", ""), sample.get("number", "")):
        for each in text.splitlines():
            if not each.startswith("|"):
                assert re.sub(r"\s", "", each) in shown
    for tag, order in ORDERS.items():
        for found in document.element.iter(qn(f"w:{tag}")):
            places = [order.split().index(child.tag.split("}")[1]) for child in found]
            assert places == sorted(places), found.tag


def test_markup_stays_text() -> None:
    """A14: a Word file is XML; what is typed is not."""
    hostile = "</w:t><w:fldSimple w:instr='INCLUDETEXT'/>{{ 1 }}&amp;"
    document = opened(PAGES | {"body": hostile, "title": hostile})

    assert line(document, hostile).text == hostile
    assert document.element.findall(f".//{qn('w:fldSimple')}") == []
    assert round(document.sections[0].left_margin.mm) == Mm(28).mm
