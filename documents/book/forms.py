"""What may be typed about many rows: words, readers, an old register."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.receipt.forms.intake import DocumentForm
from documents.receipt.forms.people import SEPARATORS, find
from documents.receipt.models import IncomingDocument
from documents.reference.models import Sender
from office.files.inspection import inspect
from office.importing import refuse_classified
from office.people.models import User


def own_words(label: str) -> forms.CharField:
    """Make the field for the words of one document among many."""
    hint = gettext_lazy("Other words for this one")
    area = forms.Textarea(attrs={"rows": 2, "placeholder": hint})
    return forms.CharField(label=label, max_length=2000, required=False, widget=area)


class BatchForm(forms.Form):
    """What many rows get: words for all or for each, or readers; judged whole before any step."""

    opinion = forms.CharField(
        label=gettext_lazy("Instruction for all"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    readers = forms.CharField(label=gettext_lazy("Readers"), max_length=500, required=False)
    words = forms.CharField(
        label=gettext_lazy("Words for them"),
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def __init__(
        self, *args: Any, action: str, rows: Sequence[IncomingDocument], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.action, self.rows = action, rows
        own = {"instruct": "opinion", "circulate": "readers", "urge": "words"}
        for name in {*own.values()} - {own[action]}:
            del self.fields[name]
        if action == "instruct":
            for row in rows:
                self.fields[self.name_of(row)] = own_words(row.reference)

    @staticmethod
    def name_of(row: IncomingDocument) -> str:
        return f"opinion-{row.pk}"

    def lines(self) -> list[tuple[IncomingDocument, Any]]:
        """Each document with the field of its own words, or None when it needs none."""
        own = self.action == "instruct"
        return [(row, self[self.name_of(row)] if own else None) for row in self.rows]

    def words_for(self, row: IncomingDocument) -> str:
        """Return a document's own words, or else the ones for all."""
        return self.cleaned_data.get(self.name_of(row)) or self.cleaned_data.get("opinion") or ""

    def clean_readers(self) -> list[User]:
        names = SEPARATORS.split(self.cleaned_data["readers"])
        if readers := [find(name) for name in names if name]:
            return readers
        raise forms.ValidationError(_("Name at least one reader."))

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or {}
        for row in self.rows if self.action == "instruct" else ():
            if not self.words_for(row) and not self.has_error(self.name_of(row)):
                self.add_error(
                    self.name_of(row), _("Write an instruction for this one, or one for all.")
                )
        return cleaned


class ImportForm(forms.Form):
    """导入旧登记簿: a file to try, or the key of one that was tried."""

    file = forms.FileField(
        label=gettext_lazy("XLSX file"),
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        error_messages={"required": gettext_lazy("Choose the sheet to be read.")},
    )
    held = forms.IntegerField(widget=forms.HiddenInput, required=False, max_value=2**62)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["file"].required = not self.data.get("held")

    def clean_file(self) -> Any:
        """Refuse before it is kept anywhere what is no workbook, or has a classified row."""
        if file := self.cleaned_data["file"]:
            inspect(file)
            refuse_classified(file)
            file.seek(0)
        return file


class RowForm(DocumentForm):
    """登记 of one row after another of a long sheet: one form, which knows every short name."""

    def __init__(self) -> None:
        super().__init__({})
        known = Sender.objects.filter(is_active=True).exclude(short_name="")
        self.short_names: dict[str, str] = {}
        for short_name, name in known.values_list("short_name", "name"):
            self.short_names.setdefault(short_name, name)

    def take(self, given: dict[str, Any]) -> bool:
        """Judge another row; tell whether it can be registered."""
        self.data = given
        self.full_clean()
        return self.is_valid()

    def in_full(self, short_name: str) -> str:
        return self.short_names.get(short_name, "")
