"""Choose people and units: pick the usual ones, name the others."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q
from django.utils.translation import gettext as _

from office import clock
from office.people.models import Post, Unit, User

SEPARATORS = re.compile(r"[\s,，、;；]+")


def working_units() -> Any:
    """Return the units that take documents: everything below the leaders' node."""
    return Unit.objects.filter(is_active=True, parent__isnull=False)


def headed_units() -> Any:
    """Return the same units, each with the names of those who head it today in `heads`."""
    posts = Post.objects.heading(clock.today()).filter(unit=OuterRef("pk")).order_by("user__name")
    return working_units().annotate(heads=ArraySubquery(posts.values("user__name").distinct()))


class PersonField(forms.CharField):
    """One person by name or account; the same name twice is asked back with the units."""

    def clean(self, value: Any) -> User | None:
        text = super().clean(value)
        return find(text) if text else None


class PeopleField(forms.CharField):
    """Several people, their names separated by 、 or spaces."""

    def clean(self, value: Any) -> list[User]:
        text = super().clean(value)
        return [find(name) for name in SEPARATORS.split(text or "") if name]


def find(name: str) -> User:
    """Return the active person of this name or account, or raise a ValidationError."""
    found = list(
        User.objects.active().filter(Q(name=name) | Q(username=name)).select_related("unit")[:5]
    )
    exact = [person for person in found if person.username == name]
    if len(found) == 1 or exact:
        person: User = (exact or found)[0]
        return person
    if not found:
        raise forms.ValidationError(_("Nobody here is called %(name)s.") % {"name": name})
    who = "、".join(f"{person.username}（{person.unit.short_name}）" for person in found)
    raise forms.ValidationError(
        _("Several people are called %(name)s; write the account: %(who)s")
        % {"name": name, "who": who}
    )


def in_full(person: User) -> str:
    """Return a person as lists name him: 赵启明　科长　标准信息科."""
    return "\u3000".join(part for part in (person.name, person.title, person.unit.name) if part)


class PersonLabel(forms.ModelMultipleChoiceField):
    """Tick people; each with the post and the unit."""

    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: User) -> str:
        return in_full(obj)


class UnitTicks(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def label_from_instance(self, obj: Unit) -> str:
        return obj.name


class MemberField(forms.ModelChoiceField):
    """One person of a unit."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name}　{obj.title}"
