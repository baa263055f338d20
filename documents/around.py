"""What stands round the rows of a register: how many each usual view holds, one's own tabs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict

from office import clock
from office.audit.stamps import kept_together
from office.listing import ListPage, capped_counts, counts_key
from office.people.models import Unit, User
from office.periods import Period
from office.tabs import shelf as tabs


@dataclass(frozen=True)
class Register:
    """A register: the name of its address, its model, and its usual views as a reader has them."""

    address: str
    model: Any
    views: Callable[[User], Mapping[str, QuerySet[Any]]]
    on_screen: Callable[[QueryDict, User], ListPage]


@dataclass(frozen=True)
class Round:
    """How many each usual view holds, the units to filter by, own tabs, how many are filtered."""

    counts: dict[str, int]
    units: list[tuple[int, str]]
    shelf: tabs.Shelf
    filtered: int | None

    def here(self, view: str) -> int:
        """Return how many rows stand where one is."""
        if self.shelf.here and self.shelf.here.count is not None:
            return self.shelf.here.count
        return self.counts[view] if self.filtered is None else self.filtered


def round_the_rows(register: Register, page: ListPage, reader: User) -> Round:
    """Return what stands round a page, asked of the cache at once."""

    def units() -> list[tuple[int, str]]:
        rows = Unit.objects.filter(parent__isnull=False)
        return list(rows.values_list("pk", "short_name"))

    wanted: list[Any] = [
        (register.model, counts_key(reader, "views"),
         lambda: capped_counts(register.views(reader))),
        (Unit, "units:named", units),
        tabs.wanted(reader, register.address),
    ]  # fmt: skip
    if page.filter:
        wanted.append((register.model, counts_key(reader, page.filters), lambda: page.count))
    counts, named, own, filtered = [*kept_together(wanted), None][:4]
    shelf = tabs.shelf(
        register.address, own, page.data, reader=reader, model=register.model,
        rows=lambda asked: register.on_screen(asked, reader).filtered,
    )  # fmt: skip
    return Round(counts, named, shelf, filtered)


def period_of(about: Mapping[str, Any]) -> Period | None:
    """Return the days a figure speaks of; figures of now speak of today; None for no span."""
    today = clock.today()
    begin, end = about.get("begin") or today, about.get("end") or today
    return Period(begin, end) if begin <= end else None
