"""三员: what is done to one of the three officers is told to all, and none of them dies out."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from office.access import OFFICERS, ROLES
from office.errors import Refused
from office.notifications.services import notify
from office.people.models import User

THREE_OFFICERS = "实务通常：三员分离"


def tell(user: User, *, key: str, text: str) -> None:
    """Tell a person what was done to his account; of an officer's, all three officers."""
    officers = User.objects.active().filter(roles__overlap=list(OFFICERS))
    notify(officers if user.is_officer else [user], key=key, text=text)


def after(user: User, wanted: Iterable[str]) -> list[User]:
    """Return the officers there are; refuse to take the last one of a kind away.

    Under a lock: two who leave at once do not both find the other. Raises Refused.
    """
    rows = User.objects.active().filter(roles__overlap=list(OFFICERS)).order_by("pk")
    there = list(rows.select_for_update(of=("self",), no_key=True))
    for role in set(user.roles) & set(OFFICERS) - set(wanted):
        if not any(role in other.roles for other in there if other.pk != user.pk):
            words = _("%(name)s is the last %(role)s of the office; name another one first.")
            named = {"name": user.name, "role": ROLES[role].label}
            raise Refused(words % named, clause=THREE_OFFICERS)
    return there


def shown(roles: Iterable[str]) -> str:
    """Return the names of roles, or a dash for none."""
    return "、".join(str(ROLES[role].label) for role in roles if role in ROLES) or "—"
