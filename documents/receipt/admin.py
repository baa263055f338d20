"""Incoming documents in the back-office: looked at by those who may open the whole book.

Nothing is changed here: a row moves through its steps, so that the admin is no way around
them; who keeps the accounts does not see it (三员分离).
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from documents.receipt.models import IncomingDocument
from office.backoffice import ReadOnlyAdmin


@admin.register(IncomingDocument)
class IncomingDocumentAdmin(ReadOnlyAdmin):
    icon = "inbox"
    about = _("The book as it stands; documents move only through their steps.")
    list_display = ["number", "title", "sender", "state", "received_on", "due_on"]
    list_display_links = ["title"]
    list_select_related = ["sender"]
    list_filter = ["state", "receipt_class", "urgency"]
    search_fields = ["title", "doc_number"]
    fields = [
        "number", "doc_number", "title", "sender", "kind", "urgency", "state", "received_on",
        "due_on", "signed_for_at", "signed_for_by", "registered_at", "registered_by", "lead_unit",
        "handler", "closed_at", "closed_by", "filed_at", "filed_by", "filing_year", "filing_unit",
        "retention",
    ]  # fmt: skip

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self.has_view_permission(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        user: Any = request.user
        return bool(user.has_perm("documents.view_all_incoming"))

    def get_queryset(self, request: HttpRequest) -> QuerySet[IncomingDocument]:
        user: Any = request.user
        return IncomingDocument.objects.visible_to(user)

    @admin.display(description=_("receipt number"))
    def number(self, row: IncomingDocument) -> str:
        return row.reference or "—"
