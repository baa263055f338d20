"""催办 and files: what goes on beside the steps."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from documents.drafting.models import Dispatch
from documents.drafting.models.folder import ATTACH
from documents.drafting.workflow import DISPATCH
from office.desk import services as desk
from office.errors import Refused
from office.files.models import Attachment
from office.files.services import store
from office.people.models import User
from office.search.services import index
from office.workflow import lock, move


@transaction.atomic
def urge(pk: int, *, actor: User, words: str = "") -> int:
    """Urge whoever holds the dispatch; return how many people were told."""
    row = lock(Dispatch.objects.visible_to(actor), pk)
    DISPATCH.check(row, "urge", actor)
    items = [item for item in row.open_items if not item.held_by(actor.seat)]
    if not items:
        raise Refused(_("Nobody owes anything here but you."))
    return desk.urge(items, actor=actor, words=words)


@transaction.atomic
def attach(pk: int, *, actor: User, upload: Any) -> Attachment:
    """Add a file to a draft; it is signed with the text.

    Raises ValidationError when the file is refused, Refused when it is there already.
    """
    row = move(Dispatch.objects.visible_to(actor), pk, "attach", actor=actor, comment=upload.name)
    there = {file.pk for file in row.files}
    file = store(row, upload, actor=actor, step=ATTACH)
    if file.pk in there:
        raise Refused(_("This file is there already."))
    row.forget()
    index(row)
    return file
