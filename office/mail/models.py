"""Letter: one mail to one person, from the outbox to the relay. Choice: who wants which."""

from __future__ import annotations

import hashlib

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import clock
from office.people.models import User

# What is decided about a letter that is stuck.
RETRY, DROP, CONFIRM = "retry", "drop", "confirm"
DIGEST_HOUR = 8
HOURS = range(6, 13)


class LetterQuerySet(models.QuerySet["Letter"]):
    def visible_to(self, user: User) -> LetterQuerySet:
        """Letters to oneself. Who keeps the mail sees that they went, never what they say."""
        return self.filter(recipient=user)

    def waiting(self) -> LetterQuerySet:
        """Those whose time to be sent has come."""
        return self.filter(state=Letter.State.WAITING, next_try_at__lte=clock.now())

    def stuck(self) -> LetterQuerySet:
        """Those which only a person can decide about."""
        return self.filter(state__in=Letter.STUCK)


class Letter(models.Model):
    """One mail, written once under its key; how it is sent is told in `office.mail.delivery`."""

    class Kind(models.TextChoices):
        URGENT = "urgent", _("Urgent, singly")
        DIGEST = "digest", _("Morning digest")
        WEEKLY = "weekly", _("Weekly overdue list")
        TEST = "test", _("Test mail")

    class State(models.TextChoices):
        WAITING = "waiting", pgettext_lazy("letter", "Waiting")
        SENDING = "sending", pgettext_lazy("letter", "Being sent")
        SENT = "sent", pgettext_lazy("letter", "Sent")
        UNSURE = "unsure", pgettext_lazy("letter", "Perhaps sent")
        DEAD = "dead", pgettext_lazy("letter", "Could not be sent")
        DROPPED = "dropped", pgettext_lazy("letter", "Dropped")

    STUCK = (State.UNSURE, State.DEAD)

    recipient = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="letters", verbose_name=_("to")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    key = models.CharField(max_length=120, unique=True)
    subject = models.CharField(_("subject"), max_length=400)
    text = models.TextField(_("text"))
    html = models.TextField()
    paper_path = models.CharField(max_length=120, blank=True)  # of what goes with it, as printed
    paper_name = models.CharField(_("file"), max_length=120, blank=True)
    lines = models.PositiveSmallIntegerField(_("items"), default=0)
    state = models.CharField(_("state"), max_length=7, choices=State, default=State.WAITING)
    created_at = models.DateTimeField(_("written"), default=clock.now)
    next_try_at = models.DateTimeField(_("next try"), default=clock.now)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0)
    last_error = models.CharField(_("last error"), max_length=300, blank=True)
    message_id = models.CharField(max_length=120)
    address = models.CharField(_("address"), max_length=254, blank=True)
    handed_at = models.DateTimeField(_("handed to the server"), null=True)
    sent_at = models.DateTimeField(_("sent"), null=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        ordering = ["-created_at", "-pk"]
        default_permissions = ()
        permissions = [("keep_mail", _("Can keep the mail going"))]
        indexes = [
            models.Index(fields=["recipient", "-created_at", "-id"], name="letter_mine"),
            models.Index(fields=["-created_at", "-id"], name="letter_all"),
            models.Index(
                fields=["state", "next_try_at"], condition=~Q(state__in=["sent", "dropped"]),
                name="letter_to_do",
            ),
        ]  # fmt: skip
        constraints = [
            models.CheckConstraint(
                name="letter_sent_has_moment",
                condition=Q(state="sent", sent_at__isnull=False)
                | ~Q(state="sent") & Q(sent_at=None),
            ),
            models.CheckConstraint(
                name="letter_unsure_was_handed",
                condition=~Q(state="unsure") | Q(handed_at__isnull=False),
            ),
            models.CheckConstraint(
                name="letter_keeps_text_until_sent",
                condition=~Q(text="") | Q(state__in=["sent", "dropped"]),
            ),
            models.CheckConstraint(
                name="letter_waits_in_our_hands",
                condition=~Q(state="waiting") | Q(handed_at=None),
            ),
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def reference(self) -> str:
        """How the trail names it: no word of what it says."""
        return f"{self.get_kind_display()} {self.pk}"

    @staticmethod
    def message_id_of(key: str) -> str:
        """Return the Message-ID of a key: a letter sent again has the same one."""
        domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">") or "localhost"
        return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


class Choice(models.Model):
    """提醒方式: what a person wants to be told by mail; without a row, as its defaults say."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, primary_key=True, related_name="mail_choice"
    )
    digest = models.BooleanField(_("A digest on the morning of a workday"), default=True)
    urgent = models.BooleanField(_("Most urgent items singly, at once"), default=True)
    weekly = models.BooleanField(_("The weekly overdue list of my units"), default=True)
    digest_hour = models.PositiveSmallIntegerField(
        _("Hour of the digest"),
        choices=[(hour, f"{hour}:00") for hour in HOURS],
        default=DIGEST_HOUR,
    )

    class Meta:
        verbose_name = _("way of reminding")
        verbose_name_plural = _("ways of reminding")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
