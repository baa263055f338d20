"""The number series in the back-office: looked at, never set by hand."""

from django.contrib import admin
from django.utils.translation import gettext_lazy as _

from office.backoffice import ReadOnlyAdmin
from office.numbering.models import Series


@admin.register(Series)
class SeriesAdmin(ReadOnlyAdmin):
    icon = "tag"
    about = _("The last number given in every book and year, without gaps.")
    list_display = ["name", "year", "last"]
    list_filter = ["year"]
    search_fields = ["name"]
