"""Write the trail; nothing reads it back to change it."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from office.audit import stamps
from office.audit.models import Entry
from office.people.models import User


def record(
    row: models.Model,
    action: str,
    *,
    actor: User,
    before: str = "",
    after: str = "",
    comment: str = "",
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Append one entry about `row`, in the caller's transaction.

    `facts` are the values that were set, as text; never the content of a document.
    """
    stamps.change(row)
    return Entry.objects.create(
        content_type=ContentType.objects.get_for_model(row),
        object_id=row.pk,
        label=getattr(row, "reference", "") or "",
        action=action,
        actor=actor,
        on_behalf_of=actor.acting_for,
        before=before,
        after=after,
        comment=comment,
        facts={name: str(value) for name, value in (facts or {}).items()},
    )
