"""What the record says of words taken back, and the desk of work one owes in one's own name."""

import pytest
from django.http import QueryDict
from django.utils import translation

from documents.book.pages import on_screen
from documents.receipt import track
from documents.receipt.plan import POINTS, Plan
from documents.receipt.services.assignment import instruct, name_handler, propose
from documents.receipt.services.closing import answer
from documents.receipt.services.intake import reject
from documents.receipt.services.returning import withdraw
from documents.receipt.workflow import State
from documents.reference.models import StepLimit
from office.desk.models import WorkItem
from office.templatetags.office import day
from tests.documents.factories import fresh, walk

pytestmark = pytest.mark.django_db


def test_words_that_were_taken_back_are_struck_out(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards)
    propose(
        row.pk, actor=office.director, opinion="写错了的意见", plan=plan, leaders=[office.principal]
    )
    withdraw(row.pk, actor=office.director)
    client.force_login(office.director, backend="office.people.backends.OfficeBackend")

    page = client.get(row.get_absolute_url()).content.decode()

    assert "<s>写错了的意见</s>" in page


@pytest.mark.parametrize(
    ("leaders", "words", "buttons"),
    [
        (0, "Proposed and assigned. Now with", []),
        (2, "Proposed, to be instructed. Now with Principal",
         ["Agree, on to Deputy", "Agree and assign"]),
    ],
)  # fmt: skip
def test_the_page_says_where_a_proposal_went_and_the_button_whither_next(
    client, office, leaders, words, buttons
):
    row = walk(None, to=State.SCREENED, office=office)
    bench = [office.principal, office.deputy][:leaders]
    given = {"opinion": "拟办", "lead_unit": office.standards.pk, "due_on": "2026-12-31"}
    turns = {f"turn-{leader.pk}": n for n, leader in enumerate(bench, 1)}
    step = f"{row.get_absolute_url()}propose/"
    backend = "office.people.backends.OfficeBackend"
    for person in (office.director, *bench):
        person.language = "en"
        person.save()
    client.force_login(office.director, backend=backend)
    page = client.post(step, given | turns, follow=True).content.decode()
    assert words in page
    for leader, button in zip(bench, buttons, strict=True):
        client.force_login(leader, backend=backend)
        page = client.get(row.get_absolute_url()).content.decode()
        assert f">{button}</button>" in page
        instruct(row.pk, actor=leader, opinion="同意。")


def test_the_trail_shows_every_opinion_at_its_step_and_what_was_set(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards)
    propose(row.pk, actor=office.director, opinion="写错了的意见", plan=plan)
    withdraw(row.pk, actor=office.director)
    propose(row.pk, actor=office.director, opinion="拟请标准信息科办理。", plan=plan)
    row = fresh(row)

    noted = track.trail(row, list(row.opinions.all()))
    said = {words.text: one.entry.action for one in noted for words in one.words}
    assert said["写错了的意见"] == said["拟请标准信息科办理。"] == "propose"
    assert sorted(said) == sorted(row.opinions.values_list("text", flat=True))
    last = [one for one in noted if one.entry.action == "propose"][-1]
    assert ("lead unit", office.standards.name) in last.facts
    client.force_login(office.director, backend="office.people.backends.OfficeBackend")
    page = client.get(f"{row.get_absolute_url()}trail/").content.decode()
    assert "<s>写错了的意见</s>" in page
    assert '<blockquote class="say">拟请标准信息科办理。</blockquote>' in page


def test_words_written_at_a_step_are_not_said_twice_in_the_trail(office):
    row = walk(None, to=State.REGISTERED, office=office)
    reject(row.pk, actor=office.screener, points=POINTS[:3], opinion="未经会签，退回。")
    row = fresh(row)

    noted = track.trail(row, list(row.opinions.all()))[-1]

    assert (noted.entry.comment, noted.comment) == ("未经会签，退回。", "")
    assert [words.text for words in noted.words] == ["未经会签，退回。"]


def test_the_register_says_whose_limit_it_shows(office):
    StepLimit.objects.create(step="propose", hours=4, urgent_hours=2, extra_hours=1)
    row = walk(None, to=State.SCREENED, office=office)

    def shown():
        (line,) = on_screen(QueryDict(), office.clerk).rows
        return line["due"]

    assert shown() == f"Propose by {day(fresh(row).open_items[0].due_on)}"
    propose(row.pk, actor=office.director, opinion="拟请办理。", plan=Plan(office.standards))
    assert shown() == f"to be closed by {day(fresh(row).due_on)}"
    walk(fresh(row), to=State.CLOSED, office=office)
    (line,) = on_screen(QueryDict("view=all"), office.clerk).rows
    assert line["due"] == f"closed on {day(fresh(row).closed_at)}"


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (State.SIGNED_FOR, "Waiting for Registry clerk to register"),
        (State.REGISTERED, "Waiting for Office staff to screen"),
        (State.SCREENED, "Waiting for Office director to propose"),
        (State.PROPOSED, "Waiting for Principal to instruct"),
        (State.ASSIGNED, "Waiting for 标准信息科 to handle"),
        (State.HANDLING, "Waiting for Staff to handle"),
        (State.HANDLED, "Waiting for Staff to answer"),
        (State.ANSWERED, "Waiting for Registry clerk to close"),
        (State.CIRCULATING, "Waiting for 2 readers"),
        (State.CLOSED, "Closed"),
    ],
)
def test_who_owes_nothing_is_told_whom_it_waits_for(client, office, state, words):
    row = walk(None, to=state, office=office)
    client.force_login(office.archivist, backend="office.people.backends.OfficeBackend")
    office.archivist.language = "en"
    office.archivist.save()
    page = client.get(row.get_absolute_url()).content.decode()
    assert f'<span class="step">{words}<small' in page


def test_a_copy_to_be_read_is_called_so(client, office):
    row = walk(None, to=State.CIRCULATING, office=office)
    reader = row.readers.order_by("pk")[0].reader
    client.force_login(reader, backend="office.people.backends.OfficeBackend")
    page = client.get(row.get_absolute_url()).content.decode()
    assert '<span class="step">待阅<small' in page
    assert "等待已阅" not in page


def test_whom_it_waits_for_in_the_words_of_the_office(office):
    row = walk(None, to=State.PROPOSED, office=office)
    sealed = walk(None, to=State.SEALED, office=office)
    with translation.override("zh-hans"):
        assert row.waits_for == "待Principal批示"
        assert sealed.waits_for == "待机要员领取"


def parts_of(client, row):
    form = client.get(row.get_absolute_url()).context["form"]
    return [(p.unit.name, p.head, p.is_ticked, p.leads) for p in form.proposed]


def test_a_leader_finds_the_proposal_ticked_and_changes_it_in_the_list(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards, assist_units=[office.data])
    propose(
        row.pk, actor=office.director, opinion="拟办", plan=plan,
        leaders=[office.principal, office.deputy],
    )  # fmt: skip
    client.force_login(office.principal, backend="office.people.backends.OfficeBackend")
    assert parts_of(client, row) == [
        ("标准信息科", "Head", True, True), ("质量数据科", "Other_Head", True, False),
    ]  # fmt: skip
    form = client.get(row.get_absolute_url()).context["form"]
    assert [part.unit for part in form.others] == [office.bureau]
    assert form.turns_to_come == "Deputy"

    url = f"{row.get_absolute_url()}instruct/"
    given = {"opinion": "", "lead_unit": office.bureau.pk, "assist_units": [office.data.pk]}
    answer = client.post(url, given | {"due_on": form["due_on"].value()})
    assert answer.status_code == 422  # the words are missing: the ticks stay as they were set
    kept = answer.context["form"]
    assert [(p.unit, p.leads) for p in kept.others if p.is_ticked] == [(office.bureau, True)]
    assert [p.is_ticked for p in kept.proposed] == [False, True]

    given |= {"opinion": "同意", "assist_units": [office.standards.pk, office.bureau.pk]}
    assert client.post(url, given | {"due_on": form["due_on"].value()}).status_code == 302
    row = fresh(row)
    assert row.lead_unit == office.bureau
    assert [part.unit for part in row.open_assists] == [office.standards]


def test_a_head_sees_a_document_once_though_his_unit_may_claim_it(office):
    row = walk(None, to=State.ASSIGNED, office=office)

    mine = WorkItem.objects.about(row).open().owed_by(office.head).filter(reading=False)
    others = WorkItem.objects.about(row).open().owed_by(office.staff).filter(reading=False)

    assert [item.step for item in mine] == ["name_handler"]
    assert [item.step for item in others] == ["claim"]


def page_of(client, user, row, query=""):
    client.force_login(user, backend="office.people.backends.OfficeBackend")
    return client.get(f"{row.get_absolute_url()}{query}").content.decode()


def test_a_handler_who_waits_for_another_unit_is_told_so_and_may_urge(client, office):
    row = walk(None, to=State.SCREENED, office=office)
    plan = Plan(lead_unit=office.standards, assist_units=[office.data])
    propose(row.pk, actor=office.director, opinion="拟请办理。", plan=plan)
    name_handler(row.pk, actor=office.head, handler=office.staff)

    page = page_of(client, office.staff, row)

    assert office.data.name in page.split('class="side')[1].split("</h3>")[0]
    assert 'href="?do=urge#act"' in page


def test_nothing_stands_on_a_return_slip_as_not_met_by_omission(client, office):
    row = walk(None, to=State.REGISTERED, office=office)
    client.force_login(office.screener, backend="office.people.backends.OfficeBackend")
    where = f"{row.get_absolute_url()}reject/"
    assert client.post(where, {"opinion": "未会签。"}).status_code == 422
    assert fresh(row).state == State.REGISTERED
    ticked = {"points": ["ours", "rules", "form", "drafting"], "opinion": "未会签。"}
    assert client.post(where, ticked).status_code == 302
    assert fresh(row).state == State.REJECTED


def test_words_given_taken_back_and_given_again_each_stand_by_their_own_step(office):
    row = walk(None, to=State.HANDLED, office=office)
    for words in ("第一次答复", "第二次答复"):
        answer(row.pk, actor=office.staff, method="document", to="来文单位", text=words)
        if words == "第一次答复":
            withdraw(row.pk, actor=office.staff)
    row = fresh(row)
    lines = [line for line in track.build(row, list(row.opinions.all())) if line.words]
    said = [[words.text for words in line.words] for line in lines]
    assert ["第一次答复"] in said and ["第二次答复"] in said


def test_after_a_step_the_next_thing_on_the_desk_is_one_tap_away(client, office):
    first, second = (walk(None, to=State.PROPOSED, office=office) for _ in range(2))
    client.force_login(office.principal, backend="office.people.backends.OfficeBackend")
    where = f"{first.get_absolute_url()}instruct/"
    said = {"quick": "同意。", "lead_unit": office.standards.pk, "due_on": first.due_on}
    page = client.post(where, said, follow=True).content.decode()
    told = page.split('class="stack-s told"')[1].split("</h3>")[0]
    assert f'href="{second.get_absolute_url()}#act"' in told


def test_an_item_with_a_day_of_its_own_shows_no_step_limit(office):
    for name in ("handle", "screen"):
        StepLimit.objects.create(step=name, hours=4, urgent_hours=2, extra_hours=1)
    row = walk(None, to=State.HANDLING, office=office)
    (item,) = row.open_items
    assert (item.step, item.limit_minutes) == ("handle", None)
    assert walk(None, to=State.REGISTERED, office=office).open_items[0].limit_minutes
