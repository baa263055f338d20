"""A cheap filter set reads an address as django-filter's own does."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from functools import reduce

import django_filters as filters
import pytest
from django.http import QueryDict
from django.utils import translation

from office.filtering import Filters
from office.people.models import Unit, User
from tests.office.rows import person, unit

pytestmark = pytest.mark.django_db


class Plain(filters.FilterSet):
    """What django-filter makes for each request."""

    name = filters.CharFilter()
    has = filters.CharFilter(field_name="name", lookup_expr="contains")
    language = filters.ChoiceFilter(choices=[("zh-hans", "中文"), ("en", "English")])
    unit = filters.ModelChoiceFilter(queryset=Unit.objects.all())
    since = filters.DateFilter(field_name="created_at", lookup_expr="date__gte")
    rank = filters.NumberFilter(lookup_expr="gte")
    active = filters.BooleanFilter(field_name="is_active")
    first = filters.CharFilter(method="begins")

    class Meta:
        model = User
        fields = ["name", "has", "language", "unit", "since", "rank", "active", "first"]

    def begins(self, rows, name, value):
        """Narrow by the beginning of the name; another filter's value is at hand."""
        assert name == "first"
        assert self.form.cleaned_data["first"] == value
        return rows.filter(name__startswith=value)


class Cheap(Filters, Plain):
    """The same filters, made once."""


@pytest.fixture
def people():
    for n in range(6):
        one = person(f"王{n}", unit=unit(n % 2), rank=n * 10)
        User.objects.filter(pk=one.pk).update(
            language="en" if n % 2 else "zh-hans", is_active=n > 1,
            created_at=dt.datetime(2026, 1, 1 + n, tzinfo=dt.UTC),
        )  # fmt: skip
    return User.objects.order_by("pk")


ADDRESSES = [
    "", "name=王1", "name=+王1+", "name=", "has=王", "language=en", "language=fr", "unit=1",
    "unit={unit}", "unit=x", "unit=99999999999999999999", "since=2026-01-03", "since=2026-02-30",
    "rank=20", "rank=many", "active=true", "active=false", "active=perhaps", "first=王",
    "first=李", "name=王1&name=王2", "language=en&since=2026-01-03&unit={unit}&first=王",
    "language=fr&rank=30", "page=2&sort=name", "name=%00", "unit=%00",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_the_same_rows_and_the_same_errors(people, address):
    data = QueryDict(address.format(unit=unit(1).pk))
    plain, cheap = Plain(data, queryset=people), Cheap(data)
    said = {name: list(errors) for name, errors in plain.form.errors.items()}
    assert cheap.form.errors == said
    assert cheap.form.is_valid() == (not said)
    assert list(cheap.filter_queryset(people)) == list(plain.filter_queryset(people))


@pytest.mark.parametrize("address", ADDRESSES)
def test_stand_ins_find_their_values_again_or_there_is_no_draft(people, address):
    cheap = Cheap(QueryDict(address.format(unit=unit(1).pk)))
    drafts = cheap.drafts
    given = set(cheap.form.cleaned_data)
    if given - {"name", "language", "unit"}:
        assert drafts is None, given
        return
    assert [draft.key for draft in drafts] == list(cheap.form.cleaned_data)
    rows = reduce(lambda found, draft: draft.narrowed(found), drafts, people)
    marks = {mark for draft in drafts for mark in draft.values}
    assert marks <= set(rows.query.sql_with_params()[1])


def test_what_cannot_be_read_is_said_in_the_language_of_the_reader(people):
    said = set()
    for language in ("en", "zh-hans", "en"):
        with translation.override(language):
            said.add(Cheap(QueryDict("since=never")).form.errors["since"][0])
    assert len(said) == 2


def test_many_readers_at_once_each_get_their_own_filters(people):
    def asked(n):
        form = Cheap(QueryDict(f"name=王{n}&rank={n}")).form
        return form.cleaned_data["name"], int(form.cleaned_data["rank"])

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(asked, range(500))) == [(f"王{n}", n) for n in range(500)]
