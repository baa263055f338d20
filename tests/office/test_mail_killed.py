"""Five hundred mails, workers killed in the middle, the broker restarted, two beats at once.

Everything is real: Celery workers as processes, a Redis and a mail server of their own. The
workers are killed at the two worst moments there are: when the server has accepted a mail and has
not answered yet, and when it is in the middle of a conversation.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from urllib.parse import quote

import pytest
from celery import Celery
from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db import connection, connections

from office import clock
from office.desk.models import WorkItem
from office.mail import delivery, services
from office.mail.models import CONFIRM, RETRY, Letter
from office.people.models import User
from office.reminders import letters
from office.reminders import services as reminders
from office.reminders.models import Reminder
from office.workdays import calendar
from tests.office.factories import UnitFactory, UserFactory
from tests.office.relay import OK, Relay, free_port

MAILS = 500
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]


class Processes:
    """What this test starts, and ends."""

    def __init__(self, folder: Path, smtp_port: int) -> None:
        self.folder = folder
        self.redis_port = free_port()
        self.running: list[subprocess.Popen[bytes]] = []
        database = settings.DATABASES["default"]
        home = f"{database['USER']}@:{database['PORT']}/{database['NAME']}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "office.settings",
            "OFFICE_VAR": str(settings.VAR),
            "OFFICE_SECRET_KEY": "only for this test",
            "OFFICE_DATABASE_URL": f"postgres://{home}?host={quote(database['HOST'])}",
            "OFFICE_REDIS_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "OFFICE_MAIL_URL": f"smtp://127.0.0.1:{smtp_port}",
            "OFFICE_MAIL_FROM": settings.DEFAULT_FROM_EMAIL,
        }
        self.beat = Celery(broker=self.env["OFFICE_REDIS_URL"])

    def _start(self, *command: str) -> subprocess.Popen[bytes]:
        log = (self.folder / f"{len(self.running)}.log").open("wb")
        process = subprocess.Popen(
            command, stdout=log, stderr=log, env=self.env, start_new_session=True
        )
        self.running.append(process)
        return process

    def redis(self) -> subprocess.Popen[bytes]:
        program = shutil.which("redis-server") or shutil.which("valkey-server") or ""
        port = str(self.redis_port)
        return self._start(
            program, "--port", port, "--save", "", "--dir", str(self.folder), "--bind", "127.0.0.1"
        )

    def worker(self) -> subprocess.Popen[bytes]:
        options = ["-A", "office.celery", "worker", "-Q", "mail", "-c", "2", "-l", "INFO"]
        return self._start(sys.executable, "-m", "celery", *options, "--without-gossip")

    def rested(self, workers: list[subprocess.Popen[bytes]]) -> None:
        """Wait until workers are ready and let all but the first sleep until they are woken."""
        for worker in workers:
            log = self.folder / f"{self.running.index(worker)}.log"
            until(lambda log=log: b" ready." in log.read_bytes(), 60)
        for worker in workers[1:]:
            os.killpg(worker.pid, signal.SIGSTOP)

    def tick(self) -> None:
        """Do as beat does every minute; two of them, for two beats do no harm."""
        for _beat in range(2):
            self.beat.send_task(services.TASK, queue="mail", retry=False)

    def end(self) -> None:
        for process in self.running:
            kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill a process and its children at once: no handler runs, nothing is said goodbye to."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def wake(process: subprocess.Popen[bytes]) -> None:
    os.killpg(process.pid, signal.SIGCONT)


@pytest.fixture
def relay(settings) -> Iterator[Relay]:
    with Relay() as server:
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", server.port
        settings.DEFAULT_FROM_EMAIL = "office@jczx.example"
        yield server


@pytest.fixture
def processes(relay, tmp_path) -> Iterator[Processes]:
    made = Processes(tmp_path, relay.port)
    try:
        yield made
    finally:
        made.end()


def until(true: Callable[[], object], seconds: float = 30, each: Callable = lambda: None) -> None:
    deadline = time.monotonic() + seconds
    asked = 0.0
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        if time.monotonic() - asked > 1:
            each()
            asked = time.monotonic()
        time.sleep(0.02)


def at_once(work: Callable[[], object], times: int = 2) -> None:
    """Run the same work in several threads, each with a connection of its own."""

    def run() -> None:
        work()
        connections.close_all()

    threads = [threading.Thread(target=run) for _n in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def five_hundred_late_people() -> dt.datetime:
    """Make a person and an overdue item each; return the morning on which they are told."""
    day = clock.today()
    while not calendar.is_workday(day):
        day -= calendar.ONE_DAY
    sender, unit = UserFactory(email=""), UnitFactory()
    people = User.objects.bulk_create(
        User(username=f"late{n}", name=f"人员{n}", unit=unit, roles=["staff"],
             email=f"late{n}@jczx.example", password="!")
        for n in range(MAILS)
    )  # fmt: skip
    kind = ContentType.objects.get_by_natural_key("documents", "incomingdocument")
    WorkItem.objects.bulk_create(
        WorkItem(content_type=kind, object_id=person.pk, step="handle", title=f"第{n}号事项",
                 url=f"/documents/incoming/{person.pk}/", assignee=person, sent_by=sender,
                 created_at=clock.now() - dt.timedelta(days=30), due_on=day - dt.timedelta(days=14))
        for n, person in enumerate(people)
    )  # fmt: skip
    return dt.datetime.combine(day, dt.time(0, 1), clock.now().tzinfo)


def test_every_mail_once_whatever_dies(relay: Relay, processes: Processes) -> None:
    broker = processes.redis()
    first, second, third = workers = [processes.worker() for _n in range(3)]
    morning = five_hundred_late_people()

    def beat() -> None:
        with clock.at(morning):
            reminders.sweep()
        with clock.at(morning.replace(hour=8)):
            letters.digests()

    at_once(beat)
    with clock.at(morning.replace(hour=7)):  # somebody sets the clock back and it ticks again
        reminders.sweep()
        letters.digests()
    assert Letter.objects.count() == MAILS
    assert Reminder.objects.filter(capacity="owner").count() == MAILS
    Letter.objects.update(next_try_at=clock.now())
    processes.rested(workers)
    fell: dict[str, int] = {}

    def accepted_but_not_answered(n: int, _server: object) -> str:
        if n == 120:
            kill(first)
            fell["dot"] = n
        return OK

    relay.at_dot = accepted_but_not_answered
    until(lambda: "dot" in fell, 30, processes.tick)

    wake(second)
    until(lambda: len(relay.accepted) >= 200, 30, processes.tick)
    kill(broker)  # every message in it is gone
    broker = processes.redis()
    until(lambda: len(relay.accepted) >= 280, 30, lambda: _try(processes.tick))

    def in_the_middle(_n: int) -> str:
        if "middle" not in fell and len(relay.accepted) >= 330:
            kill(second)
            fell["middle"] = len(relay.accepted)
        return OK

    relay.at_rcpt = in_the_middle
    until(lambda: "middle" in fell, 30, processes.tick)
    wake(third)
    done = [Letter.State.SENT, Letter.State.UNSURE]
    until(lambda: not Letter.objects.exclude(state__in=done).exists(), 40, processes.tick)
    kill(third)

    officer = UserFactory(roles=["system_officer"])
    log = relay.ids()
    unsure = list(Letter.objects.filter(state=Letter.State.UNSURE))
    assert (
        1 <= len(unsure) <= 4
    )  # no more than there were processes to kill, and the one at the dot
    for letter in unsure:  # as an officer would: what does the log of the mail server say?
        act = CONFIRM if letter.message_id in log else RETRY
        services.decide(letter.pk, act, actor=officer, reason="查过邮件服务器日志")
    delivery.deliver()

    sent = set(Letter.objects.filter(state=Letter.State.SENT).values_list("message_id", flat=True))
    assert len(sent) == MAILS
    assert relay.ids() == dict.fromkeys(sent, 1)
    assert {to for to, _mail in relay.accepted} == set(
        User.objects.filter(username__startswith="late").values_list("email", flat=True)
    )


def _try(tick: Callable[[], None]) -> None:
    with contextlib.suppress(Exception):
        tick()


def test_a_letter_whose_sender_lives_is_left_to_him() -> None:
    person = UserFactory(email="a@jczx.example")
    letter = services.write([services.Draft(person, "test", "k", "s", {"now": clock.now()})])[0]
    assert delivery.claim() == letter
    found: list[int] = []
    at_once(lambda: found.append(delivery.recover()), 1)
    assert found == [0]
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_unlock_all()")
    at_once(lambda: found.append(delivery.recover()), 1)
    assert found == [0, 1]
    letter.refresh_from_db()
    assert letter.state == Letter.State.WAITING
