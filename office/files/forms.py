"""The field every form with files uses: it judges each file and says so beside the field."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from office.files.inspection import inspect
from office.files.kinds import KINDS

ACCEPT = ",".join(f".{extension}" for extension in KINDS)


class FilesInput(forms.ClearableFileInput):
    """A file input that takes several."""

    allow_multiple_selected = True
    template_name = "django/forms/widgets/file.html"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"multiple": True, "accept": ACCEPT, **(attrs or {})})


class FilesField(forms.FileField):
    """Several uploads; cleaned to a list of those the office takes."""

    widget = FilesInput

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        """Judge each file; every refusal is said with the file's name."""
        given = [upload for upload in (data or []) if upload]
        if self.required and not given:
            raise ValidationError(self.error_messages["required"], "required")
        errors: list[ValidationError] = []
        for upload in given:
            try:
                super().clean(upload, initial)
                inspect(upload)
            except ValidationError as error:
                message = _("%(name)s: %(why)s")
                errors += [
                    ValidationError(message, error.code, {"name": upload.name, "why": why})
                    for why in error.messages
                ]
        if errors:
            raise ValidationError(errors)
        return given
