"""Paper and copies: the measured PDF, impressions of seals, who gets which copy."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.drafting.models.institution import Seal
from office import clock
from office.people.models import Unit

USER = settings.AUTH_USER_MODEL
DISPATCH = "documents.Dispatch"


class Measurement(models.Model):
    """版式检测: what a ruler found on the issued paper (GB/T 9704); stored with its digest."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="measurements")
    sha256 = models.CharField(max_length=64)
    measured_at = models.DateTimeField(_("measured"), default=clock.now)
    passed = models.PositiveIntegerField(_("passed"))
    failed = models.JSONField(_("failed"), default=list)  # [{id, element, expected, found, page}]

    class Meta:
        verbose_name = _("measurement")
        verbose_name_plural = _("measurements")
        ordering = ["-measured_at", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.dispatch} {self.passed}"


class Impression(models.Model):
    """用印: which seal, how many impressions, who set it and when."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="impressions")
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="impressions")
    count = models.PositiveSmallIntegerField(_("impressions"))
    set_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("set by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    set_at = models.DateTimeField(_("set"), default=clock.now)

    class Meta:
        verbose_name = _("impression")
        verbose_name_plural = _("impressions")
        ordering = ["set_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "seal"], name="impression_once"),
            models.CheckConstraint(name="impression_counts", condition=Q(count__gte=1)),
        ]

    def __str__(self) -> str:
        return f"{self.seal} × {self.count}"


class Copy(models.Model):
    """分发: the copies of one recipient: a body outside, or a unit of ours."""

    class Way(models.TextChoices):
        INSIDE = "inside", pgettext_lazy("copy", "To the desk")
        EXCHANGE = "exchange", _("Document exchange")
        POST = "post", _("Post")
        COURIER = "courier", _("By hand")
        E_EXCHANGE = "e_exchange", _("Electronic document exchange")

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="copies")
    order = models.PositiveSmallIntegerField(_("order"))
    recipient = models.CharField(_("recipient"), max_length=100)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    is_main = models.BooleanField(_("addressee"), default=True)
    count = models.PositiveSmallIntegerField(_("copies"), default=1)
    first_number = models.PositiveIntegerField(_("copy numbers from"), null=True)
    way = models.CharField(_("way"), max_length=10, choices=Way, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True)
    sent_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    received_at = models.DateTimeField(_("received"), null=True)
    received_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    received_outside_by = models.CharField(_("received by"), max_length=40, blank=True)

    class Meta:
        verbose_name = _("copy")
        verbose_name_plural = _("copies")
        ordering = ["order", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "recipient"], name="copy_once"),
            models.CheckConstraint(name="copy_counts", condition=Q(count__gte=1)),
            models.CheckConstraint(
                name="copy_received_was_sent",
                condition=Q(received_at=None) | Q(sent_at__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return self.recipient

    @property
    def numbers(self) -> str:
        """The numbers its copies bear, 3 or 3–7."""
        if self.first_number is None:
            return ""
        last = self.first_number + self.count - 1
        return f"{self.first_number}–{last}" if last > self.first_number else f"{last}"
