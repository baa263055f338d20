"""One page of the book of dispatches: the rows a reader may see, in the words of the screen."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Count, F, QuerySet, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from documents.around import Register, period_of
from documents.drafting.models import Copy, Dispatch
from documents.drafting.workflow import OPEN, STAGE_OF, STAGES, State
from documents.issued import measures, tables
from documents.issued.filters import VIEWS, DispatchFilter, view_of
from office import clock, prepared
from office.access import ROLES
from office.desk.models import WorkItem
from office.lean import Lean
from office.listing import Draft, ListPage, Row
from office.people.models import User
from office.templatetags.office import day, lamp, mark
from office.workdays import calendar

FIELDS = (
    "pk", "code__code", "year", "serial", "draft_year", "draft_serial", "title", "urgency",
    "addressees", "unit__short_name", "drafter__name", "dated_on", "state", "due_on", "begun_at",
    "distributed_at", "closed_at",
)  # fmt: skip
ADDRESS = "documents:dispatch"
LINE = Lean("documents/issued/row.html")
FAR = Value(dt.date(9999, 12, 31))
SORTS: dict[str, tuple[Any, ...]] = {
    "begun": ("begun_at",),
    "dated": (Coalesce(F("dated_on"), FAR),),
    "number": (Coalesce(F("year"), 0), F("code__code"), Coalesce(F("serial"), 0)),
    "due": (Coalesce(F("due_on"), FAR),),
    "state": ("state", "begun_at"),
}
FILTERS = tuple(DispatchFilter.Meta.fields)


def view_named(data: QueryDict) -> str:
    """Return the view an address asks for: what is in hand, or everything once one filters."""
    asked = data.get("view", "")
    if asked in {name for name, _label, _late in VIEWS}:
        return asked
    return "all" if any(data.get(name) for name in FILTERS) else "open"


def on_screen(data: QueryDict, reader: User) -> ListPage:
    """Return the page an address asks for, as the screen shows it."""
    return _page(data, reader, FIELDS, shape)


def to_take_away(data: QueryDict, reader: User) -> ListPage:
    """Return the same rows with the columns of sheet and paper.

    A book begins with its first number, unless an order was chosen on the screen.
    """
    return _page(data, reader, tables.FIELDS, tables.filled, first="")


def _page(
    data: QueryDict, reader: User, fields: tuple[str, ...], shaped: Any, first: str = "-"
) -> ListPage:  # fmt: skip
    view = view_named(data)
    double, likeness, values = prepared.like(reader)

    def seen_by(user: User) -> Any:
        return view_of(Dispatch.objects.visible_to(user), view, user)

    return ListPage(
        data,
        lambda: seen_by(reader),
        draft=Draft(("dispatches", view, clock.today(), likeness), lambda: seen_by(double), values),
        sorts=SORTS,
        default=first + ("number" if view == "issued" else "begun"),
        fields=fields,
        filterset=DispatchFilter,
        shape=shaped,
    )


def _views(reader: User) -> dict[str, QuerySet[Dispatch]]:
    book = Dispatch.objects.visible_to(reader)
    return {name: view_of(book, name, reader) for name, _label, _late in VIEWS}


BOOK = Register(ADDRESS, Dispatch, _views, on_screen)


def figure(page: ListPage) -> str:
    """Say which figure these are the rows of, and what has no field in the filter row."""
    about = page.filter.form.cleaned_data if page.filter and page.filter.form.is_valid() else {}
    period = period_of(about) if about.get("measure") and about.get("begin") else None
    words = [period.name if period else ""]
    for name, known in (("measure", measures.NAMES), ("step", measures.LABELS)):
        words.append(str(known[about[name]]) if about.get(name) else "")
    words.append(about.get("rule", ""))
    words.append(_("Numbers of %(year)s") % {"year": about["year"]} if about.get("year") else "")
    return "　".join(filter(None, words))


def shape(rows: list[Row]) -> list[Row]:
    """Add what a line of the screen shows: number, light, who has it; three queries at most."""
    owners = _owners([row["pk"] for row in rows if row["state"] in OPEN])
    copies = _copies([row["pk"] for row in rows if row["distributed_at"]])
    reasons, days = tables.reasons_of(rows), calendar.exceptions()
    base, states = reverse(ADDRESS), dict(State.choices)
    for row in rows:
        state = State(row["state"])
        row["number"] = tables.number_of(row)
        row["url"] = f"{base}{row['pk']}/"
        row["what"] = row["title"] or _("Draft without a title")
        row["mark"] = mark(row["urgency"])
        row["day"] = day(row["dated_on"] or timezone.localtime(row["begun_at"]).date())
        row["to"] = _to(row, reasons)
        row["step"] = STAGES[STAGE_OF[state] - 1][1] if state in OPEN else states[state]
        row["of"] = _of_ten(STAGE_OF[state]) if state in OPEN else ""
        row["who"], row["where"], due = owners.get(row["pk"], ("", "", None))
        row["light"], row["due"] = _light(row, state, due, copies, days)
        row["fate"] = "void" if state == State.VOID else "valid"
        row["html"] = LINE(row)
    return rows


def _to(row: Row, reasons: dict[int, str]) -> SafeString | str:
    if row["pk"] in reasons:
        words = _("Void: %(reason)s") % {"reason": reasons[row["pk"]]}
        return format_html('<span class="why">{}</span>', words)
    return "，".join(row["addressees"])


def _of_ten(stage: int) -> SafeString:
    return format_html("<small>{}/{}</small>", stage, len(STAGES))


def _light(row: Row, state: State, due: Any, copies: Any, days: Any) -> tuple[Any, str]:
    """Say how it stands: until when, how many have received it, or when it was closed."""
    limit = row["due_on"]
    until = (limit or due) if state in OPEN else None
    if row["pk"] in copies:
        is_late = until is not None and until < clock.today()
        words = _("%(received)s/%(all)s received") % copies[row["pk"]]
        return lamp(until, days) if is_late else "", words
    if until is not None:
        words = _("to be issued by %(day)s") if limit else _("this step by %(day)s")
        return lamp(until, days), words % {"day": day(until)}
    if row["closed_at"]:
        return "", _("closed on %(day)s") % {"day": day(row["closed_at"])}
    return "", ""


def _owners(pks: list[int]) -> dict[int, tuple[str, str, Any]]:
    """Return who owes the next step, in which unit, until when; several are named together."""
    if not pks:
        return {}
    kind = ContentType.objects.get_for_model(Dispatch)
    items = WorkItem.objects.open().filter(content_type=kind, object_id__in=pks, reading=False)
    found: dict[int, tuple[str, str, Any]] = {}
    for pk, name, of, unit, role, due in items.order_by("pk").values_list(
        "object_id", "assignee__name", "assignee__unit__short_name", "unit__short_name", "role",
        "due_on",
    ):  # fmt: skip
        who = name or unit or str(ROLES[role].label)
        if before := found.get(pk):
            who = before[0] if who in before[0].split("、") else f"{before[0]}、{who}"
        days = (before[2] if before else None, due)
        found[pk] = (who, of or "", min(filter(None, days), default=None))
    return found


def _copies(pks: list[int]) -> dict[int, dict[str, int]]:
    """Return how many recipients these dispatches have, and how many of them received it."""
    if not pks:
        return {}
    copies = Copy.objects.filter(dispatch__in=pks).order_by().values("dispatch")
    counted = copies.annotate(n=Count("pk"), received=Count("received_at"))
    found = counted.values_list("dispatch", "n", "received")
    return {pk: {"all": n, "received": received} for pk, n, received in found}
