"""Long work: done once, followed, cancelled, and only its owner's."""

import datetime as dt
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import default_storage
from django.test import Client

from office import clock
from office.errors import Refused
from office.jobs import registry, services
from office.jobs.models import Job
from office.notifications.models import Notice
from office.people.models import User
from tests.office.factories import ActingFactory
from tests.office.rows import person as anybody

pytestmark = pytest.mark.django_db
NEEDED = "documents.read_incoming"  # what every member of staff may


def person(name="王一", **given):
    return anybody(name, "staff", **given)


def sheet(arguments, actor, progress):
    progress(1, 2)
    words = f"{arguments['query']} {actor.seat.name}".encode()
    return registry.Result(io.BytesIO(words), "收文.xlsx", "text/plain", "两行")


def refused(arguments, actor, progress):
    raise Refused("本年已封账")


def invalid(arguments, actor, progress):
    raise ValidationError(["第 3 行没有标题", "第 9 行日期不对"])


def broken(arguments, actor, progress):
    raise ZeroDivisionError


@pytest.fixture(autouse=True)
def works(monkeypatch):
    names = ("sheet", "refused", "invalid", "broken")
    works = {name: registry.Kind(NEEDED, f"{__name__}.{name}") for name in names}
    monkeypatch.setattr(registry, "WORKS", works)


def begin(kind, actor):
    return services.start(kind, "导出收文登记簿", {"query": "state=open"}, actor=actor)


def test_a_job_ends_with_a_file_and_a_notice_for_its_owner():
    owner = person("王一")
    owner.acting_for = person("李二", username="li")
    ActingFactory(absent=owner.acting_for, deputy=owner)
    job = begin("sheet", owner)

    assert services.run(job.pk)

    job.refresh_from_db()
    assert (job.state, job.name, job.message) == (Job.State.DONE, "收文.xlsx", "两行")
    assert Notice.objects.get().url == job.get_absolute_url()
    client = Client()
    client.force_login(owner, backend="office.people.backends.OfficeBackend")
    client.post("/seat/", {"seat": owner.acting_for.pk})
    answer = client.get(f"/jobs/{job.pk}/file")
    assert b"".join(answer.streaming_content).decode() == "state=open 李二"
    assert answer["Content-Disposition"].startswith("attachment;")


def test_a_job_of_a_kind_that_is_named_otherwise_now_is_still_shown(monkeypatch):
    owner = person()
    job = begin("sheet", owner)
    assert services.run(job.pk)
    monkeypatch.delitem(registry.WORKS, "sheet")
    client = Client()
    client.force_login(owner, backend="office.people.backends.OfficeBackend")
    page = client.get(job.get_absolute_url())
    assert page.status_code == 200
    assert job.title in page.content.decode()
    assert f"/jobs/{job.pk}/file" not in page.content.decode()
    assert client.get(f"/jobs/{job.pk}/file").status_code == 404  # nobody knows who may have it


def test_two_workers_do_a_job_once():
    job = begin("sheet", person())
    assert [services.run(job.pk), services.run(job.pk)] == [True, False]
    assert Notice.objects.count() == 1


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [("refused", "本年已封账"), ("invalid", "第 3 行没有标题\n第 9 行日期不对")],
)
def test_a_job_that_may_not_be_done_says_why(kind, sentence):
    job = begin(kind, person())
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.message) == (Job.State.FAILED, sentence)


def test_a_bug_is_logged_and_said_in_words():
    job = begin("broken", person())
    with pytest.raises(ZeroDivisionError):
        services.run(job.pk)
    job.refresh_from_db()
    assert job.state == Job.State.FAILED
    assert job.message


def test_a_cancelled_job_stops_at_its_next_step():
    owner = person()
    job = begin("sheet", owner)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING)
    services.cancel(job.pk, actor=owner)
    with pytest.raises(services.Cancelled):
        services._Progress(job)(1, 2)
    job.refresh_from_db()
    assert job.state == Job.State.CANCELLED


def test_a40_only_listed_work_is_done():
    with pytest.raises(KeyError):
        begin("os.system", person())
    job = Job.objects.create(kind="os.system", title="x", asked_by=person())
    with pytest.raises(KeyError):
        services.run(job.pk)


def test_a2_a_job_is_its_owners_only():
    job = begin("sheet", person("王一"))
    services.run(job.pk)
    client = Client()
    client.force_login(
        person("李二", username="li"), backend="office.people.backends.OfficeBackend"
    )
    for path, method in [("", "get"), ("file", "get"), ("cancel", "post")]:
        assert getattr(client, method)(f"/jobs/{job.pk}/{path}").status_code == 404


def test_a_job_is_watched_on_its_page_and_asked_for_again_only_while_it_runs():
    owner = person()
    client = Client()
    client.force_login(owner, backend="office.people.backends.OfficeBackend")
    job = begin("sheet", owner)
    Job.objects.filter(pk=job.pk).update(state=Job.State.RUNNING, done=7900, total=12486)

    running = client.get(f"/jobs/{job.pk}/").content.decode()
    assert 'hx-trigger="every 1s"' in running
    assert '<progress max="12486" value="7900">63%</progress>' in running
    panel = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"}).content.decode()
    assert panel.lstrip().startswith('<section id="job"')

    Job.objects.filter(pk=job.pk).update(state=Job.State.WAITING)
    services.run(job.pk)
    over = client.get(f"/jobs/{job.pk}/").content.decode()
    assert "hx-trigger" not in over
    assert f"/jobs/{job.pk}/file" in over


def fetched(owner, job):
    client = Client()
    client.force_login(owner, backend="office.people.backends.OfficeBackend")
    return client.get(f"/jobs/{job.pk}/file").status_code


def test_what_a_job_made_is_not_fetched_once_the_role_is_gone():
    owner = person()
    job = begin("sheet", owner)
    services.run(job.pk)
    assert fetched(owner, job) == 200
    User.objects.filter(pk=owner.pk).update(roles=["security_officer"])
    assert fetched(owner, job) == 403


def test_what_a_job_made_for_somebody_is_fetched_only_from_his_seat():
    deputy, absent = person(), person("李二", username="li")
    deputy.acting_for = absent
    job = begin("sheet", deputy)
    services.run(job.pk)
    assert fetched(deputy, job) == 403


def test_a_job_is_not_done_for_who_lost_the_role_meanwhile():
    owner = person()
    job = begin("sheet", owner)
    User.objects.filter(pk=owner.pk).update(roles=[])
    services.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.path) == (Job.State.FAILED, "")


def test_what_a_job_made_is_deleted_after_its_time_and_said_so():
    owner = person()
    made = []
    for _n in range(2):  # one after the other: asked for at once they would be one
        made.append(begin("sheet", owner))
        services.run(made[-1].pk)
        made[-1].refresh_from_db()
    old, new = made
    ended = clock.now() - dt.timedelta(days=services.KEPT_DAYS, minutes=1)
    Job.objects.filter(pk=old.pk).update(finished_at=ended)

    assert [services.sweep(), services.sweep()] == [1, 0]

    assert not default_storage.exists(old.path)
    assert default_storage.exists(new.path)
    client = Client()
    client.force_login(owner, backend="office.people.backends.OfficeBackend")
    assert client.get(f"/jobs/{old.pk}/file").status_code == 404
    assert "已过保留期" in client.get(old.get_absolute_url()).content.decode()
    assert client.get(f"/jobs/{new.pk}/file").status_code == 200
