"""Back, withdrawn, void, refused, in another's seat: the text stays, and every name is kept."""

from __future__ import annotations

import io

import pytest
from pdfminer.high_level import extract_text

from documents.drafting import sheet
from documents.drafting.invariants import check_invariants
from documents.drafting.models import Dispatch, Remark
from documents.drafting.plan import earlier
from documents.drafting.services import issuing, reviewing, signing, writing
from documents.drafting.text import lasting, record_of
from documents.drafting.workflow import MAIN_LINE, State
from office.audit.models import Entry
from office.desk.models import WorkItem
from office.errors import NotAllowed, Refused
from office.people.models import Post, User
from tests.documents.dispatching import CALLS, LINE, STRIDES, fresh, trail, walk
from tests.documents.drafts import drafting_office, words
from tests.documents.factories import Office, seated, sitting

pytestmark = pytest.mark.django_db
S = State
HOLDERS = {
    S.SUBMITTED: "head", S.REVIEWED: "director", S.READY: "principal", S.SIGNED: "screener",
    S.RECHECKED: "clerk",
}  # fmt: skip
BACK = [
    (state, to)
    for state in HOLDERS
    for to in MAIN_LINE[: min(MAIN_LINE.index(state), 5)]
    if to != S.CHECKED
]


@pytest.fixture
def office() -> Office:
    return drafting_office()


@pytest.mark.parametrize(("state", "to"), BACK, ids=lambda each: str(each.value))
def test_sent_back_to_any_earlier_step_the_text_stays(
    office: Office, state: State, to: State
) -> None:
    row = walk(state, office, annexes=(("设备清单", "一、服务器2台。"),))
    before = lasting(record_of(row))
    assert to in earlier(row)
    holder = getattr(office, HOLDERS[state])
    row = reviewing.send_back(row.pk, actor=holder, to=to, reason="再斟酌。")
    assert row.state == to
    assert lasting(record_of(fresh(row.pk))) == before
    assert (row.signed_at, row.dated_on, row.signed_digest) == (None, None, "")
    assert row.remarks.get(step="send_back").text == "再斟酌。"
    check_invariants(row)
    for later in LINE[LINE.index(to) + 1 : LINE.index(S.SIGNED) + 1]:  # and goes the way again
        if later in STRIDES:
            step, person = STRIDES[later]
            CALLS[step](row.pk, getattr(office, person), office)
    assert fresh(row.pk).state == S.SIGNED
    check_invariants(row)


def test_nothing_is_sent_back_forward_or_without_a_reason(office: Office) -> None:
    row = walk(S.REVIEWED, office)
    for to in (S.REVIEWED, S.CHECKED, S.READY, S.SIGNED):
        with pytest.raises(Refused):
            reviewing.send_back(row.pk, actor=office.director, to=to, reason="改")
    with pytest.raises(Refused):
        reviewing.send_back(row.pk, actor=office.director, to=S.DRAFTING, reason="  ")
    assert fresh(row.pk).state == S.REVIEWED


@pytest.mark.parametrize(
    "state", [S.SUBMITTED, S.REVIEWED, S.CHECKED, S.READY, S.SIGNED, S.RECHECKED]
)
def test_a_step_is_withdrawn_until_the_next_has_opened_it(office: Office, state: State) -> None:
    row = walk(state, office)
    step, name = ("check", "director") if state == S.CHECKED else STRIDES[state]
    actor = getattr(office, name)
    before = lasting(record_of(row))
    came_from = Entry.objects.about(row).filter(action=step).latest("pk").before

    WorkItem.objects.about(row).open().update(opened_at=row.begun_at)
    with pytest.raises(Refused, match="opened"):
        reviewing.withdraw(row.pk, actor=actor)
    WorkItem.objects.about(row).open().update(opened_at=None)
    row = reviewing.withdraw(row.pk, actor=actor)
    assert row.state == came_from
    assert lasting(record_of(fresh(row.pk))) == before
    check_invariants(row)
    CALLS[step](row.pk, actor, office)
    check_invariants(row)


def test_the_signature_stands_when_the_recheck_is_withdrawn(office: Office) -> None:
    row = walk(S.RECHECKED, office)
    row = reviewing.withdraw(row.pk, actor=office.screener)
    assert row.state == S.SIGNED
    assert row.signed_digest == row.digest
    assert [each.person for each in row.signature_list if each.signed_at] == [office.principal]


def test_what_bears_a_number_is_void_and_the_number_is_never_given_again(office: Office) -> None:
    row = walk(S.REGISTERED, office)
    number = row.number
    with pytest.raises(Refused):
        reviewing.withdraw(row.pk, actor=office.clerk)
    row = issuing.void(row.pk, actor=office.clerk, reason="重复行文。")
    assert (row.state, row.number, row.open_items) == (S.VOID, number, [])
    assert Entry.objects.about(row).get(action="void").comment == "重复行文。"
    check_invariants(row)
    assert walk(S.REGISTERED, office).number == number.replace("1号", "2号")


def test_what_has_no_number_is_void_without_a_trace_in_the_ledger(office: Office) -> None:
    row = issuing.void(walk(S.SUBMITTED, office).pk, actor=office.clerk, reason="不再需要。")
    assert (row.state, row.number, row.open_items) == (S.VOID, "", [])
    assert walk(S.REGISTERED, office).serial == 1


def test_what_is_not_to_be_issued_goes_back_with_the_reason_and_ends(office: Office) -> None:
    row = reviewing.refuse(walk(S.REVIEWED, office).pk, actor=office.director, reason="无需行文。")
    assert (row.state, row.open_items, row.open_signatures) == (S.NOT_ISSUED, [], [])
    assert row.remarks.get(step="refuse").text == "无需行文。"
    check_invariants(row)


# --- in another's seat --------------------------------------------------------------------------


def test_who_acts_is_named_beside_for_whom_in_trail_item_words_and_signature(
    office: Office,
) -> None:
    row = walk(S.READY, office)
    row = signing.sign(row.pk, actor=seated(office.deputy, office.principal), opinion="同意。")
    entry = Entry.objects.about(row).get(action="sign")
    item = WorkItem.objects.about(row).get(step="sign")
    remark = Remark.objects.get(dispatch=row, step="sign")
    version = row.versions.get(step="sign")
    signature = row.signatures.get(cancelled_at=None)
    both = (office.deputy, office.principal)
    assert (entry.actor, entry.on_behalf_of) == both
    assert (item.done_by, item.on_behalf_of) == both
    assert (remark.author, remark.on_behalf_of) == both
    assert (version.author, version.on_behalf_of) == both
    assert (signature.signed_by, signature.person, signature.is_by_proxy) == (*both, True)
    words_on_paper = extract_text(io.BytesIO(sheet.printed(fresh(row.pk)))).replace("\n", "")
    assert office.deputy.name in words_on_paper
    assert office.principal.name in words_on_paper


def test_a23_nobody_approves_his_own_draft_in_another_seat(office: Office) -> None:
    """The drafter acting for the head, the head acting for the drafter: neither approves."""
    row = walk(S.SUBMITTED, office)
    with pytest.raises(Refused, match="own draft"):
        reviewing.review(row.pk, actor=sitting(office.staff, office.head), opinion="同意")
    reviewing.review(row.pk, actor=office.head, opinion="同意。")
    with pytest.raises(Refused, match="own draft"):
        CALLS["check"](row.pk, sitting(office.staff, office.director), office)
    with pytest.raises(Refused, match="own draft"):
        CALLS["refuse"](row.pk, sitting(office.staff, office.director), office)
    CALLS["check"](row.pk, office.director, office)
    with pytest.raises(Refused, match="own draft"):
        signing.sign(row.pk, actor=sitting(office.staff, office.principal), opinion="同意")


def test_a23_who_wrote_in_another_seat_does_not_review_it_in_his_own(office: Office) -> None:
    in_seat = seated(office.head, office.staff)
    row = writing.draft(words(office), actor=in_seat)
    assert (row.drafter, row.edited_by) == (office.staff, office.head)
    writing.submit(row.pk, actor=in_seat)
    with pytest.raises(Refused, match="own draft"):
        reviewing.review(row.pk, actor=office.head, opinion="同意")


def test_a23_nobody_is_named_to_sign_what_he_drafted(office: Office) -> None:
    row = writing.draft(words(office), actor=office.principal)
    with pytest.raises(Refused, match="own draft"):
        writing.submit(row.pk, actor=office.principal)
    assert fresh(row.pk).state == S.DRAFTING


def test_a23_only_another_head_reviews_the_draft_of_a_head(office: Office) -> None:
    Post.objects.create(
        user=office.colleague, unit=office.standards, title="副科长", duty=Post.Duty.HEAD,
        since_on="2020-01-01",
    )  # fmt: skip
    User.objects.filter(pk=office.colleague.pk).update(roles=["section_head", "staff"])
    row = writing.draft(words(office), actor=office.head)
    row = writing.submit(row.pk, actor=office.head)
    assert [item.assignee for item in row.open_items] == [office.colleague]


def test_who_may_not_see_it_takes_no_step_and_learns_nothing(office: Office) -> None:
    row = walk(S.READY, office)
    before = trail(row.pk)
    for person in (office.other_staff, office.other_head, office.system, office.security):
        for call in CALLS.values():
            with pytest.raises((Dispatch.DoesNotExist, NotAllowed)):
                call(row.pk, person, office)
    assert trail(row.pk) == before
