"""The tabs of a register with their counts, and the one spelling of an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from office.listing import kept_counts, shown
from office.people.models import User
from office.tabs.models import MOST, Tab

PLACES = {"after", "before", "as"}  # parameters that say where one is, not what one sees
Named = list[tuple[int, str, str]]


@dataclass(frozen=True)
class Link:
    """One tab as a register shows it."""

    pk: int
    name: str
    query: str
    count: int | None  # None: words are looked for, and that is not done for a number on a tab

    @property
    def shown(self) -> str:
        return "" if self.count is None else shown(self.count)


@dataclass(frozen=True)
class Shelf:
    """A person's tabs on one register, and the address he is at."""

    register: str
    query: str
    tabs: list[Link]

    @property
    def here(self) -> Link | None:
        """The tab whose address this is."""
        return next((tab for tab in self.tabs if tab.query == self.query), None)

    @property
    def is_full(self) -> bool:
        return len(self.tabs) >= MOST

    @property
    def menu(self) -> SafeString:
        """The form that keeps, renames or removes; the page adds its token by form="tab-form"."""
        tab = (self.here.pk, self.here.name) if self.here else None
        language = translation.get_language() or ""
        return _menu(language, self.register, self.query, tab, self.is_full)


@lru_cache(maxsize=256)
def _menu(
    _language: str, register: str, query: str, tab: tuple[int, str] | None, is_full: bool
) -> SafeString:
    """Draw the form once for each language and address."""
    context = {"register": register, "query": query, "is_full": is_full}
    if tab:
        context |= {"pk": tab[0], "name": tab[1]}
    return render_to_string("components/tab_menu.html", context)


def spelled(data: QueryDict) -> str:
    """Return what an address filters and sorts by, in one spelling whoever wrote it."""
    pairs = [(name, value) for name, values in data.lists() for value in values]
    said = [(n, v) for n, v in pairs if v and n not in PLACES and "\0" not in n + v]
    return urlencode(sorted(said))


def wanted(owner: User, register: str) -> tuple[type[Tab], str, Callable[[], Named]]:
    """Return how to ask for a person's tabs: an argument of `stamps.kept_together`."""
    rows = Tab.objects.visible_to(owner).filter(register=register)
    key = f"tabs:{owner.pk}:{register}"
    return Tab, key, lambda: list(rows.values_list("pk", "name", "query"))


def shelf(
    register: str,
    named: Named,
    data: QueryDict,
    *,
    reader: User,
    model: Any,
    rows: Callable[[QueryDict], QuerySet[Any]],
) -> Shelf:
    """Return the tabs with what they hold now: one statement for all, kept as other counts are.

    `rows` gives what an address filters; it is called only when a count is not kept.
    """
    counts: dict[str, int] = {}
    addresses = {query: QueryDict(query) for _pk, _name, query in named}
    if asked := {q: partial(rows, at) for q, at in addresses.items() if not at.get("q")}:
        scope = f"tabs|{'|'.join(asked)}"
        counts = kept_counts(model, reader, scope, lambda: {q: f() for q, f in asked.items()})
    tabs = [Link(pk, name, query, counts.get(query)) for pk, name, query in named]
    return Shelf(register, spelled(data), tabs)
