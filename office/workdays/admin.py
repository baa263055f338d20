"""The working calendar in the back-office: single days, and a whole yearly notice at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS as DAY_NAMES
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext_lazy
from unfold.decorators import action
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from office import clock
from office.backoffice import CALENDAR, OfficeAdmin
from office.http import number
from office.workdays import calendar, services
from office.workdays.models import ExceptionalDay
from office.workdays.notice import parse

WEEKDAYS = list(DAY_NAMES.values())
YEARS = range(1, 9999)


class NoticeForm(forms.Form):
    """The text of a notice, as it was printed."""

    text = forms.CharField(
        label=gettext_lazy("Text of the notice"), max_length=5000,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 12}),
        help_text=gettext_lazy("Paste it whole: other sentences are passed over."),
    )  # fmt: skip
    year = forms.IntegerField(
        label=gettext_lazy("Year"), min_value=2000, max_value=2100,
        widget=UnfoldAdminIntegerFieldWidget,
        help_text=gettext_lazy("The year in the title of the notice wins."),
    )  # fmt: skip
    source = forms.CharField(
        label=pgettext_lazy("calendar", "notice"), max_length=100,
        widget=UnfoldAdminTextInputWidget,
        help_text=gettext_lazy("Number of the notice: 国办发明电〔2025〕7号"),
    )  # fmt: skip
    is_whole = forms.BooleanField(
        label=gettext_lazy("This is the notice of the whole year"), required=False,
        widget=UnfoldBooleanSwitchWidget,
        help_text=gettext_lazy("Days of that year which it does not name are taken out."),
    )  # fmt: skip


class InYear(admin.SimpleListFilter):
    """The days of one year."""

    title = gettext_lazy("year")
    parameter_name = "year"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        years = ExceptionalDay.objects.dates("day", "year", order="DESC")
        return [(str(day.year), str(day.year)) for day in years]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        year = number(self.value())
        return queryset.filter(day__year=year) if year in YEARS else queryset


@admin.register(ExceptionalDay)
class ExceptionalDayAdmin(OfficeAdmin):
    shelf = CALENDAR
    icon = "event"
    about = gettext_lazy("Holidays and make-up workdays, as the yearly notice has them.")
    fields = ["day", "kind", "name", "source"]
    list_display = ["day", "weekday", "kind", "name", "source"]
    list_filter = [InYear, "kind"]
    search_fields = ["name"]
    ordering = ["-day"]
    list_per_page = 100
    actions_list = ["enter_notice"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        transaction.on_commit(calendar.forget)

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        transaction.on_commit(calendar.forget)

    @admin.display(description=gettext_lazy("weekday"))
    def weekday(self, row: ExceptionalDay) -> str:
        return str(WEEKDAYS[row.day.weekday()])

    @action(  # type: ignore[untyped-decorator]
        description=gettext_lazy("Enter a yearly notice"), url_path="notice", permissions=["add"],
        icon="content_paste",
    )  # fmt: skip
    def enter_notice(self, request: HttpRequest) -> HttpResponse:
        """Paste a notice, look at its days, then enter them."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        today = clock.today()
        first = {"year": today.year + (today.month >= 11)}  # published in November
        form = NoticeForm(request.POST or None, initial=first)
        context: dict[str, Any] = {
            **self.admin_site.each_context(request), "opts": self.opts, "form": form,
            "title": _("Enter a yearly notice"), "unconfirmed": calendar.unconfirmed_years(today),
        }  # fmt: skip
        if form.is_valid():
            typed = form.cleaned_data
            notice = parse(typed["text"], typed["year"])
            if "_enter" in request.POST and not notice.problems:
                return self._enter(request, notice, typed)
            lines = services.compare(notice, is_whole=typed["is_whole"])
            context |= {"notice": notice, "lines": lines}
        status = 422 if form.errors or ("notice" in context and context["notice"].problems) else 200
        return render(request, "office/backoffice/notice.html", context, status=status)

    def _enter(self, request: HttpRequest, notice: Any, typed: dict[str, Any]) -> HttpResponse:
        actor: Any = request.user
        count = services.enter(
            notice, actor=actor, source=typed["source"], is_whole=typed["is_whole"]
        )
        words = ngettext("%(n)d day of %(year)d entered.", "%(n)d days of %(year)d entered.", count)
        messages.success(request, words % {"n": count, "year": notice.year})
        return redirect("admin:office_exceptionalday_changelist")
