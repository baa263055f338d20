"""What is typed at the entrance: account and password, a code, a new password."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth import password_validation
from django.http import HttpRequest
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from office.entrance.proof import proven
from office.errors import Refused
from office.http import Request
from office.people.models import User


class SignInForm(forms.Form):
    """An account or a name, and a password; wrong ones are counted and told (A6)."""

    username = forms.CharField(
        label=_("Account or name"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True}),
    )  # fmt: skip
    password = forms.CharField(
        label=_("Password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request
        self.user: User | None = None
        if self.is_bound:  # the account is there already
            del self.fields["username"].widget.attrs["autofocus"]
            self.fields["password"].widget.attrs["autofocus"] = True

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if "username" not in cleaned or "password" not in cleaned:
            return cleaned
        account = self._account(cleaned["username"].strip())
        try:
            self.user = proven(self.request, account, cleaned["password"])
        except Refused as busy:
            self.add_error("password", busy.reason)
            return cleaned
        if self.user is None:
            words = _(
                "Wrong account or password. After %(n)d wrong ones it is locked for 15 minutes."
            )
            self.add_error("password", words % {"n": settings.AXES_FAILURE_LIMIT})
        return cleaned

    @staticmethod
    def _account(typed: str) -> str:
        """Return the account behind a name, so that both spellings share one count of tries.

        What is nobody's name is counted under its digest: it may be a password in the wrong field.
        """
        try:
            return str(User.objects.get_by_natural_key(typed).username)
        except User.DoesNotExist:
            return f"?{salted_hmac('office.entrance.tries', typed).hexdigest()}"


class Proved(forms.Form):
    """A form that asks its sender for his password; wrong ones are counted as at sign-in (A6)."""

    old = forms.CharField(
        label=_("Present password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def __init__(self, request: Request, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.request = request

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        try:
            user = proven(self.request, self.request.user.username, old)
        except Refused as busy:
            raise forms.ValidationError(busy.reason) from busy
        if user is None:
            raise forms.ValidationError(_("This is not your present password."))
        return old


class PasswordForm(Proved):
    """The old password and a new one, twice."""

    new = forms.CharField(
        label=_("New password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password again"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        new, again = cleaned.get("new"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", _("The two do not agree."))
        if new and new == cleaned.get("old"):
            self.add_error("new", _("Choose another one than the present."))
        elif new and "old" in cleaned:  # who does not know the old one learns nothing of the others
            try:
                password_validation.validate_password(new, self.request.user)
            except forms.ValidationError as error:
                self.add_error("new", error)
        return cleaned


def _code() -> forms.CharField:
    return forms.CharField(
        label=_("Code"), max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code"}),
    )  # fmt: skip


class FirstCodeForm(Proved):
    """Six digits from the telephone, and the password: a session alone sets nothing up."""

    code = _code()
    field_order = ["code", "old"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if settings.DEMO:  # which knows no passwords
            del self.fields["old"]


class CodeForm(forms.Form):
    """Six digits from the telephone, or a code on paper."""

    code = _code()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["code"].widget.attrs["autofocus"] = True
        self.fields["code"].help_text = _(
            "Six digits from the telephone; without it, one of the codes on paper."
        )
