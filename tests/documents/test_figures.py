"""Figures agree with plain Python, and every number with the rows it opens."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from typing import Any

import pytest
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from documents import measures
from documents.book.pages import to_take_away
from documents.figures import counts, services
from documents.figures.counts import COLUMNS
from documents.figures.report import Report, year
from documents.figures.waiting import Waiting
from documents.measures import OF_WORK
from documents.numbers import cells_of
from documents.receipt.models import IncomingDocument, Opinion
from documents.work import Span, joined
from office import clock
from office.desk.models import Urge, WorkItem
from office.people.models import User
from office.periods import Period
from office.workdays import calendar
from tests.documents import papers
from tests.documents.factories import walk
from tests.documents.lived import at
from tests.office.factories import signed_in

OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
pytestmark = pytest.mark.django_db
PERIODS = [
    OCTOBER, NOVEMBER, Period(dt.date(2026, 10, 12), dt.date(2026, 11, 9)),
    Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), Period.around(dt.date(2025, 3, 1), 1),
]  # fmt: skip
NOW = ("11-24", "10:20")


def local(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


# The same figures, written down once more in plain Python


def within(period: Period, moment: dt.datetime | None) -> bool:
    day = local(moment)
    return day is not None and period.begin <= day <= period.end


def ended_on(row: IncomingDocument) -> dt.date | None:
    said = Opinion.objects.filter(document=row, step__in=["reject", "void"]).first()
    over = said and row.state in ("rejected", "void")
    return local(said.written_at) if over else local(row.closed_at)


def plain_totals(period: Period, today: dt.date) -> dict[str, int]:
    found: Counter[str] = Counter()
    for row in IncomingDocument.objects.filter(is_sealed=False):
        end, closed = ended_on(row), within(period, row.closed_at)
        back = Opinion.objects.filter(document=row, step="send_back").exists()
        ended = end is not None and period.begin <= end <= period.end
        here = row.received_on <= period.end and (end is None or end > period.end)
        late = row.due_on and row.due_on < min(period.end + dt.timedelta(1), today)
        items = [item.pk for item in WorkItem.objects.about(row)]
        urges = [u for u in Urge.objects.filter(item__in=items) if within(period, u.at)]
        found.update({
            "carried": row.received_on < period.begin and (end is None or end >= period.begin),
            "received": period.begin <= row.received_on <= period.end,
            "closed": closed, "rejected": ended and row.state == "rejected",
            "void": ended and row.state == "void", "open": here,
            "open_late": bool(here and late), "closed_due": bool(closed and row.due_on),
            "closed_late": bool(closed and row.due_on and local(row.closed_at) > row.due_on),
            "closed_right": closed and not back, "urged": bool(urges), "urgings": len(urges),
        })  # fmt: skip
    return dict(found)


def plain_steps(period: Period, now: dt.datetime) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    rows = set(IncomingDocument.objects.filter(is_sealed=False).values_list("pk", flat=True))
    until = min(now, period.stop)
    for item in WorkItem.objects.all():
        step = "name_handler" if item.step == "claim" else item.step
        done = within(period, item.done_at) and item.outcome == "done"
        lay = item.created_at < period.stop and (
            item.done_at is None or item.done_at >= period.stop
        )
        if item.object_id not in rows or not (done or lay):
            continue
        so_far = calendar.working_minutes(item.created_at, until)
        day = item.done_at if done else min(now, period.stop)
        late = item.due_on and local(day) > item.due_on
        line = found.setdefault(
            step, {"done": set(), "pending": set(), "overdue": set(), "minutes": []}
        )
        line["done" if done else "pending"].add(item.object_id)
        if late:
            line["overdue"].add(item.object_id)
        line["minutes"].append(item.taken_minutes if done else so_far)
    return found


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_totals_are_what_plain_python_counts(lived, period):
    with at(*NOW):
        found = counts.of(IncomingDocument.objects.all(), period)
        assert found["totals"] == {**dict.fromkeys(found["totals"], 0), **plain_totals(
            period, dt.date(2026, 11, 24)
        )}  # fmt: skip


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_steps_means_and_percentiles_are_what_plain_python_counts(lived, period):
    with at(*NOW):
        found = counts.of(IncomingDocument.objects.all(), period)["steps"]
        wanted = plain_steps(period, clock.now())
    assert set(found) == set(wanted)
    for step, line in wanted.items():
        for sort in ("done", "pending", "overdue"):
            assert found[step][sort] == len(line[sort]), (step, sort)
        span, minutes = (
            Span.of(joined([found[step]["took"], found[step]["waits"]])),
            sorted(line["minutes"]),
        )
        assert span.n == len(minutes)
        assert span.mean == pytest.approx(sum(minutes) / len(minutes)), step
        assert span.ninth == minutes[-(-len(minutes) * 9 // 10) - 1], step


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_came_less_what_went_is_open(lived, period):
    with at(*NOW):
        totals = counts.of(IncomingDocument.objects.all(), period)["totals"]
    went = totals["closed"] + totals["rejected"] + totals["void"]
    assert totals["carried"] + totals["received"] - went == totals["open"]


@pytest.mark.parametrize("period", PERIODS[:3], ids=str)
def test_groups_add_up_to_the_whole(lived, period):
    with at(*NOW):
        found = counts.of(IncomingDocument.objects.all(), period)
    for name, lines in found["groups"].items():
        sums = [sum(line[2 + n] for line in lines) for n in range(len(COLUMNS))]
        assert sums == [found["totals"][column] for column in COLUMNS], name


def test_late_days_are_workdays(lived):
    with at(*NOW):
        found = counts.of(IncomingDocument.objects.all(), PERIODS[3])
        late = [
            calendar.between(row.due_on, local(row.closed_at))
            for row in IncomingDocument.objects.exclude(closed_at=None).exclude(due_on=None)
            if local(row.closed_at) > row.due_on
        ]
    assert late
    assert found["late_days"] == sorted([n, times] for n, times in Counter(late).items())


# Every number opens its rows


def rows_at(url: str, reader: User) -> int:
    return to_take_away(QueryDict(url.partition("?")[2]), reader).filtered.count()


@pytest.mark.parametrize("person", ["director", "clerk", "head", "other_head"])
@pytest.mark.parametrize("period", PERIODS[1:4], ids=str)
def test_every_figure_is_the_number_of_its_rows(lived, person, period):
    reader = getattr(lived, person)
    with at(*NOW):
        scope = services.scope(reader)
        found = services.figures(scope, period)
        report = Report(found, scope=scope.query)
        cells = [cell for _sign, _name, cell in report.balance]
        cells += [*cells_of([*report.tables, year(scope, period)])]
        whole = {cell for cell in cells if cell.url and not cell.digits}
        assert len(whole) > 20
        for cell in whole:
            assert rows_at(cell.url, reader) == cell.value, cell
        for step in found.figures["steps"]:
            own = scope.rows.filter(is_sealed=False).values("pk")
            work = measures.at_step(measures.items(), step).filter(object_id__in=own)
            met = work.filter(OF_WORK["step"][1](period))
            wanted = len(set(met.values_list("object_id", flat=True)))
            assert rows_at(report.url("step", step=step), reader) == wanted, step


@pytest.mark.parametrize("person", ["director", "head", "other_head"])
def test_every_wait_is_the_number_of_its_rows(lived, person):
    reader = getattr(lived, person)
    with at(*NOW):
        found = Waiting(services.scope(reader))
        for table in (found.by_step, found.by_unit, found.by_person):
            for line in table.lines:
                assert rows_at(line.cells[0].url, reader) == line.cells[0].value, line
                assert rows_at(line.cells[1].url, reader) == line.cells[1].value, line


def test_the_page_of_waits_says_what_is_worst(lived):
    with at("12-01"):
        page = signed_in(lived.director).get(reverse("documents:figures-waiting")).content.decode()
        waits = Waiting(services.scope(lived.director))
    worst = max(waits.steps, key=lambda wait: (wait.late, wait.ninth, wait.open))
    assert f"Worst is “{measures.LABELS[worst.key]}”: {worst.late} of {worst.open}" in page


def test_the_register_names_the_figure_and_keeps_it_while_one_filters_on(lived):
    with at(*NOW):
        url = Report(services.figures(services.scope(lived.director), OCTOBER)).url("closed")
        page = signed_in(lived.director).get(url).content.decode()
    assert "Oct 2026　Were closed" in page
    assert '<input type="hidden" name="measure" value="closed">' in page


@pytest.mark.parametrize(
    "query",
    [
        "measure=nothing", "measure=waiting&holder=unit-x", "measure=closed&begin=xx",
        "measure=closed&begin=2026-12-01&end=2026-01-01", "without=unit", "kind=x",
        "sender=999999", "step=handle",
    ],
)  # fmt: skip
def test_a13_an_odd_address_is_a_register(lived, query):
    answer = signed_in(lived.director).get(f"{reverse('documents:incoming')}?{query}")
    assert answer.status_code == 200


# Whose figures


def test_a_head_sees_the_own_unit_and_nothing_else(lived):
    with at(*NOW):
        own = IncomingDocument.objects.filter(lead_unit=lived.standards)
        client = signed_in(lived.head)
        found = services.figures(services.scope(lived.head), NOVEMBER).figures
        assert found["totals"] == counts.of(own, NOVEMBER)["totals"]
        page = client.get(reverse("documents:figures")).content.decode()
    assert "标准信息科" in page
    assert "By lead unit" not in page


def test_a29_a_classified_envelope_is_in_no_figure(lived):
    before = counts.of(IncomingDocument.objects.all(), NOVEMBER)
    with at("11-12"):
        walk(None, "sealed", lived)
        walk(None, "collected", lived)
    for is_whole in (True, False):
        found = counts.of(IncomingDocument.objects.all(), NOVEMBER, is_whole=is_whole)
        assert found == before


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("from=2026-11-30&to=2026-11-01", "The last day is not before the first."),
        ("from=2026-11-31&to=2026-11-01", "Enter a valid date."),
        ("from=2026-11-01", "This field is required."),
        ("from=0001-01-01&to=0001-02-01", "This is no day of this office."),
        ("from=1990-01-01&to=2026-02-01", "At most ten years at once."),
    ],
)
def test_a_period_that_is_none_is_said_beside_the_field(lived, days, says):
    answer = signed_in(lived.director).get(f"{reverse('documents:figures')}?{days}")
    assert answer.status_code == 422
    page = answer.content.decode()
    assert says in page
    assert f'value="{QueryDict(days)["from"]}"' in page


# Taken away


def test_the_paper_holds_the_numbers_of_the_page(lived):
    with at(*NOW):
        url = reverse("documents:figures")
        answer = signed_in(lived.director).get(f"{url}?{OCTOBER.query}&as=pdf")
        totals = counts.of(IncomingDocument.objects.all(), OCTOBER)["totals"]
    text = papers.text(answer.content)
    assert "收文统计表2026年10月" in text
    assert "按主办科室" in text
    assert f"{totals['carried']}{totals['received']}{totals['closed']}" in text


def test_the_workbook_has_a_sheet_for_each_table(lived):
    with at(*NOW):
        url = reverse("documents:figures")
        answer = signed_in(lived.director).get(f"{url}?{OCTOBER.query}&as=xlsx")
        totals = counts.of(IncomingDocument.objects.all(), OCTOBER)["totals"]
    file = answer.getvalue()
    book = load_workbook(io.BytesIO(file))
    assert len(book.sheetnames) == 7
    assert [row[1].value for row in book["Oct 2026"]][1:] == [
        totals[key] for key in ("carried", "received", "closed", "rejected", "void", "open")
    ]
    assert [cell.value for cell in list(book["By class"])[-1]][1:] == [totals[c] for c in COLUMNS]
