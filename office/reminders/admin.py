"""The rules of reminding in the back-office: one line for each urgency."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from office.backoffice import OfficeAdmin
from office.reminders.models import Ladder


@admin.register(Ladder)
class LadderAdmin(OfficeAdmin):
    icon = "notifications"
    about = _("When an item reminds its owner, and from which day on his superiors are told.")
    fields = [
        "urgency", "early_workdays", "last_workdays", "on_due_day", "every_workdays",
        "head_from", "director_from", "leader_from",
    ]  # fmt: skip
    list_display = [
        "urgency_label", "early_workdays", "last_workdays", "on_due_day", "every_workdays",
        "head_from", "director_from", "leader_from",
    ]  # fmt: skip

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["urgency"] if obj else []

    @admin.display(description=_("urgency"))
    def urgency_label(self, ladder: Ladder) -> str:
        return str(ladder.get_urgency_display())
