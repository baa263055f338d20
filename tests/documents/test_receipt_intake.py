"""签收、登记、初审: from the door to the office (条例 §24(1)–(3))."""

import datetime as dt
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import POINTS
from documents.receipt.services import circulation, closing, intake
from documents.receipt.workflow import State
from documents.reference.models import Relation
from office import clock
from office.audit.models import Entry
from office.errors import NotAllowed, Refused
from office.search.models import SearchEntry
from tests.documents.factories import (
    Office,
    SenderFactory,
    day,
    envelope,
    fresh,
    not_allowed,
    owed,
    paper,
    refused,
    signed_for,
    step,
    trail,
    walk,
)
from tests.office.factories import signed_in


@pytest.mark.parametrize("state", State.values)
def test_every_state_is_reached_and_sound(office: Office, state: str) -> None:
    row = walk(None, state, office)

    assert row.state == state
    check_invariants(row)


# 签收


def test_several_pieces_are_signed_for_at_once_each_with_its_time(office: Office) -> None:
    moment = clock.now() - dt.timedelta(minutes=20)
    pieces = [envelope(pieces=2, signed_for_at=moment), envelope(condition="damaged"), envelope()]

    rows = intake.sign_for(pieces, actor=office.clerk, delivery_list="机要交换 11-23")

    assert [row.delivery_list for row in rows] == ["机要交换 11-23"] * 3
    assert fresh(rows[0]).signed_for_at == moment
    for row in rows:
        assert (row.state, row.signed_for_by, trail(row)) == (
            "signed_for",
            office.clerk,
            ["sign_for"],
        )
        assert owed(row) == {("register", "Registry clerk")}
        check_invariants(row)


def test_only_the_registry_signs(office: Office) -> None:
    with pytest.raises(NotAllowed, match="registry"):
        intake.sign_for([envelope()], actor=office.screener)
    assert not IncomingDocument.objects.exists()


def test_nothing_is_not_signed_for_and_nothing_in_advance(office: Office) -> None:
    with pytest.raises(Refused):
        intake.sign_for([], actor=office.clerk)
    later = clock.now() + dt.timedelta(hours=1)
    with pytest.raises(Refused):
        intake.sign_for([envelope(signed_for_at=later)], actor=office.clerk)


def test_a_form_sent_twice_signs_once(office: Office) -> None:
    key = uuid4()
    intake.sign_for([envelope(), envelope()], actor=office.clerk, once=key)
    with pytest.raises(Refused, match="just been signed"):
        intake.sign_for([envelope(), envelope()], actor=office.clerk, once=key)
    assert IncomingDocument.objects.count() == 2


def test_a_second_document_from_the_same_envelope(office: Office) -> None:
    first = walk(None, State.REGISTERED, office)
    second = intake.register_another(first.pk, actor=office.clerk)

    assert (second.sender, second.signed_for_at) == (first.sender, first.signed_for_at)
    assert (second.state, second.serial) == (State.SIGNED_FOR, None)
    check_invariants(second)


# 涉密信封


def test_a_sealed_envelope_takes_no_content(office: Office) -> None:
    row = walk(None, State.SEALED, office)

    with refused(row, "保密法"):
        intake.register(row.pk, actor=office.clerk, **paper())
    with refused(row, "保密法"):
        intake.register_another(row.pk, actor=office.clerk)
    with refused(row):
        circulation.circulate(row.pk, actor=office.clerk, readers=[office.head])
    with refused(row):
        closing.annotate(row.pk, actor=office.clerk, opinion="内容")
    assert owed(row) == {("collect", "Confidential clerk")}


@pytest.mark.parametrize("column", ["title", "doc_number", "note", "organ_code", "title_key"])
def test_the_database_refuses_content_of_a_sealed_envelope(office: Office, column: str) -> None:
    row = walk(None, State.SEALED, office)
    with pytest.raises(IntegrityError, match="sealed_has_no_content"), transaction.atomic():
        IncomingDocument.objects.filter(pk=row.pk).update(**{column: "内容"})


def test_only_the_confidential_clerk_collects_and_there_it_ends(office: Office) -> None:
    row = walk(None, State.SEALED, office)
    with not_allowed(row):
        intake.collect(row.pk, actor=office.clerk)

    with step(row, "collect"):
        intake.collect(row.pk, actor=office.confidential)
    assert owed(row) == set()
    assert row.workflow.open_to(fresh(row), office.confidential) == []


def test_a_sealed_envelope_is_hidden_and_never_named(office: Office) -> None:
    row = walk(None, State.SEALED, office)
    readers = {p.username for p in office.people if IncomingDocument.objects.visible_to(p).exists()}

    assert readers == {"clerk", "confidential"}
    assert not SearchEntry.objects.exists()
    assert row.sender.name not in row.desk_title


def test_a28_sealed_envelopes_differ_by_number_and_time_and_name_nobody(office: Office) -> None:
    sender = SenderFactory(name="江川省密件厅")
    numbers = ("江密厅机〔2026〕118号", "江密厅机〔2026〕119号", "")
    rows = [signed_for(office, sender=sender, is_sealed=True, envelope_number=n) for n in numbers]

    titles = [row.open_items[0].title for row in rows]

    assert len(set(titles)) == 3
    assert ("118" in titles[0], "119" in titles[1]) == (True, True)
    signed_at = timezone.localtime(rows[2].signed_for_at)
    assert titles[2] == f"Classified envelope, signed for {signed_at:%m-%d %H:%M}"  # no key of ours
    assert not any("密厅" in title for title in titles)


# 登记


def test_registering_gives_the_number_and_takes_the_document_number_apart(office: Office) -> None:
    row = signed_for(office)
    with step(row, "register"):
        intake.register(row.pk, actor=office.clerk, **paper(doc_number="江科发[ 2026 ]012 号"))
    row = fresh(row)

    assert row.doc_number == "江科发〔2026〕12号"
    assert (row.organ_code, row.doc_year, row.doc_serial) == ("江科发", 2026, 12)
    assert row.reference == f"收上〔{clock.today().year}〕1号"
    assert (row.registered_by, owed(row)) == (office.clerk, {("screen", "Office staff")})


@pytest.mark.parametrize(
    "typed",
    [
        "江科发(2026)12号",
        "江科发【2026】12号",
        "江科发[2026]第12号",
        "江科发\uff3b2026\uff3d\uff11\uff12号",
        "江科发〔2026〕 12 号",
    ],
)
def test_brackets_and_widths_are_normalised(office: Office, typed: str) -> None:
    row = signed_for(office)
    intake.register(row.pk, actor=office.clerk, **paper(doc_number=typed))
    assert fresh(row).doc_number == "江科发〔2026〕12号"


def test_another_form_of_number_is_kept_as_typed(office: Office) -> None:
    row = signed_for(office)
    intake.register(
        row.pk, actor=office.clerk, **paper(doc_number="中华人民共和国国务院令  第783号")
    )
    row = fresh(row)
    assert (row.doc_number, row.organ_code) == ("中华人民共和国国务院令 第783号", "")


def test_each_class_has_its_own_series(office: Office) -> None:
    numbers = []
    for relation in (*Relation.values, "superior"):
        row = signed_for(office, sender=SenderFactory(relation=relation))
        intake.register(row.pk, actor=office.clerk, **paper())
        numbers.append(fresh(row).reference.replace(str(clock.today().year), ""))
    assert numbers == ["收上〔〕1号", "收平〔〕1号", "收下〔〕1号", "收他〔〕1号", "收上〔〕2号"]


def test_each_year_begins_with_one(office: Office) -> None:
    last_day = dt.datetime(2026, 12, 31, 16, 0, tzinfo=clock.now().tzinfo)
    with clock.at(last_day):
        for _n in range(3):
            walk(None, State.REGISTERED, office)
        late = signed_for(office)
    with clock.at(last_day + dt.timedelta(days=4)):
        intake.register(late.pk, actor=office.clerk, **paper())
    assert fresh(late).reference == "收上〔2027〕1号"
    assert fresh(late).received_on == dt.date(2026, 12, 31)


def test_a_number_is_not_taken_by_a_refusal(office: Office) -> None:
    row = signed_for(office)
    with refused(row, "title"):
        intake.register(row.pk, actor=office.clerk, **paper(title="  "))
    with refused(row, "telegrams"):
        intake.register(row.pk, actor=office.clerk, **paper(urgency="特提"))
    intake.register(row.pk, actor=office.clerk, **paper(urgency="特提", is_telegram=True))
    assert fresh(row).serial == 1


def test_the_database_refuses_the_same_number_twice(office: Office) -> None:
    one, other = walk(None, State.REGISTERED, office), walk(None, State.REGISTERED, office)
    with pytest.raises(IntegrityError, match="number_unique"), transaction.atomic():
        IncomingDocument.objects.filter(pk=other.pk).update(serial=one.serial)


@pytest.mark.parametrize("urgency", ["紧急", "急件", "平件", "特提"])
def test_the_database_refuses_an_urgency_the_law_does_not_know(
    office: Office, urgency: str
) -> None:
    row = walk(None, State.REGISTERED, office)
    with pytest.raises(IntegrityError, match="urgency_legal"), transaction.atomic():
        IncomingDocument.objects.filter(pk=row.pk).update(urgency=urgency)


def test_a_correction_keeps_the_number_and_the_old_values(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    with step(row, "correct"):
        intake.correct(
            row.pk, actor=office.clerk, reason="文号登错", title="新的标题", urgency="特急"
        )
    after = fresh(row)

    assert (after.serial, after.title, after.state) == (row.serial, "新的标题", row.state)
    entry = Entry.objects.about(row).last()
    assert entry
    assert row.title in entry.comment
    assert entry.comment.startswith("文号登错")
    assert {(item.title, item.urgency) for item in after.open_items} == {("新的标题", 2)}
    with refused(row, "Nothing"):
        intake.correct(row.pk, actor=office.clerk, reason="再改", title="新的标题")


def test_reading_or_handling_is_not_corrected_once_it_is_decided(office: Office) -> None:
    row = walk(None, State.REGISTERED, office)
    with step(row, "correct"):
        intake.correct(row.pk, actor=office.clerk, reason="错", nature="reading")
    for state, other in ((State.HANDLING, "reading"), (State.CIRCULATING, "handling")):
        row = walk(None, state, office)
        with refused(row, "send it back"):
            intake.correct(row.pk, actor=office.clerk, reason="错", nature=other)


# 重复


def test_the_same_sender_and_number_look_alike(office: Office) -> None:
    row = walk(None, State.REGISTERED, office)
    number = row.doc_number.replace("〔", "[").replace("〕", "]")
    found = intake.look_alikes(sender=row.sender, doc_number=number, title="")
    assert found == [row]
    assert intake.look_alikes(sender=SenderFactory(), doc_number=number, title="") == []


def test_a_very_similar_title_looks_alike(office: Office) -> None:
    title = "关于开展二〇二六年度质量技术基础设施摸底调查工作的通知"
    row = signed_for(office)
    intake.register(row.pk, actor=office.clerk, **paper(title=title))

    def alike(text: str) -> list[IncomingDocument]:
        return intake.look_alikes(sender=row.sender, doc_number="", title=text)

    assert alike(f"《{title}》 ") == [row]
    assert alike(title.replace("工作", "")) == [row]
    assert alike("关于印发会议纪要的通知") == []
    intake.void(row.pk, actor=office.clerk, reason="重复")
    assert alike(title) == []


# 初审


@pytest.mark.parametrize("missing", POINTS)
def test_all_five_points_must_be_met(office: Office, missing: str) -> None:
    row = walk(None, State.REGISTERED, office)
    with refused(row, "第二十四条（三）"):
        intake.screen(row.pk, actor=office.screener, points=set(POINTS) - {missing})


def test_screening_passes_on_to_the_director(office: Office) -> None:
    row = walk(None, State.REGISTERED, office)
    with step(row, "screen"):
        intake.screen(row.pk, actor=office.screener, points=POINTS, opinion="符合要求")
    assert fresh(row).points_met == list(POINTS)
    assert owed(row) == {("propose", "Office director")}
    assert [o.text for o in row.opinions.all()] == ["符合要求"]


def test_a_rejected_document_ends_there_and_keeps_its_number(office: Office) -> None:
    row = walk(None, State.REGISTERED, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.head])
    with refused(row, "words"):
        intake.reject(row.pk, actor=office.screener, points=POINTS[:2], opinion=" ")
    with refused(row, "All five"):
        intake.reject(row.pk, actor=office.screener, points=POINTS, opinion="退")
    with step(row, "reject"):
        intake.reject(row.pk, actor=office.screener, points=POINTS[:2], opinion="应由省科技厅办理")

    assert (fresh(row).serial, owed(row)) == (row.serial, set())
    assert {i.step: i.outcome for i in fresh(row).items} == {
        "register": "done", "screen": "done", "read": "dropped",
    }  # fmt: skip
    assert walk(None, State.REGISTERED, office).serial == row.serial + 1
    for person in office.people:
        assert row.workflow.open_to(fresh(row), person) == []


# 作废


@pytest.mark.parametrize(
    "state",
    ["signed_for", "registered", "proposed", "assigned", "handling", "circulating", "answered"],
)
def test_void_keeps_the_number_and_leaves_nothing_owed(office: Office, state: str) -> None:
    row = walk(None, state, office)
    with refused(row, "words"):
        intake.void(row.pk, actor=office.clerk, reason="")
    with step(row, "void"):
        intake.void(row.pk, actor=office.clerk, reason="重复登记")

    after = fresh(row)
    assert (after.serial, owed(row)) == (row.serial, set())
    assert after.opinions.filter(step="void", text="重复登记").exists()
    assert Entry.objects.about(row).filter(action="void", comment="重复登记").exists()


@pytest.mark.parametrize("state", ["sealed", "collected", "rejected", "closed", "filed", "void"])
def test_what_has_ended_is_not_voided(office: Office, state: str) -> None:
    row = walk(None, state, office)
    with refused(row):
        intake.void(row.pk, actor=office.clerk, reason="重复")


# The delivery list

SIGN = reverse("documents:incoming-sign-for")


def sheet(*lines: dict[str, str], **given: str) -> dict[str, str]:
    """A delivery list as a browser sends it."""
    empty = {"sender": "", "channel": "", "envelope_number": "", "pieces": "1",
             "condition": "good", "envelope_note": ""}  # fmt: skip
    typed = {
        f"piece-{n}-{name}": value
        for n, line in enumerate(lines)
        for name, value in (empty | line).items()
    }
    counts = {"piece-TOTAL_FORMS": str(len(lines)), "piece-INITIAL_FORMS": "0"}
    shared = {"signed_for_at": f"{day(0):%Y-%m-%d}T00:00", "channel": "exchange"}
    return counts | shared | typed | given


def test_the_pieces_of_a_list_share_its_time_and_way(office: Office) -> None:
    SenderFactory(name="江川省财政厅")
    SenderFactory(name="江川省水利厅")
    lines = [{"sender": "江川省财政厅"}, {"sender": "江川省水利厅", "channel": "fax"}, {}]
    answer = signed_in(office.clerk).post(SIGN, sheet(*lines, delivery_list="机要 11-23"))
    assert answer.status_code == 302
    rows = IncomingDocument.objects.order_by("pk")
    assert [row.channel for row in rows] == ["exchange", "fax"]
    assert len({row.signed_for_at for row in rows}) == 1
    assert {row.delivery_list for row in rows} == {"机要 11-23"}


def test_a_sender_that_is_not_on_the_list_is_asked_back_once(office: Office) -> None:
    clerk = signed_in(office.clerk)
    answer = clerk.post(SIGN, sheet({"sender": "江川省林草局"}))
    assert answer.status_code == 422
    assert 'name="piece-0-relation"' in answer.content.decode()
    answer = clerk.post(SIGN, sheet({"sender": "江川省林草局", "relation": "peer"}))
    assert answer.status_code == 302
    assert IncomingDocument.objects.get().sender.relation == Relation.PEER


def test_a_longer_list_keeps_what_was_typed(office: Office) -> None:
    SenderFactory(name="江川省财政厅")
    clerk = signed_in(office.clerk)
    lines = [{"sender": "江川省财政厅", "is_sealed": "on"}, {}, {"envelope_note": "缺角"}]
    answer = clerk.post(SIGN, sheet(*lines, lines="10", delivery_list="机要 11-23"))
    page = answer.content.decode()
    assert answer.status_code == 200
    assert page.count('class="field sender') == 10
    for words in ("江川省财政厅", "缺角", "机要 11-23", "checked"):
        assert words in page
    assert not IncomingDocument.objects.exists()
    again = sheet(*lines, *[{}] * 7) | {"piece-INITIAL_FORMS": "3"}
    answer = clerk.post(SIGN, again)
    assert answer.status_code == 422  # the third line says something, but not from whom
    assert answer.content.decode().count('class="error"') == 1
    again["piece-2-envelope_note"] = ""
    assert clerk.post(SIGN, again).status_code == 302
    assert IncomingDocument.objects.get().is_sealed


def test_a20_a_list_has_an_end(office: Office) -> None:
    clerk = signed_in(office.clerk)
    for lines in ("9" * 4000, "-1", "²", "1000"):
        assert clerk.post(SIGN, sheet({"sender": "甲"}, lines=lines)).status_code < 500
        assert clerk.get(SIGN, {"lines": lines}).content.decode().count('"field sender') <= 50
