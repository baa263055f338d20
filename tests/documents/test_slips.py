"""Many 收文处理单 in one file: ticked or filtered, at once or by a job that outlives the page."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from documents.book import exports
from documents.receipt.models import IncomingDocument
from documents.receipt.models.choices import Channel
from documents.receipt.services import intake, many
from documents.receipt.workflow import State
from documents.reference.models import Relation, Sender
from office.access import ROLES, Role
from office.errors import Refused
from office.jobs import services as jobs
from office.jobs.models import Job
from office.people.models import User
from tests.documents.factories import Office, paper, signed_for, walk
from tests.documents.papers import pages, squeezed
from tests.office.factories import signed_in

ADDRESS = "/documents/incoming/slips.pdf"


@pytest.fixture
def rows(office: Office) -> list[IncomingDocument]:
    return [walk(None, State.REGISTERED, office) for _ in range(5)]


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let three slips be many, and two a batch."""
    monkeypatch.setattr(exports, "SLIPS_AT_ONCE", 2)
    monkeypatch.setattr(exports, "BATCH", 2)


def fetched(client: Client, job: Job) -> bytes:
    answer: Any = client.get(reverse("office:job-file", args=[job.pk]))
    return b"".join(answer.streaming_content)


def test_a_few_come_at_once(office: Office, rows: list[IncomingDocument]) -> None:
    given = {"row": [row.pk for row in rows[:3]]}
    answer = signed_in(office.clerk).post(ADDRESS, given)
    assert answer["Content-Type"] == "application/pdf"
    read = pages(answer.content)
    assert len(read) == 3
    assert all(squeezed(row.reference) in "".join(read) for row in rows[:3])
    assert not Job.objects.exists()


@pytest.mark.usefixtures("few")
def test_many_ticked_are_printed_by_a_job(office: Office, rows: list[IncomingDocument]) -> None:
    client = signed_in(office.clerk)
    answer = client.post(ADDRESS, {"row": [row.pk for row in rows]})
    job = Job.objects.get()
    assert answer.headers["Location"] == job.get_absolute_url()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "5 份处理单")
    read = pages(fetched(client, job))
    assert all("第1页/共1页" in page for page in read)
    newest_first = [squeezed(row.reference) for row in reversed(rows)]
    assert [number in page for number, page in zip(newest_first, read, strict=True)] == [True] * 5


@pytest.mark.usefixtures("few")
def test_what_is_filtered_is_what_is_printed(office: Office, rows: list[IncomingDocument]) -> None:
    walk(None, State.SCREENED, office)
    signed_for(office)  # has no number yet, and no slip
    client = signed_in(office.clerk)
    page = client.get("/documents/incoming/", {"state": "registered", "sort": "received"})
    assert f"{ADDRESS}?state=registered&amp;sort=received" in page.content.decode()
    client.post(f"{ADDRESS}?state=registered&sort=received", {"all": "1"})
    job = Job.objects.get()
    jobs.run(job.pk)
    job.refresh_from_db()
    read = pages(fetched(client, job))
    oldest_first = [squeezed(row.reference) for row in rows]
    assert [number in page for number, page in zip(oldest_first, read, strict=True)] == [True] * 5


def test_nothing_ticked_is_not_everything(office: Office, rows: list[IncomingDocument]) -> None:
    assert signed_in(office.clerk).post(ADDRESS).status_code == 404
    assert signed_in(office.clerk).get(ADDRESS).status_code == 405


@pytest.mark.usefixtures("few")
def test_a2_a_job_prints_only_what_its_owner_may_see_then(
    office: Office, rows: list[IncomingDocument]
) -> None:
    foreign = walk(None, State.SEALED, office)
    signed_in(office.clerk).post(ADDRESS, {"row": [foreign.pk, *(row.pk for row in rows)]})
    job = Job.objects.get()
    assert job.title == "收文处理单（5 份）"
    User.objects.filter(pk=office.clerk.pk).update(roles=["staff"])
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.path) == (Job.State.FAILED, "")


def test_a2_slips_are_those_of_rows_the_actor_may_see(
    office: Office, rows: list[IncomingDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever prints without reading the whole book prints his unit's slips only."""
    mine, foreign = rows[0], rows[1]
    IncomingDocument.objects.filter(pk=mine.pk).update(lead_unit=office.staff.unit_id)
    printer = ROLES["staff"].permissions | {"documents.print_incoming"}
    monkeypatch.setitem(ROLES, "printer", Role("printer", printer))
    User.objects.filter(pk=office.staff.pk).update(roles=["printer"])
    staff = User.objects.get(pk=office.staff.pk)
    ticked = {"rows": f"{mine.pk},{foreign.pk}"}
    assert exports.slips_asked(ticked, staff) == [mine.pk]
    assert exports.slips_asked({"query": "view=all"}, staff) == [mine.pk]
    assert len(pages(exports.slips_of([mine.pk, foreign.pk], staff))) == 1


@pytest.mark.usefixtures("few")
def test_a_cancelled_job_stops_between_two_batches(
    office: Office, rows: list[IncomingDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    signed_in(office.clerk).post(ADDRESS, {"row": [row.pk for row in rows]})
    job = Job.objects.get()
    monkeypatch.setattr(jobs, "BETWEEN_SECONDS", 0)
    printed: list[int] = []

    def cancel(pks: list[int], actor: User) -> bytes:
        printed.extend(pks)
        jobs.cancel(job.pk, actor=office.clerk)
        return exports.printing.slips(IncomingDocument.objects.filter(pk__in=pks))

    monkeypatch.setattr(exports, "slips_of", cancel)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.path, len(printed)) == (Job.State.CANCELLED, "", 2)


def test_a20_more_than_a_job_prints_is_refused_at_once(
    office: Office, rows: list[IncomingDocument], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "SLIPS_AT_MOST", 4)
    client = signed_in(office.clerk)
    answer = client.post(f"{ADDRESS}?view=all", {"all": "1"})
    assert answer.status_code == 409
    assert not Job.objects.exists()
    with pytest.raises(Refused, match="4 rows"):
        exports.slips_asked({"query": "view=all"}, office.clerk)


@pytest.mark.slow
def test_two_hundred_slips_come_out_of_one_job_whole_and_in_order(office: Office) -> None:
    sender = Sender.objects.create(name="江川省财政厅", relation=Relation.SUPERIOR)
    envelope = intake.Envelope(sender, Channel.EXCHANGE)
    rows = many.take_in(
        [(envelope, paper(sender=sender, title=f"关于第{n}号事项的通知")) for n in range(200)],
        actor=office.clerk,
    )
    client = signed_in(office.clerk)
    client.post(f"{ADDRESS}?view=all", {"all": "1"})
    job = Job.objects.get()
    assert jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.DONE, "200 份处理单")
    read = pages(fetched(client, job))
    newest_first = [squeezed(row.reference) for row in reversed(rows)]
    assert [number in page for number, page in zip(newest_first, read, strict=True)] == [True] * 200
