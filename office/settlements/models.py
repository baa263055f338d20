"""Settlement: one month's figures, frozen. A trigger refuses every change (migration)."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import clock


def canonical(figures: dict[str, Any]) -> bytes:
    """Write figures in the one way that is hashed: keys in order, no spaces, no escapes."""
    text = json.dumps(figures, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


class Settlement(models.Model):
    """The figures of one area (`kind`) in one month; `month` is its first day."""

    kind = models.CharField(_("area"), max_length=30)
    month = models.DateField(_("month"))
    figures = models.JSONField()
    digest = models.CharField(_("digest"), max_length=64)
    settled_at = models.DateTimeField(_("settled"), default=clock.now)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    # as it was signed: a paper printed again years later bears the same name
    signature = models.CharField(_("signed"), max_length=90)

    class Meta:
        verbose_name = _("settlement")
        verbose_name_plural = _("settlements")
        ordering = ["-month", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["kind", "month"], name="settlement_once_a_month"),
            models.CheckConstraint(name="settlement_of_a_month", condition=Q(month__day=1)),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.month:%Y-%m}"

    @property
    def is_intact(self) -> bool:
        """Whether the figures are those the digest was taken of."""
        return hashlib.sha256(canonical(self.figures)).hexdigest() == self.digest

    @property
    def reference(self) -> str:
        """What the trail calls it."""
        return f"{self.month:%Y-%m}"
