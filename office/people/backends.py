"""Sign-in by account or name, and permissions from the roles of the seat."""

from ipaddress import ip_address
from typing import Any

from django.conf import settings
from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from office import prepared
from office.people.models import User


def address_of(request: HttpRequest) -> str:
    """Return the visitor's address: as our own outermost proxy saw it, never as it was claimed."""
    seen = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
    proxies: int = settings.OFFICE_PROXIES
    if 0 < proxies <= len(seen):
        try:
            return str(ip_address(seen[-proxies].strip()))
        except ValueError:
            pass
    return str(request.META.get("REMOTE_ADDR", ""))


class OfficeBackend(BaseBackend):
    """Check a password; the time is the same whether or not the account exists (A6)."""

    def authenticate(
        self,
        request: HttpRequest | None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        if not username or password is None:
            return None
        try:
            user: User = User.objects.get_by_natural_key(username)
        except User.DoesNotExist:
            User().set_password(password)  # spend the same time
            return None
        return user if user.check_password(password) and user.is_active else None

    def get_user(self, user_id: int) -> User | None:
        """Return who is signed in: asked for by every page, hence compiled once."""
        found: list[User] = prepared.instances(("user",), _signed_in, {prepared.SELF: user_id})
        return next(iter(found), None)


def _signed_in() -> Any:
    return User.objects.select_related("unit").filter(pk=prepared.SELF, is_active=True)
