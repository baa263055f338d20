"""What people type about themselves: sign-in, password, settings, acting, hand-over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django import forms
from django.conf import settings
from django.contrib.auth import authenticate, password_validation
from django.forms.models import ModelChoiceIterator
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from office.people.models import User

BY_UNIT = ("unit__order", "unit__name", "rank", "pk")


class DayInput(forms.DateInput):
    """A day in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


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
        user = authenticate(self.request, username=account, password=cleaned["password"])
        if user is None:
            self.add_error("password", self._wrong(account))
        else:
            self.user = user
        return cleaned

    @staticmethod
    def _account(typed: str) -> str:
        """Return the account behind a name, so that both spellings share one count of tries."""
        try:
            return str(User.objects.get_by_natural_key(typed).username)
        except User.DoesNotExist:
            return typed

    def _wrong(self, account: str) -> str:
        tried = AxesProxyHandler.get_failures(self.request, {"username": account})
        left = max(int(settings.AXES_FAILURE_LIMIT) - tried, 0)
        return ngettext(
            "Wrong password; %(left)d more try, then locked for 15 minutes",
            "Wrong password; %(left)d more tries, then locked for 15 minutes",
            left,
        ) % {"left": left}


class PasswordForm(forms.Form):
    """The old password and a new one, twice."""

    old = forms.CharField(
        label=_("Present password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip
    new = forms.CharField(
        label=_("New password"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=_("New password again"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def __init__(self, user: User, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean_old(self) -> str:
        old: str = self.cleaned_data["old"]
        if not self.user.check_password(old):
            raise forms.ValidationError(_("This is not your present password."))
        return old

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        new, again = cleaned.get("new"), cleaned.get("again")
        if new and again and new != again:
            self.add_error("again", _("The two do not agree."))
        if new and new == cleaned.get("old"):
            self.add_error("new", _("Choose another one than the present."))
        elif new:
            try:
                password_validation.validate_password(new, self.user)
            except forms.ValidationError as error:
                self.add_error("new", error)
        return cleaned


class SettingsForm(forms.ModelForm):
    """What a person may change about himself (A21: nothing else)."""

    class Meta:
        model = User
        fields = ["phone", "email", "language", "theme"]
        widgets = {"theme": forms.RadioSelect, "language": forms.RadioSelect}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["language"] = forms.ChoiceField(
            label=_("Language"), choices=settings.LANGUAGES, widget=forms.RadioSelect,
            initial=self.instance.language or settings.LANGUAGE_CODE,
        )  # fmt: skip
        self.initial["language"] = self.instance.language or settings.LANGUAGE_CODE


class ColleagueField(forms.ModelChoiceField):
    """One person, in a list grouped by unit, each with the post."""

    class Grouped(ModelChoiceIterator):
        def __iter__(self) -> Iterator[Any]:
            yield ("", self.field.empty_label)
            people = self.queryset.select_related("unit").order_by(*BY_UNIT)
            for unit, members in groupby(people, lambda person: person.unit.name):
                yield unit, [self.choice(person) for person in members]

    iterator = Grouped

    def __init__(self, label: Any) -> None:
        super().__init__(User.objects.none(), label=label, empty_label="—")

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}\u3000{obj.title}".strip()


class ActingForm(forms.Form):
    """Who acts for whom, from a day to a day; the rules of days and chains are the service's."""

    absent = ColleagueField(_("Absent"))
    deputy = ColleagueField(_("Acting"))
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(
        label=pgettext_lazy("acting", "Reason"),
        max_length=100,
        help_text=_("As on the leave or travel form."),
    )

    def __init__(self, *args: Any, actor: User, may_arrange_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active()
        self.fields["absent"].queryset = people  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]
        self.fields["absent"].initial = actor.pk
        if not may_arrange_others:
            del self.fields["absent"]
            self.fields["deputy"].queryset = people.exclude(pk=actor.pk)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The successor of somebody who leaves."""

    successor = ColleagueField(_("Successor"))

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().exclude(pk=leaver.pk)
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]
