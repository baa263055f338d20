"""Password rules of the house beside Django's own."""

import re

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.people.models import User


class ThreeKinds:
    """At least three of: capitals, small letters, digits, other signs."""

    KINDS = (r"[A-Z]", r"[a-z]", r"[0-9]", r"[^A-Za-z0-9]")

    def validate(self, password: str, user: User | None = None) -> None:
        if sum(bool(re.search(kind, password)) for kind in self.KINDS) < 3:
            raise ValidationError(self.get_help_text(), code="password_kinds")

    def get_help_text(self) -> str:
        return str(_("Use at least three of: capitals, small letters, digits, other signs."))
