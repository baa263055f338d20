"""Write the trail; nothing reads it back to change it."""

from collections.abc import Callable, Sequence
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
    return _append(row, action, actor, comment=comment, before=before, after=after, facts=facts)


def record_all(
    rows: Sequence[models.Model],
    action: str,
    *,
    actor: User,
    before: str = "",
    after: str = "",
    facts: Callable[[Any], dict[str, Any]] | None = None,
) -> None:
    """Append one entry about each of several rows of a kind, in the caller's transaction."""
    if not rows:
        return
    stamps.change(rows[0])
    Entry.objects.bulk_create(
        _entry(row, action, actor, facts=facts(row) if facts else None, before=before, after=after)
        for row in rows
    )


def record_reading(
    about: models.Model | type[models.Model], action: str, *, actor: User, **facts: Any
) -> Entry:
    """Append who looked at personal data or took it away: one row of it, or many of a kind.

    `facts` say what and how many. Nothing has changed, so what is kept of the rows stays.
    """
    return _append(about, action, actor, facts=facts)


def _append(
    about: models.Model | type[models.Model],
    action: str,
    actor: User,
    *,
    facts: dict[str, Any] | None,
    **words: str,
) -> Entry:
    entry = _entry(about, action, actor, facts=facts, **words)
    entry.save(force_insert=True)
    return entry


def _entry(
    about: models.Model | type[models.Model],
    action: str,
    actor: User,
    *,
    facts: dict[str, Any] | None,
    **words: str,
) -> Entry:
    return Entry(
        content_type=ContentType.objects.get_for_model(about),
        object_id=about.pk if isinstance(about, models.Model) else 0,
        label=getattr(about, "reference", "") or "" if isinstance(about, models.Model) else "",
        action=action,
        actor=actor,
        on_behalf_of=actor.acting_for,
        **words,
        facts={name: str(value) for name, value in (facts or {}).items()},
    )
