"""Senders, limits, retention classes and phrases: what the office keeps in the back-office."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class Urgency(models.TextChoices):
    """紧急程度: the only values a document may carry (条例 §9(3))."""

    NONE = "", _("None")
    URGENT = "加急", _("Urgent")
    EXTRA = "特急", _("Extra urgent")
    ORDINARY = "平急", _("Telegram: ordinary")
    FIRST = "特提", _("Telegram: first")


PAPER_URGENCIES = (Urgency.NONE, Urgency.URGENT, Urgency.EXTRA)
WEIGHTS = {"": 0, "平急": 0, "加急": 1, "特急": 2, "特提": 3}


class Relation(models.TextChoices):
    """How a sender stands to us; it decides the class of receipt."""

    SUPERIOR = "superior", _("Superior body")
    PEER = "peer", _("Body on our level")
    SUBORDINATE = "subordinate", _("Subordinate body")
    OTHER = "other", _("Other")


class Term(models.TextChoices):
    """保管期限 (国家档案局令第8号 §6)."""

    PERMANENT = "永久", _("Permanent")
    THIRTY = "30年", _("30 years")
    TEN = "10年", _("10 years")


class Sender(models.Model):
    """来文单位: a body that writes to us, with the codes of its document numbers."""

    name = models.CharField(_("name"), max_length=100, unique=True)
    short_name = models.CharField(_("short name"), max_length=40, blank=True)
    relation = models.CharField(
        _("relation"), max_length=11, choices=Relation, default=Relation.OTHER
    )
    organ_codes = ArrayField(
        models.CharField(max_length=20), verbose_name=_("organ codes"), default=list, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("sender")
        verbose_name_plural = _("senders")
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class UrgencyLimit(models.Model):
    """办理时限: the institution's own days; the 条例 gives none."""

    urgency = models.CharField(
        _("urgency"), max_length=2, choices=Urgency, unique=True, blank=True, default=Urgency.NONE
    )
    workdays = models.PositiveSmallIntegerField(_("workdays"))

    class Meta:
        verbose_name = _("time limit")
        verbose_name_plural = _("time limits")
        ordering = ["workdays", "pk"]
        constraints = [
            models.CheckConstraint(name="urgencylimit_positive", condition=Q(workdays__gte=1))
        ]

    def __str__(self) -> str:
        return f"{self.get_urgency_display()}: {self.workdays}"


class StepLimit(models.Model):
    """各环节时限: office hours for one step, by urgency."""

    step = models.CharField(_("step"), max_length=30, unique=True)
    hours = models.PositiveSmallIntegerField(_("hours"))
    urgent_hours = models.PositiveSmallIntegerField(_("hours when urgent"))
    extra_hours = models.PositiveSmallIntegerField(_("hours when extra urgent"))

    class Meta:
        verbose_name = _("step limit")
        verbose_name_plural = _("step limits")
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.step

    def minutes_for(self, urgency: str) -> int:
        """Return the limit in minutes of office hours."""
        hours = (self.hours, self.urgent_hours, self.extra_hours)[min(WEIGHTS.get(urgency, 0), 2)]
        return hours * 60


class RetentionClass(models.Model):
    """保管期限表: one kind of material and its term; a draft until the archive approves it."""

    material = models.CharField(_("material"), max_length=120, unique=True)
    term = models.CharField(_("term"), max_length=4, choices=Term)
    basis = models.CharField(_("basis"), max_length=60, blank=True)
    for_relation = models.CharField(
        _("default for documents from"), max_length=11, choices=Relation, blank=True
    )
    approved_on = models.DateField(_("approved on"), null=True, blank=True)
    approval = models.CharField(_("approval"), max_length=80, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("retention class")
        verbose_name_plural = _("retention classes")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return f"{self.material}（{self.term}）"


class Phrase(models.Model):
    """常用语: words offered beside an opinion; the office's, or one person's own."""

    step = models.CharField(_("step"), max_length=30)
    text = models.CharField(_("text"), max_length=120)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, null=True, blank=True, related_name="phrases",
        verbose_name=_("own phrase of"),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("phrase")
        verbose_name_plural = _("phrases")
        ordering = ["step", "order", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["step", "text", "owner"], nulls_distinct=False, name="phrase_once"
            )
        ]

    def __str__(self) -> str:
        return self.text


class Skeleton(models.Model):
    """文种范本: what a draft of a kind starts from, and how one usually begins and ends.

    The title follows the name of the institution; beginnings and endings stand one a line.
    """

    kind = models.CharField(_("kind"), max_length=2, unique=True)
    title = models.CharField(
        _("title"), max_length=100, help_text=_("Behind the name of the institution.")
    )
    body = models.TextField(_("text"), help_text=_("××× where something is to be filled in."))
    beginnings = models.TextField(_("usual beginnings"), blank=True, help_text=_("One a line."))
    endings = models.TextField(_("usual endings"), blank=True, help_text=_("One a line."))
    order = models.PositiveSmallIntegerField(_("order"), default=0)

    class Meta:
        verbose_name = _("template of a kind")
        verbose_name_plural = _("templates of kinds")
        ordering = ["order", "pk"]

    def __str__(self) -> str:
        return self.kind
