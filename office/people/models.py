"""Units in a tree, users, the posts they hold, and who acts for whom."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cached_property
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office import clock
from office.access import OFFICERS, ROLES, permissions_of
from office.people.seats import Overlap


class Unit(models.Model):
    """科室: a node of the unit tree; the top node is the institution's leaders."""

    code = models.CharField(_("code"), max_length=12, unique=True)
    name = models.CharField(_("name"), max_length=60, unique=True)
    short_name = models.CharField(_("short name"), max_length=20)
    parent = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="children",
        verbose_name=_("belongs to"),
    )  # fmt: skip
    leader = models.ForeignKey(
        "office.User", models.PROTECT, null=True, blank=True, related_name="units_in_charge",
        verbose_name=_("leader in charge"),
    )  # fmt: skip
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("unit")
        verbose_name_plural = _("units")
        ordering = ["order", "pk"]
        constraints = [
            models.CheckConstraint(
                name="unit_not_its_own_parent",
                condition=Q(parent__isnull=True) | ~Q(parent=F("pk")),
                violation_error_message=_("A unit cannot belong to itself."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class UserQuerySet(models.QuerySet["User"]):
    def active(self) -> UserQuerySet:
        return self.filter(is_active=True)

    def holding(self, role: str) -> UserQuerySet:
        """Active people who hold a role."""
        return self.active().filter(roles__contains=[role])

    def heads_of(self, unit: Unit | int) -> UserQuerySet:
        """Active people who head a unit today."""
        posts = Post.objects.heading(clock.today()).filter(unit=unit)
        return self.filter(posts__in=posts).distinct()

    def visible_to(self, user: User) -> UserQuerySet:
        """People whose hand-over a person may see: himself, or everybody for who keeps posts."""
        if user.has_perm("office.change_post") or user.has_perm("office.arrange_acting"):
            return self
        return self.filter(pk=user.pk)

    def by_rank(self) -> UserQuerySet:
        return self.order_by("rank", "pk")


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, username: str | None) -> User:
        """Find a person by staff account or, when nobody else bears it, by full name."""
        found: User | None = self.filter(username=username).first()
        if found is None:
            same = list(self.filter(name=username, is_active=True)[:2])
            found = same[0] if len(same) == 1 else None
        if found is None:
            raise User.DoesNotExist
        return found


class User(AbstractBaseUser):
    """A person with an account. What he may do comes from the roles of his seat."""

    class Clearance(models.TextChoices):
        NONE = "", _("None")
        SECRET = "secret", _("Secret")
        CONFIDENTIAL = "confidential", _("Confidential")
        TOP = "top", _("Top secret")

    class Theme(models.TextChoices):
        SYSTEM = "", _("As the system")
        LIGHT = "light", _("Light")
        DARK = "dark", _("Dark")

    username = models.CharField(_("account"), max_length=40, unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=40)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="users", verbose_name=_("unit"))
    title = models.CharField(_("main post"), max_length=40, blank=True)
    rank = models.PositiveSmallIntegerField(_("rank"), default=900)
    clearance = models.CharField(
        _("clearance"), max_length=12, choices=Clearance, default=Clearance.NONE, blank=True
    )
    phone = models.CharField(_("telephone"), max_length=30, blank=True)
    email = models.EmailField(_("e-mail"), blank=True)
    roles = ArrayField(
        models.CharField(max_length=30), verbose_name=_("roles"), default=list, blank=True
    )
    is_active = models.BooleanField(_("active"), default=True)
    must_change_password = models.BooleanField(_("must change the password"), default=True)
    password_changed_at = models.DateTimeField(_("password changed"), null=True, blank=True)
    language = models.CharField(_("language"), max_length=10, blank=True)
    theme = models.CharField(_("theme"), max_length=5, choices=Theme, default="", blank=True)
    created_at = models.DateTimeField(_("created"), default=clock.now)

    objects = UserManager()
    acting_for: User | None = None
    is_superuser = False

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["rank", "pk"]
        permissions = [("grant_roles", _("Can grant roles"))]
        indexes = [GinIndex(fields=["roles"], name="user_roles")]
        constraints = [
            models.CheckConstraint(
                name=f"user_not_{one}_and_{other}".replace("_officer", ""),
                condition=~Q(roles__contains=[one, other]),
                violation_error_message=_("The three officers are three people (三员分离)."),
            )
            for one, other in [
                (OFFICERS[0], OFFICERS[1]),
                (OFFICERS[0], OFFICERS[2]),
                (OFFICERS[1], OFFICERS[2]),
            ]
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def must_choose_password(self) -> bool:
        """Whether the password was given for one time only, or is older than the office allows."""
        return self.must_change_password or self.password_is_old

    @property
    def password_is_old(self) -> bool:
        since, days = self.password_changed_at or self.created_at, settings.PASSWORD_DAYS
        return bool(days) and since < clock.now() - dt.timedelta(days=days)

    @property
    def seat(self) -> User:
        """Whose powers and desk are in use: the person acted for, or oneself."""
        return self.acting_for or self

    @property
    def is_staff(self) -> bool:
        """Whether the back-office opens for this person (never while acting)."""
        return self.is_active and any(
            ROLES[role].back_office for role in self.roles if role in ROLES
        )

    @property
    def is_officer(self) -> bool:
        """Whether the person is one of the three officers (三员), who hold no business role."""
        return not set(OFFICERS).isdisjoint(self.roles)

    @cached_property
    def permissions(self) -> frozenset[str]:
        return permissions_of(self.roles)

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Tell whether the seat's roles carry a permission (“documents.register_incoming”)."""
        return self.is_active and perm in self.seat.permissions

    def has_perms(self, perms: Iterable[str], obj: Any = None) -> bool:
        return all(self.has_perm(perm) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        return any(perm.startswith(f"{app_label}.") for perm in self.seat.permissions)

    def get_short_name(self) -> str:
        return self.name

    def get_full_name(self) -> str:
        return self.name


class PastPassword(models.Model):
    """A password somebody had chosen before, as a hash: it is not taken again."""

    user = models.ForeignKey(User, models.PROTECT, related_name="past_passwords")
    password = models.CharField(max_length=128)
    until = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("past password")
        verbose_name_plural = _("past passwords")
        ordering = ["-until", "-pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user} {self.until:%Y-%m-%d}"


class PostQuerySet(models.QuerySet["Post"]):
    def held_on(self, day: dt.date) -> PostQuerySet:
        """Posts somebody holds on a day."""
        return self.filter(Q(until_on__isnull=True) | Q(until_on__gte=day), since_on__lte=day)

    def heading(self, day: dt.date) -> PostQuerySet:
        """Posts in which an active person heads a unit on a day."""
        duties = [Post.Duty.HEAD, Post.Duty.PRINCIPAL]
        return self.held_on(day).filter(duty__in=duties, user__is_active=True)


class Post(models.Model):
    """任职: a post in a unit, from a day and perhaps until one."""

    class Duty(models.TextChoices):
        PRINCIPAL = "principal", _("Principal")
        LEADER = "leader", _("Leader")
        HEAD = "head", _("Head of unit")
        STAFF = "staff", _("Staff")

    user = models.ForeignKey(User, models.PROTECT, related_name="posts", verbose_name=_("person"))
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="posts", verbose_name=_("unit"))
    title = models.CharField(pgettext_lazy("post", "title"), max_length=40)
    duty = models.CharField(_("duty"), max_length=9, choices=Duty, default=Duty.STAFF)
    since_on = models.DateField(_("since"))
    until_on = models.DateField(_("until"), null=True, blank=True)

    objects = PostQuerySet.as_manager()

    class Meta:
        verbose_name = _("post")
        verbose_name_plural = _("posts")
        ordering = ["unit__order", "since_on", "pk"]
        constraints = [
            models.CheckConstraint(
                name="post_ends_after_it_begins",
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("since_on")),
                violation_error_message=_("A post ends after it begins."),
            ),
            models.UniqueConstraint(
                fields=["user", "unit", "title"],
                condition=Q(until_on__isnull=True),
                name="post_held_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.unit} {self.title} {self.user}"


class ActingQuerySet(models.QuerySet["Acting"]):
    def visible_to(self, user: User) -> ActingQuerySet:
        """Arrangements one has to do with, or all for who arranges them for others."""
        if user.has_perm("office.arrange_acting"):
            return self
        return self.filter(Q(absent=user) | Q(deputy=user) | Q(arranged_by=user))

    def current(self, day: dt.date) -> ActingQuerySet:
        """Arrangements that are in force or still to come."""
        return self.filter(ends_on__gte=day, cancelled_at__isnull=True)

    def in_force(self, day: dt.date) -> ActingQuerySet:
        return self.filter(starts_on__lte=day, ends_on__gte=day, cancelled_at__isnull=True)


class Acting(models.Model):
    """代理: `deputy` acts for `absent` between two days; both are recorded at every step.

    No chains: whoever acts for somebody is not absent himself in those days.
    """

    absent = models.ForeignKey(
        User, models.PROTECT, related_name="absences", verbose_name=_("absent")
    )
    deputy = models.ForeignKey(
        User, models.PROTECT, related_name="actings", verbose_name=_("acting")
    )
    starts_on = models.DateField(_("from"))
    ends_on = models.DateField(_("to"))
    reason = models.CharField(_("reason"), max_length=100)
    arranged_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name=_("arranged by")
    )
    arranged_at = models.DateTimeField(_("arranged"), default=clock.now)
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True)

    objects = ActingQuerySet.as_manager()

    class Meta:
        verbose_name = _("acting arrangement")
        verbose_name_plural = _("acting arrangements")
        ordering = ["-starts_on", "-pk"]
        default_permissions = ("view",)
        permissions = [("arrange_acting", _("Can arrange acting for others"))]
        constraints = [
            models.CheckConstraint(
                name="acting_ends_after_it_begins",
                condition=Q(ends_on__gte=F("starts_on")),
                violation_error_message=_("The last day is not before the first."),
            ),
            models.CheckConstraint(
                name="acting_for_somebody_else",
                condition=~Q(absent=F("deputy")),
                violation_error_message=_("Nobody acts for himself."),
            ),
            Overlap(
                name="acting_one_deputy_at_a_time",
                violation_error_message=_("Somebody acts for this person already in those days."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.deputy} → {self.absent}"
