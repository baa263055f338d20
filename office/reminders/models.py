"""Ladder: when an item of one urgency reminds, and whom. Reminder: one rung, one person, once."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import clock
from office.desk.models import WorkItem
from office.mail.models import Letter

# 紧急程度 by weight, as it is printed on paper (条例 第九条): data, not translations.
URGENCIES = [(0, "平件"), (1, "加急"), (2, "特急"), (3, "特提")]
SINGLY = 2  # from this urgency on a thing is told at once and by itself


@dataclass(frozen=True)
class Rung:
    """A step of the ladder: workdays before (negative) or after the due day, and who is told."""

    workdays: int
    to_head: bool = False
    to_director: bool = False
    to_leader: bool = False


class Ladder(models.Model):
    """催办规则 of one urgency; counted in workdays, 0 or empty is never."""

    urgency = models.PositiveSmallIntegerField(_("urgency"), choices=URGENCIES, unique=True)
    early_workdays = models.PositiveSmallIntegerField(
        _("first reminder, workdays before"), default=3, help_text=_("0: none")
    )
    last_workdays = models.PositiveSmallIntegerField(
        _("second reminder, workdays before"), default=1, help_text=_("0: none")
    )
    on_due_day = models.BooleanField(_("on the due day"), default=True)
    every_workdays = models.PositiveSmallIntegerField(_("overdue: every … workdays"), default=3)
    head_from = models.PositiveSmallIntegerField(
        _("head of unit, from day"), null=True, blank=True,
        help_text=_("Workdays overdue; empty: never"),
    )  # fmt: skip
    director_from = models.PositiveSmallIntegerField(
        _("office director, from day"), null=True, blank=True,
        help_text=_("Workdays overdue; empty: never"),
    )  # fmt: skip
    leader_from = models.PositiveSmallIntegerField(
        _("leader in charge, from day"), null=True, blank=True,
        help_text=_("Workdays overdue; empty: never"),
    )  # fmt: skip

    class Meta:
        verbose_name = _("rule of reminding")
        verbose_name_plural = _("rules of reminding")
        ordering = ["urgency"]
        constraints = [
            models.CheckConstraint(
                name="ladder_every_positive",
                condition=Q(every_workdays__gte=1),
                violation_error_message=_("At least one workday lies between two reminders."),
            ),
            models.CheckConstraint(
                name="ladder_first_before_second",
                condition=Q(early_workdays=0) | Q(early_workdays__gte=models.F("last_workdays")),
                violation_error_message=_("The first reminder comes before the second."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.get_urgency_display())

    def rung_at(self, workdays: int) -> Rung | None:
        """Return the last rung reached `workdays` after the due day (negative: before), if any.

        Rungs that were missed are not made up one by one: the last one speaks for them.
        """
        if workdays < 0 or (workdays == 0 and not self.on_due_day):
            before = sorted({self.early_workdays, self.last_workdays} - {0})
            passed = [-days for days in before if -days <= workdays]
            return Rung(passed[0]) if passed else None
        if workdays == 0:
            return Rung(0)
        late = 1 + (workdays - 1) // self.every_workdays * self.every_workdays
        told = [
            since is not None and 0 < since <= late
            for since in (self.head_from, self.director_from, self.leader_from)
        ]
        return Rung(late, *told)


class Reminder(models.Model):
    """One person told once of one rung of one item; `letter` is the mail that told him."""

    class Kind(models.TextChoices):
        NEW = "new"
        DUE = "due"
        LIMIT = "limit"
        URGED = "urged"

    class Capacity(models.TextChoices):
        OWNER = "owner"
        DEPUTY = "deputy"
        SENDER = "sender"
        HEAD = "head"
        DIRECTOR = "director"
        LEADER = "leader"

    # A morning writes many of these: the constraint's index is the only one that finds them.
    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="reminders", db_index=False)
    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("to"),
        db_index=False,
    )  # fmt: skip
    kind = models.CharField(max_length=5, choices=Kind)
    due_on = models.DateField(null=True)  # a new due day begins the ladder anew
    rung = models.BigIntegerField()  # workdays past due; percent of the limit; key of the urging
    capacity = models.CharField(max_length=8, choices=Capacity)
    at = models.DateTimeField(default=clock.now)
    letter = models.ForeignKey(
        Letter, models.PROTECT, null=True, related_name="reminders", db_index=False
    )

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["item", "recipient", "kind", "due_on", "rung"],
                nulls_distinct=False,
                name="reminder_once_per_rung",
            )
        ]
        indexes = [
            models.Index(
                fields=["at", "recipient"], condition=Q(letter=None), name="reminder_pending"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} {self.kind} {self.rung} → {self.recipient_id}"
