"""What templates say: lights, days, spans, marks."""

import datetime as dt

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from office import clock
from office.templatetags import office as tags
from office.titles import title_lines
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


TITLES = [
    "江川省市场监督管理局关于开展2026年质量基础设施“一站式”服务成效评估的通知",
    "中共江川省委网络安全和信息化委员会办公室关于征求《江川省政务应用程序管理办法（征求意见稿）》意见的函",
    "江川省人民政府办公厅关于做好寒潮大风天气防范应对工作的紧急通知",
    "审计通知书（2025年度部门预算执行和其他财政财务收支情况）",
    "江政办发明电〔2026〕57号",
    "江川省人民政府办公厅",
]


@pytest.mark.parametrize("title", TITLES)
@pytest.mark.parametrize("most", [9, 13, 17, 20, 29])
def test_a_title_on_paper_has_no_lone_last_sign_and_parts_no_word(title, most):
    """GB/T 9704 7.3.1: 词意完整; nothing is lost, no line is too long, none begins with a mark."""
    lines = title_lines(title, most)

    assert "".join(lines) == title
    assert all(sum(1 if sign >= "\u2010" else 0.5 for sign in line) <= most for line in lines)
    assert len(lines) == 1 or len(lines[-1]) > 2
    for line in lines:
        assert line[0] not in "的》）〕”，" and line[-1] not in "《（〔“"
    for word in ("通知", "2026年", "57号", "质量", "征求意见稿", "办公厅", "信息化"):
        assert title.count(word) == sum(line.count(word) for line in lines)


def test_a_title_on_paper_goes_on_with_the_matter_and_stays_text():
    assert title_lines(TITLES[0], 29) == (
        "江川省市场监督管理局关于开展2026年质量",
        "基础设施“一站式”服务成效评估的通知",
    )
    assert title_lines("关于<b>的函", 20) == ("关于<b>的函",)
    assert tags.title_lines("关于<b>开展自查工作的通知", 8).count("<b>") == 0
    assert (title_lines("", 9), title_lines("x" * 300, 9)) == ((), ("x" * 300,))


def test_counts_are_capped():
    assert (tags.capped(99), tags.capped(100), tags.capped(1000, 999)) == ("99", "99+", "999+")
