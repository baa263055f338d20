"""One form for each step that a record offers; `FORMS` names them by step."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.receipt.forms.assignment import (
    CirculateForm,
    DistributeForm,
    InstructForm,
    ProposeForm,
)
from documents.receipt.forms.base import (
    DAY,
    OpinionForm,
    PerhapsForm,
    PlainForm,
    ReasonForm,
    StepForm,
    WithFileForm,
    opinion,
    workday,
)
from documents.receipt.forms.people import MemberField, working_units
from documents.receipt.models import IncomingDocument, Link
from documents.receipt.models.choices import AnswerMethod
from documents.receipt.plan import POINTS, earlier_steps
from documents.reference.models import Term
from documents.reference.services import proposed_term
from office import clock
from office.files.forms import FilesField
from office.people.models import Unit, User

POINT_LABELS = {
    "ours": gettext_lazy("It is ours to handle"),
    "rules": gettext_lazy("It follows the rules of who writes to whom"),
    "form": gettext_lazy("Its kind and its form are right"),
    "consulted": gettext_lazy("Other bodies concerned were consulted and have countersigned"),
    "drafting": gettext_lazy("It meets the other requirements of drafting"),
}


class ScreenForm(StepForm):
    points = forms.MultipleChoiceField(
        label=gettext_lazy("The five points"),
        choices=[(point, POINT_LABELS[point]) for point in POINTS],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Tick the points that are met.")},
    )
    opinion = opinion(gettext_lazy("Remark, or the reasons for returning it"), required=False)

    def prepare(self) -> None:
        self.fields["points"].clause = "条例 第二十四条（三）"  # type: ignore[attr-defined]


class RejectForm(ScreenForm):
    opinion = opinion(gettext_lazy("Reasons"))

    def clean_points(self) -> list[str]:
        """What is left unticked stands on the return slip as not met: nothing by omission."""
        points: list[str] = self.cleaned_data["points"]
        if len(points) == len(POINTS):
            raise forms.ValidationError(_("Leave the points unticked that are not met."))
        return points


class NameHandlerForm(StepForm):
    handler = MemberField(User.objects.none(), label=gettext_lazy("Handler"))

    def prepare(self) -> None:
        self.fields["handler"].queryset = (  # type: ignore[attr-defined]
            User.objects.active().filter(unit=self.row.lead_unit_id).by_rank()
        )


class TransferForm(NameHandlerForm):
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        super().prepare()
        field: Any = self.fields["handler"]
        field.queryset = field.queryset.exclude(pk=self.row.handler_id)


class ExtensionForm(StepForm):
    until = forms.DateField(label=gettext_lazy("New due day"), widget=DAY)
    reason = opinion(gettext_lazy("Reason"))

    def clean_until(self) -> dt.date:
        day: dt.date = workday(self.cleaned_data["until"], self)
        if self.row.due_on and day <= self.row.due_on:
            raise forms.ValidationError(_("It must be later than the day it is due now."))
        return day


class DecisionForm(StepForm):
    granted = forms.ChoiceField(
        label=gettext_lazy("Decision"),
        choices=[("yes", gettext_lazy("Granted")), ("no", gettext_lazy("Refused"))],
        widget=forms.RadioSelect,
    )
    opinion = opinion(gettext_lazy("Words"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        if cleaned.get("granted") == "no" and not cleaned.get("opinion"):
            self.add_error("opinion", _("Say why more time is refused."))
        return cleaned


class NoteForm(WithFileForm):
    opinion = opinion()

    field_order = ["opinion", "file"]


class InputForm(NoteForm):
    deed = gettext_lazy("Give the input")


class ResultForm(WithFileForm):
    deed = gettext_lazy("Hand in the result")
    result = opinion(gettext_lazy("Result"))

    field_order = ["result", "file"]


class AnswerForm(WithFileForm):
    method = forms.ChoiceField(
        label=gettext_lazy("How it was answered"), choices=AnswerMethod, widget=forms.RadioSelect
    )
    to = forms.CharField(label=gettext_lazy("To whom"), max_length=100, required=False)
    text = opinion(gettext_lazy("What was answered, or why no answer is due"))

    field_order = ["method", "to", "text", "file"]

    def prepare(self) -> None:
        to, text = self.row.answered_to, self.row.answer_text  # of a reply that has gone out
        self.initial.update({"to": to or self.row.sender.name, "text": text})
        self.initial["method"] = self.row.answer_method or AnswerMethod.DOCUMENT
        self.fields["method"].clause = "条例 第二十四条（七）"  # type: ignore[attr-defined]


class FileForm(StepForm):
    year = forms.IntegerField(label=gettext_lazy("Filing year"), min_value=1949, max_value=2999)
    unit = forms.ModelChoiceField(Unit.objects.none(), label=gettext_lazy("Filing unit"))
    retention = forms.ChoiceField(
        label=gettext_lazy("Proposed retention"), choices=Term, widget=forms.RadioSelect
    )

    def prepare(self) -> None:
        self.fields["unit"].queryset = working_units()  # type: ignore[attr-defined]
        row, today = self.row, clock.today()
        self.initial.update(
            {
                "year": timezone.localtime(row.closed_at).year if row.closed_at else today.year,
                "unit": row.lead_unit_id or self.actor.unit_id,
                "retention": proposed_term(row.receipt_class),
            }
        )
        words = _("The term table is a draft until the archive authority approves it.")
        self.fields["retention"].help_text = words
        self.fields["retention"].clause = "国家档案局令第8号 第十二条"  # type: ignore[attr-defined]


class SendBackForm(StepForm):
    to = forms.ChoiceField(label=gettext_lazy("Back to"), widget=forms.RadioSelect)
    reason = opinion(gettext_lazy("Reason"))

    def prepare(self) -> None:
        ways = earlier_steps(self.row.state)
        self.fields["to"].choices = ways  # type: ignore[attr-defined]
        if ways:
            self.initial["to"] = ways[0][0]


class UrgeForm(StepForm):
    words = forms.CharField(label=gettext_lazy("Words"), max_length=200, required=False)


class LinkForm(StepForm):
    kind = forms.ChoiceField(
        label=gettext_lazy("This document"),
        choices=Link.Kind,
        widget=forms.RadioSelect,
        initial=Link.Kind.REPLIES,
    )
    other = forms.CharField(label=gettext_lazy("Receipt or document number"), max_length=60)

    def clean_other(self) -> IncomingDocument:
        text = self.cleaned_data["other"].strip()
        found = (
            IncomingDocument.objects.visible_to(self.actor)
            .by_number(text)
            .exclude(pk=self.row.pk)
            .first()
        )
        if found is None:
            raise forms.ValidationError(_("No document that you can see has this number."))
        return found


class AttachForm(StepForm):
    file = FilesField(label=gettext_lazy("Files"))


class RecallForm(StepForm):
    reader = MemberField(User.objects.none(), label=gettext_lazy("Reader"))

    def prepare(self) -> None:
        self.fields["reader"].queryset = User.objects.filter(  # type: ignore[attr-defined]
            pk__in=[copy.reader_id for copy in self.row.open_readers]
        )


FORMS: dict[str, type[StepForm]] = {
    "collect": PlainForm,
    "screen": ScreenForm,
    "reject": RejectForm,
    "propose": ProposeForm,
    "distribute": DistributeForm,
    "instruct": InstructForm,
    "name_handler": NameHandlerForm,
    "claim": PlainForm,
    "transfer": TransferForm,
    "progress": NoteForm,
    "assist": InputForm,
    "ask_extension": ExtensionForm,
    "decide_extension": DecisionForm,
    "handle": ResultForm,
    "circulate": CirculateForm,
    "recall_reader": RecallForm,
    "read": PerhapsForm,
    "urge": UrgeForm,
    "answer": AnswerForm,
    "close": PlainForm,
    "file": FileForm,
    "send_back": SendBackForm,
    "withdraw": PlainForm,
    "void": ReasonForm,
    "attach": AttachForm,
    "annotate": OpinionForm,
    "link": LinkForm,
}
