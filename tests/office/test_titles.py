"""Titles in lines: no word and no name torn, a shape that reads well."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from office.titles import title_lines

BODIES = ("江川省市场监督管理局", "江川省财政厅", "江川省数据局")
JOINT = "、".join(BODIES) + "关于开展公共数据质量提升行动的通知"


def test_a_short_title_is_one_line() -> None:
    assert title_lines("关于放假的通知", 20, shaped=True) == ("关于放假的通知",)


def test_names_stay_whole() -> None:
    lines = title_lines(JOINT, 20, BODIES, shaped=True)
    assert all(any(name in line for line in lines) for name in BODIES)


def test_a_title_broken_by_hand_stays_so() -> None:
    assert title_lines("江川省财政厅\n关于放假的通知", 20) == ("江川省财政厅", "关于放假的通知")


@pytest.mark.parametrize(
    ("title", "parted"),
    [
        ("国务院关于同意组建2008年北京奥运会首都国际机场协调委员会的批复", "2008年"),
        (
            "国务院办公厅关于印发文化体制改革中经营性文化事业单位转制为企业和进一步支持文化企业发展两个规定的通知",
            "进一步",
        ),
        ("国务院关于河北雄安新区总体规划（2018—2035年）的批复", "2018—2035年"),
    ],
)
def test_words_and_figures_stay_whole(title: str, parted: str) -> None:
    assert any(
        parted in line for line in title_lines(title, 20, ("国务院", "国务院办公厅"), shaped=True)
    )


@given(st.text("国务院关于印发通知工作的和与〔〕《》2026年A ", min_size=1, max_size=90))
def test_any_title_keeps_its_words_and_fits(title: str) -> None:
    lines = title_lines(title, 20, shaped=True)

    assert "".join(lines).replace(" ", "") == title.replace(" ", "")
    sizes = [sum(1.0 if char >= "\u2010" else 0.5 for char in line) for line in lines]
    assert max(sizes, default=0) <= 20 or "《" in title or "〔" in title


@pytest.mark.parametrize("words", ["关于进一步加强政府网站管理工作", "关于做好固定资产清查"])
def test_no_hourglass(words: str) -> None:
    sizes = list(
        map(len, title_lines(f"江川省质量技术信息中心{words}" * 2 + "的通知", 20, shaped=True))
    )
    falls = [b < a for a, b in pairwise(sizes)]
    assert not any(a and not b for a, b in pairwise(falls)) or len(sizes) < 3
