"""Keyset pages over a table every database has: the exceptional days of the calendar."""

import datetime as dt
import random

import django_filters as filters
import pytest
from django.db import connection
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext

from office.filtering import Filters
from office.listing import CAP, Column, ListPage, capped_counts
from office.workdays.models import ExceptionalDay

pytestmark = pytest.mark.django_db
SORTS = {
    "day": ("day",),
    "name": ("name", "kind"),
    "source": (Coalesce("source", Value("")),),
}
FIELDS = ("pk", "day", "name")


class DayFilter(Filters):
    name = filters.CharFilter(lookup_expr="contains")
    kind = filters.ChoiceFilter(choices=ExceptionalDay.Kind.choices)

    class Meta:
        model = ExceptionalDay
        fields = ["name", "kind"]


@pytest.fixture
def days():
    names = ["春节", "国庆节", "元旦", "", "a'b\"c%_\\"]
    chance = random.Random(7)  # noqa: S311
    first = dt.date(2020, 1, 1)
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(day=first + dt.timedelta(days=n), kind="holiday", name=chance.choice(names),
                       source="通知" if n % 2 else "")
        for n in range(113)
    )  # fmt: skip


def listing(query="", **given):
    values = {"sorts": SORTS, "default": "-day", "fields": FIELDS, "filterset": DayFilter}
    return ListPage(QueryDict(query), ExceptionalDay.objects.all(), **(values | given))


@pytest.mark.parametrize("sort", ["day", "-day", "name", "-name", "source", "-source"])
def test_turning_every_page_forward_and_back_shows_every_row_once_in_order(days, sort):
    page = listing(f"sort={sort}")
    expected = [row.pk for row in page.ordered]
    seen, pages = [], [page]
    while pages[-1].older:
        pages.append(listing(pages[-1].older))
    for one in pages:
        seen += [row["pk"] for row in one.rows]
    assert seen == expected
    assert len(set(seen)) == 113
    assert [len(one.rows) for one in pages] == [25, 25, 25, 25, 13]

    back = [pages[-1]]
    while back[-1].newer:
        back.append(listing(back[-1].newer))
    assert [one.rows for one in back] == [one.rows for one in reversed(pages)]
    assert pages[0].newer == ""


def test_a_page_is_one_query_with_a_row_comparison_and_no_offset(days):
    page = listing(listing().older)
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(page.rows) == 25
        assert page.older
        assert page.newer
    assert len(queries) == 1
    sql = queries[0]["sql"]
    assert '("office_exceptionalday"."day", "office_exceptionalday"."id") <' in sql
    assert "OFFSET" not in sql.upper()


def test_a_row_that_vanishes_between_two_pages_moves_nothing(days):
    first = listing()
    ExceptionalDay.objects.filter(pk__in=[row["pk"] for row in first.rows[-3:]]).delete()
    assert listing(first.older).rows[0]["day"] == first.rows[-1]["day"] - dt.timedelta(days=1)


def test_filters_and_sort_stay_in_the_address_and_the_place_does_not_leak_into_them(days):
    page = listing("name=春节&sort=day&page=9&as=xlsx")
    assert page.rows == sorted(page.rows, key=lambda row: row["day"])
    assert {row["name"] for row in page.rows} == {"春节"}
    assert "name=%E6%98%A5%E8%8A%82" in page.query
    assert "as=" not in page.query
    assert page.headings["day"].direction == "ascending"
    assert (
        page.headings["day"].query.endswith("sort=-day")
        or "sort=-day" in page.headings["day"].query
    )
    assert page.headings["name"].direction == ""
    assert page.is_filtered


def test_an_invalid_filter_is_said_and_not_obeyed(days):
    page = listing("kind=nothing")
    assert "kind" in page.filter.form.errors
    assert len(page.rows) == 25


EVIL = [
    "sort=id;drop table office_exceptionalday",
    "sort=-day__year",
    "sort=password",
    "sort=name' OR '1'='1",
    "sort=?",
    "sort=--day",
    "after=WyIyMDI2LTAxLTAxJyBPUiAnMSc9JzEiLDFd",
    "after=WyIyMDI2LTEzLTQwIiwxXQ",
    "after=W251bGwsbnVsbF0",
    "after=" + "A" * 5000,
    "after=W1siMjAyNi0wMS0wMSJdLDFd",
    "after=%00&before=%F0%9F",
    "after=WyIyMDI2LTAxLTAxIiw5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OTk5OV0",
    "before=WzEsIngiXQ",
    "after=WzEsMl0&before=WzEsMl0",
    "name=%25%27%3B--&kind=holiday%00",
    "name=__class__&_connector=OR%201%3D1&_negated=1&pk__in=1",
    "day__gt=2020-01-01&name__regex=.*&office__user=1",
]


@pytest.mark.parametrize("query", EVIL)
def test_a13_nothing_from_the_address_reaches_sql_but_as_a_parameter(days, query):
    page = listing(query)
    with CaptureQueriesContext(connection) as queries:
        rows = page.rows
        assert page.older is not None
    assert len(rows) <= 25
    ordering = queries[0]["sql"].rpartition("ORDER BY")[2] if queries.captured_queries else ""
    assert "drop" not in ordering
    assert "password" not in ordering
    assert ExceptionalDay.objects.count() == 113


def test_a13_an_unknown_order_is_the_default_one(days):
    assert listing("sort=kind").rows == listing().rows
    assert listing("sort=-nothing").sort == "-day"


def test_many_counts_are_one_statement_and_stop_at_the_cap(days):
    first = dt.date(2000, 1, 1)
    ExceptionalDay.objects.bulk_create(
        ExceptionalDay(day=first + dt.timedelta(days=n), kind="makeup", name="班")
        for n in range(1500)
    )
    every = ExceptionalDay.objects.all()
    with CaptureQueriesContext(connection) as queries:
        counts = capped_counts({
            "all": every,
            "holiday": every.filter(kind="holiday"),
            "none": every.none(),
            "odd": every.filter(name__contains="%"),
        })  # fmt: skip
    assert len(queries) == 1
    assert counts["all"] == CAP + 1
    assert counts["holiday"] == 113
    assert counts["none"] == 0
    assert counts["odd"] == ExceptionalDay.objects.filter(name__contains="%").count()
    assert capped_counts({"none": every.none()}) == {"none": 0}
    assert listing().count == CAP + 1
    assert listing("kind=holiday").count == 113


def test_lean_rows_are_shaped_page_by_page_also_in_an_export(days):
    def shape(rows):
        return [row | {"half": len(rows)} for row in rows]

    page = listing(shape=shape)
    assert {row["half"] for row in page.rows} == {25}
    every = list(page.every())
    assert [row["pk"] for row in every] == [row.pk for row in page.ordered]
    assert {row["half"] for row in every} == {113}
    assert Column("天", "day").of(every[0]) == every[0]["day"]
    assert Column("天", lambda row: row["day"].year).of(every[0]) == 2020


def test_an_export_reads_by_a_server_side_cursor(days):
    assert sum(1 for _ in listing("kind=holiday").every()) == 113


def test_a_joined_column_may_sort_too(days):
    page = listing("sort=-day", sorts=SORTS | {"again": (F("kind"), "day")})
    assert page.headings["again"].query
