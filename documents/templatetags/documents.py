"""Components of one slice that stand on the pages of another, which does not know it."""

from __future__ import annotations

from typing import Any

from django import template

from documents.drafting.models import Dispatch
from documents.receipt.models import IncomingDocument
from office import prepared
from office.people.models import User
from office.prepared import ROW

register = template.Library()


@register.inclusion_tag("documents/drafting/written_to.html")
def written_to(row: IncomingDocument, reader: User) -> dict[str, Any]:
    """What we wrote to an incoming document, as far as its reader may see it."""
    double, likeness, values = prepared.like(reader)
    found = prepared.instances(
        ("written_to", likeness),
        lambda: Dispatch.objects.visible_to(double).filter(origin=ROW).select_related("code"),
        {**values, ROW: row.pk},
    )
    return {"dispatches": found}
