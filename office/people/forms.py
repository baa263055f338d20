"""What people type about themselves: settings, acting, hand-over."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from django import forms
from django.conf import settings
from django.forms.models import ModelChoiceIterator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.people.models import User

BY_UNIT = ("unit__order", "unit__name", "rank", "pk")


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
