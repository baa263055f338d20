"""What may be typed about many rows: words, readers, an old register."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy

from documents.receipt.forms.people import SEPARATORS, find
from office.people.models import User


class BatchForm(forms.Form):
    """What many rows get: words, or readers."""

    opinion = forms.CharField(
        max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 3})
    )
    readers = forms.CharField(max_length=500, required=False)

    def clean_readers(self) -> list[User]:
        return [find(name) for name in SEPARATORS.split(self.cleaned_data["readers"]) if name]


class ImportForm(forms.Form):
    """导入旧登记簿."""

    file = forms.FileField(label=gettext_lazy("XLSX file"))
    commit = forms.BooleanField(label=gettext_lazy("Write the rows"), required=False)
