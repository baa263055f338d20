"""What people say about mail: how to be reminded, and why a stuck letter goes or stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from office.http import number
from office.mail.models import CONFIRM, DROP, RETRY, Choice, Letter


class ChoiceForm(forms.ModelForm):
    class Meta:
        model = Choice
        fields = ["digest", "digest_hour", "urgent", "weekly"]
        help_texts = {
            "digest": _("Due, late, to read, what I wait for; nothing to say, no mail."),
            "weekly": _("A PDF on the first workday of the week; nothing late, no mail."),
            "urgent": _("特急 and 特提, when they come, when they are urged, when they are late."),
        }


class DecideForm(forms.Form):
    """What becomes of a stuck letter; the reason goes to the trail."""

    act = forms.ChoiceField(choices=[(act, act) for act in (RETRY, DROP, CONFIRM)])
    reason = forms.CharField(label=_("Reason"), max_length=200)


class DecideAllForm(forms.Form):
    """What becomes of several dead letters for one reason: of those ticked, or of all shown."""

    act = forms.ChoiceField(choices=[(act, act) for act in (RETRY, DROP)])
    reason = forms.CharField(label=_("Reason"), max_length=200)
    everything = forms.BooleanField(required=False)

    @property
    def letters(self) -> list[int]:
        """The keys of the letters that are meant."""
        name = "shown" if self.data.get("everything") else "letter"
        given = self.data.getlist(name) if isinstance(self.data, QueryDict) else []
        return [pk for pk in map(number, given) if pk is not None]

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if not self.letters:
            self.add_error(None, gettext("Tick the letters that are meant, or all."))
        return cleaned


class OutboxFilter(forms.Form):
    """Which letters the history shows."""

    state = forms.ChoiceField(
        label=_("State"), required=False, choices=[("", _("All")), *Letter.State.choices]
    )
    kind = forms.ChoiceField(
        label=pgettext_lazy("letter", "Kind"),
        required=False,
        choices=[("", _("All")), *Letter.Kind.choices],
    )

    def chosen(self) -> dict[str, Any]:
        return {k: v for k, v in self.cleaned_data.items() if v} if self.is_valid() else {}
