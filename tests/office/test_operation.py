"""Health for machines and for the system officer."""

from __future__ import annotations

import json
import threading
import time
from collections import namedtuple
from typing import Any

import pytest
from celery.beat import PersistentScheduler
from django.core.cache import cache
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse

from office.backup import services as backup
from office.celery import app
from office.jobs import services as jobs
from office.jobs.models import Job
from office.operation import checks, tasks
from office.operation.beat import Clock
from tests.office.factories import UserFactory, signed_in

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def alive() -> None:
    """Let worker and clock have given a sign of life, and nothing be remembered."""
    for name in (checks.WORKER, checks.BEAT):
        checks.beat_of(name)
    checks.kept = checks.Kept()


def ready(client: Client | None = None, **given: Any) -> tuple[int, dict[str, bool]]:
    answer = (client or Client()).get("/readyz", **given)
    return answer.status_code, json.loads(answer.content)["checks"]


def failing(code: int, found: dict[str, bool]) -> list[str]:
    assert code == (503 if not all(found.values()) else 200)
    return [name for name, ok in found.items() if not ok]


def test_the_process_answers_without_a_database(django_assert_num_queries):
    client = signed_in(UserFactory())
    with django_assert_num_queries(0):
        answer = client.get("/healthz")
    assert (answer.status_code, json.loads(answer.content)) == (200, {"ok": True})
    assert not answer.cookies


def test_probes_ask_for_no_name_no_tls_and_no_sign_in(settings):
    settings.SECURE_SSL_REDIRECT, settings.ALLOWED_HOSTS = True, ["office.example.org"]
    assert Client().get("/healthz", headers={"host": "10.0.0.7"}).status_code == 200
    assert ready(headers={"host": "10.0.0.7"})[0] == 200


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_a4_probes_are_only_read(path):
    assert Client().post(path).status_code == 405
    assert Client().head(path).status_code == 200


def test_ready_says_only_what_holds():
    answer = Client().get("/readyz")
    assert answer.status_code == 200
    told = json.loads(answer.content)
    assert told == {"ok": True, "checks": dict.fromkeys(
        ["database", "redis", "worker", "beat", "disk", "fonts"], True)}  # fmt: skip
    assert answer["Cache-Control"] == "no-store"


def test_a_database_that_does_not_answer_is_not_ready(monkeypatch):
    def gone(*_args: Any) -> None:
        raise OperationalError("password=secret host=10.0.0.7")

    monkeypatch.setattr(connection, "cursor", gone)
    answer = Client().get("/readyz")
    assert failing(answer.status_code, json.loads(answer.content)["checks"]) == ["database"]
    assert b"secret" not in answer.content


def test_a_redis_that_does_not_answer_is_not_ready(settings):
    settings.CACHES = {"default": {**settings.CACHES["default"],
                                   "LOCATION": "unix:///nowhere/redis.sock"}}  # fmt: skip
    assert failing(*ready()) == ["redis", "worker", "beat"]


@pytest.mark.parametrize("name", [checks.WORKER, checks.BEAT])
def test_a_process_that_fell_silent_is_named(name):
    cache.set(f"pulse:{name}", time.time() - checks.SILENT_SECONDS - 1, None)
    assert failing(*ready()) == [name]
    checks.kept = checks.Kept()
    cache.delete(f"pulse:{name}")
    assert failing(*ready()) == [name]


def test_a_full_disk_is_not_ready(monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(checks.shutil, "disk_usage", lambda _place: usage(9, 9, 2**20))
    assert failing(*ready()) == ["disk"]


def test_a_flood_of_questions_costs_no_more_than_one(monkeypatch):
    asked = []
    slow = checks.Found("slow", "", True, "")

    def check() -> checks.Found:
        asked.append(time.monotonic())
        time.sleep(0.05)
        return slow

    monkeypatch.setattr(checks, "CHECKS", [check])
    crowd = [threading.Thread(target=checks.kept) for _n in range(20)]
    for one in crowd:
        one.start()
    for one in crowd:
        one.join()
    assert len(asked) == 1
    monkeypatch.setattr(checks, "KEPT_SECONDS", 0)
    checks.kept = checks.Kept()
    checks.kept(), checks.kept()
    assert len(asked) == 3


def test_worker_and_clock_give_their_signs(monkeypatch):
    cache.delete_many(["pulse:worker", "pulse:beat"])
    tasks.pulse()
    assert failing(*ready()) == ["beat"]
    monkeypatch.setattr(PersistentScheduler, "tick", lambda _self: 5.0)
    assert Clock.tick(object.__new__(Clock)) == 5.0
    checks.kept = checks.Kept()
    assert failing(*ready()) == []


def test_everything_the_schedule_names_is_a_task():
    app.loader.import_default_modules()
    app.autodiscover_tasks(force=True)
    schedule = app.conf.beat_schedule
    assert {"pulse", "job files", "rehearsal"} <= set(schedule)
    assert [each["task"] for each in schedule.values() if each["task"] not in app.tasks] == []
    assert app.conf.beat_scheduler == f"{Clock.__module__}:{Clock.__name__}"


# The page


@pytest.fixture
def officer(settings, tmp_path):
    settings.BACKUP_DIR = tmp_path
    return UserFactory(officer=True)


def test_the_officer_reads_the_same_in_words(officer):
    cache.delete("pulse:worker")
    page = signed_in(officer).get(reverse("office:operation")).content.decode()
    assert page.count("light-green") == 5
    assert "还没有响应" in page
    assert "没有备份" in page
    assert "disabled" in page


def test_a_rehearsal_is_a_long_task_and_asked_for_once(officer, django_capture_on_commit_callbacks):
    client = signed_in(officer)
    answers = [client.post(reverse("office:operation-rehearse")) for _n in range(2)]
    job = Job.objects.get()
    assert [answer.url for answer in answers] == [job.get_absolute_url()] * 2
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.asked_by) == (Job.State.FAILED, officer)
    assert str(backup.settings.BACKUP_DIR) in job.message
    page = client.get(reverse("office:operation")).content.decode()
    assert job.message in page


def test_the_weekly_rehearsal_is_asked_for_once_in_the_officers_name(officer):
    from office.backup.tasks import rehearse

    assert [rehearse(), rehearse()] == [True, False]
    assert Job.objects.get().asked_by == officer
    assert officer.notices.count() == 0
    jobs.run(Job.objects.get().pk)
    assert officer.notices.get().url == Job.objects.get().get_absolute_url()


def test_without_an_officer_nobody_is_asked():
    assert backup.ask_for_rehearsal() is None
