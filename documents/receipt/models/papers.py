"""What lies in the folder of an incoming document: opinions, turns, inputs, readers."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from office import clock
from office.people.models import Unit

USER = settings.AUTH_USER_MODEL


class Opinion(models.Model):
    """意见: words somebody wrote at a step. Append-only: a trigger refuses every change."""

    document = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="opinions"
    )
    step = models.CharField(_("step"), max_length=30)
    author = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    text = models.TextField(_("opinion"))
    written_at = models.DateTimeField(_("written"), default=clock.now)
    is_annex = models.BooleanField(_("after closing"), default=False)
    withdraws = models.OneToOneField(
        "self", models.PROTECT, null=True, related_name="withdrawn_by", verbose_name=_("takes back")
    )

    class Meta:
        verbose_name = _("opinion")
        verbose_name_plural = _("opinions")
        ordering = ["written_at", "pk"]
        default_permissions = ("view",)
        indexes = [models.Index(fields=["document", "written_at"], name="opinion_document")]

    def __str__(self) -> str:
        return self.text[:40]


class Instruction(models.Model):
    """批示: one leader's turn; the turns of a document go in order."""

    document = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="instructions"
    )
    leader = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("leader"))
    order = models.PositiveSmallIntegerField(_("order"))
    given_at = models.DateTimeField(_("given"), null=True)
    opinion = models.OneToOneField(Opinion, models.PROTECT, null=True, related_name="turn")
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("instruction")
        verbose_name_plural = _("instructions")
        ordering = ["order", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["document", "leader"],
                condition=Q(cancelled_at=None, given_at=None),
                name="instruction_one_open_turn",
            ),
            models.CheckConstraint(
                name="instruction_given_has_opinion",
                condition=Q(given_at=None) | Q(opinion__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.order}. {self.leader}"


class Assist(models.Model):
    """协办: what an assisting unit owes, with its own due day."""

    document = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="assists"
    )
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+", verbose_name=_("unit"))
    due_on = models.DateField(_("due"), null=True)
    opinion = models.OneToOneField(Opinion, models.PROTECT, null=True, related_name="input")
    given_at = models.DateTimeField(_("given"), null=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("assisting unit")
        verbose_name_plural = _("assisting units")
        ordering = ["pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["document", "unit"], condition=Q(cancelled_at=None), name="assist_once"
            ),
            models.CheckConstraint(
                name="assist_given_has_opinion",
                condition=Q(given_at=None) | Q(opinion__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.unit)


class Reader(models.Model):
    """传阅: one reader's copy, in parallel with all others; it never holds up the main line."""

    document = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="readers"
    )
    reader = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("reader"))
    added_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("added by"))
    added_at = models.DateTimeField(_("sent"), default=clock.now)
    read_at = models.DateTimeField(_("read"), null=True)
    read_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("read by")
    )
    opinion = models.OneToOneField(Opinion, models.PROTECT, null=True, related_name="reading")
    recalled_at = models.DateTimeField(_("recalled"), null=True)
    recalled_by = models.ForeignKey(USER, models.PROTECT, null=True, related_name="+")

    class Meta:
        verbose_name = _("reader")
        verbose_name_plural = _("readers")
        ordering = ["reader__rank", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["document", "reader"], condition=Q(recalled_at=None), name="reader_once"
            ),
            models.CheckConstraint(
                name="reader_read_copies_stay",
                condition=Q(recalled_at=None) | Q(read_at=None),
                violation_error_message=_("A copy that was read cannot be recalled."),
            ),
            models.CheckConstraint(
                name="reader_read_has_reader",
                condition=Q(read_at=None, read_by=None)
                | Q(read_at__isnull=False, read_by__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return str(self.reader)


class Extension(models.Model):
    """延期: asked for by the handler, granted or refused by the assigner; both dates are kept."""

    document = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="extensions"
    )
    asked_by = models.ForeignKey(USER, models.PROTECT, related_name="+", verbose_name=_("asked by"))
    on_behalf_of = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("for")
    )
    asked_at = models.DateTimeField(_("asked"), default=clock.now)
    reason = models.TextField(_("reason"))
    due_on = models.DateField(_("due before"))
    wanted_on = models.DateField(_("wanted"))
    decided_by = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    decided_for = models.ForeignKey(
        USER, models.PROTECT, null=True, related_name="+", verbose_name=_("decided for")
    )
    decided_at = models.DateTimeField(_("decided"), null=True)
    is_granted = models.BooleanField(_("granted"), null=True)
    decision = models.TextField(_("words"), blank=True)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True)

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["asked_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(
                fields=["document"],
                condition=Q(decided_at=None, cancelled_at=None),
                name="extension_one_open",
            ),
            models.CheckConstraint(
                name="extension_is_longer", condition=Q(wanted_on__gt=F("due_on"))
            ),
            models.CheckConstraint(
                name="extension_decided_whole",
                condition=Q(decided_at=None, decided_by=None, is_granted=None)
                | Q(
                    decided_at__isnull=False,
                    decided_by__isnull=False,
                    is_granted__isnull=False,
                    cancelled_at=None,
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.due_on} → {self.wanted_on}"


class Link(models.Model):
    """关联: this document replies to, or follows up, another one; shown on both."""

    class Kind(models.TextChoices):
        REPLIES = "replies", _("replies to")
        FOLLOWS = "follows", _("follows up")

    document = models.ForeignKey("documents.IncomingDocument", models.PROTECT, related_name="links")
    other = models.ForeignKey(
        "documents.IncomingDocument", models.PROTECT, related_name="linked_from"
    )
    kind = models.CharField(_("kind"), max_length=7, choices=Kind)
    made_by = models.ForeignKey(USER, models.PROTECT, related_name="+")
    made_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("link")
        verbose_name_plural = _("links")
        ordering = ["made_at", "pk"]
        default_permissions = ("view",)
        constraints = [
            models.UniqueConstraint(fields=["document", "other", "kind"], name="link_once"),
            models.CheckConstraint(name="link_to_another", condition=~Q(document=F("other"))),
        ]

    def __str__(self) -> str:
        return f"{self.document} {self.get_kind_display()} {self.other}"
