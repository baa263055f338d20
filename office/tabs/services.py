"""Keep, rename and remove a tab."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from office.audit import stamps
from office.errors import Refused
from office.people.models import User
from office.people.services import locked
from office.tabs.models import LONGEST, MOST, Tab


@transaction.atomic
def keep(register: str, name: str, query: str, *, actor: User) -> Tab:
    """Name what is filtered and sorted; safe to repeat. Raises Refused."""
    if len(query) > LONGEST:
        raise Refused(_("These filters are too long to be kept."))
    locked(actor)
    mine = list(Tab.objects.visible_to(actor).filter(register=register))
    if same := next((tab for tab in mine if (tab.name, tab.query) == (name, query)), None):
        return same
    _demand_free(name, mine)
    if there := next((tab for tab in mine if tab.query == query), None):
        raise Refused(_("You have this view already: %(name)s.") % {"name": there.name})
    free = sorted(set(range(1, MOST + 1)) - {tab.place for tab in mine})
    if not free:
        raise Refused(_("You have ten views here already; remove one first."))
    tab = Tab.objects.create(owner=actor, register=register, place=free[0], name=name, query=query)
    stamps.change(tab)
    return tab


@transaction.atomic
def rename(pk: int, name: str, *, actor: User) -> Tab:
    """Give a tab another name. Raises Tab.DoesNotExist or Refused."""
    locked(actor)
    tab = Tab.objects.visible_to(actor).get(pk=pk)
    others = Tab.objects.visible_to(actor).filter(register=tab.register).exclude(pk=pk)
    _demand_free(name, list(others))
    tab.name = name
    tab.save(update_fields=["name"])
    stamps.change(tab)
    return tab


@transaction.atomic
def remove(pk: int, *, actor: User) -> str:
    """Remove a tab; return the register it stood on. Raises Tab.DoesNotExist."""
    locked(actor)
    tab = Tab.objects.visible_to(actor).get(pk=pk)
    tab.delete()
    stamps.change(tab)
    return tab.register


def _demand_free(name: str, others: list[Tab]) -> None:
    if any(tab.name == name for tab in others):
        raise Refused(_("You have a view of this name here already."))
