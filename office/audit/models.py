"""Entry: one line of the trail. A trigger refuses UPDATE and DELETE (migration 0002)."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from office import clock
from office.errors import Refused


class EntryQuerySet(models.QuerySet["Entry"]):
    def about(self, row: models.Model) -> EntryQuerySet:
        """The trail of one row, oldest first."""
        kind = ContentType.objects.get_for_model(row)
        return self.filter(content_type=kind, object_id=row.pk).order_by("at", "pk")

    def update(self, **_kwargs: object) -> int:
        raise Refused("The trail is append-only.")

    def delete(self) -> tuple[int, dict[str, int]]:
        raise Refused("The trail is append-only.")


class Entry(models.Model):
    """Who did what, to which row, when, and for whom; the state before and after."""

    at = models.DateTimeField(_("at"), default=clock.now)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("who")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    action = models.CharField(_("action"), max_length=40)
    content_type = models.ForeignKey(ContentType, models.PROTECT, verbose_name=_("kind"))
    object_id = models.BigIntegerField(_("row"))
    label = models.CharField(_("label"), max_length=60, blank=True)
    before = models.CharField(_("before"), max_length=20, blank=True)
    after = models.CharField(_("after"), max_length=20, blank=True)
    comment = models.TextField(_("comment"), blank=True)
    facts = models.JSONField(_("changes"), default=dict, blank=True)

    objects = EntryQuerySet.as_manager()

    class Meta:
        verbose_name = _("trail entry")
        verbose_name_plural = _("trail")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "at"], name="entry_row"),
            models.Index(fields=["-at", "-id"], name="entry_at"),
        ]

    def __str__(self) -> str:
        at = timezone.localtime(self.at)
        return f"{at:%Y-%m-%d %H:%M} {self.actor} {self.label}".strip()
