"""Powers that do not belong together, and books that tell more than they show (A10, A23, A28)."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.urls import reverse

from documents.receipt.workflow import State
from office import clock
from office.people.models import Acting, User
from tests.documents.factories import Office, walk
from tests.office.factories import ActingFactory, signed_in


def arrangement(absent: User, deputy: User) -> dict[str, Any]:
    today = clock.today()
    return {
        "absent": absent.pk, "deputy": deputy.pk, "starts_on": today,
        "ends_on": today + dt.timedelta(days=3), "reason": "出差",
    }  # fmt: skip


@pytest.mark.parametrize("officer", ["system", "security", "audit"])
def test_a23_nobody_sits_in_an_officers_seat(office: Office, officer: str) -> None:
    absent = getattr(office, officer)
    for arranger in (absent, office.system, office.director):
        answer = signed_in(arranger).post(
            reverse("office:acting"), arrangement(absent, office.staff)
        )
        assert answer.status_code in (409, 422), arranger
    assert not Acting.objects.exists()


@pytest.mark.parametrize("officer", ["system", "security", "audit"])
def test_a23_an_officer_sits_in_nobodys_seat(office: Office, officer: str) -> None:
    given = arrangement(office.principal, getattr(office, officer))
    for arranger in (office.principal, office.system, office.director):
        assert signed_in(arranger).post(reverse("office:acting"), given).status_code in (409, 422)
    assert not Acting.objects.exists()


def test_a23_who_arranges_for_others_does_not_seat_himself(office: Office) -> None:
    given = arrangement(office.principal, office.director)
    assert signed_in(office.director).post(reverse("office:acting"), given).status_code == 409
    assert not Acting.objects.exists()
    assert signed_in(office.principal).post(reverse("office:acting"), given).status_code == 302


@pytest.mark.parametrize("side", ["absent", "deputy"])
def test_a23_nobody_becomes_an_officer_while_acting(office: Office, side: str) -> None:
    ActingFactory(**{"absent": office.head, "deputy": office.colleague, side: office.staff})
    page = reverse("admin:office_user_change", args=[office.staff.pk])
    given = {"roles": ["audit_officer"], "clearance": ""}
    assert signed_in(office.security).post(page, given).status_code == 409
    assert User.objects.get(pk=office.staff.pk).roles == ["staff"]


def test_a21_nobody_grants_through_a_page_that_is_not_his(office: Office) -> None:
    """Every way a POST of the back-office could raise somebody's roles."""
    given = {
        "username": "evil", "name": "员", "unit": office.data.pk, "rank": 1, "is_superuser": "on",
        "roles": ["leader"], "is_active": "on", "is_staff": "on", "clearance": "top",
    }  # fmt: skip
    before = {user.pk: (user.roles, user.clearance) for user in User.objects.all()}
    for person in office.people:
        client = signed_in(person)
        for target in (person, office.staff, office.security):
            client.post(reverse("admin:office_user_change", args=[target.pk]), given)
            if person == office.security and target != person:
                User.objects.filter(pk=target.pk).update(
                    roles=before[target.pk][0], clearance=before[target.pk][1]
                )
    client = signed_in(office.system)
    client.post(reverse("admin:office_user_add"), given)
    after = {user.pk: (user.roles, user.clearance) for user in User.objects.all()}
    opened = User.objects.filter(username="evil").values_list("pk", flat=True)
    assert {pk: kept for pk, kept in after.items() if pk not in opened} == before
    assert [after[pk] for pk in opened] == [([], "")]


@pytest.mark.parametrize("who", ["system", "security", "audit"])
@pytest.mark.parametrize(
    "lookup",
    ["password__startswith", "password", "must_change_password__exact", "unit__leader__password",
     "phone__regex", "posts__title__contains", "roles__contains"],
)  # fmt: skip
def test_a28_no_filter_asks_about_a_column_nobody_is_shown(
    office: Office, who: str, lookup: str
) -> None:
    answer = signed_in(getattr(office, who)).get(
        reverse("admin:office_user_changelist"), {lookup: "argon2"}
    )
    assert answer.status_code == 400


def test_a28_the_filters_that_are_offered_still_work(office: Office) -> None:
    client = signed_in(office.system)
    page = reverse("admin:office_user_changelist")
    for query in (
        {"is_active__exact": "1"},
        {"unit__id__exact": office.data.pk},
        {"role": "staff"},
    ):
        assert client.get(page, query).status_code == 200
    client = signed_in(office.director)
    page = reverse("admin:documents_retentionclass_changelist")
    for query in ({"approved_on__isempty": "1"}, {"term__exact": "10年"}):
        assert client.get(page, query).status_code == 200


def test_a10_a33_the_back_office_is_closed_on_every_page_while_acting(office: Office) -> None:
    ActingFactory(absent=office.principal, deputy=office.director)
    row = walk(None, State.PROPOSED, office)
    client = signed_in(office.director)
    assert client.get(reverse("admin:documents_incomingdocument_changelist")).status_code == 200
    client.post(reverse("office:seat"), {"seat": office.principal.pk})
    for page in ("admin:index", "admin:documents_incomingdocument_changelist",
                 "admin:documents_sender_add", "admin:jsi18n", "admin:autocomplete"):  # fmt: skip
        assert client.get(reverse(page)).status_code == 403, page
    change = reverse("admin:documents_incomingdocument_change", args=[row.pk])
    assert client.post(change, {"state": "filed"}).status_code == 403


def test_a23_a_seat_ends_with_its_arrangement_in_a_session_that_goes_on(office: Office) -> None:
    row = ActingFactory(absent=office.principal, deputy=office.director)
    paper = walk(None, State.PROPOSED, office)
    client = signed_in(office.director)
    client.post(reverse("office:seat"), {"seat": office.principal.pk})
    Acting.objects.filter(pk=row.pk).update(cancelled_at=clock.now())
    step = reverse("documents:incoming-step", args=[paper.pk, "instruct"])
    assert client.post(step, {"quick": "同意。"}).status_code == 403
    assert not paper.opinions.filter(step="instruct").exists()
