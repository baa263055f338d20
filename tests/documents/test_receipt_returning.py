"""退回、收回: every way back, with everything typed kept."""

import pytest

from documents.receipt.invariants import check_invariants
from documents.receipt.models import IncomingDocument
from documents.receipt.plan import earlier_steps
from documents.receipt.services import assignment, circulation, closing, handling, intake, returning
from documents.receipt.services.desk import may
from documents.receipt.sheet import build
from documents.receipt.workflow import RETURNABLE, State
from office.desk.services import mark_opened
from office.people.models import User
from tests.documents.factories import (
    STRIDES,
    Office,
    day,
    fresh,
    owed,
    plan,
    refused,
    step,
    trail,
    walk,
)


def holder(row: IncomingDocument, office: Office) -> User:
    """Return who has the main line now."""
    return next(
        person
        for person in office.people
        if any(
            i.held_by(person) and not i.reading and i.step != "assist"
            for i in fresh(row).open_items
        )
        and may(person, "send_back")
    )


def ready(state: str, office: Office) -> IncomingDocument:
    """Return a document in a state from which it can be sent back."""
    row = walk(None, state, office)
    for copy in row.open_readers:
        circulation.read(row.pk, actor=copy.reader)
    return fresh(row)


WAYS = [(state, to) for state in sorted(RETURNABLE) for to, _label in earlier_steps(state)]
TYPED = (
    "serial", "title", "points_met", "nature", "lead_unit_id", "due_on", "limit_workdays", "result",
    "answer_text", "answer_method", "answered_to",
)  # fmt: skip


@pytest.mark.parametrize(("state", "to"), WAYS)
def test_back_to_every_earlier_step_and_forward_again(office: Office, state: str, to: str) -> None:
    row = ready(state, office)
    before = {name: getattr(row, name) for name in TYPED}
    words = row.opinions.count()

    with step(row, "send_back"):
        returning.send_back(row.pk, actor=holder(row, office), to=to, reason="请补充。")
    row = fresh(row)
    assert row.state == to
    assert {name: getattr(row, name) for name in TYPED} == before
    assert row.opinions.count() == words + 1

    row = walk(row, State.FILED, office)
    check_invariants(row)


@pytest.mark.parametrize("state", sorted(RETURNABLE))
def test_it_never_goes_forward_or_nowhere(office: Office, state: str) -> None:
    row = ready(state, office)
    actor = holder(row, office)
    back = [way for way, _label in earlier_steps(state)]
    for to in (state, "filed", "signed_for", "nowhere"):
        with refused(row):
            returning.send_back(row.pk, actor=actor, to=to, reason="退")
    with refused(row, "words"):
        returning.send_back(row.pk, actor=actor, to=back[0], reason=" ")


def test_only_who_has_it_sends_it_back(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk, actor=office.director, opinion="拟", plan=plan(office, assist_units=[office.data])
    )
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.deputy])
    for person in (office.other_staff, office.deputy, office.clerk, office.director):
        with refused(row, "Only who has it"):
            returning.send_back(row.pk, actor=person, to=State.SCREENED, reason="退")


def test_without_a_leader_it_goes_back_to_the_proposer(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    returning.send_back(row.pk, actor=office.principal, to=State.SCREENED, reason="转办即可")
    assignment.propose(row.pk, actor=office.director, opinion="转办", plan=plan(office))
    with step(row, "send_back"):
        returning.send_back(row.pk, actor=office.head, to=State.PROPOSED, reason="不属本科")
    assert (fresh(row).state, owed(row)) == ("screened", {("propose", "Office director")})


def test_a_leader_who_has_left_is_not_waited_for(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    User.objects.filter(pk=office.principal.pk).update(is_active=False)
    with step(row, "send_back"):
        returning.send_back(row.pk, actor=office.head, to=State.PROPOSED, reason="不属本科")
    assert fresh(row).state == State.SCREENED


def test_a_handler_who_has_left_is_not_waited_for(office: Office) -> None:
    row = walk(None, State.ANSWERED, office)
    User.objects.filter(pk=office.staff.pk).update(is_active=False)
    with step(row, "send_back"):
        returning.send_back(row.pk, actor=office.clerk, to=State.HANDLED, reason="答复不全")
    assert (fresh(row).state, fresh(row).handler) == (State.ASSIGNED, None)


def test_sent_back_the_last_leader_instructs_again(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk,
        actor=office.director,
        opinion="拟",
        plan=plan(office),
        leaders=[office.principal, office.deputy],
    )
    for leader in (office.principal, office.deputy):
        assignment.instruct(row.pk, actor=leader, opinion="同意")
    with step(row, "send_back"):
        returning.send_back(row.pk, actor=office.head, to=State.PROPOSED, reason="请重新批示")
    assert owed(row) == {("instruct", "Deputy")}
    with step(row, "instruct"):
        assignment.instruct(row.pk, actor=office.deputy, opinion="同意")
    assert fresh(row).state == State.ASSIGNED


def test_going_back_drops_what_later_steps_had_asked(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk, actor=office.director, opinion="拟", plan=plan(office, assist_units=[office.data])
    )
    returning.send_back(row.pk, actor=office.head, to=State.SCREENED, reason="不属本科")
    assert owed(row) == {("propose", "Office director")}
    assert fresh(row).handler is None

    with step(row, "distribute"):
        assignment.distribute(
            row.pk, actor=office.director, opinion="改为传阅", readers=[office.head]
        )
    circulation.read(row.pk, actor=office.head)
    with step(row, "close"):
        closing.close(row.pk, actor=office.clerk)


# 收回

TAKEN: list[tuple[str, str, str]] = [  # who, from, to
    ("screener", State.REGISTERED, State.SCREENED),
    ("director", State.SCREENED, State.PROPOSED),
    ("director", State.SCREENED, State.CIRCULATING),
    ("principal", State.PROPOSED, State.ASSIGNED),
    ("head", State.ASSIGNED, State.HANDLING),
    ("staff", State.HANDLING, State.HANDLED),
    ("staff", State.HANDLED, State.ANSWERED),
]


def next_people(row: IncomingDocument, office: Office, but: User) -> list[User]:
    items = fresh(row).open_items
    return [p for p in office.people if p != but and any(item.held_by(p) for item in items)]


@pytest.mark.parametrize(("who", "state", "to"), TAKEN)
def test_a_step_is_withdrawn_until_the_next_has_opened_it(
    office: Office, who: str, state: str, to: str
) -> None:
    actor = getattr(office, who)
    row = walk(walk(None, state, office), to, office)
    mark_opened(row, actor)  # looking at it oneself does not count

    with step(row, "withdraw"):
        returning.withdraw(row.pk, actor=actor)
    assert fresh(row).state == state
    with refused(row):
        returning.withdraw(row.pk, actor=actor)
    check_invariants(walk(fresh(row), State.FILED, office))


@pytest.mark.parametrize(("who", "state", "to"), TAKEN)
def test_opened_it_is_too_late(office: Office, who: str, state: str, to: str) -> None:
    actor = getattr(office, who)
    row = walk(walk(None, state, office), to, office)
    others = next_people(row, office, actor)
    if not others:  # who handles it also answers it: nobody else has it
        return
    mark_opened(row, others[0])
    with refused(row, "opened it already"):
        returning.withdraw(row.pk, actor=actor)


def test_nobody_withdraws_another_ones_step(office: Office) -> None:
    row = walk(None, State.ASSIGNED, office)
    for person in office.people:
        if person != office.principal and IncomingDocument.objects.visible_to(person).exists():
            assert "withdraw" not in row.workflow.open_to(fresh(row), person)


def test_a_withdrawn_instruction_leaves_the_sheet_but_not_the_record(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    assignment.propose(
        row.pk,
        actor=office.director,
        opinion="拟",
        plan=plan(office),
        leaders=[office.principal, office.deputy],
    )
    assignment.instruct(row.pk, actor=office.principal, opinion="写错了")
    with step(row, "withdraw"):
        returning.withdraw(row.pk, actor=office.principal)

    assert owed(row) == {("instruct", "Principal")}
    assert [words.text for words in build(fresh(row)).of("instruct", "withdraw")] == []
    assert fresh(row).opinions.filter(text="写错了", withdrawn_by__isnull=False).exists()
    for leader in (office.principal, office.deputy):
        with step(row, "instruct"):
            assignment.instruct(row.pk, actor=leader, opinion="同意")
    assert [words.text for words in build(fresh(row)).of("instruct")] == ["同意", "同意"]


def test_a_withdrawn_distribution_calls_its_copies_in(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    circulation.circulate(row.pk, actor=office.clerk, readers=[office.deputy])
    assignment.distribute(row.pk, actor=office.director, opinion="阅", readers=[office.head])
    with step(row, "withdraw"):
        returning.withdraw(row.pk, actor=office.director)
    assert [copy.reader for copy in fresh(row).open_readers] == [office.deputy]


def test_what_was_sent_back_is_not_withdrawn(office: Office) -> None:
    row = walk(None, State.PROPOSED, office)
    returning.send_back(row.pk, actor=office.principal, to=State.SCREENED, reason="补充")
    for person in (office.principal, office.director):
        assert "withdraw" not in row.workflow.open_to(fresh(row), person)
        with refused(row):
            returning.withdraw(row.pk, actor=person)


def test_the_same_words_again_after_a_return_are_no_double_click(office: Office) -> None:
    row = walk(None, State.HANDLED, office)
    returning.withdraw(row.pk, actor=office.staff)
    with step(row, "handle"):
        STRIDES[State.HANDLING, State.HANDLED](row.pk, office)
    assert fresh(row).opinions.filter(step="handle").count() == 2


def test_an_extension_lapses_when_the_document_goes_back(office: Office) -> None:
    row = walk(None, State.HANDLING, office)
    handling.ask_extension(row.pk, actor=office.staff, until=day(20), reason="需现场核查")
    with step(row, "send_back"):
        returning.send_back(row.pk, actor=office.staff, to=State.ASSIGNED, reason="改由他人办")
    assert fresh(row).open_extension is None
    assert trail(row)[-2:] == ["ask_extension", "send_back"]


def test_points_are_kept_when_it_is_screened_again(office: Office) -> None:
    row = walk(None, State.SCREENED, office)
    returning.send_back(row.pk, actor=office.director, to=State.REGISTERED, reason="要素不全")
    assert len(fresh(row).points_met) == 5
    with step(row, "screen"):
        intake.screen(row.pk, actor=office.screener, points=fresh(row).points_met)
