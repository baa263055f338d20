"""发文登记簿、用印登记簿、分发登记簿、发文稿纸: what they show, who sees them, what is printed."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook
from pytest_django.plugin import DjangoDbBlocker

from documents.drafting.models import Copy, Dispatch, Seal
from documents.drafting.plan import POINTS, Recipient
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.issued import exports, ledgers, pages, printing
from office import sheets
from office.jobs.models import Job
from office.people.models import User
from office.tabs import services as tabs
from office.tabs.shelf import spelled
from office.workdays import calendar
from office.workdays.services import seed
from tests.documents import papers
from tests.documents.dispatched import write
from tests.documents.drafts import to_ready, to_sealed, to_signed, words
from tests.documents.factories import Office, make_office, seated, sitting
from tests.documents.lived import at
from tests.office.factories import ActingFactory, signed_in

pytestmark = pytest.mark.django_db
NOW = ("11-24", "10:20")
REGISTER, SEALS, COPIES = (
    "documents:dispatch", "documents:dispatch-seals", "documents:dispatch-copies",
)  # fmt: skip


@pytest.fixture(scope="module")
def written(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Any]:
    """Two months of writing, lived once for this module."""
    with django_db_blocker.unblock():
        atomic = transaction.atomic()
        atomic.__enter__()
        seed(range(2026, 2027))
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


@pytest.fixture
def keys(written: Any) -> dict[str, int]:
    made: dict[str, int] = written[1]
    return made


def at_now(person: User, address: str, query: str = "") -> Any:
    with at(*NOW):
        return signed_in(person).get(reverse(address) + query)


def shown(person: User, address: str, query: str = "") -> list[dict[str, Any]]:
    answer = at_now(person, address, query)
    assert answer.status_code == 200
    rows: list[dict[str, Any]] = answer.context["rows"]
    return rows


# The register


@pytest.mark.parametrize(
    ("query", "fates"),
    [
        ("", {"waiting", "twice"}),
        ("?view=mine", {"whole", "void", "refused", "dropped"}),
        ("?view=issued", {"whole", "void", "twice"}),
        ("?view=sign", set()),
        ("?view=all", {"whole", "void", "refused", "waiting", "dropped", "twice"}),
        ("?kind=通知", {"waiting", "twice"}),
        ("?state=void", {"void", "dropped"}),
        ("?since=2026-11-01&until=2026-11-02", {"void"}),  # dated when it was signed
        ("?since=2026-11-09&until=2026-11-11", {"waiting"}),  # undated: when it was begun
        ("?year=2026", {"whole", "void", "twice"}),
        ("?year=2025", set()),
        ("?q=年度工作总结", {"waiting", "twice"}),
        ("?unit=0", {"whole", "void", "refused", "waiting", "dropped", "twice"}),  # left out
    ],
)
def test_views_and_filters(
    office: Office, keys: dict[str, int], query: str, fates: set[str]
) -> None:
    person = office.staff if "mine" in query else office.clerk
    found = {row["pk"] for row in shown(person, REGISTER, query)}
    assert found == {keys[fate] for fate in fates}


def test_by_unit_and_by_code(office: Office, keys: dict[str, int]) -> None:
    code = Dispatch.objects.get(pk=keys["whole"]).code_id
    assert len(shown(office.clerk, REGISTER, f"?unit={office.data.pk}")) == 2
    assert len(shown(office.clerk, REGISTER, f"?code={code}")) == 6


def test_each_view_says_how_much_it_holds(office: Office) -> None:
    views = at_now(office.staff, REGISTER).context["views"]
    counts = {name: count for name, _label, count, _late in views}
    assert counts["mine"] == "4"
    for name, count in counts.items():
        assert len(shown(office.staff, REGISTER, f"?view={name}")) == int(count)


@pytest.mark.parametrize("name", [*pages.SORTS])
def test_every_order_turns_round_and_ends(office: Office, name: str) -> None:
    def order(sort: str) -> list[int]:
        with at(*NOW):
            page = pages.on_screen(QueryDict(f"view=all&sort={sort}"), office.clerk)
            return [row["pk"] for row in page.rows]

    assert order(name) == order(f"-{name}")[::-1]
    assert len(order(name)) == 6


def test_a_void_number_keeps_its_line_and_its_reason(office: Office, keys: dict[str, int]) -> None:
    rows = shown(office.clerk, REGISTER, "?view=issued&sort=number")
    assert [row["number"] for row in rows] == [f"江质信〔2026〕{n}号" for n in (1, 2, 3)]
    assert "事项取消，不再印发。" in rows[1]["to"]
    assert 'class="void"' in rows[1]["html"]


def test_the_printed_book_of_a_year_has_no_gap(office: Office) -> None:
    content = at_now(office.clerk, REGISTER, "?view=issued&year=2026&sort=number&as=pdf").content
    text = papers.text(content)
    places = [text.index(f"江质信〔2026〕{n}号") for n in (1, 2, 3)]
    assert places == sorted(places)
    assert "作废：事项取消，不再印发。" in text
    assert "共3件" in text
    for heading in exports.ON_PAPER:
        assert papers.squeezed(heading) in text


def test_the_sheet_holds_who_signed_sealed_sent_and_received(office: Office) -> None:
    answer = at_now(office.clerk, REGISTER, "?view=issued&sort=number&as=xlsx")
    lines = list(load_workbook(io.BytesIO(answer.getvalue())).active.values)
    whole = dict(zip(lines[0], lines[1], strict=True))
    assert whole["Document number"] == "江质信〔2026〕1号"
    assert whole["Signed by"] == "陈国梁"
    assert (whole["Sealed"].day, whole["Sent"].day) == (16, 16)
    assert whole["Acknowledged"] == "1/2"
    assert whole["Way"] == "内部送达、文件交换"
    assert lines[2][-1] == "作废：事项取消，不再印发。"


def test_what_stands_round_the_register_is_ones_own(office: Office) -> None:
    with at(*NOW):
        query = spelled(QueryDict("kind=通知"))
        tabs.keep(REGISTER, "通知", query, actor=office.clerk)
        page = signed_in(office.clerk).get(reverse(REGISTER) + "?kind=通知").content.decode()
        other = signed_in(office.director).get(reverse(REGISTER)).content.decode()
    assert 'aria-current="page">通知' in page
    assert ">通知<span" not in other


@pytest.mark.parametrize(
    "query",
    ["measure=nothing", "measure=signed&begin=xx", "measure=signed&begin=2026-12-01&end=2026-01-01",
     "kind=x", "code=999999", "year=99999", "step=review", "rule=" + "T" * 40, "after=xx",
     "sort=pk", "view=nothing"],
)  # fmt: skip
def test_a13_an_odd_address_is_a_register(office: Office, query: str) -> None:
    assert at_now(office.clerk, REGISTER, f"?{query}").status_code == 200


def test_who_may_take_the_register_away(office: Office) -> None:
    for person in (office.clerk, office.director, office.principal, office.archivist):
        assert at_now(person, REGISTER, "?as=xlsx").status_code == 200
    for person in (office.staff, office.head):
        assert at_now(person, REGISTER).status_code == 200
        assert at_now(person, REGISTER, "?as=xlsx").status_code == 403
    assert at_now(office.audit, REGISTER).status_code == 403


# The books of seals and of distribution


def test_the_book_of_seals(office: Office, keys: dict[str, int]) -> None:
    rows = shown(office.screener, SEALS)
    assert [row["dispatch"] for row in rows] == [keys["twice"], keys["whole"]]
    first = rows[1]
    assert (first["number"], first["seal__name"], first["count"]) == (
        "江质信〔2026〕1号", "中心印章", 5,
    )  # fmt: skip
    assert (first["dispatch__drafter__name"], first["approved"], first["by"]) == (
        "Staff", "陈国梁", "Screener",
    )  # fmt: skip
    seal = Seal.objects.get().pk
    assert len(shown(office.screener, SEALS, f"?seal={seal}&since=2026-11-01")) == 1
    assert shown(office.screener, SEALS, f"?unit={office.standards.pk}&until=2026-10-15") == []
    assert len(shown(office.screener, SEALS, "?q=年度工作总结")) == 1


def test_who_acts_stands_on_every_paper(office: Office) -> None:
    with at("11-24", "11:00"):
        row = to_ready(office)
        stand_in = seated(office.deputy, office.principal)
        signing.sign(row.pk, actor=stand_in, opinion="同意。")
        signing.recheck(row.pk, actor=office.screener)
        to = [Recipient("江川省市场监督管理局")]
        issuing.register(row.pk, actor=office.clerk, recipients=to)
        issuing.print_(row.pk, actor=office.clerk)
        ActingFactory(absent=office.screener, deputy=office.second_clerk)
        keeper = sitting(office.second_clerk, office.screener)
        issuing.seal(row.pk, actor=keeper, seal=Seal.objects.get(), count=1)
        book = ledgers.SEALS.page(QueryDict(""), office.clerk)
        line = next(each for each in book.rows if each["dispatch"] == row.pk)
        sheet = papers.text(printing.drafting_sheet(Dispatch.objects.get(pk=row.pk)))
        register = papers.text(
            exports.dispatches_on_paper(
                pages.to_take_away(QueryDict("view=all"), office.clerk).every(), "发文登记簿"
            )
        )
    assert line["approved"] == "陈国梁（Deputy代）"
    assert line["by"] == "Screener（Second_Clerk代）"
    assert "陈国梁（Deputy代）" in sheet
    assert "Screener（Second_Clerk代）" in sheet
    assert "陈国梁（Deputy代）" in register


def test_the_book_of_distribution(office: Office, keys: dict[str, int]) -> None:
    def who(query: str) -> set[tuple[int, str]]:
        return {(row["dispatch"], row["recipient"]) for row in shown(office.clerk, COPIES, query)}

    outside, inside = "江川省市场监督管理局", "质量数据科"
    whole, void, twice = keys["whole"], keys["void"], keys["twice"]
    assert who("") == {(whole, outside), (twice, outside), (twice, inside)}
    assert who("?view=unsent") == set()  # of a void document nothing is sent
    assert (void, outside) in who("?view=all")
    assert len(who("?view=all")) == 6
    assert who(f"?unit={office.data.pk}&view=all") == {
        (whole, inside), (void, inside), (twice, inside)}  # fmt: skip
    assert who("?since=2026-11-20") == {(twice, outside), (twice, inside)}
    assert who("?way=inside") == {(whole, inside), (twice, inside)}
    assert who("?q=数据科") == {(whole, inside), (void, inside), (twice, inside)}


def test_what_nobody_acknowledges_stands_out(office: Office, keys: dict[str, int]) -> None:
    lights = {
        (row["dispatch"], row["recipient"]): str(row["light"])
        for row in shown(office.clerk, COPIES, "?view=all")
    }
    outside, inside = "江川省市场监督管理局", "质量数据科"
    late = lights[keys["whole"], outside]
    assert "light-red" in late
    assert "Not acknowledged for 27 days" in late
    assert "light-amber" in lights[keys["twice"], outside]
    assert "Acknowledged" in lights[keys["whole"], inside]
    assert "Void document" in lights[keys["void"], inside]


def test_copy_numbers_are_shown_when_they_were_given(office: Office, keys: dict[str, int]) -> None:
    Copy.objects.filter(dispatch=keys["whole"], unit=None).update(first_number=1)
    Copy.objects.filter(dispatch=keys["whole"], unit=office.data).update(first_number=4)
    rows = shown(office.clerk, COPIES, "?view=all&q=审计设备&sort=number")
    found = {row["recipient"]: row["numbers"] for row in rows if row["dispatch"] == keys["whole"]}
    assert found == {"江川省市场监督管理局": "1–3", "质量数据科": "4"}
    paper = papers.text(at_now(office.clerk, COPIES, "?view=all&as=pdf").content)
    assert "1–3" in paper
    sheet = papers.text(printing.drafting_sheet(Dispatch.objects.get(pk=keys["whole"])))
    assert "5份（份号1–5）" in sheet


@pytest.mark.parametrize("address", [SEALS, COPIES])
def test_who_may_see_a_book_and_take_it_away(office: Office, address: str) -> None:
    for person in (office.clerk, office.director, office.screener):
        assert at_now(person, address).status_code == 200
        for form in ("pdf", "xlsx"):
            assert at_now(person, address, f"?as={form}").status_code == 200
    for person in (office.staff, office.head, office.principal, office.archivist, office.audit):
        assert at_now(person, address).status_code == 403
        page = at_now(person, REGISTER)
        assert reverse(address) not in page.content.decode()
    assert reverse(address) in at_now(office.clerk, REGISTER).content.decode()


@pytest.mark.parametrize(
    ("address", "title", "headings"),
    [
        (SEALS, "用印登记簿", exports.SEALS_ON_PAPER),
        (COPIES, "分发登记簿", exports.COPIES_ON_PAPER),
    ],
)
def test_the_books_on_paper(
    office: Office, address: str, title: str, headings: tuple[str, ...]
) -> None:
    text = papers.text(at_now(office.clerk, address, "?view=all&as=pdf").content)
    assert title in text
    assert "江质信〔2026〕1号" in text
    for heading in headings:
        assert heading in text
    empty = papers.text(at_now(office.clerk, address, "?until=2020-01-01&as=pdf").content)
    assert "没有符合条件的" in empty


@pytest.mark.parametrize("address", [REGISTER, SEALS, COPIES])
def test_a_long_book_is_written_by_a_job(
    office: Office, address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sheets, "AT_ONCE", {"xlsx": 1, "pdf": 1})
    answer = at_now(office.clerk, address, "?view=all&as=xlsx")
    assert answer.status_code == 302
    job = Job.objects.get()
    work = {REGISTER: exports.register, SEALS: exports.seals, COPIES: exports.copies}[address]
    result = work(job.arguments, office.clerk, lambda _done, _total: None)
    assert result.file is not None
    lines = list(load_workbook(result.file).active.values)
    assert len(lines) == {REGISTER: 7, SEALS: 3, COPIES: 7}[address]


@pytest.mark.parametrize(
    "query", ["seal=x", "unit=999999", "since=yy", "way=pigeon", "view=no", "sort=x",
              "after=zz"]
)  # fmt: skip
@pytest.mark.parametrize("address", [SEALS, COPIES])
def test_a13_an_odd_address_is_a_book(office: Office, address: str, query: str) -> None:
    assert at_now(office.clerk, address, f"?{query}").status_code == 200


# 发文稿纸


def test_the_sheet_holds_every_opinion_and_the_text_behind_it(office: Office) -> None:
    row = Dispatch.objects.get(pk=to_sealed(office).pk)
    content = printing.drafting_sheet(row)
    first, *behind = papers.pages(content)
    for said in (
        "签发：", "会签：", "核稿：", "审核：", "同意。", "已核。", "陈国梁", "密级", "缓急",
        "请示", "拟稿单位", "标准信息科", "关于购置审计设备的请示", "主送", "抄送", "附件",
        "印制份数", "复核校对", "用印", "联系人：王敏", row.number,
    ):  # fmt: skip
        assert said in first, said
    assert "现有设备不能满足需要。" in "".join(behind)
    assert row.signed_digest[:8] in first


def test_words_that_overflow_a_box_go_to_the_annex_in_full(office: Office) -> None:
    row = writing.draft(words(office), actor=office.staff)
    long = "涉及我科的数据接口部分，请补充安全评估的依据和时间安排，并与网络运行科商定分工。" * 6
    writing.submit(row.pk, actor=office.staff)
    reviewing.review(row.pk, actor=office.head, opinion="同意，请办公室核稿。")
    reviewing.send_back(row.pk, actor=office.director, to="drafting", reason="请补充经费依据。")
    writing.submit(row.pk, actor=office.staff)
    reviewing.review(row.pk, actor=office.head, opinion="已补充。")
    reviewing.check(
        row.pk, actor=office.director, points=POINTS, opinion="请会签。",
        asked=[office.data], bodies=["江川省财政厅"],
    )  # fmt: skip
    reviewing.countersign(row.pk, actor=office.other_head, agrees=False, opinion=long)
    reviewing.note_countersign(
        row.pk, actor=office.screener, body="江川省财政厅", signer="王某", agrees=True,
        opinion="同意",
    )  # fmt: skip
    first, annex, *_behind = papers.pages(printing.drafting_sheet(Dispatch.objects.get(pk=row.pk)))
    assert "见附页" in first
    assert long not in first
    assert "发文稿纸附页" in annex
    assert long in annex
    assert "不同意" in first
    assert "请补充经费依据。" in annex  # no box of the form is for what sent it back
    assert "退回" in annex


def test_a_signature_on_a_text_that_was_changed_is_shown_as_an_earlier_one(office: Office) -> None:
    row = to_signed(office)
    signing.revise(
        row.pk, actor=office.screener, title=row.title, body=row.body + "\n补充说明。",
        reason="漏一段",
    )  # fmt: skip
    signing.sign(row.pk, actor=office.principal, opinion="同意修改后的文本。")
    first, annex, *_ = papers.pages(printing.drafting_sheet(Dispatch.objects.get(pk=row.pk)))
    assert "同意修改后的文本。" in first
    assert "此前签发" in annex
    assert "漏一段" in annex


def test_an_empty_draft_has_a_sheet_without_a_text(office: Office) -> None:
    row = writing.draft(words(office, title="", body="", addressees=()), actor=office.staff)
    (only,) = papers.pages(printing.drafting_sheet(Dispatch.objects.get(pk=row.pk)))
    assert "发文稿纸" in only
