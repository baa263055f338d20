"""Organ codes and seals in the back-office: who keeps them, and what stays once it was used."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.contrib import admin
from django.urls import reverse

from documents.drafting.models import Dispatch, OrganCode, Seal
from documents.drafting.plan import seal_in_use
from documents.drafting.services import issuing
from documents.drafting.workflow import State
from office import clock
from office.audit.models import Entry
from office.errors import Refused
from office.people.models import User
from tests.documents.dispatching import CALLS, fresh, walk
from tests.documents.drafts import drafting_office
from tests.documents.factories import Office, sitting
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
S = State
TABLES = ("organcode", "seal")


@pytest.fixture
def office() -> Office:
    return drafting_office()


def page(table: str, verb: str, *keys: int) -> str:
    return reverse(f"admin:documents_{table}_{verb}", args=keys)


def test_a2_only_the_office_director_keeps_codes_and_seals(office: Office) -> None:
    code, seal = OrganCode.objects.create(code="江质信"), Seal.objects.get()
    for person in office.people:
        client = signed_in(person)
        for table, key in zip(TABLES, (code.pk, seal.pk), strict=True):
            wanted = {200} if person == office.director else {403, 404}
            for url in (page(table, "changelist"), page(table, "add"), page(table, "change", key)):
                assert client.get(url).status_code in wanted, (person, url)


def test_a10_nobody_comes_in_acting_for_the_director(office: Office) -> None:
    person = sitting(office.staff, office.director)
    assert not User.objects.get(pk=person.pk).has_perm("documents.change_seal")
    assert signed_in(office.staff).get(page("seal", "changelist")).status_code == 404


def test_a33_no_dispatch_is_written_in_the_back_office() -> None:
    """Not the row, nor anything that lies in its folder: a way round the steps is no way."""
    models = {model for model in admin.site._registry if model._meta.app_label == "documents"}
    folder = {related.related_model for related in Dispatch._meta.related_objects}
    assert not models & {Dispatch, *folder}


def posted(office: Office, table: str, key: int, **form: Any) -> int:
    return signed_in(office.director).post(page(table, "change", key), form).status_code


def test_a_code_that_numbers_bear_keeps_its_letters_and_its_head(office: Office) -> None:
    row = walk(S.REGISTERED, office)
    code, number = row.code, row.number
    form = {"code": "别的", "format": "letter", "mark": "别的机关", "order": 3}
    assert posted(office, "organcode", code.pk, **form, is_active="") == 302
    code.refresh_from_db()
    assert (code.code, code.format, code.mark) == ("江质信", "general", "")
    assert (code.order, code.is_active) == (3, False)
    row = fresh(row.pk)
    assert row.number == number
    assert issuing.verify(row) == []
    assert signed_in(office.director).post(page("organcode", "delete", code.pk), {"post": "yes"})
    assert OrganCode.objects.filter(pk=code.pk).exists()


def test_a_code_nobody_has_used_may_be_mended_and_it_stands_in_the_trail(office: Office) -> None:
    code = OrganCode.objects.create(code="江质新")
    form = {"code": "江质信函", "format": "letter", "mark": "", "order": 0, "is_active": "on"}
    assert posted(office, "organcode", code.pk, **form) == 302
    code.refresh_from_db()
    assert code.code == "江质信函"
    assert "江质新" in str(Entry.objects.about(code).get(action="change").facts)


def test_a_seal_that_was_set_keeps_its_name_and_is_not_deleted(office: Office) -> None:
    walk(S.SEALED, office)
    seal = Seal.objects.get()
    form = {"name": "另一枚", "keeper": office.director.pk, "in_use_since": "2021-01-01",
            "out_of_use_on": ""}  # fmt: skip
    assert posted(office, "seal", seal.pk, **form) == 302
    seal.refresh_from_db()
    assert (seal.name, seal.in_use_since) == ("中心印章", dt.date(2020, 1, 1))
    assert seal.keeper == office.director  # it is handed on, the entries stay with who set it
    signed_in(office.director).post(page("seal", "delete", seal.pk), {"post": "yes"})
    assert Seal.objects.filter(pk=seal.pk).exists()


def test_a_seal_out_of_use_is_neither_offered_nor_set(office: Office) -> None:
    row = walk(S.PRINTED, office)
    Seal.objects.update(out_of_use_on=clock.today())
    with pytest.raises(Refused, match="out of use"):
        CALLS["seal"](row.pk, office.screener, office)
    url = reverse("documents:dispatch-step", args=[row.pk, "seal"])
    form = {"seal": Seal.objects.get().pk, "count": 4}
    assert signed_in(office.screener).post(url, form).status_code == 422
    with pytest.raises(Refused):
        seal_in_use()
    assert fresh(row.pk).state == S.PRINTED
