"""Lines: whatever the text, no line breaks a rule, none is too wide, nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.typesetting.sheet import ACROSS, CELL, EM
from documents.typesetting.text.lines import NOT_FIRST, NOT_LAST, Line, broken, spans

HAN = "中华人民共和国国务院办公厅关于进一步加强政府网站管理工作的通知"
MARKS = "，。、；：！？）》〉】”’·（《〈【“‘"
PIECES = st.one_of(
    st.text(HAN, min_size=1, max_size=12),
    st.text(MARKS, min_size=1, max_size=3),
    st.sampled_from(
        ["——", "……", "2026年", "12.5%", "GB/T 9704", "〔2026〕12号", "5G", "km", "。”", "》。）"]
    ),
    st.from_regex(r"[A-Za-z0-9]{1,20}", fullmatch=True),
)
TEXTS = st.lists(PIECES, min_size=1, max_size=60).map("".join)


def plain(lines: list[Line]) -> str:
    return "".join(line.text for line in lines).replace(" ", "")


def ink(line: Line) -> tuple[float, float]:
    """Return where the black of a line begins and ends."""
    first, last = line.glyphs[0], line.glyphs[-1]
    left = line.xs[0] + first.font.ink(first.char)[0] * EM
    return left, line.xs[-1] + last.font.ink(last.char)[2] * EM


def forced(marks: str) -> bool:
    """Tell whether marks leave no place for a break: nothing but marks that must stay together."""
    return all(char in NOT_FIRST or char in NOT_LAST for char in marks)


@settings(max_examples=150, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    lines = broken(spans(text), ACROSS, indent=2 * CELL)

    assert plain(lines) == text.replace(" ", "")
    for n, line in enumerate(lines):
        assert ink(line)[1] <= ACROSS - (0 if n else 2 * CELL) + 0.1
        if n and not forced(line.text[:1] + lines[n - 1].text[-8:]):
            assert line.text[0] not in NOT_FIRST or line.text.startswith("——")
        if n < len(lines) - 1 and not forced(line.text[-1:] + lines[n + 1].text[:8]):
            assert line.text[-1] not in NOT_LAST


def test_twenty_eight_characters_fill_a_line() -> None:
    line = broken(spans("国" * 60), ACROSS)[0]

    assert len(line.glyphs) == 28
    assert [round(x / CELL, 2) for x in line.xs] == list(range(28))


@pytest.mark.parametrize(
    ("text", "starts"),
    [
        ("国" * 27 + "好。”国国", "好"),  # two marks find no room: they take a character along
        ("国" * 28 + "。国国", "国"),  # one mark hangs, its ink inside
        ("国" * 27 + "——国国", "——"),
        ("国" * 27 + "（国国）", "（"),
        ("国" * 27 + "2026年", "2026"),
        ("国" * 24 + "江政发〔2026〕12号", "〔2026〕12号"),
        ("国" * 26 + "12.5 km", "12.5 km"),
        ("国" * 26 + "“‘国’”", "“‘"),
    ],
)
def test_what_stays_together(text: str, starts: str) -> None:
    assert broken(spans(text), ACROSS)[1].text.startswith(starts)


def test_an_address_is_broken_after_its_signs() -> None:
    address = "http://www.jiangchuan.gov.cn/zwgk/2026/11/24/content_1234567890.html"
    lines = broken(spans(f"详见{address}。"), ACROSS)

    assert len(lines) == 2
    assert lines[0].text[-1] in "/-_?&=."
    assert plain(lines) == f"详见{address}。"


def test_a_word_longer_than_a_line_is_broken_where_the_line_is_full() -> None:
    lines = broken(spans("a" * 200), ACROSS)

    assert plain(lines) == "a" * 200
    assert max(ink(line)[1] for line in lines) <= ACROSS
