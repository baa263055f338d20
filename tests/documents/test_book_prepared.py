"""A compiled page of the book holds what the queryset holds, for every reader and every view."""

from __future__ import annotations

import datetime as dt

from django.http import QueryDict

from documents.book import pages
from documents.book.filters import VIEWS, view_of
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office.people.models import User
from tests.documents.factories import day, make_office, walk


def shown(user: User, view: str, sort: str) -> list[int]:
    data = QueryDict(f"view={view}&sort={sort}")
    return [row["pk"] for row in pages.to_take_away(data, user).rows]


def test_every_reader_sees_his_own_rows(db: None) -> None:
    office = make_office()
    for state in (State.REGISTERED, State.PROPOSED, State.HANDLING, State.CIRCULATING):
        walk(None, state, office)
    acting = User.objects.get(pk=office.other_head.pk)
    acting.acting_for = office.staff
    same_roles = User.objects.get(pk=office.other_head.pk)
    same_roles.roles = office.staff.roles
    people = [*office.people, acting, same_roles]
    seen = {}
    for user in people + people[::-1]:
        for view, _label, _late in VIEWS:
            for sort in ("-received", "due", "-state"):
                rows = view_of(IncomingDocument.objects.visible_to(user), view)
                found = shown(user, view, sort)
                assert len(found) == len(set(found))
                assert set(found) == set(rows.values_list("pk", flat=True)), (user, view)
            seen[user, user.acting_for, view] = found
    assert len({tuple(found) for found in seen.values()}) > 2


def test_a_filtered_page_is_compiled_once_and_filters_by_what_is_chosen(db: None) -> None:
    """The same filters with other values, by turns, find what the filter set itself finds."""
    office = make_office()
    first, second = (walk(None, State.HANDLING, office) for _ in range(2))
    walk(None, State.CIRCULATING, office)
    IncomingDocument.objects.filter(pk=first.pk).update(urgency="特急", urger=office.clerk)
    IncomingDocument.objects.filter(pk=second.pk).update(
        received_on=day(0) - dt.timedelta(days=9), urgency="加急", urger=office.clerk
    )
    cut = f"{day(0) - dt.timedelta(days=3)}"
    chosen = [
        "urgency=特急", "urgency=加急", f"since={cut}", f"until={cut}", "state=handling",
        "state=circulating", f"unit={office.standards.pk}", f"unit={office.data.pk}",
        f"urgency=加急&until={cut}", f"urgency=特急&until={cut}", "nature=reading",
        "urgency=nonsense", "since=yesterday", "due=2026-02-30",
    ]  # fmt: skip
    found = {}
    for query in chosen + chosen[::-1]:
        page = pages.to_take_away(QueryDict(f"view=all&{query}"), office.clerk)
        found[query] = [row["pk"] for row in page.rows]
        assert found[query] == list(page.ordered.values_list("pk", flat=True)), query
    assert found["urgency=特急"] == [first.pk]
    assert found["urgency=加急"] == found[f"until={cut}"] == [second.pk]
    assert found[f"urgency=特急&until={cut}"] == []
