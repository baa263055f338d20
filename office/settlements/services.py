"""Settle a month, once; afterwards only read it."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from office.audit.services import record
from office.errors import NotAllowed, Refused
from office.people.models import User
from office.periods import Period
from office.settlements.models import Settlement, canonical


@transaction.atomic
def settle(
    kind: str,
    month: dt.date,
    figures: Callable[[Period], dict[str, Any]],
    *,
    actor: User,
    permission: str,
) -> Settlement:
    """Freeze the figures of a month that is over (`month` is its first day).

    The area that owns the figures names the permission. Raises NotAllowed, or Refused when the
    month is not over, or was settled already.
    """
    if not actor.has_perm(permission):
        raise NotAllowed(_("The office director settles a month."))
    period = Period.around(month, 1)
    if not period.is_over:
        raise Refused(_("A month is settled when it is over."))
    found = figures(period)
    try:
        with transaction.atomic():
            row = Settlement.objects.create(
                kind=kind,
                month=period.begin,
                figures=found,
                digest=hashlib.sha256(canonical(found)).hexdigest(),
                settled_by=actor,
                on_behalf_of=actor.acting_for,
                signature=_signature(actor),
            )
    except IntegrityError as error:
        if "settlement_once_a_month" not in str(error):
            raise
        raise Refused(_("This month has been settled already.")) from error
    record(row, "settle", actor=actor, facts={"month": row.month, "digest": row.digest})
    return row


def _signature(actor: User) -> str:
    """Sign as paper does when somebody acts for another: 何志远（林秀云代）."""
    absent = actor.acting_for
    return f"{absent.name}（{actor.name}代）" if absent else actor.name


def settled(kind: str, months: Iterable[Period]) -> list[Settlement]:
    """Return the settlements of these months, oldest first; those not settled are missing."""
    wanted = [month.begin for month in months]
    rows = Settlement.objects.filter(kind=kind, month__in=wanted)
    return list(rows.order_by("month"))
