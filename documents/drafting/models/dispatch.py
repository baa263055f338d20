"""Dispatch: one document we write, from the first word to the file."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from documents.drafting.models.folder import DispatchFolder
from documents.drafting.models.institution import OrganCode
from documents.drafting.models.querysets import DispatchQuerySet
from documents.drafting.workflow import DISPATCH, LOCKED, NUMBERED, OPEN, STAGE_OF, State
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Kind
from documents.reference.models import WEIGHTS, Term, Urgency
from office.files.models import Attachment
from office.people.models import Unit, User

USER = settings.AUTH_USER_MODEL


class Dispatch(DispatchFolder):
    """发文: its text, who answers for each step, its number, its copies, its end."""

    class Direction(models.TextChoices):
        UP = "up", pgettext_lazy("direction", "Upward")
        DOWN = "down", pgettext_lazy("direction", "Downward")
        ACROSS = "across", pgettext_lazy("direction", "To bodies not subordinate")
        PUBLIC = "public", pgettext_lazy("direction", "To the public")

    class Origin(models.TextChoices):
        REPLIES = "replies", _("replies to")
        FORWARDS = "forwards", _("forwards")

    # 拟稿
    draft_year = models.PositiveSmallIntegerField(_("year"))
    draft_serial = models.PositiveIntegerField(_("draft number"))
    drafter = models.ForeignKey(
        USER, models.PROTECT, related_name="drafts_of", verbose_name=_("drafter")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    begun_at = models.DateTimeField(_("begun"))
    form_key = models.UUIDField(null=True, unique=True, editable=False)  # one click begins once
    origin = models.ForeignKey(
        IncomingDocument, models.PROTECT, null=True, blank=True, related_name="dispatches",
        verbose_name=_("incoming document"),
    )  # fmt: skip
    origin_kind = models.CharField(
        _("written to"), max_length=8, choices=Origin, blank=True, default=""
    )
    kind = models.CharField(_("kind"), max_length=2, choices=Kind)
    direction = models.CharField(_("direction"), max_length=6, choices=Direction)
    code = models.ForeignKey(
        OrganCode, models.PROTECT, related_name="+", verbose_name=_("organ code")
    )
    title = models.CharField(_("title"), max_length=200, blank=True)
    urgency = models.CharField(_("urgency"), max_length=2, choices=Urgency, blank=True, default="")
    is_important = models.BooleanField(_("important"), default=False)
    co_issuers = ArrayField(
        models.CharField(max_length=60), verbose_name=_("issued jointly with"), default=list,
        blank=True,
    )  # fmt: skip
    addressees = ArrayField(
        models.CharField(max_length=100), verbose_name=_("addressees"), default=list, blank=True
    )
    copy_to = ArrayField(
        models.CharField(max_length=100), verbose_name=_("copy recipients"), default=list,
        blank=True,
    )  # fmt: skip
    body = models.TextField(_("text"), blank=True)
    note = models.CharField(_("note below the date"), max_length=120, blank=True)
    due_on = models.DateField(_("due"), null=True, blank=True)
    edition = models.PositiveIntegerField(default=0, editable=False)  # goes up with every change
    edited_at = models.DateTimeField(_("last changed"), null=True, editable=False)
    edited_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField(_("submitted"), null=True)
    points_met = ArrayField(
        models.CharField(max_length=12), verbose_name=_("points met"), default=list, blank=True
    )
    # 签发、复核
    signer = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("signer")
    )
    signed_at = models.DateTimeField(_("signed"), null=True)
    dated_on = models.DateField(_("date of the document"), null=True)
    signed_digest = models.CharField(max_length=64, blank=True, editable=False)
    # 登记
    year = models.PositiveSmallIntegerField(_("year"), null=True)
    serial = models.PositiveIntegerField(_("serial"), null=True)
    copies_printed = models.PositiveSmallIntegerField(_("copies"), null=True)
    registered_at = models.DateTimeField(_("registered"), null=True)
    registered_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("registered by")
    )
    issued_sha256 = models.CharField(max_length=64, blank=True, editable=False)
    distributed_at = models.DateTimeField(_("distributed"), null=True)
    # 办结、归档
    closed_at = models.DateTimeField(_("closed"), null=True)
    filed_at = models.DateTimeField(_("filed"), null=True)
    filing_year = models.PositiveSmallIntegerField(_("filing year"), null=True)
    filing_unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("filing unit")
    )
    retention = models.CharField(_("proposed retention"), max_length=4, choices=Term, blank=True)
    state = models.CharField(_("state"), max_length=11, choices=State, default=State.DRAFTING)

    objects = DispatchQuerySet.as_manager()
    workflow = DISPATCH
    takes_over = "documents.drafting.services.desk.take_over"

    class Meta:
        verbose_name = _("dispatch")
        verbose_name_plural = _("dispatches")
        ordering = ["-begun_at", "-pk"]
        default_permissions = ("view",)
        permissions = [
            *DISPATCH.permissions,
            ("draft_dispatch", "Step: draft"),
            ("view_all_dispatches", "Can read every dispatch"),
            ("print_dispatch_forms", "Can print the registers of dispatches"),
        ]
        indexes = [
            models.Index(fields=["-begun_at", "-id"], name="dispatch_begun"),
            models.Index(fields=["unit", "-begun_at", "-id"], name="dispatch_unit"),
            models.Index(
                fields=["due_on"], condition=Q(state__in=sorted(OPEN)), name="dispatch_due"
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["draft_year", "draft_serial"], name="dispatch_draft_number_unique"
            ),
            models.UniqueConstraint(
                fields=["code", "year", "serial"], name="dispatch_number_unique"
            ),
            models.CheckConstraint(
                name="dispatch_number_whole",
                condition=Q(year=None, serial=None) | Q(year__isnull=False, serial__isnull=False),
            ),
            models.CheckConstraint(
                name="dispatch_number_only_after_signing",
                condition=Q(serial=None) | Q(signed_at__isnull=False),
                violation_error_message=_("A number is given after signing only (条例 §25(2))."),
            ),
            models.CheckConstraint(
                name="dispatch_numbered_has_number",
                condition=~Q(state__in=sorted(NUMBERED))
                | Q(serial__isnull=False, registered_at__isnull=False, copies_printed__gte=1),
            ),
            models.CheckConstraint(
                name="dispatch_locked_is_signed",
                condition=~Q(state__in=sorted(LOCKED))
                | Q(signed_at__isnull=False, dated_on__isnull=False, signer__isnull=False)
                & ~Q(signed_digest=""),
            ),
            models.CheckConstraint(
                name="dispatch_submitted_has_text",
                condition=Q(state__in=["drafting", "void"]) | ~Q(title="") & ~Q(body=""),
            ),
            models.CheckConstraint(
                name="dispatch_origin_whole",
                condition=Q(origin=None, origin_kind="") | Q(origin__isnull=False)
                & ~Q(origin_kind=""),
            ),
            models.CheckConstraint(
                name="dispatch_paper_urgency",
                condition=Q(urgency__in=["", "加急", "特急"]),
                violation_error_message=_("A paper document is 特急 or 加急 (条例 §9(3))."),
            ),
            models.CheckConstraint(
                name="dispatch_filed_has_place",
                condition=~Q(state="filed")
                | Q(filed_at__isnull=False, filing_year__isnull=False, filing_unit__isnull=False)
                & ~Q(retention=""),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.reference

    def get_absolute_url(self) -> str:
        return reverse("documents:dispatch-record", args=[self.pk])

    @property
    def number(self) -> str:
        """发文字号, 江质信〔2026〕12号; nothing before registration (条例 §25(2))."""
        return f"{self.code.code}〔{self.year}〕{self.serial}号" if self.serial else ""

    @property
    def reference(self) -> str:
        """The number, or before there is one the number of the draft: 拟文 2026-0331."""
        return self.number or f"拟文 {self.draft_year}-{self.draft_serial:04d}"

    @property
    def desk_title(self) -> str:
        """What a desk, a bell or a mail may say of it."""
        return self.title or str(_("Draft without a title"))

    @property
    def desk_urgency(self) -> int:
        return WEIGHTS.get(self.urgency, 0)

    @property
    def stage(self) -> int:
        return STAGE_OF[State(self.state)]

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_locked(self) -> bool:
        """Whether the text is as it was signed, and stays so."""
        return self.state in LOCKED

    @property
    def needs_principal(self) -> bool:
        """Whether the principal signs: upward and important documents (条例 §22)."""
        return self.is_important or self.direction == self.Direction.UP

    def opens_folder(self, reader: User) -> bool:
        """Whether somebody who reads it may see what was said about it on its way."""
        units = {reader.unit_id, reader.seat.unit_id}
        if self.unit_id in units or reader.has_perm("documents.view_all_dispatches"):
            return True
        return type(self).objects.worked_on_by(reader).filter(pk=self.pk).exists()

    def withholds(self, file: Attachment, reader: User) -> bool:
        """Whether a file stays in the folder: who received a copy has the paper and its files."""
        return file.step not in ("issue", "attach") and not self.opens_folder(reader)

    @property
    def search_day(self) -> dt.date:
        return timezone.localtime(self.begun_at).date()

    def search_words(self) -> str:
        """What the search box finds it by."""
        words: tuple[Any, ...] = (
            self.title, self.reference, self.number, "、".join(self.addressees), self.body,
        )  # fmt: skip
        return "\n".join(filter(None, words))
