"""后台: the one site and the two kinds of page of the back-office.

Django's own pages, drawn by unfold, with our doors: sign-in, sign-out and password are those of the
house, permissions are those of the roles, and every change is written to our own trail.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import update_wrapper
from typing import Any

from csp.constants import UNSAFE_EVAL
from csp.decorators import csp_update
from django.apps import apps
from django.conf import settings
from django.contrib import admin
from django.contrib.auth import REDIRECT_FIELD_NAME, logout
from django.contrib.auth.decorators import login_not_required
from django.db import models
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import ModelAdmin
from unfold.paginator import InfinitePaginator
from unfold.sites import UnfoldAdminSite

from office.audit.services import record
from office.errors import NotAllowed
from office.workflow import Stateful

View = Callable[..., HttpResponse]

# The shelves of the back-office, in their order; every page names its own.
PEOPLE = gettext_lazy("Units and people")
CALENDAR = gettext_lazy("Working calendar")
REFERENCE = gettext_lazy("Reference data")
REGISTERS = gettext_lazy("Registers, read-only")
TRAIL = gettext_lazy("Audit")
SHELVES = (PEOPLE, CALENDAR, REFERENCE, REGISTERS, TRAIL)


class BackOffice(UnfoldAdminSite):
    """The back-office: hidden from who has no role in it, closed while one acts for somebody."""

    index_template = "office/backoffice/index.html"
    final_catch_all_view = False
    empty_value_display = "—"

    def register(self, model_or_iterable: Any, admin_class: Any = None, **options: Any) -> None:
        """Take our own pages only: others would change rows without writing to our trail."""
        if admin_class is not None and issubclass(admin_class, OfficeAdmin):
            super().register(model_or_iterable, admin_class, **options)

    def admin_view(self, view: View, cacheable: bool = False) -> View:
        """Admit the person first. Alpine evaluates attributes, so scripts may; nothing else may."""
        inner: View = super().admin_view(view, cacheable)

        def admitted(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            admit(request)
            return inner(request, *args, **kwargs)

        wrapped: Any = csp_update({"script-src": [UNSAFE_EVAL]})(admitted)
        return update_wrapper(wrapped, view)

    @login_not_required
    def login(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        onward = request.GET.get(REDIRECT_FIELD_NAME) or reverse("admin:index")
        return redirect(f"{settings.LOGIN_URL}?{urlencode({REDIRECT_FIELD_NAME: onward})}")

    def logout(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        logout(request)
        return redirect(settings.LOGIN_URL)

    def password_change(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("office:password")

    def password_change_done(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        return redirect("office:password")

    def app_index(
        self, request: HttpRequest, app_label: str, extra_context: Any = None
    ) -> HttpResponse:
        return redirect("admin:index")

    def index(self, request: HttpRequest, extra_context: Any = None) -> TemplateResponse:
        context = {
            "shelves": self.shelves(request),
            "title": _("Back-office"),
            **(extra_context or {}),
        }
        answer: TemplateResponse = super().index(request, context)
        return answer

    def get_log_entries(self, request: HttpRequest) -> list[Any]:
        """Return nothing: the trail is ours, and only the audit officer reads it."""
        return []

    def each_context(self, request: HttpRequest) -> dict[str, Any]:
        """Leave the colours to static/backoffice.css, so that no page needs an inline style."""
        return {**super().each_context(request), "colors": None}

    def shelves(self, request: HttpRequest) -> list[tuple[Any, list[OfficeAdmin]]]:
        """Return the pages this person may open, shelf by shelf."""
        pages = [
            page for page in self._registry.values() if any(page.get_model_perms(request).values())
        ]
        found = [(shelf, [page for page in pages if page.shelf == shelf]) for shelf in SHELVES]
        return [(shelf, pages) for shelf, pages in found if pages]


def admit(request: HttpRequest) -> None:
    """Let in whoever has a role in the back-office, in his own seat (A10)."""
    user: Any = request.user
    if user.is_authenticated and user.acting_for:
        raise NotAllowed(
            _("The back-office is closed while you act for somebody."),
            clause="实务通常：三员分离",
            who=_("Take your own seat again, then open it."),
        )
    if not user.is_staff:
        raise Http404


class OfficeAdmin(ModelAdmin):
    """One book of the back-office. Every change is recorded in our trail, old value → new value."""

    shelf: Any = REFERENCE
    icon = "book_2"
    about: Any = ""

    actions = None
    list_per_page = 50
    warn_unsaved_form = True
    view_on_site = False

    @property
    def path(self) -> str:
        return reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_changelist")

    def formfield_for_dbfield(
        self, db_field: models.Field, request: HttpRequest, **kwargs: Any
    ) -> Any:
        """Offer no pop-up windows beside a choice: every book is opened from the side bar."""
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        for sign in (
            "can_add_related",
            "can_change_related",
            "can_delete_related",
            "can_view_related",
        ):
            if field is not None and hasattr(field.widget, sign):
                setattr(field.widget, sign, False)
        return field

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Filter by what the page offers only: a column nobody is shown is not guessed at (A28)."""
        offered = {_parameter(each) for each in self.list_filter}
        known = bool(super().lookup_allowed(lookup, value, request))
        return known and lookup.partition("__")[0] in offered

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Write only what was changed, and keep the old row for the trail."""
        if not change:
            obj.save()
            return
        rows = type(obj)._default_manager.select_for_update(of=("self",))
        form.row_before = rows.get(pk=obj.pk)
        obj.save(update_fields=written(obj, form))

    def construct_change_message(
        self, request: HttpRequest, form: Any, formsets: Any, add: bool = False
    ) -> dict[str, str]:
        """Return the facts for the trail instead of Django's sentence."""
        if add:
            names = written(form.instance, form, every=True)
            return {name: shown(form.instance, name) for name in names}
        before = getattr(form, "row_before", None)
        names = written(form.instance, form) if before else []
        return {n: f"{shown(before, n)} → {shown(form.instance, n)}" for n in names}

    def log_addition(self, request: Any, obj: Any, message: Any) -> None:
        record(obj, "add", actor=request.user, facts=message)

    def log_change(self, request: Any, obj: Any, message: Any) -> None:
        if message:
            record(obj, "change", actor=request.user, facts=message)

    def log_deletions(self, request: Any, queryset: Any) -> None:
        for obj in queryset:
            names = [field.name for field in obj._meta.concrete_fields]
            record(obj, "delete", actor=request.user, facts={n: shown(obj, n) for n in names})

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nothing that is in use is taken out; it is switched off instead."""
        may = bool(super().has_delete_permission(request, obj))
        return may and not (obj and is_used(obj))

    def history_view(self, request: HttpRequest, object_id: str, extra_context: Any = None) -> Any:
        raise Http404


def _parameter(offered: Any) -> str:
    """Return how the address names a filter: a column, a column with its filter, or a class."""
    if isinstance(offered, tuple):
        return str(offered[0])
    return str(getattr(offered, "parameter_name", offered))


class ReadOnlyAdmin(OfficeAdmin):
    """A book that is only looked at here: its rows move through the steps of the office."""

    shelf = REGISTERS
    paginator = InfinitePaginator  # a register of a million rows is not counted
    show_full_result_count = False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def is_used(row: models.Model) -> bool:
    """Tell whether other rows stand on this one."""
    uses = [link for link in row._meta.related_objects if link.on_delete is models.PROTECT]
    names = [(link.related_model._base_manager, link.field.name) for link in uses]
    return any(rows.filter(**{name: row}).exists() for rows, name in names)


def written(obj: models.Model, form: BaseForm, *, every: bool = False) -> list[str]:
    """Return the columns a form set: those it changed, or every one it offers."""
    columns = {field.name for field in obj._meta.concrete_fields}
    return [name for name in (form.fields if every else form.changed_data) if name in columns]


def shown(row: Any, name: str) -> str:
    """Return a value as the trail keeps it: the plain value, in no language."""
    value = getattr(row, name)
    if isinstance(value, (list, tuple)):
        return " ".join(map(str, value))
    return "" if value is None else str(value)


def steps() -> dict[str, Any]:
    """Return the label of every step of every kind of row that has a workflow."""
    kinds = [model for model in apps.get_models() if issubclass(model, Stateful)]
    return {step.name: step.label for model in kinds for step in model.workflow}


# What unfold asks for by name in the settings --------------------------------------------------


def navigation(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the side bar: the way back to the desk, then the shelves the person may open."""
    desk = {
        "title": _("Desk"),
        "icon": "space_dashboard",
        "link": reverse("office:desk"),
        "active": False,
    }
    shelves = [
        {
            "title": shelf,
            "items": [
                {
                    "title": capfirst(page.opts.verbose_name_plural),
                    "icon": page.icon,
                    "link": page.path,
                }
                for page in pages
            ],
        }
        for shelf, pages in admin.site.shelves(request)  # type: ignore[attr-defined]
    ]
    return [{"items": [desk]}, *shelves]


def theme(request: HttpRequest) -> str:
    """Return the person's own choice of light or dark, or nothing for the system's."""
    return str(getattr(request.user, "theme", ""))


def icon(_request: HttpRequest) -> str:
    return static("icon.svg")


def styles(_request: HttpRequest) -> str:
    return static("backoffice.css")
