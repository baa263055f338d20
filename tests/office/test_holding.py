"""Held files and drafts that nobody came back for; bytes that somebody still names stay."""

from __future__ import annotations

import datetime as dt
from uuid import UUID, uuid4

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext

from office import clock
from office.drafts import services, tasks
from office.drafts.models import Draft
from office.files import holding
from office.files.models import HeldFile
from office.files.services import page_picture, store
from office.people.models import User
from tests.office.factories import UnitFactory, UserFactory
from tests.office.papers import pdf

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory()


def hold(person: User, words: str = "正文", key: UUID | None = None) -> HeldFile:
    file = ContentFile(words.encode(), f"{words[:9]}.txt")
    return holding.hold(file, actor=person, form_key=key or uuid4())


def days_ago(days: int) -> dt.datetime:
    return clock.now() - dt.timedelta(days=days)


def test_the_database_refuses_a_second_line_for_one_file(person: User) -> None:
    held = hold(person)
    held.pk = None
    with pytest.raises(IntegrityError, match="held_file_once"), transaction.atomic():
        held.save(force_insert=True)


def test_the_sweep_takes_what_was_left_and_nothing_else(
    person: User, django_capture_on_commit_callbacks
) -> None:
    old, kept, new = uuid4(), uuid4(), uuid4()
    left = hold(person, "丢下的", old)
    going_on = hold(person, "还在登的", kept)
    today = hold(person, "今天的", new)
    HeldFile.objects.exclude(pk=today.pk).update(created_at=days_ago(8))
    services.save("x", {"a": ["b"]}, actor=person, form_key=kept)
    stale = services.save("y", {"a": ["b"]}, actor=person, form_key=old)
    Draft.objects.filter(pk=stale.pk).update(saved_at=days_ago(8))
    with django_capture_on_commit_callbacks(execute=True):
        assert tasks.sweep_drafts() == 2
    assert set(HeldFile.objects.all()) == {going_on, today}
    assert not default_storage.exists(left.path)
    assert default_storage.exists(going_on.path)
    assert tasks.sweep_drafts() == 0


def test_the_sweep_costs_the_same_for_one_and_for_many(person: User) -> None:
    def asked() -> int:
        HeldFile.objects.update(created_at=days_ago(8))
        with CaptureQueriesContext(connection) as queries:
            services.sweep()
        return len(queries)

    hold(person, "一")
    one = asked()
    for n in range(20):
        hold(person, f"第{n}件")
    assert asked() == one


def test_bytes_that_a_row_names_stay(person: User, django_capture_on_commit_callbacks) -> None:
    unit = UnitFactory()
    held = hold(person, "同一份")
    store(unit, ContentFile("同一份".encode(), "别名.txt"), actor=person)
    with django_capture_on_commit_callbacks(execute=True):
        assert holding.let_go(HeldFile.objects.all()) == 1
    assert default_storage.exists(held.path)


def test_the_pictures_of_pages_go_with_the_bytes(
    person: User, django_capture_on_commit_callbacks
) -> None:
    held = holding.hold(ContentFile(pdf("Swept"), "a.pdf"), actor=person, form_key=uuid4())
    page_picture(held, 1)
    assert default_storage.exists(f"pages/{held.path}-1.png")
    with django_capture_on_commit_callbacks(execute=True):
        holding.let_go(HeldFile.objects.all())
    assert not default_storage.exists(f"pages/{held.path}-1.png")


def test_a_draft_takes_the_place_of_the_one_before(person: User) -> None:
    services.save("x", {"a": ["1"]}, actor=person)
    services.save("x", {"a": ["2"], "b": [""]}, actor=person)
    draft = Draft.objects.get()
    assert draft.values == {"a": ["2"], "b": [""]}  # emptied on purpose
    assert services.find("x", actor=person) == draft
    assert services.find("x", actor=UserFactory()) is None
    services.drop("x", None, actor=person)
    assert services.find("x", actor=person) is None


def test_a_draft_let_go_lets_its_files_go(person: User) -> None:
    key = uuid4()
    hold(person, key=key)
    theirs = hold(UserFactory(), key=key)
    draft = services.save("x", {"a": ["1"]}, actor=person, form_key=key)
    services.let_go(draft.pk, actor=person)
    assert list(HeldFile.objects.all()) == [theirs]


def test_the_sweep_is_on_the_calendar() -> None:
    names = {each["task"] for each in settings.CELERY_BEAT_SCHEDULE.values()}
    assert tasks.sweep_drafts.name in names
