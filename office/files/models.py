"""Attachment: one file under one row. The bytes are kept once, by their hash."""

from __future__ import annotations

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import clock


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def about(self, row: models.Model) -> AttachmentQuerySet:
        """The files of one row that were not withdrawn, in order."""
        kind = ContentType.objects.get_for_model(row)
        return self.filter(content_type=kind, object_id=row.pk, withdrawn_at=None).order_by("pk")


class Attachment(models.Model):
    """A file: its name as given, its bytes by SHA-256 under the storage, its parent row."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=30, blank=True)
    name = models.CharField(_("name"), max_length=255)
    path = models.CharField(max_length=120)
    media_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    text = models.TextField(_("text"), blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("uploaded by")
    )
    uploaded_at = models.DateTimeField(_("uploaded"), default=clock.now)
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(
                fields=["content_type", "object_id"],
                condition=Q(withdrawn_at=None),
                name="attachment_row",
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].upper()[:5]
