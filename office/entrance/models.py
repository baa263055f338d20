"""SignIn: one time somebody came in. SecondFactor: what his phone must prove besides."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from office import clock
from office.people.models import User


class SignInQuerySet(models.QuerySet["SignIn"]):
    def visible_to(self, user: User) -> SignInQuerySet:
        """One's own only."""
        return self.filter(user=user)

    def open(self) -> SignInQuerySet:
        return self.filter(ended_at=None)


class SignIn(models.Model):
    """登录: from where and with what somebody came in; `session_key` is kept while it lasts.

    When it was last used stands in the session, so that no page asks for it.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="sign_ins", verbose_name=_("person")
    )
    session_key = models.CharField(max_length=40, unique=True, null=True)  # noqa: DJ001
    device = models.CharField(_("device"), max_length=60, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True)
    began_at = models.DateTimeField(_("began"), default=clock.now)
    ended_at = models.DateTimeField(_("ended"), null=True)

    objects = SignInQuerySet.as_manager()

    class Meta:
        verbose_name = _("sign-in")
        verbose_name_plural = _("sign-ins")
        ordering = ["-began_at", "-pk"]
        default_permissions = ()
        indexes = [models.Index(fields=["user", "-began_at"], name="sign_in_mine")]
        constraints = [
            models.CheckConstraint(
                name="sign_in_ended_has_no_key",
                condition=models.Q(ended_at=None, session_key__isnull=False)
                | models.Q(ended_at__isnull=False, session_key=None),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user} {self.began_at:%Y-%m-%d %H:%M}"


class SecondFactor(models.Model):
    """动态口令: a secret shared with a telephone, and codes on paper for when it is lost.

    The secret is not kept: it is derived from `nonce` and the key of the installation, so that
    neither a copy of the database nor a backup tells it. A code counts once: `used_step` is the
    half-minute of the last one.
    """

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="second_factor"
    )
    nonce = models.CharField(max_length=64)
    used_step = models.BigIntegerField(default=0)
    recovery = ArrayField(models.CharField(max_length=64), default=list)  # digests of what is left
    failed = models.PositiveSmallIntegerField(default=0)
    failed_at = models.DateTimeField(null=True)
    enrolled_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("second step")
        verbose_name_plural = _("second steps")
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.user)
