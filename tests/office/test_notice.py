"""The yearly notice: texts as the State Council's office prints them, and texts with slips."""
# ruff: noqa: E501

import datetime as dt

import chinese_calendar
import pytest

from office.workdays.notice import HOLIDAY, MAKEUP, parse

# The wording of a year with every turn such a notice takes; dates are facts of the calendar.
NOTICE_2026 = """国务院办公厅关于2026年部分节假日安排的通知
各省、自治区、直辖市人民政府：
一、元旦：1月1日（周四）至3日（周六）放假调休，共3天。1月4日（周日）上班。
二、春节：2月15日（农历腊月二十八、周日）至23日（农历正月初七、周一）放假调休，共9天。2月14日（周六）、2月28日（周六）上班。
三、清明节：4月4日（周六）至6日（周一）放假，共3天。
四、劳动节：5月1日（周五）至5日（周二）放假调休，共5天。5月9日（周六）上班。
五、端午节：6月19日（周五）至21日（周日）放假，共3天。
六、中秋节：9月25日（周五）至27日（周日）放假，共3天。
七、国庆节：10月1日（周四）至7日（周三）放假调休，共7天。9月20日（周日）、10月10日（周六）上班。
节假日期间，各地区、各部门要妥善安排好值班和安全、保卫、疫情防控等工作。
"""


def days(text: str, year: int = 2026, kind: str = HOLIDAY) -> list[str]:
    notice = parse(text, year)
    assert notice.problems == []
    return [f"{d.day:%Y-%m-%d}" for d in notice.days if d.kind == kind]


def test_a_whole_year_agrees_with_the_calendar():
    notice = parse(NOTICE_2026, 2000)
    assert notice.problems == []
    assert notice.year == 2026
    assert len([d for d in notice.days if d.kind == HOLIDAY]) == 33
    assert len([d for d in notice.days if d.kind == MAKEUP]) == 6
    for day in notice.days:
        assert chinese_calendar.is_workday(day.day) == (day.kind == MAKEUP), day
    named = {d.day for d in notice.days}
    every = (dt.date(2026, 1, 1) + dt.timedelta(days=n) for n in range(365))
    for day in every:
        if day not in named:
            assert chinese_calendar.is_workday(day) == (day.weekday() < 5), day


@pytest.mark.parametrize(
    ("text", "year", "holidays", "makeups"),
    [
        ("一、元旦：2025年1月1日（周三）放假1天，不调休。", 2025, ["2025-01-01"], []),
        ("元旦：2022年12月31日至2023年1月2日放假调休，共3天。", 2023,
         ["2022-12-31", "2023-01-01", "2023-01-02"], []),
        ("元旦：12月30日至1月1日放假，共3天。", 2024, ["2023-12-30", "2023-12-31", "2024-01-01"], []),
        ("清明节：4月4日（星期一）放假，与周末连休。", 2016, ["2016-04-04"], []),
        ("元旦：1月1日放假，1月2日（星期一）补休。", 2017, ["2017-01-01", "2017-01-02"], []),
        ("二、春节：2月10日至12日放假调休，共3天。2月4日（星期日）、2月18日（星期日）上班。鼓励各单位结合带薪年休假等制度落实，"
         "安排职工在除夕（2月9日）休息。", 2024, ["2024-02-10", "2024-02-11", "2024-02-12"], ["2024-02-04", "2024-02-18"]),
        ("六、国庆节、中秋节：10月1日（周三）至8日（周三）放假调休，共8天。9月28日（周日）、10月11日（周六）上班。", 2025,
         [f"2025-10-0{n}" for n in range(1, 9)], ["2025-09-28", "2025-10-11"]),
        ("元旦：2012年1月1日至3日放假调休，共3天。2011年12月31日（星期六）上班。", 2012,
         ["2012-01-01", "2012-01-02", "2012-01-03"], ["2011-12-31"]),
        ("  二、  中秋节 ：9月25日 (周五) 至 27日（周日）放假，共3天。", 2026, ["2026-09-25", "2026-09-26", "2026-09-27"], []),
        ("劳动节：4月30日至5月2日放假，共3天。", 2026, ["2026-04-30", "2026-05-01", "2026-05-02"], []),
    ],
)  # fmt: skip
def test_every_turn_of_the_wording(text, year, holidays, makeups):
    assert days(text, year) == holidays
    assert days(text, year, MAKEUP) == makeups


@pytest.mark.parametrize(
    "text",
    [
        "元旦：1月1日（周五）至3日（周六）放假，共3天。",  # 1 January 2026 is a Thursday
        "元旦：1月1日至3日放假，共4天。",
        "元旦：1月3日至1日放假，共3天。",
        "元旦：2月30日放假。",
        "元旦：放假三天。",
        "元旦：1月1日至3日放假，共3天。1月5日上班。",  # a Monday
        "春节：1月1日放假。\n元旦：1月1日放假。1月3日上班。\n中秋节：1月3日放假。",
        "劳动节：1日至5日放假。",  # no month
        "各单位要认真做好节假日期间的值班工作。",
        "",
    ],
)
def test_a_slip_is_told_and_nothing_is_guessed(text):
    assert parse(text, 2026).problems
