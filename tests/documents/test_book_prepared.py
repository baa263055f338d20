"""A compiled page of the book holds what the queryset holds, for every reader and every view."""

from __future__ import annotations

from django.http import QueryDict

from documents.book import pages
from documents.book.filters import VIEWS, view_of
from documents.receipt.models import IncomingDocument
from documents.receipt.workflow import State
from office.people.models import User
from tests.documents.factories import make_office, walk


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
