"""Tab: one view of a register that a person named."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from office.people.models import User

LONGEST = 500  # characters of an address
MOST = 10  # tabs of one person beside the usual views of one register


class TabQuerySet(models.QuerySet["Tab"]):
    def visible_to(self, user: User) -> TabQuerySet:
        """One's own only, whoever's seat one has taken."""
        return self.filter(owner=user.pk)


class Tab(models.Model):
    """One named view: `register` is the name of its address, `query` what it filters and sorts by.

    `place` is one of ten, so that the database itself refuses the eleventh.
    """

    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("person")
    )
    register = models.CharField(_("register"), max_length=60)
    place = models.PositiveSmallIntegerField(_("place"))
    name = models.CharField(pgettext_lazy("view", "name"), max_length=20)
    query = models.CharField(_("filters and order"), max_length=LONGEST, blank=True)

    objects = TabQuerySet.as_manager()

    class Meta:
        verbose_name = _("view of a register")
        verbose_name_plural = _("views of registers")
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["owner", "register", "place"], name="tab_one_a_place"),
            models.UniqueConstraint(fields=["owner", "register", "name"], name="tab_name_once"),
            models.CheckConstraint(
                name="tab_at_most_ten", condition=Q(place__gte=1, place__lte=MOST)
            ),
        ]

    def __str__(self) -> str:
        return self.name
