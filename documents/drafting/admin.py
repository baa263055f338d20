"""Organ codes and seals in the back-office."""


from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.drafting.models import Dispatch, Impression, OrganCode, Seal
from office.backoffice import OfficeAdmin


@admin.register(OrganCode)
class OrganCodeAdmin(OfficeAdmin):
    """What a signed document shows of its code stays: the number and the red head are signed."""

    icon = "tag"
    about = _("The letters of document numbers, each with its yearly series and its red head.")
    list_display = ["code", "format", "mark", "is_active"]

    def get_readonly_fields(self, request: HttpRequest, obj: OrganCode | None = None) -> list[str]:
        is_used = obj is not None and Dispatch.objects.filter(code=obj).exists()
        return ["code", "format", "mark"] if is_used else []


@admin.register(Seal)
class SealAdmin(OfficeAdmin):
    """A seal that has been set keeps its name: the seal register is read by it."""

    icon = "approval"
    about = _("The seals of the institution, and who keeps each.")
    list_display = ["name", "keeper", "in_use_since", "out_of_use_on"]
    list_select_related = ["keeper"]
    autocomplete_fields = ["keeper"]

    def get_readonly_fields(self, request: HttpRequest, obj: Seal | None = None) -> list[str]:
        is_used = obj is not None and Impression.objects.filter(seal=obj).exists()
        return ["name", "in_use_since"] if is_used else []
