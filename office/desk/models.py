"""WorkItem: what one person, or one pool, owes about one row. Urge: every time it was urged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from office import clock
from office.access import ROLES
from office.people.models import Unit, User

OPEN = Q(done_at__isnull=True)


class WorkItemQuerySet(models.QuerySet["WorkItem"]):
    def about(self, row: models.Model) -> WorkItemQuerySet:
        """Every item of one row, in the order in which they were handed out."""
        kind = ContentType.objects.get_for_model(row)
        return self.filter(content_type=kind, object_id=row.pk).order_by("created_at", "pk")

    def among(self, rows: Iterable[models.Model]) -> WorkItemQuerySet:
        """Every item of several rows of one kind."""
        rows = list(rows)
        if not rows:
            return self.none()
        kind = ContentType.objects.get_for_model(rows[0])
        return self.filter(content_type=kind, object_id__in=[row.pk for row in rows])

    def open(self) -> WorkItemQuerySet:
        return self.filter(OPEN)

    def owed_by(self, user: User) -> WorkItemQuerySet:
        """Items on a person's desk: his own, and those of his roles' and his unit's pools.

        What the unit may take is not shown twice to who owes something about the row in his own
        name. An officer (三员) has no part in a unit's business.
        """
        by_name = WorkItem.objects.open().filter(
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            assignee=user,
            reading=False,
        )
        units_pool = Q(assignee=None, unit=user.unit_id, role="") & ~Exists(by_name)
        return self.filter(
            Q(assignee=user)
            | Q(assignee=None, unit=None, role__in=user.roles)
            | (Q(pk__in=[]) if user.is_officer else units_pool)
            | Q(assignee=None, unit=user.unit_id, role__in=user.roles)
        )

    def of_units(self) -> WorkItemQuerySet:
        """Open work as units owe it: a unit's pool is left out where one of its people has it."""
        by_name = WorkItem.objects.open().filter(
            content_type=OuterRef("content_type"),
            object_id=OuterRef("object_id"),
            assignee__unit=OuterRef("unit"),
            reading=False,
        )
        in_a_pool = Q(assignee=None, unit__isnull=False)
        return self.open().filter(reading=False).exclude(in_a_pool & Exists(by_name))

    def overdue_on(self, day: dt.date) -> WorkItemQuerySet:
        return self.open().filter(due_on__lt=day)

    def by_due(self) -> WorkItemQuerySet:
        return self.order_by(models.F("due_on").asc(nulls_last=True), "-urgency", "pk")


class WorkItem(models.Model):
    """One thing owed: `step` of one row, by a person or by a pool (a role, a unit, or both).

    The words shown on a desk (title, reference, url) are copies, so that a desk is one query.
    """

    class Outcome(models.TextChoices):
        DONE = "done", _("Done")
        DROPPED = "dropped", _("No longer needed")

    content_type = models.ForeignKey(
        ContentType, models.PROTECT, related_name="+", db_index=False
    )  # several indexes begin with it
    object_id = models.BigIntegerField()
    step = models.CharField(_("step"), max_length=30)
    title = models.CharField(_("title"), max_length=300)
    reference = models.CharField(_("number"), max_length=60, blank=True)
    url = models.CharField(max_length=200)
    urgency = models.PositiveSmallIntegerField(_("urgency"), default=0)
    reading = models.BooleanField(_("for reading"), default=False)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="work_items",
        verbose_name=_("assignee"),
    )  # fmt: skip
    role = models.CharField(_("role"), max_length=30, blank=True)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("sent by")
    )
    created_at = models.DateTimeField(_("sent"), default=clock.now)
    due_on = models.DateField(_("due"), null=True)
    limit_minutes = models.PositiveIntegerField(_("limit in office minutes"), null=True)
    opened_at = models.DateTimeField(_("opened"), null=True)
    done_at = models.DateTimeField(_("done"), null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        related_name="+",
        verbose_name=_("done by"),
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    outcome = models.CharField(_("outcome"), max_length=7, choices=Outcome, blank=True)
    taken_minutes = models.PositiveIntegerField(_("office minutes taken"), null=True)
    urged = models.PositiveSmallIntegerField(_("times urged"), default=0)
    urged_at = models.DateTimeField(_("last urged"), null=True)

    objects = WorkItemQuerySet.as_manager()

    class Meta:
        verbose_name = _("work item")
        verbose_name_plural = _("work items")
        ordering = ["created_at", "pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["content_type", "object_id", "created_at"], name="workitem_row"),
            models.Index(fields=["assignee", "due_on"], condition=OPEN, name="workitem_mine"),
            models.Index(
                fields=["unit", "role"], condition=OPEN & Q(assignee=None), name="workitem_pool"
            ),
            models.Index(fields=["sent_by"], condition=OPEN, name="workitem_sent"),
            models.Index(fields=["due_on"], condition=OPEN, name="workitem_due"),
            models.Index(fields=["content_type", "done_at"], name="workitem_done"),
            # figures of years read this and no rows: already in the order they count in
            models.Index(
                fields=["content_type", "step", "object_id"],
                include=["created_at", "done_at", "due_on", "outcome", "taken_minutes"],
                name="workitem_step",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["content_type", "object_id", "step", "assignee"],
                condition=OPEN & Q(assignee__isnull=False),
                name="workitem_once_per_person",
            ),
            models.UniqueConstraint(
                fields=["content_type", "object_id", "step", "role", "unit"],
                condition=OPEN & Q(assignee=None),
                nulls_distinct=False,
                name="workitem_once_per_pool",
            ),
            models.CheckConstraint(
                name="workitem_has_an_owner",
                condition=Q(assignee__isnull=False) | Q(unit__isnull=False) | ~Q(role=""),
            ),
            models.CheckConstraint(
                name="workitem_done_has_doer",
                condition=Q(done_at=None, done_by=None, outcome="")
                | Q(done_at__isnull=False, done_by__isnull=False) & ~Q(outcome=""),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reference} {self.title}".strip()

    @property
    def verb(self) -> str:
        """What has to be done, as the row's state table calls it; a copy waits to be read."""
        if self.reading:
            return str(_("To read"))
        kind = ContentType.objects.get_for_id(self.content_type_id)
        model: Any = kind.model_class()
        return str(model.workflow.steps[self.step].label)

    @property
    def owner_text(self) -> str:
        """Who owes it, in words: the person, the unit, or the role."""
        if self.assignee or self.unit:
            return str(self.assignee or self.unit)
        return str(ROLES[self.role].label)

    def held_by(self, user: User) -> bool:
        """Tell whether the person, or a pool of his, owes this item."""
        if self.assignee_id is not None:
            return self.assignee_id == user.pk
        if self.unit_id is not None and self.unit_id != user.unit_id:
            return False
        return self.role in user.roles if self.role else not user.is_officer


class Urge(models.Model):
    """催办: one urging: by whom, when, to whom, with what words."""

    item = models.ForeignKey(WorkItem, models.PROTECT, related_name="urges")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by")
    )
    on_behalf_of = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    to = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, related_name="+", verbose_name=_("to")
    )
    at = models.DateTimeField(_("at"), default=clock.now)
    words = models.CharField(_("words"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("urging")
        verbose_name_plural = _("urgings")
        ordering = ["-at", "-pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["at"], name="urge_at")]

    def __str__(self) -> str:
        return f"{self.by} → {self.to}: {self.item}"
