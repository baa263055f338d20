"""The trail in the back-office: read by the audit officer, written by nobody's hand."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from office.audit.actions import FACTS, LABELS
from office.audit.models import Entry
from office.backoffice import TRAIL, ReadOnlyAdmin, steps
from office.workflow import Stateful


class Action(admin.SimpleListFilter):
    """Entries of one kind of action; the kinds are known, so the trail is not scanned for them."""

    title = _("action")
    parameter_name = "action"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, str(label)) for name, label in (LABELS | steps()).items()]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        return queryset.filter(action=self.value()) if self.value() else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    shelf = TRAIL
    icon = "policy"
    about = _("Who did what, to which row, when and for whom. Nobody can change or delete it.")
    list_display = [
        "at",
        "actor",
        "on_behalf_of",
        "action_label",
        "kind",
        "label",
        "object_id",
    ]
    list_select_related = ["actor", "on_behalf_of", "content_type"]
    list_filter = [Action]
    search_fields = ["actor__name", "label"]
    search_help_text = _("Name of a person, or a receipt number")
    sortable_by = ()
    fields = [
        "at", "actor", "on_behalf_of", "action_label", "kind", "object_id", "label",
        "states", "said", "changes",
    ]  # fmt: skip

    @admin.display(description=_("action"))
    def action_label(self, entry: Entry) -> str:
        return str((LABELS | steps()).get(entry.action, entry.action))

    @admin.display(description=_("kind"))
    def kind(self, entry: Entry) -> str:
        return str(entry.content_type.name)

    @admin.display(description=_("state"))
    def states(self, entry: Entry) -> str:
        labels = dict(getattr(_field(entry, "state"), "choices", None) or [])
        return " → ".join(
            str(labels.get(state, state) or "—") for state in (entry.before, entry.after)
        )

    @admin.display(description=_("comment"))
    def said(self, entry: Entry) -> str:
        """Return the words; those about a document are read beside it, by who may read it (A33)."""
        return str(_("Not shown here.")) if entry.comment and is_business(entry) else entry.comment

    @admin.display(description=_("changes"))
    def changes(self, entry: Entry) -> SafeString | str:
        """List what was set; of a document only which columns, never what they say (A33)."""
        if is_business(entry):
            return "、".join(str(_label(entry, name)) for name in sorted(entry.facts)) or "—"
        facts = [(_label(entry, name), value) for name, value in sorted(entry.facts.items())]
        lines = format_html_join("", "<li>{}：{}</li>", facts)
        return format_html("<ul>{}</ul>", lines) if lines else "—"


def is_business(entry: Entry) -> bool:
    """Tell whether an entry is about one row that moves through the steps of the office."""
    return bool(entry.object_id) and issubclass(entry.content_type.model_class() or Entry, Stateful)


def _field(entry: Entry, name: str) -> Any:
    """Return the column a fact speaks of, or None."""
    model = entry.content_type.model_class()
    known = {field.name: field for field in model._meta.concrete_fields} if model else {}
    return known.get(name)


def _label(entry: Entry, name: str) -> str:
    return str(getattr(_field(entry, name), "verbose_name", FACTS.get(name, name)))
