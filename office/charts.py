"""Charts as inline SVG in our palette, drawn by pygal: no script, no style, the same on paper.

The colours come from the stylesheet (`.plot .color-0` …), so a chart follows light and dark; a
page always shows the table of its numbers beside or under it.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence

import pygal
from django.utils.html import format_html
from django.utils.safestring import SafeString

WIDTH = 560  # about as wide as it is shown, so that its words keep their size
Number = int | float | None
# What pygal writes for itself and its script: styles, keys, notes for tooltips.
NOISE = re.compile(
    r"<\?xml.*?\?>|<!--.*?-->|<(script|style)\b.*?</\1>|<(script|style)[^>]*/>|\sstyle=\"[^\"]*\"|\sid=\"[^\"]*\""
    r"|<title>.*?</title>|<desc\b.*?</desc>",
    re.DOTALL,
)


# On paper no stylesheet reaches into a drawing: it carries its own, in ink.
INK = """<style>
text { font: 13px sans-serif; fill: #000 } .background { fill: none }
.guide, .axis .line { stroke: #bbb; stroke-width: .5; fill: none }
.axis.y text { text-anchor: end } .axis.x text { text-anchor: middle }
.color-0 rect, rect.color-0 { fill: #333 } .color-1 rect, rect.color-1 { fill: #bbb }
.color-2 rect, rect.color-2 { fill: #777 } .tooltip, .text-overlay { display: none }
</style>"""


def on_paper(chart: SafeString | str) -> SafeString:
    """Return a chart as a print template shows it."""
    return SafeString(str(chart).replace("<defs>", f"<defs>{INK}", 1))


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]) -> SafeString:
    """Draw upright bars side by side; `title` is what a screen reader says."""
    return _draw(pygal.Bar, title, labels, series)


def stacked(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]
) -> SafeString:
    """Draw bars whose parts lie on one another."""
    return _draw(pygal.StackedBar, title, labels, series)


def across(title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]) -> SafeString:
    """Draw bars that lie, the first label uppermost: for names that are long or many."""
    turned = {name: list(numbers)[::-1] for name, numbers in series.items()}
    height = 64 + (8 + 9 * max(len(series), 1)) * len(labels)
    left = max((_pixels(label) for label in labels), default=0)
    return _draw(pygal.HorizontalBar, title, list(labels)[::-1], turned, height, left)


def lines(title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]) -> SafeString:
    """Draw one line for each series; a missing number leaves a gap."""
    return _draw(pygal.Line, title, labels, series)


def _draw(
    kind: type[pygal.Graph],
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
    height: int = 240,
    left: int = 0,
) -> SafeString:
    chart = kind(
        width=WIDTH, height=height, margin=8, margin_left=8 + left, min_scale=3, max_scale=7,
        css=[], js=[], disable_xml_declaration=True,
        show_legend=len(series) > 1, legend_at_bottom=True, legend_box_size=10,
        show_minor_x_labels=True, truncate_label=-1, truncate_legend=-1, pretty_print=False,
        no_data_text="—", include_x_axis=True,
    )  # fmt: skip
    chart.x_labels = list(labels)
    for name, numbers in series.items():
        chart.add(name, list(numbers))
    svg = NOISE.sub("", chart.render(is_unicode=True))
    return format_html(
        '<figure class="plot" role="img" aria-label="{}">{}</figure>', title, SafeString(svg)
    )


def _pixels(label: str) -> int:
    """Return by how much a label is wider than pygal thinks, which knows no Chinese signs."""
    wide = sum(unicodedata.east_asian_width(sign) in "WF" for sign in label)
    return max(13 * wide + 7 * (len(label) - wide) - 6 * len(label), 0)
