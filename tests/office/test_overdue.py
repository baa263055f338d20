"""逾期清单: by unit, on paper, and told to the heads once a week on its first workday."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from office import clock
from office.desk.models import WorkItem
from office.notifications.models import Notice
from office.overdue import services
from office.overdue.tasks import tell_heads
from office.people.models import User
from office.workdays import calendar
from office.workdays.models import ExceptionalDay
from tests.documents import papers
from tests.office.factories import UnitFactory, UserFactory, WorkItemFactory, signed_in

MONDAY = dt.date(2026, 11, 23)


def on(day, hour=8):
    return clock.at(timezone.make_aware(dt.datetime.combine(day, dt.time(hour))))


@pytest.fixture(autouse=True)
def english():
    with translation.override("en"):
        yield


@pytest.fixture
def unit(db):
    calendar.forget()
    yield UnitFactory(name="网络运行科", short_name="网络科")
    calendar.forget()


@pytest.fixture
def head(unit):
    return UserFactory(unit=unit, head=True, roles=["section_head", "staff"], name="高磊")


@pytest.fixture
def late(unit):
    """Two things of the unit are late, one in its pool; one is not; another unit has one."""
    person = UserFactory(unit=unit, name="钱海燕")
    return [
        WorkItemFactory(
            assignee=person, due_on=dt.date(2026, 11, 19), title="关于缓办的通知", urgency=1
        ),
        WorkItemFactory(assignee=None, unit=unit, step="claim", due_on=dt.date(2026, 11, 20)),
        WorkItemFactory(assignee=person, due_on=MONDAY),
        WorkItemFactory(due_on=dt.date(2026, 11, 2)),
    ]


def test_the_list_of_a_unit_holds_what_it_is_late_with(unit, late):
    [section] = services.sections([unit], MONDAY)
    assert section.unit == unit
    assert [(owed.item, owed.late) for owed in section.lines] == [(late[0], 2), (late[1], 1)]
    assert len(services.sections(None, MONDAY)) == 2


def test_the_paper_has_a_section_for_each_unit(unit, late):
    text = papers.text(services.overdue_list(unit, MONDAY))
    assert "逾期事项清单2026年11月23日" in text
    assert "网络运行科2项" in text
    assert papers.squeezed(f"{late[0].reference}加急关于缓办的通知承办钱海燕11月19日2") in text
    assert "共2项" in text
    assert late[3].title not in text
    whole = papers.text(services.overdue_list(None, MONDAY))
    assert papers.squeezed(late[3].title) in whole


def test_nothing_late_is_said_on_paper(unit):
    assert "没有逾期事项" in papers.text(services.overdue_list(unit, MONDAY))


def test_heads_are_told_once_a_week(unit, head, late):
    with on(MONDAY):
        assert tell_heads() == 1
    notice = Notice.objects.get(recipient=head)
    assert notice.text == "网络科: 2 overdue this week; the list is ready to print."
    assert notice.url == f"{reverse('office:overdue')}?unit={unit.pk}"
    for day in range(5):
        with on(MONDAY + dt.timedelta(day)):
            tell_heads()
    assert Notice.objects.count() == 1
    with on(MONDAY + dt.timedelta(7)):
        assert tell_heads() == 1
    assert Notice.objects.count() == 2


def test_a_missed_monday_is_made_up_with_the_list_of_monday(unit, head, late):
    with on(MONDAY + dt.timedelta(2)):
        tell_heads()
    assert "2 overdue" in Notice.objects.get().text  # the third fell due on Monday itself


def test_a_week_that_begins_with_a_holiday_waits_for_its_first_workday(unit, head, late):
    rest = ExceptionalDay.Kind.HOLIDAY
    for n in range(2):
        ExceptionalDay.objects.create(day=MONDAY + dt.timedelta(n), kind=rest, name="x", source="x")
    calendar.forget()
    with on(MONDAY):
        assert tell_heads() == 0
    with on(MONDAY + dt.timedelta(2)):
        assert tell_heads() == 1


def test_who_sees_which_list(unit, head, late):
    other = late[3].assignee.unit
    url = reverse("office:overdue")
    director = UserFactory(roles=["office_director"])
    with on(MONDAY, 10):
        page = signed_in(head).get(url).content.decode()
        assert late[0].title in page
        assert late[3].title not in page
        assert signed_in(head).get(url, {"unit": other.pk}).status_code == 404
        assert signed_in(head).get(url, {"unit": "x"}).status_code == 404
        whole = signed_in(director).get(url).content.decode()
        assert late[3].title in whole
        paper = signed_in(director).get(url, {"unit": unit.pk, "as": "pdf"})
        assert "网络运行科2项" in papers.text(paper.content)
        assert signed_in(late[0].assignee).get(url).status_code == 403


def test_whom_the_list_concerns_is_one_answer_everywhere(unit, head, late):
    """A leader in charge is mailed his units' list: he may open it too."""
    leader = UserFactory(name="赵六")
    director = UserFactory(roles=["office_director"])
    unit.leader = leader
    unit.save()
    people = User.objects.all()
    with on(MONDAY, 10):
        found = {head.pk: {unit.pk}, leader.pk: {unit.pk}, director.pk: None}
        assert services.answering(people) == found
        for person in (head, leader, director, late[0].assignee):
            asks = signed_in(person)
            listed, settings = (asks.get(reverse(f"office:{n}")) for n in ("overdue", "reminders"))
            concerns = person.pk in found
            assert (listed.status_code == 200) == services.may_see(person) == concerns
            assert (b'name="weekly"' in settings.content) == concerns
        people.filter(pk__in=[head.pk, leader.pk]).update(is_active=False)
        assert services.answering(people) == {director.pk: None}
        assert not services.answers_for(head).exists()


def test_the_list_costs_the_same_however_long(unit, head, django_assert_max_num_queries):
    person = UserFactory(unit=unit)
    for _n in range(30):
        WorkItemFactory(assignee=person, due_on=dt.date(2026, 11, 2))
    assert WorkItem.objects.count() == 30
    with django_assert_max_num_queries(4):
        services.sections([unit], MONDAY)
