"""口径: what each figure of dispatches counts, said once: for the sum, for the rows behind it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.drafting.models import Dispatch, Objection, Remark
from documents.drafting.workflow import DISPATCH, State
from documents.work import done, overdue, pending
from office.desk.models import WorkItem, WorkItemQuerySet
from office.periods import ONE_DAY, Period

STEPS = (
    "submit", "review", "check", "countersign", "note_countersign", "sign", "note_signature",
    "recheck", "register", "print", "seal", "distribute", "acknowledge", "close", "file",
)  # fmt: skip
LABELS: dict[str, Any] = {
    **{step: DISPATCH.steps[step].label for step in STEPS},
    "submit": pgettext_lazy("dispatch", "Write and submit"),
}
# Words that settle whether what was submitted passed; the first of them counts.
VERDICTS = ("check", "send_back", "refuse")


# Dispatches


def begun(period: Period) -> Q:
    return Q(begun_at__gte=period.start, begun_at__lt=period.stop)


def signed(period: Period) -> Q:
    """What bears a signature of the period; one that was signed anew counts when it was last."""
    return Q(signed_at__gte=period.start, signed_at__lt=period.stop)


def issued(period: Period) -> Q:
    """What was given its number in the period, void or not: the numbers have no gap."""
    return Q(registered_at__gte=period.start, registered_at__lt=period.stop)


def distributed(period: Period) -> Q:
    return Q(distributed_at__gte=period.start, distributed_at__lt=period.stop)


def closed(period: Period) -> Q:
    return Q(closed_at__gte=period.start, closed_at__lt=period.stop)


def refused(period: Period) -> Q:
    return Q(state=State.NOT_ISSUED) & _said(period, "refuse")


def voided(period: Period) -> Q:
    return Q(state=State.VOID) & _said(period, "void")


def open_at_end(period: Period) -> Q:
    """What was begun by the last day and was not over at its end."""
    ended = Remark.objects.filter(
        dispatch=OuterRef("pk"), step__in=["refuse", "void"], written_at__lt=period.stop
    )
    is_over = Q(state__in=[State.NOT_ISSUED, State.VOID]) & Q(Exists(ended))
    not_closed = Q(closed_at=None) | Q(closed_at__gte=period.stop)
    return Q(begun_at__lt=period.stop) & not_closed & ~is_over


def carried(period: Period) -> Q:
    """What was open the evening before the first day."""
    evening = period.begin - ONE_DAY
    return open_at_end(Period(evening, evening))


def open_late(period: Period) -> Q:
    """What was open at the end after its own day, or lay at a step after that one's."""
    work = WorkItem.objects.filter(
        pending(period), content_type=ContentType.objects.get_for_model(Dispatch),
        object_id=OuterRef("pk"), reading=False, due_on__lt=period.late_before,
    )  # fmt: skip
    return open_at_end(period) & (Q(due_on__lt=period.late_before) | Q(Exists(work)))


def judged(period: Period) -> Q:
    return Q(pk__in=verdicts(period).values("dispatch"))


def judged_back(period: Period) -> Q:
    return Q(pk__in=verdicts(period).exclude(step="check").values("dispatch"))


def objected(period: Period) -> Q:
    found = objections(period).filter(dispatch=OuterRef("pk"))
    return Q(Exists(found))


def _said(period: Period, step: str) -> Q:
    said = Remark.objects.filter(
        dispatch=OuterRef("pk"), step=step, written_at__gte=period.start, written_at__lt=period.stop
    )
    return Q(Exists(said))


# What is counted of dispatches, in the order of the page: key, words, rows.
OF_DISPATCHES: Mapping[str, tuple[Any, Callable[[Period], Q]]] = {
    "carried": (_("Carried over"), carried),
    "begun": (_("Were begun"), begun),
    "signed": (_("Were signed"), signed),
    "issued": (_("Were given a number"), issued),
    "distributed": (_("Were distributed"), distributed),
    "closed": (_("Were closed"), closed),
    "refused": (_("Are not to be issued"), refused),
    "void": (_("Were voided"), voided),
    "open": (_("Open at the end"), open_at_end),
    "open_late": (_("Open and late at the end"), open_late),
    "judged": (_("Passed the check, or did not"), judged),
    "judged_back": (_("Did not pass at once"), judged_back),
    "objected": (_("The proofreader found something"), objected),
}


# Submissions and findings


def verdicts(period: Period) -> QuerySet[Remark]:
    """Return the first words of the period that settled a submission: passed, or sent back.

    Of words said later about the same submission none counts; a draft that was sent back and
    submitted again is judged again.
    """
    kind = ContentType.objects.get_for_model(Dispatch)
    submissions = WorkItem.objects.filter(
        content_type=kind, object_id=OuterRef("dispatch"), step="submit",
        outcome=WorkItem.Outcome.DONE, done_at__lte=OuterRef("written_at"),
    ).order_by("-done_at")  # fmt: skip
    before = Remark.objects.filter(
        dispatch=OuterRef("dispatch"), step__in=VERDICTS, pk__lt=OuterRef("pk"),
        written_at__gte=OuterRef("submitted_on"),
    )  # fmt: skip
    said = Remark.objects.filter(
        step__in=VERDICTS, written_at__gte=period.start, written_at__lt=period.stop
    )
    said = said.annotate(submitted_on=Subquery(submissions.values("done_at")[:1]))
    return said.filter(submitted_on__isnull=False).filter(~Exists(before)).order_by()


def objections(period: Period) -> QuerySet[Objection]:
    """Return what the proofreader found in the period when drafts were to be submitted."""
    return Objection.objects.filter(found_at__gte=period.start, found_at__lt=period.stop).order_by()


# Work


def items() -> WorkItemQuerySet:
    """Return the work items of dispatches."""
    kind = ContentType.objects.get_for_model(Dispatch)
    return WorkItem.objects.filter(content_type=kind, step__in=STEPS)


OF_WORK: Mapping[str, tuple[Any, Callable[[Period], Q]]] = {
    "step_done": (_("Step done"), done),
    "step_pending": (_("Step pending at the end"), pending),
    "step_overdue": (_("Step late"), overdue),
}
NAMES: dict[str, Any] = {
    key: words for table in (OF_DISPATCHES, OF_WORK) for key, (words, _rows) in table.items()
}


def rows_behind(
    rows: QuerySet[Any], measure: str, period: Period, *, step: str = "", rule: str = ""
) -> QuerySet[Any]:
    """Return exactly the dispatches a figure counts."""
    if measure == "objected" and rule:
        found = objections(period).filter(rule=rule)
        return rows.filter(pk__in=found.values("dispatch"))
    if measure in OF_DISPATCHES:
        return rows.filter(OF_DISPATCHES[measure][1](period))
    work = items().filter(OF_WORK[measure][1](period))
    work = work.filter(step=step) if step else work
    return rows.filter(pk__in=work.values("object_id"))
