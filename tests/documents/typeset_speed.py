"""How fast paper is set, beside WeasyPrint's bare floor for the same words: run it by itself.

    python -m tests.documents.typeset_speed

The floor is the same text in plain paragraphs, broken by WeasyPrint, same fonts, same PDF/A.
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from html import escape
from multiprocessing import get_context

PREVIEW, MANY = "three pages, warm", "100 documents of two pages, two processes"
STYLE = (
    "@page { size: A4; margin: 37mm 26mm 35mm 28mm } p { font: 16pt/29pt FandolFang; margin: 0;"
    " text-indent: 2em; text-align: justify }"
)


def _begin() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "office.settings")
    django.setup()
    _paper(1)
    _floor(1)


def _body(pages: int) -> str:
    from tests.documents.samples import LONG

    return "\n".join([LONG] * (5 * pages - 4))


def _paper(pages: int) -> bytes:
    from tests.documents.samples import PAGES, printed

    return printed(PAGES, body=_body(pages), copy_to=["省市场监管局"], printed_by="办公室")


def _floor(pages: int) -> bytes:
    from office import printing

    lines = "".join(f"<p>{escape(line)}</p>" for line in _body(pages).splitlines())
    return printing.document(
        f'<html lang="zh-Hans"><title>x</title><style>{STYLE}</style>{lines}</html>'
    )


def milliseconds(make: Callable[[int], bytes], pages: int, rounds: int = 15) -> float:
    """Return the middle of several rounds in this process."""
    taken = []
    for _ in range(rounds):
        at = time.perf_counter()
        make(pages)
        taken.append(time.perf_counter() - at)
    return statistics.median(taken) * 1000


def a_second(make: Callable[[int], bytes], count: int = 100) -> float:
    """Return how many two-page documents two processes make in a second, both warm."""
    with ProcessPoolExecutor(2, get_context("spawn"), _begin) as pool:
        list(pool.map(make, [2] * 8))
        at = time.perf_counter()
        list(pool.map(make, [2] * count, chunksize=5))
        return count / (time.perf_counter() - at)


def main() -> None:
    """Print the figures."""
    _begin()
    sys.stdout.write(
        f"{PREVIEW}: {milliseconds(_paper, 3):.0f} ms; floor {milliseconds(_floor, 3):.0f} ms\n"
    )
    sys.stdout.write(f"{MANY}: {a_second(_paper):.1f} a second; floor {a_second(_floor):.1f}\n")


if __name__ == "__main__":
    main()
