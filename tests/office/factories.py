"""Units, people, posts and items for the tests of every app."""

import datetime as dt
from typing import Any

import factory
from django.contrib.auth.hashers import make_password
from django.contrib.contenttypes.models import ContentType
from django.test import Client

from office import clock
from office.desk.models import WorkItem
from office.notifications.models import Notice
from office.people.models import Acting, Post, Unit, User

PASSWORD = "Correct-horse-7"
_HASHED: list[str] = []


def hashed() -> str:
    """Hash the one test password once: Argon2 is slow on purpose."""
    if not _HASHED:
        _HASHED.append(make_password(PASSWORD))
    return _HASHED[0]


class UnitFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Unit

    code = factory.Sequence("u{}".format)
    name = factory.Sequence("第{}科".format)
    short_name = factory.SelfAttribute("name")
    order = factory.Sequence(lambda n: n)


class UserFactory(factory.django.DjangoModelFactory):
    """A person; `UserFactory(roles=["leader"])`, `UserFactory(head=True)` heads his unit."""

    class Meta:
        model = User
        skip_postgeneration_save = True

    class Params:
        officer = factory.Trait(roles=["system_officer"])

    username = factory.Sequence("person{}".format)
    name = factory.Sequence("人员{}".format)
    unit = factory.SubFactory(UnitFactory)
    title = "科员"
    roles = factory.LazyFunction(lambda: ["staff"])
    password = factory.LazyFunction(hashed)
    must_change_password = False

    @factory.post_generation
    def head(self, create: bool, extracted: Any, **_kwargs: Any) -> None:
        if create and extracted:
            PostFactory(user=self, unit=self.unit, duty=Post.Duty.HEAD, title="科长")  # type: ignore[attr-defined]


class PostFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Post

    user = factory.SubFactory(UserFactory)
    unit = factory.SelfAttribute("user.unit")
    title = "科员"
    duty = Post.Duty.STAFF
    since_on = dt.date(2020, 1, 1)


class ActingFactory(factory.django.DjangoModelFactory):
    """In force from today for a week."""

    class Meta:
        model = Acting

    absent = factory.SubFactory(UserFactory)
    deputy = factory.SubFactory(UserFactory)
    starts_on = factory.LazyFunction(clock.today)
    ends_on = factory.LazyAttribute(lambda row: row.starts_on + dt.timedelta(days=6))
    reason = "出差"
    arranged_by = factory.SelfAttribute("absent")


class WorkItemFactory(factory.django.DjangoModelFactory):
    """An open item about a row that need not exist: a desk reads only the item."""

    class Meta:
        model = WorkItem

    content_type = factory.LazyFunction(
        lambda: ContentType.objects.get_by_natural_key("documents", "incomingdocument")
    )
    object_id = factory.Sequence(lambda n: 900000 + n)
    step = "handle"
    title = factory.Sequence("江川省科学技术厅关于第{}号事项的通知".format)
    reference = factory.Sequence("收上〔2026〕{}号".format)
    url = factory.LazyAttribute(lambda item: f"/documents/incoming/{item.object_id}/")
    assignee = factory.SubFactory(UserFactory)
    sent_by = factory.SubFactory(UserFactory)


class NoticeFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Notice

    recipient = factory.SubFactory(UserFactory)
    key = factory.Sequence("key-{}".format)
    text = factory.Sequence("第{}条消息".format)
    url = "/reading/"


def signed_in(user: User) -> Client:
    """Return a browser in which somebody has signed in."""
    client = Client()
    client.force_login(user, backend="office.people.backends.OfficeBackend")
    return client
