"""存为视图: one's own tabs of a register: named once, at most ten, counted as the usual ones."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from django.db import IntegrityError, transaction
from django.http import QueryDict
from django.test import Client
from django.urls import reverse

from documents.receipt.workflow import State
from office.errors import Refused
from office.tabs import services
from office.tabs.models import MOST, Tab
from office.tabs.shelf import spelled
from tests.documents.factories import Office, make_office, seated, walk
from tests.office.factories import UserFactory, signed_in

pytestmark = pytest.mark.django_db
BOOK = "documents:incoming"


@pytest.fixture
def office() -> Office:
    return make_office()


def post(client: Any, **given: str) -> Any:
    return client.post(reverse("office:tabs"), {"register": BOOK, **given})


def names(client: Any, query: str = "") -> dict[str, str]:
    """Return the tabs of one's own on the register, with their counts as shown."""
    shelf = client.get(reverse(BOOK) + query).context["shelf"]
    return {tab.name: tab.shown for tab in shelf.tabs}


def test_what_is_filtered_and_sorted_becomes_a_tab_with_its_count(office: Office) -> None:
    for _n in range(2):
        walk(None, State.HANDLING, office)
    walk(None, State.SCREENED, office)
    client = signed_in(office.clerk)

    answer = post(
        client, name="在承办", query="view=all&state=handling&q=&sort=due&after=x&as=xlsx"
    )

    assert answer.status_code == 302
    assert parse_qs(urlsplit(answer.url).query) == {
        "view": ["all"], "state": ["handling"], "sort": ["due"],
    }  # fmt: skip
    assert names(client) == {"在承办": "2"}
    walk(None, State.HANDLING, office)
    assert names(client) == {"在承办": "3"}


def test_a_tab_is_marked_at_its_address_however_it_is_written(office: Office) -> None:
    client = signed_in(office.clerk)
    post(client, name="加急", query="urgency=加急&view=all")
    for query in ("?view=all&urgency=加急", "?urgency=加急&q=&view=all&unit="):
        page = client.get(reverse(BOOK) + query)
        assert page.context["shelf"].here.name == "加急"
        assert page.content.decode().count('<nav class="views"') == 1
        nav = page.content.decode().split('<nav class="views"')[1].split("</nav>")[0]
        assert nav.count('aria-current="page"') == 1
    assert client.get(reverse(BOOK) + "?view=all").context["shelf"].here is None


def test_tabs_are_ones_own_and_stay_ones_own_in_anothers_seat(office: Office) -> None:
    post(signed_in(office.clerk), name="加急", query="urgency=加急")
    assert names(signed_in(office.second_clerk)) == {}
    deputy = seated(office.clerk, office.director)
    assert list(Tab.objects.visible_to(deputy).values_list("name", flat=True)) == ["加急"]


def test_a_tab_counts_only_what_its_reader_may_see(office: Office) -> None:
    walk(None, State.HANDLING, office)
    client = signed_in(office.other_staff)
    post(client, name="全部", query="view=all")
    assert names(client) == {"全部": "0"}


def test_a_name_is_used_once_and_what_was_typed_stays(office: Office) -> None:
    client = signed_in(office.clerk)
    post(client, name="加急", query="urgency=加急")
    answer = post(client, name="加急", query="urgency=特急")
    assert answer.status_code == 422
    assert 'value="加急"' in answer.content.decode()
    assert "urgency=%E7%89%B9%E6%80%A5" in answer.content.decode()
    assert post(client, name=" ", query="q=1").status_code == 422
    assert post(client, name="长" * 21, query="q=1").status_code == 422
    assert post(client, name="太长", query="q=" + "长" * 200).status_code == 422
    assert Tab.objects.count() == 1


def test_the_form_on_the_page_is_sent_with_its_token(office: Office) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(office.clerk, backend="office.people.backends.OfficeBackend")
    page = client.get(reverse(BOOK) + "?urgency=加急").content.decode()
    bar = page.split('<div class="viewbar">')[1].split('<form class="filters')[0]
    sent = dict(re.findall(r'name="([^"]+)" value="([^"]*)"', bar))
    assert 'form="tab-form"' in bar
    assert client.post(reverse("office:tabs"), sent | {"name": "<加急>{0}"}).status_code == 302
    assert "&lt;加急&gt;{0}" in client.get(reverse(BOOK)).content.decode()


def test_a_second_click_has_no_second_effect(office: Office) -> None:
    client = signed_in(office.clerk)
    for _n in range(2):
        assert post(client, name="加急", query="urgency=加急").status_code == 302
    assert Tab.objects.count() == 1


def test_at_most_ten_then_the_place_of_a_removed_one_is_free() -> None:
    me = UserFactory()
    tabs = [services.keep(BOOK, f"视图{n}", f"q={n}", actor=me) for n in range(MOST)]
    with pytest.raises(Refused):
        services.keep(BOOK, "再一个", "q=x", actor=me)
    services.keep("documents:incoming-import", "别的登记簿", "", actor=me)
    services.remove(tabs[3].pk, actor=me)
    assert services.keep(BOOK, "再一个", "q=x", actor=me).place == 4


def test_the_database_refuses_an_eleventh_and_a_name_used_twice() -> None:
    me = UserFactory()
    Tab.objects.create(owner=me, register=BOOK, place=1, name="甲", query="")
    for place, name in ((MOST + 1, "乙"), (1, "乙"), (2, "甲")):
        with pytest.raises(IntegrityError), transaction.atomic():
            Tab.objects.create(owner=me, register=BOOK, place=place, name=name, query="")


def test_a_tab_is_renamed_and_removed_by_its_owner_alone(office: Office) -> None:
    client = signed_in(office.clerk)
    post(client, name="加急", query="urgency=加急")
    post(client, name="特急", query="urgency=特急")
    tab = Tab.objects.get(name="加急")
    stranger = signed_in(office.staff)
    for name in ("office:tab", "office:tab-remove"):
        assert stranger.post(reverse(name, args=[tab.pk]), {"name": "抢"}).status_code == 404

    assert client.post(reverse("office:tab", args=[tab.pk]), {"name": "特急"}).status_code == 422
    client.post(reverse("office:tab", args=[tab.pk]), {"name": "急件"})
    assert list(names(client)) == ["急件", "特急"]
    assert client.post(reverse("office:tab-remove", args=[tab.pk])).url == reverse(BOOK)
    assert list(names(client)) == ["特急"]


def test_a_tab_stands_on_a_register_and_nowhere_else(office: Office) -> None:
    client = signed_in(office.clerk)
    for register in ("", "//evil.example", "https://evil.example/", "office:nothing"):
        given = {"register": register, "name": "甲", "query": ""}
        assert client.post(reverse("office:tabs"), given).status_code == 404


def test_a9_a20_what_an_address_brings_is_spelled_anew() -> None:
    address = spelled(QueryDict("q=%00&z=1&q=b&q=a&after=x&before=y&as=pdf&e=&x=%22%3E"))
    assert address == "q=a&q=b&x=%22%3E&z=1"
