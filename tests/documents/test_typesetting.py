"""A document on pages: every element at its place, nothing lost, nothing taken for markup."""

from __future__ import annotations

import io
import re
from typing import Any

import pypdfium2
import pytest
from pdfminer.pdfdocument import PDFDocument
from pdfminer.pdfparser import PDFParser
from pdfminer.pdftypes import resolve1

from documents.measuring.judge import measure
from documents.typesetting import paper, press
from documents.typesetting.layout import lay_out
from documents.typesetting.pages import Page
from documents.typesetting.paper import Unfit
from documents.typesetting.sheet import ACROSS, BOTTOM, CELL, LEFT, LINES, RIGHT, TOP
from documents.typesetting.text.faces import NoGlyph
from tests.documents import papers
from tests.documents.official import SOURCE, WHY_NOT, documents
from tests.documents.samples import (
    ALL,
    CENTRE,
    JOINT,
    LETTER,
    LONG,
    MINUTES,
    PAGES,
    UNSEALED,
    UPWARD,
    failed,
    pages_of,
    printed,
)


def words(pages: list[Page]) -> str:
    parts = [part for page in pages for part in page.parts if part.tag != "artifact"]
    return "".join(piece.text for part in parts for piece in part.pieces)


def texts(page: Page) -> list[str]:
    return ["".join(piece.text for piece in part.pieces) for part in page.parts]


def at(pages: list[Page], text: str) -> tuple[int, float, float]:
    """Return page, x and y of the part that begins with a text."""
    for n, page in enumerate(pages, 1):
        for part in page.parts:
            if "".join(piece.text for piece in part.pieces).startswith(text):
                return n, part.pieces[0].x, part.pieces[0].y
    raise AssertionError(text)


# --- Nothing is lost --------------------


@pytest.mark.skipif(SOURCE is None, reason=WHY_NOT)
def test_every_character_of_the_published_documents_is_printed() -> None:
    for document in documents():
        shown = re.sub(r"\s", "", words(pages_of(document)))
        for key in (document["body"], *(each["body"] for each in document.get("attachments", ()))):
            for line in key.splitlines():
                assert re.sub(r"\s", "", line) in shown, (document["title"], line[:30])


# --- A14–A16: words stay words --------------------

HOSTILE = (
    "<script>alert(1)</script>{{ 7*7 }}{% now %}&amp;<img src=file:///etc/passwd>\"';}</style>"
)


@pytest.mark.parametrize("name", ["upward", "letter", "minutes"])
def test_markup_in_any_field_stays_text(name: str) -> None:
    """A14, A15, A16: nothing that is typed is read as HTML, as a template, or fetched."""
    sample: dict[str, Any] = {}
    for key, value in ALL[name].items():
        sample[key] = value
        if key in ("title", "body", "note", "printed_by", "number", "mark"):
            sample[key] = f"{value}{HOSTILE}"
        elif key in ("institution", "signers", "addressees", "copy_to", "signature"):
            sample[key] = [HOSTILE]
        elif key == "attachments":
            sample[key] = [{"title": HOSTILE, "body": HOSTILE}]

    text = papers.text(press.pdf(pages_of(sample), title=HOSTILE))

    whole = papers.squeezed(HOSTILE)
    assert text.count(whole) >= 1
    assert "49" not in text.replace("49.", "")


def test_a_css_break_out_in_a_title_does_nothing() -> None:
    found = pypdfium2.PdfDocument(press.pdf(pages_of(UNSEALED), title="</title><b>x"))
    assert found.get_metadata_dict()["Title"] == "</title><b>x"


# --- What cannot be set --------------------


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"body": "好\x00坏"}, "body 里有看不见的字符 U+0000"),
        ({"title": "通\x07知"}, "title 里有看不见的字符 U+0007"),
        ({"note": "一\n二"}, "note 里有换行"),
        ({"addressees": ["某\u202e局"]}, "addressees 里有看不见的字符 U+202E"),
        ({"body": "一\u200b二"}, "body 里有看不见的字符 U+200B"),
        ({"attachments": [{"title": "\x1b", "body": ""}]}, "title 里有看不见的字符"),
        ({"attachments": [{"title": "", "body": ""}]}, "attachments 里有一个没有 title"),
        ({"titel": "通知"}, "不认识的键：titel"),
        ({"title": "  "}, "缺少：title"),
        ({"institution": []}, "缺少：institution"),
        ({"format": "memo"}, "format 应是"),
        ({"date": "2026年3月5日"}, "date 应是 2026-03-05"),
        ({"date": "2026-02-30"}, "date 应是 2026-03-05"),
        ({"seal": "yes"}, "seal 应是 true 或 false"),
        ({"signers": "陈国梁"}, "signers 应是文字的列表"),
        ({"body": 7}, "body 应是文字"),
        ({"body": "\n".join(["|" + "甲|" * 60] * 2)}, "表格有 60 栏"),
        ({"copy_to": [f"江川省第{n}局" for n in range(200)]}, "copy_to 太长"),
    ],
)
def test_what_is_wrong_is_said_with_its_key(change: dict[str, Any], says: str) -> None:
    with pytest.raises(Unfit, match=re.escape(says)):
        pages_of(UNSEALED, **change)


@pytest.mark.parametrize("text", ["[" * 100_000, "{", "[]", "null", ""])
def test_what_is_no_object_is_refused(text: str) -> None:
    with pytest.raises(Unfit):
        paper.read(text)


@pytest.mark.parametrize(("char", "code"), [("\ue000", "U+E000"), ("😀", "U+1F600")])
def test_a_character_without_a_glyph_is_named(char: str, code: str) -> None:
    with pytest.raises(NoGlyph, match=re.escape(code)):
        pages_of(UNSEALED, body=f"请转{char}同志。")


def test_a_rare_character_comes_from_another_font() -> None:
    assert "㑇" in papers.text(printed(UNSEALED, body="请转㑇同志。"))


# --- Elements --------------------


def test_a_long_list_of_addressees_goes_to_the_foot() -> None:
    names = [f"江川省第{n}市场监督管理局" for n in range(24)]
    pages = pages_of(JOINT, addressees=names, title="关于开展行动的通知")

    assert at(pages, "主送：")[0] == len(pages)
    assert any("根据《江川省" in text for text in texts(pages[0]))  # page 1 shows text (7.3.2)
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()


def test_names_of_bodies_are_not_torn_in_a_title() -> None:
    lines = next(part for part in pages_of(JOINT)[0].parts if part.tag == "h1").pieces

    assert [piece.text for piece in lines] == [
        "江川省市场监督管理局、", "江川省财政厅、江川省数据局",
        "关于开展公共数据质量提升行动的通知",
    ]  # fmt: skip


def test_a_mark_gives_way_to_text_on_page_one() -> None:
    names = [f"江川省{name}厅" for name in "财政教育公安民政司法审计交通水利农业商务"][:10]
    title = "关于" + "进一步加强政府网站和政务新媒体安全管理工作" * 3 + "有关问题的通知"
    pages = pages_of(JOINT, institution=names, signers=["陈国梁"] * 10, title=title, seal=False)

    assert pages[0].first < LINES
    assert "L18" not in failed(measure(press.pdf(pages, title="样稿")))


def test_the_longest_mark_is_larger_than_the_title() -> None:
    pages = pages_of(UNSEALED, mark="江川省人民政府推进政府职能转变和放管服改革协调小组办公室")
    mark = next(piece for part in pages[0].parts for piece in part.pieces if piece.red)

    assert mark.size > 22 / 72 * 25.4
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()


def test_a_long_note_goes_on_below() -> None:
    note = "联系人：刘志远，电话：0571-88001234；" * 4
    pages = pages_of(PAGES, note=note)

    assert f"（{note}）" in words(pages)
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()


@pytest.mark.parametrize("signers", [["Smith John"], ["买买提·阿不都热合曼"] * 3, ["陈"] * 9])
def test_names_of_signers_end_one_character_from_the_right(signers: list[str]) -> None:
    pages = pages_of(UPWARD, signers=signers)
    assert failed(measure(press.pdf(pages, title="样稿"))) - {"L14"} == set()
    names = [piece for part in pages[0].parts for piece in part.pieces if piece.text in signers]
    assert len(names) == len(signers)
    assert max(piece.end for piece in names) == pytest.approx(RIGHT - CELL, abs=0.2)


def test_a_title_broken_by_hand() -> None:
    content = printed(UNSEALED, title="江川省标准化研究院\n关于举办培训班的通知")
    with pypdfium2.PdfDocument(content) as found:
        assert found.get_metadata_dict()["Title"] == "江川省标准化研究院关于举办培训班的通知"


def test_a_blank_line_above_those_present() -> None:
    pages = pages_of(MINUTES, copy_to=[], printed_by="", printed_on="2026-11-25")
    above, people = at(pages, "一、会议听取")[2], at(pages, "出席")[2]

    assert people - above == pytest.approx(2 * pages[0].pitch, abs=0.2)


@pytest.mark.parametrize("count", [2, 3, 6, 14])
def test_joint_seals_stay_apart_and_inside(count: int) -> None:
    names = [f"江川省{n}号行政管理局" for n in range(count)]
    pages = pages_of(JOINT, institution=names, mark=CENTRE, title="关于开展行动的通知")
    stamps = [(n, each) for n, page in enumerate(pages) for each in page.stamps]

    assert [each.name for _n, each in stamps] == names
    for n, (page, each) in enumerate(stamps):
        half = each.diameter / 2
        assert each.x - half >= LEFT
        assert each.x + half <= RIGHT
        assert each.y - half >= TOP - 1
        assert each.y + half <= BOTTOM + 1
        for other_page, other in stamps[:n]:
            far = (each.x - other.x) ** 2 + (each.y - other.y) ** 2 > each.diameter**2
            assert page != other_page or far
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()


def test_the_foot_on_an_even_page() -> None:
    short = lay_out(paper.of(UNSEALED), even_imprint=True)
    one = {**UNSEALED, "note": "", "institution": CENTRE}
    single = lay_out(paper.of(one), even_imprint=True)
    longer = PAGES | {
        "body": "\n".join([LONG] * 12),
        "copy_to": ["省市场监管局"],
        "printed_by": "办公室",
    }
    three = lay_out(paper.of(longer), even_imprint=True)

    assert [len(pages) % 2 for pages in (short, single, three)] == [0, 0, 0]
    for pages in (short, single, three):
        assert failed(measure(press.pdf(pages, title="样稿"))) == set()


def test_neither_a_blank_page_nor_the_foot_alone_is_numbered() -> None:
    """7.5: a blank page before 版记."""
    for rows in range(20, 80):
        sample = UNSEALED | {"body": "好。\n" * rows}
        pages = lay_out(paper.of(sample), even_imprint=True)
        bare = [n for n, page in enumerate(pages, 1) if not page.is_numbered]
        if bare:
            assert bare == [len(pages) - 1, len(pages)]
            assert failed(measure(press.pdf(pages, title="样稿"))) == set()
            return
    raise AssertionError("no length leaves a blank page")


# --- Tables --------------------


def table(columns: int, rows: int, cell: str = "12.50") -> str:
    head = "|" + "|".join(f"第{n}季度" for n in range(columns)) + "|"
    return "\n".join([head, "|---" * columns + "|", *["|" + f"{cell}|" * columns] * rows])


def test_a_table_goes_on_overleaf_under_its_head() -> None:
    pages = pages_of(PAGES, body=f"现列表如下：\n{table(4, 80)}\n请核对。")

    with_head = [page for page in pages if "第0季度" in texts(page)]
    assert len(with_head) > 2
    assert words(pages).count("12.50") == 320
    assert all(rule.y <= BOTTOM + 0.1 for page in pages for rule in page.rules)
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()


def test_a_cell_taller_than_a_page_is_parted() -> None:
    cell = "按实际里程核定燃油维修和保险费用" * 60
    pages = pages_of(PAGES, body=f"如下：\n{table(2, 1, cell)}")

    assert words(pages).count("核定") == 120
    lowest = max(piece.y for page in pages for part in page.parts if part.tag == "td"
                 for piece in part.pieces)  # fmt: skip
    assert lowest < BOTTOM


def test_a_wide_table_lies_across_its_pages() -> None:
    """Clause 8: its head at the left edge on all pages; the number where it always is."""
    pages = pages_of(PAGES, body=f"现列表如下：\n{table(13, 40)}\n请核对。")
    turned = [n for n, page in enumerate(pages, 1) if page.is_turned]
    assert turned[:2] == [2, 3]

    content = press.pdf(pages, title="样稿")
    assert failed(measure(content)) == set()
    with pypdfium2.PdfDocument(content) as found:
        for number in turned[:2]:
            text = found[number - 1].get_textpage()
            left, _bottom, _right, _top = text.get_charbox(text.get_text_range().index("第"))
            assert LEFT < left / 72 * 25.4 < LEFT + 12


def test_figures_stand_below_each_other() -> None:
    body = "如下：\n|项目|金额|\n|---|---|\n|甲|1.50|\n|乙|1200.00|\n|丙|30.25|"
    pages = pages_of(UNSEALED, body=body)
    ends = set()
    for part in pages[0].parts:
        text = "".join(piece.text for piece in part.pieces)
        if part.tag == "td" and re.fullmatch(r"[\d.]+", text):
            piece = part.pieces[-1]
            wide = sum(piece.font.advance(char) * piece.size + piece.spacing for char in text)
            ends.add(round(piece.x + wide, 1))
    assert len(ends) == 1


def test_regulations_have_chapters_in_the_middle_and_articles_in_black() -> None:
    text = "第一章　总则\n第一条　为规范管理，制定本办法。\n第一，要重视。"
    pages = pages_of(UNSEALED, attachments=[{"title": "办法", "body": text}])
    page = next(page for page in pages if "附件" in texts(page))
    chapter, article, plain = page.parts[2:5]

    middle = (chapter.pieces[0].x + LEFT + ACROSS - (chapter.pieces[0].x - LEFT)) / 2
    assert middle == pytest.approx((LEFT + RIGHT) / 2, abs=0.5)
    assert "Hei" in article.pieces[0].font.family
    assert article.pieces[0].text == "第一条"
    assert "Hei" not in plain.pieces[0].font.family


def in_black(body: str) -> list[str]:
    """Return what of a body stands in the face of headings."""
    pieces = [piece for part in pages_of(UNSEALED, body=body)[0].parts for piece in part.pieces]
    return [piece.text for piece in pieces if "Hei" in piece.font.family]


@pytest.mark.parametrize(
    ("body", "black"),
    [
        ("一、要高度重视。各科室要认真落实。", ["一、要高度重视。"]),
        (f"一、{LONG}", ["一、"]),
        ("一、同意更换存储设备1台。", ["一、"]),  # an item, no heading
        (f"一、要高度重视。各科室要落实。\n二、{LONG}", ["一、", "二、"]),  # one list, one way
        (f"一、总体要求\n各科室要落实。\n二、{LONG}", ["一、总体要求", "二、"]),
    ],
)
def test_a_sentence_is_no_heading_and_a_list_is_set_alike(body: str, black: list[str]) -> None:
    assert in_black(body) == black


# --- PDF/A --------------------


def test_the_file_is_a_tagged_archive_copy_in_chinese() -> None:
    content = printed(UPWARD)
    document = PDFDocument(PDFParser(io.BytesIO(content)))
    catalog = document.catalog
    about = resolve1(catalog["Metadata"]).get_data().decode("utf8")

    assert re.search(r"pdfaid:part[^\d]*2", about)
    assert re.search(r"pdfaid:conformance[^A-Z]*A", about)
    assert resolve1(resolve1(catalog["OutputIntents"])[0])["S"].name == "GTS_PDFA1"
    assert catalog["Lang"].decode() == "zh-Hans"
    assert resolve1(catalog["MarkInfo"])["Marked"] is True
    assert resolve1(catalog["StructTreeRoot"])["Type"].name == "StructTreeRoot"
    with pypdfium2.PdfDocument(content) as found:
        assert found.get_metadata_dict()["Title"] == UPWARD["title"]


def test_every_font_is_embedded() -> None:
    document = PDFDocument(PDFParser(io.BytesIO(printed(UPWARD))))
    fonts = [
        font
        for xref in document.xrefs for number in xref.get_objids()
        if isinstance(font := resolve1(document.getobj(number)), dict)
        and getattr(font.get("Type"), "name", "") == "FontDescriptor"
    ]  # fmt: skip

    assert len(fonts) >= 5
    assert all({"FontFile2", "FontFile3"} & set(font) for font in fonts)


def test_the_same_document_makes_the_same_pages() -> None:
    assert papers.pages(printed(LETTER)) == papers.pages(printed(LETTER))


@pytest.mark.slow
def test_two_hundred_pages() -> None:
    pages = pages_of(PAGES, body="\n".join([LONG] * 1100))
    assert len(pages) >= 199
    assert failed(measure(press.pdf(pages, title="样稿"))) == set()
