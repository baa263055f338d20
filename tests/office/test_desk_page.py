"""The desk: what is owed and by when, what one waits for, what is late and whose."""

import datetime as dt
import re

import pytest
from django.utils import timezone

from office import clock
from office.desk import board
from office.desk.models import Urge, WorkItem
from office.workdays import calendar
from office.workdays.models import ExceptionalDay
from tests.office.factories import UnitFactory, UserFactory, WorkItemFactory, signed_in

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday():
    """Stand on Monday, 23 November 2026, ten o'clock."""
    moment = dt.datetime(2026, 11, 23, 10, tzinfo=timezone.get_current_timezone())
    with clock.at(moment):
        calendar.forget()
        yield
    calendar.forget()


def due(days: int) -> dt.date:
    return MONDAY + dt.timedelta(days=days)


def page_of(user, path="/"):
    return signed_in(user).get(path).content.decode()


def test_items_stand_under_their_heading_soonest_first():
    me = UserFactory()
    for days in (10, 4, 0, -3, -5):
        WorkItemFactory(assignee=me, due_on=due(days), title=f"事项{days}")
    WorkItemFactory(assignee=me, due_on=None)

    groups = board.groups(me, board.due_days(me), MONDAY)

    assert [(g.key, g.count, len(g.items)) for g in groups] == [
        ("late", 2, 2), ("today", 1, 1), ("week", 1, 1), ("later", 1, 1), ("none", 1, 1),
    ]  # fmt: skip
    assert [item.due_on for item in groups[0].items] == [due(-5), due(-3)]


def test_the_desk_says_how_much_is_in_hand_and_late():
    me = UserFactory()
    WorkItemFactory(assignee=me, due_on=due(-3), urgency=2, urged=2)
    WorkItemFactory(assignee=me, due_on=due(0))

    page = page_of(me)

    assert "特急" in page
    assert 'id="due-2026-11-20"' in page
    assert 'class="late" href="#due-2026-11-20"' in page
    assert '<b class="n late">2</b>' in page


def test_pools_stand_on_the_desks_of_their_people():
    mine, other = UserFactory(roles=["registry_clerk"]), UserFactory()
    WorkItemFactory(assignee=None, role="registry_clerk", title="待签收")
    WorkItemFactory(assignee=None, unit=mine.unit, title="待认领")

    assert all(words in page_of(mine) for words in ("待签收", "待认领"))
    assert all(words not in page_of(other) for words in ("待签收", "待认领"))


def test_an_empty_desk_says_so():
    assert 'class="blank"' in page_of(UserFactory())


def test_reading_never_counts_as_work():
    me = UserFactory()
    item = WorkItemFactory(assignee=me, reading=True, step="read")

    page = page_of(me)

    assert f'formaction="/reading/done/" name="item" value="{item.pk}"' in page
    assert 'class="verb"' not in page
    assert item.title in page_of(me, "/reading/")


def test_one_urges_what_one_waits_for_and_nothing_else():
    me, they = UserFactory(), UserFactory()
    item = WorkItemFactory(sent_by=me, assignee=they, due_on=due(-1))

    assert signed_in(they).post(f"/desk/{item.pk}/urge/").status_code == 404
    answer = signed_in(me).post(
        f"/desk/{item.pk}/urge/", {"words": "今天要", "next": "//evil.example"}
    )

    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    urge = Urge.objects.get()
    assert (urge.by, urge.to, urge.words) == (me, they, "今天要")
    assert page_of(they).count("red-ink") >= 1


def test_nobody_waits_for_a_pool_of_his_own():
    me = UserFactory(roles=["registry_clerk"])
    for given in (
        {"role": "registry_clerk"}, {"unit": me.unit}, {"role": "registry_clerk", "unit": me.unit},
    ):  # fmt: skip
        WorkItemFactory(sent_by=me, assignee=None, **given)
    theirs = [
        WorkItemFactory(sent_by=me, assignee=None, role="archivist"),
        WorkItemFactory(sent_by=me, assignee=None, unit=UnitFactory()),
        WorkItemFactory(sent_by=me, assignee=UserFactory(unit=me.unit)),
    ]
    assert set(board.waiting(me)) == set(theirs)


def test_a_row_two_people_owe_is_waited_for_in_one_line():
    me, they = UserFactory(), UserFactory()
    head = WorkItemFactory(sent_by=me, object_id=7, step="name_handler", assignee=they)
    WorkItemFactory(sent_by=me, object_id=7, step="claim", assignee=None, unit=they.unit)
    assert [len(wait.items) for wait in board.awaited(me)] == [2]
    signed_in(me).post(f"/desk/{head.pk}/urge/")
    assert Urge.objects.values("item").distinct().count() == 2


def test_an_empty_month_has_no_strip():
    me = UserFactory()
    WorkItemFactory(assignee=me, due_on=due(40))
    assert 'class="strip"' not in page_of(me)
    WorkItemFactory(assignee=me, due_on=due(3))
    assert 'class="strip"' in page_of(me)


def test_urging_an_empty_pool_says_that_nobody_is_there():
    me = UserFactory()
    item = WorkItemFactory(sent_by=me, assignee=None, unit=UnitFactory())

    page = signed_in(me).post(f"/desk/{item.pk}/urge/", follow=True).content.decode()

    assert 'class="notice soft"' in page


def test_opening_is_noted_once_and_only_by_who_owes_it():
    me = UserFactory()
    item = WorkItemFactory(assignee=me)

    assert signed_in(UserFactory()).post(f"/desk/{item.pk}/opened/").status_code == 404
    assert signed_in(me).get(f"/desk/{item.pk}/opened/").status_code == 405
    assert signed_in(me).post(f"/desk/{item.pk}/opened/").headers["Location"] == item.url
    first = WorkItem.objects.get(pk=item.pk).opened_at
    answer = signed_in(me).post(f"/desk/{item.pk}/opened/", headers={"HX-Request": "true"})
    assert answer.status_code == 204
    assert WorkItem.objects.get(pk=item.pk).opened_at == first


def test_directors_and_leaders_see_units_by_what_is_late():
    late, calm = UnitFactory(short_name="迟科"), UnitFactory(short_name="早科")
    WorkItemFactory.create_batch(2, assignee=UserFactory(unit=late), due_on=due(-1))
    WorkItemFactory(assignee=None, unit=calm, due_on=due(1))
    WorkItemFactory(assignee=None, role="registry_clerk")

    bars = board.units(MONDAY).bars

    assert [(bar.late, bar.open) for bar in bars] == [(2, 2), (0, 1), (0, 1)]
    assert bars[0].name == "迟科"
    for role, sees in (("office_director", True), ("leader", True), ("staff", False)):
        assert ('<svg class="chart"' in page_of(UserFactory(roles=[role]))) is sees


def bars_of() -> dict[str, tuple[int, int]]:
    chart = board.units(MONDAY)
    return {bar.name: (bar.late, bar.open) for bar in chart.bars}


def rows_of(client, query: str) -> list[str]:
    page = client.get(f"/desk/units/{query}").content.decode()
    keys = [int(key) for key in re.findall(r'<li id="item-(\d+)"', page)]
    found = WorkItem.objects.in_bulk(keys)
    return [found[key].title for key in keys]


def test_the_pool_of_a_role_is_its_holders_units():
    bureau = UnitFactory(short_name="办公室")
    UserFactory.create_batch(2, unit=bureau, roles=["registry_clerk"])
    UserFactory(unit=UnitFactory(), roles=["registry_clerk"], is_active=False)
    WorkItemFactory(assignee=UserFactory(unit=bureau), due_on=due(1))
    WorkItemFactory(assignee=None, role="registry_clerk", due_on=due(-1))
    assert bars_of() == {"办公室": (1, 2)}


def test_a_pool_of_several_units_or_of_nobody_stands_by_itself():
    for _n in range(2):
        UserFactory(roles=["archivist"])
    WorkItemFactory(assignee=None, role="archivist")
    WorkItemFactory(assignee=None, role="leader", due_on=due(-1))
    assert bars_of() == {"待认领": (1, 2)}


def test_a_document_that_the_head_has_is_not_counted_again_for_the_units_pool():
    unit = UnitFactory(short_name="标准科")
    WorkItemFactory(object_id=1, step="name_handler", assignee=UserFactory(unit=unit))
    WorkItemFactory(object_id=1, step="claim", assignee=None, unit=unit)
    WorkItemFactory(object_id=2, step="claim", assignee=None, unit=unit)
    assert bars_of() == {"标准科": (0, 2)}


def test_every_number_of_the_chart_opens_its_rows():
    bureau, other = UnitFactory(), UnitFactory()
    UserFactory(unit=bureau, roles=["registry_clerk"])
    WorkItemFactory(title="逾期的", assignee=UserFactory(unit=bureau), due_on=due(-2))
    WorkItemFactory(title="池里的", assignee=None, role="registry_clerk", due_on=due(-1))
    WorkItemFactory(title="未到期的", assignee=None, unit=bureau, due_on=due(3))
    WorkItemFactory(title="别科的", assignee=UserFactory(unit=other), due_on=due(-1))
    WorkItemFactory(title="无人的", assignee=None, role="archivist")
    WorkItemFactory(title="待阅的", assignee=UserFactory(unit=bureau), reading=True)
    client = signed_in(UserFactory(roles=["office_director"]))
    desk = client.get("/").content.decode()

    assert rows_of(client, "?late=1") == ["逾期的", "池里的", "别科的"]
    for bar in board.units(MONDAY).bars:
        assert len(rows_of(client, f"?unit={bar.pk}")) == bar.open
        assert len(rows_of(client, f"?unit={bar.pk}&late=1")) == bar.late
        assert f"?unit={bar.pk}" in desk
    assert rows_of(client, f"?unit={bureau.pk}") == ["逾期的", "池里的", "未到期的"]
    assert rows_of(client, "?unit=0") == ["无人的"]
    assert rows_of(client, "?unit=999999") == []
    assert signed_in(UserFactory()).get("/desk/units/").status_code == 403


def test_the_rows_of_a_unit_are_paged():
    me = UserFactory(roles=["leader"])
    WorkItemFactory.create_batch(30, assignee=me, due_on=due(-1))
    client = signed_in(me)
    first = client.get("/desk/units/?late=1").context["page"]
    assert (len(first.rows), len(rows_of(client, f"?{first.older}"))) == (25, 5)


def test_the_system_officer_is_told_of_a_year_without_its_holiday_notice():
    ExceptionalDay.objects.create(day=dt.date(2026, 10, 1), kind="holiday", name="国庆节")
    calendar.forget()

    assert "2027" in page_of(UserFactory(roles=["system_officer"]))
    assert 'class="notice told"' not in page_of(UserFactory())


def test_the_strip_shows_open_items_of_the_month_only():
    me = UserFactory()
    WorkItemFactory(assignee=me, due_on=due(1))
    WorkItemFactory(
        assignee=me, due_on=due(2), done_at=clock.now(), done_by=me, outcome=WorkItem.Outcome.DONE
    )

    days = {d.day: d for d in board.strip(board.due_days(me), MONDAY)}

    assert len(days) == 30
    assert (days[due(1)].count, days[due(2)].count) == (1, 0)
    assert days[due(-1)].is_rest
    assert days[MONDAY].is_today


@pytest.mark.parametrize("count", [1, 100])
def test_the_desk_costs_the_same_however_much_is_owed(django_assert_max_num_queries, count):
    me = UserFactory(roles=["office_director"])
    client = signed_in(me)
    client.get("/")  # content types and the calendar are known from here on
    WorkItemFactory.create_batch(count, assignee=me, due_on=due(1), sent_by=UserFactory())
    WorkItemFactory.create_batch(
        count, assignee=me, reading=True, step="read", sent_by=UserFactory()
    )
    WorkItemFactory.create_batch(count, sent_by=me, assignee=UserFactory())

    with django_assert_max_num_queries(12):
        assert client.get("/").status_code == 200


def test_more_than_a_desk_holds_is_said():
    me = UserFactory()
    WorkItemFactory.create_batch(board.MOST + 1, assignee=me, sent_by=UserFactory())

    assert str(board.MOST + 1) in page_of(me)


def test_a15_a_title_is_text_and_never_markup():
    me = UserFactory(name="<b>x</b>")
    WorkItemFactory(assignee=me, title="<script>alert(1)</script>", reference='"><img src=x>')

    page = page_of(me)

    assert "<script>alert(1)" not in page
    assert "<img src=x" not in page
    assert "<b>x</b>" not in page
