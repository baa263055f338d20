"""What templates say: lights, days, spans, marks."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from office import clock
from office.templatetags import office as tags
from office.workdays import calendar
from office.workdays.models import ExceptionalDay

pytestmark = pytest.mark.django_db
MONDAY = dt.date(2026, 11, 23)


@pytest.fixture(autouse=True)
def monday():
    with clock.at(dt.datetime(2026, 11, 23, 10, tzinfo=timezone.get_current_timezone())):
        calendar.forget()
        yield
    calendar.forget()


@pytest.mark.parametrize(
    ("due", "colour", "number"),
    [
        (dt.date(2026, 11, 18), "red", "3"),
        (dt.date(2026, 11, 21), "red", "1"),  # a Saturday: late, though no workday has passed
        (MONDAY, "amber", ""),
        (dt.date(2026, 11, 24), "amber", "1"),
        (dt.date(2026, 11, 26), "green", "3"),
        (dt.date(2026, 12, 3), "green", "8"),
        (None, "none", ""),
    ],
)
def test_a_light_has_colour_and_words_in_workdays(due, colour, number):
    html = tags.lamp(due)

    assert f"light-{colour}" in html
    assert number in html


def test_a_light_counts_the_days_the_office_really_works():
    ExceptionalDay.objects.create(day=dt.date(2026, 11, 25), kind="holiday", name="测试")
    calendar.forget()

    assert "2" in tags.lamp(dt.date(2026, 11, 26))


def test_what_is_done_is_done_and_a_template_may_ask():
    class Row:
        done_at = clock.now()
        due_on = MONDAY

    html = Template("{% light row %}{% light day %}{% light none %}").render(
        Context({"row": Row(), "day": MONDAY, "none": None})
    )

    assert [c for c in ("done", "amber", "none") if f"light-{c}" in html] == [
        "done",
        "amber",
        "none",
    ]


@pytest.mark.parametrize(
    ("value", "chinese", "english"),
    [
        (MONDAY, "11月23日", "23 Nov"),
        (dt.date(2025, 1, 5), "2025年1月5日", "5 Jan 2025"),
        (dt.datetime(2026, 11, 23, 20, tzinfo=dt.UTC), "11月24日", "24 Nov"),
        (None, "", ""),
    ],
)
def test_days_are_written_as_the_reader_writes_them(value, chinese, english):
    with translation.override("zh-hans"):
        assert tags.day(value) == chinese
    with translation.override("en"):
        assert tags.day(value) == english


def test_moments_weekdays_and_initials():
    with translation.override("zh-hans"):
        assert tags.moment(dt.datetime(2026, 11, 23, 2, 6, tzinfo=dt.UTC)) == "11月23日 10:06"
        assert (tags.weekday(MONDAY), tags.weekday_short(MONDAY)) == ("星期一", "一")
    with translation.override("en"):
        assert (tags.weekday(MONDAY), tags.weekday_short(MONDAY)) == ("Monday", "Mo")
    assert (tags.moment(None), tags.weekday(None), tags.initial("周敏")) == ("", "", "周")


@pytest.mark.parametrize(
    ("span", "words"),
    [
        (None, ""),
        (8, "8 min"),
        (360, "6 h"),
        (90, "1.5 h"),
        (420, "1 d"),
        (630, "1.5 d"),
        (840, "2 d"),
    ],
)
def test_spans_are_in_office_time(span, words):
    with translation.override("en"):
        assert tags.minutes(span) == words


def test_marks_are_the_words_on_the_paper_in_every_language():
    with translation.override("en"):
        assert 'class="mark" lang="zh-Hans">加急' in tags.mark(1)
        assert 'class="mark full" lang="zh-Hans">特急' in tags.mark("特急")
    assert [tags.mark(0), tags.mark(None), tags.mark("平件")] == ["", "", ""]


def test_a_title_breaks_for_sense_and_stays_text():
    title = "江川省局关于开展“一站式”<b>服务</b>的通知"

    assert tags.title_breaks(title) == (
        "江川省局<wbr>关于开展<wbr>“一站式”&lt;b&gt;服务&lt;/b&gt;的通知"
    )
    assert tags.title_breaks("关于调整的通知") == "关于调整的通知"
    assert tags.title_breaks(None) == ""


def test_counts_are_capped():
    assert (tags.capped(99), tags.capped(100), tags.capped(1000, 999)) == ("99", "99+", "999+")
