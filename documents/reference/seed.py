"""Load what a new installation starts with; what somebody changed or took away stays so."""

from django.db import transaction

from documents.reference.defaults import (
    RETENTION,
    STEP_LIMITS,
    TELEGRAM_TIME_LIMITS,
    TIME_LIMITS,
)
from documents.reference.models import (
    Phrase,
    RetentionClass,
    Skeleton,
    StepLimit,
    UrgencyLimit,
)
from documents.reference.phrases import PHRASES
from documents.reference.skeletons import SKELETONS


@transaction.atomic
def load() -> dict[str, int]:
    """Fill the institution's tables where they are empty; return how many rows are new, by table.

    Safe to repeat. A time limit that is there keeps its value. Retention classes and templates are
    loaded only into an empty table, and phrases only for a step that has none: a line somebody
    deleted or reworded does not come back.
    """
    return {
        "retention classes": _retention(),
        "time limits": _time_limits(),
        "step limits": _step_limits(),
        "phrases": _phrases(),
        "templates of kinds": _skeletons(),
    }


def _retention() -> int:
    if RetentionClass.objects.exists():
        return 0
    rows = [
        RetentionClass(
            material=row.material, term=row.term, basis=row.mark,
            for_relation=row.for_relation, order=number * 10,
        )
        for number, row in enumerate(RETENTION, 1)
    ]  # fmt: skip
    return len(RetentionClass.objects.bulk_create(rows))


def _time_limits() -> int:
    before = UrgencyLimit.objects.count()
    days = TELEGRAM_TIME_LIMITS | TIME_LIMITS
    UrgencyLimit.objects.bulk_create(
        [UrgencyLimit(urgency=mark, workdays=n) for mark, n in days.items()], ignore_conflicts=True
    )
    return UrgencyLimit.objects.count() - before


def _step_limits() -> int:
    before = StepLimit.objects.count()
    rows = [
        StepLimit(
            step=row.step, hours=row.plain, urgent_hours=row.urgent, extra_hours=row.most_urgent
        )
        for row in STEP_LIMITS
    ]
    StepLimit.objects.bulk_create(rows, ignore_conflicts=True)
    return StepLimit.objects.count() - before


def _phrases() -> int:
    known = set(Phrase.objects.filter(owner=None).values_list("step", flat=True))
    rows = [
        Phrase(step=step, text=text, order=number * 10)
        for step, texts in PHRASES.items()
        if step not in known
        for number, text in enumerate(texts, 1)
    ]
    return len(Phrase.objects.bulk_create(rows))


def _skeletons() -> int:
    if Skeleton.objects.exists():
        return 0
    rows = [
        Skeleton(
            kind=row.kind, title=row.title, body=row.body, order=number * 10,
            beginnings="\n".join(row.beginnings), endings="\n".join(row.endings),
        )
        for number, row in enumerate(SKELETONS, 1)
    ]  # fmt: skip
    return len(Skeleton.objects.bulk_create(rows))
