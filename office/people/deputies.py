"""代理: arrange who acts for whom, and end it; no chains, and nobody acts for an officer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from office import clock
from office.audit.services import record
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import Acting, User
from office.people.services import demand, locked

A_YEAR = 366


@transaction.atomic
def arrange_acting(
    *, actor: User, absent: User, deputy: User, starts_on: dt.date, ends_on: dt.date, reason: str
) -> Acting:
    """Let `deputy` act for `absent` from a day to a day, both included.

    Everybody arranges for himself; for others it takes office.arrange_acting. No chains: neither
    is the deputy absent, nor does the absent act for others, in those days.
    Raises NotAllowed, Refused.
    """
    if actor.pk != absent.pk:
        demand(actor, "office.arrange_acting", _("You arrange who acts for you, not for others."))
        if actor.pk == deputy.pk:
            raise Refused(_("Nobody seats himself: the absent person arranges it, or the office."))
    people = locked(absent, deputy)
    absent, deputy = people[absent.pk], people[deputy.pk]
    if reason_against := _against(absent, deputy, starts_on, ends_on):
        raise Refused(reason_against)
    row = Acting.objects.create(
        absent=absent,
        deputy=deputy,
        starts_on=starts_on,
        ends_on=ends_on,
        reason=reason,
        arranged_by=actor,
    )
    facts = {"deputy": deputy.name, "starts_on": starts_on, "ends_on": ends_on}
    record(absent, "arrange_acting", actor=actor, comment=reason, facts=facts)
    words = {"deputy": deputy, "absent": absent, "from": starts_on, "to": ends_on}
    text = _("%(deputy)s acts for %(absent)s from %(from)s to %(to)s.") % words
    told = [person for person in (absent, deputy) if person.pk != actor.pk]
    notify(told, key=f"acting-{row.pk}", text=text, url=reverse("office:acting"))
    return row


def _against(absent: User, deputy: User, starts_on: dt.date, ends_on: dt.date) -> str:
    """Return why this arrangement cannot stand, or an empty string."""
    name = {"absent": absent.name, "deputy": deputy.name}
    others = Acting.objects.filter(
        starts_on__lte=ends_on, ends_on__gte=starts_on, cancelled_at=None
    )
    rules: list[tuple[Callable[[], bool], Any]] = [
        (lambda: absent.pk == deputy.pk, _("Nobody acts for himself.")),
        (lambda: not (absent.is_active and deputy.is_active), _("Both must work here.")),
        (lambda: ends_on < starts_on, _("The last day is not before the first.")),
        (lambda: (ends_on - starts_on).days > A_YEAR, _("An arrangement lasts a year at most.")),
        (lambda: ends_on < clock.today(), _("The last day is over already.")),
        (lambda: deputy.is_officer, _("An officer acts for nobody (三员分离).")),
        (lambda: absent.is_officer, _("Nobody acts for an officer (三员分离).")),
        (
            others.filter(absent=absent).exists,
            _("Somebody acts for %(absent)s already in those days.") % name,
        ),
        (
            others.filter(absent=deputy).exists,
            _("%(deputy)s is absent himself in those days; acting makes no chains.") % name,
        ),
        (
            others.filter(deputy=absent).exists,
            _("%(absent)s acts for somebody in those days; end that first.") % name,
        ),
    ]
    return next((str(reason) for broken, reason in rules if broken()), "")


@transaction.atomic
def cancel_acting(pk: int, *, actor: User) -> Acting:
    """End an arrangement at once. Raises DoesNotExist, NotAllowed, Refused."""
    row = (
        Acting.objects.select_for_update(of=("self",)).select_related("absent", "deputy").get(pk=pk)
    )
    if actor.pk not in {row.absent_id, row.arranged_by_id}:
        demand(
            actor, "office.arrange_acting", _("Only the absent person, or the office, ends this.")
        )
    if row.cancelled_at or row.ends_on < clock.today():
        raise Refused(_("This arrangement is over already."))
    row.cancelled_at = clock.now()
    row.save(update_fields=["cancelled_at"])
    record(row.absent, "cancel_acting", actor=actor, facts={"deputy": row.deputy.name})
    text = _("%(deputy)s no longer acts for %(absent)s.") % {
        "deputy": row.deputy,
        "absent": row.absent,
    }
    told = [person for person in (row.absent, row.deputy) if person.pk != actor.pk]
    notify(told, key=f"acting-over-{row.pk}", text=text, url=reverse("office:acting"))
    return row
