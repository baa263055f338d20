"""The days that differ from the week: holidays and make-up workdays of the yearly notice."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class ExceptionalDay(models.Model):
    """A day that is not what its weekday says (年度放假通知, 调休)."""

    class Kind(models.TextChoices):
        HOLIDAY = "holiday", _("Holiday")
        MAKEUP = "makeup", _("Make-up workday")

    day = models.DateField(_("day"), unique=True)
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    name = models.CharField(_("name"), max_length=40)
    source = models.CharField(pgettext_lazy("calendar", "notice"), max_length=100, blank=True)

    class Meta:
        verbose_name = _("exceptional day")
        verbose_name_plural = _("exceptional days")
        ordering = ["day", "pk"]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"
