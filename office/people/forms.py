"""What people type about themselves: settings, acting, hand-over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.people.models import User


class DayInput(forms.DateInput):
    """A day in the browser's own calendar."""

    input_type = "date"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__(attrs, format="%Y-%m-%d")


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


class ActingForm(forms.Form):
    """Who acts for whom, from a day to a day; the rules of days and chains are the service's."""

    absent = forms.ModelChoiceField(label=_("Absent"), queryset=User.objects.none())
    deputy = forms.ModelChoiceField(label=_("Acting"), queryset=User.objects.none())
    starts_on = forms.DateField(label=_("First day"), widget=DayInput)
    ends_on = forms.DateField(label=_("Last day"), widget=DayInput)
    reason = forms.CharField(
        label=pgettext_lazy("acting", "Reason"),
        max_length=100,
        help_text=_("As on the leave or travel form."),
    )

    def __init__(self, *args: Any, actor: User, may_arrange_others: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().by_rank()
        self.fields["absent"].queryset = people  # type: ignore[attr-defined]
        self.fields["deputy"].queryset = people  # type: ignore[attr-defined]
        self.fields["absent"].initial = actor.pk
        if not may_arrange_others:
            del self.fields["absent"]
            self.fields["deputy"].queryset = people.exclude(pk=actor.pk)  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The successor of somebody who leaves."""

    successor = forms.ModelChoiceField(label=_("Successor"), queryset=User.objects.none())

    def __init__(self, *args: Any, leaver: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.active().exclude(pk=leaver.pk).select_related("unit").by_rank()
        self.fields["successor"].queryset = people  # type: ignore[attr-defined]
