"""Work items in the back-office: who owes what; moved only from the desk."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from office.backoffice import ReadOnlyAdmin, steps
from office.desk.models import WorkItem


class IsOpen(admin.SimpleListFilter):
    """What is still owed, or done."""

    title = _("state")
    parameter_name = "open"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Still open")), ("no", _("Done"))]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        if self.value() is None:
            return queryset
        return queryset.filter(done_at__isnull=self.value() == "yes")


@admin.register(WorkItem)
class WorkItemAdmin(ReadOnlyAdmin):
    icon = "task"
    about = _("Who owes what, since when and until when.")
    list_display = ["reference", "title", "step_label", "owner", "due_on", "urged", "done_at"]
    list_display_links = ["title"]
    list_select_related = ["assignee", "unit"]
    list_filter = [IsOpen, "unit"]
    search_fields = ["reference", "title", "assignee__name"]
    fields = [
        "reference", "title", "step_label", "owner", "sent_by", "created_at", "due_on", "opened_at",
        "done_at", "done_by", "on_behalf_of", "outcome", "taken_minutes", "urged", "urged_at",
    ]  # fmt: skip

    @admin.display(description=_("step"))
    def step_label(self, item: WorkItem) -> str:
        return str(steps().get(item.step, item.step))

    @admin.display(description=_("assignee"))
    def owner(self, item: WorkItem) -> str:
        return item.owner_text
