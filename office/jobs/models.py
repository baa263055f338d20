"""Job: one piece of long work, how far it is, and the file it ends with."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import clock
from office.people.models import User


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: User) -> JobQuerySet:
        """One's own jobs only: what they carry was gathered with one's own eyes."""
        return self.filter(asked_by=user)


class Job(models.Model):
    """Work for the background: `kind` is a key of `office.jobs.registry`, never a path."""

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("job", "Waiting")
        RUNNING = "running", pgettext_lazy("job", "Running")
        DONE = "done", pgettext_lazy("job", "Finished")
        FAILED = "failed", pgettext_lazy("job", "Not done")
        CANCELLED = "cancelled", pgettext_lazy("job", "Cancelled")

    kind = models.CharField(max_length=40)
    title = models.CharField(_("title"), max_length=200)
    arguments = models.JSONField(default=dict)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("asked by")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    state = models.CharField(_("state"), max_length=9, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("done"), default=0)
    total = models.PositiveIntegerField(_("of"), default=0)
    message = models.TextField(_("message"), blank=True)
    outcome = models.JSONField(default=dict)  # what its kind reports; shown, never asked
    created_at = models.DateTimeField(_("asked"), default=clock.now)
    started_at = models.DateTimeField(_("started"), null=True)
    finished_at = models.DateTimeField(_("finished"), null=True)
    path = models.CharField(max_length=120, blank=True)
    name = models.CharField(_("file"), max_length=255, blank=True)
    media_type = models.CharField(max_length=100, blank=True)
    size_bytes = models.PositiveBigIntegerField(_("size"), default=0)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("long task")
        verbose_name_plural = _("long tasks")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        permissions = [("operate", _("Can watch over the running system"))]
        indexes = [models.Index(fields=["asked_by", "-created_at"], name="job_mine")]
        constraints = [
            models.CheckConstraint(
                name="job_ended_has_end",
                condition=Q(state__in=["waiting", "running"], finished_at=None)
                | Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("office:job", args=[self.pk])

    @property
    def is_over(self) -> bool:
        return self.state not in (self.State.WAITING, self.State.RUNNING)

    @property
    def percent(self) -> int:
        return min(100 * self.done // self.total, 100) if self.total else 0
