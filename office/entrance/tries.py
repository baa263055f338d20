"""Wrong passwords: counted for the account and for the address, each with a limit of its own."""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.conf import settings
from django.db import transaction
from django.db.models import Sum
from django.http import HttpRequest
from django.utils.translation import gettext as _

from office.audit.services import record
from office.people import officers
from office.people.backends import address_of
from office.people.models import User
from office.people.services import system_person

OF_ADDRESS = 10  # a whole office may stand behind one address: it has ten times the tries


class Tries(AxesDatabaseHandler):
    """Locks an account after five wrong passwords, an address after ten times five (A6)."""

    def get_failures(self, request: HttpRequest, credentials: Any = None) -> int:
        """Return the wrong tries that count: the account's, or a tenth of the address's."""
        of_account, of_address = self._counts(request, credentials)
        return max(of_account, of_address // OF_ADDRESS)

    def reset_user_attempts(self, request: HttpRequest, credentials: Any = None) -> int:
        """Forget the wrong tries of who came in, and nobody else's from the same address.

        Else who has a password of his own guesses another's for ever: four tries, a sign-in of
        his own, four more.
        """
        of_account, _of_address = self.filter_user_attempts(request, credentials)
        return int(of_account.delete()[0])

    def user_login_failed(
        self, sender: Any, credentials: Any, request: Any = None, **kwargs: Any
    ) -> None:
        """Count a wrong password; tell the owner of an account which it has locked."""
        most = settings.AXES_FAILURE_LIMIT
        before = self._counts(request, credentials)[0]
        super().user_login_failed(sender, credentials, request, **kwargs)
        if before < most <= self._counts(request, credentials)[0]:
            _tell(credentials["username"], address_of(request))

    def _counts(self, request: HttpRequest, credentials: Any) -> list[int]:
        """Return the wrong tries for the account, then from the address."""
        return [
            rows.aggregate(n=Sum("failures_since_start"))["n"] or 0
            for rows in self.get_user_attempts(request, credentials)
        ]


@transaction.atomic
def _tell(account: str, address: str) -> None:
    user: User | None = User.objects.active().filter(username=account).first()
    if user is None:
        return
    entry = record(user, "lock_account", actor=system_person(), facts={"address": address})
    words = _("%(n)s wrong passwords for %(name)s from %(address)s: locked for 15 minutes.")
    text = words % {"n": settings.AXES_FAILURE_LIMIT, "name": user.name, "address": address}
    officers.tell(user, key=f"locked-{entry.pk}", text=text)
