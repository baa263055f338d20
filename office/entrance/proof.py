"""Who somebody is, by account and password; the tries of one account one after another (A6)."""

from __future__ import annotations

from django.contrib.auth import authenticate
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils.translation import gettext as _

from office.locks import briefly
from office.people.models import User


def proven(request: HttpRequest, account: str, password: str) -> User | None:
    """Return whose account and password these are, or None; a wrong one is counted.

    The tries of one account stand in line, whoever makes them: each is counted before the next
    is looked at, so that fifty at once are five. Nobody's account stands in line as well. Raises
    Refused when the line is long: else one account holds every thread of the web server.
    """
    reason = _("Somebody is just signing in to this account. Please try again in a moment.")
    with transaction.atomic():
        with briefly(reason), connection.cursor() as cursor:
            key = f"sign-in {account}"
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])
        user = authenticate(request, username=account, password=password)
    return user if isinstance(user, User) else None
