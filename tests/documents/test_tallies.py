"""Figures of dispatches agree with plain Python, and every number with the rows it opens."""

from __future__ import annotations

import datetime as dt
import io
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook
from pytest_django.plugin import DjangoDbBlocker

from documents.drafting.models import Dispatch, FindingAnswer, Objection, Remark
from documents.drafting.services import writing
from documents.issued import measures
from documents.issued.pages import to_take_away
from documents.numbers import cells_of
from documents.reference import seed as defaults
from documents.tallies import counts, services
from documents.tallies.counts import COLUMNS
from documents.tallies.report import Report, year
from documents.work import Span, joined
from office import clock
from office.desk.models import WorkItem
from office.people.models import User
from office.periods import Period
from office.workdays import calendar
from office.workdays.services import seed
from tests.documents import papers
from tests.documents.dispatched import write
from tests.documents.drafts import BODY, words
from tests.documents.factories import Office, make_office
from tests.documents.lived import at
from tests.office.factories import signed_in

pytestmark = pytest.mark.django_db
OCTOBER = Period(dt.date(2026, 10, 1), dt.date(2026, 10, 31))
NOVEMBER = Period(dt.date(2026, 11, 1), dt.date(2026, 11, 30))
PERIODS = [
    OCTOBER, NOVEMBER, Period(dt.date(2026, 10, 14), dt.date(2026, 11, 16)),
    Period(dt.date(2026, 1, 1), dt.date(2026, 12, 31)), Period.around(dt.date(2025, 3, 1), 1),
]  # fmt: skip
NOW = ("11-24", "10:20")
URL = "documents:dispatch-figures"


@pytest.fixture(scope="module")
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Two months of writing, lived once for this module."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        seed(range(2026, 2027))
        defaults.load()
        office = make_office()
        keys = write(office)
        User.objects.update(language="en")
        yield office, keys
        transaction.set_rollback(True)
        atomic.__exit__(None, None, None)
        calendar.forget()


@pytest.fixture
def office(written: Any) -> Office:
    made: Office = written[0]
    return made


def local(moment: dt.datetime | None) -> dt.date | None:
    return timezone.localtime(moment).date() if moment else None


def within(period: Period, moment: dt.datetime | None) -> bool:
    day = local(moment)
    return day is not None and period.begin <= day <= period.end


def figures(period: Period) -> counts.Figures:
    with at(*NOW):
        return counts.of(Dispatch.objects.all(), period)


# The same figures, written down once more in plain Python


def said(row: Dispatch, *steps: str) -> list[dt.datetime]:
    return [each.written_at for each in Remark.objects.filter(dispatch=row, step__in=steps)]


def ended_at(row: Dispatch) -> dt.datetime | None:
    if row.state == "not_issued":
        return said(row, "refuse")[0]
    return said(row, "void")[0] if row.state == "void" else row.closed_at


def plain_totals(period: Period, today: dt.date) -> Counter[str]:
    found: Counter[str] = Counter()
    for row in Dispatch.objects.all():
        begun, ended = local(row.begun_at), local(ended_at(row))
        here = begun <= period.end and (ended is None or ended > period.end)
        over = ended is not None and period.begin <= ended <= period.end
        verdicts = [v for v in plain_verdicts(row) if within(period, v.written_at)]
        found.update({
            "carried": begun < period.begin and (ended is None or ended >= period.begin),
            "begun": within(period, row.begun_at), "signed": within(period, row.signed_at),
            "issued": within(period, row.registered_at), "closed": within(period, row.closed_at),
            "distributed": within(period, row.distributed_at),
            "refused": over and row.state == "not_issued", "void": over and row.state == "void",
            "open": here,
            "open_late": here and lay_late(row, period, today),
            "judged": bool(verdicts), "judged_back": any(v.step != "check" for v in verdicts),
            "objected": any(within(period, o.found_at) for o in row.objections.all()),
        })  # fmt: skip
    return found


def lay_late(row: Dispatch, period: Period, today: dt.date) -> bool:
    before = min(period.end + dt.timedelta(1), today)
    items = [
        item for item in WorkItem.objects.about(row)
        if not item.reading and local(item.created_at) <= period.end
        and (item.done_at is None or local(item.done_at) > period.end)
    ]  # fmt: skip
    days = [row.due_on, *(item.due_on for item in items)]
    return any(day is not None and day < before for day in days)


def plain_verdicts(row: Dispatch) -> list[Remark]:
    """Go through the life of a dispatch: what was said first after each submission."""
    done = WorkItem.objects.about(row).filter(step="submit", outcome="done")
    events: list[tuple[dt.datetime, Any]] = [(item.done_at, None) for item in done]
    spoken = Remark.objects.filter(dispatch=row, step__in=["check", "send_back", "refuse"])
    events += [(each.written_at, each) for each in spoken]
    waits, found = False, []
    for _moment, remark in sorted(events, key=lambda event: event[0]):
        if remark is None:
            waits = True
        elif waits:
            found.append(remark)
            waits = False
    return found


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_totals_are_what_plain_python_counts(office: Office, period: Period) -> None:
    totals = figures(period).totals
    plain = plain_totals(period, dt.date(2026, 11, 24))
    assert totals == {key: plain[key] for key in measures.OF_DISPATCHES}


def test_the_story_is_counted_as_it_was_told(office: Office) -> None:
    october, november = figures(OCTOBER).totals, figures(NOVEMBER).totals
    wanted = {"carried": 0, "begun": 3, "signed": 1, "issued": 1, "closed": 1, "open": 2}
    assert {key: october[key] for key in wanted} == wanted
    wanted = {"carried": 2, "begun": 3, "signed": 2, "issued": 2, "closed": 0, "refused": 1,
              "void": 2, "open": 2}  # fmt: skip
    assert {key: november[key] for key in wanted} == wanted


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_was_begun_less_what_ended_is_open(office: Office, period: Period) -> None:
    totals = figures(period).totals
    ended = totals["closed"] + totals["refused"] + totals["void"]
    assert totals["carried"] + totals["begun"] - ended == totals["open"]


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_groups_add_up_to_the_whole(office: Office, period: Period) -> None:
    found = figures(period)
    for name, lines in found.groups.items():
        sums = [sum(line[2 + n] for line in lines) for n in range(len(COLUMNS))]
        assert sums == [found.totals[column] for column in COLUMNS], name


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_steps_medians_and_percentiles(office: Office, period: Period) -> None:
    with at(*NOW):
        found = counts.of(Dispatch.objects.all(), period).steps
        now = clock.now()
        plain: dict[str, list[int]] = {}
        for item in measures.items():
            done = within(period, item.done_at) and item.outcome == "done"
            lay = item.created_at < period.stop and (
                item.done_at is None or item.done_at >= period.stop
            )
            if done or lay:
                until = min(now, period.stop)
                spent = item.taken_minutes if done else calendar.working_minutes(
                    item.created_at, until)  # fmt: skip
                plain.setdefault(item.step, []).append(spent)
    assert set(found) == set(plain)
    for step, minutes in plain.items():
        span = Span.of(joined([found[step]["took"], found[step]["waits"]]))
        minutes.sort()
        assert span.n == len(minutes), step
        assert span.median == minutes[-(-len(minutes) // 2) - 1], step
        assert span.ninth == minutes[-(-len(minutes) * 9 // 10) - 1], step


@pytest.mark.parametrize("period", PERIODS, ids=str)
def test_what_passed_at_once(office: Office, period: Period) -> None:
    plain: dict[str, Counter[str]] = {}
    for row in Dispatch.objects.select_related("unit"):
        for remark in plain_verdicts(row):
            if within(period, remark.written_at):
                plain.setdefault(row.unit.short_name, Counter())[remark.step] += 1
    found = {each.name: each for each in figures(period).passing}
    assert set(found) == set(plain)
    for name, line in plain.items():
        each = found[name]
        assert (each.passed, each.returned, each.refused) == (
            line["check"], line["send_back"], line["refuse"]
        )  # fmt: skip
        assert each.submissions == sum(line.values())


def test_a_draft_sent_back_and_mended_is_judged_twice(office: Office) -> None:
    (ours,) = figures(OCTOBER).passing
    assert (ours.submissions, ours.passed, ours.returned) == (3, 2, 1)
    report = Report(figures(OCTOBER))
    assert report.passing.lines[0].cells[-1].text == "66.7"


def test_findings_by_rule(office: Office) -> None:
    found = figures(PERIODS[3]).rules
    rows = Objection.objects.all()
    assert {each.rule: each.found for each in found} == dict(Counter(row.rule for row in rows))
    for each in found:
        mine = [row for row in rows if row.rule == each.rule]
        answered = [row for row in mine if FindingAnswer.objects.filter(
            dispatch=row.dispatch, rule=row.rule, quote=row.quote)]  # fmt: skip
        assert each.answered == len(answered)
        assert each.mended == len(mine) - len(answered)  # everything here was submitted
        assert each.dispatches == len({row.dispatch_id for row in mine})
    template = next(each for each in found if each.rule == "T12")
    assert (template.found, template.mended, template.answered) == (2, 2, 0)
    assert sum(each.answered for each in found) >= 1


def test_a_finding_counts_once_before_one_submission_and_stays(office: Office) -> None:
    with at("11-24", "11:00"):
        row = writing.draft(words(office, body=BODY + "\nXXX"), actor=office.staff)
        for _try in range(3):
            writing.note_findings(row.pk, actor=office.staff)
        assert [each.rule for each in row.objections.all()] == ["T12"]
        line = next(each for each in counts.of(Dispatch.objects.filter(pk=row.pk), NOVEMBER).rules)
        assert (line.found, line.mended, line.answered) == (1, 0, 0)  # it stands there still
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("UPDATE documents_objection SET rule = 'X'")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        connection.cursor().execute("DELETE FROM documents_objection")


def test_nobody_but_the_drafter_leaves_findings(office: Office) -> None:
    with at("11-24", "11:00"):
        row = writing.draft(words(office, body=BODY + "\nXXX"), actor=office.staff)
        writing.note_findings(row.pk, actor=office.head)
    assert not row.objections.exists()


# Every number opens its rows


@pytest.mark.parametrize("person", ["director", "clerk", "head", "other_head"])
@pytest.mark.parametrize("period", PERIODS[:4], ids=str)
def test_every_figure_is_the_number_of_its_rows(
    office: Office, person: str, period: Period
) -> None:
    reader = getattr(office, person)
    with at(*NOW):
        scope = services.scope(reader)
        report = Report(counts.of(scope.rows, period), scope=scope.query)
        cells = [cell for _sign, _name, cell in report.balance]
        cells += [*cells_of([*report.tables, year(scope, period)])]
        opened = {cell for cell in cells if cell.url}
        assert len(opened) > 10
        for cell in opened:
            data = QueryDict(cell.url.partition("?")[2])
            assert to_take_away(data, reader).filtered.count() == cell.value, cell


def test_the_view_of_what_is_overdue_holds_what_is_open_and_late(office: Office) -> None:
    with at(*NOW):
        today = Period(clock.today(), clock.today())
        late = counts.of(Dispatch.objects.all(), today).totals["open_late"]
        found = to_take_away(QueryDict("view=overdue"), office.clerk).filtered
        assert 0 < found.count() == late


def test_a_head_sees_the_own_unit_and_nothing_else(office: Office) -> None:
    with at(*NOW):
        scope = services.scope(office.other_head)
        own = Dispatch.objects.filter(unit=office.data)
        assert counts.of(scope.rows, NOVEMBER).totals == counts.of(own, NOVEMBER).totals
        page = signed_in(office.other_head).get(reverse(URL)).content.decode()
    assert "质量数据科" in page
    assert "By drafting unit" not in page


def test_who_may_see_and_take_away(office: Office) -> None:
    url = reverse(URL)
    assert signed_in(office.staff).get(url).status_code == 403
    assert signed_in(office.principal).get(url).status_code == 200
    for person in (office.principal, office.head):  # of everything; of his own unit
        for form in ("pdf", "xlsx"):
            assert signed_in(person).get(f"{url}?as={form}").status_code == 200


@pytest.mark.parametrize("person", ["director", "clerk", "head"])
def test_an_empty_month(office: Office, person: str) -> None:
    client, url = signed_in(getattr(office, person)), reverse(URL)
    page = client.get(f"{url}?{PERIODS[4].query}")
    assert page.status_code == 200
    assert "Nothing to count." in page.content.decode()
    for form in ("pdf", "xlsx"):
        assert client.get(f"{url}?{PERIODS[4].query}&as={form}").status_code == 200


@pytest.mark.parametrize(
    ("days", "says"),
    [
        ("from=2026-11-30&to=2026-11-01", "The last day is not before the first."),
        ("from=0001-01-01&to=0001-02-01", "This is no day of this office."),
        ("from=1990-01-01&to=2026-02-01", "At most ten years at once."),
    ],
)
def test_a_period_that_is_none_is_said_beside_the_field(
    office: Office, days: str, says: str
) -> None:
    answer = signed_in(office.director).get(f"{reverse(URL)}?{days}")
    assert answer.status_code == 422
    assert says in answer.content.decode()


def test_paper_and_workbook_hold_the_numbers_of_the_page(office: Office) -> None:
    client, url = signed_in(office.director), reverse(URL)
    with at(*NOW):
        paper = client.get(f"{url}?{OCTOBER.query}&as=pdf").content
        book = client.get(f"{url}?{OCTOBER.query}&as=xlsx").getvalue()
    totals = figures(OCTOBER).totals
    text = papers.text(paper)
    assert "发文统计表2026年10月" in text
    assert "一次通过" in text
    sheets = load_workbook(io.BytesIO(book))
    assert [row[1].value for row in sheets["Oct 2026"]][1:] == [
        totals[key] for key in ("carried", "begun", "closed", "refused", "void", "open")
    ]
    assert [cell.value for cell in list(sheets["By kind"])[-1]][1:] == [totals[c] for c in COLUMNS]


def test_the_register_names_the_figure(office: Office) -> None:
    with at(*NOW):
        url = Report(figures(OCTOBER)).url("judged_back")
        page = signed_in(office.director).get(url).content.decode()
    assert "Oct 2026　Did not pass at once" in page
    assert '<input type="hidden" name="measure" value="judged_back">' in page


def test_pressing_submit_on_the_writing_screen_notes_what_stands(office: Office) -> None:
    with at("11-24", "11:00"):
        row = writing.draft(words(office, body=BODY + "\nXXX"), actor=office.staff)
        client = signed_in(office.staff)
        form = client.get(reverse("documents:dispatch-write", args=[row.pk])).context["form"]
        data = {name: value for name, value in form.initial.items() if value not in (None, False)}
        data |= {"body": BODY + "\nXXX", "then": "submit"}
        data |= {"code": row.code_id, "signer": row.signer_id, "edition": 0}
        for name in ("addressees", "copy_to", "co_issuers"):
            data[name] = form[name].value() or ""
        answer = client.post(reverse("documents:dispatch-write", args=[row.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    assert [each.rule for each in row.objections.all()] == ["T12"]
