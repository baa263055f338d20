"""Keep a form that was begun, find it again, drop it. Nothing classified is kept (保密法 §31)."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from office import clock
from office.drafts.models import Draft
from office.files import holding
from office.files.models import HeldFile
from office.files.names import refuse_classified

if TYPE_CHECKING:
    from office.people.models import User

MOST_BYTES = 64 * 2**10
KEPT_DAYS = 7


@transaction.atomic
def save(
    form: str,
    values: Mapping[str, list[str]],
    *,
    actor: User,
    key: str = "",
    title: str = "",
    form_key: UUID | None = None,
) -> Draft:
    """Keep what was typed so far in place of what the same form kept before.

    Raises ValidationError when it carries a classification mark, is too long to be typed, or
    would take the place of what another form (`form_key`) keeps: that is answered first.
    """
    for words in (title, *(word for each in values.values() for word in each)):
        refuse_classified(words)
    kept = dict(values)
    if len(json.dumps(kept, ensure_ascii=False).encode()) > MOST_BYTES:
        raise ValidationError(_("This is too long to be kept as a draft."), "size")
    facts = {"values": kept, "title": title[:100], "saved_at": clock.now()}
    draft, is_new = Draft.objects.select_for_update(of=("self",)).get_or_create(
        author=actor, form=form, key=key, defaults=facts | {"form_key": form_key}
    )
    if draft.form_key != form_key:
        raise ValidationError(
            _("Not kept: another draft stands. Go on with it, or let it go, first."), "taken"
        )
    if not is_new:
        for name, value in facts.items():
            setattr(draft, name, value)
        draft.save(update_fields=[*facts])
    return draft


def find(form: str, *, actor: User, key: str = "") -> Draft | None:
    """Return what this person has begun, or None."""
    return Draft.objects.visible_to(actor).filter(form=form, key=key).first()


def drop(form: str, form_key: UUID | None, *, actor: User, key: str = "") -> None:
    """Forget the draft of a form that was handed in; its files stand under the row now."""
    Draft.objects.visible_to(actor).filter(form=form, key=key, form_key=form_key).delete()


def let_go(pk: int, *, actor: User) -> None:
    """Forget a draft nobody wants, with the files held for it. Raises Draft.DoesNotExist."""
    with transaction.atomic():
        draft = Draft.objects.visible_to(actor).select_for_update().get(pk=pk)
        draft.delete()
    holding.let_go(HeldFile.objects.visible_to(actor).of(draft.form_key))


def sweep() -> int:
    """Forget drafts that lay for a week, and files held for forms nobody keeps; count both.

    Safe to repeat.
    """
    before = clock.now() - dt.timedelta(days=KEPT_DAYS)
    gone: int = Draft.objects.filter(saved_at__lt=before).delete()[0]
    keys = Draft.objects.exclude(form_key=None).values("form_key")
    return gone + holding.sweep(before, but=keys)
