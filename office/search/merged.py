"""One list of hits over several registers, newest first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from office.search.services import Found, Hit, Readable, hits
from office.search.words import Cursor

PAST_ALL = 2**62  # a key beyond every key


class Place(NamedTuple):
    """Where a page ended: the day, the register's place in the list, the key."""

    day: dt.date
    register: int
    pk: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.register}.{self.pk}"

    @classmethod
    def parse(cls, text: str) -> Place | None:
        """Read a place from the address; anything else is the beginning."""
        try:
            day, register, pk = text.split(".")
            return cls(dt.date.fromisoformat(day), int(register), min(int(pk), PAST_ALL))
        except ValueError:
            return None


@dataclass(frozen=True)
class Page:
    """The hits of one page with their registers; `total` None means more than are counted."""

    hits: list[tuple[Any, Hit]]
    total: int | None
    after: Place | None
    is_cut: bool


def everywhere(
    registers: Sequence[Readable], text: str, *, limit: int = 25, before: Place | None = None
) -> Page:
    """Search several registers, each as far as it may be read. Raises TooShort."""
    found = [
        hits(readable, text, limit=limit, before=_for(n, before))
        for n, readable in enumerate(registers)
    ]
    line = [(Place(hit.day, n, hit.pk), hit) for n, part in enumerate(found) for hit in part.hits]
    line.sort(key=lambda entry: (-entry[0].day.toordinal(), entry[0].register, -entry[0].pk))
    cut = _cut(found)
    if cut:
        line = [entry for entry in line if entry[0].day >= cut.day]
    shown = line[:limit]
    more = len(line) > limit or any(part.after for part in found)
    after = (cut if cut and len(line) <= limit else shown[-1][0]) if more else None
    totals = [part.total for part in found]
    total = None if None in totals else sum(total or 0 for total in totals)
    with_models = [(registers[at.register].model, hit) for at, hit in shown]
    return Page(with_models, total, after, is_cut=bool(cut))


def _for(register: int, place: Place | None) -> Cursor | None:
    """Return where one register goes on, when the merged list goes on at `place`."""
    if place is None:
        return None
    if register == place.register:
        return place.day, place.pk
    return place.day, 0 if register < place.register else PAST_ALL


def _cut(found: list[Found]) -> Place | None:
    """Return the newest day at which a register was cut: nothing older is shown before it."""
    ends = [Place(part.after[0], n, part.after[1]) for n, part in enumerate(found)
            if part.is_cut and part.after]  # fmt: skip
    return max(ends) if ends else None
