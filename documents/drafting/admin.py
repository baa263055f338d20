"""Organ codes and seals in the back-office."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from documents.drafting.models import OrganCode, Seal
from office.backoffice import OfficeAdmin


@admin.register(OrganCode)
class OrganCodeAdmin(OfficeAdmin):
    icon = "tag"
    about = _("The letters of document numbers, each with its yearly series and its red head.")
    list_display = ["code", "format", "mark", "is_active"]


@admin.register(Seal)
class SealAdmin(OfficeAdmin):
    icon = "approval"
    about = _("The seals of the institution, and who keeps each.")
    list_display = ["name", "keeper", "in_use_since", "out_of_use_on"]
    list_select_related = ["keeper"]
    autocomplete_fields = ["keeper"]
