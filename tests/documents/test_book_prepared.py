"""A compiled page of the book holds what the queryset holds, for every reader and every view."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.http import QueryDict

from documents.book import pages
from documents.book.filters import VIEWS, view_of
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office import prepared
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


def test_a_filtered_page_is_compiled_once_and_filters_by_what_is_chosen(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same filters with other values, by turns, find what the filter set itself finds."""
    compiled: list[Any] = []
    compile_ = prepared._compile

    def counting(build: Any, around: str) -> Any:
        compiled.append(build)
        return compile_(build, around)

    monkeypatch.setattr(prepared, "_compile", counting)
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
    shapes = {tuple(part.partition("=")[0] for part in query.split("&")) for query in chosen}
    for query in chosen + chosen[::-1]:
        page = pages.to_take_away(QueryDict(f"view=all&{query}"), office.clerk)
        found[query] = [row["pk"] for row in page.rows]
        assert found[query] == list(page.ordered.values_list("pk", flat=True)), query
    assert 0 < len(compiled) <= len(shapes) + 1  # what cannot be read is no filter
    assert found["urgency=特急"] == [first.pk]
    assert found["urgency=加急"] == found[f"until={cut}"] == [second.pk]
    assert found[f"urgency=特急&until={cut}"] == []


def test_what_is_prepared_stays_with_the_connection_and_nothing_else_does(db: None) -> None:
    office = make_office()
    row = walk(None, State.HANDLING, office)
    for _ in range(2):
        prepared._ready.clear()
        assert IncomingDocument.objects.get(pk=row.pk).items
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert any("office_workitem" in statement for statement in kept)
    assert not any("pg_prepared_statements" in statement for statement in kept)
    assert connection.connection.prepare_threshold is None
    known = connection.connection._prepared._counts
    assert not any("INSERT" in str(key) for key in known)
