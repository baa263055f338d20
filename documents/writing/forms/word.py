"""Read a Word file into the writing screen: its structure is recognised, its styles are ignored."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from documents.proofreading.reading import files
from documents.proofreading.text import Text
from documents.reference.models import PAPER_URGENCIES
from documents.writing.forms.writing import ANNEXES, DIRECTIONS
from office.files.inspection import inspect
from office.files.names import refuse_classified

LABEL = re.compile(r"^\s*(?:主\s*送|抄\s*送)\s*[:：]")


class WordForm(forms.Form):
    """The file; `text` is what was read in it, once the form is valid."""

    word = forms.FileField(
        label=gettext_lazy("Word file"), required=False,
        widget=forms.FileInput(attrs={"accept": ".docx", "form": "writing"}),
    )  # fmt: skip
    text: Text

    def clean_word(self) -> Any:
        upload = self.cleaned_data["word"]
        if upload is None:
            raise ValidationError(_("Choose the .docx first."), "required")
        if not upload.name.lower().endswith(".docx"):
            raise ValidationError(
                _("Only .docx is read. Save the document as .docx in Word or WPS first.")
            )
        inspect(upload)
        upload.seek(0)
        try:
            self.text = files.of_docx(upload.read())
        except files.Unfit as error:
            raise ValidationError(str(error)) from None
        refuse_classified(self.text.classification, head=True)
        if not (self.text.title.strip() or self.text.body.strip()):
            raise ValidationError(_("There are no words in this file."))
        if len(self.text.attachments) > ANNEXES:
            raise ValidationError(
                _("More than %(n)s attachments: hand the others in as files.") % {"n": ANNEXES}
            )
        return upload


def put_in(typed: QueryDict, text: Text) -> QueryDict:
    """Return what was typed with the elements of a text in place of what it has of them."""
    data = typed.copy()
    found = {
        "title": text.title, "body": _body(text), "note": text.note.strip("（）()"),
        "addressees": _names(text, "addressees"), "copy_to": _names(text, "copy_to"),
    }  # fmt: skip
    if text.genre in DIRECTIONS and text.genre != data.get("kind"):
        data["kind"], data["direction"] = text.genre, ""
    if text.urgency in PAPER_URGENCIES:
        found["urgency"] = text.urgency
    for name, value in found.items():
        if value:
            data[name] = value
    for name in [name for name in data if name.startswith("annex-")]:
        del data[name]
    for n, annex in enumerate(text.attachments, 1):
        data[f"annex-title-{n}"], data[f"annex-body-{n}"] = annex.title, annex.body
    return data


def _body(text: Text) -> str:
    """Return the body; the list of attachments at its end is set anew from their titles."""
    lines = text.body.split("\n")
    if text.attachments:
        listed = {int(line.place.partition("/")[2]) for line in text.listed}
        lines = [line for n, line in enumerate(lines) if n not in listed]
    return "\n".join(lines).strip("\n")


def _names(text: Text, name: str) -> str:
    """Return a line of names as it was typed: 、 and ， part them in two ranks."""
    typed = text.typed.get(name) or "，".join(getattr(text, name))
    return LABEL.sub("", typed).strip(" 　：:。")
