"""Sign-in by account or name, and permissions from the roles of the seat."""

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from office.people.models import User


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
        people = User.objects.select_related("unit")
        user: User | None = people.filter(pk=user_id, is_active=True).first()
        return user
