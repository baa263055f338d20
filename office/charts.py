"""Charts as inline SVG in our palette, drawn by pygal: no script, no style, the same on paper.

The colours come from the stylesheet (`.plot .color-0` …), so a chart follows light and dark; a
page always shows the table of its numbers beside or under it.
"""

import re
from collections.abc import Mapping, Sequence

import pygal
from django.utils.html import format_html
from django.utils.safestring import SafeString

Number = int | float | None
# What pygal writes for itself: the declaration, scripts, styles, and every inline style.
NOISE = re.compile(
    r"<\?xml.*?\?>|<!--.*?-->|<(script|style)\b.*?</\1>|<(script|style)[^>]*/>|\sstyle=\"[^\"]*\"|\sid=\"chart-[^\"]*\""
    r"|<title>Pygal</title>",
    re.DOTALL,
)


def bars(title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]) -> SafeString:
    """Draw upright bars side by side; `title` is what a screen reader says."""
    return _draw(pygal.Bar, title, labels, series)


def stacked(
    title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]
) -> SafeString:
    """Draw bars whose parts lie on one another."""
    return _draw(pygal.StackedBar, title, labels, series)


def lines(title: str, labels: Sequence[str], series: Mapping[str, Sequence[Number]]) -> SafeString:
    """Draw one line for each series; a missing number leaves a gap."""
    return _draw(pygal.Line, title, labels, series)


def _draw(
    kind: type[pygal.Graph],
    title: str,
    labels: Sequence[str],
    series: Mapping[str, Sequence[Number]],
) -> SafeString:
    chart = kind(
        width=640, height=280, margin=8, css=[], js=[], disable_xml_declaration=True,
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
