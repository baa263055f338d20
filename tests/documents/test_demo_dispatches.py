"""The dispatches of the demonstration: each passes, and comes as far as its story."""

from __future__ import annotations

import datetime as dt

import pytest

from documents.demo import dispatches
from documents.demo.cast import Cast
from documents.drafting.models import Dispatch
from documents.reference import seed
from office import clock
from office.demo import build
from office.demo.days import OfficeTime
from office.demo.people import BASE_DAY
from office.workdays import services as workdays

FAR = {
    "draft": "drafting", "submit": "submitted", "check": "checked", "sign": "signed",
    "seal": "sealed", "distribute": "distributed", "close": "closed", "file": "filed",
}  # fmt: skip


@pytest.mark.django_db
def test_every_dispatch_comes_as_far_as_its_story(settings: object) -> None:
    workdays.seed(range(2026, 2028))
    time = OfficeTime(BASE_DAY, past=120)
    build.people(time, -60)
    seed.load()
    cast = Cast()
    dispatches.tables(cast)
    for event in sorted(dispatches.stories(time, cast)):
        with clock.at(time.moment(event.minutes, event.second)):
            event.act()

    rows = {row.title.removeprefix(dispatches.INSTITUTION): row for row in Dispatch.objects.all()}
    assert {title: row.state for title, row in rows.items()} == {
        text.title: FAR[text.until] for text in dispatches.TEXTS
    }
    assert all(row.measurements.first().failed == [] for row in rows.values() if row.issued_sha256)
    errors = {t: [f.rule for f in row.standing_errors] for t, row in rows.items()}
    assert {title for title, found in errors.items() if found} == {"关于开展冬季用电安全检查的通知"}
    assert dt.date(2026, 1, 1) < min(row.begun_at.date() for row in rows.values())
