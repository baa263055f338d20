"""A long register taken in by a job: whole or not at all, whatever happens to its worker."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, connections, transaction
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import reverse
from openpyxl import load_workbook

from documents.book import importing, imports
from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Channel, Nature
from documents.receipt.services import intake, many
from documents.reference.models import Relation, Sender
from office import clock, locks
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import Refused
from office.files import holding
from office.files.models import HeldFile
from office.jobs import services as jobs
from office.jobs.models import Job
from office.notifications.models import Notice
from office.numbering.models import Series
from office.people.models import User
from office.search.models import SearchEntry
from tests.documents.factories import Office, make_office, paper, seated
from tests.documents.test_importing import book
from tests.documents.test_receipt_begun import SENDER, TITLE, fields
from tests.office.factories import signed_in

PAGE = "/documents/incoming/import/"
S = Job.State


def row(n: int, **given: Any) -> dict[str, Any]:
    return {"来文单位": f"江川省第{n % 3}厅", "来文字号": f"江办发〔2026〕{n}号",
            "来文类别": "上级", "标题": f"关于第{n}号事项的通知",
            "成文日期": "2026-03-05", **given}  # fmt: skip


def rows(count: int) -> list[dict[str, Any]]:
    return [row(n) for n in range(1, count + 1)]


def upload(*lines: dict[str, Any], name: str = "旧登记簿.xlsx") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, book(*lines).getvalue())


def held(actor: User, *lines: dict[str, Any]) -> HeldFile:
    return holding.hold(upload(*lines), actor=actor, form_key=uuid4())


def numbers() -> list[int | None]:
    return list(IncomingDocument.objects.order_by("serial").values_list("serial", flat=True))


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three rows be long, and two a chunk, told at once."""
    monkeypatch.setattr(importing, "AT_ONCE", 2)
    monkeypatch.setattr(importing, "CHUNK", 2)
    monkeypatch.setattr(jobs, "BETWEEN_SECONDS", 0)


# What is written


def facts(n: int) -> dict[str, Any]:
    return {"title": f"关于第{n}号事项的通知", "doc_number": f"江办发[2026]{n}号", "kind": "通知",
            "urgency": "加急" if n % 2 else "", "is_telegram": False, "copies": n,
            "written_on": clock.today(), "nature": Nature.HANDLING, "note": ""}  # fmt: skip


def pieces(sender: Sender, count: int) -> list[tuple[intake.Envelope, dict[str, Any]]]:
    given = [facts(n) | {"sender": sender} for n in range(1, count + 1)]
    return [(intake.Envelope(sender, Channel.E_EXCHANGE), each) for each in given]


def told(document: IncomingDocument) -> Any:
    """Return what the tables have about a document, but for keys and moments."""
    own = model_to_dict(document, exclude=["id", "serial", "signed_for_at", "registered_at"])
    names = ("step", "role", "title", "urgency", "due_on", "limit_minutes", "outcome",
             "taken_minutes", "sent_by", "done_by", "on_behalf_of")  # fmt: skip
    items = list(WorkItem.objects.about(document).values_list(*names))
    screen = WorkItem.objects.about(document).open().get()
    entries = [
        (e.action, bool(e.label), e.actor, e.on_behalf_of, e.before, e.after, e.comment,
         {k: v for k, v in e.facts.items() if k not in ("registered_at", "serial")})
        for e in Entry.objects.about(document)
    ]  # fmt: skip
    words = SearchEntry.objects.get(object_id=document.pk).words.replace(document.reference, "")
    return own, items, (screen.title, screen.urgency), entries, words


def test_documents_taken_in_together_are_what_they_are_one_by_one(office: Office) -> None:
    sender = Sender.objects.create(name="江川省财政厅", relation=Relation.SUPERIOR)
    together = many.take_in(pieces(sender, 4), actor=office.clerk, delivery_list="簿")
    singly = []
    for envelope, given in pieces(sender, 4):
        (first,) = intake.sign_for([envelope], actor=office.clerk, delivery_list="簿")
        singly.append(intake.register(first.pk, actor=office.clerk, **given))
    for one, other in zip(together, singly, strict=True):
        for mine, its in zip(told(one), told(other), strict=True):
            assert mine == its
    assert numbers() == [1, 2, 3, 4, 5, 6, 7, 8]
    for document in together:
        check_invariants(document)


def test_any_number_takes_the_same_statements(
    office: Office, django_assert_max_num_queries: Any
) -> None:
    sender = Sender.objects.create(name="江川省财政厅", relation=Relation.SUPERIOR)
    many.take_in(pieces(sender, 1), actor=office.clerk)
    with django_assert_max_num_queries(40):
        many.take_in(pieces(sender, 60), actor=office.clerk)


def test_who_may_not_register_takes_nothing_in(office: Office) -> None:
    sender = Sender.objects.create(name="江川省财政厅", relation=Relation.SUPERIOR)
    with pytest.raises(intake.NotAllowed):
        many.take_in(pieces(sender, 2), actor=office.staff)
    sealed = [(intake.Envelope(sender, Channel.EXCHANGE, is_sealed=True), facts(1))]
    with pytest.raises(Refused):
        many.take_in(sealed, actor=office.clerk)
    assert not IncomingDocument.objects.exists()
    assert not Series.objects.exists()


# From the page to the register


def test_a_long_sheet_is_tried_and_written_by_jobs(office: Office) -> None:
    client = signed_in(office.clerk)
    file = upload(*rows(5))
    first = client.post(PAGE, {"file": file})
    file.seek(0)
    again = client.post(PAGE, {"file": file})  # a double click
    trial = Job.objects.get()
    assert first.headers["Location"] == again.headers["Location"] == trial.get_absolute_url()
    assert trial.arguments["held"] == str(HeldFile.objects.get().pk)
    jobs.run(trial.pk)
    assert not IncomingDocument.objects.exists()
    page = client.get(trial.get_absolute_url()).content.decode()
    assert "可以写入 5 行" in page
    assert trial.title in client.get(PAGE).content.decode()

    answer = client.post(PAGE, {"held": trial.arguments["held"], "write": "1"})
    job = Job.objects.exclude(pk=trial.pk).get()
    assert answer.headers["Location"] == job.get_absolute_url()
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.outcome) == (S.DONE, {"written": 5, "twice": 0})
    assert numbers() == [1, 2, 3, 4, 5]
    assert not HeldFile.objects.exists()
    assert "5 件已经登记" in client.get(job.get_absolute_url()).content.decode()
    assert client.post(PAGE, {"held": trial.arguments["held"], "write": "1"}).status_code == 409
    assert Notice.objects.filter(recipient=office.clerk, key__startswith="job-").count() == 2


def test_a_short_sheet_is_tried_and_written_at_once(office: Office) -> None:
    client = signed_in(office.clerk)
    page = client.post(PAGE, {"file": upload(*rows(2))})
    assert "可以写入 2 行" in page.content.decode()
    assert "写入后每一件都待初审" in page.content.decode()
    pk = HeldFile.objects.get().pk
    assert client.post(PAGE, {"held": pk, "write": "1"}).status_code == 302
    assert client.post(PAGE, {"held": pk, "write": "1"}).status_code == 409
    assert numbers() == [1, 2]
    assert not Job.objects.exists()


def fetched(client: Client, job: Job) -> bytes:
    answer: Any = client.get(reverse("office:job-file", args=[job.pk]))
    return b"".join(answer.streaming_content)


def test_wrong_rows_come_back_as_a_sheet_that_is_mended_and_imported(office: Office) -> None:
    client = signed_in(office.clerk)
    wrong = [row(3, 成文日期="昨天"), row(4, 标题="")]
    client.post(PAGE, {"file": upload(*rows(2), *wrong)})
    trial = Job.objects.get()
    jobs.run(trial.pk)
    trial.refresh_from_db()
    assert (trial.outcome["good"], trial.outcome["bad"]) == (2, 2)
    page = client.get(trial.get_absolute_url()).content.decode()
    assert "2 行要改正" in page
    assert "第 4 行" in page
    assert 'name="write"' not in page
    mended = load_workbook(io.BytesIO(fetched(client, trial)))
    sheet = mended.worksheets[0]
    heading = [cell.value for cell in sheet[1]]
    sheet.cell(4, heading.index("成文日期") + 1, "2026-03-09")
    sheet.cell(5, heading.index("标题") + 1, "关于第4号事项的通知")
    file = io.BytesIO()
    mended.save(file)
    client.post(PAGE, {"file": SimpleUploadedFile("改好.xlsx", file.getvalue())})
    second = Job.objects.exclude(pk=trial.pk).get()
    jobs.run(second.pk)
    second.refresh_from_db()
    assert (second.outcome["good"], second.outcome["bad"], second.path) == (4, 0, "")

    # the first one is kept no longer and not written, whatever is sent
    assert [sheet.name for sheet in HeldFile.objects.all()] == ["改好.xlsx"]
    assert client.post(PAGE, {"held": trial.outcome["held"], "write": "1"}).status_code == 409
    assert not IncomingDocument.objects.exists()


def test_wrong_rows_are_not_written_whatever_is_sent(office: Office) -> None:
    client = signed_in(office.clerk)
    sheet = held(office.clerk, *rows(2), row(3, 标题=""))
    client.post(PAGE, {"held": sheet.pk, "write": "1"})
    forced = Job.objects.get(kind=imports.WRITE)
    jobs.run(forced.pk)
    forced.refresh_from_db()
    assert forced.state == S.FAILED
    assert not IncomingDocument.objects.exists()
    assert "没有写入" in client.get(forced.get_absolute_url()).content.decode()


# What is kept of a sheet


def stored() -> bytes:
    """Return everything that lies in the storage, workbooks unpacked."""
    found = b""
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            found += content
            if zipfile.is_zipfile(path):
                with zipfile.ZipFile(path) as archive:
                    found += b"".join(archive.read(name) for name in archive.namelist())
    return found


@pytest.mark.parametrize("count", [1, 4])  # at once, and by a job
@pytest.mark.parametrize("marked", [
    {"标题": "机密★关于某专项的通知"},
    {"标题": "机密★关于某专项的通知", "成文日期": "昨天"},  # wrong in another way, too
    {"备注": "附【秘密】关于某专项的通知"},
])  # fmt: skip
def test_a_classified_title_never_lies_in_the_storage(
    count: int, marked: dict[str, Any], office: Office
) -> None:
    client = signed_in(office.clerk)
    answer = client.post(PAGE, {"file": upload(*rows(count), row(9, **marked))})
    assert answer.status_code == 422
    words = answer.content.decode()
    assert f"第 {count + 2} 行带有密级标志" in words
    assert "某专项" not in words
    for job in Job.objects.all():
        jobs.run(job.pk)
    assert not HeldFile.objects.exists()
    assert "某专项".encode() not in stored()


def test_a_classified_row_of_any_sheet_is_refused(office: Office) -> None:
    workbook = load_workbook(book(row(1)))
    workbook.create_sheet("去年").append(["绝密★关于某专项的通知"])
    file = io.BytesIO()
    workbook.save(file)
    sent = SimpleUploadedFile("簿.xlsx", file.getvalue())
    answer = signed_in(office.clerk).post(PAGE, {"file": sent})
    assert answer.status_code == 422
    assert "去年!1" in answer.content.decode()
    assert "某专项".encode() not in stored()


def test_a_new_trial_lets_go_of_the_one_before(office: Office) -> None:
    client, other = signed_in(office.clerk), held(office.second_clerk, *rows(1))
    paper_waiting = holding.hold(upload(*rows(1)), actor=office.clerk, form_key=uuid4())
    for n in range(4):
        client.post(PAGE, {"file": upload(row(n), name=f"{n}.xlsx")})
    kept = HeldFile.objects.exclude(pk__in=[other.pk, paper_waiting.pk])
    assert [sheet.name for sheet in kept] == ["3.xlsx"]
    assert HeldFile.objects.count() == 3


def test_a_new_trial_leaves_a_sheet_that_a_job_is_at_work_on(office: Office) -> None:
    client = signed_in(office.clerk)
    client.post(PAGE, {"file": upload(*rows(3), name="长.xlsx")})
    client.post(PAGE, {"held": HeldFile.objects.get().pk, "write": "1"})
    client.post(PAGE, {"file": upload(row(7), name="短.xlsx")})
    assert {sheet.name for sheet in HeldFile.objects.all()} == {"长.xlsx", "短.xlsx"}
    jobs.run(Job.objects.get(kind=imports.WRITE).pk)
    assert numbers() == [1, 2, 3]


def test_the_page_names_the_first_wrong_rows_and_says_how_many_more(office: Office) -> None:
    client = signed_in(office.clerk)
    client.post(PAGE, {"file": upload(*[row(n, 标题="") for n in range(40)])})
    trial = Job.objects.get()
    jobs.run(trial.pk)
    trial.refresh_from_db()
    assert (len(trial.outcome["lines"]), trial.outcome["more"]) == (importing.SHOWN, 10)
    assert len(client.get(trial.get_absolute_url()).content) < 60_000


def test_what_is_no_workbook_is_refused_beside_its_field(office: Office) -> None:
    client = signed_in(office.clerk)
    for name, content in (("x.exe", b"MZ"), ("空.xlsx", b""), ("假.xlsx", b"PK\x03\x04broken")):
        answer = client.post(PAGE, {"file": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
        assert "error" in answer.content.decode()
    assert client.post(PAGE, {}).status_code == 422
    assert not HeldFile.objects.exists()


def test_a20_more_texts_than_the_database_can_lock_are_refused_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "MOST_BODIES", 2)
    report = importing.read(book(*[row(n, 正文=f"第{n}段") for n in range(3)]))
    assert "2 rows with a text" in str(report.errors[0])
    assert importing.read(book(row(1, 正文="甲"), row(2, 正文="乙"), row(3))).errors == []


# Who


def test_the_permission_is_asked_again_when_it_is_written(office: Office) -> None:
    job = imports.start(imports.WRITE, held(office.clerk, *rows(3)), actor=office.clerk)
    User.objects.filter(pk=office.clerk.pk).update(roles=["staff"])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == S.FAILED
    assert not IncomingDocument.objects.exists()


def test_who_acts_for_the_clerk_is_written_to_the_trail(office: Office) -> None:
    deputy = seated(office.other_staff, office.clerk)
    job = imports.start(imports.WRITE, held(deputy, *rows(3)), actor=deputy)
    jobs.run(job.pk)
    entries = Entry.objects.filter(action="register")
    assert {(e.actor, e.on_behalf_of) for e in entries} == {(deputy, office.clerk)}
    assert len(entries) == 3


def test_a40_a_job_reads_only_what_its_owner_holds(office: Office) -> None:
    foreign = held(office.second_clerk, *rows(3))
    for kind in (imports.TRIAL, imports.WRITE):
        for key in (str(foreign.pk), "/etc/passwd", "../x", "0", "9" * 30):
            forged = Job.objects.create(
                kind=kind, title="x", arguments={"held": key}, asked_by=office.clerk
            )
            jobs.run(forged.pk)
            forged.refresh_from_db()
            assert forged.state == S.FAILED
    assert not IncomingDocument.objects.exists()
    answer = signed_in(office.clerk).post(PAGE, {"held": foreign.pk, "write": "1"})
    assert answer.status_code == 409


# Whole or not at all


@contextmanager
def standing_in_the_way() -> Iterator[None]:
    """Hold the series of one class, so that a worker waits in the middle of its transaction."""
    Series.objects.create(name="incoming-subordinate", year=clock.today().year)
    with transaction.atomic():
        Series.objects.select_for_update().get(name="incoming-subordinate")
        yield


def until(true: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "it did not come to pass in time"
        time.sleep(0.02)


def in_thread(pk: int) -> threading.Thread:
    def work() -> None:
        try:
            jobs.run(pk)
        finally:
            connections.close_all()

    thread = threading.Thread(target=work)
    thread.start()
    return thread


def waits_for_a_lock() -> bool:
    """Tell whether somebody in this database waits, as it is now and not as this block began."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        return bool(cursor.fetchone()[0])


@pytest.mark.django_db(transaction=True)
def test_progress_is_seen_and_a_cancelled_job_leaves_nothing_even_at_its_very_end() -> None:
    office = make_office()
    last = row(6, 来文类别="下级", 来文单位="某区局")  # in the last chunk
    job = imports.start(imports.WRITE, held(office.clerk, *rows(5), last), actor=office.clerk)
    with standing_in_the_way():
        thread = in_thread(job.pk)
        until(waits_for_a_lock)
        job.refresh_from_db()
        assert (job.state, job.done, job.total) == (S.RUNNING, 3, 6)
        assert not IncomingDocument.objects.exists()
        jobs.cancel(job.pk, actor=office.clerk)
    thread.join(60)
    job.refresh_from_db()
    assert job.state == S.CANCELLED
    assert not IncomingDocument.objects.exists()
    assert not WorkItem.objects.exists()
    assert not Series.objects.exclude(name="incoming-subordinate").exists()
    assert HeldFile.objects.count() == 1

    again = imports.start(imports.WRITE, HeldFile.objects.get(), actor=office.clerk)
    jobs.run(again.pk)
    assert numbers() == [1, 1, 2, 3, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_in_the_middle_leaves_nothing_and_its_job_is_ended() -> None:
    office = make_office()
    last = row(6, 来文类别="下级", 来文单位="某区局")
    job = imports.start(imports.WRITE, held(office.clerk, *rows(5), last), actor=office.clerk)
    with standing_in_the_way():
        worker = process(job.pk)
        until(waits_for_a_lock)
        assert jobs.recover() == 0  # it lives
        os.kill(worker.pid, signal.SIGKILL)
        worker.wait()
    until(jobs.recover)
    job.refresh_from_db()
    assert job.state == S.FAILED
    assert job.message
    assert not IncomingDocument.objects.exists()
    assert Notice.objects.filter(key=f"job-{job.pk}").count() == 1
    again = imports.start(imports.WRITE, HeldFile.objects.get(), actor=office.clerk)
    jobs.run(again.pk)
    assert numbers() == [1, 1, 2, 3, 4, 5]
    assert jobs.recover() == 0


def process(pk: int) -> subprocess.Popen[bytes]:
    """Run a job as a worker does, in a process of its own."""
    database = settings.DATABASES["default"]
    home = f"{database['USER']}@:{database['PORT']}/{database['NAME']}"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "office.settings",
        "OFFICE_VAR": str(settings.VAR),
        "OFFICE_SECRET_KEY": "only for this test",
        "OFFICE_MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "OFFICE_DATABASE_URL": f"postgres://{home}?host={quote(database['HOST'])}",
        "OFFICE_REDIS_URL": settings.REDIS_URL,
    }
    code = (
        "import django; django.setup();"
        "from documents.book import importing; importing.CHUNK = 2;"
        f"from office.jobs import services; services.run({pk})"
    )
    return subprocess.Popen([sys.executable, "-c", code], env=environment)


@pytest.mark.django_db(transaction=True)
def test_a24_two_clerks_who_import_the_same_sheet_at_once_write_it_once() -> None:
    office = make_office()
    pair = [
        imports.start(imports.WRITE, held(clerk, *rows(6)), actor=clerk)
        for clerk in (office.clerk, office.second_clerk)
    ]
    for thread in [in_thread(job.pk) for job in pair]:
        thread.join(60)
    outcomes = [Job.objects.get(pk=job.pk).outcome for job in pair]
    assert sorted(o["written"] for o in outcomes) == [0, 6]
    assert sorted(o["twice"] for o in outcomes) == [0, 6]
    assert numbers() == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_who_registers_meanwhile_gets_the_number_after_the_last() -> None:
    office = make_office()
    sender = Sender.objects.create(name="省厅", relation=Relation.SUPERIOR)
    (piece,) = intake.sign_for([intake.Envelope(sender, Channel.EXCHANGE)], actor=office.clerk)
    last = row(6, 来文类别="下级", 来文单位="某区局")
    job = imports.start(imports.WRITE, held(office.clerk, *rows(5), last), actor=office.clerk)

    def register() -> None:
        intake.register(piece.pk, actor=office.clerk, **paper(sender=sender))
        connections.close_all()

    with standing_in_the_way():
        importer = in_thread(job.pk)
        until(waits_for_a_lock)
        other = threading.Thread(target=register)
        other.start()
        time.sleep(0.3)
    importer.join(60)
    other.join(60)
    superior = IncomingDocument.objects.filter(receipt_class=Relation.SUPERIOR)
    given = superior.order_by("serial").values_list("serial", flat=True)
    assert list(given) == [1, 2, 3, 4, 5, 6]


@pytest.mark.django_db(transaction=True)
def test_others_register_while_a_long_sheet_is_laid_in() -> None:
    office = make_office()
    sender = Sender.objects.create(name="省厅", relation=Relation.SUPERIOR)
    (piece,) = intake.sign_for([intake.Envelope(sender, Channel.EXCHANGE)], actor=office.clerk)
    last = row(6, 来文类别="下级", 来文单位="某区局")  # in the last chunk
    job = imports.start(imports.WRITE, held(office.clerk, *rows(5), last), actor=office.clerk)
    with transaction.atomic():
        Sender.objects.create(name="某区局", relation=Relation.SUBORDINATE)
        importer = in_thread(job.pk)
        until(waits_for_a_lock)
        intake.register(piece.pk, actor=office.clerk, **paper(sender=sender))
    importer.join(60)
    superior = IncomingDocument.objects.filter(receipt_class=Relation.SUPERIOR)
    assert superior.get(pk=piece.pk).serial == 1
    assert {row.serial for row in superior} == {1, 2, 3, 4, 5, 6}


def in_the_web(client: Client, url: str, data: dict[str, Any]) -> Any:
    """Send a form from a thread of the web server, with a connection of its own."""

    def send() -> Any:
        try:
            return client.post(url, data)
        finally:
            connections.close_all()

    with ThreadPoolExecutor(1) as pool:
        return pool.submit(send).result(20)


@pytest.mark.django_db(transaction=True)
def test_who_would_wait_for_an_import_is_told_so_and_loses_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(locks, "SECONDS", 0.2)
    office = make_office()
    client, sheet = signed_in(office.clerk), held(office.clerk, row(1))
    Sender.objects.create(name=SENDER, relation=Relation.SUBORDINATE)
    new = reverse("documents:incoming-new")
    with standing_in_the_way():
        answer = in_the_web(client, new, fields())
        assert answer.status_code == 409
        assert "请过几分钟再登记" in answer.content.decode()
        assert "还没有登记，填写的内容都在" in answer.content.decode()
        assert TITLE in answer.content.decode()
    assert not IncomingDocument.objects.exists()
    with transaction.atomic():  # a sender that an import has taken in and not written yet
        Sender.objects.create(name="江川省新厅", relation=Relation.SUPERIOR)
        answer = in_the_web(client, new, fields(sender="江川省新厅"))
        assert answer.status_code == 409
        assert "请过几分钟再试" in answer.content.decode()
        transaction.set_rollback(True)
    with transaction.atomic():
        importing._one_at_a_time()
        answer = in_the_web(client, PAGE, {"held": sheet.pk, "write": "1"})
        assert answer.status_code == 409
    assert client.post(PAGE, {"held": sheet.pk, "write": "1"}).status_code == 302
    assert client.post(new, fields()).status_code == 302
