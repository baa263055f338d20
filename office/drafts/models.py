"""Draft: what one person has typed into one form so far."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from office import clock
from office.people.models import User


class DraftQuerySet(models.QuerySet["Draft"]):
    def visible_to(self, user: User) -> DraftQuerySet:
        """One's own only: nothing of it has been handed in."""
        return self.filter(author=user.pk)


class Draft(models.Model):
    """A form begun: `form` is its name, `key` the row it is about, “” for a new one.

    `values` are the fields as a browser sends them: name → list of strings.
    """

    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    form = models.CharField(max_length=40)
    key = models.CharField(max_length=40, blank=True)
    title = models.CharField(_("title"), max_length=100, blank=True)
    values = models.JSONField(default=dict)
    form_key = models.UUIDField(null=True)  # of the files held for it
    saved_at = models.DateTimeField(_("saved"), default=clock.now, db_index=True)

    objects = DraftQuerySet.as_manager()

    class Meta:
        verbose_name = _("draft")
        verbose_name_plural = _("drafts")
        ordering = ["-saved_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["author", "form", "key"], name="draft_one_per_form")
        ]

    def __str__(self) -> str:
        return self.title or self.form
