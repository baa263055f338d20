"""What people say about mail: how to be reminded, and why a stuck letter goes or stays."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.mail.models import CONFIRM, DROP, RETRY, Choice, Letter


class ChoiceForm(forms.ModelForm):
    class Meta:
        model = Choice
        fields = ["digest", "digest_hour", "urgent"]
        help_texts = {
            "digest": _("Due, late, to read, what I wait for; nothing to say, no mail."),
            "urgent": _("特急 and 特提, when they come, when they are urged, when they are late."),
        }


class DecideForm(forms.Form):
    """What becomes of a stuck letter; the reason goes to the trail."""

    act = forms.ChoiceField(choices=[(act, act) for act in (RETRY, DROP, CONFIRM)])
    reason = forms.CharField(label=_("Reason"), max_length=200)


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
