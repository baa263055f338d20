"""收文处理单: short readings, who screened it, blanks and breaks, sheets frozen long ago."""

from dataclasses import asdict

import pytest
from django.utils import timezone

from documents.book import printing
from documents.receipt import sheet
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.services import circulation, handling, intake, returning
from documents.receipt.workflow import State
from office import clock
from office.people.models import User
from tests.documents.factories import Office, fresh, seated, walk
from tests.documents.papers import pages, squeezed, text

S = State


def test_readings_without_words_stand_side_by_side(told: IncomingDocument, office: Office) -> None:
    stand_in = seated(office.deputy, office.head)
    circulation.read(told.pk, actor=stand_in, opinion="已阅。")
    read = text(printing.slip(fresh(told)))
    day_ = clock.today()
    assert f"{office.head.name}（{office.deputy.name}代）{day_.month}月{day_.day}日" in read
    assert "未阅" not in read
    opinion = squeezed("已阅，我科积极配合。")
    assert read.count(opinion) == 1
    assert f"{office.other_head.name}{day_.month}月" not in read  # his words stand in full, once


@pytest.mark.parametrize(("words", "is_short"), [
    ("已阅", True), ("已阅。", True), ("圈阅", True), ("阅", True), ("已阅知。", True),
    ("已阅，请落实。", False), ("阅后请退办公室", False), ("不同意", False),
])  # fmt: skip
def test_only_bare_readings_are_short(words: str, is_short: bool, told: IncomingDocument,
                                      office: Office) -> None:  # fmt: skip
    circulation.read(told.pk, actor=office.head, opinion=words)
    read = text(printing.slip(fresh(told)))
    name, today = office.head.name, clock.today()
    signed = f"{words}{name}{today.year}年{today.month}月{today.day}日"
    assert (signed not in read) is is_short
    assert (f"{name}{today.month}月{today.day}日" in read) is is_short


@pytest.mark.parametrize("attack", ["<script>alert(1)</script>", "{{ facts }}", "</p></td><h1>假"])
def test_a14_a15_names_and_posts_are_printed_as_typed(
    attack: str, told: IncomingDocument, office: Office
) -> None:
    User.objects.filter(pk=office.head.pk).update(name=f"甲{attack}", title=f"科长、{attack}")
    circulation.read(told.pk, actor=User.objects.get(pk=office.head.pk))
    row = fresh(told)
    assert squeezed(f"甲{attack}") in text(printing.slip(row))
    words = text(printing.circulation(row))
    assert squeezed(f"甲{attack}") in words
    assert squeezed(f"科长、{attack}") in words


def test_who_screened_it_stands_on_the_slip_without_a_remark(office: Office) -> None:
    row = walk(None, S.REGISTERED, office)
    intake.screen(row.pk, actor=office.screener, points=POINTS)
    row = fresh(row)
    done = next(item for item in row.items if item.step == "screen")
    when = timezone.localtime(done.done_at)
    name = f"{office.screener.name}{when.year}年{when.month}月{when.day}日{when:%H:%M}"
    assert f"初审意见初审通过{name}" in text(printing.slip(row))
    returning.withdraw(row.pk, actor=office.screener)
    assert "初审意见" not in text(printing.slip(fresh(row)))
    intake.screen(row.pk, actor=office.screener, points=POINTS, opinion="五项均符合。")
    read = text(printing.slip(fresh(row)))
    assert "五项均符合。" in read
    assert "初审通过" not in read


def test_screening_without_a_remark_is_frozen_with_the_sheet(office: Office) -> None:
    row = walk(None, S.CLOSED, office)
    assert row.frozen_sheet is not None
    assert [words["name"] for words in row.frozen_sheet["opinions"] if words["step"] == "screen"]
    assert sheet.digest(row.frozen_sheet) == row.sheet_digest


def test_a_sheet_frozen_by_an_older_version_stays_as_it_was(office: Office) -> None:
    row = walk(None, S.CLOSED, office)
    assert row.frozen_sheet is not None
    old = row.frozen_sheet | {
        "opinions": [words for words in row.frozen_sheet["opinions"] if words["text"]]
    }
    row.frozen_sheet, row.sheet_digest = old, sheet.digest(old)
    assert [asdict(words) for words in sheet.build(row).opinions] == old["opinions"]
    read = text(printing.slip(row))
    assert row.sheet_digest in read
    assert "初审通过" not in read
    assert all(squeezed(words["text"]) in read for words in old["opinions"])


def test_a_rubric_that_goes_on_is_named_on_the_next_page(office: Office) -> None:
    row = walk(None, S.HANDLING, office)
    for n in range(12):
        handling.progress(row.pk, actor=office.staff, opinion=f"第{n}次反馈，" + "进展情况" * 40)
    read = pages(printing.slip(fresh(row)))
    assert "收文处理单（续）承办情况" in read[1]


def test_slip_says_how_a_document_ended(office: Office) -> None:
    row = walk(None, S.REGISTERED, office)
    intake.reject(row.pk, actor=office.screener, points=[], opinion="不属本机关办理。")
    read = pages(printing.slip(fresh(row)))
    assert len(read) == 1
    assert "收文处理单（退文）" in read[0]
    assert f"经办人{office.screener.name}" in read[0]
    other = walk(None, S.REGISTERED, office)
    intake.void(other.pk, actor=office.clerk, reason="重复登记。")
    read = pages(printing.slip(fresh(other)))
    assert len(read) == 1
    assert "收文处理单（作废）" in read[0]
    assert "作废日期" in read[0]
