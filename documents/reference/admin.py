"""Senders, limits, retention classes and the office's phrases in the back-office."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from documents.proofreading.text import KINDS
from documents.reference.models import (
    Phrase,
    RetentionClass,
    Sender,
    Skeleton,
    StepLimit,
    UrgencyLimit,
)
from office.backoffice import OfficeAdmin, steps

BETWEEN = re.compile(r"[,，、;；\s]+")


class Codes(forms.CharField):
    """Several short codes in one line, parted by any comma."""

    def prepare_value(self, value: Any) -> Any:
        return "、".join(value) if isinstance(value, list) else value

    def to_python(self, value: Any) -> Any:
        return [code for code in BETWEEN.split(super().to_python(value) or "") if code]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return list(self.to_python(data)) != list(initial or [])

    def run_validators(self, value: Any) -> None:
        for code in value:
            super().run_validators(code)


class SenderForm(forms.ModelForm):
    organ_codes = Codes(
        label=_("organ codes"),
        max_length=20,
        required=False,
        widget=UnfoldAdminTextInputWidget,
        help_text=_(
            "As in its document numbers: 江川质监、江川质监办. Filled in while registering."
        ),
    )


@admin.register(Sender)
class SenderAdmin(OfficeAdmin):
    icon = "corporate_fare"
    about = _("Bodies that write to us, how they stand to us, and the codes of their numbers.")
    form = SenderForm
    fields = ["name", "short_name", "relation", "organ_codes", "is_active"]
    list_display = ["name", "short_name", "relation", "codes", "is_active"]
    list_filter = ["relation", "is_active"]
    search_fields = ["name", "short_name"]

    @admin.display(description=_("organ codes"))
    def codes(self, sender: Sender) -> str:
        return "、".join(sender.organ_codes)


@admin.register(UrgencyLimit)
class UrgencyLimitAdmin(OfficeAdmin):
    icon = "timer"
    about = _(
        "Workdays from receipt to the end of handling; the 条例 gives none, the institution does."
    )
    fields = ["urgency", "workdays"]
    list_display = ["urgency_label", "workdays"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["urgency"] if obj else []

    @admin.display(description=_("urgency"))
    def urgency_label(self, limit: UrgencyLimit) -> str:
        return str(limit.get_urgency_display())


class StepField(forms.ChoiceField):
    """A step of some state table."""

    widget = UnfoldAdminSelectWidget

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("step"), choices=_step_choices, **kwargs)


def _step_choices() -> list[tuple[str, Any]]:
    return [("", "—"), *steps().items()]


class StepForm(forms.ModelForm):
    step = StepField()


class NamesStep(OfficeAdmin):
    """A book whose rows belong to a step."""

    form = StepForm

    @admin.display(description=_("step"), ordering="step")
    def step_label(self, row: Any) -> str:
        return str(steps().get(row.step, row.step))


@admin.register(StepLimit)
class StepLimitAdmin(NamesStep):
    icon = "hourglass"
    about = _("Office hours one step may take, by urgency.")
    fields = ["step", "hours", "urgent_hours", "extra_hours"]
    list_display = ["step_label", "hours", "urgent_hours", "extra_hours"]


@admin.register(RetentionClass)
class RetentionClassAdmin(OfficeAdmin):
    icon = "inventory_2"
    about = _("Kinds of material and their terms; a draft until the archive authority approves it.")
    fields = ["material", "term", "basis", "for_relation", "order", "approved_on", "approval"]
    list_display = ["material", "term", "basis", "for_relation", "reviewed"]
    list_filter = ["term", ("approved_on", admin.EmptyFieldListFilter)]
    search_fields = ["material"]

    @admin.display(description=_("approved on"), ordering="approved_on")
    def reviewed(self, row: RetentionClass) -> Any:
        return row.approved_on or _("Not approved")


@admin.register(Phrase)
class PhraseAdmin(NamesStep):
    """The office's phrases; a person's own are his, and are not shown here."""

    icon = "format_quote"
    about = _("Words offered beside an opinion, step by step.")
    fields = ["step", "text", "order"]
    list_display = ["text", "step_label", "order"]
    list_filter = ["step"]
    search_fields = ["text"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Phrase]:
        return Phrase.objects.filter(owner=None)


class SkeletonForm(forms.ModelForm):
    kind = forms.ChoiceField(
        label=_("kind"), choices=[(kind, kind) for kind in KINDS], widget=UnfoldAdminSelectWidget
    )


@admin.register(Skeleton)
class SkeletonAdmin(OfficeAdmin):
    icon = "draft"
    about = _("What a draft of a kind starts from, and how one usually begins and ends.")
    form = SkeletonForm
    fields = ["kind", "title", "body", "beginnings", "endings", "order"]
    list_display = ["kind", "title", "order"]
