"""A register on paper: A4 landscape, a long one bound in volumes that count their own pages.

Laying out takes 7 ms and 0.3 MB a row, so memory stays that of one volume. More than a few hundred
rows belong in a job.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from office.files.papers import joined
from office.printing import pdf

VOLUME = 500  # rows


def bound(
    template: str, title: str, headings: Sequence[str], lines: Iterable[Sequence[str]]
) -> bytes:
    """Print the lines of a register under its headings."""
    every = list(lines)
    volumes = [every[at : at + VOLUME] for at in range(0, len(every), VOLUME)] or [[]]
    facts = {"title": title, "headings": headings, "total": len(every)}
    return joined(
        pdf(template, facts | {"lines": part, "volume": _named(n, len(volumes))})
        for n, part in enumerate(volumes, 1)
    )


def _named(n: int, of: int) -> str:
    return f"第 {n} 册 / 共 {of} 册" if of > 1 else ""


def cell(value: Any) -> str:
    """Write a value as a register on paper does."""
    if isinstance(value, dt.date):
        return f"{value:%Y-%m-%d}"
    return "" if value is None else str(value)
