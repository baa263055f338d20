"""How fast paper is set, beside WeasyPrint's bare floor for the same words, fonts and PDF/A."""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context

import django

from documents.typesetting import layout, paper, press
from office import printing

LINE = "关于进一步做好设备运行维护和质量数据报送工作，各单位应当明确责任，按时限要求落实到位。"
TWO_PAGES, THREE_PAGES = 13, 24  # so many paragraphs of two lines
PAPERS, WARM, ROUNDS, A_SECOND = 100, 8, 15, 10
STYLE = (
    "@page { size: A4; margin: 37mm 26mm 35mm 28mm } p { font: 16pt/29pt FandolFang; margin: 0;"
    " text-indent: 2em; text-align: justify }"
)
Make = Callable[[int], bytes]


def lines() -> Iterator[str]:
    """Set papers of two pages on two processes, then one by one, each beside the floor."""
    ours, floor = _a_second(typeset), _a_second(bare)
    word = "kept" if ours >= A_SECOND else "MISSED"
    yield (
        f"{PAPERS} papers of two pages, two processes: {ours:.1f} a second, WeasyPrint alone"
        f" {floor:.1f}; >= {A_SECOND}: {word}"
    )
    yield (
        f"one paper of two pages, warm: {_milliseconds(typeset):.0f} ms, WeasyPrint alone"
        f" {_milliseconds(bare):.0f} ms"
    )


def typeset(_n: int) -> bytes:
    """Set a paper of two pages."""
    value = {
        "institution": "江川省质量技术信息中心", "title": "关于报送质量数据的通知",
        "addressees": ["各科室"], "body": "\n".join([LINE] * TWO_PAGES), "date": "2026-11-02",
        "copy_to": ["省局"], "printed_by": "办公室", "printed_on": "2026-11-02",
    }  # fmt: skip
    return press.pdf(layout.lay_out(paper.of(value)), title=str(value["title"]))


def bare(_n: int) -> bytes:
    """Let WeasyPrint break the same words itself, in plain paragraphs over two pages."""
    body = "".join(f"<p>{escape(LINE)}</p>" for _line in range(TWO_PAGES))
    return printing.document(
        f'<html lang="zh-Hans"><title>x</title><style>{STYLE}</style>{body}</html>'
    )


def _a_second(make: Make) -> float:
    with ProcessPoolExecutor(2, get_context("spawn"), django.setup) as pool:
        list(pool.map(make, range(WARM)))
        began = time.perf_counter()
        list(pool.map(make, range(PAPERS), chunksize=5))
        return PAPERS / (time.perf_counter() - began)


def _milliseconds(make: Make) -> float:
    taken = []
    for n in range(ROUNDS + 1):
        began = time.perf_counter()
        make(n)
        taken.append(time.perf_counter() - began)
    return statistics.median(taken[1:]) * 1000
