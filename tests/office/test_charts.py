"""Charts carry no script and no style, and a name is never markup."""

import pytest

from office import charts

MONTHS = ["10月", "11月"]


@pytest.mark.parametrize("draw", [charts.bars, charts.stacked, charts.lines, charts.across])
def test_a_chart_is_svg_and_nothing_else(draw):
    html = draw("每月收文", MONTHS, {"收文": [12, 30], "办结": [9, None]})

    assert html.startswith('<figure class="plot" role="img" aria-label="每月收文"><svg')
    assert "10月" in html
    assert "办结" in html
    for banned in ("<script", "<style", "style=", "<?xml", "http:", "https:"):
        assert banned not in html.replace("http://www.w3.org", "")


def test_a15_a_label_is_text():
    html = charts.bars('"><script>x</script>', ["<b>x</b>"], {"<i>y</i>": [1]})

    assert "<script" not in html
    assert "<b>x" not in html
    assert "<i>y" not in html


def test_no_numbers_are_drawn_as_none():
    assert "<svg" in charts.lines("无", [], {})


def test_on_paper_a_chart_brings_its_ink():
    chart = charts.across("各环节用时", ["登记", "落实承办人"], {"平均": [1.5, 2]})
    assert charts.on_paper(chart).count("<style>") == 1
    assert charts.on_paper("") == ""
