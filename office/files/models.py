"""Attachment: one file under one row. HeldFile: one that waits for its form. Bytes by hash."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from office import clock

if TYPE_CHECKING:
    from office.people.models import User


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def about(self, row: models.Model) -> AttachmentQuerySet:
        """The files of one row that were not withdrawn, in order."""
        kind = ContentType.objects.get_for_model(row)
        return self.filter(content_type=kind, object_id=row.pk, withdrawn_at=None).order_by("pk")


class StoredFile(models.Model):
    """What is known of a file: its name as given, its bytes by SHA-256 under the storage."""

    name = models.CharField(_("name"), max_length=255)
    path = models.CharField(max_length=120)
    media_type = models.CharField(_("type"), max_length=100)
    size_bytes = models.PositiveBigIntegerField(_("size"))
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    pages = models.PositiveIntegerField(_("pages"), null=True)
    text = models.TextField(_("text"), blank=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def extension(self) -> str:
        return self.name.rpartition(".")[2].upper()[:5]

    @property
    def is_previewable(self) -> bool:
        plain = self.media_type.startswith("text/plain") and bool(self.text)
        return plain or (self.media_type == "application/pdf" and bool(self.pages))


class Attachment(StoredFile):
    """A file under its parent row."""

    content_type = models.ForeignKey(ContentType, models.PROTECT, related_name="+")
    object_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=30, blank=True)
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

    def get_absolute_url(self) -> str:
        return reverse("office:file", args=[self.pk, self.name])

    def picture_url(self, number: int) -> str:
        return reverse("office:file-page", args=[self.pk, number])


class HeldFileQuerySet(models.QuerySet["HeldFile"]):
    def visible_to(self, user: User) -> HeldFileQuerySet:
        """One's own only: no row says yet who else may see them."""
        return self.filter(uploader=user.pk)

    def of(self, form_key: UUID | None) -> HeldFileQuerySet:
        """The files of one form, in the order they came."""
        return self.filter(form_key=form_key) if form_key else self.none()


class HeldFile(StoredFile):
    """A file that came before its row: it waits for the form it was chosen in."""

    uploader = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form_key = models.UUIDField()
    created_at = models.DateTimeField(default=clock.now, db_index=True)

    objects = HeldFileQuerySet.as_manager()

    class Meta:
        verbose_name = _("held file")
        verbose_name_plural = _("held files")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["uploader", "form_key", "sha256", "name"], name="held_file_once"
            )
        ]

    def get_absolute_url(self) -> str:
        return reverse("office:held", args=[self.pk, self.name])

    def picture_url(self, number: int) -> str:
        return reverse("office:held-page", args=[self.pk, number])
