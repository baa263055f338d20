"""The log says what happened to which row, and nobody's words (A29, A34, A39)."""

from __future__ import annotations

import io
import json
import logging
import re
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from documents.receipt.models import IncomingDocument
from documents.receipt.services import closing
from documents.receipt.workflow import State
from office import logs
from office.jobs import tasks as job_tasks
from office.people.models import User
from tests.documents.factories import Office, make_office, paper, walk
from tests.office.factories import PASSWORD, hashed, signed_in


class Book:
    """What was logged while it was open, in one of the two forms."""

    def __init__(self, formatter: logging.Formatter) -> None:
        self.stream = io.StringIO()
        self.handler = logging.StreamHandler(self.stream)
        self.handler.setFormatter(formatter)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @property
    def events(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.lines]


@pytest.fixture(params=[logs.JsonLines, logs.Lines])
def book(request: pytest.FixtureRequest) -> Iterator[Book]:
    yield from opened(request.param())


@pytest.fixture
def machine_book() -> Iterator[Book]:
    yield from opened(logs.JsonLines())


def opened(formatter: logging.Formatter) -> Iterator[Book]:
    found, root = Book(formatter), logging.getLogger()
    before = root.level
    root.addHandler(found.handler)
    root.setLevel(logging.INFO)  # everything, of the libraries too
    try:
        yield found
    finally:
        root.removeHandler(found.handler)
        root.setLevel(before)


TITLE, OPINION, FILE, SENDER = (
    "关于青花瓷调查的通知",
    "请抓紧办理勿外传",
    "绝密附件名.txt",
    "江川省某某厅",
)
IDENTITY, PHONE, ACCOUNT = "11010519491231002X", "13912345678", "wangxiaoming"


@pytest.mark.django_db
def test_a34_a_day_of_work_leaves_ids_and_nobodys_words(book: Book) -> None:
    office = make_office()
    User.objects.filter(pk=office.staff.pk).update(
        username=ACCOUNT, name="王小明", phone=PHONE, password=hashed()
    )
    row = day_of_work(office)
    signs = [TITLE, OPINION, FILE, SENDER, IDENTITY, PHONE, ACCOUNT, "王小明", PASSWORD, "青花"]
    assert [sign for sign in signs if sign in book.text] == []
    assert f"key={row.pk}" in book.text or f'"key": "{row.pk}"' in book.text
    assert f"user={office.clerk.pk}" in book.text or f'"user": "{office.clerk.pk}"' in book.text
    assert book.text.isascii()


def day_of_work(office: Office) -> IncomingDocument:
    """Sign in wrongly and rightly, register, instruct, search, fetch, fail."""
    visitor = Client()
    for password in ("wrong", PASSWORD):
        visitor.post("/sign-in/", {"username": ACCOUNT, "password": password})
    visitor.post("/sign-in/", {"username": "王小明", "password": IDENTITY})
    clerk = signed_in(office.clerk)
    given = {k: v for k, v in paper().items() if k != "written_on"}
    given |= {"written_on": "2026-11-02", "sender": SENDER, "title": TITLE, "nature": "handling"}
    clerk.post(reverse("documents:incoming-new"), given)
    row = walk(None, State.HANDLING, office)
    IncomingDocument.objects.filter(pk=row.pk).update(title=TITLE)
    file = closing.attach(
        row.pk, actor=office.clerk, upload=SimpleUploadedFile(FILE, IDENTITY.encode())
    )
    staff = signed_in(office.staff)
    step = reverse("documents:incoming-step", args=[row.pk, "progress"])
    staff.post(step, {"text": OPINION, "opinion": OPINION, "words": OPINION})
    staff.get(row.get_absolute_url())
    staff.get(reverse("office:search"), {"q": "青花"})
    staff.get(reverse("office:file", args=[file.pk, FILE]))
    signed_in(office.other_staff).get(reverse("office:file", args=[file.pk, FILE]))  # 404
    staff.get(f"/files/{TITLE}/{IDENTITY}/{PHONE}")
    staff.get(f"/nowhere/%E9%9D%92/{ACCOUNT}".replace(ACCOUNT, IDENTITY))
    Client(enforce_csrf_checks=True).post("/sign-in/", {"username": "王小明"})
    job_tasks.run(0)
    return row


@pytest.mark.django_db
def test_a34_an_error_is_traced_without_the_values_of_the_row(book: Book) -> None:
    office = make_office()
    User.objects.filter(pk=office.staff.pk).update(username=ACCOUNT)
    try:
        with transaction.atomic():
            User.objects.filter(pk=office.clerk.pk).update(username=ACCOUNT)
    except IntegrityError:
        logging.getLogger("office.test").exception("could not be written pk=%s", 7)
    assert "IntegrityError" in book.text
    assert "test_logs.py" in book.text
    assert ACCOUNT not in book.text


@pytest.mark.parametrize(
    "sign", ["\n", "\r\n", "\x0b", "\x1b[2K", "\u2028", "\x85", "%0a", "\\u000a"]
)
def test_a34_nobody_writes_a_line_of_his_own(book: Book, sign: str) -> None:
    forged = f'x{sign}2026-11-24 09:00:00,000 INFO office.audit {{"level": "INFO"}} all is well'
    logger = logging.getLogger("office.test")
    logger.warning("refused name=%s", forged)
    try:
        int(forged)
    except ValueError:
        logger.exception("broke off %s", forged)
    begins = [line for line in book.text.splitlines() if not line.startswith("  | ")]
    assert len(begins) == 2
    assert sign not in book.text.replace("\n", "") or sign in "\n\r\n"
    assert not [line for line in book.lines if line.startswith("2026-11-24 09:00")]


def test_a_line_for_machines_has_event_ids_and_facts(machine_book: Book) -> None:
    token = logs.request_id.set("abcdef0123456789")
    try:
        logging.getLogger("office.jobs").info("job over pk=%s kind=%s level=%s", 7, "x", "forged")
        logging.getLogger("django.request").warning("Not Found: %s", "/a=b c=d")
    finally:
        logs.request_id.reset(token)
    ours, theirs = machine_book.events
    assert ours["event"] == "job over"
    assert (ours["pk"], ours["kind"], ours["level"]) == ("7", "x", "INFO")
    assert ours["request"] == "abcdef0123456789"
    assert theirs["event"] == "Not Found: /a=b c=d"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d{4}", ours["at"])


def test_a_line_of_a_task_has_its_id(machine_book: Book, monkeypatch: pytest.MonkeyPatch) -> None:
    from office.celery import app

    @app.task(name="tests.logged")
    def logged() -> None:
        logging.getLogger("office.test").info("done")

    logged.apply(task_id="task-1")
    events = [each for each in machine_book.events if each["logger"] == "office.test"]
    assert [each["task"] for each in events] == ["task-1"]
    app.tasks.pop("tests.logged")


@pytest.mark.django_db
def test_every_answer_has_an_id_and_its_lines_the_same(machine_book: Book) -> None:
    answers = [Client().get(path) for path in ("/sign-in/", "/nowhere/", "/healthz", "/")]
    ids = [answer["X-Request-ID"] for answer in answers]
    assert len(set(ids)) == 4
    assert [each["request"] for each in machine_book.events] == [ids[0], ids[1], ids[3]]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("given", "is_kept"),
    [
        ("0123456789abcdef0123456789abcdef", True),
        ("6f1e2a34-0000-4000-8000-1234567890ab", True),
        ("short", False),
        ("x" * 65, False),
        ("abcdefgh\r\nSet-Cookie: a=b", False),
        ("abcdefgh level=ERROR", False),
        ('abcdefgh","level":"ERROR', False),
        ("王小明王小明王小明", False),
    ],
)
def test_a34_an_id_from_outside_is_taken_only_when_well_formed(given: str, is_kept: bool) -> None:
    answer = Client().get("/healthz", headers={"X-Request-ID": given})
    assert (answer["X-Request-ID"] == given) is is_kept
    assert logs.GIVEN.fullmatch(answer["X-Request-ID"])


@pytest.mark.parametrize(("demo", "form"), [("0", "JsonLines"), ("1", "Lines")])
def test_production_writes_json_and_the_demonstration_lines(demo: str, form: str) -> None:
    code = (
        "import django, logging; django.setup();"
        "print(type(logging.getLogger().handlers[0].formatter).__name__)"
    )
    environment = {
        "PATH": "/usr/bin:/bin", "DJANGO_SETTINGS_MODULE": "office.settings", "OFFICE_DEMO": demo,
        "OFFICE_SECRET_KEY": "only for this", "OFFICE_DEBUG": "0", "OFFICE_VAR": str(settings.VAR),
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=settings.BASE_DIR, env=environment, check=True,
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.stdout.strip() == form
