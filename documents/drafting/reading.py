"""The one way to a dispatch: what its reader may see, or nothing."""

from __future__ import annotations

from django.http import Http404

from documents.drafting.models import Dispatch
from office import prepared
from office.http import Request, number
from office.prepared import ROW


def folder(request: Request, pk: int) -> Dispatch:
    """Return a dispatch whose folder is open to the reader, or 404."""
    row = readable(request, pk)
    if not row.opens_folder(request.user):
        raise Http404
    return row


def readable(request: Request, pk: int) -> Dispatch:
    """Return a dispatch the reader may see, or 404."""
    double, likeness, values = prepared.like(request.user)
    if number(str(pk)) is None:
        raise Http404
    found: list[Dispatch] = prepared.instances(
        ("dispatch", likeness),
        lambda: Dispatch.objects.visible_to(double).for_record().filter(pk=ROW),
        {**values, ROW: pk},
    )
    if not found:
        raise Http404
    return found[0]
