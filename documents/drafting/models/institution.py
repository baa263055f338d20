"""机关代字 and seals: what the institution issues under. Kept in the back-office."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrganCode(models.Model):
    """机关代字: the letters of a number, 江质信 in 江质信〔2026〕12号; a yearly series each."""

    class Format(models.TextChoices):
        GENERAL = "general", _("Document with a red head")
        LETTER = "letter", _("Letter")
        MINUTES = "minutes", _("Minutes")

    code = models.CharField(_("code"), max_length=12, unique=True)
    format = models.CharField(_("format"), max_length=8, choices=Format, default=Format.GENERAL)
    mark = models.CharField(
        _("red head"), max_length=60, blank=True, help_text=_("Empty: as the standard has it.")
    )
    is_active = models.BooleanField(_("active"), default=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("organ code")
        verbose_name_plural = _("organ codes")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.code

    @property
    def series(self) -> str:
        """The name of its number series."""
        return f"dispatch-{self.code}"


class Seal(models.Model):
    """印章: one seal of the institution, and who keeps it."""

    name = models.CharField(_("name"), max_length=60, unique=True)
    keeper = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="seals", verbose_name=_("keeper")
    )
    in_use_since = models.DateField(_("in use since"))
    out_of_use_on = models.DateField(_("out of use on"), null=True, blank=True)

    class Meta:
        verbose_name = _("seal")
        verbose_name_plural = _("seals")
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                name="seal_ends_after_it_begins",
                condition=Q(out_of_use_on=None) | Q(out_of_use_on__gte=models.F("in_use_since")),
            )
        ]

    def __str__(self) -> str:
        return self.name
