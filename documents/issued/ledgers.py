"""用印登记簿 and 分发登记: who may see them, and one page of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, QuerySet
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from documents.drafting.models import Copy, Dispatch, Impression, Seal
from documents.drafting.workflow import State
from documents.issued import tables
from documents.issued.filters import SENT, CopyFilter, ImpressionFilter
from office import clock
from office.errors import NotAllowed
from office.listing import Column, ListPage, Row
from office.people.models import Unit, User
from office.templatetags.office import moment
from office.workdays import calendar

NUMBER = (
    Coalesce(F("dispatch__year"), 0), F("dispatch__code__code"), Coalesce(F("dispatch__serial"), 0),
)  # fmt: skip
DAYS = 3  # workdays after which a copy that was sent and not acknowledged is asked for


@dataclass(frozen=True)
class Ledger:
    """One book beside the register of dispatches."""

    address: str
    title: Any
    permission: str
    rows: Callable[[User], QuerySet[Any]]
    fields: Sequence[str]
    filled: Callable[[list[Row]], list[Row]]
    shape: Callable[[list[Row]], list[Row]]
    filterset: Any
    sorts: dict[str, tuple[Any, ...]]
    default: str
    on_paper: str  # its order there, where a book begins with its first line
    views: tuple[tuple[str, Any], ...] = ()
    narrowed: Callable[[QuerySet[Any], str], QuerySet[Any]] = lambda rows, _view: rows

    def demand(self, reader: User) -> None:
        """Raise NotAllowed for who may not see this book."""
        if not reader.has_perm(self.permission):
            words = _("The book of seals and that of distribution are kept by the registry, the "
                      "keepers of seals and the office director.")  # fmt: skip
            raise NotAllowed(words)

    def view_named(self, data: QueryDict) -> str:
        """Return the view an address asks for: what is open, or everything once one filters."""
        asked, names = data.get("view", ""), [name for name, _label in self.views]
        if asked in names or not names:
            return asked if names else ""
        return "all" if any(data.get(name) for name in self.filterset.Meta.fields) else names[0]

    def page(self, data: QueryDict, reader: User, *, is_screen: bool = True) -> ListPage:
        """Return the page an address asks for, as the screen shows it or with every column."""
        view, order = self.view_named(data), self.default if is_screen else self.on_paper
        return ListPage(
            data, lambda: self.narrowed(self.rows(reader), view), sorts=self.sorts,
            default=order, fields=self.fields, filterset=self.filterset,
            shape=self.shape if is_screen else self.filled,
        )  # fmt: skip


def _impressions(reader: User) -> QuerySet[Impression]:
    return Impression.objects.filter(dispatch__in=Dispatch.objects.visible_to(reader).values("pk"))


def _copies(reader: User) -> QuerySet[Copy]:
    """Copies of what bears a number; till then the list is only a plan."""
    rows = Dispatch.objects.visible_to(reader).exclude(serial=None)
    return Copy.objects.filter(dispatch__in=rows.values("pk"))


def _which(rows: QuerySet[Copy], view: str) -> QuerySet[Copy]:
    """Narrow to copies that were not sent, or were sent and not acknowledged; not of void ones."""
    if view == "all":
        return rows
    rows = rows.filter(received_at=None).exclude(dispatch__state=State.VOID)
    return rows.filter(sent_at__isnull=view == "unsent")


def _shaped_seals(rows: list[Row]) -> list[Row]:
    for row in tables.filled_seals(rows):
        _named(row)
        row["at"] = moment(row["set_at"])
        row["by"] = tables.acting(row["set_by__name"], row["on_behalf_of__name"])
    return rows


def _shaped_copies(rows: list[Row]) -> list[Row]:
    ways = dict(Copy.Way.choices)
    for row in tables.filled_copies(rows):
        _named(row)
        row["numbers"] = tables.numbers_of_copies(row)
        row["way_label"] = ways.get(row["way"], "")
        row["sent"], row["received"] = moment(row["sent_at"]), moment(row["received_at"])
        row["received_by"] = row["received_by__name"] or row["received_outside_by"]
        row["light"] = _light(row)
    return rows


def _light(row: Row) -> Any:
    """Say how a copy stands: a sent one that nobody acknowledged is asked for after some days."""
    if row["dispatch__state"] == State.VOID:
        return _lamp("none", _("Void document"))
    if row["received_at"]:
        return _lamp("done", _("Acknowledged"))
    if not row["sent_at"]:
        return _lamp("amber", _("To be sent"))
    days = calendar.between(row["sent_at"].date(), clock.today())
    words = _("Not acknowledged for %(n)s days") % {"n": days}
    return _lamp("red" if days > DAYS else "amber", words if days else _("Not yet acknowledged"))


def _lamp(colour: str, words: str) -> SafeString:
    return format_html('<span class="light light-{}">{}</span>', colour, words)


def _named(row: Row) -> None:
    row["number"] = tables.number_of(row, "dispatch__")
    row["url"] = f"{reverse('documents:dispatch')}{row['dispatch']}/"
    row["is_void"] = row["dispatch__state"] == State.VOID


SEALS = Ledger(
    "documents:dispatch-seals", gettext_lazy("Book of seals"), "documents.view_impression",
    _impressions, tables.SEAL_FIELDS, tables.filled_seals, _shaped_seals, ImpressionFilter,
    {"set": ("set_at",), "number": NUMBER, "seal": (F("seal__name"), "set_at")}, "-set",
    "set",
)  # fmt: skip
COPIES = Ledger(
    "documents:dispatch-copies", gettext_lazy("Book of distribution"), "documents.view_copy",
    _copies, tables.COPY_FIELDS, tables.filled_copies, _shaped_copies, CopyFilter,
    {"sent": (SENT,), "number": (*NUMBER, 0 - F("order")), "recipient": ("recipient",),
     "list": (*NUMBER, "order")}, "-number", "list",
    (("open", gettext_lazy("To be acknowledged")), ("unsent", gettext_lazy("To be sent")),
     ("all", pgettext_lazy("copies", "All"))),
    _which,
)  # fmt: skip


def books(reader: User) -> list[tuple[str, Any]]:
    """Return the addresses and names of the books a reader may open."""
    return [
        (reverse(each.address), each.title)
        for each in (SEALS, COPIES)
        if reader.has_perm(each.permission)
    ]


def choices(ledger: Ledger) -> dict[str, list[tuple[Any, Any]]]:
    """Return what the filter row of a book offers."""
    units = list(Unit.objects.filter(parent__isnull=False).values_list("pk", "short_name"))
    if ledger is SEALS:
        return {"seal": list(Seal.objects.values_list("pk", "name")), "unit": units}
    return {"unit": units, "way": list(Copy.Way.choices)}


def columns(ledger: Ledger) -> Sequence[Column]:
    """Return the columns of a book as it is taken away."""
    return tables.SEAL_COLUMNS if ledger is SEALS else tables.COPY_COLUMNS
