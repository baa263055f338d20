"""What lies in the folder of a dispatch: words, versions, countersignatures, signatures."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from office import clock
from office.people.models import Unit

USER = settings.AUTH_USER_MODEL
DISPATCH = "documents.Dispatch"


class Annex(models.Model):
    """附件: one further text that is bound with the document."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="annexes")
    order = models.PositiveSmallIntegerField(_("order"))
    title = models.CharField(_("title"), max_length=200)
    body = models.TextField(_("text"))

    class Meta:
        verbose_name = _("attachment of a dispatch")
        verbose_name_plural = _("attachments of a dispatch")
        ordering = ["order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "order"], name="annex_one_a_place")
        ]

    def __str__(self) -> str:
        return self.title


class Remark(models.Model):
    """意见: words somebody wrote at a step. Append-only: a trigger refuses every change."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="remarks")
    step = models.CharField(_("step"), max_length=30)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    text = models.TextField(_("opinion"))
    written_at = models.DateTimeField(_("written"), default=clock.now)

    class Meta:
        verbose_name = _("opinion on a dispatch")
        verbose_name_plural = _("opinions on dispatches")
        ordering = ["written_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["dispatch", "written_at"], name="remark_dispatch")]

    def __str__(self) -> str:
        return self.text[:40]


class Version(models.Model):
    """历次修改: the text as somebody left it. Append-only: a trigger refuses every change.

    `paper` is the value of a FILE.json; `digest` its SHA-256 in canonical spelling.
    """

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField(_("version"))
    step = models.CharField(_("step"), max_length=30)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    made_at = models.DateTimeField(_("at"), default=clock.now)
    paper = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["number", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["dispatch", "number"], name="version_number_unique")
        ]

    def __str__(self) -> str:
        return f"{self.dispatch} v{self.number}"


class Countersign(models.Model):
    """会签: a unit, or a body outside, whose matters the text touches (条例 §19(6))."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="countersigns")
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    unit = models.ForeignKey(
        Unit, models.PROTECT, null=True, related_name="+", verbose_name=_("unit")
    )
    body = models.CharField(_("body outside"), max_length=60, blank=True)
    given_at = models.DateTimeField(_("given"), null=True)
    given_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    signed_outside_by = models.CharField(_("signed by"), max_length=40, blank=True)
    agrees = models.BooleanField(_("agrees"), null=True)
    remark = models.OneToOneField(Remark, models.PROTECT, null=True, related_name="countersign")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("countersignature")
        verbose_name_plural = _("countersignatures")
        ordering = ["order", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="countersign_unit_or_body",
                condition=Q(unit__isnull=False, body="") | Q(unit=None) & ~Q(body=""),
            ),
            models.UniqueConstraint(
                fields=["dispatch", "unit", "body"], condition=Q(cancelled_at=None),
                nulls_distinct=False, name="countersign_once",
            ),
            models.CheckConstraint(
                name="countersign_given_whole",
                condition=Q(given_at=None, given_by=None, agrees=None)
                | Q(given_at__isnull=False, given_by__isnull=False, agrees__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return self.body or (self.unit.short_name if self.unit else "")


class Signature(models.Model):
    """签发: who signs for which of the issuing bodies; “代” where one signs for the principal."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="signatures")
    order = models.PositiveSmallIntegerField(_("order"))
    body = models.CharField(_("body"), max_length=60)
    person = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("signer")
    )
    outside = models.CharField(_("signer of the other body"), max_length=40, blank=True)
    signed_at = models.DateTimeField(_("signed"), null=True)
    signed_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("by")
    )
    is_by_proxy = models.BooleanField(_("代"), default=False)
    remark = models.OneToOneField(Remark, models.PROTECT, null=True, related_name="signature")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["order", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "order"], condition=Q(cancelled_at=None),
                name="signature_one_a_place",
            ),
            models.CheckConstraint(
                name="signature_signed_whole",
                condition=Q(signed_at=None, signed_by=None)
                | Q(signed_at__isnull=False, signed_by__isnull=False),
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.body} {self.person or self.outside}"


class FindingAnswer(models.Model):
    """校对答复: why a remark of the proofreader does not apply; the reviewer sees it."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="finding_answers")
    rule = models.CharField(_("rule"), max_length=8)
    quote = models.CharField(_("place"), max_length=200)
    reason = models.CharField(_("reason"), max_length=200)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    written_at = models.DateTimeField(_("written"), default=clock.now)

    class Meta:
        verbose_name = _("answer to the proofreader")
        verbose_name_plural = _("answers to the proofreader")
        ordering = ["written_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "rule", "quote"], name="finding_answer_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.quote}"


class Objection(models.Model):
    """校对意见: what the proofreader found when a draft was to be submitted.

    Append-only: a trigger refuses every change. Found several times before one submission, it is
    one; `submission` counts them.
    """

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="objections")
    submission = models.PositiveSmallIntegerField(_("submission"))
    rule = models.CharField(_("rule"), max_length=8)
    severity = models.CharField(_("severity"), max_length=2)
    quote = models.CharField(_("place"), max_length=200, blank=True)
    found_at = models.DateTimeField(_("found"), default=clock.now)

    class Meta:
        verbose_name = _("objection of the proofreader")
        verbose_name_plural = _("objections of the proofreader")
        ordering = ["found_at", "pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["found_at", "rule"], name="objection_by_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["dispatch", "submission", "rule", "quote"], name="objection_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rule} {self.quote}"


class Suggestion(models.Model):
    """修改建议: words beside a paragraph, answered in a thread, settled in the end."""

    dispatch = models.ForeignKey(DISPATCH, models.PROTECT, related_name="suggestions")
    answers = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="replies", verbose_name=_("answers")
    )
    quote = models.CharField(_("paragraph"), max_length=200, blank=True)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    text = models.TextField(_("words"))
    written_at = models.DateTimeField(_("written"), default=clock.now)
    settled_at = models.DateTimeField(_("settled"), null=True)
    settled_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("settled by")
    )

    class Meta:
        verbose_name = _("suggestion")
        verbose_name_plural = _("suggestions")
        ordering = ["written_at", "pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                name="suggestion_settled_whole",
                condition=Q(settled_at=None, settled_by=None)
                | Q(settled_at__isnull=False, settled_by__isnull=False),
            )
        ]

    def __str__(self) -> str:
        return self.text[:40]
