"""Password rules of the house beside Django's own, and the passwords one has had."""

import re

from django.contrib.auth.hashers import check_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.people.models import PastPassword, User

REMEMBERED = 5  # the present one and those before it


class ThreeKinds:
    """At least three of: capitals, small letters, digits, other signs."""

    KINDS = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in self.KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return str(_("Use at least three of: capitals, small letters, digits, other signs."))


class NotUsedBefore:
    """None of the last five."""

    def validate(self, password: str, user: User | None = None) -> None:
        if user is None or user.pk is None:
            return
        past = user.past_passwords.values_list("password", flat=True)
        if any(check_password(password, kept) for kept in [user.password, *past]):
            raise ValidationError(self.get_help_text(), code="password_used")

    def get_help_text(self) -> str:
        return str(_("Choose one you have not used among your last five."))


def replace(user: User, password: str) -> None:
    """Set a password (the caller saves it), and remember the one before when it was his own."""
    if user.has_usable_password() and not user.must_change_password:
        PastPassword.objects.create(user=user, password=user.password)
        kept = user.past_passwords.values_list("pk", flat=True)[: REMEMBERED - 1]
        user.past_passwords.exclude(pk__in=list(kept)).delete()
    user.set_password(password)
