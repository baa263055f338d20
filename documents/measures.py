"""口径: what each figure of receipt counts, said once: for the sum, and for the rows behind it.

A classified envelope is in no figure: of it nothing is known here but that it came.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.core.validators import RegexValidator
from django.db.models import (
    Case,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    SmallIntegerField,
    Subquery,
    Value,
    When,
)
from django.utils.translation import gettext_lazy as _

from documents.receipt.models import IncomingDocument, Opinion
from documents.receipt.workflow import INCOMING, State
from documents.work import done, overdue, pending
from office import clock
from office.desk import board
from office.desk.models import Urge, WorkItem, WorkItemQuerySet
from office.people.models import Unit, User
from office.periods import ONE_DAY, Period

# Who may name a handler and who may claim wait for the same thing: one line of the figures.
SAME = {"claim": "name_handler"}
STEPS = (
    "register", "screen", "propose", "instruct", "name_handler", "handle", "assist",
    "decide_extension", "read", "answer", "close", "file",
)  # fmt: skip
LABELS: dict[str, Any] = {
    **{step: INCOMING.steps[step].label for step in STEPS},
    "name_handler": _("Take in hand"),
    "read": INCOMING.steps["circulate"].label,
}
# What a document has not yet, so that it stands in no group: the column that is empty then.
LACKS: dict[str, tuple[Any, dict[str, Any]]] = {
    "class": (_("Not yet registered"), {"receipt_class": ""}),
    "kind": (_("Without a kind"), {"kind": ""}),
    "unit": (_("Not yet assigned"), {"lead_unit": None}),
}
# The place of an item's step in STEPS: numbers are grouped and sorted faster than words.
LINE = Case(
    *(When(step=step, then=Value(place)) for place, step in enumerate(STEPS)),
    *(When(step=step, then=Value(STEPS.index(line))) for step, line in SAME.items()),
    output_field=SmallIntegerField(),
)


def counted(rows: QuerySet[IncomingDocument]) -> QuerySet[IncomingDocument]:
    """Return those of the rows that figures are about."""
    return rows.filter(is_sealed=False)


# Documents


def received(period: Period) -> Q:
    return Q(received_on__gte=period.begin, received_on__lte=period.end)


def closed(period: Period) -> Q:
    return Q(closed_at__gte=period.start, closed_at__lt=period.stop)


def rejected(period: Period) -> Q:
    return Q(state=State.REJECTED) & _said(period, "reject")


def voided(period: Period) -> Q:
    return Q(state=State.VOID) & _said(period, "void")


def open_at_end(period: Period) -> Q:
    """What had come by the last day and was not over at its end."""
    ended = Opinion.objects.filter(
        document=OuterRef("pk"), step__in=["reject", "void"], written_at__lt=period.stop
    )
    is_over = Q(state__in=[State.REJECTED, State.VOID]) & Q(Exists(ended))
    not_closed = Q(closed_at=None) | Q(closed_at__gte=period.stop)
    return Q(received_on__lte=period.end) & not_closed & ~is_over


def carried(period: Period) -> Q:
    """What was open the evening before the first day."""
    evening = period.begin - ONE_DAY
    return open_at_end(Period(evening, evening))


def open_late(period: Period) -> Q:
    return open_at_end(period) & Q(due_on__lt=period.late_before)


def closed_due(period: Period) -> Q:
    """What was closed and had a due day: lateness is a share of these."""
    return closed(period) & Q(due_on__isnull=False)


def closed_late(period: Period) -> Q:
    return closed(period) & Q(closed_at__date__gt=F("due_on"))


def closed_right(period: Period) -> Q:
    """一次办成: what was closed and never sent back."""
    back = Opinion.objects.filter(document=OuterRef("pk"), step="send_back")
    return closed(period) & ~Q(Exists(back))


def urged(period: Period) -> Q:
    urgings = urgings_in(period).filter(item__object_id=OuterRef("pk"))
    return Q(Exists(urgings))


def _said(period: Period, step: str) -> Q:
    said = Opinion.objects.filter(
        document=OuterRef("pk"), step=step, written_at__gte=period.start, written_at__lt=period.stop
    )
    return Q(Exists(said))


# What is counted of documents, in the order of the page: key, words, rows.
OF_DOCUMENTS: Mapping[str, tuple[Any, Callable[[Period], Q]]] = {
    "carried": (_("Carried over"), carried),
    "received": (_("Came in"), received),
    "closed": (_("Were closed"), closed),
    "rejected": (_("Went back to their senders"), rejected),
    "void": (_("Were voided"), voided),
    "open": (_("Open at the end"), open_at_end),
    "open_late": (_("Open and late at the end"), open_late),
    "closed_due": (_("Closed, with a due day"), closed_due),
    "closed_late": (_("Closed late"), closed_late),
    "closed_right": (_("Closed, never sent back"), closed_right),
    "urged": (_("Were urged"), urged),
}


# Work


def items() -> WorkItemQuerySet:
    """Return the work items of incoming documents."""
    return WorkItem.objects.filter(
        content_type=ContentType.objects.get_for_model(IncomingDocument),
        step__in=[*STEPS, *SAME],
    )


def urgings_in(period: Period) -> QuerySet[Urge]:
    """Return the urgings of a period."""
    kind = ContentType.objects.get_for_model(IncomingDocument)
    return Urge.objects.filter(
        item__content_type=kind, at__gte=period.start, at__lt=period.stop
    ).order_by()


OF_WORK: Mapping[str, tuple[Any, Callable[[Period], Q]]] = {
    "step_done": (_("Step done"), done),
    "step_pending": (_("Step pending at the end"), pending),
    "step_overdue": (_("Step late"), overdue),
    "step": (_("Step done or pending"), lambda period: done(period) | pending(period)),
}


# What documents wait for now


def waiting() -> WorkItemQuerySet:
    """Return what is owed now about documents; a copy holds up only what just circulates."""
    reading = IncomingDocument.objects.filter(state=State.CIRCULATING).values("pk")
    return items().open().filter(Q(reading=False) | Q(object_id__in=reading))


is_holder = RegexValidator(r"^(unit|person)-\d{1,18}\Z")


def waiting_on(holder: str) -> WorkItemQuerySet:
    """Return what one unit (“unit-3”; “unit-0” is nobody's) or person (“person-5”) owes now."""
    sort, _dash, key = holder.partition("-")
    if sort == "unit":
        return waiting().filter(pk__in=board.owed_by_unit(int(key)).values("pk"))
    return waiting().filter(assignee=int(key), reading=False)


def holder_named(holder: str) -> str:
    """Return the name of a unit or person work is waited for from."""
    sort, _dash, key = holder.partition("-")
    table: Any = Unit.objects if sort == "unit" else User.objects
    found = table.filter(pk=int(key)).first()
    return str(found) if found else str(_("nobody"))


OF_NOW: Mapping[str, tuple[Any, Callable[[WorkItemQuerySet], WorkItemQuerySet]]] = {
    "waiting": (_("Waiting now"), lambda found: found),
    "waiting_late": (_("Waiting and late"), lambda found: found.overdue_on(clock.today())),
}
NAMES: dict[str, Any] = {
    key: words for table in (OF_DOCUMENTS, OF_WORK, OF_NOW) for key, (words, _rows) in table.items()
}


def rows_behind(
    rows: QuerySet[Any], measure: str, period: Period, *, step: str = "", holder: str = ""
) -> QuerySet[Any]:
    """Return exactly the documents a figure counts."""
    rows = counted(rows)
    if measure in OF_DOCUMENTS:
        return rows.filter(OF_DOCUMENTS[measure][1](period))
    if measure in OF_NOW:
        found = OF_NOW[measure][1](waiting_on(holder) if holder else waiting())
    else:
        found = items().filter(OF_WORK[measure][1](period))
    return rows.filter(pk__in=Subquery(at_step(found, step).values("object_id")))


def at_step(found: WorkItemQuerySet, step: str) -> WorkItemQuerySet:
    """Narrow work to one line of the figures."""
    same = [step, *(other for other, line in SAME.items() if line == step)]
    return found.filter(step__in=same) if step else found
