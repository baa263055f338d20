"""月结: a month's figures are frozen once, stay as they are, and print the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.urls import reverse

from documents.figures import counts, papers, services
from documents.figures.report import Report
from documents.measures import LABELS, STEPS
from documents.receipt.models import IncomingDocument
from documents.reference.models import Sender
from documents.work import Span, joined
from office import clock, printing
from office.audit.models import Entry
from office.errors import NotAllowed, Refused
from office.people.models import Unit, User
from office.periods import Period
from office.settlements.models import Settlement, canonical
from tests.documents.factories import Office, seated, walk
from tests.documents.lived import at
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
QUARTER = Period(dt.date(2026, 10, 1), dt.date(2026, 12, 31))
PAGE = "documents:figures"


def settled(office: Office, month: int = 10) -> Settlement:
    with at("12-31") if month < 12 else at_new_year():
        return services.settle(dt.date(2026, month, 1), actor=office.director)


def at_new_year() -> Any:
    return clock.at(dt.datetime.fromisoformat("2027-01-04T09:00:00+08:00"))


def test_a_settlement_keeps_the_figures_and_says_who_and_when(lived):
    row = settled(lived)

    assert row.digest == hashlib.sha256(canonical(row.figures)).hexdigest()
    assert (row.signature, row.settled_by, row.month) == ("Director", lived.director, OCTOBER.begin)
    with at("12-31"):
        assert row.figures == counts.of(IncomingDocument.objects.all(), OCTOBER)
    row.refresh_from_db()
    assert row.is_intact
    assert Entry.objects.about(row).get().action == "settle"


def test_only_a_month_that_is_over_and_only_once(lived):
    with at("10-31", "23:00"), pytest.raises(Refused, match="when it is over"):
        services.settle(OCTOBER.begin, actor=lived.director)
    settled(lived)
    with pytest.raises(Refused, match="already"):
        settled(lived)
    assert Settlement.objects.count() == 1


@pytest.mark.parametrize("person", ["clerk", "principal", "head", "staff", "system", "audit"])
def test_a_month_is_settled_by_the_office_director(lived, person):
    with at("11-02"), pytest.raises(NotAllowed):
        services.settle(OCTOBER.begin, actor=getattr(lived, person))


def test_who_acts_for_the_director_signs_for_him(lived):
    with at("11-02"):
        deputy = seated(lived.screener, lived.director)
        row = services.settle(OCTOBER.begin, actor=deputy)
    assert row.signature == "Director（Screener代）"
    assert (row.settled_by, row.on_behalf_of) == (lived.screener, lived.director)


@pytest.mark.parametrize("change", ["update", "delete"])
def test_a31_the_database_refuses_to_change_a_settlement(lived, change):
    row = settled(lived)
    rows = Settlement.objects.filter(pk=row.pk)
    with pytest.raises(DatabaseError, match="stays as it is"), transaction.atomic():
        rows.update(figures={}) if change == "update" else rows.delete()
    with pytest.raises(IntegrityError, match="settlement_of_a_month"), transaction.atomic():
        Settlement.objects.create(
            kind="incoming", month=dt.date(2026, 9, 2), figures={}, digest="", signature="x",
            settled_by=lived.director,
        )  # fmt: skip


def change_everything() -> None:
    """Change what the figures of October are made of."""
    IncomingDocument.objects.filter(pk=IncomingDocument.objects.earliest("pk").pk).update(
        received_on=dt.date(2026, 9, 1), due_on=dt.date(2026, 9, 2)
    )
    Sender.objects.all().update(short_name="改名")
    for sender in Sender.objects.all():
        Sender.objects.filter(pk=sender.pk).update(name=f"改名{sender.pk}")
    Unit.objects.filter(name="标准信息科").update(name="标准科", short_name="标准科")


def test_a_settled_month_shows_what_was_settled_whatever_happens_to_the_rows(lived):
    row = settled(lived)
    before = row.figures
    change_everything()

    with at("12-31"):
        found = services.figures(services.scope(lived.director), OCTOBER)
        page = signed_in(lived.director).get(f"{reverse(PAGE)}?{OCTOBER.query}").content.decode()
        assert counts.of(IncomingDocument.objects.all(), OCTOBER) != before
    assert found.figures == before
    assert "these figures do not change any more" in page
    assert row.digest[:16] in page
    assert "标准信息科" in page


def test_the_steps_of_a_settled_month_stand_in_the_order_of_the_work(lived):
    """The database keeps what was settled without its order: 归档 came before 登记 on paper."""
    settled(lived)

    with at("12-31"):
        found = services.figures(services.scope(lived.director), OCTOBER)
    shown = [line.name for line in Report(found).steps.lines]

    assert found.settlements
    assert shown == [str(LABELS[step]) for step in STEPS if step in found.figures["steps"]]


def test_its_paper_is_the_same_byte_for_byte(lived):
    settled(lived)
    scope = services.scope(lived.director)

    def printed(day: str) -> bytes:
        printing._press.cache_clear()  # another process, another set of fonts
        with at(day):
            return papers.paper(services.figures(scope, OCTOBER), scope)

    first = printed("12-31")
    change_everything()
    User.objects.update(name="改名")
    assert printed("12-30") == first
    assert first.startswith(b"%PDF")


def test_a_quarter_is_the_sum_of_its_settled_months(lived):
    with at_new_year():
        direct = counts.of(IncomingDocument.objects.all(), QUARTER)
    for month in (10, 11, 12):
        assert not services.figures(services.scope(lived.director), QUARTER).is_sum
        settled(lived, month)
    with at_new_year():
        found = services.figures(services.scope(lived.director), QUARTER)
        page = signed_in(lived.director).get(f"{reverse(PAGE)}?{QUARTER.query}")
    assert found.is_sum
    once_a_month = {"urged"}
    for key, n in direct["totals"].items():
        assert found.figures["totals"][key] == n or key in once_a_month, key
    assert found.figures["late_days"] == direct["late_days"]
    assert found.figures["groups"] == direct["groups"]
    for step, line in direct["steps"].items():
        joint = found.figures["steps"][step]
        assert Span.of(joined([joint["took"], joint["waits"]])) == Span.of(
            joined([line["took"], line["waits"]])
        )
    assert "The sum of 3 settled months" in page.content.decode()


def test_the_page_offers_to_settle_a_month_that_is_over_and_settles_it(lived):
    client, button = signed_in(lived.director), "Settle this month"
    with at("11-16"):
        days = {"from": "2026-10-01", "to": "2026-10-31"}
        assert button in client.get(reverse(PAGE), days).content.decode()
        assert button not in client.get(reverse(PAGE)).content.decode()
        assert button not in signed_in(lived.clerk).get(reverse(PAGE), days).content.decode()
        url = reverse("documents:figures-settle")
        assert client.post(url, {"from": "2026-10-01", "to": "2026-10-30"}).status_code == 404
        assert signed_in(lived.clerk).post(url, days).status_code == 403
        assert client.post(url, days).url.endswith(OCTOBER.query)
        assert client.post(url, days).status_code == 409
        assert button not in client.get(reverse(PAGE), days).content.decode()
    assert Settlement.objects.count() == 1


def test_figures_that_were_tampered_with_are_named(lived):
    row = settled(lived)
    Settlement.objects.bulk_create([Settlement(
        kind="incoming", month=dt.date(2026, 9, 1), figures=row.figures | {"begin": "x"},
        digest=row.digest, signature="x", settled_by=lived.director,
    )])  # fmt: skip
    days = {"from": "2026-09-01", "to": "2026-09-30"}
    page = signed_in(lived.director).get(reverse(PAGE), days).content.decode()
    assert "not those that were sealed" in page


def test_a_head_gets_the_figures_of_the_unit_counted_now(lived):
    settled(lived)
    with at("12-31"):
        found = services.figures(services.scope(lived.head), OCTOBER)
        assert not found.settlements
        walk(None, "closed", lived)
