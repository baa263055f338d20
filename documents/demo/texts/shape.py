"""The shape of a dispatch the demonstration office writes, and of an answer to what comes in.

``body`` is plain text as the writing screen takes it. Braces hold what the day of writing gives:
``{y}`` ``{m}`` ``{q}`` year, month and quarter; ``{y0}`` ``{m0}`` ``{q0}`` the last ones, with
``{ym}`` the year of the last month and ``{yq}`` that of the last quarter; ``{y1}`` ``{m1}`` the
next; ``{d8}`` the day eight workdays on, ``{n20_40}`` a figure that this month has. ``when`` are
the days of the year (“06-12”) around which it is begun. Without a ``signer`` the leader in charge
signs. ``units`` countersign. ``remark`` is why the one thing the proofreader asks about is right.
"""

from typing import NamedTuple

ALL = ("各科室",)
WHOLE = ("各科室", "各分中心")
ABOVE = ("江川省市场监督管理局",)
BRANCHES = {
    "各分中心": (
        "江川省质量技术信息中心云溪分中心",
        "江川省质量技术信息中心澜州分中心",
        "江川省质量技术信息中心东岭分中心",
    )
}


def monthly(day: int) -> tuple[str, ...]:
    """Return one day of every month."""
    return tuple(f"{month:02}-{day:02}" for month in range(1, 13))


def quarterly(day: int) -> tuple[str, ...]:
    """Return one day of each quarter's first month."""
    return tuple(f"{month:02}-{day:02}" for month in (1, 4, 7, 10))


class Text(NamedTuple):
    """One dispatch."""

    drafter: str
    kind: str
    title: str
    body: str
    when: tuple[str, ...] = ()
    to: tuple[str, ...] = ALL
    direction: str = "down"
    signer: str = ""
    copy_to: tuple[str, ...] = ()
    units: tuple[str, ...] = ()
    urgency: str = ""
    note: str = ""
    important: bool = False
    annexes: tuple[tuple[str, str], ...] = ()
    remark: str = ""


class Answer(NamedTuple):
    """What is written to a letter whose title has the words ``about``.

    Further braces: ``{s}`` who wrote, ``{b}`` its short name, ``{you}`` how it is addressed,
    ``{their}`` title and number of the letter, ``{w}`` the words ``about`` found, or the matter,
    ``{u}`` the unit in charge, with what it has ``{done}`` and ``{got}``, and what it ``{lacks}``.
    """

    about: str
    kind: str
    title: str
    body: str
    share: float = 1.0
    direction: str = "down"
    units: tuple[str, ...] = ()
