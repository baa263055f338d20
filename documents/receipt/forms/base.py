"""What every step's form has: the document, who acts, words, workdays."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from documents.receipt.models import IncomingDocument
from documents.receipt.plan import why_no_limit
from office.files.forms import FilesField
from office.people.models import User

DAY = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
OPINION = gettext_lazy("Opinion")


def opinion(label: Any = OPINION, *, required: bool = True) -> forms.CharField:
    """Make the field in which somebody writes words that stay."""
    area = forms.Textarea(attrs={"rows": 3})
    return forms.CharField(label=label, max_length=2000, required=required, widget=area, strip=True)


class StepForm(forms.Form):
    """The form of one step: knows the document and who acts.

    `deed` is what its button says where the name of the step would not say what is done now.
    """

    deed: Any = ""

    def __init__(self, *args: Any, row: IncomingDocument, actor: User, **kwargs: Any) -> None:
        self.row, self.actor = row, actor
        kwargs["auto_id"] = f"{self.prefix_id()}_%s"
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            if isinstance(field, forms.ModelChoiceField) and field.empty_label:
                field.empty_label = "—"
        self.prepare()

    @classmethod
    def prefix_id(cls) -> str:
        return cls.__name__.lower().removesuffix("form")

    def prepare(self) -> None:
        """Fill choices and first values from the document."""


class PlainForm(StepForm):
    """A step that needs no words."""


class OpinionForm(StepForm):
    opinion = opinion()


class PerhapsForm(StepForm):
    """A step whose words may be left out (圈阅)."""

    opinion = opinion(gettext_lazy("Opinion"), required=False)


class WithFileForm(StepForm):
    """A step that may bring a file as its proof."""

    file = FilesField(label=gettext_lazy("Files"), required=False)


class ReasonForm(StepForm):
    reason = opinion(gettext_lazy("Reason"))


def workday(day: dt.date, form: StepForm) -> dt.date:
    """Return a day that can be a limit; the one that stands may stay. Raises ValidationError."""
    if day != form.row.due_on and (reason := why_no_limit(day)):
        raise forms.ValidationError(reason)
    return day
