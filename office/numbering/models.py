"""Series: the last number given in one book and year."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Series(models.Model):
    """One yearly series; `last` is the number given last, 0 before the first."""

    name = models.CharField(_("series"), max_length=60)
    year = models.PositiveSmallIntegerField(_("year"))
    last = models.PositiveIntegerField(_("last number"), default=0)

    class Meta:
        verbose_name = _("number series")
        verbose_name_plural = _("number series")
        ordering = ["-year", "name", "pk"]
        default_permissions = ("view",)
        constraints = [models.UniqueConstraint(fields=["name", "year"], name="series_unique")]

    def __str__(self) -> str:
        return f"{self.name} {self.year}: {self.last}"
